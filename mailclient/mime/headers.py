"""Header blocks with byte offsets: every field exactly as it came, in its order, however odd.

Linear in time; caps are defects, never lost bytes. Knows nothing of what fields mean. RFC 5322 sections 2.2 and 3.6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from mailclient.mime.defects import Defect, DefectKind
from mailclient.mime.words import decode_unstructured, unfold

MAX_BLOCK_BYTES: Final = 262_144
MAX_FIELD_BYTES: Final = 65_536
MAX_FIELDS: Final = 1_000
MAX_LINE_BYTES: Final = 998
_KEPT_BYTES: Final = 4_096
"""Values of longer fields are not kept."""

_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r(?!\n)|$)")
_USUAL_FIELD: Final = re.compile(rb"([!-9;-~]{1,256}):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")
"""A field with its folds as nearly all are: taken in one step."""
_FIELD_NAME: Final = re.compile(rb"([!-9;-~]{1,256})([ \t]*):")


class HeaderField(NamedTuple):
    """One field with its folds. ``start`` and ``end`` are offsets into the whole message."""

    name: str
    raw: bytes
    """The field as it came, including its last line end."""
    start: int
    end: int
    value_start: int
    """Offset of the first byte after the colon."""

    @property
    def value_raw(self) -> bytes:
        """The unfolded value as bytes, without surrounding space."""
        at = self.value_start - self.start
        return _value(self.raw, at) if len(self.raw) < _KEPT_BYTES else _value.__wrapped__(self.raw, at)

    @property
    def text(self) -> str:
        """The value decoded for people, on one line."""
        at = self.value_start - self.start
        return _text(self.raw, at) if len(self.raw) < _KEPT_BYTES else _text.__wrapped__(self.raw, at)


# Whoever opens a message up asks for the same values again and again.
@lru_cache(maxsize=512)
def _value(raw: bytes, at: int) -> bytes:
    return unfold(raw[at:][:MAX_FIELD_BYTES])


@lru_cache(maxsize=512)
def _text(raw: bytes, at: int) -> str:
    return decode_unstructured(unfold(raw[at:][:MAX_FIELD_BYTES]))


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The fields of a message or part."""

    fields: tuple[HeaderField, ...]
    start: int
    end: int
    """Offset after the last field; the empty line lies between ``end`` and ``body_start``."""
    body_start: int
    defects: tuple[Defect, ...] = ()
    by_name: Mapping[str, Sequence[HeaderField]] = field(default_factory=dict, repr=False, compare=False)
    """The fields by their names in lower case."""

    def field(self, name: str) -> HeaderField | None:
        """Return the first field of this name (any case)."""
        found = self.by_name.get(name.lower())
        return found[0] if found else None

    def all(self, name: str) -> tuple[HeaderField, ...]:
        """Return every field of this name, in order."""
        return tuple(self.by_name.get(name.lower(), ()))

    def first(self, name: str) -> str | None:
        """Return the decoded value of the first field of this name."""
        found = self.field(name)
        return found.text if found else None

    def raw_first(self, name: str) -> bytes | None:
        """Return the unfolded bytes of the first field of this name."""
        found = self.field(name)
        return found.value_raw if found else None


def parse_header_block(raw: bytes, start: int = 0, end: int | None = None) -> HeaderBlock:
    """Return the header block that begins at ``start``.

    The block ends at the first empty line, or where a line is no field and no continuation: then the body begins there
    and the block says so.
    """
    limit = len(raw) if end is None else end
    capped = min(limit, start + MAX_BLOCK_BYTES)
    fields: list[HeaderField] = []
    defects: list[Defect] = []
    position = start
    field_start = value_start = -1
    name = ""

    def close(at: int) -> None:
        nonlocal field_start
        if field_start < 0:
            return
        if at - field_start > MAX_FIELD_BYTES:
            defects.append(
                Defect(DefectKind.FIELD_TOO_LONG, f"The field {name} has {at - field_start} bytes.", field_start, at)
            )
        if len(fields) < MAX_FIELDS:
            fields.append(HeaderField(name, raw[field_start:at], field_start, at, value_start))
        field_start = -1

    body_start = limit
    block_end = limit
    count = 0
    while position < capped:
        usual = _USUAL_FIELD.match(raw, position, capped)
        if usual is not None:
            close(position)
            count += 1
            name = usual[1].decode("ascii")
            field_start, value_start = position, usual.end(1) + 1
            position = usual.end()
            continue
        match = _LINE.match(raw, position, capped)
        line_end = match.end() if match else capped
        if line_end == position:
            break
        first = raw[position]
        if first in b"\r\n":
            close(position)
            block_end, body_start = position, line_end
            break
        if first in b" \t" and field_start >= 0:
            if not raw[position:line_end].strip() and line_end < limit:
                pass  # A fold of nothing but space: obsolete but legal.
            position = line_end
            continue
        header = _FIELD_NAME.match(raw, position, line_end)
        if header is None:
            if position == start and raw.startswith(b"From ", position):
                defects.append(
                    Defect(
                        DefectKind.MBOX_FROM_LINE, "The first line is the mark of a mailbox file.", position, line_end
                    )
                )
                position = line_end
                continue
            if position == start and first in b" \t":
                defects.append(
                    Defect(DefectKind.NOT_A_FIELD, "The header begins with a continuation.", position, line_end)
                )
                position = line_end
                continue
            close(position)
            block_end = body_start = position
            defects.append(
                Defect(
                    DefectKind.HEADER_ENDED_EARLY,
                    "This line is no header field, so the header ends before it.",
                    position,
                    line_end,
                )
            )
            break
        close(position)
        count += 1
        name = header[1].decode("ascii")
        field_start, value_start = position, header.end()
        if header[2]:
            defects.append(
                Defect(
                    DefectKind.SPACE_BEFORE_COLON, f"There is a space between {name} and its colon.", position, line_end
                )
            )
        position = line_end
    else:
        if position < limit:
            defects.append(
                Defect(
                    DefectKind.HEADER_BLOCK_TOO_LARGE,
                    "The header is larger than 256 KiB; what follows is shown as body.",
                    start,
                    position,
                )
            )
            block_end = body_start = position
    close(min(position, limit) if block_end == limit else block_end)
    if count > MAX_FIELDS:
        sentence = f"The header has {count} fields; the first {MAX_FIELDS} are listed."
        defects.append(Defect(DefectKind.TOO_MANY_FIELDS, sentence, start, block_end))
    defects.extend(_line_defects(raw, start, block_end))
    by_name: dict[str, list[HeaderField]] = {}
    for found in fields:
        by_name.setdefault(found.name.lower(), []).append(found)
    return HeaderBlock(tuple(fields), start, block_end, body_start, tuple(defects), by_name)


_BARE_CR: Final = re.compile(rb"\r(?!\n)")
_BARE_LF: Final = re.compile(rb"(?<!\r)\n")
_LONG_LINE_BYTES: Final = 1_000
_LONG_LINE: Final = re.compile(rb"[^\n]{%d,}" % _LONG_LINE_BYTES)
_8BIT: Final = re.compile(rb"[\x80-\xff]+")


def _line_defects(raw: bytes, start: int, end: int) -> list[Defect]:
    """Each kind once, at its first place: a message with LF line ends is one finding and not a thousand."""
    block = raw[start:end]
    lines = block.count(b"\n")
    if (
        block.isascii()
        and b"\x00" not in block
        and block.count(b"\r") == lines == block.count(b"\r\n")
        and max(map(len, block.split(b"\n"))) < _LONG_LINE_BYTES
    ):
        return []  # Nearly every header, told at the speed of C.
    found: list[Defect] = []
    for kind, pattern, sentence in (
        (DefectKind.NUL, re.compile(rb"\x00"), "The header contains a NUL byte."),
        (DefectKind.BARE_CR, _BARE_CR, "A carriage return stands alone."),
        (DefectKind.BARE_LF, _BARE_LF, "Lines end in LF alone instead of CRLF."),
        (DefectKind.LINE_TOO_LONG, _LONG_LINE, "A line is longer than 998 bytes."),
        (DefectKind.RAW_8BIT, _8BIT, "The header contains bytes outside ASCII."),
    ):
        match = pattern.search(raw, start, end)
        if match:
            found.append(Defect(kind, sentence, match.start(), match.end()))
    return found
