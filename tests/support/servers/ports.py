"""Free loopback ports, and waiting until a server answers at one."""

from __future__ import annotations

import socket
import time


def free_ports(count: int) -> list[int]:
    """Return ports that nobody uses now, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for item in sockets:
            item.bind(("127.0.0.1", 0))
        return [int(item.getsockname()[1]) for item in sockets]
    finally:
        for item in sockets:
            item.close()


def wait_for_port(port: int, seconds: float = 15.0) -> None:
    """Return when something accepts connections at the port; raise TimeoutError after a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing answers at port {port}")
