"""Taking what can still be read out of a damaged database file.

Used for the user's file, whose rows exist nowhere else. The damaged file is only read, and kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

_ORDER = ("operation", "operation_item", "draft", "draft_attachment", "outbox", "outbox_bytes")
"""Tables that others refer to come first; the rest follows in any order."""


def set_aside(path: Path, stamp: int) -> Path:
    """Rename a database and its WAL to ``.corrupt-<stamp>``; return the new path. Older ones of the same file go."""
    for old in path.parent.glob(path.name + ".corrupt-*"):
        old.unlink(missing_ok=True)
    aside = path.with_name(f"{path.name}.corrupt-{stamp}")
    path.rename(aside)
    with suppress(FileNotFoundError):
        Path(f"{path}-wal").rename(f"{aside}-wal")
    Path(f"{path}-shm").unlink(missing_ok=True)
    return aside


def salvage(damaged: Path, fresh: sqlite3.Connection) -> tuple[int, tuple[str, ...]]:
    """Copy all readable rows of the tables that ``fresh`` has; return their number and the tables with losses."""
    saved, lost = 0, list[str]()
    fresh.execute("PRAGMA foreign_keys = OFF")
    fresh.execute("BEGIN IMMEDIATE")
    try:
        with closing(sqlite3.connect(damaged, isolation_level=None)) as source:
            for table in _tables(fresh):
                columns = [str(row[1]) for row in fresh.execute(f"PRAGMA table_info({table})")]
                keyed = _has_rowid(fresh, table)
                count, complete = _copy_table(source, fresh, table, columns, keyed)
                saved += count
                if not complete:
                    lost.append(table.replace("_", " "))
    except sqlite3.DatabaseError:
        # Not even the schema can be read: nothing is left to copy.
        lost.append("everything")
    # A child whose parent was lost would break every later check; its parent's loss is already told.
    for table, rowid, _parent, _key in fresh.execute("PRAGMA foreign_key_check").fetchall():
        if rowid is not None:
            fresh.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
        else:
            fresh.execute(f"DELETE FROM {table} WHERE operation_id NOT IN (SELECT id FROM operation)")
    fresh.execute("COMMIT")
    fresh.execute("PRAGMA foreign_keys = ON")
    return saved, tuple(lost)


def _tables(connection: sqlite3.Connection) -> list[str]:
    names = [
        str(row[0])
        for row in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    return sorted(names, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))


def _has_rowid(connection: sqlite3.Connection, table: str) -> bool:
    row = connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).fetchone()
    return "WITHOUT ROWID" not in str(row[0]).upper()


def _copy_table(
    source: sqlite3.Connection, fresh: sqlite3.Connection, table: str, columns: list[str], keyed: bool
) -> tuple[int, bool]:
    listed = ", ".join(columns)
    insert = f"INSERT OR IGNORE INTO {table} ({listed}) VALUES ({', '.join('?' * len(columns))})"
    saved, complete = 0, True
    # From both ends, because a damaged page ends a scan: what lies behind it is reached from the other side.
    for direction in ("ASC", "DESC"):
        order = f"ORDER BY rowid {direction}" if keyed else ""
        rows = _until_damage(source, f"SELECT {listed} FROM {table} {order}")
        finished = False
        for row in rows:
            if row is None:
                finished = True
                break
            with suppress(sqlite3.IntegrityError):
                saved += fresh.execute(insert, row).rowcount
        if finished:
            return saved, complete
        complete = False
    return saved, complete


def _until_damage(source: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...] | None]:
    """Yield rows, then None when the end was reached; stop without None where the file cannot be read."""
    try:
        cursor = source.execute(query)
        while (row := cursor.fetchone()) is not None:
            yield row
        yield None
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return
