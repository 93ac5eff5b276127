"""The POP3 connection cut at every byte: nothing lost, nothing doubled, nothing deleted before it is here (RELIABILITY P6).

``POSTSCOPE_FAULTS=full`` goes through every byte (``POSTSCOPE_STRIDE`` through each n-th); otherwise a seeded choice.
"""

from __future__ import annotations

import time

import pytest

from mailclient.domain.pop import PopKeep
from tests.support.faults.figures import choose, record
from tests.support.faults.pop_cuts import cut_at_each
from tests.support.faults.proxy import Side
from tests.support.faults.rooms import quick_room
from tests.support.pop_desk import pop_desk

SHORT = 15
"""Points of each variant in the short form."""

pytestmark = [pytest.mark.timeout(7200), pytest.mark.live]


@pytest.mark.parametrize("hidden", [(), ("PIPELINING", "UIDL")], ids=["a good server", "a poor server"])
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("keep", [PopKeep.REMOVE, PopKeep.ALWAYS])
def test_a_session_that_ends_anywhere_costs_nothing(hidden: tuple[str, ...], side: Side, keep: PopKeep) -> None:
    name = f"cut-pop-{side.value}-{keep.value}-{'poor' if hidden else 'good'}"
    with quick_room() as directory, pop_desk(directory, hidden) as desk:
        began = time.monotonic()
        points, of = cut_at_each(desk, side, keep, lambda every: choose(every, SHORT, name))
    record(name, points=points, of=of, wrong=0, seconds=round(time.monotonic() - began, 1))
    assert of > 100
