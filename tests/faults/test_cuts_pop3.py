"""The POP3 connection cut at every byte: nothing lost, nothing doubled, nothing deleted before it is here."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mailclient.domain.pop import PopKeep
from tests.support.faults.figures import record
from tests.support.faults.pop_cuts import cut_at_each
from tests.support.faults.proxy import Side
from tests.support.pop_desk import pop_desk

pytestmark = [pytest.mark.timeout(7200), pytest.mark.live]


@pytest.mark.parametrize("hidden", [(), ("PIPELINING", "UIDL")], ids=["a good server", "a poor server"])
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("keep", [PopKeep.REMOVE, PopKeep.ALWAYS])
def test_every_byte(tmp_path: Path, hidden: tuple[str, ...], side: Side, keep: PopKeep) -> None:
    with pop_desk(tmp_path, hidden) as desk:
        began = time.monotonic()
        points = cut_at_each(desk, side, keep, step=1)
    name = f"cut-pop-{side.value}-{keep.value}-{'poor' if hidden else 'good'}"
    record(name, points=points, of=points, wrong=0, seconds=round(time.monotonic() - began, 1))
    assert points > 100
