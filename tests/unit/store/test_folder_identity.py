"""Folders that were renamed elsewhere, known by the names that servers give them for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailclient.domain.exchange import FolderListing
from mailclient.domain.folder import FolderState, FolderStatus
from mailclient.domain.ids import UidValidity
from mailclient.store.folder_identity import follow_renames
from tests.unit.store.house import ANNA, House, listing, message


def told(name: str, mailbox_id: str | None, validity: int = 1) -> FolderListing:
    """Return a line of LIST with the folder's name for ever."""
    line = listing(name)
    status = FolderStatus(uid_validity=UidValidity(validity), mailbox_id=mailbox_id)
    return replace(line, remote=replace(line.remote, status=status))


@pytest.fixture
def home(house: House) -> House:
    """A folder with three messages, and one in it."""
    house.sync.put_folders(ANNA, [told("INBOX", "F1"), told("Travel", "F2"), told("Travel/Rome", "F3")])
    for name in ("Travel", "Travel/Rome"):
        house.sync.set_state(house.folder(name), FolderState(UidValidity(1)))
        house.sync.add_messages(house.folder(name), [message(1), message(2), message(3)], None)
    return house


def test_a_renamed_folder_keeps_its_row_and_messages(home: House) -> None:
    before = [(home.folder(name), home.uids(name)) for name in ("Travel", "Travel/Rome")]
    touched = home.sync.put_folders(ANNA, [told("INBOX", "F1"), told("Journeys", "F2"), told("Journeys/Rome", "F3")])
    assert [(home.folder(name), home.uids(name)) for name in ("Journeys", "Journeys/Rome")] == before
    assert set(touched) >= {id_ for id_, _ in before}
    assert {folder.name for folder in home.sync.folders(ANNA)} == {"INBOX", "Journeys", "Journeys/Rome"}


@pytest.mark.parametrize(
    "now",
    [
        told("Journeys", None),
        told("Journeys", "F9"),
        told("Journeys", "F2", validity=2),
    ],
    ids=["no name for ever", "another one", "another UIDVALIDITY"],
)
def test_another_folder_is_another_folder(home: House, now: FolderListing) -> None:
    before = home.folder("Travel")
    home.sync.put_folders(ANNA, [told("INBOX", "F1"), now, told("Travel/Rome", "F3")])
    assert home.folder("Journeys") != before
    assert home.uids("Journeys") == []


def test_a_copy_that_claims_the_name_for_ever_of_another_takes_nothing(home: House) -> None:
    before = home.folder("Travel")
    everything = [told("INBOX", "F1"), told("Travel", "F2"), told("Travel/Rome", "F3"), told("Thief", "F2")]
    home.sync.put_folders(ANNA, everything)
    assert home.folder("Travel") == before
    assert home.uids("Thief") == []


def test_what_waits_to_be_moved_there_follows(home: House) -> None:
    home.sync.set_state(home.folder("INBOX"), FolderState(UidValidity(1)))
    home.sync.add_messages(home.folder("INBOX"), [message(7, "moved")], None)
    ids = home.reader.id_page(home.folder("INBOX")).ids
    home.actions.move(list(ids), home.folder("Travel"))
    home.sync.put_folders(ANNA, [told("INBOX", "F1"), told("Journeys", "F2"), told("Travel/Rome", "F3")])
    (operation,) = home.sync.runnable_operations(ANNA, 2e9)
    assert getattr(operation.act, "target_wire_name", None) == "Journeys"


def test_a_kill_between_the_two_files_is_mended_by_the_next_listing(home: House) -> None:
    home.sync.set_state(home.folder("INBOX"), FolderState(UidValidity(1)))
    home.sync.add_messages(home.folder("INBOX"), [message(7, "moved")], None)
    home.actions.move(list(home.reader.id_page(home.folder("INBOX")).ids), home.folder("Travel"))
    before = home.folder("Travel")
    now = [told("INBOX", "F1"), told("Journeys", "F2"), told("Travel/Rome", "F3")]
    home.writer.run(lambda connection: follow_renames(connection, ANNA, now))  # And no more.
    assert home.folder("Travel") == before
    home.sync.put_folders(ANNA, now)
    assert home.folder("Journeys") == before
    (operation,) = home.sync.runnable_operations(ANNA, 2e9)
    assert getattr(operation.act, "target_wire_name", None) == "Journeys"
