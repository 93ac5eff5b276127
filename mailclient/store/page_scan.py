"""Reading the rows of a broken SQLite file page by page, without its header, its schema or the upper levels of its trees.

The last resort of ``salvage``. Every page that looks like a leaf is taken at its word; what does not fit is passed over.
Only reads; bounded by the size of the file. Format: https://www.sqlite.org/fileformat2.html sections 1.6 and 2.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = 4096
"""Our files have pages of this size and no reserved bytes (``database.connect_file``)."""
_TABLE_LEAF, _INDEX_LEAF = 0x0D, 0x0A
_MIN_LOCAL: Final = (PAGE - 12) * 32 // 255 - 23
_MAX_LOCAL: Final = {_TABLE_LEAF: PAGE - 35, _INDEX_LEAF: (PAGE - 12) * 64 // 255 - 23}
_MAX_PAYLOAD: Final = 200_000_000

Value = int | float | str | bytes | None


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One row as it lies in a leaf. ``rowid`` is None in a tree without row ids."""

    rowid: int | None
    values: tuple[Value, ...]


def scan_rows(file: Path) -> Iterator[FoundRow]:
    """Yield every row of every leaf page that can be made out; old copies on free pages among them."""
    data = file.read_bytes()
    for number in range((len(data) + PAGE - 1) // PAGE):
        yield from _rows_of(data, number)


def _rows_of(data: bytes, number: int) -> Iterator[FoundRow]:
    page = data[number * PAGE : (number + 1) * PAGE].ljust(PAGE, b"\0")
    head = 100 if number == 0 else 0
    kind, cells = page[head], int.from_bytes(page[head + 3 : head + 5], "big")
    if kind not in _MAX_LOCAL or not 0 < cells <= PAGE // 4:
        return
    for at in range(head + 8, head + 8 + 2 * cells, 2):
        start = int.from_bytes(page[at : at + 2], "big")
        try:
            if head + 8 < start < PAGE:
                yield _cell(data, page, start, kind)
        except (IndexError, ValueError, struct.error):
            continue  # Not a cell after all, or a broken one: the next may be sound.


def _cell(data: bytes, page: bytes, start: int, kind: int) -> FoundRow:
    size, at = _varint(page, start)
    rowid: int | None = None
    if kind == _TABLE_LEAF:
        rowid, at = _varint(page, at)
        rowid -= (1 << 64) if rowid >= 1 << 63 else 0
    if not 0 < size <= _MAX_PAYLOAD:
        raise ValueError("no such size")
    local = size
    if size > _MAX_LOCAL[kind]:
        local = _MIN_LOCAL + (size - _MIN_LOCAL) % (PAGE - 4)
        local = local if local <= _MAX_LOCAL[kind] else _MIN_LOCAL
    payload = page[at : at + local]
    if local < size:
        payload += _overflow(data, int.from_bytes(page[at + local : at + local + 4], "big"), size - local)
    if len(payload) != size:
        raise ValueError("cut")
    return FoundRow(rowid, _record(payload))


def _overflow(data: bytes, number: int, wanted: int) -> bytes:
    pieces = []
    while wanted > 0:
        page = data[(number - 1) * PAGE : number * PAGE] if number > 0 else b""
        piece = page[4 : 4 + wanted]
        if len(page) < PAGE or not piece:
            raise ValueError("the chain is broken")
        pieces.append(piece)
        wanted -= len(piece)
        number = int.from_bytes(page[:4], "big")
    return b"".join(pieces)


def _record(payload: bytes) -> tuple[Value, ...]:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    if at != end:
        raise ValueError("the header of the record is cut")
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != len(payload):
        raise ValueError("bytes are left over")
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind in (0, 8, 9):
        return (None, 0, 1)[(0, 8, 9).index(kind)], at
    if kind in (10, 11):
        raise ValueError("reserved")
    size = (1, 2, 3, 4, 6, 8, 8)[kind - 1] if kind < 8 else (kind - 12) // 2
    piece = payload[at : at + size]
    if len(piece) != size:
        raise ValueError("a value is cut")
    if kind == 7:
        return float(struct.unpack(">d", piece)[0]), at + size
    if kind < 7:
        return int.from_bytes(piece, "big", signed=True), at + size
    return (piece.decode("utf-8") if kind % 2 else piece), at + size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(8):
        byte = data[at + count]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count + 1
    return value << 8 | data[at + 8], at + 9
