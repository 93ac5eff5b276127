"""Malformed replies at every phase of a submission (RELIABILITY P3): told in words, delivered at most once, never done when
it was not delivered.

``POSTSCOPE_FAULTS=full`` goes through the whole table; otherwise through a seeded part of it.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mailclient.domain.account import Security
from mailclient.domain.draft import OutboxState
from tests.support.faults.figures import is_full, record
from tests.support.faults.malformed_smtp import FORMS, PLACES
from tests.support.faults.outbox_room import outbox_room
from tests.support.faults.smtp_peer import Break

SHORT = 30
ALLOWED = {
    (OutboxState.DONE.value, 1),
    (OutboxState.REJECTED.value, 0),
    (OutboxState.UNCERTAIN.value, 0),
    (OutboxState.UNCERTAIN.value, 1),
}

pytestmark = [pytest.mark.timeout(1200), pytest.mark.live]


def test_a_malformed_reply_anywhere_neither_doubles_nor_loses(tmp_path: Path) -> None:
    every = [(place, form) for place in PLACES for form in FORMS]
    chosen = every if is_full() else random.Random("malformed smtp").sample(every, SHORT)
    wrong: list[str] = []
    with outbox_room(tmp_path, Security.STARTTLS, "PLAIN") as room:
        for place, form in chosen:
            try:
                ended = room.run(Break(place, say=FORMS[form]))
            except AssertionError as failure:
                wrong.append(f"{place}, {form}: {failure}")
                continue
            except Exception as crash:
                wrong.append(f"{place}, {form}: CRASH {type(crash).__name__} {crash}")
                continue
            if (ended.state, ended.delivered) not in ALLOWED:
                wrong.append(f"{place}, {form}: {ended}")
            if ended.state == OutboxState.UNCERTAIN.value and place not in {"dot", "data"}:
                wrong.append(f"{place}, {form}: {ended}, although the dot had not left")
    record("malformed-smtp", points=len(chosen), of=len(every), wrong=len(wrong))
    assert not wrong, "\n".join(wrong)
