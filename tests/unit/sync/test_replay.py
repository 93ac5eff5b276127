"""The journal against a server: carried out once, in order, and never upon the wrong message."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailclient.domain.errors import NetworkGone, ServerBusy, ServerRefused
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.operation import MoveReason
from mailclient.sync.replay import MAX_WAITS, decide_delay_s, next_due_unix_s
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import ANNA, Desk

SEEN = FlagChange(add=Flag.SEEN)


@pytest.fixture
def full(desk: Desk, server: FakeServer) -> Desk:
    """Three letters in the inbox, everything synchronised."""
    server.deliver_many(3)
    desk.synchronise_all()
    return desk


def archive(desk: Desk, *subjects: str) -> None:
    """The user archives."""
    ids = [desk.id_of(subject) for subject in subjects]
    desk.actions.move(ids, desk.folder("Archive").id, MoveReason.ARCHIVE)


def settled(desk: Desk, server: FakeServer) -> None:
    """After a synchronisation both sides show the same, each message once, and a second one writes nothing."""
    desk.synchronise_all()
    desk.replay()
    desk.synchronise_all()
    for name in server.folders:
        assert sorted(desk.subjects(name)) == sorted(server.subjects(name)), name
        assert list(desk.store.known_uids(desk.folder(name).id)) == server.uids(name), name
    server.writes.clear()
    desk.replay()
    desk.synchronise_all()
    assert server.writes == []
    assert desk.store.runnable_operations(ANNA, 1e12) == ()


def test_marks_reach_the_server(full: Desk, server: FakeServer) -> None:
    full.actions.change_flags([full.id_of("Subject 2")], SEEN)
    replayed = full.replay()
    assert replayed.done == 1
    assert server.flags(2) == Flag.SEEN
    assert server.flags(1) == Flag.NONE
    settled(full, server)


def test_a_move_keeps_the_row_and_learns_its_new_uid(full: Desk, server: FakeServer) -> None:
    message = full.id_of("Subject 2")
    archive(full, "Subject 2")
    assert full.ids("Archive") == (message,)
    replayed = full.replay()
    assert replayed.unsettled == set()
    assert server.subjects("Archive") == ["Subject 2"]
    assert full.store.locate(message) == (full.folder("Archive").id, 1)
    settled(full, server)
    assert full.ids("Archive") == (message,)


@pytest.mark.parametrize(("move", "uidplus"), [(True, False), (False, True)])
def test_a_move_on_a_poorer_server(tmp_path: Path, move: bool, uidplus: bool) -> None:
    server = FakeServer(move=move, uidplus=uidplus)
    desk = Desk(tmp_path, server)
    server.deliver_many(3)
    desk.synchronise_all()
    message = desk.id_of("Subject 2")
    archive(desk, "Subject 2")
    replayed = desk.replay()
    assert replayed.notices == []
    assert bool(replayed.unsettled) is not uidplus
    settled(desk, server)
    assert server.subjects() == ["Subject 1", "Subject 3"]
    assert desk.ids("Archive") == (message,)
    desk.close()


def test_a_server_that_cannot_remove_single_messages_only_marks_them_and_that_is_said(tmp_path: Path) -> None:
    server = FakeServer(move=False, uidplus=False)
    desk = Desk(tmp_path, server)
    server.deliver_many(2)
    server.set_flags(2, Flag.DELETED)
    desk.synchronise_all()
    archive(desk, "Subject 1")
    (notice,) = desk.replay().notices
    assert notice.startswith("Archiving a message: done. This server cannot remove single messages")
    assert server.uids() == [1, 2]
    assert server.flags(1) == Flag.DELETED
    assert server.subjects("Archive") == ["Subject 1"]
    desk.close()


def test_what_waits_behind_a_move_runs_right_after_it(full: Desk, server: FakeServer) -> None:
    message = full.id_of("Subject 2")
    archive(full, "Subject 2")
    full.actions.change_flags([message], SEEN)
    full.actions.move([message], full.folder("Trash").id, MoveReason.DELETE)
    assert full.replay().done == 3
    assert server.subjects("Trash") == ["Subject 2"]
    assert server.flags(1, "Trash") == Flag.SEEN
    settled(full, server)


def test_deleting_for_good_takes_these_and_no_others(full: Desk, server: FakeServer) -> None:
    server.set_flags(3, Flag.DELETED)
    full.actions.delete_forever([full.id_of("Subject 2")])
    full.replay()
    assert server.subjects() == ["Subject 1", "Subject 3"]
    settled(full, server)


def test_a_refusal_is_taken_back_and_explained(full: Desk, server: FakeServer) -> None:
    message = full.id_of("Subject 2")
    archive(full, "Subject 2")
    del server.folders["Archive"]
    (refusal,) = full.replay().refusals
    assert refusal.sentence == "Archiving a message was refused. [TRYCREATE] There is no such folder."
    assert message in full.ids("INBOX")
    assert full.replay().done == 0


def test_a_read_only_folder_refuses_marks(full: Desk, server: FakeServer) -> None:
    message = full.id_of("Subject 2")
    full.actions.change_flags([message], SEEN)
    server.folders["INBOX"].read_only = True
    assert "read-only" in full.replay().refusals[0].sentence
    assert full.flags(message) == Flag.NONE


def test_what_passes_by_itself_waits_longer_and_longer(full: Desk, server: FakeServer) -> None:
    full.actions.change_flags([full.id_of("Subject 2")], SEEN)
    waits = []
    for _ in range(3):
        server.fail("change_flags", NetworkGone("cut"))
        with pytest.raises(NetworkGone):
            full.replay()
        due = next_due_unix_s(full.store, ANNA)
        assert due is not None
        waits.append(due - full.now)
        assert full.replay().done == 0
        full.now = due
    assert waits == [5.0, 10.0, 20.0]
    assert full.replay().done == 1
    assert server.flags(2) == Flag.SEEN
    assert next_due_unix_s(full.store, ANNA) is None


def test_an_entry_the_server_is_too_busy_for_holds_up_its_folder_and_no_other(full: Desk, server: FakeServer) -> None:
    server.deliver(letter(9), to="Archive")
    full.synchronise("Archive")
    full.actions.change_flags([full.id_of("Subject 1")], SEEN)
    archive(full, "Subject 2")
    full.actions.change_flags([full.id_of("Subject 9")], SEEN)
    server.fail("change_flags", ServerBusy("busy"))
    assert full.replay().done == 1
    assert server.flags(1, "Archive") == Flag.SEEN
    assert server.writes == ["change_flags"]
    full.now += 60
    settled(full, server)
    assert sorted(server.subjects("Archive")) == ["Subject 2", "Subject 9"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", ["change_flags", "move", "open_folder", "fetch_headers"])
@pytest.mark.parametrize(("move", "uidplus"), [(True, True), (True, False), (False, True)])
def test_a_cut_anywhere_is_no_loss_and_no_double(
    tmp_path: Path, move: bool, uidplus: bool, call: str, after: bool
) -> None:
    server = FakeServer(move=move, uidplus=uidplus)
    desk = Desk(tmp_path, server)
    server.deliver_many(3)
    desk.synchronise_all()
    message = desk.id_of("Subject 2")
    archive(desk, "Subject 2", "Subject 1")
    desk.actions.change_flags([desk.id_of("Subject 3")], SEEN)
    server.fail(call, NetworkGone("cut"), after=after)
    with pytest.raises(NetworkGone):
        desk.replay()
    desk.now += 1_000
    settled(desk, server)
    assert sorted(server.subjects("Archive")) == ["Subject 1", "Subject 2"]
    assert server.subjects() == ["Subject 3"]
    assert server.flags(3) == Flag.SEEN
    assert desk.reader.row(message) is not None
    desk.close()


def test_a_copy_without_its_removal_is_not_copied_again(tmp_path: Path) -> None:
    server = FakeServer(move=False)
    desk = Desk(tmp_path, server)
    server.deliver_many(2)
    desk.synchronise_all()
    archive(desk, "Subject 1", "Subject 2")
    server.fail("move", NetworkGone("cut"))
    with pytest.raises(NetworkGone):
        desk.replay()
    server.deliver(letter(1), to="Archive")  # What COPY did before the connection broke.
    desk.now += 1_000
    settled(desk, server)
    assert sorted(server.subjects("Archive")) == ["Subject 1", "Subject 2"]
    assert server.subjects() == []
    desk.close()


def test_a_copy_of_a_message_without_a_name_is_known_by_its_bytes(tmp_path: Path) -> None:
    server = FakeServer(move=False)
    desk = Desk(tmp_path, server)
    raws = [letter(number, message_id="") for number in (1, 2)]
    for raw in raws:
        server.deliver(raw)
    desk.synchronise_all()
    archive(desk, "Subject 1", "Subject 2")
    server.fail("move", NetworkGone("cut"))
    with pytest.raises(NetworkGone):
        desk.replay()
    server.deliver(raws[0], to="Archive")  # What COPY did before the connection broke.
    server.deliver(raws[1].replace(b"letter 2", b"letter 9"), to="Archive")  # Of the same size, and another one.
    desk.now += 1_000
    desk.replay()
    assert server.subjects("Archive") == ["Subject 1", "Subject 2", "Subject 2"]
    assert server.subjects() == []
    desk.close()


def test_another_message_of_that_name_in_the_target_is_no_copy(tmp_path: Path) -> None:
    server = FakeServer(move=False)
    desk = Desk(tmp_path, server)
    server.deliver_many(1)
    desk.synchronise_all()
    server.deliver(letter(1, body="Much longer, and not the same at all."), to="Archive")
    archive(desk, "Subject 1")
    server.fail("move", NetworkGone("cut"))
    with pytest.raises(NetworkGone):
        desk.replay()
    desk.now += 1_000
    desk.replay()
    assert server.uids() == []
    assert len(server.uids("Archive")) == 2
    desk.close()


def test_uids_of_another_uidvalidity_are_never_used(full: Desk, server: FakeServer) -> None:
    archive(full, "Subject 2")
    server.deliver(letter(9))
    server.expunge(1)
    server.renumber(first=1)
    assert server.subjects() == ["Subject 2", "Subject 3", "Subject 9"]
    full.replay()
    assert server.subjects("Archive") == ["Subject 2"]
    assert server.subjects() == ["Subject 3", "Subject 9"]
    settled(full, server)


def test_uids_that_mean_other_messages_without_a_word_are_noticed(full: Desk, server: FakeServer) -> None:
    full.actions.delete_forever([full.id_of("Subject 2")])
    box = server.folders["INBOX"]
    box.messages[1], box.messages[2] = box.messages[2], box.messages[1]
    (refusal,) = full.replay().refusals
    assert refusal.sentence.endswith("The server has another message in its place now, so nothing was touched.")
    assert sorted(server.subjects()) == ["Subject 1", "Subject 2", "Subject 3"]


def test_what_another_client_moved_first_is_no_error(full: Desk, server: FakeServer) -> None:
    archive(full, "Subject 2")
    server.expunge(2)
    server.deliver(letter(2), to="Trash")
    replayed = full.replay()
    assert replayed.refusals == []
    for _ in range(4):  # Until several complete synchronisations agree that Archive never got it.
        full.synchronise_all()
    assert full.subjects("Archive") == []
    assert full.subjects("Trash") == ["Subject 2"]


def test_a_message_of_unknown_uid_without_name_waits_for_the_next_listing(tmp_path: Path) -> None:
    server = FakeServer(uidplus=False)
    desk = Desk(tmp_path, server)
    server.deliver(letter(1, message_id=""))
    desk.synchronise_all()
    message = desk.id_of("Subject 1")
    desk.actions.move([message], desk.folder("Archive").id)
    desk.replay()
    desk.actions.change_flags([message], SEEN)
    assert desk.replay().done == 0
    assert server.flags(1, "Archive") == Flag.NONE
    desk.synchronise("Archive")
    desk.now += 10
    assert desk.replay().done == 1
    assert server.flags(1, "Archive") == Flag.SEEN
    desk.close()


def test_what_was_done_to_a_message_that_nobody_finds_is_waited_for_once(tmp_path: Path) -> None:
    """Another client removed it first, and it has no name to look for: entries behind each other do not wait in turn."""
    server = FakeServer()
    desk = Desk(tmp_path, server)
    server.deliver(letter(1, message_id=""))
    desk.synchronise_all()
    message = desk.id_of("Subject 1")
    server.expunge(1)
    archive(desk, "Subject 1")
    desk.actions.move([message], desk.folder("Trash").id, MoveReason.DELETE)
    desk.actions.change_flags([message], SEEN)
    for _ in range(MAX_WAITS + 2):
        desk.replay()
        desk.synchronise_all()
        desk.now += 1000
    assert desk.store.runnable_operations(ANNA, 1e12) == ()
    desk.close()


def test_undo_before_the_server_heard_of_it_sends_nothing(full: Desk, server: FakeServer) -> None:
    archive(full, "Subject 2")
    full.actions.undo_newest()
    full.replay()
    assert server.writes == []
    assert full.subjects() == ["Subject 3", "Subject 2", "Subject 1"]


def test_undo_after_replay_moves_it_back(full: Desk, server: FakeServer) -> None:
    message = full.id_of("Subject 2")
    archive(full, "Subject 2")
    full.replay()
    full.actions.undo_newest()
    assert message in full.ids()
    full.replay()
    assert sorted(server.subjects()) == ["Subject 1", "Subject 2", "Subject 3"]
    settled(full, server)
    assert message in full.ids()


def test_the_journal_survives_a_restart_in_the_middle(full: Desk, server: FakeServer) -> None:
    archive(full, "Subject 2")
    (operation,) = full.store.runnable_operations(ANNA, full.now)
    full.store.operation_started(operation.id)
    full.close()
    full.open()
    settled(full, server)
    assert server.subjects("Archive") == ["Subject 2"]


def test_a_large_move_is_checked_by_a_sample(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(300)
    desk.synchronise_all()
    server.calls.clear()
    desk.actions.move(desk.ids(), desk.folder("Archive").id)
    desk.replay()
    assert "fetch_headers 1:50,251:300" in server.calls
    assert len(server.uids("Archive")) == 300


def test_a_refused_mark_leaves_the_rest_of_the_journal_alone(full: Desk, server: FakeServer) -> None:
    full.actions.change_flags([full.id_of("Subject 1")], SEEN)
    archive(full, "Subject 2")
    server.fail("change_flags", ServerRefused("no"))
    replayed = full.replay()
    assert (replayed.done, len(replayed.refusals)) == (1, 1)
    assert server.subjects("Archive") == ["Subject 2"]


def test_delays_are_bounded_and_spread() -> None:
    assert [decide_delay_s(attempts, 0.5) for attempts in (0, 1, 2, 7, 8, 1_000)] == [5, 10, 20, 640, 900, 900]
    assert decide_delay_s(0, 0.0) == 4.0
    assert decide_delay_s(0, 1.0) == pytest.approx(6.0)
