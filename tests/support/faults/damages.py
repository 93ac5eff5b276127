"""Ways in which a database file is found broken: cut, overwritten, with wild bytes in each place that means something."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

PAGE: Final = 4096
_WAL_MAGIC: Final = bytes.fromhex("377f0682002de218")

Damage = Callable[[bytearray, random.Random], bytes | bytearray]


def _put(at: int, data: bytes) -> Damage:
    """Overwrite bytes at a place."""

    def change(file: bytearray, _: random.Random) -> bytearray:
        file[at : at + len(data)] = data
        return file

    return change


def _cut(size: int) -> Damage:
    return lambda file, _: file[:size]


def _noise(first: int, last: int) -> Damage:
    def change(file: bytearray, chance: random.Random) -> bytearray:
        file[first:last] = chance.randbytes(last - first)
        return file

    return change


def _page(number: int, *, zeros: bool = False) -> Damage:
    def change(file: bytearray, chance: random.Random) -> bytearray:
        first = number % (len(file) // PAGE) * PAGE
        file[first : first + PAGE] = bytes(PAGE) if zeros else chance.randbytes(PAGE)
        return file

    return change


def _bits(file: bytearray, chance: random.Random) -> bytearray:
    for _ in range(200):
        file[chance.randrange(PAGE, len(file))] ^= 1 << chance.randrange(8)
    return file


_IN_THE_FILE: Final[dict[str, Damage]] = {
    "zero length": _cut(0),
    "cut to 50": _cut(50),
    "cut to 1000": _cut(1000),
    "cut to one page": _cut(PAGE),
    "last bytes gone": _cut(-700),
    "half": lambda file, _: file[: len(file) // 2],
    "a quarter gone": lambda file, _: file[: len(file) * 3 // 4],
    "magic": _put(0, b"X" * 16),
    "header": _noise(0, 100),
    "schema": _noise(100, PAGE),
    "schema of zeros": _put(100, bytes(PAGE - 100)),
    "page size": _put(16, b"\x00\x07"),
    "file format": _put(18, b"\x09\x09"),
    "free list": _put(32, b"\x00\x00\xff\xff\x00\x00\x00\x09"),
    "encoding": _put(56, b"\x00\x00\x00\x07"),
    "version below zero": _put(60, b"\xff\xff\xff\x7f"),
    "version zero": _put(60, bytes(4)),
    "garbage": lambda file, chance: chance.randbytes(len(file)),
    "text": lambda _, __: b"this is no database\n" * 1000,
    "bits": _bits,
    **{f"page {number}": _page(number) for number in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)},
    **{f"zeros in page {number}": _page(number, zeros=True) for number in (1, 2, 4, 7, 11, 19)},
}
_BESIDE_IT: Final[dict[str, tuple[str, Callable[[random.Random], bytes]]]] = {
    "garbage in the WAL": ("-wal", lambda chance: chance.randbytes(20_000)),
    "garbage in the shared memory": ("-shm", lambda chance: chance.randbytes(32_768)),
    "half a WAL": ("-wal", lambda chance: _WAL_MAGIC + chance.randbytes(4_000)),
}

DAMAGES: Final = (*_IN_THE_FILE, *_BESIDE_IT)
BENIGN: Final = frozenset({"zero length", *_BESIDE_IT})
"""What SQLite gets over by itself, or cannot know of."""


def damage(file: Path, kind: str, chance: random.Random) -> None:
    """Break a file, or what lies beside it."""
    if kind in _BESIDE_IT:
        suffix, content = _BESIDE_IT[kind]
        Path(f"{file}{suffix}").write_bytes(content(chance))
    else:
        file.write_bytes(_IN_THE_FILE[kind](bytearray(file.read_bytes()), chance))
