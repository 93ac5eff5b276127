"""ENOSPC and EIO at the k-th write, sync or extension of a file (RELIABILITY P8), and a disk that is really full: nothing
acknowledged is lost, nothing is corrupt, it is said in words, and it goes on by itself when there is room.

``POSTSCOPE_FAULTS=full`` goes through every third call of every scenario, once and from then on, with both errors.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.support.faults.figures import choose, is_full, record
from tests.support.faults.points import SCENARIOS, Points, running_points
from tests.support.faults.tracing import fail_at, missing

SHORT = 4
"""Points of each scenario in the short form."""
CALLS = ("pwrite64", "fdatasync", "ftruncate")
FULL_STEP = 3

pytestmark = [
    pytest.mark.filterwarnings("ignore:Session.login_data is deprecated"),
    pytest.mark.timeout(3600),
    pytest.mark.live,
]


@pytest.fixture(scope="module")
def points() -> Iterator[Points]:
    """A lab, a zygote and room for profiles."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    with running_points() as running:
        yield running


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_a_disk_that_fails_anywhere_loses_nothing_and_is_told_in_words(points: Points, scenario: str) -> None:
    counts = points.count(scenario)
    chance = random.Random(scenario)
    every = [(call, number) for call in CALLS for number in range(1, counts[call] + 1)]
    chosen = choose(every[::FULL_STEP] if is_full() else every, SHORT, scenario)
    began = time.monotonic()
    wrong: list[str] = []
    told: Counter[str] = Counter()
    for call, number in chosen:
        error, from_then_on = chance.choice(["ENOSPC", "EIO"]), chance.random() < 0.5
        try:
            said, code = points.run(scenario, fail_at(call, number, error, from_then_on=from_then_on))
            assert code == 0, f"the child ended with {code}"
        except AssertionError as failure:
            wrong.append(f"{scenario}, {call} {number} {error}, from then on: {from_then_on}: {failure}")
            continue
        told.update(kind if kind != "event" else sentence.split(".")[0] for kind, sentence in said.failed)
        # What a checkpoint or the last close could not write stays in the WAL: nobody needs to hear of that.
        strange = [item for item in said.failed if item[0] not in {"DiskFull", "StoreDamaged", "event"}]
        strange += [item for item in said.failed if "isk" not in item[1] and "store" not in item[1]]
        if strange:
            wrong.append(f"{scenario}, {call} {number} {error}: {strange}")
    seconds = round(time.monotonic() - began, 1)
    record(f"disk-{scenario}", points=len(chosen), of=len(every), wrong=len(wrong), told=dict(told), seconds=seconds)
    assert not wrong, "\n\n".join(wrong[:5])
    assert told
