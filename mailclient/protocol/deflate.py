"""The compressed stream of one connection in both directions, in bounded pieces. RFC 4978 (COMPRESS), RFC 1951 (DEFLATE).

A few bytes can stand for gigabytes: no more is ever unpacked at once than was asked for. Pure; knows no socket.
"""

from __future__ import annotations

import zlib
from typing import Final

from mailclient.domain.errors import MalformedReply

_RAW: Final = -15
"""zlib's way to say: DEFLATE without zlib's own header and check sum."""


class Deflater:
    """What this side sends."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(wbits=_RAW)

    def pack(self, data: bytes) -> bytes:
        """Return these bytes packed; the other side can unpack all of them without waiting for more."""
        return self._stream.compress(data) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class Inflater:
    """What the other side sends."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=_RAW)
        self._packed = b""
        self._ready = b""
        self._holds_more = False
        """The last piece was as large as allowed: there may be more inside, even without further input."""

    def feed(self, packed: bytes) -> None:
        """Add bytes as they arrived."""
        self._packed += packed

    def has_output(self, limit: int) -> bool:
        """Return whether ``take`` would give something now, without anything more arriving. Raises MalformedReply."""
        self._ready = self._ready or self._unpack(limit)
        return bool(self._ready)

    def take(self, limit: int) -> bytes:
        """Return up to so many unpacked bytes; none when more has to arrive. Raises MalformedReply."""
        data, self._ready = self._ready or self._unpack(limit), b""
        return data

    def _unpack(self, limit: int) -> bytes:
        if not (self._packed or self._holds_more):
            return b""
        try:
            data = self._stream.decompress(self._packed, limit)
        except zlib.error as error:
            raise MalformedReply(
                "The server's compressed data cannot be unpacked. The connection was closed."
            ) from error
        self._packed = self._stream.unconsumed_tail
        self._holds_more = len(data) == limit
        if self._stream.eof and not data:
            raise MalformedReply("The server ended the compression in the middle of the connection.")
        return data
