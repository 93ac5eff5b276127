"""One TCP connection with its wiretap: everything said is copied to a transcript, secrets struck out at this place.

Turns socket trouble into the errors of ``domain.errors``. Speaks no protocol. ``close`` may be called from any thread.
"""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mailclient.domain.account import Endpoint, Security
from mailclient.domain.errors import BadInput, Cancelled, MalformedReply, NetworkGone
from mailclient.domain.ids import ConnectionId
from mailclient.net.dialling import Dialling
from mailclient.net.tls import certificate_refused, seen_certificates, verifying_context
from mailclient.protocol.deflate import Deflater, Inflater
from mailclient.protocol.literals import LiteralElider
from mailclient.protocol.pop3_elider import Pop3Elider
from mailclient.protocol.transcript import Direction, Transcript
from mailclient.redaction import redactor

_CHUNK: Final = 1 << 16
"""A TLS record holds 16 KB at most; a larger buffer would be asked of the system anew for each of them."""

_numbers = itertools.count(1)

Record = Callable[[Transcript], None]
"""Told of each new connection's transcript."""


def next_connection_id() -> ConnectionId:
    """Return the number of a new connection of this run."""
    return ConnectionId(next(_numbers))


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a server may keep this side waiting; tests have less."""

    connect_s: float = 20.0
    read_s: float = 60.0


PATIENT: Final = Patience()


class Wire:
    """A connection to one server."""

    def __init__(
        self,
        endpoint: Endpoint,
        protocol: str,
        purpose: str,
        extra_ca_file: str | None,
        record: Record,
        patience: Patience = PATIENT,
    ) -> None:
        self.endpoint = endpoint
        self.transcript = Transcript(next_connection_id(), protocol, endpoint.host, purpose)
        self.encrypted = False
        self._patience = patience
        self._extra_ca_file = extra_ca_file
        self._closed_by_us = False
        self._lock = threading.Lock()
        self._unfinished = {Direction.CLIENT: b"", Direction.SERVER: b""}
        self._deflater: Deflater | None = None
        self._inflater: Inflater | None = None
        self._eliders = {Direction.CLIENT: LiteralElider(), Direction.SERVER: LiteralElider()}
        self._dialling = Dialling()
        self.transcript.hang_up = self.close
        self._pop3 = Pop3Elider()
        record(self.transcript)
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        endpoint = self.endpoint
        self.note(f"connecting to {endpoint.host} port {endpoint.port}")
        try:
            plain = self._dialling.dial(endpoint.host, endpoint.port, self._patience.connect_s)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(self._patience.read_s)
        except Cancelled:
            self._ended()
            raise self._broken(None) from None
        except (OSError, UnicodeError) as error:
            self._ended()
            raise self._gone(f"{endpoint.host} cannot be reached: {_reason(error)}.") from error
        self.socket = plain
        if self._closed_by_us:  # Whoever said so could not close what was not there yet.
            plain.close()
            raise self._broken(None)
        if endpoint.security is Security.TLS:
            self.start_tls()
        return self.socket

    def start_tls(self) -> None:
        """Encrypt from here on, the certificate verified."""
        host = self.endpoint.host
        try:
            # Made when it is needed: reading the system's authorities takes as long as the rest of a short session.
            context = verifying_context(self._extra_ca_file)
            # After a reset CPython would leave a half-made SSLSocket open: this raises before.
            self.socket.getpeername()
            # In two steps, so that ``close`` finds the socket that shakes hands.
            wrapped = context.wrap_socket(self.socket, server_hostname=host, do_handshake_on_connect=False)
            self.socket = wrapped
            wrapped.settimeout(self._patience.connect_s)
            wrapped.do_handshake()
            wrapped.settimeout(self._patience.read_s)
        except BadInput:
            self.close()
            raise
        except ssl.SSLCertVerificationError as error:
            self.close()
            refused = certificate_refused(host, error)
            refused.connection_id = self.transcript.connection_id
            self.note(refused.sentence)
            raise refused from error
        except (OSError, ValueError, AttributeError) as error:  # The last: closed from elsewhere at this very moment.
            if self._closed_by_us:
                raise self._broken(None) from error
            self.close()
            raise self._gone(f"{host} could not start encryption: {_reason(error)}.") from error
        self.encrypted = True
        cipher = wrapped.cipher()
        self.transcript.encryption = f"{wrapped.version()}" + (f" with {cipher[0]}" if cipher else "")
        self.note(f"encrypted: {self.transcript.encryption}")
        certificate = seen_certificates.describe(host, self.endpoint.port, wrapped)
        if certificate:
            self.note(certificate)

    def start_compression(self, packed: bytes) -> None:
        """Compress from here on (RFC 4978); ``packed`` came already. The transcript goes on with what is inside."""
        self._deflater, self._inflater = Deflater(), Inflater()
        self._inflater.feed(packed)
        self.note("compressed")

    def send(self, data: bytes, *, secret: bool = False) -> None:
        """Send all of the data. ``secret`` keeps the transcript from showing any of it."""
        self._tap(Direction.CLIENT, b"(credentials, not recorded)\r\n" if secret else data)
        try:
            self.socket.sendall(data if self._deflater is None else self._deflater.pack(data))
        except OSError as error:
            raise self._broken(error) from error

    def receive(self) -> bytes:
        """Return some bytes; an end of the connection raises NetworkGone."""
        if self._inflater is None:
            data = self._receive()
        else:
            while not self._has_unpacked(self._inflater):
                self._inflater.feed(self._receive())
            data = self._inflater.take(_CHUNK)
        self._tap(Direction.SERVER, data)
        return data

    def _has_unpacked(self, inflater: Inflater) -> bool:
        try:
            return inflater.has_output(_CHUNK)
        except MalformedReply as error:
            raise self.malformed(error.sentence) from error

    def _receive(self) -> bytes:
        try:
            data = self.socket.recv(_CHUNK)
        except TimeoutError as error:
            self.close()
            sentence = f"{self.endpoint.host} did not answer for {self._patience.read_s:.0f} seconds."
            raise self._gone(sentence) from error
        except OSError as error:
            raise self._broken(error) from error
        if not data:
            self._flush_tap()
            raise self._broken(None)
        return data

    def readable_within(self, seconds: float, wake: socket.socket | None = None) -> bool:
        """Wait until the server said something; False after the time, or when ``wake`` became readable."""
        if self._inflater is not None and self._has_unpacked(self._inflater):
            return True
        if isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            return True
        watched = [self.socket] if wake is None else [self.socket, wake]
        try:
            ready, _, _ = select.select(watched, [], [], seconds)
        except (OSError, ValueError) as error:
            raise self._broken(error) from error
        return self.socket in ready

    def note(self, words: str) -> None:
        """Record something that was not said on the wire."""
        self.transcript.add(Direction.NOTE, redactor.strike(words.encode()), _now_ms())

    def close(self) -> None:
        """Close at once, from any thread; a running receive ends with Cancelled."""
        with self._lock:
            if self._closed_by_us:
                return
            self._closed_by_us = True
        self._dialling.give_up()
        if hasattr(self, "socket"):
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(OSError):
                self.socket.close()
        self._ended()

    def malformed(self, sentence: str, line: bytes = b"") -> MalformedReply:
        """Close, and return the error that says how the server broke the protocol."""
        shown = redactor.strike(line)[:200].decode("utf-8", "replace")
        self.close()
        return MalformedReply(sentence, connection_id=self.transcript.connection_id, protocol_line=shown)

    def _ended(self) -> None:
        self._flush_tap()
        if self.transcript.open:
            self.transcript.open = False
            self.transcript.hang_up = _nothing
            self.note("closed")

    def _gone(self, sentence: str) -> NetworkGone:
        self.note(sentence)
        return NetworkGone(sentence, connection_id=self.transcript.connection_id)

    def _broken(self, error: Exception | None) -> NetworkGone | Cancelled:
        if self._closed_by_us:
            return Cancelled("The connection was closed from this side.", connection_id=self.transcript.connection_id)
        self.close()
        reason = _reason(error) if error else "the server closed it"
        return self._gone(f"The connection to {self.endpoint.host} broke: {reason}.")

    def _tap(self, direction: Direction, data: bytes) -> None:
        """Record complete lines, so that a secret cut in two by the network is still recognised."""
        if self.transcript.protocol == "IMAP":
            data = self._eliders[direction].feed(data)
        elif self.transcript.protocol == "POP3":
            data = self._pop3.said(data) if direction is Direction.CLIENT else self._pop3.heard(data)
        pending = self._unfinished[direction] + data
        if len(pending) > 65_536:
            # The inside of a large message: its first lines are enough to follow the dialogue.
            head, _, _ = pending[:4_096].rpartition(b"\n")
            pending = head + b"\n[... %d bytes not recorded]\n" % (len(pending) - len(head))
        complete, end, rest = pending.rpartition(b"\n")
        self._unfinished[direction] = rest[:65_536]
        if end:
            self.transcript.add(direction, redactor.strike(complete), _now_ms())

    def _flush_tap(self) -> None:
        for direction, rest in self._unfinished.items():
            if rest:
                self.transcript.add(direction, redactor.strike(rest), _now_ms())
            self._unfinished[direction] = b""


def _nothing() -> None:
    return


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _reason(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "its name is unknown, or there is no network"
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers at that port"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionResetError):
        return "the other side hung up"
    if isinstance(error, ssl.SSLError):
        return (error.reason or str(error)).replace("_", " ").lower()
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error) or type(error).__name__
