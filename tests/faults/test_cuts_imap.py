"""The connection cut at every byte (RELIABILITY P4): closed, reset or silent, at each offset of what the server says and at
some of what we say, in the scenarios of ``cut_scenarios``. Nothing is lost, doubled or wrong, and the next round mends it.

``POSTSCOPE_FAULTS=full`` goes through every offset (``POSTSCOPE_STRIDE`` through each n-th); otherwise a seeded choice.
"""

from __future__ import annotations

import time

import pytest

from mailclient.domain.errors import PostscopeError
from tests.support.faults.cut_room import CutRoom
from tests.support.faults.cut_scenarios import CUT_SCENARIOS, every_cut
from tests.support.faults.figures import choose, parts, record
from tests.support.faults.rooms import quick_room

SHORT = 25
"""Points of each scenario in the short form."""
PARTS = 4
"""The longest instrument in full: two processes share the parts."""

pytestmark = [pytest.mark.timeout(7200), pytest.mark.live]


@pytest.mark.parametrize("part", parts(PARTS))
@pytest.mark.parametrize("name", CUT_SCENARIOS)
def test_a_connection_that_ends_anywhere_costs_nothing(name: str, part: int) -> None:
    scenario = CUT_SCENARIOS[name]
    with quick_room() as directory, CutRoom(directory, scenario.folders, scenario.hidden).running() as room:
        start = room.prepare(name, scenario.arrange, scenario.act)
        every = every_cut(name, start.bytes_of, start.sign_in_bytes)
        chosen = choose(every, SHORT, name, part, PARTS)
        began, fired, wrong = time.monotonic(), 0, []
        for cut in chosen:
            try:
                fired += room.run(start, scenario.act, cut)
            except (AssertionError, PostscopeError) as failure:
                wrong.append(f"{name}, {cut}: {type(failure).__name__} {failure}")
        record(
            f"cut-imap-{name}",
            part=part,
            points=len(chosen),
            fired=fired,
            of=len(every),
            wrong=len(wrong),
            seconds=round(time.monotonic() - began, 1),
        )
        assert not wrong, f"{len(wrong)} wrong\n" + "\n\n".join(wrong[:5])
        assert fired > 0.9 * len(chosen)
