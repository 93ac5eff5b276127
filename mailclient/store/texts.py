"""The text of a message as it is kept for snippets and for taking the message out of the index: packed when that helps.

A text is half of what the index costs on the disk. Values only; short texts stay as they are.
"""

from __future__ import annotations

import zlib
from typing import Final

_SHORT_BYTES: Final = 400
_QUICKLY: Final = 1
"""zlib's level: 50 MB a second; the highest saves a thirtieth more and takes twice as long."""

Packed = str | bytes
"""What is stored: the text itself, or its UTF-8 bytes packed by zlib (RFC 1950)."""


def pack(text: str) -> Packed:
    """Return what to store for a text; it must be one that UTF-8 can spell."""
    data = text.encode()
    return text if len(data) < _SHORT_BYTES else zlib.compress(data, _QUICKLY)


def unpack(stored: Packed, limit_bytes: int = 0) -> str:
    """Return the text, or its beginning of about ``limit_bytes`` (0: all of it)."""
    if isinstance(stored, str):
        return stored[:limit_bytes] if limit_bytes else stored
    data = zlib.decompressobj().decompress(stored, limit_bytes)
    return data.decode("utf-8", "ignore")  # The limit may cut a character.
