"""What is recovered from a damaged file that an older version of the program wrote."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from mailclient.store.migrations import migrate, read_steps
from mailclient.store.salvage import salvage

INSERT = (
    "INSERT INTO operation (account_id, kind, source_wire_name, target_wire_name, reason, state, created) "
    "VALUES ('anna', 'move', 'INBOX', ?, 'move', 'pending', 1.0)"
)


def old_file(path: Path) -> None:
    """Write a file of the first version with a hundred waiting actions."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, read_steps("user")[:1])
        connection.executemany(INSERT, [(f"Folder {number} {'x' * 200}",) for number in range(100)])
        connection.execute("INSERT INTO operation_item VALUES (1, 0, 17, 1, 5, '<5@x>', 0, 0)")


def saved(path: Path, fresh: sqlite3.Connection) -> tuple[int, tuple[str, ...]]:
    migrate(fresh, path, read_steps("user"))
    return salvage(path, fresh)


def test_nothing_that_can_be_read_is_lost_with_the_version(tmp_path: Path) -> None:
    old_file(tmp_path / "old.sqlite")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        count, lost = saved(tmp_path / "old.sqlite", fresh)
        assert (count, lost) == (101, ())
        assert fresh.execute("SELECT count(*), max(name) FROM operation").fetchone() == (100, None)
        assert fresh.execute("SELECT message_id FROM operation_item").fetchall() == [(17,)]


def test_rows_of_a_broken_one_are_found_page_by_page(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    old_file(path)
    with path.open("r+b") as file:
        file.write(b"\xa5" * 4096)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        count, lost = saved(path, fresh)
        assert lost
        assert count >= 60
        kinds = fresh.execute("SELECT DISTINCT kind, name FROM operation").fetchall()
        assert kinds == [("move", None)]
