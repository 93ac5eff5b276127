"""The same message in another place of an account: known by the name that its server gives it for ever.

A message that another client moved, or that lies under several of Gmail's labels, is not fetched again: its bytes are
here. The name alone is not believed: size and Message-ID must be the same. Where servers have no such names nothing is
found, at the price of one look at a column. Statements inside somebody's transaction. RFC 8474 section 5.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from mailclient.domain.ids import AccountId, MessageId
from mailclient.store import bulk

LINGERING_S: Final = 3_600
LINGERING_BYTES: Final = 32_000_000
LINGERING_MESSAGES: Final = 500
_NOW: Final = "CAST(strftime('%s', 'now') AS INTEGER)"

MAY_BE_HERE: Final = (
    "email_id IS NOT NULL AND (EXISTS (SELECT 1 FROM message other INDEXED BY message_by_email_id "
    "WHERE other.email_id = message.email_id AND other.id <> message.id AND other.availability = 1) "
    "OR EXISTS (SELECT 1 FROM lingering WHERE lingering.email_id = message.email_id))"
)
"""Of a row of ``message``: is it worth while to ask ``find``?"""


def find(connection: sqlite3.Connection, message_id: MessageId) -> bytes | None:
    """Return the bytes of a message from where else they are."""
    wanted = connection.execute(
        "SELECT m.email_id, m.size, m.message_id_field, f.account_id FROM message m JOIN folder f ON f.id = m.folder_id "
        "WHERE m.id = ? AND m.email_id IS NOT NULL",
        (message_id,),
    ).fetchone()
    if wanted is None:
        return None
    row = connection.execute(
        "SELECT r.bytes FROM message m INDEXED BY message_by_email_id JOIN folder f ON f.id = m.folder_id "
        "JOIN raw r ON r.message_id = m.id WHERE m.email_id = ?1 AND m.size = ?2 AND m.message_id_field = ?3 "
        "AND f.account_id = ?4 AND m.id <> ?5 AND length(r.bytes) = ?2 "
        "UNION ALL SELECT bytes FROM lingering WHERE email_id = ?1 AND message_id_field = ?3 AND account_id = ?4 "
        "AND length(bytes) = ?2 LIMIT 1",
        (*wanted, message_id),
    ).fetchone()
    return None if row is None else bytes(row[0])


def linger(connection: sqlite3.Connection, account_id: AccountId, ids: Sequence[MessageId]) -> None:
    """Keep the bytes of messages that are about to go for a while: who moves a message takes it away here first.

    Only a few, the newest: what is emptied by the thousand was not moved by hand.
    """
    left = LINGERING_BYTES
    for part in bulk.parts(sorted(ids, reverse=True)[:LINGERING_MESSAGES]):
        rows = connection.execute(
            f"SELECT id, size FROM message WHERE id IN ({bulk.marks(len(part))}) AND email_id IS NOT NULL "
            "AND availability = 1 ORDER BY id DESC",
            part,
        ).fetchall()
        for key, size in rows:
            if size > left:
                return
            left -= size
            connection.execute(
                f"INSERT OR REPLACE INTO lingering SELECT ?, m.email_id, m.message_id_field, {_NOW}, r.bytes "
                "FROM message m JOIN raw r ON r.message_id = m.id WHERE m.id = ?",
                (account_id, key),
            )


def forget_old(connection: sqlite3.Connection) -> None:
    """Let go what turned up nowhere, and the oldest of what is too much."""
    connection.execute(f"DELETE FROM lingering WHERE left_at < {_NOW} - ?", (LINGERING_S,))
    connection.execute(
        "DELETE FROM lingering WHERE rowid NOT IN (SELECT rowid FROM lingering ORDER BY left_at DESC, rowid DESC LIMIT ?)",
        (LINGERING_MESSAGES,),
    )
