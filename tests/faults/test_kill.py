"""kill -9 at the k-th write, sync, send or removal of a file (RELIABILITY P7): what was acknowledged is there afterwards,
nothing is there twice, the next synchronisation converges and the one after it does nothing.

``POSTSCOPE_FAULTS=full`` goes through every call of every scenario; otherwise a seeded choice of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.support.faults.figures import choose, parts, record
from tests.support.faults.points import SCENARIOS, Points, running_points
from tests.support.faults.tracing import kill_at, missing

SHORT = 6
"""Points of each scenario in the short form."""
PARTS = 4
"""A long instrument in full: two processes share the parts."""
KILLED = -9

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


@pytest.mark.parametrize("part", parts(PARTS))
@pytest.mark.parametrize(
    "scenario",
    sorted(SCENARIOS),
)
def test_a_kill_anywhere_loses_nothing_and_doubles_nothing(points: Points, scenario: str, part: int) -> None:
    counts = points.count(scenario)
    every = [(call, number) for call, most in counts.items() for number in range(1, most + 1)]
    assert len(every) > 50, counts
    chosen = choose(every, SHORT, scenario, part, PARTS)
    began, found, wrong = time.monotonic(), 0, []
    for call, number in chosen:
        try:
            _, code = points.run(scenario, kill_at(call, number))
        except AssertionError as error:
            wrong.append(f"{scenario}, {call} {number}: {error}")
            continue
        # A run may make a few calls less than the one that was counted: it ends by itself then.
        assert code in (0, KILLED)
        found += code == KILLED
    record(
        f"kill-{scenario}",
        part=part,
        points=len(chosen),
        killed=found,
        of=len(every),
        wrong=len(wrong),
        longest_start_s=round(points.longest_start_s, 2),
        seconds=round(time.monotonic() - began, 1),
    )
    assert not wrong, "\n\n".join(wrong[:5])
    assert found > 0.9 * len(chosen)


def test_a_scenario_starts_from_the_same_mailbox_whatever_ran_before(points: Points) -> None:
    """A visit to a maildrop empties the server; a profile made after it must still be synchronised with everything."""
    points.forget_profiles()
    points.count("collect")
    assert points.count("send")["sendto"] > 0
