"""Malformed answers at every step of a visit to a maildrop (RELIABILITY P3): told in words, and the next visit mends it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from mailclient.domain.errors import PostscopeError
from mailclient.domain.ids import AccountId
from mailclient.domain.pop import PopKeep, PopPolicy
from tests.support.faults.figures import record
from tests.support.faults.proxy import HANG_UP, Proxy
from tests.support.pop_desk import PopDesk, mail, pop_desk

THREE: Final = [mail(number, size=300) for number in (1, 2, 3)]
FORMS: Final = {
    "nothing": b"",
    "an empty line": b"\r\n",
    "another protocol": b"* OK IMAP4rev1\r\n",
    "half a word": b"+O",
    "OK and no more": b"+OK\r\n",
    "a refusal": b"-ERR no\r\n",
    "a refusal for now": b"-ERR [SYS/TEMP] no\r\n",
    "bytes": bytes(range(256)) + b"\r\n",
    "an endless line": b"+OK " + b"x" * 100_000,
    "a list of nonsense": b"+OK\r\n1 2 3\r\n\xff\r\n-7 a\r\n99999999999 1\r\n.\r\n",
    "an empty list": b"+OK\r\n.\r\n",
    "a list without end": b"+OK\r\n" + b"1 100\r\n" * 2_000,
    "two answers": b"+OK\r\n+OK\r\n+OK\r\n",
    "line feeds": b"+OK\n1 100\n.\n",
    "carriage returns": b"+OK\r1 100\r.\r",
    "NUL": b"\x00" * 100,
}
STEPS: Final = range(1, 12)

pytestmark = [pytest.mark.timeout(1200), pytest.mark.live]


class Bend:
    """Puts something else in the place of one of the server's answers, and hangs up."""

    def __init__(self, step: int, form: bytes) -> None:
        self._left = step
        self._form = form

    def client(self, data: bytes) -> None:
        """The client is not disturbed."""

    def server(self, data: bytes) -> bytes:
        """Return what the client hears."""
        self._left -= 1
        return data if self._left else self._form + HANG_UP


def met(desk: PopDesk, proxy: Proxy, step: int, form: bytes) -> str:
    """Visit a server that breaks at a step, then a sound one; return what was wrong."""
    policy = PopPolicy(keep=PopKeep.REMOVE)
    desk.fill(THREE)
    proxy.bender = lambda: Bend(step, form)
    try:
        desk.collect(policy)
    except PostscopeError as error:
        if not error.sentence.endswith((".", "?", "!")) and ":" not in error.sentence:
            return f"no sentence: {error.sentence}"
    except Exception as crash:
        return f"CRASH {type(crash).__name__} {crash}"
    proxy.settle()
    if not set(desk.here()) | set(desk.left()) >= set(THREE):
        return "mail is lost"
    proxy.bender = None
    desk.collect(policy)
    extra = Counter(raw for raw in desk.here() if raw in THREE)
    return "" if extra == Counter(THREE) and not desk.left() else f"{len(desk.here())} here, {len(desk.left())} left"


def test_a_malformed_answer_anywhere_loses_and_doubles_nothing(tmp_path: Path) -> None:
    wrong: list[str] = []
    points = [(step, name) for step in STEPS for name in FORMS]
    with pop_desk(tmp_path) as desk, Proxy(desk.server.port) as proxy:
        desk.port = proxy.port
        for step, name in points:
            desk.account_id = AccountId(f"{step}-{name}")
            if problem := met(desk, proxy, step, FORMS[name]):
                wrong.append(f"step {step}, {name}: {problem}")
    record("malformed-pop", points=len(points), of=len(points), wrong=len(wrong))
    assert not wrong, "\n".join(wrong[:20])
