"""The beginnings of large messages that come in pieces: kept until the message is complete, so that a cut costs little.

Statements inside somebody's transaction. A gap ends what counts: pieces behind it are thrown away when it is met.
"""

from __future__ import annotations

import sqlite3

from mailclient.domain.ids import MessageId


def size(connection: sqlite3.Connection, message_id: MessageId) -> int:
    """Return how many bytes are here from the beginning without a gap."""
    end = 0
    rows = connection.execute(
        "SELECT start, length(bytes) FROM piece WHERE message_id = ? ORDER BY start", (message_id,)
    )
    for start, length in rows:
        if start != end:
            break
        end += length
    return end


def add(connection: sqlite3.Connection, message_id: MessageId, offset: int, data: bytes) -> None:
    """Keep a piece; nothing when the message's row is gone."""
    connection.execute("DELETE FROM piece WHERE message_id = ? AND start >= ?", (message_id, offset))
    connection.execute(
        "INSERT INTO piece (message_id, start, bytes) SELECT id, ?, ? FROM message WHERE id = ?",
        (offset, data, message_id),
    )


def joined(connection: sqlite3.Connection, message_id: MessageId) -> bytes:
    """Return all pieces in one."""
    rows = connection.execute("SELECT bytes FROM piece WHERE message_id = ? ORDER BY start", (message_id,))
    return b"".join(row[0] for row in rows)


def beginning(connection: sqlite3.Connection, message_id: MessageId) -> bytes:
    """Return the first piece; empty when there is none."""
    row = connection.execute("SELECT bytes FROM piece WHERE message_id = ? AND start = 0", (message_id,)).fetchone()
    return b"" if row is None else bytes(row[0])


def drop(connection: sqlite3.Connection, message_id: MessageId) -> None:
    """The message is complete, or its bytes mean nothing any more."""
    connection.execute("DELETE FROM piece WHERE message_id = ?", (message_id,))
