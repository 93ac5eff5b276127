"""Cuts the byte stream of an IMAP server into responses, whatever pieces it arrives in.

Pure and incremental: feed bytes, take responses. A length named by the server allocates nothing before its data is here,
and beyond the limits the stream is malformed. RFC 3501 section 2.2.2 and 4.3 (literals), RFC 7888.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from mailclient.domain.errors import MalformedReply

MAX_LINE_BYTES: Final = 16 * 1024 * 1024
MAX_LITERAL_BYTES: Final = 200 * 1024 * 1024
MAX_LITERALS: Final = 1_000
_LITERAL: Final = re.compile(rb"\{(\d{1,20})\+?\}")


class Response(NamedTuple):
    """One response: texts and literals in turn, beginning and ending with a text, without the final CRLF."""

    texts: tuple[bytes, ...]
    literals: tuple[bytes, ...] = ()

    @property
    def line(self) -> bytes:
        """The first text, which for most responses is all."""
        return self.texts[0]

    @property
    def is_untagged(self) -> bool:
        """True for ``* ...``."""
        return self.texts[0].startswith(b"* ")

    @property
    def is_continuation(self) -> bool:
        """True for ``+ ...``."""
        return self.texts[0].startswith(b"+")


class ResponseStream:
    """The parsing state of one connection."""

    def __init__(self, max_literal_bytes: int = MAX_LITERAL_BYTES) -> None:
        self._buffer = bytearray()
        self._texts: list[bytes] = []
        self._literals: list[bytes] = []
        self._awaited = -1
        """Bytes of a literal still to come, or -1 between literals."""
        self._searched = 0
        self._max_literal_bytes = max_literal_bytes

    @property
    def pending(self) -> int:
        """Bytes received and not yet part of a response: must be 0 when TLS starts."""
        return len(self._buffer) + sum(map(len, self._texts)) + sum(map(len, self._literals))

    def feed(self, data: bytes) -> None:
        """Add bytes as they arrived."""
        self._buffer += data

    def take_line(self) -> bytes | None:
        """Return one raw line with its line end, for whoever reads without responses; None when it is not here yet."""
        end = self._buffer.find(b"\n")
        if end < 0:
            if len(self._buffer) > MAX_LINE_BYTES:
                raise MalformedReply("The server sent a line longer than 16 MB. The connection was closed.")
            return None
        return self.take(end + 1)

    def take(self, size: int) -> bytes | None:
        """Return exactly ``size`` raw bytes, or None when they are not here yet."""
        if len(self._buffer) < size:
            return None
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._searched = 0
        return data

    def next_response(self) -> Response | None:
        """Return the next complete response, or None when more bytes are needed. Raises MalformedReply."""
        while True:
            if self._awaited >= 0:
                if len(self._buffer) < self._awaited:
                    return None
                self._literals.append(bytes(self._buffer[: self._awaited]))
                del self._buffer[: self._awaited]
                self._awaited, self._searched = -1, 0
            end = self._buffer.find(b"\n", self._searched)
            if end < 0:
                self._searched = len(self._buffer)
                if self._searched > MAX_LINE_BYTES:
                    raise MalformedReply("The server sent a line longer than 16 MB. The connection was closed.")
                return None
            text = bytes(self._buffer[:end]).removesuffix(b"\r")
            del self._buffer[: end + 1]
            self._searched = 0
            self._texts.append(text)
            # Searched for from the end: a pattern would try each byte of the line.
            match = _LITERAL.fullmatch(text, text.rfind(b"{")) if text.endswith(b"}") and b"{" in text else None
            if match is None:
                response = Response(tuple(self._texts), tuple(self._literals))
                self._texts = []
                self._literals = []
                return response
            size = int(match[1])
            if size > self._max_literal_bytes:
                raise MalformedReply(f"The server announced {size} bytes in one piece, more than is accepted.")
            if len(self._literals) >= MAX_LITERALS:
                raise MalformedReply("The server sent a response of more than a thousand pieces.")
            self._awaited = size
