"""Rich text as Outlook packs it: decompressed within limits, and read as plain text or as the HTML that it was.

Runs nothing and draws nothing. MS-OXRTFCP (compression), MS-OXRTFEX (HTML inside RTF), RTF 1.9.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Final

from mailclient.mime.charsets import decode_text

COMPRESSED: Final = 0x75465A4C
UNCOMPRESSED: Final = 0x414C454D
MAX_TEXT: Final = 1_000_000
_DICTIONARY: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20"
    b"\\b\\i\\u\\tab\\tx"
)
_RING: Final = 4_096
_TOKEN: Final = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
_SKIPPED: Final = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer listtable listoverridetable rsidtbl generator".split()
)
_BREAKS: Final = {b"par": "\n", b"line": "\n", b"tab": "\t", b"row": "\n", b"cell": "\t", b"sect": "\n", b"page": "\n"}
_SIGNS: Final = {
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
}
_ESCAPES: Final = {b"\\": b"\\", b"{": b"{", b"}": b"}", b"~": b" ", b"_": b"-"}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Decompressed data, and what was wrong, in a sentence."""

    data: bytes
    damage: str = ""


def decompress_rtf(packed: bytes, limit: int) -> Unpacked | None:
    """Return the RTF in a compressed property; None when it is none."""
    if len(packed) < 16:
        return None
    size, raw_size, magic, _ = struct.unpack_from("<IIII", packed)
    if magic == UNCOMPRESSED:
        return Unpacked(packed[16 : 16 + min(raw_size, limit)])
    if magic != COMPRESSED:
        return None
    wanted = min(raw_size, limit)
    damage = "" if size + 4 <= len(packed) else "The formatted text is cut off."
    out, ended = _expand(packed, min(len(packed), size + 4), wanted)
    if not damage and not ended and len(out) < wanted:
        damage = "The formatted text ends early."
    return Unpacked(bytes(out[:wanted]), damage)


def _expand(packed: bytes, end: int, wanted: int) -> tuple[bytearray, bool]:
    ring = bytearray(_DICTIONARY.ljust(_RING, b"\0"))
    write = len(_DICTIONARY)
    out = bytearray()
    position = 16
    while position < end and len(out) < wanted:
        control = packed[position]
        position += 1
        for bit in range(8):
            if position >= end or len(out) >= wanted:
                break
            if not control >> bit & 1:
                byte = packed[position]
                position += 1
                out.append(byte)
                ring[write] = byte
                write = (write + 1) % _RING
                continue
            if position + 2 > end:
                return out, False
            token = packed[position] << 8 | packed[position + 1]
            position += 2
            read = token >> 4
            if read == write:
                return out, True
            for _ in range((token & 15) + 2):
                byte = ring[read]
                out.append(byte)
                ring[write] = byte
                read, write = (read + 1) % _RING, (write + 1) % _RING
    return out, False


@dataclass(slots=True)
class _Group:
    skipped: bool
    unicode_skip: int


def rtf_to_text(rtf: bytes, charset: str = "cp1252") -> str:
    """Return the text of RTF; of RTF that was made of HTML, its tags are left out."""
    pieces: list[str] = []
    groups = [_Group(False, 1)]
    pending = bytearray()
    left_out = 0
    size = 0
    in_rtf_only = False

    def flush() -> None:
        if pending:
            pieces.append(decode_text(bytes(pending), charset).text)
            pending.clear()

    first_in_group = False
    starred = False
    for match in _TOKEN.finditer(rtf):
        if size > MAX_TEXT:
            break
        group = groups[-1]
        word, number, escaped, symbol, brace, plain = match.groups()
        if brace == b"{":
            if len(groups) < 200:
                groups.append(_Group(group.skipped, group.unicode_skip))
            first_in_group, starred = True, False
            continue
        if brace == b"}":
            if len(groups) > 1:
                groups.pop()
            continue
        opening, first_in_group = first_in_group, False
        if symbol == b"*":
            starred = first_in_group = True
            continue
        if word is not None:
            if word == b"htmlrtf":
                in_rtf_only = number != b"0"
            elif opening and (word in _SKIPPED or starred):
                group.skipped = True
            elif word == b"uc" and number:
                group.unicode_skip = min(max(int(number), 0), 10)
            elif word == b"u" and number and not group.skipped and not in_rtf_only:
                flush()
                code = int(number) % 65_536
                pieces.append("\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code))
                left_out = group.unicode_skip
            elif not group.skipped and not in_rtf_only and (word in _BREAKS or word in _SIGNS):
                flush()
                pieces.append(_BREAKS.get(word) or _SIGNS[word])
            starred = False
            continue
        if group.skipped or in_rtf_only:
            continue
        data = bytes([int(escaped, 16)]) if escaped else plain or _ESCAPES.get(symbol or b"", b"")
        if left_out and data:
            taken = min(left_out, len(data))
            data = data[taken:]
            left_out -= taken
        pending += data
        size += len(data) + 1
    flush()
    return "".join(pieces).strip()
