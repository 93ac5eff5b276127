"""The connection cut at every byte (RELIABILITY P4): closed, reset or silent, at each offset of what the server says and at
some of what we say, in the scenarios of ``cut_scenarios``. Nothing is lost, doubled or wrong, and the next round mends it.

``POSTSCOPE_FAULTS=full`` goes through every offset (``POSTSCOPE_STRIDE`` through each n-th); otherwise a seeded choice.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from mailclient.domain.errors import PostscopeError
from tests.support.extensions import needs
from tests.support.faults.cut_room import CutRoom
from tests.support.faults.cut_scenarios import CUT_SCENARIOS, every_cut
from tests.support.faults.figures import is_full, record, stride

SHORT = 25
"""Points of each scenario in the short form."""

pytestmark = [pytest.mark.timeout(7200), pytest.mark.live]


# A server with neither MOVE nor UIDPLUS keeps old copies, and one cut in the middle of COPY may leave a message without
# Message-ID twice: a double is better than deleting what only looks like one.
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=needs("MOVE", "UIDPLUS")) if "move" in name else name for name in CUT_SCENARIOS],
)
def test_a_connection_that_ends_anywhere_costs_nothing(tmp_path: Path, name: str) -> None:
    scenario = CUT_SCENARIOS[name]
    with CutRoom(tmp_path, scenario.folders, scenario.hidden).running() as room:
        start = room.prepare(name, scenario.arrange, scenario.act)
        every = every_cut(name, start.bytes_of, start.sign_in_bytes)
        chosen = every[:: stride()] if is_full() else random.Random(name).sample(every, SHORT)
        began, fired, wrong = time.monotonic(), 0, []
        for cut in chosen:
            try:
                fired += room.run(start, scenario.act, cut)
            except (AssertionError, PostscopeError) as failure:
                wrong.append(f"{name}, {cut}: {type(failure).__name__} {failure}")
        record(
            f"cut-imap-{name}",
            points=len(chosen),
            fired=fired,
            of=len(every),
            wrong=len(wrong),
            seconds=round(time.monotonic() - began, 1),
        )
        assert not wrong, f"{len(wrong)} wrong\n" + "\n\n".join(wrong[:5])
        assert fired > 0.9 * len(chosen)
