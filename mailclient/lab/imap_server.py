"""The lab's IMAP server: one thread a connection, loopback only. Listening, reading commands, sending answers.

What commands do is in ``imap_session``. RFC 3501 section 2.2, RFC 7888 (LITERAL+).
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import Final

from mailclient.domain.errors import MalformedReply
from mailclient.lab.imap_session import ImapLabSession
from mailclient.lab.mailstore import UserMail
from mailclient.protocol.imap_stream import Response

CAPABILITIES: Final = tuple(
    "IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN IDLE UIDPLUS MOVE SPECIAL-USE LIST-EXTENDED LIST-STATUS UNSELECT ENABLE "
    "CONDSTORE QRESYNC ESEARCH NAMESPACE ID CHILDREN OBJECTID CREATE-SPECIAL-USE QUOTA ACL "
    "UTF8=ACCEPT BINARY".split()
)
MAX_LITERAL: Final = 100_000_000
_LITERAL: Final = re.compile(rb"\{(\d{1,10})(\+?)\}\Z")


class Connection:
    """One client: lines and literals in, answers out."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._file = connected.makefile("rb")
        self._sending = threading.Lock()

    def send(self, data: bytes) -> None:
        """Send whole responses."""
        with self._sending:
            self.socket.sendall(data)

    def line(self) -> bytes:
        """Return one line without its end; empty bytes at the end of the connection raise ConnectionError."""
        found = self._file.readline(65_536)
        if not found.endswith(b"\n"):
            raise ConnectionError("the client is gone")
        return found.rstrip(b"\r\n")

    def command(self) -> Response:
        """Return one whole command with its literals."""
        texts, literals = [self.line()], []
        while match := _LITERAL.search(texts[-1]):
            size = int(match[1])
            if size > MAX_LITERAL:
                raise ConnectionError("a literal is too large")
            if not match[2]:
                self.send(b"+ go on\r\n")
            literals.append(self._file.read(size))
            texts.append(self.line())
        return Response(tuple(texts), tuple(literals))

    def close(self) -> None:
        """Close from any thread."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class ImapLabServer:
    """Listens on 127.0.0.1."""

    def __init__(
        self, users: Mapping[str, UserMail], *, hidden: frozenset[str] = frozenset(), tls: ssl.SSLContext | None = None
    ) -> None:
        """``hidden`` are capabilities to do without: the lab can play a poorer server."""
        self.users = users
        self.capabilities = tuple(word for word in CAPABILITIES if word not in hidden)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._connections: set[Connection] = set()
        self._stopped = False
        self._thread = threading.Thread(target=self._accept, name="lab-imap", daemon=True)

    def start(self) -> None:
        """Start listening."""
        self._thread.start()

    def stop(self) -> None:
        """Close everything."""
        self._stopped = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in tuple(self._connections):
            connection.close()
        for user in self.users.values():
            user.ring()
        self._thread.join(1.0)

    def drop_connections(self) -> None:
        """Cut every connection, as a network does."""
        for connection in tuple(self._connections):
            connection.close()

    def _accept(self) -> None:
        while not self._stopped:
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connected,), name="lab-imap-client", daemon=True).start()

    def _serve(self, connected: socket.socket) -> None:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self._tls is not None:
                connected = self._tls.wrap_socket(connected, server_side=True)
            connection = Connection(connected)
            self._connections.add(connection)
        except OSError:
            connected.close()
            return
        try:
            ImapLabSession(connection, self.users, self.capabilities).run()
        except (OSError, ConnectionError, ValueError, MalformedReply):
            pass  # The client went away or spoke nonsense; either way this connection is over.
        finally:
            self._connections.discard(connection)
            connection.close()
