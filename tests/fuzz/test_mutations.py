"""Whole messages bent in a thousand ways are examined all the same: no exception, places inside, reports in every form.

A few hundred here, 10,000 with POSTSCOPE_MUTATIONS=10000: docs/reliability.md.
The same each time: a failure names its number.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from mailclient.xray.inspection import inspect
from tests.support.examine_hostile import CONTEXT, check, write_all
from tests.support.mutation import mutated

ROOT = Path(__file__).parents[2]
MESSAGES = [
    path.read_bytes() for path in sorted([*ROOT.glob("resources/specimens/*.eml"), *ROOT.glob("tests/corpus/**/*.eml")])
]
COUNT = int(os.environ.get("POSTSCOPE_MUTATIONS", "400"))
STEP = 100
MOST_SECONDS = 10.0
"""Of the processor, generous: what takes longer has gone wrong by its form. The full run prints the slowest."""


@pytest.mark.parametrize("first", range(0, COUNT, STEP))
@pytest.mark.timeout(900)
def test_bent_messages_are_examined(first: int) -> None:
    slowest = 0.0
    for number in range(first, min(first + STEP, COUNT)):
        raw = mutated(MESSAGES, number)
        begun = time.process_time()
        inspection = inspect(raw, CONTEXT)
        slowest = max(slowest, time.process_time() - begun)
        assert not inspection.unexamined, f"mutation {number}: {inspection.unexamined}"
        check(inspection)
        assert write_all(inspection)
    print(f"slowest of {first} to {first + STEP}: {slowest:.2f} s of the processor")
    assert slowest < MOST_SECONDS


def test_a_mutation_is_the_same_each_time() -> None:
    """Else a number says nothing."""
    assert len({mutated(MESSAGES, 3) for _ in range(3)}) == 1
    assert len({mutated(MESSAGES, number) for number in range(50)}) > 45
