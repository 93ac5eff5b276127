"""Running a child under strace: kill it, or let a call fail, at the k-th of a kind of system call.

strace counts for each thread by itself. The scenarios write from the store's thread and speak from the main one, so k names
one call of the work and not one of its set-up.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CALLS: Final = ("pwrite64", "fdatasync", "fsync", "ftruncate", "sendto", "rename", "unlink")
"""What changes files, or leaves this machine."""
INSTALL: Final = "strace is not installed; as root: apt-get install strace"
_REPO: Final = Path(__file__).resolve().parents[3]
_COUNTED: Final = re.compile(r"^(\d+) +([a-z0-9]+)\(")


def missing() -> str | None:
    """Return why nothing can be traced here, or None."""
    return None if shutil.which("strace") else INSTALL


@dataclass(slots=True)
class Said:
    """What a child wrote down."""

    intended: dict[str, set[object]] = field(default_factory=dict)
    """Facts it was about to make true and was not told of. What failed may have been written down nevertheless."""
    done: dict[str, object] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)
    """Class and sentence of failures told in words."""
    crashed: str = ""

    def allowed(self, key: str, initial: object) -> set[object]:
        """Return the values that a fact may have now."""
        values = {self.done.get(key, initial)}
        return values | self.intended.get(key, set())


def read_said(file: Path) -> Said:
    """Read the acknowledgements of a child."""
    said = Said()
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        kind, key, value = json.loads(line)
        if kind == "intend":
            said.intended.setdefault(key, set()).add(value)
        elif kind == "done":
            said.done[key] = value
            said.intended.pop(key, None)
        elif kind == "failed":
            said.failed.append((key, str(value)))
        else:
            said.crashed = str(value)
    return said


class Zygote:
    """Forks a child for each point. A context manager."""

    def __init__(self, room: Path) -> None:
        self._room = room
        self._runs = 0

    def __enter__(self) -> Zygote:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_REPO,
        )
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _line(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def run(self, scenario: str, directory: Path, options: Sequence[str]) -> tuple[Said, int]:
        """Run a scenario on a profile under strace with these options; return what it said and its exit status."""
        assert self._process.stdin is not None
        self._runs += 1
        said, gate = self._room / f"said-{self._runs}", self._room / f"gate-{self._runs}"
        request = {
            "scenario": scenario,
            "directory": str(directory),
            "acknowledgements": str(said),
            "gate": str(gate),
        }
        print(json.dumps(request), file=self._process.stdin, flush=True)
        pid = self._line()
        with subprocess.Popen(
            ["strace", "-f", "-p", str(pid), *options], stderr=subprocess.PIPE, text=True, cwd=self._room
        ) as tracer:
            assert tracer.stderr is not None
            attached = tracer.stderr.readline()
            assert "attached" in attached, attached
            gate.touch()
            code = self._line()
            tracer.stderr.read()
        gate.unlink()
        return read_said(said), code

    def count(self, scenario: str, directory: Path, calls: Sequence[str] = CALLS) -> dict[str, int]:
        """Run a scenario to its end; return the highest number of each call that one thread made."""
        log = self._room / "calls"
        said, code = self.run(scenario, directory, ["-o", str(log), "-e", f"trace={','.join(calls)}"])
        assert code == 0 and not said.crashed and not said.failed, (said, code)
        found = Counter(match.groups() for line in log.read_text().splitlines() if (match := _COUNTED.match(line)))
        return {call: max((n for (_, name), n in found.items() if name == call), default=0) for call in calls}


def kill_at(call: str, number: int) -> list[str]:
    """Return the options that kill the child at its ``number``-th such call, before it is carried out."""
    return ["-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}"]


def fail_at(call: str, number: int, error: str, *, from_then_on: bool) -> list[str]:
    """Return the options that let the ``number``-th such call, or all from then on, fail with ``error``."""
    when = f"{number}+" if from_then_on else str(number)
    return ["-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]


def elapsed_s(since: float) -> float:
    """Return monotonic seconds since then."""
    return time.monotonic() - since
