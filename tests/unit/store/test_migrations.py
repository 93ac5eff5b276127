"""Schema steps: a fresh file equals a migrated one, a failed step leaves nothing, a copy is kept."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailclient.domain.errors import StoreDamaged
from mailclient.store.migrations import Step, copy_path, drop_copy, migrate, read_steps, statements_of, version_of

FIRST = Step(1, "-- One.\nCREATE TABLE a (x);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM a;\nEND;\n")
SECOND = Step(2, "ALTER TABLE a ADD COLUMN y;\n-- The end.\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database file to be."""
    return tmp_path / "x.sqlite"


@pytest.fixture
def connection(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection to it."""
    opened = sqlite3.connect(file, isolation_level=None)
    yield opened
    opened.close()


def schema(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Return what the file's schema says."""
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").fetchall()


def test_a_trigger_is_one_statement() -> None:
    assert len(list(statements_of(FIRST.sql))) == 2
    assert list(statements_of("-- only words\n")) == []


def test_a_fresh_file_equals_a_migrated_one(connection: sqlite3.Connection, file: Path) -> None:
    assert migrate(connection, file, [FIRST])
    assert migrate(connection, file, [FIRST, SECOND])
    assert not migrate(connection, file, [FIRST, SECOND])
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    migrate(fresh, file, [FIRST, SECOND])
    assert schema(fresh) == schema(connection)
    assert version_of(connection) == 2
    fresh.close()


@pytest.mark.parametrize("name", ["cache", "user"])
def test_the_steps_that_are_shipped_lead_to_one_schema_from_wherever_they_start(
    connection: sqlite3.Connection, file: Path, name: str
) -> None:
    steps = read_steps(name)
    assert [step.version for step in steps] == list(range(1, len(steps) + 1))
    for at in range(1, len(steps) + 1):
        migrate(connection, file, steps[:at])
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    migrate(fresh, file, steps)
    assert schema(fresh) == schema(connection)
    assert fresh.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    fresh.close()


def test_a_copy_is_made_before_data_is_touched(connection: sqlite3.Connection, file: Path) -> None:
    migrate(connection, file, [FIRST])
    assert not copy_path(file).exists()
    migrate(connection, file, [FIRST, SECOND])
    assert stat.S_IMODE(copy_path(file).stat().st_mode) == 0o600
    copy = sqlite3.connect(copy_path(file))
    assert version_of(copy) in (0, 1)
    assert [row[1] for row in copy.execute("PRAGMA table_info(a)")] == ["x"]
    copy.close()
    drop_copy(file)
    assert not copy_path(file).exists()


def test_a_step_that_fails_leaves_the_file_as_it_was(connection: sqlite3.Connection, file: Path) -> None:
    migrate(connection, file, [FIRST])
    before = schema(connection)
    with pytest.raises(sqlite3.Error):
        migrate(connection, file, [FIRST, Step(2, "CREATE TABLE b (z);\nCREATE TABLE a (again);\n")])
    assert schema(connection) == before
    assert version_of(connection) == 1


def test_a_step_that_sqlite_itself_rolled_back_fails_with_its_own_error(
    connection: sqlite3.Connection, file: Path
) -> None:
    """A disk that fails in the middle ends the transaction: there is nothing left to roll back."""
    migrate(connection, file, [FIRST])
    sql = "CREATE TABLE b (z UNIQUE);\nINSERT INTO b VALUES (1);\nINSERT OR ROLLBACK INTO b VALUES (1);\n"
    with pytest.raises(sqlite3.IntegrityError):
        migrate(connection, file, [FIRST, Step(2, sql)])
    assert version_of(connection) == 1


def test_a_newer_file_is_refused(connection: sqlite3.Connection, file: Path) -> None:
    migrate(connection, file, [FIRST, SECOND])
    with pytest.raises(StoreDamaged, match="newer version"):
        migrate(connection, file, [FIRST])
