"""A-13: whatever arrives ends in a view within bounded memory, in a process that may not take more (T3, T4, T8)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mailclient.mime.tree import MAX_DEPTH, MAX_PARTS
from tests.support.hostile import BOMBS
from tests.support.read_hostile import ADDRESS_SPACE_BYTES

ROOT = Path(__file__).parents[3]
EXTRA_MIB = 200


def read(name: str) -> dict[str, Any]:
    """Read a bomb in a process with limits of its own, and return its report."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.read_hostile", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{name}: {done.returncode} {done.stderr[-800:]}"
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_within_bounds(name: str) -> None:
    report = read(name)
    assert report["kept"], "the bytes are what may be exported"
    assert 1 <= report["shown"] <= MAX_PARTS
    assert report["counted"] >= report["shown"]
    assert report["extra_mib"] <= EXTRA_MIB


@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("nothing", "empty-message"),
        ("only NUL", "header-ended-early"),
        ("10,000 multiparts deep", "too-deep"),
        ("10,000 messages deep", "too-deep"),
        ("100,000 parts", "too-many-parts"),
        ("a megabyte of Subject", "header-block-too-large"),
        ("100,000 fields", "too-many-fields"),
        ("5,000 Content-Types", "duplicate-field"),
        ("a million near boundaries", "boundary-not-found"),
    ],
)
def test_a_bomb_says_what_it_is(name: str, defect: str) -> None:
    assert defect in read(name)["defects"]


def test_parts_beyond_the_limit_are_counted() -> None:
    report = read("100,000 parts")
    assert report["shown"] == MAX_PARTS
    assert report["counted"] == 100_001


def test_depth_stops_at_the_limit() -> None:
    assert read("10,000 multiparts deep")["shown"] == MAX_DEPTH + 1


def test_the_limits_bite() -> None:
    """Else the tests above could pass in a process without any limit."""
    program = (
        "import resource;from tests.support.read_hostile import ADDRESS_SPACE_BYTES as most;"
        "resource.setrlimit(resource.RLIMIT_AS, (most, most)); bytearray(most)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ADDRESS_SPACE_BYTES == 1 << 30
    assert "MemoryError" in done.stderr
