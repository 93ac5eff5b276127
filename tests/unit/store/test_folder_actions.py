"""Folders changed in the store: names that are refused, and what a crash between the two files leaves."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import BadInput
from mailclient.domain.exchange import FolderListing
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderRole, FolderState, NamespaceKind, RemoteFolder
from mailclient.domain.ids import UidValidity
from mailclient.store import replay_store
from mailclient.store.effects import Changes
from mailclient.store.startup import recover_journal
from tests.unit.store.house import ANNA, ROLES, House, listing, message


@pytest.fixture
def full(house: House) -> House:
    """A folder with another in it, and a message there."""
    names = (*ROLES, "Work", "Work/Bills")
    house.sync.put_folders(ANNA, [listing(name) for name in names])
    for name in ("Work", "Work/Bills"):
        house.sync.set_state(house.folder(name), FolderState(UidValidity(1)))
    house.add("Work/Bills", message(1))
    return house


def names(house: House) -> list[str]:
    return sorted(folder.name for folder in house.sync.folders(ANNA) if folder.name not in ROLES)


def test_a_crash_after_the_first_half_of_a_rename_is_finished_at_the_start(full: House) -> None:
    bill = full.ids("Work/Bills")[0]
    full.actions.change_flags([bill], FlagChange(add=Flag.SEEN))
    full.actions.move([bill], full.folder("INBOX"))
    full.folder_actions.rename(full.folder("Work"), "Arbeit")
    rename = full.reader.operations()[-1]
    full.sync.operation_started(rename.id)
    full.writer.run(lambda connection: replay_store.settle(connection, rename, None, Changes()))
    full.again(None)
    recover_journal(full.writer)
    assert [folder.wire_name for folder in full.sync.folders(ANNA) if folder.name == "Arbeit/Bills"] == ["Arbeit/Bills"]
    waiting = full.reader.operations()
    assert {item.folder_wire_name for operation in waiting for item in operation.items} == {"Arbeit/Bills"}
    assert full.uids("Arbeit/Bills") == [1], "the server still has what was moved away here"


def test_a_hidden_folder_whose_deletion_nobody_waits_for_is_shown_again(full: House) -> None:
    bill = full.ids("Work/Bills")[0]
    full.folder_actions.delete(full.folder("Work"))
    assert names(full) == []

    def lose_the_journal() -> None:
        full.opened.files.user.unlink()

    full.again(lose_the_journal)
    recover_journal(full.writer)
    assert names(full) == ["Work", "Work/Bills"]
    assert full.ids("Work/Bills") == (bill,)


def test_a_folder_made_under_the_name_of_one_that_waits_for_its_end_gives_way(full: House) -> None:
    bill = full.ids("Work/Bills")[0]
    full.folder_actions.delete(full.folder("Work/Bills"))
    full.folder_actions.create(ANNA, "Bills", full.folder("Work"))
    full.add("INBOX", message(2))
    moved = full.ids("INBOX")[0]
    full.actions.move([moved], full.folder("Work/Bills"))
    deletion = full.reader.operations()[0]
    full.sync.operation_started(deletion.id)
    full.sync.operation_refused(deletion.id, "No.")
    assert names(full) == ["Work", "Work/Bills"]
    assert set(full.ids("Work/Bills")) == {bill, moved}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("work", "already has a folder"),
        ("inbox", "already has a folder"),
        ("a/b", "cannot contain"),
        ("x" * 300, "too long"),
    ],
)
def test_names_that_cannot_be_are_refused_before_anything_is_written(full: House, name: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        full.folder_actions.create(ANNA, name)
    assert full.reader.operations() == ()


def test_what_cannot_be_done_with_folders_is_said(full: House) -> None:
    with pytest.raises(BadInput, match="The inbox keeps its name"):
        full.folder_actions.delete(full.folder("INBOX"))
    with pytest.raises(BadInput, match="into itself"):
        full.folder_actions.move(full.folder("Work"), full.folder("Work/Bills"))
    full.folder_actions.rename(full.folder("Work"), "Arbeit")
    with pytest.raises(BadInput, match="Try again later"):
        full.folder_actions.create(ANNA, "Work")
    full.folder_actions.delete(full.folder("Trash"))
    with pytest.raises(BadInput, match="no folder for deleted mail"):
        full.folder_actions.move_to_trash(full.folder("Arbeit"))


def test_where_all_folders_lie_in_the_inbox_new_ones_do_too(house: House) -> None:
    every = [
        FolderListing(RemoteFolder(name, name, "."), role, by_attribute=True)
        for name, role in (("INBOX", FolderRole.INBOX), ("INBOX.Trash", FolderRole.TRASH))
    ]
    house.sync.put_folders(ANNA, every)
    house.folder_actions.create(ANNA, "Travel")
    assert house.folder_row("INBOX.Travel").wire_name == "INBOX.Travel"
    house.folder_actions.rename(house.folder("INBOX.Travel"), "Reisen")
    assert house.folder_row("INBOX.Reisen").leaf == "Reisen"


def test_the_inbox_knows_where_new_folders_must_lie(house: House) -> None:
    mine = RemoteFolder("INBOX", "Inbox", ".", namespace_prefix="INBOX.")
    theirs = RemoteFolder(
        "#shared.lists", "#shared.lists", ".", namespace=NamespaceKind.SHARED, namespace_prefix="#shared."
    )
    listings = [FolderListing(mine, FolderRole.INBOX, True), FolderListing(theirs, FolderRole.NONE, False)]
    house.sync.put_folders(ANNA, listings)
    house.folder_actions.create(ANNA, "Travel")
    assert house.folder_row("INBOX.Travel").namespace is NamespaceKind.PERSONAL
    house.folder_actions.create(ANNA, "Old", house.folder("#shared.lists"))
    made = house.folder_row("#shared.lists.Old")
    assert (made.namespace, made.namespace_prefix) == (NamespaceKind.SHARED, "#shared.")


def test_shared_folders_do_not_hide_that_all_of_ones_own_lie_in_the_inbox(house: House) -> None:
    shared = RemoteFolder("#shared.lists", "#shared.lists", ".", namespace=NamespaceKind.SHARED)
    own = [RemoteFolder(name, name, ".") for name in ("INBOX", "INBOX.Trash")]
    house.sync.put_folders(ANNA, [FolderListing(each, FolderRole.NONE, False) for each in (*own, shared)])
    house.folder_actions.create(ANNA, "Travel")
    assert house.folder_row("INBOX.Travel").name == "INBOX.Travel"
