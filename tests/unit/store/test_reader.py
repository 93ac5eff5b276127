"""What the window reads: bounded pages by key that together are the whole folder in order, and nothing else than reading."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from mailclient.domain.flags import Flag
from mailclient.domain.ids import AccountId, FolderId, MessageId, Uid, UidValidity, message_key
from mailclient.domain.message import MessageLocation, SortOrder
from mailclient.store.reader import Cursor, Reader
from tests.unit.store.house import ANNA, House, message

FILL = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO message (id, folder_id, uid, flags, server_flags, size, has_attachment, sender_name, sender_address,
    sender_key, recipients, subject, subject_key, message_id_field, in_reply_to, reference_ids)
SELECT (1500000000 + i) << 20, ?, i, i % 2, i % 2, (i * 7919) % 5000, 0, '', '', 'sender' || ((i * 31) % 700), '',
    's' || i, 's' || ((i * 17) % 3000), '', '', '' FROM n
"""


def all_ids(
    reader: Reader, folder: FolderId, limit: int, order: SortOrder, *, descending: bool, unread_only: bool = False
) -> list[MessageId]:
    """Return the ids of all pages, one after the other."""
    result: list[MessageId] = []
    after: Cursor | None = None
    while True:
        page = reader.id_page(
            folder, order=order, descending=descending, unread_only=unread_only, after=after, limit=limit
        )
        assert len(page.ids) <= limit
        result += page.ids
        after = page.next
        if after is None:
            return result


def test_pages_of_200_000_messages_are_the_whole_folder_in_order(house: House) -> None:
    inbox = house.folder("INBOX")
    house.writer.run(lambda connection: connection.execute(FILL, (200_000, inbox)))
    columns = {
        SortOrder.DATE: "id",
        SortOrder.SENDER: "sender_key",
        SortOrder.SUBJECT: "subject_key",
        SortOrder.SIZE: "size",
    }
    for order, column in columns.items():
        for descending in (True, False):
            direction = "DESC" if descending else "ASC"
            statement = f"SELECT id FROM message WHERE folder_id = ? ORDER BY {column} {direction}, id {direction}"
            expected = [row[0] for row in house.ask(statement, inbox)]
            assert all_ids(house.reader, inbox, 5_000, order, descending=descending) == expected
    unread = all_ids(house.reader, inbox, 5_000, SortOrder.DATE, descending=True, unread_only=True)
    assert len(unread) == 100_000
    assert len(house.sync.known_uids(inbox)) == 200_000


@pytest.mark.parametrize("order", list(SortOrder))
def test_no_page_sorts_the_folder(house: House, order: SortOrder) -> None:
    statements: list[str] = []
    house.reader._connection.set_trace_callback(statements.append)
    for descending in (True, False):
        for unread_only in (True, False):
            if unread_only and order is not SortOrder.DATE:
                continue
            for after in (None, Cursor(None if order is SortOrder.DATE else "x", MessageId(5))):
                house.reader.id_page(
                    house.folder("INBOX"), order=order, descending=descending, unread_only=unread_only, after=after
                )
    house.reader._connection.set_trace_callback(None)
    plans = [
        str(row[3])
        for statement in statements
        if statement.startswith("SELECT id")
        for row in house.ask(f"EXPLAIN QUERY PLAN {statement}")
    ]
    assert plans
    assert not [plan for plan in plans if "TEMP B-TREE" in plan or plan.startswith("SCAN")]


def test_the_last_page_says_so(house: House) -> None:
    house.add("INBOX", *(message(uid) for uid in range(1, 5)))
    page = house.reader.id_page(house.folder("INBOX"), limit=4)
    assert (len(page.ids), page.next) == (4, None)
    page = house.reader.id_page(house.folder("INBOX"), limit=3)
    assert page.next == Cursor(None, page.ids[-1])
    assert house.reader.id_page(house.folder("Archive")).ids == ()


def test_rows_come_in_the_order_asked_for_and_vanished_ones_are_left_out(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    newest, oldest = house.ids("INBOX")
    rows = house.reader.rows([oldest, MessageId(4), newest])
    assert [row.id for row in rows] == [oldest, newest]
    assert house.reader.rows([]) == ()
    assert house.reader.row(MessageId(4)) is None


def test_a_row_tells_all_that_a_list_shows(house: House) -> None:
    house.add(
        "INBOX",
        message(7, "Hello", received_unix_s=50, date_unix_s=None, has_attachment=True, flags=Flag.SEEN),
    )
    (row,) = house.reader.rows(house.ids("INBOX"))
    assert (row.id, row.received_unix_s, row.date_unix_s) == (message_key(50, 0), 50, None)
    assert (row.subject, row.sender_name, row.sender_address) == ("Hello", "Sender 7", "sender7@example.org")
    assert (row.has_attachment, row.size_bytes, row.flags) == (True, 1007, Flag.SEEN)
    assert house.reader.location(row.id) == MessageLocation(
        house.folder("INBOX"), UidValidity(1), Uid(7), "<7@example.org>"
    )
    assert house.reader.location(MessageId(1)) is None


def test_subjects_sort_without_the_marks_of_replies(house: House) -> None:
    house.add("INBOX", message(1, "b"), message(2, "Re: AW: a"), message(3, "C"))
    page = house.reader.id_page(house.folder("INBOX"), order=SortOrder.SUBJECT, descending=False)
    assert [row.subject for row in house.reader.rows(page.ids)] == ["Re: AW: a", "b", "C"]


def test_hostile_text_is_stored_and_shown(house: House) -> None:
    house.add("INBOX", message(1, "a\0b\ud800c", sender_name="\ud83d", date_unix_s=1 << 80, references=("<a>", "<b>")))
    (row,) = house.reader.rows(house.ids("INBOX"))
    assert row.subject == "a\ufffdb?c"


def test_a_hostile_message_id_is_kept_to_the_byte(house: House) -> None:
    house.add("INBOX", message(1, message_id_field="<a\0b@x>"))
    (key,) = house.ids("INBOX")
    location = house.reader.location(key)
    assert location is not None
    assert location.message_id_field == "<a\0b@x>"
    operation_id = house.actions.move([key], house.folder("Archive")).operation_ids[0]
    assert house.reader.operations()[0].items[0].message_id_field == "<a\0b@x>"
    house.sync.operation_done(operation_id, None)
    arrived = message(9, "Subject 1", message_id_field="<a\0b@x>", size_bytes=1001)
    assert house.add("Archive", arrived).added == ()


def test_folders_by_account_and_name(house: House) -> None:
    assert [folder.name for folder in house.reader.folders(ANNA)] == ["Archive", "INBOX", "Junk", "Sent", "Trash"]
    assert house.reader.folders(AccountId("nobody")) == ()
    assert house.reader.folder(FolderId(999)) is None
    found = house.reader.folder(house.folder("Sent"))
    assert found is not None
    assert found.name == "Sent"


def test_a_reader_cannot_write(house: House) -> None:
    with pytest.raises(sqlite3.OperationalError):
        house.reader._connection.execute("DELETE FROM message")
    with pytest.raises(sqlite3.OperationalError):
        house.reader._connection.execute("DELETE FROM user.draft")


def test_a_reader_belongs_to_its_thread(house: House) -> None:
    errors: list[Exception] = []

    def work() -> None:
        try:
            house.reader.folders()
        except sqlite3.ProgrammingError as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(errors) == 1


def test_a_reader_sees_what_is_committed_before_and_after_a_checkpoint(house: House) -> None:
    house.add("INBOX", message(1))
    assert len(house.ids("INBOX")) == 1
    house.again()
    assert len(house.ids("INBOX")) == 1
    house.add("INBOX", message(2))
    assert len(house.ids("INBOX")) == 2


def test_a_reader_opens_while_nobody_writes(house: House) -> None:
    house.add("INBOX", message(1))
    house.close()
    reader = Reader(house.opened.files.cache, house.opened.files.user)
    assert len(reader.folders()) == 5
    reader.close()
    house.open()
