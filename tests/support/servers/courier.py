"""Courier's imapd on a loopback port. Its package excludes Dovecot's, so it is unpacked and run from where it lies.

Courier has a super server and an authentication daemon; here a few lines do both: they greet, take any LOGIN with the right
password, and hand the connection to ``imapd``, which believes to be called for somebody who is known already.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOME: Final = Path(os.environ.get("POSTSCOPE_COURIER", "/var/cache/postscope-test/courier"))
"""Where packaging/system-packages.sh unpacks it."""
CAPABILITIES: Final = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE"
_IMAPD: Final = HOME / "usr/bin/imapd"
_MONITOR: Final = HOME / "usr/libexec/gam_server"
_LOGIN: Final = re.compile(rb'(\S+) LOGIN "?([^" ]+)"? "?([^"]+)"?\r\n', re.IGNORECASE)


def missing() -> str | None:
    """Return why Courier cannot run here, or None."""
    if not _IMAPD.exists():
        return f"Courier is not in {HOME}; as root: packaging/system-packages.sh test"
    return None


def _environment() -> dict[str, str]:
    libraries = [HOME / "usr/lib", *(HOME / "usr/lib").glob("*-linux-gnu*"), HOME / "usr/lib/courier-authlib"]
    return {
        "PATH": os.environ.get("PATH", ""),
        "LD_LIBRARY_PATH": ":".join(str(place) for place in libraries),
        "IMAP_CAPABILITY": CAPABILITIES,
        "TCPREMOTEIP": "127.0.0.1",
        "PROTOCOL": "IMAP",
        # imapd waits a second for its file monitor in every folder when there is none.
        "IMAP_USELOCKS": "0",
        "GAM_CLIENT_ID": _monitor_id(),
        "GAMIN_DEBUG_SERVER": str(_MONITOR),
    }


def _monitor_id() -> str:
    return f"postscope-{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Courier:
    """A running server. Users come into being when they sign in."""

    root: Path
    port: int


class _Door:
    """Greets, signs in, hands over."""

    def __init__(self, root: Path, password: str) -> None:
        self._root = root
        self._password = password.encode()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, name="courier", daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connected, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(connected,), daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join(5)

    def _serve(self, connected: socket.socket) -> None:
        with connected, suppress(OSError), connected.makefile("rb") as lines:
            connected.sendall(b"* OK Courier-IMAP ready\r\n")
            while line := lines.readline():
                tag = line.split(b" ", 1)[0]
                login = _LOGIN.match(line)
                if login and login[3] == self._password:
                    self._hand_over(connected, tag, login[2].decode())
                    return
                if line.upper().rstrip().endswith(b"CAPABILITY"):
                    connected.sendall(b"* CAPABILITY " + CAPABILITIES.encode() + b"\r\n" + tag + b" OK done\r\n")
                elif line.upper().rstrip().endswith(b"LOGOUT"):
                    connected.sendall(b"* BYE\r\n" + tag + b" OK done\r\n")
                    return
                else:
                    connected.sendall(tag + b" NO Login failed.\r\n")

    def _hand_over(self, connected: socket.socket, tag: bytes, user: str) -> None:
        maildir = self._root / user / "Maildir"
        for name in ("cur", "new", "tmp"):
            (maildir / name).mkdir(parents=True, exist_ok=True)
        with subprocess.Popen(
            [str(_IMAPD), str(maildir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=maildir.parent,
            env={**_environment(), "AUTHENTICATED": user, "MAILDIR": str(maildir)},
        ) as imapd:
            assert imapd.stdin is not None and imapd.stdout is not None
            while b"PREAUTH" not in (greeting := imapd.stdout.readline()):
                if not greeting:
                    return
            connected.sendall(tag + b" OK LOGIN Ok.\r\n")
            answers = threading.Thread(target=self._answer, args=(imapd, connected), daemon=True)
            answers.start()
            with suppress(OSError):
                while data := connected.recv(65_536):
                    imapd.stdin.write(data)
                    imapd.stdin.flush()
            with suppress(OSError):
                imapd.stdin.close()
            answers.join(5)
            imapd.kill()

    @staticmethod
    def _answer(imapd: subprocess.Popen[bytes], connected: socket.socket) -> None:
        assert imapd.stdout is not None
        with suppress(OSError, ValueError):
            while data := os.read(imapd.stdout.fileno(), 65_536):
                connected.sendall(data)
            connected.shutdown(socket.SHUT_RDWR)


@contextmanager
def running_courier(password: str = "secret word") -> Iterator[Courier]:
    """Start a server and stop it afterwards."""
    root = Path(tempfile.mkdtemp(prefix="postscope-courier-"))
    monitor = subprocess.Popen(
        [str(_MONITOR), "--notimeout", _monitor_id()],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    door = _Door(root, password)
    try:
        yield Courier(root, int(door.listener.getsockname()[1]))
    finally:
        door.close()
        monitor.kill()
        monitor.wait()
        shutil.rmtree(root, ignore_errors=True)
