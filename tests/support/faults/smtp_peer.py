"""An SMTP server that takes mail and breaks: at a phase of the dialogue it hangs up, resets, goes silent or talks nonsense.

It speaks TLS, STARTTLS or neither and offers one mechanism at a time. It counts what was delivered, which is what the
outbox must be in agreement with. RFC 5321, RFC 3207, RFC 4954.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from typing import Final

from mailclient.domain.account import Security
from tests.support.faults.proxy import How
from tests.support.scripted_server import wrapped

PHASES: Final = (
    "connected",
    "greeting",
    "ehlo",
    "half-ehlo",
    "auth",
    "auth-answer",
    "mail",
    "rcpt",
    "data",
    "half-body",
    "dot",
    "half-reply",
    "quit",
)
"""Where it breaks: before it answers to this. ``half-body`` is while the message arrives, ``dot`` when it has all of it."""
AFTER_THE_DOT: Final = frozenset({"dot", "half-reply"})
"""The server may have the message, and the client cannot know."""
_WAIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Break:
    """What goes wrong, once: the connection ends, or something else is said than the answer."""

    phase: str
    how: How | None = None
    say: bytes = b""


class _Ended(Exception):
    """The break came about, or the client is gone."""


@dataclass
class SmtpPeer:
    """Listens on loopback. A context manager."""

    security: Security
    mechanism: str
    tls: ssl.SSLContext | None = None
    broken: Break | None = None
    keeps_what_it_has: bool = True
    """It delivers a message whose dot it saw although it breaks then."""
    delivered: list[bytes] = field(default_factory=list)

    def __enter__(self) -> SmtpPeer:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, name="smtp-peer", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(_WAIT_S)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(_WAIT_S)
            with contextlib.suppress(OSError, _Ended):
                _Session(self, connection).run()

    def take_break(self, phase: str) -> Break | None:
        """Return what goes wrong now, and forget it: the next connection is a good one."""
        due, broken = self.broken, None
        if due is not None and due.phase == phase:
            self.broken, broken = None, due
        return broken


class _Session:
    """One client."""

    def __init__(self, peer: SmtpPeer, connection: socket.socket) -> None:
        self._peer = peer
        self._socket = connection
        self._buffer = b""

    def run(self) -> None:
        """Serve until QUIT."""
        try:
            self._break("connected")
            if self._peer.security is Security.TLS:
                self._encrypt()
            self._answer("greeting", b"220 peer ready")
            while self._command(self._line()):
                pass
        finally:
            self._socket.close()

    def _encrypt(self) -> None:
        assert self._peer.tls is not None
        self._socket = wrapped(self._socket, self._peer.tls)

    def _line(self) -> bytes:
        while b"\n" not in self._buffer:
            data = self._socket.recv(65_536)
            if not data:
                raise _Ended
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def _say(self, line: bytes) -> None:
        self._socket.sendall(line + b"\r\n")

    def _answer(self, phase: str, line: bytes) -> None:
        """Answer, unless this is where it goes wrong."""
        if not self._break(phase):
            self._say(line)

    def _break(self, phase: str) -> bool:
        """True when something else was said; raises when the connection ends here."""
        broken = self._peer.take_break(phase)
        if broken is None:
            return False
        if broken.how is None:
            self._socket.sendall(broken.say)
            return True
        if broken.how is How.STALL:
            with contextlib.suppress(OSError):
                while self._socket.recv(65_536):
                    pass
        if broken.how is How.RST:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _Ended

    def _command(self, line: bytes) -> bool:
        verb = line.split(b" ")[0].upper()
        if verb == b"EHLO":
            self._hello()
        elif verb == b"STARTTLS":
            self._say(b"220 go ahead")
            self._encrypt()
        elif verb == b"AUTH":
            self._authenticate(line)
        elif verb == b"MAIL":
            self._answer("mail", b"250 2.1.0 ok")
        elif verb == b"RCPT":
            self._answer("rcpt", b"250 2.1.5 ok")
        elif verb == b"DATA":
            self._data()
        elif verb == b"QUIT":
            self._answer("quit", b"221 bye")
            return False
        else:
            self._say(b"502 5.5.2 what?")
        return True

    def _hello(self) -> None:
        encrypted = isinstance(self._socket, ssl.SSLSocket)
        offers_tls = self._peer.security is Security.STARTTLS and not encrypted
        if not offers_tls and self._break("ehlo"):
            return
        self._say(b"250-peer\r\n250-SIZE 90000000\r\n250-8BITMIME")
        if not offers_tls:
            self._break("half-ehlo")
        self._say(b"250 STARTTLS" if offers_tls else f"250 AUTH {self._peer.mechanism}".encode())

    def _authenticate(self, line: bytes) -> None:
        if self._break("auth"):
            return
        words = line.split()
        if self._peer.mechanism == "LOGIN":
            self._say(b"334 " + base64.b64encode(b"Username:"))
            self._line()
            self._say(b"334 " + base64.b64encode(b"Password:"))
            self._line()
        elif self._peer.mechanism == "CRAM-MD5":
            self._say(b"334 " + base64.b64encode(b"<1@peer>"))
            self._line()
        elif len(words) < 3:
            self._say(b"334 ")
            self._line()
        self._answer("auth-answer", b"235 2.7.0 in")

    def _data(self) -> None:
        if self._break("data"):
            return
        self._say(b"354 go")
        lines = [self._line()]
        self._break("half-body")
        while lines[-1] != b".":
            lines.append(self._line())
        raw = b"\r\n".join(lines[:-1])
        if self._peer.keeps_what_it_has or not self._breaks_after_the_dot:
            self._peer.delivered.append(raw)
        if self._break("dot"):
            return
        if self._peer.broken is not None and self._peer.broken.phase == "half-reply":
            self._socket.sendall(b"250 2.0.")
            self._break("half-reply")
            return
        self._say(b"250 2.0.0 queued")

    @property
    def _breaks_after_the_dot(self) -> bool:
        return self._peer.broken is not None and self._peer.broken.phase in AFTER_THE_DOT
