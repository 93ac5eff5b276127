"""Addresses for completion: senders of received mail (derived, in the cache), people written to (in the user's file).

Two tables, so that harvesting while headers pour in needs no fsync. Statements inside somebody's transaction.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailclient.domain.exchange import NewMessage
from mailclient.domain.folder import Folder, FolderRole
from mailclient.store import bulk
from mailclient.store.rows import storable

_NOBODY = frozenset({FolderRole.JUNK, FolderRole.TRASH, FolderRole.DRAFTS})
"""Folders whose senders nobody wants to be offered."""

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"']{1,190}")
_MAX_NAME_CHARS = 100
_END = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class SeenAddress:
    """An address for completion, best first."""

    display_name: str
    address: str


def harvest(connection: sqlite3.Connection, folder: Folder, arrived: Sequence[NewMessage]) -> None:
    """Note the senders of messages; in Sent the recipients."""
    if folder.role in _NOBODY:
        return
    found: dict[str, tuple[str, int, int]] = {}
    for message in arrived:
        if folder.role is FolderRole.SENT:
            people = [("", address) for address in _ADDRESS.findall(message.recipients[:4000])[:50]]
        else:
            people = [(message.sender_name, message.sender_address)]
        for name, address in people:
            if "@" not in address:
                continue
            key = storable(address).casefold()
            old_name, count, last = found.get(key, ("", 0, 0))
            found[key] = (
                storable(name)[:_MAX_NAME_CHARS] or old_name,
                count + 1,
                max(last, message.received_unix_s),
            )
    bulk.insert(
        connection,
        "INSERT INTO correspondent (address, display_name, name_key, seen_count, last_seen)",
        [(address, name, name.casefold(), count, last) for address, (name, count, last) in sorted(found.items())],
        "ON CONFLICT (address) DO UPDATE SET seen_count = seen_count + excluded.seen_count, "
        "display_name = iif(excluded.display_name <> '' AND (excluded.last_seen >= last_seen OR display_name = ''), "
        "excluded.display_name, display_name), "
        "name_key = iif(excluded.display_name <> '' AND (excluded.last_seen >= last_seen OR display_name = ''), "
        "excluded.name_key, name_key), last_seen = max(last_seen, excluded.last_seen)",
    )


def note_written(connection: sqlite3.Connection, recipients: Iterable[str], now_unix_s: float) -> None:
    """Note that the user wrote to these addresses."""
    for address in dict.fromkeys(storable(recipient).casefold() for recipient in recipients):
        row = connection.execute("SELECT display_name FROM correspondent WHERE address = ?", (address,)).fetchone()
        name = "" if row is None else row[0]
        connection.execute(
            "INSERT INTO user.written_address (address, display_name, name_key, written_count, last_written) "
            "VALUES (?, ?, ?, 1, ?) ON CONFLICT (address) DO UPDATE SET written_count = written_count + 1, "
            "last_written = excluded.last_written",
            (address, name, name.casefold(), now_unix_s),
        )


def like(connection: sqlite3.Connection, typed: str, limit: int) -> tuple[SeenAddress, ...]:
    """Return addresses whose name or address begins with what was typed: those written to most, then seen most."""
    prefix = storable(typed.strip()).casefold()[:_MAX_NAME_CHARS]
    if not prefix or limit < 1:
        return ()
    written = _begin_with(connection, "user.written_address", "written_count", prefix, limit)
    seen = _begin_with(connection, "main.correspondent", "seen_count", prefix, limit)
    names = {address: name for address, name, _ in (*seen, *written) if name}
    ranked: dict[str, tuple[int, int]] = {}
    for address, _, count in seen:
        ranked[address] = (0, count)
    for address, _, count in written:
        ranked[address] = (count, ranked.get(address, (0, 0))[1])
    best = sorted(ranked, key=lambda address: (*(-count for count in ranked[address]), address))
    return tuple(SeenAddress(names.get(address, ""), address) for address in best[:limit])


def written_domains(connection: sqlite3.Connection, limit: int) -> tuple[str, ...]:
    """Return the domains that the user has written to, in the order of the alphabet, of the addresses written to most."""
    rows = connection.execute(
        "SELECT address FROM user.written_address ORDER BY written_count DESC, address LIMIT ?", (limit,)
    )
    return tuple(sorted({domain for (address,) in rows if (domain := str(address).rpartition("@")[2])}))


def _begin_with(
    connection: sqlite3.Connection, table: str, count: str, prefix: str, limit: int
) -> list[tuple[str, str, int]]:
    rows = connection.execute(
        f"SELECT address, display_name, {count} FROM {table} WHERE (address >= ? AND address < ?) "
        f"OR (name_key >= ? AND name_key < ?) ORDER BY {count} DESC, address LIMIT ?",
        (prefix, prefix + _END, prefix, prefix + _END, limit),
    )
    return rows.fetchall()
