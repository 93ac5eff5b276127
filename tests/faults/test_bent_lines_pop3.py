"""A POP3 server that says something malformed at each line of a session (RELIABILITY P3): nothing here is lost, nothing is
removed from the server before it is here, and an honest session mends it.

``POSTSCOPE_FAULTS=full`` goes through every line and form; otherwise through a seeded part of them.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from mailclient.domain.errors import PostscopeError
from mailclient.domain.ids import AccountId
from mailclient.domain.pop import PopKeep, PopPolicy
from tests.support.faults.figures import is_full, record
from tests.support.faults.malformed_pop3 import FORMS, PopBender
from tests.support.faults.pop_cuts import THREE
from tests.support.faults.proxy import Proxy
from tests.support.pop_desk import PopDesk, pop_desk

SHORT = 60
POLICY = PopPolicy(keep=PopKeep.REMOVE)

pytestmark = [pytest.mark.timeout(3600), pytest.mark.live]


def test_a_malformed_line_anywhere_costs_nothing(tmp_path: Path) -> None:
    wrong: list[str] = []
    with pop_desk(tmp_path) as desk, Proxy(desk.server.port) as proxy:
        desk.port, desk.read_s = proxy.port, 0.25
        counting = PopBender(-1, "empty-line")
        proxy.bender = lambda: counting
        desk.fill(THREE)
        desk.collect(POLICY)
        every = [(number, form) for number in range(counting.lines) for form in FORMS]
        chosen = every if is_full() else random.Random("malformed pop").sample(every, SHORT)
        for number, form in chosen:
            desk.account_id = AccountId(f"bent-{number}-{form}")
            desk.fill(THREE)
            proxy.bender = lambda number=number, form=form: PopBender(number, form)
            try:
                _survive(desk, proxy)
            except AssertionError as failure:
                wrong.append(f"line {number}, {form}: {failure}")
            except Exception as crash:
                wrong.append(f"line {number}, {form}: CRASH {type(crash).__name__} {crash}")
    record("malformed-pop-lines", points=len(chosen), of=len(every), wrong=len(wrong))
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong[:20])


def _survive(desk: PopDesk, proxy: Proxy) -> None:
    """One bent session, and honest ones after it."""
    try:
        desk.collect(POLICY)
    except PostscopeError as error:
        assert error.sentence
    proxy.settle()
    here, left = desk.here(), desk.left()
    missing = set(THREE) - set(here) - set(left)
    assert not missing, f"{len(missing)} messages are neither here nor there: {[raw[:300] for raw in here]}"
    proxy.bender = None
    desk.collect(POLICY)
    assert Counter(THREE) <= Counter(desk.here()), "not everything came"
    assert desk.left() == []
