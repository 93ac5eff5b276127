"""Which messages of a folder the server is believed to have: those with a UID here, and those that left by a pending move.

Counting must cost next to nothing, whatever the folder's size. Statements inside somebody's transaction.
"""

from __future__ import annotations

import sqlite3

from mailclient.domain.exchange import KnownCount
from mailclient.domain.folder import Folder
from mailclient.protocol.uid_sets import MAX_UID, UidSet
from mailclient.store import departures

_HERE = "FROM message INDEXED BY message_by_uid WHERE folder_id = ? AND uid IS NOT NULL"


def uids(connection: sqlite3.Connection, folder: Folder, first: int) -> UidSet:
    """Return the UIDs from one on."""
    departed = departures.rows_by_uid(connection, folder)
    # UIDs that follow each other are one range: found by SQLite, which lets other threads run meanwhile.
    ranges = connection.execute(
        "SELECT min(uid), max(uid) FROM (SELECT uid, uid - row_number() OVER (ORDER BY uid) AS island "
        f"{_HERE} AND uid >= ?) GROUP BY island",
        (folder.id, first),
    ).fetchall()
    return UidSet.of_ranges([*ranges, *((uid, uid) for uid in departed if uid >= first)])


def count(connection: sqlite3.Connection, folder: Folder) -> KnownCount:
    """Return how many UIDs there are, and the largest."""
    departed = UidSet.of(departures.rows_by_uid(connection, folder))
    here, last = connection.execute(f"SELECT count(*), max(uid) {_HERE}", (folder.id,)).fetchone()
    return KnownCount(here + len(departed) - _count_here(connection, folder, departed), max(last or 0, departed.last))


def count_among(connection: sqlite3.Connection, folder: Folder, wanted: UidSet) -> int:
    """Return how many of these UIDs there are."""
    departed = UidSet.of(departures.rows_by_uid(connection, folder)).intersection(wanted)
    return _count_here(connection, folder, wanted) + len(departed) - _count_here(connection, folder, departed)


def _count_here(connection: sqlite3.Connection, folder: Folder, wanted: UidSet) -> int:
    total = 0
    for low, high in wanted.within(1, MAX_UID).ranges:
        row = connection.execute(f"SELECT count(*) {_HERE} AND uid BETWEEN ? AND ?", (folder.id, low, high)).fetchone()
        total += int(row[0])
    return total
