"""Rows found on the pages of a file that SQLite cannot open any more."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mailclient.store.page_scan import PAGE, FoundRow, scan_rows

ROWS = [
    (1, "short", b"\x00\xff", 0.5, None),
    (-7, "grüße", b"", -1e300, 1),
    (1 << 62, "x" * 30_000, bytes(range(256)) * 40, 0.0, -129),
    (255, "", b"y" * 4_050, 1.0, 1 << 40),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE}")
        connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT, b BLOB, r REAL, n INTEGER)")
        connection.execute("CREATE TABLE w (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID")
        connection.executemany("INSERT INTO a VALUES (?, ?, ?, ?, ?)", ROWS)
        connection.executemany("INSERT INTO w VALUES (?, ?)", [("key", "value"), ("long", "z" * 5_000)])
        connection.commit()
    return path


def found(path: Path) -> set[FoundRow]:
    return set(scan_rows(path))


def test_every_row_is_found_without_header_and_schema(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[:PAGE] = bytes(PAGE)
    file.write_bytes(data)
    rows = found(file)
    for row in ROWS:
        assert FoundRow(row[0], (None, *row[1:])) in rows
    assert FoundRow(None, ("key", "value")) in rows
    assert FoundRow(None, ("long", "z" * 5_000)) in rows


def test_a_row_whose_chain_is_broken_is_passed_over(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: 3 * PAGE])
    rows = found(file)
    assert FoundRow(-7, (None, "grüße", b"", -1e300, 1)) in rows
    assert not any(row.rowid == 1 << 62 for row in rows)


@pytest.mark.parametrize("seed", range(20))
def test_garbage_never_raises(file: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(file.read_bytes())
    for _ in range(300):
        data[chance.randrange(len(data))] = chance.randrange(256)
    file.write_bytes(data if seed % 2 else chance.randbytes(20_000) + b"\x0d\x00\x00\x00\x09\x00\x10\x00" * 3_000)
    found(file)
