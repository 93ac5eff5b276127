"""A server that plays a script: it says lines, expects lines, and can cut the connection at any byte.

``{tag}`` in what it says is the tag of the client's last command.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Say:
    """Send this, after filling in the tag."""

    data: bytes
    pieces: int = 0
    """Send in pieces of so many bytes (0: at once)."""


@dataclass(frozen=True)
class Expect:
    """Wait for a line that contains these words."""

    words: bytes


@dataclass(frozen=True)
class StartTls:
    """Encrypt from here on."""


@dataclass(frozen=True)
class Cut:
    """End the connection: politely, or with a reset."""

    reset: bool = False


Step = Say | Expect | StartTls | Cut


@dataclass
class Played:
    """What happened."""

    port: int
    heard: list[bytes] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    connection: socket.socket | None = None

    @property
    def all_heard(self) -> bytes:
        """Everything the client said."""
        return b"\n".join(self.heard)


@contextmanager
def scripted_server(
    *script: Step, tls: ssl.SSLContext | None = None, implicit_tls: bool = False, port: int = 0
) -> Iterator[Played]:
    """Play the script for one connection on loopback."""
    listener = socket.create_server(("127.0.0.1", port))
    played = Played(int(listener.getsockname()[1]))
    thread = threading.Thread(target=_play, args=(listener, script, tls, implicit_tls, played), daemon=True)
    thread.start()
    try:
        yield played
    finally:
        listener.close()
        if played.connection is not None:
            with contextlib.suppress(OSError):
                played.connection.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    assert not played.problems, played.problems


def _play(
    listener: socket.socket, script: tuple[Step, ...], tls: ssl.SSLContext | None, implicit: bool, played: Played
) -> None:
    try:
        connection, _ = listener.accept()
    except OSError:
        return
    connection.settimeout(10)
    played.connection = connection
    try:
        if implicit and tls is not None:
            connection = played.connection = wrapped(connection, tls)
        _Player(connection, tls, played).run(script)
    except (OSError, ssl.SSLError, EOFError):
        return  # The client left; the test says whether that was right.
    finally:
        (played.connection or connection).close()


def wrapped(connection: socket.socket, tls: ssl.SSLContext) -> ssl.SSLSocket:
    """Encrypt; a client that refuses the certificate leaves no open socket behind."""
    wrapped = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    try:
        wrapped.do_handshake()
    except OSError:
        wrapped.close()
        raise
    return wrapped


class _Player:
    def __init__(self, connection: socket.socket, tls: ssl.SSLContext | None, played: Played) -> None:
        self._connection = connection
        self._tls = tls
        self._played = played
        self._tag = b"*"
        self._buffer = b""

    def run(self, script: tuple[Step, ...]) -> None:
        for step in script:
            match step:
                case Say():
                    self._say(step)
                case Expect():
                    self._expect(step)
                case StartTls():
                    assert self._tls is not None
                    self._connection = self._played.connection = wrapped(self._connection, self._tls)
                case Cut(reset=reset):
                    if reset:
                        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self._connection.close()
                    return
        while self._line():
            pass

    def _say(self, step: Say) -> None:
        data = step.data.replace(b"{tag}", self._tag)
        size = step.pieces or len(data) or 1
        for start in range(0, len(data), size):
            self._connection.sendall(data[start : start + size])

    def _expect(self, step: Expect) -> None:
        line = self._line()
        if step.words not in line:
            self._played.problems.append(f"expected {step.words!r}, heard {line!r}")
            raise EOFError
        self._tag = line.split(b" ")[0]

    def _line(self) -> bytes:
        while b"\n" not in self._buffer:
            data = self._connection.recv(65_536)
            if not data:
                return b""
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        self._played.heard.append(line)
        return line
