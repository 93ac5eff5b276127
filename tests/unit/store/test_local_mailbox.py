"""The mailboxes on this machine behave as a server's: names, numbers, flags, moves, and bytes bit by bit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailclient.domain.errors import FolderChanged, ServerRefused
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, ModSeq, Uid
from mailclient.protocol.uid_sets import UidSet
from mailclient.store.database import open_store
from mailclient.store.local_mail import split
from mailclient.store.local_mailbox import LocalMailbox
from mailclient.store.writer import Writer

RAW = b"Message-ID: <a@b>\r\nSubject: x\r\n\r\nbody\r\n\r\nmore"
ALL = UidSet.of_ranges([(1, 1000)])


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    opened = open_store(tmp_path)
    yield opened.writer
    opened.writer.stop()


@pytest.fixture
def mailbox(writer: Writer) -> LocalMailbox:
    found = LocalMailbox(writer, AccountId("a"), lambda: 1_700_000_000.0)
    found.list_folders()
    return found


def test_the_usual_folders_are_there_from_the_beginning(mailbox: LocalMailbox) -> None:
    folders = mailbox.list_folders()
    assert [folder.role for folder in folders] == [
        FolderRole.INBOX,
        FolderRole.DRAFTS,
        FolderRole.SENT,
        FolderRole.ARCHIVE,
        FolderRole.JUNK,
        FolderRole.TRASH,
    ]
    mailbox.hierarchy.create("Trips", FolderRole.NONE)
    assert mailbox.list_folders()[-1].wire_name == "Trips"
    with pytest.raises(FolderChanged):
        mailbox.open_folder("Nowhere")


def test_accounts_do_not_see_each_other(mailbox: LocalMailbox, writer: Writer) -> None:
    mailbox.append("INBOX", RAW, Flag.NONE)
    other = LocalMailbox(writer, AccountId("b"))
    other.list_folders()
    assert other.open_folder("INBOX").exists == 0


@pytest.mark.parametrize(
    "raw", [RAW, b"", b"\r\n\r\nx", b"no end of the header", b"a: b\n\nlf only\r\n\r\n", b"\x00\xff\r\n"]
)
def test_bytes_are_kept_as_they_came(mailbox: LocalMailbox, raw: bytes) -> None:
    mapping = mailbox.append("INBOX", raw, Flag.SEEN, 1_600_000_000)
    assert mapping is not None
    uid = mapping.uids[Uid(0)]
    mailbox.open_folder("INBOX")
    assert [record.raw for record in mailbox.fetch_bodies(iter([UidSet.of([uid])]))] == [raw]
    assert mailbox.fetch_piece(uid, 2, 3) == raw[2:5]
    header = next(mailbox.fetch_headers(iter([UidSet.of([uid])])))
    assert (header.flags, header.received_unix_s, header.size_bytes) == (Flag.SEEN, 1_600_000_000, len(raw))
    assert split(raw)[0] == header.header


def test_a_uid_is_never_used_twice(mailbox: LocalMailbox) -> None:
    first = mailbox.append("INBOX", RAW, Flag.NONE)
    mailbox.open_folder("INBOX")
    assert mailbox.delete_forever(ALL)
    second = mailbox.append("INBOX", RAW, Flag.NONE)
    assert first is not None
    assert second is not None
    assert second.uids[Uid(0)] > first.uids[Uid(0)]
    assert mailbox.open_folder("INBOX").exists == 1


def test_changes_are_found_by_their_modification_sequence(mailbox: LocalMailbox) -> None:
    for _ in range(3):
        mailbox.append("INBOX", RAW, Flag.NONE)
    before = mailbox.open_folder("INBOX").highest_modseq
    mailbox.change_flags(UidSet.of([2]), FlagChange(add=Flag.FLAGGED))
    after = mailbox.open_folder("INBOX").highest_modseq
    assert before is not None
    assert after is not None
    assert after > before
    assert [(found.uid, found.flags) for found in mailbox.fetch_flags(ALL, before)] == [(2, Flag.FLAGGED)]
    assert list(mailbox.fetch_flags(ALL, ModSeq(after))) == []


def test_a_move_tells_the_new_uid_and_keeps_flags_and_bytes(mailbox: LocalMailbox) -> None:
    mailbox.append("Archive", RAW, Flag.NONE)
    mailbox.append("INBOX", RAW, Flag.SEEN)
    mailbox.open_folder("INBOX")
    mapping = mailbox.move(ALL, "Archive")
    assert mapping is not None
    assert mapping.uids == {1: 2}
    snapshot = mailbox.open_folder("Archive")
    assert (snapshot.exists, snapshot.uid_validity) == (2, mapping.uid_validity)
    assert [found.flags for found in mailbox.fetch_flags(UidSet.of([2]))] == [Flag.SEEN]
    assert mailbox.find_message_id("<a@b>") == (1, 2)
    with pytest.raises(ServerRefused, match="TRYCREATE"):
        mailbox.move(ALL, "Nowhere")


def test_folders_are_made_renamed_with_what_lies_in_them_and_deleted(mailbox: LocalMailbox) -> None:
    hierarchy = mailbox.hierarchy
    hierarchy.create("Trips", FolderRole.NONE)
    hierarchy.create("Trips/Rome", FolderRole.NONE)
    mailbox.append("Trips/Rome", RAW, Flag.NONE)
    hierarchy.rename("Trips", "Travels")
    names = [folder.wire_name for folder in mailbox.list_folders()]
    assert names[-2:] == ["Travels", "Travels/Rome"]
    assert hierarchy.count("Travels/Rome") == 1
    hierarchy.subscribe("Travels", False)
    assert not next(folder for folder in mailbox.list_folders() if folder.wire_name == "Travels").subscribed
    hierarchy.delete("Travels/Rome")
    assert hierarchy.count("Travels/Rome") is None


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("create", ("Sent", FolderRole.NONE)),
        ("rename", ("Nowhere", "Here")),
        ("rename", ("Drafts", "Sent")),
        ("rename", ("INBOX", "Old")),
        ("delete", ("INBOX",)),
        ("delete", ("Nowhere",)),
    ],
)
def test_a_folder_command_that_makes_no_sense_is_refused(
    mailbox: LocalMailbox, command: str, arguments: tuple[object, ...]
) -> None:
    with pytest.raises(ServerRefused):
        getattr(mailbox.hierarchy, command)(*arguments)
