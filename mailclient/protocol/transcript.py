"""The recorded dialogue of one connection: a bounded ring of lines, secrets already struck out.

Filled by the wiretap in ``net``; read by windows and errors. Safe to read while it grows. Holds nothing but values.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable, Iterator
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


@dataclass(slots=True)
class _Block:
    """Lines that were recorded together. They are cut apart when somebody looks: most are pushed out unseen."""

    first_number: int
    when_unix_ms: int
    direction: Direction
    raw: bytes
    """Complete lines without the last line end."""

    def lines(self) -> Iterator[TranscriptLine]:
        for number, line in enumerate(self.raw.split(b"\n"), self.first_number):
            raw = line.removesuffix(b"\r")
            if len(raw) > MAX_LINE_BYTES:
                raw = raw[:MAX_LINE_BYTES] + b" [... %d more bytes]" % (len(raw) - MAX_LINE_BYTES)
            yield TranscriptLine(number, self.when_unix_ms, self.direction, raw)


class Transcript:
    """The last lines of one connection."""

    def __init__(self, connection_id: ConnectionId, protocol: str, host: str, purpose: str) -> None:
        self.connection_id = connection_id
        self.protocol = protocol
        self.host = host
        self.purpose = purpose
        self.open = True
        self.began_unix_ms = 0
        """When its first line was recorded; 0 before."""
        self.encryption = ""
        """Version and cipher, empty while nothing is encrypted."""
        self.hang_up: Callable[[], None] = _nothing
        """Ends the connection from any thread, even while it is being made; set by whoever owns the wire."""
        self._blocks: deque[_Block] = deque()
        self._bytes = 0
        self._count = 0

    def add(self, direction: Direction, raw: bytes, when_unix_ms: int) -> None:
        """Append one line or several, secrets struck out by the caller; the oldest make room."""
        self._blocks.append(_Block(self._count + 1, when_unix_ms, direction, raw))
        self._count += raw.count(b"\n") + 1
        self.began_unix_ms = self.began_unix_ms or when_unix_ms
        self._bytes += len(raw)
        while self._bytes > MAX_BYTES and len(self._blocks) > 1:
            self._bytes -= len(self._blocks.popleft().raw)

    def lines(self) -> tuple[TranscriptLine, ...]:
        """Return what is kept, oldest first."""
        return tuple(line for block in tuple(self._blocks) for line in block.lines())

    def last_line(self) -> TranscriptLine | None:
        """Return the newest line."""
        try:
            block = self._blocks[-1]
        except IndexError:
            return None
        number = block.first_number + block.raw.count(b"\n")
        alone = _Block(number, block.when_unix_ms, block.direction, block.raw.rpartition(b"\n")[2])
        return next(alone.lines())

    def last_from_server(self) -> str:
        """Return the server's last line, empty when it never spoke."""
        for block in reversed(tuple(self._blocks)):
            if block.direction is Direction.SERVER:
                return list(block.lines())[-1].text
        return ""

    def to_text(self) -> str:
        """Return the dialogue to copy or save."""
        return "".join(f"{line.direction.value}: {line.text}\n" for line in self.lines())
