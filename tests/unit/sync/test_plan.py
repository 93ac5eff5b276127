"""What to do about a folder, decided from values alone."""

from __future__ import annotations

from dataclasses import replace

from mailclient.domain.exchange import FolderSnapshot
from mailclient.domain.folder import FolderState
from mailclient.domain.ids import ModSeq, UidValidity
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.plan import FolderPlan, plan_folder, plan_uids, state_after, state_begun

SERVER = FolderSnapshot(UidValidity(7), 11, 10, ModSeq(100), permits_keywords=True, read_only=False)
KNOWN = state_after(SERVER)
WITHOUT_MODSEQ = replace(SERVER, highest_modseq=None)


def test_nothing_changed() -> None:
    assert plan_folder(KNOWN, 10, SERVER).is_nothing


def test_a_folder_never_seen() -> None:
    assert plan_folder(FolderState(), 0, SERVER) == FolderPlan(False, True, None, False)


def test_another_uidvalidity() -> None:
    assert plan_folder(KNOWN, 10, replace(SERVER, uid_validity=UidValidity(8))) == FolderPlan(True, True, None, False)


def test_only_flags_changed() -> None:
    plan = plan_folder(KNOWN, 10, replace(SERVER, highest_modseq=ModSeq(120)))
    assert plan == FolderPlan(False, False, ModSeq(100), False)


def test_new_mail() -> None:
    plan = plan_folder(KNOWN, 10, replace(SERVER, uid_next=12, exists=11, highest_modseq=ModSeq(120)))
    assert plan == FolderPlan(False, True, ModSeq(100), False)


def test_one_came_and_one_went_so_that_the_number_is_the_same() -> None:
    assert plan_folder(KNOWN, 10, replace(SERVER, uid_next=12)).list_uids


def test_rows_missing_here_are_looked_for() -> None:
    assert plan_folder(KNOWN, 9, SERVER).list_uids


def test_without_modification_sequences_all_flags_are_compared() -> None:
    known = state_after(WITHOUT_MODSEQ)
    assert plan_folder(known, 10, WITHOUT_MODSEQ) == FolderPlan(False, False, None, True)
    assert plan_folder(KNOWN, 10, WITHOUT_MODSEQ).all_flags
    assert plan_folder(known, 10, SERVER).all_flags


def test_a_sequence_that_goes_back_means_look_at_everything() -> None:
    plan = plan_folder(KNOWN, 10, replace(SERVER, highest_modseq=ModSeq(99)))
    assert plan == FolderPlan(False, True, None, True)


def test_what_was_begun_is_not_taken_for_finished() -> None:
    plan = plan_folder(state_begun(SERVER), 10, SERVER)
    assert plan == FolderPlan(False, True, None, True)


def test_new_and_gone() -> None:
    new, gone = plan_uids(UidSet.parse("1:5,9"), UidSet.parse("3:10"))
    assert (str(new), str(gone)) == ("6:8,10", "1:2")
