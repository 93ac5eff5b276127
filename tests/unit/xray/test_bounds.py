"""Whatever arrives is examined within bounded memory and time, and what is said of it is bounded too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.examine_bombs import BOMBS
from tests.support.examine_hostile import CPU_SECONDS

ROOT = Path(__file__).parents[3]
EXTRA_MIB = 200
"""What an examination takes beside the message itself."""
MOST_FINDINGS = 3_000
GROUPS = 8
NAMES = list(BOMBS)


def examined(names: list[str]) -> list[dict[str, Any]]:
    """Examine bombs, each in a process that may not take more; return the reports."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.examine_hostile", *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.timeout(GROUPS * CPU_SECONDS * 4)
def test_bombs_are_examined_within_bounds(group: int) -> None:
    names = NAMES[group::GROUPS]
    reports = examined(names)
    assert [report["name"] for report in reports] == names
    for report in reports:
        assert report["extra_mib"] <= EXTRA_MIB, report
        assert report["findings"] <= MOST_FINDINGS, report
        assert report["written"] <= 12 * report["bytes"] + 4_000_000, report


def test_a_bomb_that_breaks_the_bounds_is_noticed() -> None:
    """Else the tests above could pass with any result."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.examine_hostile", "there is no such bomb"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "KeyError" in done.stderr
