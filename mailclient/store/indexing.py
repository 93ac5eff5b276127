"""The entries of the search index: what goes in for a message, and how exactly that is taken out again.

The index keeps no text, so an entry is taken out with the very words that went in (docs/adr/0004). FTS5 writes out what it
has collected whenever a row id is smaller than the one before: entries go in and out in the order of their keys. Statements
inside somebody's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
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
    """Put entries in."""
    bulk.insert(connection, f"INSERT INTO search ({_COLUMNS})", sorted(new))


def remove(connection: sqlite3.Connection, old: Iterable[Entry]) -> None:
    """Take entries out, with the values they went in with."""
    rows = [("delete", *each) for each in sorted(old)]
    bulk.insert(connection, f"INSERT INTO search (search, {_COLUMNS})", rows)


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the index anew from the rows."""
    connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
    connection.executemany(f"INSERT INTO search ({_COLUMNS}) VALUES ({bulk.marks(5)})", _all(connection))


def _all(connection: sqlite3.Connection) -> Iterator[Entry]:
    return map(_of, connection.execute(f"{_ROWS} ORDER BY m.id"))


def _of(row: Sequence[Any]) -> Entry:
    return entry(MessageId(row[0]), row[1], row[2], row[3], row[4], unpack(row[5]))
