"""Bringing a database file to the schema this program knows, step by step.

Each step is one file ``resources/schema/<name>/NNNN.sql`` and one transaction; a fresh file takes the same steps, so it
cannot differ from a migrated one. Must not know what the tables mean.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailclient.domain.errors import StoreDamaged
from mailclient.paths import resource_path


@dataclass(frozen=True, slots=True)
class Step:
    """One migration: the version it leads to and its SQL."""

    version: int
    sql: str


def read_steps(name: str) -> tuple[Step, ...]:
    """Return the steps of schema ``name`` ("cache" or "user") in order, versions 1, 2, 3 ..."""
    files = sorted(resource_path("schema", name).glob("[0-9][0-9][0-9][0-9].sql"))
    return tuple(Step(int(file.stem), file.read_text(encoding="utf-8")) for file in files)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version of the main database; 0 is an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, file: Path, steps: Sequence[Step]) -> bool:
    """Bring the main database, opened from ``file`` in autocommit mode, to the last step. True when anything was done.

    Before the first step on a file that holds data, a copy is made (see :func:`copy_path`), which stays until
    :func:`drop_copy` is called at the next good start. Raises StoreDamaged when the file is newer than this program.
    """
    newest = steps[-1].version
    version = version_of(connection)
    if version > newest:
        raise StoreDamaged(
            f"The mail in {file.parent} was stored by a newer version of Postscope. "
            "Install that version again, or choose another profile."
        )
    if version == newest:
        return False
    if version > 0:
        _copy(connection, copy_path(file))
    for step in steps:
        if step.version > version:
            _run(connection, step)
    return True


def copy_path(file: Path) -> Path:
    """Return where the copy from before a migration lies."""
    return file.with_name(file.name + ".before-migration")


def drop_copy(file: Path) -> None:
    """Remove the copy from before a migration: the migrated file has proved itself."""
    copy_path(file).unlink(missing_ok=True)


def statements_of(sql: str) -> Iterator[str]:
    """Yield the complete statements of a script; a trigger with its inner semicolons is one."""
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip() and not all(line.startswith("--") for line in pending.strip().splitlines()):
        yield pending


def _run(connection: sqlite3.Connection, step: Step) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements_of(step.sql):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {step.version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # A disk that fails ends the transaction by itself.
            connection.execute("ROLLBACK")
        raise


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    # VACUUM INTO accepts an existing empty file: made by us, it is private from its first moment.
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
    connection.execute("VACUUM INTO ?", (str(target),))
