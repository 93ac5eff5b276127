"""Commands and answers on one POP3 connection. Every wait can be ended from this side within half a second. RFC 1939."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mailclient.domain.errors import (
    Cancelled,
    MalformedReply,
    PostscopeError,
    ServerBusy,
    ServerRefused,
)
from mailclient.net.wire import Wire
from mailclient.protocol.pop3_replies import Pop3Status, command_line, parse_status
from mailclient.protocol.pop3_stream import Pop3Stream

MAX_LISTING_BYTES: Final = 128 * 1024 * 1024
_GLANCE_S: Final = 0.5


class Pop3Dialogue:
    """One connection. Not thread-safe but for ``wire.close``."""

    def __init__(self, wire: Wire, should_stop: Callable[[], bool], patience_s: float) -> None:
        """``should_stop`` is asked twice a second while the server is waited for."""
        self.wire = wire
        self.greeting = b""
        self.capabilities: dict[str, tuple[str, ...]] = {}
        self._stream = Pop3Stream()
        self._should_stop = should_stop
        self._patience_s = patience_s

    @property
    def pending(self) -> int:
        """Bytes received and not read: must be 0 when TLS starts."""
        return self._stream.pending

    @property
    def has_surplus(self) -> bool:
        """True when the server has said something that nobody asked for."""
        # Under TLS a socket may be readable for reasons of its own (session tickets).
        return self.pending > 0 or (not self.wire.encrypted and self.wire.readable_within(0.0))

    def line(self) -> bytes:
        """Read one line."""
        try:
            while (line := self._stream.take_line()) is None:
                self._receive()
        except MalformedReply as error:
            raise self.wire.malformed(error.sentence) from error
        return line

    def status(self) -> Pop3Status:
        """Read a status line; anything else closes the connection."""
        line = self.line()
        try:
            return parse_status(line)
        except MalformedReply as error:
            raise self.wire.malformed(f"{self.wire.endpoint.host} does not answer as a POP3 server.", line) from error

    def block(self, limit_bytes: int = MAX_LISTING_BYTES) -> bytes:
        """Read the multi-line part of an answer; a longer one closes the connection."""
        try:
            while (block := self._stream.take_block(limit_bytes)) is None:
                self._receive()
        except MalformedReply as error:
            raise self.wire.malformed(f"{self.wire.endpoint.host}: {error.sentence}") from error
        return block

    def send(self, verb: str, *arguments: str, secret: bool = False) -> None:
        """Send a command; the caller reads its answer."""
        self.wire.send(command_line(verb, *arguments), secret=secret)

    def command(self, verb: str, *arguments: str, secret: bool = False) -> Pop3Status:
        """Send a command and read its status line."""
        self.send(verb, *arguments, secret=secret)
        return self.status()

    def listing(self, verb: str) -> bytes | None:
        """Return the block that a command without arguments brings; None when the server refuses."""
        return self.block() if self.command(verb).is_ok else None

    def refused(self, what: str, status: Pop3Status) -> PostscopeError:
        """Return the error that a refusal means."""
        kind = ServerBusy if status.is_for_now else ServerRefused
        sentence = f"{self.wire.endpoint.host} refused {what}: {status.text or 'no reason given'}"
        return kind(sentence, connection_id=self.wire.transcript.connection_id, protocol_line=status.line)

    def _receive(self) -> None:
        waited_s = 0.0
        while waited_s < self._patience_s and not self.wire.readable_within(_GLANCE_S):
            waited_s += _GLANCE_S
            if self._should_stop():
                self.wire.close()
                raise Cancelled("Stopped. What had arrived is kept.")
        self._stream.feed(self.wire.receive())
