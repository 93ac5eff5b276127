"""The synchronisation beside a peer: mbsync and this program against the same Dovecot on loopback, as ratios in one run.

    PYTHONPATH=. python bench/sync.py [--messages N] [--large N] [--rounds N] [--only NAME ...] [--profile-dir DIR]

Every round measures the floors (reading the socket, writing the blobs), mbsync with its defaults, and this program as a
whole process: ``postscope sync``. Printed, not asserted. Needs Dovecot and mbsync (Debian: isync).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
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
from dataclasses import dataclass, field
from pathlib import Path

from bench.mailboxes import MailMaker
from mailclient.accounts.records import AccountRecords
from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.ids import AccountId
from tests.support.servers.dovecot import Dovecot, missing, running_dovecot

USER = "alex@example.org"
LARGE_USER = "large@example.org"


@dataclass(frozen=True)
class Run:
    """One process: how long it took, and how much memory it held at most."""

    seconds: float
    peak_mb: float


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
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{command[0]} failed: {said.read()[-2000:].decode('utf-8', 'replace')}")
    return Run(seconds, usage.ru_maxrss / 1024)


class Bench:
    """One server, and clients with empty hands."""

    def __init__(self, server: Dovecot, root: Path) -> None:
        self.server = server
        self.root = root
        self.figures = Figures()

    def profile(self, user: str, name: str) -> Path:
        """Return a profile with the account and nothing else."""
        path = self.root / name
        path.mkdir(mode=0o700)
        incoming = Endpoint("localhost", self.server.imaps_port, Security.TLS, user)
        account = Account(
            AccountId("bench"), user, "Alex", user, incoming, incoming, extra_ca_file=str(self.server.ca_file)
        )
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
        return Run(time.perf_counter() - started, 0)

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
        return Run(seconds, 0)


def first_synchronisation(bench: Bench, number: int, raw_mb: float) -> None:
    """Complete first synchronisation of the mixed mailbox."""
    figures = bench.figures
    figures.add("floor: reading the socket", bench.floor_socket(USER))
    figures.add("floor: writing the blobs", bench.floor_blobs(USER))
    home = bench.mbsync_home(USER, f"mbsync-{number}")
    figures.add("mbsync, its defaults (fsync)", bench.mbsync(home))
    shutil.rmtree(home)
    home = bench.mbsync_home(USER, f"mbsync-fast-{number}", fsync=False)
    figures.add("mbsync, without fsync", bench.mbsync(home))
    shutil.rmtree(home)
    profile = bench.profile(USER, f"headers-{number}")
    figures.add("postscope, headers", bench.postscope(profile, "--headers-only"))
    shutil.rmtree(profile)
    profile = bench.profile(USER, f"complete-{number}")
    figures.add("postscope, complete with index", bench.postscope(profile))
    disk_mb = sum(file.stat().st_size for file in profile.iterdir() if file.is_file()) / 1e6
    print(f"  on disk {disk_mb:.0f} MB / raw {raw_mb:.0f} MB = {disk_mb / raw_mb:.2f}")
    figures.add("postscope, again: nothing changed", bench.postscope(profile))
    shutil.rmtree(profile)


def large_mailbox(bench: Bench, count: int) -> None:
    """Headers of many messages, and a second pass over them."""
    figures = bench.figures
    profile = bench.profile(LARGE_USER, "large")
    figures.add(f"postscope, headers of {count:,}", bench.postscope(profile, "--headers-only"))
    figures.add(f"postscope, {count:,} again (QRESYNC)", bench.postscope(profile, "--headers-only"))
    figures.add(f"postscope, {count:,} again (QRESYNC)", bench.postscope(profile, "--headers-only"))
    with bench.signed_in(LARGE_USER) as ask:
        for command in (b"SELECT INBOX", b"UID STORE 1:%d +FLAGS.SILENT (\\Flagged)" % min(10_000, count)):
            for _ in ask(command):
                pass
    figures.add("postscope, 10,000 flags changed elsewhere", bench.postscope(profile, "--headers-only"))
    shutil.rmtree(profile)


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    reason = missing() or (None if shutil.which("mbsync") else "mbsync is not installed (Debian: isync)")
    if reason:
        sys.exit(reason)
    maker = MailMaker()
    with tempfile.TemporaryDirectory(prefix="postscope-bench-") as name, running_dovecot([USER, LARGE_USER]) as server:
        bench = Bench(server, Path(name))
        if arguments.messages:
            server.put(USER, maker.messages(arguments.messages))
            raw_mb = sum(file.stat().st_size for file in (server.maildir(USER) / "cur").iterdir()) / 1e6
            print(f"{arguments.messages:,} messages, {raw_mb:.0f} MB")
            for number in range(arguments.rounds):
                first_synchronisation(bench, number, raw_mb)
        if arguments.large:
            server.put(LARGE_USER, maker.small(arguments.large))
            print(f"{arguments.large:,} small messages")
            large_mailbox(bench, arguments.large)
        _print_table(bench.figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _print_table(figures: Figures) -> None:
    base = figures.median_s("mbsync, its defaults (fsync)")
    print("\nmedian of the runs; ratio to mbsync with its defaults")
    table = {}
    for name, runs in figures.runs.items():
        seconds = figures.median_s(name)
        peak = max(run.peak_mb for run in runs)
        table[name] = {"seconds": round(seconds, 3), "ratio": round(seconds / base, 3), "peak_mb": round(peak)}
        print(f"{name:<46}{seconds:>8.2f} s {seconds / base:>7.2f} x {peak:>6.0f} MB")
    print(json.dumps(table))


if __name__ == "__main__":
    main()
