"""The gate: every value that reaches an IMAP server becomes an atom, a quoted string or a literal here, and nowhere else.

No value can end its command and begin another (CR, LF and NUL never leave outside a literal). RFC 3501 section 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mailclient.domain.errors import BadInput

_ATOM: Final = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|~]+")
_QUOTABLE: Final = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]{0,1000}")
_QUOTABLE_UTF8: Final = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\xff]{0,1000}")


@dataclass(frozen=True, slots=True)
class Literal:
    """Bytes to be sent with their length in front."""

    data: bytes
    is_large: bool = False
    """Wait for the server's leave even where it need not be asked: it may say no before megabytes are on the way."""
    before: bytes = b""
    """Stands in front of the length without a space: what makes another kind of literal of it."""
    after: bytes = b""


Piece = bytes | Literal


def astring(value: str | bytes, *, utf8: bool = False) -> Piece:
    """Return a value as an argument: quoted where that is safe, else as a literal. NUL is refused.

    ``utf8``: the session has enabled UTF-8 in quoted strings (RFC 6855 section 3).
    """
    data = value.encode("utf-8") if isinstance(value, str) else value
    if b"\x00" in data:
        raise BadInput("This value contains a NUL byte, which no mail server accepts.")
    if (_QUOTABLE.fullmatch(data) and data.isascii()) or (utf8 and _QUOTABLE_UTF8.fullmatch(data) and _is_utf8(data)):
        return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return Literal(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def atom(value: str) -> bytes:
    """Return a value that must be an atom (a flag keyword, a capability); anything else is refused."""
    data = value.encode("utf-8", "replace")
    if not _ATOM.fullmatch(data.removeprefix(b"\\")):
        raise BadInput(f"“{value[:40]}” cannot be sent to a mail server as it is.")
    return data
