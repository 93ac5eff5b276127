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
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_BASE64_OR_WHITE: Final = _BASE64 + b" \t\r\n\f\v"
_JUNK: Final = bytes(set(range(256)) - set(_BASE64))
MAX_PIECES: Final = 10_000
_QP_ENCODED: Final = re.compile(rb"[^\t -<>-~]")
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
    defect = DefectKind.BAD_BASE64 if raw.translate(None, _BASE64_OR_WHITE) else None
    if defect is None and not _BASE64_AFTER_PADDING.search(raw):
        try:
            return Decoded(binascii.a2b_base64(raw))
        except binascii.Error:
            pass
    result = bytearray()
    pieces = re.split(rb"=+", raw.translate(None, _JUNK), maxsplit=MAX_PIECES)
    if len(pieces) > MAX_PIECES:
        # No sender pads so often; from here on the padding is junk as well, so that memory stays in proportion.
        pieces[-1] = pieces[-1].replace(b"=", b"")
    for piece in pieces:
        letters = piece[:-1] if len(piece) % 4 == 1 else piece
        result += binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    return Decoded(bytes(result), DefectKind.BAD_BASE64)


def encode_quoted_printable(data: bytes) -> bytes:
    """Return CRLF text as quoted-printable, lines of at most 76 bytes (RFC 2045 section 6.7).

    A dot or "From " at the start of a line is encoded as well: some relays change them.
    """
    out: list[bytes] = []
    for line in data.split(b"\r\n"):
        encoded = _QP_ENCODED.sub(lambda match: b"=%02X" % match[0][0], line)
        if encoded.startswith((b".", b"From ")):
            encoded = b"=%02X" % encoded[0] + encoded[1:]
        if encoded.endswith((b" ", b"\t")):
            encoded = encoded[:-1] + b"=%02X" % encoded[-1]
        position = 0
        while len(encoded) - position > 76:
            escape = encoded.rfind(b"=", position + 73, position + 75)
            cut = escape if escape >= 0 else position + 75
            out.append(encoded[position:cut] + b"=")
            position = cut
        out.append(encoded[position:])
    return b"\r\n".join(out)


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
