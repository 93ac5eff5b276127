"""The entries of the search index: what goes in for a message, and how exactly that is taken out again.

The index keeps no text, so an entry is taken out with the very words that went in (docs/adr/0004). FTS5 writes out what it
has collected whenever a row id is smaller than the one before: entries go in and out in the order of their keys. Headers
that come by the thousand wait (``unindexed``): most get their only entry with their body. Statements inside somebody's
transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mailclient.domain.ids import MessageId
from mailclient.store import bulk
from mailclient.store.texts import unpack
from mailclient.store.words import indexed

Entry = tuple[MessageId, str, str, str, str]
"""Key, and the words of subject, sender, recipients and body."""

_COLUMNS = "rowid, subject, sender, recipients, body"
_ROWS = (
    "SELECT m.id, m.subject, m.sender_name, m.sender_address, m.recipients, coalesce(b.body, '') "
    "FROM message m LEFT JOIN body_text b ON b.message_id = m.id"
)


def entry(key: MessageId, subject: str, name: str, address: str, recipients: str, body: str) -> Entry:
    """Return the entry for texts as they are stored; ``body`` is the whole text."""
    return key, indexed(subject), indexed(f"{name} {address}"), indexed(recipients), indexed(body)


def entries(connection: sqlite3.Connection, keys: Sequence[MessageId]) -> dict[MessageId, Entry]:
    """Return what the index holds of those of these messages that are there."""
    found: dict[MessageId, Entry] = {}
    for part in bulk.parts(keys):
        rows = connection.execute(f"{_ROWS} WHERE m.id IN ({bulk.marks(len(part))})", part).fetchall()
        found.update((MessageId(row[0]), _of(row)) for row in rows)
    return found


def add(connection: sqlite3.Connection, new: Iterable[Entry]) -> None:
    """Put in entries of messages that have none."""
    bulk.insert(connection, f"INSERT INTO search ({_COLUMNS})", sorted(new))


def postpone(connection: sqlite3.Connection, keys: Sequence[MessageId]) -> None:
    """Note that these messages have no entry yet."""
    bulk.insert(connection, "INSERT INTO unindexed (message_id)", [(key,) for key in keys])


def catch_up(connection: sqlite3.Connection, limit: int) -> int:
    """Make entries for so many messages that have none, newest first; return for how many."""
    rows = connection.execute("SELECT message_id FROM unindexed ORDER BY message_id DESC LIMIT ?", (limit,))
    keys = [MessageId(row[0]) for row in rows]
    if keys:
        put(connection, {}, entries(connection, keys).values())
    return len(keys)


def put(connection: sqlite3.Connection, old: Mapping[MessageId, Entry], new: Iterable[Entry]) -> None:
    """Put entries in, in place of the old ones of messages that had one."""
    fresh = list(new)
    remove(connection, old)
    bulk.delete(connection, "unindexed", "message_id", [each[0] for each in fresh])
    add(connection, fresh)


def remove(connection: sqlite3.Connection, old: Mapping[MessageId, Entry]) -> None:
    """Take entries out, with the values they went in with; a message whose entry was not made yet has none."""
    waiting = _waiting(connection, list(old))
    rows = [("delete", *old[key]) for key in sorted(old) if key not in waiting]
    bulk.insert(connection, f"INSERT INTO search (search, {_COLUMNS})", rows)


def _waiting(connection: sqlite3.Connection, keys: Sequence[MessageId]) -> set[MessageId]:
    found: set[MessageId] = set()
    for part in bulk.parts(keys):
        statement = f"SELECT message_id FROM unindexed WHERE message_id IN ({bulk.marks(len(part))})"
        found.update(MessageId(row[0]) for row in connection.execute(statement, part))
    return found


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the index anew from the rows."""
    connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
    connection.execute("DELETE FROM unindexed")
    connection.executemany(f"INSERT INTO search ({_COLUMNS}) VALUES ({bulk.marks(5)})", _all(connection))


def _all(connection: sqlite3.Connection) -> Iterator[Entry]:
    return map(_of, connection.execute(f"{_ROWS} ORDER BY m.id"))


def _of(row: Sequence[Any]) -> Entry:
    return entry(MessageId(row[0]), row[1], row[2], row[3], row[4], unpack(row[5]))
