"""The recorded dialogue of one connection: a bounded ring of lines, secrets already struck out.

Filled by the wiretap in ``net``; read by windows and errors. Safe to read while it grows. Holds nothing but values.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mailclient.domain.ids import ConnectionId

MAX_BYTES: Final = 512 * 1024
MAX_LINE_BYTES: Final = 2_000


class Direction(enum.Enum):
    """Who spoke."""

    CLIENT = "C"
    SERVER = "S"
    NOTE = "-"
    """Not on the wire: connected, encrypted, closed."""


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One line of the dialogue."""

    number: int
    when_unix_ms: int
    direction: Direction
    raw: bytes
    """Without line end; long ones are cut and say so."""

    @property
    def text(self) -> str:
        """The line for people."""
        return self.raw.decode("utf-8", "backslashreplace")


def _nothing() -> None:
    return


class Transcript:
    """The last lines of one connection."""

    def __init__(self, connection_id: ConnectionId, protocol: str, host: str, purpose: str) -> None:
        self.connection_id = connection_id
        self.protocol = protocol
        self.host = host
        self.purpose = purpose
        self.open = True
        self.hang_up: Callable[[], None] = _nothing
        """Ends the connection from any thread, even while it is being made; set by whoever owns the wire."""
        self._lines: deque[TranscriptLine] = deque()
        self._bytes = 0
        self._count = 0

    def add(self, direction: Direction, raw: bytes, when_unix_ms: int) -> None:
        """Append one line, secrets struck out by the caller; the oldest make room."""
        if len(raw) > MAX_LINE_BYTES:
            raw = raw[:MAX_LINE_BYTES] + b" [... %d more bytes]" % (len(raw) - MAX_LINE_BYTES)
        self._count += 1
        self._lines.append(TranscriptLine(self._count, when_unix_ms, direction, raw))
        self._bytes += len(raw)
        while self._bytes > MAX_BYTES and len(self._lines) > 1:
            self._bytes -= len(self._lines.popleft().raw)

    def lines(self) -> tuple[TranscriptLine, ...]:
        """Return what is kept, oldest first."""
        return tuple(self._lines)

    def last_from_server(self) -> str:
        """Return the server's last line, empty when it never spoke."""
        for line in reversed(tuple(self._lines)):
            if line.direction is Direction.SERVER:
                return line.text
        return ""

    def to_text(self) -> str:
        """Return the dialogue to copy or save."""
        return "".join(f"{line.direction.value}: {line.text}\n" for line in self.lines())
