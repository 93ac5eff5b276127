"""The POP3 connection cut at every byte: nothing lost, nothing doubled, nothing deleted before it is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailclient.domain.pop import PopKeep
from tests.support.faults.pop_cuts import cut_at_each
from tests.support.faults.proxy import Side
from tests.support.pop_desk import pop_desk

pytestmark = [pytest.mark.timeout(7200), pytest.mark.live]


@pytest.mark.parametrize("hidden", [(), ("PIPELINING", "UIDL")], ids=["a good server", "a poor server"])
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("keep", [PopKeep.REMOVE, PopKeep.ALWAYS])
def test_every_byte(tmp_path: Path, hidden: tuple[str, ...], side: Side, keep: PopKeep) -> None:
    with pop_desk(tmp_path, hidden) as desk:
        assert cut_at_each(desk, side, keep, step=1) > 100
