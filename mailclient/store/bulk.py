"""Many rows by one statement: SQLite then works through all of them in one step, and other threads run meanwhile.

``executemany`` takes a step for each row and wants the interpreter back after each; beside a thread that parses mail, the
writer waits longer for that than it works. Statements inside somebody's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeVar

SIZES: Final = (200, 50, 10, 1)
"""Rows of one statement: SQLite allows 32,766 values. Of few lengths, for each is compiled once, and kept together with the
values that went through it last."""

T = TypeVar("T")


def insert(connection: sqlite3.Connection, head: str, rows: Sequence[tuple[Any, ...]], tail: str = "") -> None:
    """Run ``head VALUES (...), (...) tail`` for all rows."""
    for part in parts(rows):
        connection.execute(f"{head} {_values(part)} {tail}", list(chain.from_iterable(part)))


def update(connection: sqlite3.Connection, head: str, rows: Sequence[tuple[Any, ...]], condition: str) -> None:
    """Run ``head FROM (VALUES ...) WHERE condition`` for all rows; their values are column1, column2 and so on."""
    for part in parts(rows):
        statement = f"{head} FROM ({_values(part)}) WHERE {condition}"
        connection.execute(statement, list(chain.from_iterable(part)))


def delete(connection: sqlite3.Connection, table: str, column: str, keys: Sequence[int]) -> None:
    """Delete the rows of a table whose column is one of the keys."""
    for part in parts(keys):
        connection.execute(f"DELETE FROM {table} WHERE {column} IN ({marks(len(part))})", part)


def parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut into what one statement takes."""
    at = 0
    for size in SIZES:
        while len(rows) - at >= size:
            yield rows[at : at + size]
            at += size


def marks(count: int) -> str:
    """Return so many marks for values."""
    return ", ".join("?" * count)


def _values(rows: Sequence[tuple[Any, ...]]) -> str:
    return _values_of(len(rows), len(rows[0]))


@lru_cache(maxsize=256)
def _values_of(rows: int, columns: int) -> str:
    row = f"({marks(columns)})"
    return f"VALUES {', '.join([row] * rows)}"
