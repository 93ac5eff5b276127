"""The clients that are measured, as whole processes on one Dovecot, and the floors below all of them.

What a run says of itself (``postscope sync --json``) is kept with its time and its peak of memory. Not a benchmark itself.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mailclient.accounts.records import AccountRecords
from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.ids import AccountId
from tests.support.servers.dovecot import Dovecot


@dataclass(frozen=True)
class Run:
    """One process: how long it took, and how much memory it held at most."""

    seconds: float
    peak_mb: float = 0.0
    said: dict[str, Any] = field(default_factory=dict)
    """What the process printed of itself."""


@dataclass
class Figures:
    """All runs of each thing that was measured."""

    runs: dict[str, list[Run]] = field(default_factory=dict)

    def add(self, name: str, run: Run) -> None:
        """Note a run and print it."""
        self.runs.setdefault(name, []).append(run)
        print(f"  {name:<44}{run.seconds:>8.2f} s {run.peak_mb:>8.0f} MB", flush=True)

    def median_s(self, name: str) -> float:
        """Return the median time, NaN when there is none."""
        return statistics.median(run.seconds for run in self.runs[name]) if name in self.runs else float("nan")


def run_process(command: list[str], *, stdin: bytes = b"", environment: dict[str, str] | None = None) -> Run:
    """Run a process to its end; raise with its words when it fails."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=said, stderr=said, env={**os.environ, **(environment or {})}
        )
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        said.seek(0)
        words = said.read()
        if process.returncode:
            raise RuntimeError(f"{command[0]} failed: {words[-2000:].decode('utf-8', 'replace')}")
    return Run(seconds, usage.ru_maxrss / 1024, json.loads(words)[0] if words[:1] == b"[" else {})


class Bench:
    """One server, and clients with empty hands."""

    def __init__(self, server: Dovecot, root: Path) -> None:
        self.server = server
        self.root = root
        self.figures = Figures()

    def profile(self, user: str, name: str, *, without: str = "") -> Path:
        """Return a profile with the account and nothing else; ``without`` names extensions not to be used."""
        path = self.root / name
        path.mkdir(mode=0o700)
        incoming = Endpoint("localhost", self.server.imaps_port, Security.TLS, user)
        account = Account(
            AccountId("bench"), user, "Alex", user, incoming, incoming, extra_ca_file=str(self.server.ca_file)
        )
        account = replace(account, without=frozenset(without.split()))
        AccountRecords(path / "accounts.json").put(account)
        return path

    def postscope(self, profile: Path, *options: str) -> Run:
        """Run one complete synchronisation as a user would."""
        command = [sys.executable, "-m", "mailclient", "--profile", str(profile), "sync", "--password-stdin", "--json"]
        return run_process([*command, *options], stdin=self.server.password.encode() + b"\n")

    def mbsync_home(self, user: str, name: str, *, fsync: bool = True) -> Path:
        """Return a directory with a configuration and an empty Maildir."""
        home = self.root / name
        home.mkdir()
        (home / "password").write_text(self.server.password)
        (home / "mbsyncrc").write_text(
            f"FSync {'yes' if fsync else 'no'}\n"
            f"IMAPAccount a\nHost localhost\nPort {self.server.imaps_port}\nUser {user}\n"
            f'PassCmd "cat {home}/password"\nSSLType IMAPS\nCertificateFile {self.server.ca_file}\nSystemCertificates no\n\n'
            "IMAPStore remote\nAccount a\n\n"
            f"MaildirStore local\nPath {home}/mail/\nInbox {home}/mail/INBOX\nSubFolders Verbatim\n\n"
            "Channel c\nFar :remote:\nNear :local:\nPatterns *\nCreate Near\nExpunge Near\nSyncState *\n"
        )
        (home / "mail").mkdir()
        return home

    def mbsync(self, home: Path) -> Run:
        """Run mbsync on all folders."""
        return run_process(["mbsync", "-q", "-c", str(home / "mbsyncrc"), "-a"])

    @contextmanager
    def signed_in(self, user: str) -> Iterator[Callable[[bytes], Iterator[bytes]]]:
        """Yield a function that runs a command and yields what the socket gives until the command is done."""
        context = ssl.create_default_context(cafile=str(self.server.ca_file))
        plain = socket.create_connection(("localhost", self.server.imaps_port))
        with context.wrap_socket(plain, server_hostname="localhost") as wire:
            wire.recv(4096)

            def ask(command: bytes) -> Iterator[bytes]:
                wire.sendall(b"T " + command + b"\r\n")
                tail = b""
                while True:
                    data = wire.recv(1 << 18)
                    yield data
                    tail = (tail + data)[-4096:]
                    if tail.rpartition(b"\r\n")[0].rpartition(b"\r\n")[2].startswith((b"T OK", b"T NO", b"T BAD")):
                        return

            for _ in ask(f'LOGIN "{user}" "{self.server.password}"'.encode()):
                pass
            yield ask

    def floor_socket(self, user: str) -> Run:
        """Read all bodies and throw them away."""
        started = time.perf_counter()
        with self.signed_in(user) as ask:
            for _ in ask(b"SELECT INBOX"):
                pass
            for _ in ask(b"UID FETCH 1:* (BODY.PEEK[])"):
                pass
        return Run(time.perf_counter() - started)

    def floor_blobs(self, user: str) -> Run:
        """Write all bodies into an SQLite table."""
        files = list((self.server.maildir(user) / "cur").iterdir())
        path = self.root / "blobs.sqlite"
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, bytes BLOB)")
        seconds = 0.0
        for start in range(0, len(files), 100):
            # Never all in memory: what this process holds would be counted as the peak of the processes it starts.
            bodies = [(file.read_bytes(),) for file in files[start : start + 100]]
            started = time.perf_counter()
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO raw (bytes) VALUES (?)", bodies)
            connection.execute("COMMIT")
            seconds += time.perf_counter() - started
        started = time.perf_counter()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        seconds += time.perf_counter() - started
        connection.close()
        path.unlink()
        return Run(seconds)
