"""Messages found by their Message-ID in all folders and accounts: copies of one, and those that it refers to.

Found by an index, never by a scan; bounded. Statements on somebody's connection. RFC 5322 section 3.6.4.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, MessageId
from mailclient.domain.stored import StoredMessage
from mailclient.store.rows import Row, storable_identity

MAX_NAMES: Final = 150
MAX_COPIES: Final = 20
"""Of one Message-ID; careless programs give the same to everything they write."""


def _key(name: str) -> str:
    """Return what the index holds of a Message-ID, as an expression (resources/schema/cache/0010.sql)."""
    return f"substr({name}, 2, 4) || substr({name}, instr({name}, '@') - 4, 4)"


# The plus keeps SQLite from putting the value into the expression, which would then no longer be that of the index.
_STATEMENT: Final = (
    "SELECT m.id, m.message_id_field, f.account_id, f.name, f.role, m.sender_name, m.sender_address, m.subject, m.date, "
    "m.size, m.reference_ids FROM message m INDEXED BY message_by_name JOIN folder f ON f.id = m.folder_id "
    f"WHERE {_key('m.message_id_field')} = {_key('?1')} AND +m.message_id_field = ?1 AND m.message_id_field <> '' "
    "AND f.hidden = 0 ORDER BY m.id DESC LIMIT ?2"
)


def with_message_ids(connection: sqlite3.Connection, names: Sequence[str]) -> tuple[StoredMessage, ...]:
    """Return the messages with these Message-IDs, the newest of each first; deleted ones that wait are left out."""
    found: list[StoredMessage] = []
    for name in list(dict.fromkeys(names))[:MAX_NAMES]:
        found += [_stored(row) for row in connection.execute(_STATEMENT, (storable_identity(name), MAX_COPIES))]
    return tuple(found)


def _stored(row: Row) -> StoredMessage:
    key, name, account, folder, role, sender, address, subject, date, size, references = row
    return StoredMessage(
        MessageId(key),
        name,
        AccountId(account),
        folder,
        FolderRole(role),
        sender,
        address,
        subject,
        date,
        size,
        tuple(references.split()),
    )
