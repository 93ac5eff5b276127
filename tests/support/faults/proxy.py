"""A proxy on loopback between a client and a server: it ends a connection at exactly the n-th byte of either direction, or
lets each connection's words go through something that bends them.

One thread for each connection owns both sockets, so that a reset is a reset. After the cut everything passes.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

HANG_UP: Final = b"\0hang up\0"
_CHUNK: Final = 65_536
_WAIT_S: Final = 10.0


class Side(Enum):
    """Whose bytes are counted."""

    SERVER = "server"
    CLIENT = "client"


class How(Enum):
    """How a connection ends."""

    FIN = "fin"
    RST = "rst"
    STALL = "stall"


@dataclass(frozen=True, slots=True)
class Cut:
    """After so many bytes of one side, counted over all connections since it was armed."""

    side: Side
    after: int
    how: How


class Bender(Protocol):
    """What the words of one connection go through."""

    def client(self, data: bytes) -> None:
        """Listen to the client."""

    def server(self, data: bytes) -> bytes:
        """Return what the client hears instead; ``HANG_UP`` in it ends the connection there."""


class Proxy:
    """Listens on a port of its own. A context manager."""

    def __init__(self, port: int) -> None:
        self._upstream = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._cut: Cut | None = None
        self.passed = dict.fromkeys(Side, 0)
        self.fired = False
        self.bender: Callable[[], Bender] | None = None
        """Makes a bender for each new connection."""
        self._threads: set[threading.Thread] = set()
        self._accepting = threading.Thread(target=self._accept, name="proxy", daemon=True)

    def __enter__(self) -> Proxy:
        self._accepting.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(_WAIT_S)

    def arm(self, cut: Cut | None) -> None:
        """Count from zero, and let the next fault be this one (None: only count)."""
        with self._lock:
            self._cut, self.fired = cut, False
            self.passed = dict.fromkeys(Side, 0)

    def settle(self) -> None:
        """Wait until every connection so far is over on both ends: the server will not change anything any more."""
        with self._lock:
            threads = set(self._threads)
        for thread in threads:
            thread.join(_WAIT_S)
            assert not thread.is_alive(), "a connection did not end"
        self._threads -= threads

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._upstream))
            except OSError:
                return
            thread = threading.Thread(target=self._relay, args=(client, server), name="proxy", daemon=True)
            with self._lock:
                self._threads.add(thread)
                thread.start()

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        how = None
        with client, server:
            try:
                how = self._pass_on(client, server)
            except OSError:
                pass  # One of them hung up in its own way.
            if how is How.STALL:
                _wait_for_end(client)
            if how is How.RST:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_WR)
            _wait_for_end(server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> How | None:
        """Pass bytes on until one side hangs up (None), or the fault is due."""
        bender = self.bender() if self.bender is not None else None
        while True:
            readable, _, _ = select.select([client, server], [], [])
            for source in readable:
                data = source.recv(_CHUNK)
                if not data:
                    return None
                if bender is not None and source is client:
                    bender.client(data)
                elif bender is not None:
                    data, end, _ = bender.server(data).partition(HANG_UP)
                    if end:
                        client.sendall(data)
                        return How.FIN
                allowed, how = self._count(Side.CLIENT if source is client else Side.SERVER, len(data))
                (server if source is client else client).sendall(data[:allowed])
                if how is not None:
                    return how

    def _count(self, side: Side, size: int) -> tuple[int, How | None]:
        """Count bytes; return how many of them pass, and how the connection ends then."""
        with self._lock:
            before = self.passed[side]
            cut = self._cut
            if cut is None or cut.side is not side or self.fired or before + size < cut.after:
                self.passed[side] = before + size
                return size, None
            self.fired = True
            self.passed[side] = cut.after
            return cut.after - before, cut.how


def _wait_for_end(peer: socket.socket) -> None:
    """Read and forget until the other end is closed."""
    with contextlib.suppress(OSError):
        peer.settimeout(_WAIT_S)
        while peer.recv(_CHUNK):
            pass
