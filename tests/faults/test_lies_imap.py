"""An IMAP server that lies (RELIABILITY P9, A-29), each lie by its name: nothing that is here is lost or overwritten,
nothing is removed from the server, nothing is fetched again and again, and when the server is honest again all converges."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.faults.cut_room import CutRoom, Opened, Start
from tests.support.faults.figures import record
from tests.support.faults.lies import LIES
from tests.support.faults.lying import FOLDERS, arrange, hear_lies

pytestmark = [pytest.mark.timeout(600), pytest.mark.live]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CutRoom, Start]]:
    """A room with a server that offers what lies can be told of."""
    with CutRoom(tmp_path_factory.mktemp("lies"), FOLDERS, ("COMPRESS=DEFLATE",)).running() as room:
        yield room, room.prepare("lies", arrange, Opened.synchronise)


@pytest.mark.parametrize("name", LIES)
def test_a_lie_costs_nothing(prepared: tuple[CutRoom, Start], name: str) -> None:
    room, start = prepared
    told = 0
    wrong = True
    try:
        told = hear_lies(room, start, LIES[name])
        assert told, "the lie was never told"
        wrong = False
    finally:
        record("lies-imap", name=name, told=told, wrong=int(wrong))
