"""Finds literals in a stream of IMAP bytes, in whatever pieces it comes, so that a recorder can leave their insides out.

A message that is fetched is not part of the dialogue: its first bytes show which one it is, and the X-ray shows all of
them. Pure; must not judge the stream, which ``imap_stream`` does. RFC 3501 section 4.3, RFC 7888.
"""

from __future__ import annotations

import re
from typing import Final

KEPT_BYTES: Final = 240
"""Of each literal."""
_MARK: Final = re.compile(rb"\{(\d{1,12})\+?\}\r?\n")
_MARK_BYTES: Final = 18
"""The longest mark: it may come in two pieces."""


class LiteralElider:
    """The recording state of one direction of one connection."""

    def __init__(self) -> None:
        self._left = 0
        """Bytes of the literal that are still to come."""
        self._keep = 0
        """How many of them are recorded."""
        self._left_out = 0
        self._tail = b""
        """The end of the text before, which may hold the beginning of a mark."""

    def feed(self, data: bytes) -> bytes:
        """Return what is to be recorded of these bytes: all text, the head of each literal, a note of what is left out."""
        out: list[bytes] = []
        position = 0
        while position < len(data):
            if self._left:
                position = self._skip(data, position, out)
                continue
            joined = self._tail + data[position : position + _MARK_BYTES]
            match = _MARK.search(joined) if self._tail else None
            shift = position - len(self._tail)
            if match is None or match.end() <= len(self._tail):
                match, shift = _MARK.search(data, position), 0
            if match is None:
                out.append(data[position:])
                self._tail = (self._tail + data[position:])[-_MARK_BYTES:]
                break
            end = match.end() + shift
            out.append(data[position:end])
            position, self._tail = end, b""
            self._left = int(match[1])
            self._keep = min(self._left, KEPT_BYTES)
        return b"".join(out)

    def _skip(self, data: bytes, position: int, out: list[bytes]) -> int:
        """Record the head of the literal, pass over the rest."""
        here = min(self._left, len(data) - position)
        kept = min(self._keep, here)
        out.append(data[position : position + kept])
        self._keep -= kept
        self._left -= here
        self._left_out += here - kept
        if not self._left and self._left_out:
            out.append(b"\r\n[... %d bytes not recorded]\r\n" % self._left_out)
            self._left_out = 0
        return position + here
