"""What to do about a folder, decided from values alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailclient.domain.exchange import ChangesSince, FlagRecord, FolderSnapshot, KnownCount, LastSeen
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderState
from mailclient.domain.ids import ModSeq, Uid, UidValidity
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.plan import (
    FolderPlan,
    agrees,
    plan_folder,
    plan_opening,
    plan_uids,
    state_after,
    state_begun,
)

SERVER = FolderSnapshot(UidValidity(7), 11, 10, ModSeq(100), permits_keywords=True, read_only=False)
KNOWN = state_after(SERVER)
WITHOUT_MODSEQ = replace(SERVER, highest_modseq=None)
LATER = replace(SERVER, highest_modseq=ModSeq(120))
READ = FlagRecord(Uid(3), Flag.SEEN, ModSeq(119))


def test_nothing_changed() -> None:
    assert plan_folder(KNOWN, 10, SERVER).is_nothing


def test_a_folder_never_seen() -> None:
    assert plan_folder(FolderState(), 0, SERVER) == FolderPlan(list_all=True)
    assert plan_opening(FolderState(), KnownCount(0, 0)) is None


def test_what_is_remembered_is_told_when_the_folder_is_opened() -> None:
    assert plan_opening(KNOWN, KnownCount(10, 10)) == LastSeen(UidValidity(7), ModSeq(100), Uid(10))
    assert plan_opening(KNOWN, KnownCount(0, 0)) is None
    assert plan_opening(state_begun(SERVER), KnownCount(10, 10)) is None
    assert plan_opening(state_after(WITHOUT_MODSEQ), KnownCount(10, 10)) is None


def test_another_uidvalidity() -> None:
    told = ChangesSince(((1, 10),), (READ,))
    server = replace(LATER, uid_validity=UidValidity(8), changes=told)
    assert plan_folder(KNOWN, 10, server) == FolderPlan(revalidate=True, list_all=True)


def test_only_flags_changed() -> None:
    assert plan_folder(KNOWN, 10, LATER) == FolderPlan(flags_since=ModSeq(100))
    told = replace(LATER, changes=ChangesSince((), (READ,)))
    assert plan_folder(KNOWN, 10, told) == FolderPlan(flags=(READ,))


def test_silence_although_something_changed_is_not_believed() -> None:
    assert plan_folder(KNOWN, 10, replace(LATER, changes=ChangesSince((), ()))) == FolderPlan(flags_since=ModSeq(100))


def test_new_mail_is_asked_for_alone() -> None:
    server = replace(LATER, uid_next=12, exists=11)
    assert plan_folder(KNOWN, 10, server) == FolderPlan(list_from=Uid(11), flags_since=ModSeq(100))
    told = replace(server, changes=ChangesSince((), (READ,)))
    assert plan_folder(KNOWN, 10, told) == FolderPlan(list_from=Uid(11), flags=(READ,))


def test_what_vanished_is_told_with_the_rest() -> None:
    gone = replace(LATER, exists=9, changes=ChangesSince(((4, 4),), ()))
    assert plan_folder(KNOWN, 10, gone) == FolderPlan(vanished=UidSet.of([4]))
    and_new = replace(gone, uid_next=12, exists=10)
    assert plan_folder(KNOWN, 10, and_new) == FolderPlan(list_from=Uid(11), vanished=UidSet.of([4]))


@pytest.mark.parametrize(
    ("known", "gone", "new", "vanished", "exists", "believed"),
    [
        (10, 0, "11", "", 11, True),
        (10, 1, "11", "4", 10, True),
        (10, 10, "", "1:10", 0, True),
        (10, 10, "", "1:10", 10, False),
        (10, 0, "", "400", 10, True),
        (10, 0, "11", "", 12, False),
        (10, 0, "11", "11", 11, False),
    ],
)
def test_numbers_have_to_agree(known: int, gone: int, new: str, vanished: str, exists: int, believed: bool) -> None:
    sets = [UidSet.parse(text) if text else UidSet() for text in (new, vanished)]
    assert agrees(known, gone, sets[0], sets[1], replace(SERVER, exists=exists)) is believed


def test_one_came_and_one_went_so_that_the_number_is_the_same() -> None:
    assert plan_folder(KNOWN, 10, replace(SERVER, uid_next=12)) == FolderPlan(list_from=Uid(11))


def test_rows_missing_here_are_looked_for() -> None:
    assert plan_folder(KNOWN, 9, SERVER) == FolderPlan(list_all=True)


@pytest.mark.parametrize("uid_next", [None, 3])
def test_a_next_uid_that_is_missing_or_goes_back_means_list_all(uid_next: int | None) -> None:
    assert plan_folder(KNOWN, 10, replace(SERVER, uid_next=uid_next)) == FolderPlan(list_all=True)


def test_without_modification_sequences_all_flags_are_compared() -> None:
    known = state_after(WITHOUT_MODSEQ)
    assert plan_folder(known, 10, WITHOUT_MODSEQ) == FolderPlan(all_flags=True)
    assert plan_folder(KNOWN, 10, WITHOUT_MODSEQ) == FolderPlan(all_flags=True)
    assert plan_folder(known, 10, SERVER) == FolderPlan(all_flags=True)
    new = replace(WITHOUT_MODSEQ, uid_next=12, exists=11)
    assert plan_folder(known, 10, new) == FolderPlan(list_from=Uid(11), all_flags=True)


def test_a_sequence_that_goes_back_means_look_at_everything() -> None:
    told = ChangesSince(((1, 10),), (READ,))
    plan = plan_folder(KNOWN, 10, replace(SERVER, highest_modseq=ModSeq(99), changes=told))
    assert plan == FolderPlan(list_all=True, all_flags=True)


def test_what_was_begun_is_not_taken_for_finished() -> None:
    plan = plan_folder(state_begun(SERVER), 10, SERVER)
    assert plan == FolderPlan(list_all=True, all_flags=True)


def test_new_and_gone() -> None:
    new, gone = plan_uids(UidSet.parse("1:5,9"), UidSet.parse("3:10"))
    assert (str(new), str(gone)) == ("6:8,10", "1:2")
