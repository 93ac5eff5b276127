"""Files that stand in the middle of a text, as they were sent before MIME: uuencode and yEnc.

Found, decoded and checked, with their places in the decoded part; nothing is saved. Bounded. POSIX uuencode, yEnc 1.3.
"""

from __future__ import annotations

import binascii
import enum
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mailclient.xray.finding import Range

MAX_FILES: Final = 100
MAX_FILE_BYTES: Final = 32 * 1024 * 1024

_BEGIN: Final = re.compile(rb"^begin(-base64)? ([0-7]{3,4}) ([^\r\n]{1,300})\r?\n", re.MULTILINE)
_YBEGIN: Final = re.compile(rb"^=ybegin ([^\r\n]{1,400})\r?\n", re.MULTILINE)
_YEND: Final = re.compile(rb"^=yend ?([^\r\n]{0,400})(?:\r?\n|\Z)", re.MULTILINE)
_LINE: Final = re.compile(rb"([^\n]*)(?:\n|\Z)")
_ESCAPE: Final = re.compile(rb"=(.)", re.DOTALL)
_LESS_42: Final = bytes((value - 42) % 256 for value in range(256))


class InlineKind(enum.Enum):
    """How a file was written into the text."""

    UUENCODE = "uuencode"
    BASE64 = "begin-base64"
    YENC = "yEnc"


@dataclass(frozen=True, slots=True)
class InlineFile:
    """One file in a text."""

    kind: InlineKind
    name: str
    """As given, not safe as a path."""
    data: bytes
    place: Range
    """In the decoded part, from its first line to its last."""
    complete: bool
    """False when the end is missing."""
    size_said: int | None
    checksum_right: bool | None
    """None when there is no checksum."""
    part: tuple[int, int] | None = None
    """Number and total of a piece."""


def find_inline_files(text: bytes) -> tuple[InlineFile, ...]:
    """Return the files in a decoded text, in their order."""
    found: list[InlineFile] = []
    if b"begin" in text:
        found += _uuencoded(text)
        found += _yencoded(text)
    return tuple(sorted(found, key=lambda file: file.place))[:MAX_FILES]


def _uuencoded(text: bytes) -> Iterator[InlineFile]:
    position = count = 0
    while count < MAX_FILES and (match := _BEGIN.search(text, position)) is not None:
        position = match.end()
        file = _base64_file(text, match) if match[1] else _uu_file(text, match)
        if file is not None:
            count += 1
            position = file.place[1]
            yield file


def _uu_file(text: bytes, begin: re.Match[bytes]) -> InlineFile | None:
    """Read the lines as long as their lengths fit: “begin 644 …” may as well begin a sentence."""
    data = bytearray()
    position = begin.end()
    lines = 0
    complete = False
    while position < len(text) and len(data) < MAX_FILE_BYTES:
        match = _LINE.match(text, position)
        if match is None:
            break
        line = match[1].rstrip(b"\r")
        if line.rstrip() == b"end":
            complete, position = True, match.end()
            break
        if line.strip() in {b"", b"`"}:
            position = match.end()
            continue
        decoded = _uu_line(line)
        if decoded is None:
            break
        data += decoded
        lines += 1
        position = match.end()
    if not lines:
        return None
    name = begin[3].decode("utf-8", "replace").strip()
    return InlineFile(InlineKind.UUENCODE, name, bytes(data), (begin.start(), position), complete, None, None)


def _uu_line(line: bytes) -> bytes | None:
    length = (line[0] - 32) & 63
    letters = (length + 2) // 3 * 4
    # Transport takes blanks at the end away, some encoders add a checksum letter.
    if not length or not 32 <= line[0] <= 96 or not letters - 3 <= len(line) - 1 <= letters + 2:
        return None
    try:
        return binascii.a2b_uu(line[: letters + 1])
    except binascii.Error:
        return None


def _base64_file(text: bytes, begin: re.Match[bytes]) -> InlineFile | None:
    # Only as far as the next beginning: else each of many beginnings would have all the rest for its data.
    following = text.find(b"\nbegin", begin.end())
    limit = following if following >= 0 else len(text)
    end = text.find(b"\n====", begin.end() - 1, limit)
    body = text[begin.end() : end if end >= 0 else limit][:MAX_FILE_BYTES]
    try:
        data = binascii.a2b_base64(body)
    except binascii.Error:
        return None
    if not data:
        return None
    after = text.find(b"\n", end + 1) if end >= 0 else -1
    stop = after + 1 if after >= 0 else limit
    name = begin[3].decode("utf-8", "replace").strip()
    return InlineFile(InlineKind.BASE64, name, data, (begin.start(), stop), end >= 0, None, None)


def _yencoded(text: bytes) -> Iterator[InlineFile]:
    begins = islice(_YBEGIN.finditer(text), MAX_FILES + 1) if b"=ybegin" in text else iter(())
    begin = next(begins, None)
    while begin is not None:
        start = begin.end()
        following = next(begins, None)
        limit = following.start() if following else len(text)
        piece = re.match(rb"=ypart [^\r\n]{0,400}\r?\n", text[start : start + 500])
        if piece is not None:
            start += piece.end()
        end = _YEND.search(text, start, limit)
        stop = end.start() if end else limit
        data = _yenc(text[start:stop][:MAX_FILE_BYTES])
        said, name = _keywords(begin[1])
        ended = _keywords(end[1])[0] if end else {}
        position = end.end() if end else stop
        yield InlineFile(
            InlineKind.YENC,
            name,
            data,
            (begin.start(), position),
            end is not None,
            _number(ended.get("size") or said.get("size")),
            _checked(data, ended, is_piece=piece is not None),
            (_number(said["part"]) or 0, _number(said.get("total")) or 0) if "part" in said else None,
        )
        begin = following


def _yenc(body: bytes) -> bytes:
    body = body.replace(b"\r", b"").replace(b"\n", b"")
    if b"=" in body:
        body = _ESCAPE.sub(lambda match: bytes([(match[1][0] - 64) % 256]), body)
    return body.translate(_LESS_42)


def _keywords(line: bytes) -> tuple[dict[str, str], str]:
    head, found, name = line.decode("utf-8", "replace").partition("name=")
    pairs = (word.partition("=") for word in head.split()[:20])
    return {key: value for key, _, value in pairs}, name.strip() if found else ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _checked(data: bytes, ended: dict[str, str], *, is_piece: bool) -> bool | None:
    said = ended.get("pcrc32") if is_piece else ended.get("crc32") or ended.get("pcrc32")
    if not said or not re.fullmatch(r"[0-9a-fA-F]{1,8}", said):
        return None
    return zlib.crc32(data) == int(said, 16)
