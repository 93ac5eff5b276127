"""Content transfer encodings, undone tolerantly: what can be read is read, and damage is named.

RFC 2045 section 6; uuencode as old mailers label it. Knows nothing of parts.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Final

from mailclient.mime.defects import DefectKind

KNOWN_ENCODINGS: Final = frozenset({"7bit", "8bit", "binary", "quoted-printable", "base64"})
_UUENCODE: Final = frozenset({"x-uuencode", "x-uue", "uuencode"})
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=\s]")
_BASE64_AFTER_PADDING: Final = re.compile(rb"=\s*[A-Za-z0-9+/]")
_BAD_QP: Final = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Data behind an encoding, and what was wrong with it."""

    data: bytes
    defect: DefectKind | None = None


def decode_transfer(raw: bytes, encoding: str) -> Decoded:
    """Return the data that ``raw`` encodes; never raises. An unknown encoding leaves the bytes as they are."""
    if encoding == "base64":
        return _base64(raw)
    if encoding == "quoted-printable":
        return Decoded(binascii.a2b_qp(raw), DefectKind.BAD_QUOTED_PRINTABLE if _BAD_QP.search(raw) else None)
    if encoding in KNOWN_ENCODINGS:
        return Decoded(raw)
    if encoding in _UUENCODE:
        return Decoded(decode_uu(raw))
    return Decoded(raw, DefectKind.UNKNOWN_ENCODING)


def _base64(raw: bytes) -> Decoded:
    defect = DefectKind.BAD_BASE64 if _NOT_BASE64.search(raw) else None
    if defect is None and not _BASE64_AFTER_PADDING.search(raw):
        try:
            return Decoded(binascii.a2b_base64(raw))
        except binascii.Error:
            pass
    pieces = []
    for piece in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", raw)):
        letters = piece[:-1] if len(piece) % 4 == 1 else piece
        pieces.append(binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)))
    return Decoded(b"".join(pieces), DefectKind.BAD_BASE64)


def decode_uu(raw: bytes) -> bytes:
    """Return the data of the lines between ``begin`` and ``end``; damaged lines are read as far as they go."""
    result = bytearray()
    for line in raw.splitlines():
        if line.startswith(b"begin ") or not line:
            continue
        if line.strip() == b"end":
            break
        try:
            result += binascii.a2b_uu(line)
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                result += binascii.a2b_uu(line[: length + 1])
            except binascii.Error:
                continue
    return bytes(result)
