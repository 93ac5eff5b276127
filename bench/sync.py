"""The synchronisation beside a peer: mbsync and this program against the same Dovecot on loopback, as ratios in one run.

    PYTHONPATH=. python bench/sync.py [--messages N] [--large N] [--rounds N] [--json FILE]

Every round measures the floors (reading the socket, writing the blobs), mbsync with its defaults, and this program as a
whole process: ``postscope sync``. Printed, not asserted. Needs Dovecot and mbsync (Debian: isync).
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.clients import Bench, Figures, Run
from bench.mailboxes import MailMaker
from tests.support.servers.dovecot import missing, running_dovecot

USER = "alex@example.org"
LARGE_USER = "large@example.org"
MBSYNC = "mbsync, its defaults (fsync)"
CHANGED_FLAGS = 10_000


def first_synchronisation(bench: Bench, number: int, raw_mb: float) -> None:
    """Complete first synchronisation of the mixed mailbox."""
    figures = bench.figures
    figures.add("floor: reading the socket", bench.floor_socket(USER))
    figures.add("floor: writing the blobs", bench.floor_blobs(USER))
    home = bench.mbsync_home(USER, f"mbsync-{number}")
    figures.add(MBSYNC, bench.mbsync(home))
    shutil.rmtree(home)
    home = bench.mbsync_home(USER, f"mbsync-fast-{number}", fsync=False)
    figures.add("mbsync, without fsync", bench.mbsync(home))
    shutil.rmtree(home)
    profile = bench.profile(USER, f"headers-{number}")
    run = bench.postscope(profile, "--headers-only")
    figures.add("postscope, headers", run)
    figures.add("postscope, first messages in the list", Run(run.said["first_added_seconds"]))
    shutil.rmtree(profile)
    profile = bench.profile(USER, f"complete-{number}")
    figures.add("postscope, complete with index", bench.postscope(profile))
    disk_mb = sum(file.stat().st_size for file in profile.iterdir() if file.is_file()) / 1e6
    print(f"  on disk {disk_mb:.0f} MB / raw {raw_mb:.0f} MB = {disk_mb / raw_mb:.2f}")
    figures.add("postscope, again: nothing changed", bench.postscope(profile))
    shutil.rmtree(profile)


def large_mailbox(bench: Bench, count: int, rounds: int) -> None:
    """Headers of many messages, and what a second pass over them costs when nothing, or only flags, changed."""
    figures = bench.figures
    home = bench.mbsync_home(LARGE_USER, "mbsync-large", fsync=False)
    figures.add(f"mbsync, {count:,} for the first time, without fsync", bench.mbsync(home))
    for name, without in (("", ""), (" plain", "*")):
        for number in range(rounds if not name else 1):
            profile = bench.profile(LARGE_USER, f"large{name}{number}", without=without)
            run = bench.postscope(profile, "--headers-only")
            figures.add(f"postscope{name}, headers of {count:,}", run)
            figures.add(f"postscope{name}, of these until in the list", Run(run.said["last_added_seconds"]))
            if number < rounds - 1 and not name:
                shutil.rmtree(profile)
        for _ in range(rounds):
            run = bench.postscope(profile, "--headers-only")
            figures.add(f"postscope{name}, {count:,} again, the process", run)
            figures.add(f"postscope{name}, {count:,} again, the synchronisation", Run(run.said["seconds"]))
            if name:
                figures.add(f"mbsync, {count:,} again", bench.mbsync(home))
        if not name:
            for number in range(rounds):
                _change_flags(bench, count, b"+-"[number % 2 : number % 2 + 1])
                run = bench.postscope(profile, "--headers-only")
                print(f"  {run.said['changed']:,} messages changed")
                figures.add(f"postscope, {CHANGED_FLAGS:,} flags changed elsewhere", Run(run.said["seconds"]))
        shutil.rmtree(profile)
    shutil.rmtree(home)


def _change_flags(bench: Bench, count: int, sign: bytes) -> None:
    with bench.signed_in(LARGE_USER) as ask:
        uids = b"1:%d" % min(CHANGED_FLAGS, count)
        for command in (b"SELECT INBOX", b"UID STORE " + uids + b" " + sign + b"FLAGS.SILENT (\\Flagged)"):
            for _ in ask(command):
                pass


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
            large_mailbox(bench, arguments.large, arguments.rounds)
        table = _table(bench.figures)
        if arguments.json:
            arguments.json.write_text(json.dumps(table, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _table(figures: Figures) -> dict[str, Any]:
    """Print the medians and return them."""
    base = figures.median_s(MBSYNC)
    print("\nmedian (least - most) of the runs; ratio to mbsync with its defaults where that ran")
    table: dict[str, Any] = {}
    for name, runs in figures.runs.items():
        seconds = [run.seconds for run in runs]
        median_s = statistics.median(seconds)
        peak_mb = max(run.peak_mb for run in runs)
        table[name] = {"seconds": round(median_s, 3), "peak_mb": round(peak_mb), "runs": len(runs)}
        ratio = f"{median_s / base:>7.2f} x" if base == base else ""
        print(f"{name:<58}{median_s:>8.2f} s ({min(seconds):.2f} - {max(seconds):.2f}){ratio} {peak_mb:>5.0f} MB")
    return table


if __name__ == "__main__":
    main()
