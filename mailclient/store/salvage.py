"""Taking what can still be read out of a damaged database file.

Used for the user's file, whose rows exist nowhere else. The damaged file is only read, and kept. What SQLite cannot reach
is looked for page by page (``page_scan``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mailclient.store.migrations import version_of
from mailclient.store.page_scan import FoundRow, Value, scan_rows

_ORDER = (
    "operation",
    "operation_item",
    "draft",
    "draft_attachment",
    "outbox",
    "outbox_bytes",
    "local_folder",
    "local_message",
    "local_bytes",
    "pop_message",
)
"""Tables that others refer to come first; the rest follows in any order."""

_CLASSES: Final[dict[str, type | tuple[type, ...]]] = {
    "INTEGER": int,
    "TEXT": str,
    "REAL": (float, int),
    "BLOB": bytes,
}


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
    tables = _tables(fresh)
    fresh.execute("PRAGMA foreign_keys = OFF")
    fresh.execute("BEGIN IMMEDIATE")
    try:
        with closing(sqlite3.connect(damaged, isolation_level=None)) as source:
            # A file that is shorter than its header says is read as far as it goes.
            source.execute("PRAGMA writable_schema = ON")
            for table in tables:
                columns = [str(row[1]) for row in fresh.execute(f"PRAGMA table_info({table})")]
                # A file of an older version has fewer columns, and fewer tables.
                there = {str(row[1]) for row in source.execute(f"PRAGMA table_info({table})")}
                if not there and version_of(source) < version_of(fresh):
                    continue
                columns = [name for name in columns if name in there] or columns
                keyed = _has_rowid(fresh, table)
                count, complete = _copy_table(source, fresh, table, columns, keyed)
                saved += count
                if not complete:
                    lost.append(table)
    except sqlite3.DatabaseError:
        # Not even the schema can be read.
        lost = tables
    if lost:
        saved += _copy_found(damaged, fresh, lost)
    # A child whose parent was lost would break every later check; its parent's loss is already told.
    for table, rowid, _parent, _key in fresh.execute("PRAGMA foreign_key_check").fetchall():
        if rowid is not None:
            fresh.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
        else:
            fresh.execute(f"DELETE FROM {table} WHERE operation_id NOT IN (SELECT id FROM operation)")
    fresh.execute("COMMIT")
    fresh.execute("PRAGMA foreign_keys = ON")
    return saved, tuple(table.replace("_", " ") for table in lost)


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


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the rows of a table look like on a page."""

    table: str
    keyed: bool
    columns: tuple[tuple[str, str, bool, bool], ...]
    """Name, declared type, may be NULL, is another name of the row id."""

    def fitted(self, row: FoundRow) -> tuple[Value, ...] | None:
        """Return the values as they are inserted, None when the row is of another table."""
        missing = self.columns[len(row.values) :]
        is_shorter = bool(missing) and all(nullable and not is_rowid for _, _, nullable, is_rowid in missing)
        if (len(row.values) != len(self.columns) and not is_shorter) or (row.rowid is not None) != self.keyed:
            return None
        # Of an older version: the columns that came since may be empty.
        found = [*row.values, *(None for _ in missing)]
        values = [
            row.rowid if is_rowid else value for value, (_, _, _, is_rowid) in zip(found, self.columns, strict=True)
        ]
        for value, (_, declared, nullable, is_rowid) in zip(values, self.columns, strict=True):
            if not (is_rowid or (value is None and nullable) or isinstance(value, _CLASSES[declared])):
                return None
        return tuple(values)


def _shape(connection: sqlite3.Connection, table: str) -> _Shape:
    keyed = _has_rowid(connection, table)
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    keys = sum(1 for column in columns if column[5])
    return _Shape(
        table,
        keyed,
        tuple(
            (
                str(name),
                str(declared).upper(),
                not (notnull or key),
                bool(keyed and keys == 1 and key and str(declared).upper() == "INTEGER"),
            )
            for _, name, declared, notnull, _, key in columns
        ),
    )


def _copy_found(damaged: Path, fresh: sqlite3.Connection, tables: Iterable[str]) -> int:
    """Insert what lies on the pages of the file and fits one of these tables; return the number of rows."""
    saved = 0
    shapes = [_shape(fresh, table) for table in tables]
    for row in scan_rows(damaged):
        for shape in shapes:
            values = shape.fitted(row)
            if values is None:
                continue
            listed = ", ".join(column[0] for column in shape.columns)
            with suppress(sqlite3.IntegrityError):
                saved += fresh.execute(
                    f"INSERT OR IGNORE INTO {shape.table} ({listed}) VALUES ({', '.join('?' * len(values))})", values
                ).rowcount
                break
    return saved


def _until_damage(source: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...] | None]:
    """Yield rows, then None when the end was reached; stop without None where the file cannot be read."""
    try:
        cursor = source.execute(query)
        while (row := cursor.fetchone()) is not None:
            yield row
        yield None
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return
