"""Folders changed here and on the server: in order with the mail in them, recognised when half done, never at a loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain.errors import NetworkGone, ServerBusy, ServerRefused
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import FolderId
from mailclient.store.startup import recover_journal
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import ANNA, Desk


@pytest.fixture
def full(desk: Desk, server: FakeServer) -> Desk:
    """Three messages in the inbox, one in a folder inside another."""
    server.deliver_many(3)
    with server.changed:
        server.session().hierarchy.create("Work", FolderRole.NONE)
        server.session().hierarchy.create("Work/Bills", FolderRole.NONE)
    server.deliver(letter(9), to="Work/Bills")
    desk.list_folders()
    desk.synchronise_all()
    server.calls.clear()
    server.writes.clear()
    return desk


def shown(desk: Desk) -> list[str]:
    """Return the paths that the tree shows, without the usual ones."""
    usual = {"INBOX", "Inbox", "Sent", "Archive", "Junk", "Trash"}
    return sorted(folder.name for folder in desk.store.folders(ANNA) if folder.name not in usual)


def by_name(desk: Desk, name: str) -> FolderId:
    """Return a folder by the path that is shown."""
    return next(folder.id for folder in desk.store.folders(ANNA) if folder.name == name)


def settled(desk: Desk, server: FakeServer) -> None:
    """The journal is empty, and another synchronisation changes nothing."""
    desk.replay()
    desk.list_folders()
    desk.synchronise_all()
    before = shown(desk), {name: desk.subjects(name) for name in server.folders}
    desk.list_folders()
    desk.synchronise_all()
    assert (shown(desk), {name: desk.subjects(name) for name in server.folders}) == before
    assert {folder.wire_name for folder in desk.store.folders(ANNA)} == set(server.folders)
    assert desk.reader.operations() == ()


def test_a_folder_made_offline_is_there_at_once_and_on_the_server_later(full: Desk, server: FakeServer) -> None:
    full.folder_actions.create(ANNA, "Reisen & Mehr")
    assert "Reisen & Mehr" in shown(full)
    assert full.folder("Reisen &- Mehr").awaits_creation
    full.list_folders()
    assert "Reisen & Mehr" in shown(full), "a listing does not take away what waits"
    replayed = full.replay()
    assert (replayed.done, replayed.folders_changed) == (1, True)
    assert "Reisen &- Mehr" in server.folders
    assert not full.folder("Reisen &- Mehr").awaits_creation
    settled(full, server)


def test_messages_move_into_a_folder_after_it_is_made(full: Desk, server: FakeServer) -> None:
    full.folder_actions.create(ANNA, "Travel")
    full.actions.move([full.id_of("Subject 2")], by_name(full, "Travel"))
    server.fail("create", ServerBusy("busy"))
    assert full.replay().done == 0
    assert server.subjects() == ["Subject 1", "Subject 2", "Subject 3"]
    full.now += 60
    assert full.replay().done == 2
    assert server.subjects("Travel") == ["Subject 2"]
    settled(full, server)


def test_a_folder_that_is_refused_gives_its_messages_back(full: Desk, server: FakeServer) -> None:
    message = full.id_of("Subject 2")
    full.folder_actions.create(ANNA, "Travel")
    full.actions.move([message], by_name(full, "Travel"))
    full.actions.change_flags([message], FlagChange(add=Flag.SEEN))
    server.fail("create", ServerRefused("[OVERQUOTA] no more folders"))
    (refusal,) = full.replay().refusals
    assert refusal.sentence.startswith("Creating the folder “Travel” was refused. [OVERQUOTA]")
    assert "The account is full" in refusal.sentence
    assert "Travel" not in shown(full)
    assert message in full.ids()
    assert full.replay().done == 0
    assert server.subjects() == ["Subject 1", "Subject 2", "Subject 3"]


def test_a_rename_keeps_rows_bytes_and_what_waits(full: Desk, server: FakeServer) -> None:
    bill = full.id_of("Subject 9")
    full.bodies("Work/Bills")
    full.folder_actions.rename(by_name(full, "Work"), "Arbeit")
    assert shown(full) == ["Arbeit", "Arbeit/Bills"]
    full.list_folders()
    assert shown(full) == ["Arbeit", "Arbeit/Bills"], "a listing does not bring the old name back"
    full.synchronise("Work/Bills")
    full.actions.move([full.id_of("Subject 1")], by_name(full, "Arbeit/Bills"))
    full.actions.change_flags([bill], FlagChange(add=Flag.SEEN))
    server.calls.clear()
    full.replay()
    assert [call for call in server.calls if call.startswith("fetch_bodies")] == []
    assert server.subjects("Arbeit/Bills") == ["Subject 9", "Subject 1"]
    assert server.flags(1, "Arbeit/Bills") == Flag.SEEN
    settled(full, server)
    assert bill in full.ids("Arbeit/Bills")
    assert full.reader.raw(bill) == letter(9)


def test_a_chain_of_renames_ends_at_the_last_name(full: Desk, server: FakeServer) -> None:
    full.folder_actions.rename(by_name(full, "Work"), "Arbeit")
    full.folder_actions.create(ANNA, "New", by_name(full, "Arbeit"))
    full.folder_actions.rename(by_name(full, "Arbeit"), "Labour")
    full.folder_actions.rename(by_name(full, "Labour/Bills"), "Invoices")
    full.folder_actions.move(by_name(full, "Labour/New"), None)
    assert shown(full) == ["Labour", "Labour/Invoices", "New"]
    full.list_folders()
    assert shown(full) == ["Labour", "Labour/Invoices", "New"]
    full.replay()
    assert {"Labour", "Labour/Invoices", "New"} <= set(server.folders)
    settled(full, server)
    assert full.subjects("Labour/Invoices") == ["Subject 9"]


def test_a_rename_that_is_refused_is_taken_back_and_the_rest_goes_on(full: Desk, server: FakeServer) -> None:
    full.folder_actions.rename(by_name(full, "Work"), "Arbeit")
    full.folder_actions.create(ANNA, "New", by_name(full, "Arbeit"))
    full.folder_actions.rename(by_name(full, "Arbeit/Bills"), "Invoices")
    server.fail("rename", ServerRefused("[NOPERM] no"))
    (refusal,) = full.replay().refusals
    assert refusal.sentence == "Renaming the folder “Work” was refused. [NOPERM] no"
    assert shown(full) == ["Work", "Work/Invoices", "Work/New"]
    full.actions.dismiss_operation(refusal.operation_id)
    settled(full, server)
    assert {"Work/New", "Work/Invoices"} <= set(server.folders)


def test_a_folder_goes_back_to_its_old_name_while_the_first_rename_runs(full: Desk, server: FakeServer) -> None:
    full.folder_actions.rename(by_name(full, "Work"), "Arbeit")
    server.fail("rename", NetworkGone("cut"), after=True)
    with pytest.raises(NetworkGone):
        full.replay()
    full.actions.undo_newest()
    assert shown(full) == ["Work", "Work/Bills"]
    full.now += 1_000
    full.replay()
    assert "Work/Bills" in server.folders
    settled(full, server)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "call", ["list_folders", "create", "rename", "delete", "subscribe", "count", "open_folder", "move"]
)
@pytest.mark.parametrize("skip", [0, 1, 2])
def test_a_cut_anywhere_is_recognised(tmp_path: Path, call: str, after: bool, skip: int) -> None:
    server = FakeServer()
    desk = Desk(tmp_path, server)
    for name in ("Work", "Work/Bills", "Old", "Old/Older"):
        server.session().hierarchy.create(name, FolderRole.NONE)
    server.deliver_many(3)
    server.deliver(letter(9), to="Work/Bills")
    server.deliver(letter(8), to="Old")
    desk.list_folders()
    desk.synchronise_all()
    bill = desk.id_of("Subject 9")
    desk.actions.move([desk.id_of("Subject 8")], desk.folder("Work").id)
    desk.folder_actions.rename(by_name(desk, "Work"), "Arbeit")
    desk.folder_actions.create(ANNA, "Travel", by_name(desk, "Arbeit"))
    desk.actions.move([desk.id_of("Subject 1")], by_name(desk, "Arbeit/Travel"))
    desk.folder_actions.delete(by_name(desk, "Old"))
    desk.folder_actions.subscribe(by_name(desk, "Arbeit/Bills"), False)
    server.fail(call, NetworkGone("cut"), after=after, skip=skip)
    for _ in range(3):
        try:
            desk.replay()
        except NetworkGone:
            # What a listing says in between, and a start, must not spoil it.
            desk.list_folders()
            desk.close()
            desk.open()
            recover_journal(desk.opened.writer)
        desk.now += 1_000
    settled(desk, server)
    assert shown(desk) == ["Arbeit", "Arbeit/Bills", "Arbeit/Travel"]
    assert server.subjects("Arbeit") == ["Subject 8"]
    assert server.subjects("Arbeit/Travel") == ["Subject 1"]
    assert desk.ids("Arbeit/Bills") == (bill,)
    assert not server.folders["Arbeit/Bills"].subscribed
    desk.close()


def test_a_deleted_folder_takes_its_mail_along_the_innermost_first(full: Desk, server: FakeServer) -> None:
    full.folder_actions.delete(by_name(full, "Work"))
    assert shown(full) == []
    full.list_folders()
    assert shown(full) == [], "a listing does not bring it back"
    full.replay()
    assert server.writes[::2] == ["delete", "delete"]
    assert [call for call in server.calls if call.startswith("delete ")] == ["delete Work/Bills", "delete Work"]
    settled(full, server)
    assert full.reader.search("letter 9") == ()


def test_mail_that_came_meanwhile_saves_its_folder_and_those_around_it(full: Desk, server: FakeServer) -> None:
    full.folder_actions.delete(by_name(full, "Work"))
    server.deliver(letter(10), to="Work/Bills")
    (refusal,) = full.replay().refusals
    assert refusal.sentence == (
        "Deleting the folder “Bills” was refused. It holds a message more than you were told of, so nothing was deleted."
    )
    assert full.replay().refusals == []
    assert shown(full) == ["Work", "Work/Bills"]
    assert server.subjects("Work/Bills") == ["Subject 9", "Subject 10"]
    assert full.subjects("Work/Bills") == ["Subject 9"]


def test_a_folder_in_it_that_was_not_known_saves_it(full: Desk, server: FakeServer) -> None:
    full.folder_actions.delete(by_name(full, "Work/Bills"))
    server.session().hierarchy.create("Work/Bills/Secret", FolderRole.NONE)
    assert "not known here" in full.replay().refusals[0].sentence
    assert "Work/Bills" in server.folders


def test_what_was_moved_out_first_is_out_before_the_folder_goes(full: Desk, server: FakeServer) -> None:
    bill = full.id_of("Subject 9")
    full.actions.move([bill], full.folder("INBOX").id)
    full.folder_actions.delete(by_name(full, "Work/Bills"))
    server.fail("move", ServerBusy("busy"))
    assert full.replay().done == 0, "the deletion waits behind the move"
    assert server.subjects("Work/Bills") == ["Subject 9"]
    full.now += 60
    full.replay()
    assert "Subject 9" in server.subjects()
    settled(full, server)
    assert bill in full.ids()


def test_what_cannot_be_moved_out_saves_the_folder(full: Desk, server: FakeServer) -> None:
    bill = full.id_of("Subject 9")
    full.actions.move([bill], full.folder("INBOX").id)
    full.folder_actions.delete(by_name(full, "Work"))
    server.fail("move", ServerRefused("[OVERQUOTA] full"))
    replayed = full.replay()
    assert (replayed.done, len(replayed.refusals)) == (0, 1)
    assert server.subjects("Work/Bills") == ["Subject 9"]
    assert shown(full) == ["Work", "Work/Bills"]
    assert full.ids("Work/Bills") == (bill,)
    assert full.replay().done == 0


def test_a_folder_goes_to_the_trash_and_comes_back(full: Desk, server: FakeServer) -> None:
    bill = full.id_of("Subject 9")
    full.folder_actions.move_to_trash(by_name(full, "Work"))
    assert shown(full) == ["Trash/Work", "Trash/Work/Bills"]
    full.replay()
    assert "Trash/Work/Bills" in server.folders
    assert full.actions.undo_newest() is not None
    assert shown(full) == ["Work", "Work/Bills"]
    full.replay()
    settled(full, server)
    assert full.ids("Work/Bills") == (bill,)


def test_undo_before_the_server_heard_sends_nothing(full: Desk, server: FakeServer) -> None:
    acts: list[Callable[[], object]] = [
        lambda: full.folder_actions.create(ANNA, "Travel"),
        lambda: full.folder_actions.rename(by_name(full, "Work"), "Arbeit"),
        lambda: full.folder_actions.delete(by_name(full, "Work")),
    ]
    for act in acts:
        act()
        undone = full.actions.undo_newest()
        assert undone is not None
        assert undone.sentence.startswith("Undone: ")
        assert shown(full) == ["Work", "Work/Bills"]
    full.replay()
    assert server.writes == []
    assert full.subjects("Work/Bills") == ["Subject 9"]


def test_a_new_folder_that_is_undone_goes_again_unless_something_is_in_it(full: Desk, server: FakeServer) -> None:
    full.folder_actions.create(ANNA, "Travel")
    full.replay()
    full.actions.undo_newest()
    assert "Travel" not in shown(full)
    server.deliver(letter(10), to="Travel")
    assert "a message more than you were told of" in full.replay().refusals[0].sentence
    assert "Travel" in server.folders
    assert "Travel" in shown(full)


def test_a_role_goes_along_with_the_name(full: Desk, server: FakeServer) -> None:
    full.folder_actions.rename(full.folder("Archive").id, "Attic")
    server.folders["Archive"].role = FolderRole.NONE
    full.replay()
    full.list_folders()
    assert full.folder("Attic").role is FolderRole.ARCHIVE


def test_a_folder_for_a_role_has_it_at_once_and_on_the_server(full: Desk, server: FakeServer) -> None:
    del server.folders["Archive"]
    full.list_folders()
    full.folder_actions.create(ANNA, "Archive", role=FolderRole.ARCHIVE)
    assert full.folder("Archive").role is FolderRole.ARCHIVE
    full.replay()
    assert server.folders["Archive"].role is FolderRole.ARCHIVE
    settled(full, server)


def test_subscriptions_are_changed_kept_and_renamed(full: Desk, server: FakeServer) -> None:
    full.folder_actions.subscribe(by_name(full, "Work"), False)
    full.list_folders()
    assert not full.folder("Work").subscribed
    full.replay()
    assert not server.folders["Work"].subscribed
    full.folder_actions.rename(by_name(full, "Work"), "Arbeit")
    server.calls.clear()
    full.replay()
    assert [call for call in server.calls if call.startswith("subscribe")] == [
        "subscribe Arbeit/Bills",
        "subscribe Work/Bills",
    ]


def test_what_a_server_does_not_tell_of_subscriptions_stays_as_it_is_known(full: Desk, server: FakeServer) -> None:
    full.folder_actions.subscribe(by_name(full, "Work"), False)
    full.replay()
    server.bend_list = lambda listed: tuple(replace(folder, subscribed=None) for folder in listed)
    full.list_folders()
    assert not full.folder("Work").subscribed
    assert full.folder("Work/Bills").subscribed
