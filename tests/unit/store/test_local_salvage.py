"""Mail that exists only here is taken out of a damaged file, and never taken for a message that waits to be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailclient.domain.draft import DraftKind
from mailclient.domain.exchange import QueuedMessage
from mailclient.domain.flags import Flag
from mailclient.domain.ids import AccountId, Uid
from mailclient.store.database import connect_file, open_store
from mailclient.store.local_mailbox import LocalMailbox
from mailclient.store.outbox_store import OutboxStore
from mailclient.store.salvage import _shape

ANNA = AccountId("anna")
LOCAL = [b"Message-ID: <%d@local>\r\nSubject: Local %d\r\n\r\n" % (n, n) + b"body\r\n" * 50 for n in range(60)]
OUT = b"Message-ID: <out@x>\r\nSubject: Out\r\n\r\nto be sent\r\n"


@pytest.mark.parametrize("zeroed", [100, 4096 * 3], ids=["the header is gone", "the first pages are gone"])
def test_a_damaged_file_gives_back_local_mail_and_mixes_nothing_up(tmp_path: Path, zeroed: int) -> None:
    opened = open_store(tmp_path)
    mailbox = LocalMailbox(opened.writer, ANNA)
    mailbox.list_folders()
    for raw in LOCAL:
        mailbox.append("INBOX", raw, Flag.SEEN)
    outbox = OutboxStore(opened.writer, lambda: 1.0)
    queued = outbox.queue(
        QueuedMessage(ANNA, "a@x.org", ("b@x.org",), "Out", "<out@x>", OUT, OUT, None, None, DraftKind.NEW), 1.0
    )
    opened.writer.stop()
    file = tmp_path / "user.sqlite"
    data = file.read_bytes()
    file.write_bytes(b"\x00" * zeroed + data[zeroed:])
    again = open_store(tmp_path)
    try:
        assert any("damaged" in sentence for sentence in again.sentences)
        found = LocalMailbox(again.writer, ANNA)
        found.list_folders()
        found.open_folder("INBOX")
        kept = [record.raw for record in found.fetch_bodies(iter([found.list_uids(Uid(1))]))]
        assert set(kept) <= set(LOCAL)
        if zeroed == 100:
            assert sorted(kept) == sorted(LOCAL)
        for item in OutboxStore(again.writer, lambda: 1.0).recover():
            assert item.id == queued
        rows = again.writer.read(
            lambda connection: connection.execute("SELECT outbox_id, raw FROM user.outbox_bytes").fetchall()
        )
        assert all(row == (queued, OUT) for row in rows)
    finally:
        again.writer.stop()


def test_rows_of_no_two_tables_with_bytes_look_alike(tmp_path: Path) -> None:
    open_store(tmp_path).writer.stop()
    connection = connect_file(tmp_path / "user.sqlite")
    try:
        shapes = {
            table: tuple(declared for _, declared, _, _ in _shape(connection, table).columns)
            for table in ("outbox_bytes", "local_bytes", "draft_attachment")
        }
    finally:
        connection.close()
    assert len(set(shapes.values())) == len(shapes)
