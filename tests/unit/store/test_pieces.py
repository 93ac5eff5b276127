"""The beginning of a large message: kept until it is whole, and only as far as it has no gap."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailclient.domain.ids import MessageId
from mailclient.store import pieces
from mailclient.store.migrations import migrate, read_steps

ONE, OTHER = MessageId(1), MessageId(2)


@pytest.fixture
def cache() -> Iterator[sqlite3.Connection]:
    """A cache with two messages."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path("cache.sqlite"), read_steps("cache"))
    connection.execute("INSERT INTO folder (account_id, wire_name, name) VALUES ('a', 'INBOX', 'Inbox')")
    for key in (ONE, OTHER):
        connection.execute(
            "INSERT INTO message (id, folder_id, flags, server_flags, size, has_attachment, sender_name, sender_address, "
            "sender_key, recipients, subject, subject_key, message_id_field, in_reply_to, reference_ids) "
            "VALUES (?, 1, 0, 0, 10, 0, '', '', '', '', '', '', '', '', '')",
            (key,),
        )
    yield connection
    connection.close()


def test_pieces_grow_into_the_whole(cache: sqlite3.Connection) -> None:
    assert pieces.size(cache, ONE) == 0
    pieces.add(cache, ONE, 0, b"first ")
    pieces.add(cache, ONE, 6, b"second")
    pieces.add(cache, OTHER, 0, b"of another")
    assert (pieces.size(cache, ONE), pieces.joined(cache, ONE)) == (12, b"first second")
    pieces.drop(cache, ONE)
    assert (pieces.size(cache, ONE), pieces.size(cache, OTHER)) == (0, 10)


def test_what_lies_behind_a_gap_does_not_count(cache: sqlite3.Connection) -> None:
    pieces.add(cache, ONE, 0, b"first ")
    pieces.add(cache, ONE, 100, b"far away")
    assert pieces.size(cache, ONE) == 6


def test_a_piece_that_comes_again_replaces_what_follows(cache: sqlite3.Connection) -> None:
    for offset, data in ((0, b"aaaa"), (4, b"bbbb"), (8, b"cccc"), (4, b"BB")):
        pieces.add(cache, ONE, offset, data)
    assert pieces.joined(cache, ONE) == b"aaaaBB"


def test_a_message_that_is_gone_keeps_no_pieces(cache: sqlite3.Connection) -> None:
    pieces.add(cache, MessageId(77), 0, b"lost")
    assert cache.execute("SELECT count(*) FROM piece").fetchone() == (0,)
    pieces.add(cache, ONE, 0, b"here")
    cache.execute("PRAGMA foreign_keys = ON")
    cache.execute("DELETE FROM message WHERE id = ?", (ONE,))
    assert cache.execute("SELECT count(*) FROM piece").fetchone() == (0,)
