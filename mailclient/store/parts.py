"""Single parts of messages that are not here whole: beside their rows, and never the message.

Statements inside somebody's transaction. They go when the message comes, when it is freed, and with its row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from mailclient.domain.exchange import KeptPart
from mailclient.domain.ids import MessageId

KEPT_BYTES: Final = 200 * 1000 * 1000
"""So much stays here of messages that nobody wanted whole."""


def put(connection: sqlite3.Connection, message_id: MessageId, parts: Sequence[KeptPart]) -> None:
    """Keep the parts of a message, the whole message's own header first; nothing when its row is gone."""
    connection.execute("DELETE FROM part WHERE message_id = ?", (message_id,))
    connection.executemany(
        "INSERT INTO part (message_id, position, section, content_type, is_multipart, size, encoding, header, body) "
        "SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM message WHERE id = ? AND availability <> 1",
        [
            (
                position,
                part.section,
                part.content_type,
                part.is_multipart,
                part.size_bytes,
                part.encoding,
                part.header,
                part.body,
                message_id,
            )
            for position, part in enumerate(parts)
        ],
    )


def put_body(connection: sqlite3.Connection, message_id: MessageId, section: str, body: bytes) -> None:
    """Keep the body of one part; the parts of other messages go when it is too much, those that came first before others."""
    connection.execute("UPDATE part SET body = ? WHERE message_id = ? AND section = ?", (body, message_id, section))
    total = 0
    for key, size in connection.execute(
        "SELECT message_id, sum(length(body)) FROM part GROUP BY message_id ORDER BY message_id = ? DESC, max(rowid) DESC",
        (message_id,),
    ).fetchall():
        total += size or 0
        if total > KEPT_BYTES and key != message_id:
            connection.execute("DELETE FROM part WHERE message_id = ?", (key,))


def of_message(connection: sqlite3.Connection, message_id: MessageId) -> tuple[KeptPart, ...]:
    """Return the parts that are known of a message, in its order; none when it is not here in parts."""
    rows = connection.execute(
        "SELECT section, content_type, is_multipart, size, encoding, header, body FROM part WHERE message_id = ? "
        "ORDER BY position",
        (message_id,),
    )
    return tuple(KeptPart(row[0], row[1], bool(row[2]), row[3], row[4], row[5], row[6]) for row in rows)
