"""Each message's report is the one that a person has read.

After a change that is meant: ``make golden``, and read the difference.
"""

from __future__ import annotations

import difflib
import os

import pytest

from tests.golden.goldens import HERE, Kept, all_kept, golden_of

KEPT = tuple(all_kept())


@pytest.mark.parametrize("kept", KEPT, ids=[kept.name for kept in KEPT])
def test_the_report_is_the_one_that_was_read(kept: Kept) -> None:
    found = golden_of(kept.message)
    if os.environ.get("POSTSCOPE_GOLDEN") == "write":
        kept.golden.parent.mkdir(exist_ok=True)
        kept.golden.write_text(found, encoding="utf-8")
    assert kept.golden.exists(), f"{kept.name} has no golden yet: run make golden, and read it"
    expected = kept.golden.read_text(encoding="utf-8")
    difference = difflib.unified_diff(expected.splitlines(), found.splitlines(), "as read", "now", lineterm="", n=2)
    assert found == expected, "\n".join([f"{kept.name}: make golden rewrites it", *list(difference)[:60]])


def test_no_golden_is_left_over() -> None:
    assert set(HERE.rglob("*.json")) <= {kept.golden for kept in KEPT}
