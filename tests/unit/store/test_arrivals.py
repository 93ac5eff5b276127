"""UIDVALIDITY changes: nothing that exists only here is lost, bodies stay with their messages, actions find theirs."""

from __future__ import annotations

from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderState
from mailclient.domain.ids import UidValidity
from tests.unit.store.house import ANNA, House, message


def revalidate(house: House) -> None:
    """The server says that the inbox is another one."""
    house.sync.begin_revalidation(house.folder("INBOX"), UidValidity(2))


def test_rows_are_adopted_with_their_bytes(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    newest, oldest = house.ids("INBOX")
    house.sync.put_bodies(house.folder("INBOX"), [house.body(oldest, "text", b"exact")])
    revalidate(house)
    assert house.uids("INBOX") == []
    assert house.folder_row("INBOX").state == FolderState(UidValidity(2))
    touched = house.add("INBOX", message(71, "Subject 1", message_id_field="<1@example.org>", size_bytes=1001))
    assert (touched.added, touched.changed) == ((), (oldest,))
    assert house.reader.raw(oldest) == b"exact"
    assert house.sync.end_revalidation(house.folder("INBOX")).removed == (newest,)
    assert house.ids("INBOX") == (oldest,)
    assert house.uids("INBOX") == [71]


def test_another_message_with_the_same_message_id_is_no_twin(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    revalidate(house)
    touched = house.add("INBOX", message(5, "Other words", message_id_field="<1@example.org>", size_bytes=1001))
    assert len(touched.added) == 1
    assert house.sync.locate(key) == (house.folder("INBOX"), None)


def test_messages_without_message_id_must_agree_in_more(house: House) -> None:
    house.add("INBOX", message(1, message_id_field=""), message(2, message_id_field=""))
    newest, oldest = house.ids("INBOX")
    revalidate(house)
    same = message(1)
    house.add(
        "INBOX",
        message(
            8,
            same.subject,
            message_id_field="",
            size_bytes=same.size_bytes,
            sender_address=same.sender_address,
            date_unix_s=same.date_unix_s,
        ),
    )
    assert house.sync.locate(oldest) == (house.folder("INBOX"), 8)
    assert house.sync.locate(newest) == (house.folder("INBOX"), None)


def test_a_waiting_action_is_told_the_new_uid(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    house.actions.change_flags([key], FlagChange(add=Flag.SEEN))
    revalidate(house)
    (operation,) = house.sync.runnable_operations(ANNA, 0.0)
    assert (operation.items[0].uid, operation.items[0].uid_validity) == (None, None)
    house.add("INBOX", message(71, "Subject 1", message_id_field="<1@example.org>", size_bytes=1001))
    (operation,) = house.sync.runnable_operations(ANNA, 0.0)
    assert (operation.items[0].uid, operation.items[0].uid_validity) == (71, 2)
    assert house.flags(key) == Flag.SEEN


def test_a_message_that_was_moved_away_is_recognised_and_not_listed_again(house: House) -> None:
    house.add("INBOX", message(1))
    (key,) = house.ids("INBOX")
    house.actions.move([key], house.folder("Archive"))
    revalidate(house)
    assert house.uids("INBOX") == []
    house.add("INBOX", message(71, "Subject 1", message_id_field="<1@example.org>", size_bytes=1001))
    assert house.ids("INBOX") == ()
    assert house.ids("Archive") == (key,)
    assert house.uids("INBOX") == [71]


def test_a_row_that_an_action_needs_outlives_the_revalidation(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    house.actions.change_flags(keys, FlagChange(add=Flag.SEEN))
    revalidate(house)
    assert house.sync.end_revalidation(house.folder("INBOX")).removed == ()
    assert house.ids("INBOX") == keys


def test_a_move_undone_after_the_change_waits_to_be_claimed(house: House) -> None:
    house.add("INBOX", message(1))
    keys = house.ids("INBOX")
    house.actions.move(keys, house.folder("Archive"))
    revalidate(house)
    house.actions.undo_newest()
    assert house.ids("INBOX") == keys
    assert house.uids("INBOX") == []
