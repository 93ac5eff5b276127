"""Noticing that the computer slept."""

from __future__ import annotations

import threading

import pytest

from mailclient.engine.wakefulness import Moment, Wakefulness, decide_slept

START = Moment(1_000.0, 50.0)


@pytest.mark.parametrize(
    ("after", "slept"),
    [
        (Moment(1_010.0, 60.0), False),
        (Moment(1_035.0, 85.0), False),
        (Moment(4_610.0, 60.0), True),
        (Moment(4_610.0, 3_660.0), True),
        (Moment(500.0, 60.0), False),
    ],
    ids=["on time", "a little late", "one clock stood still", "both went on unseen", "the clock was set back"],
)
def test_sleep_is_time_that_passed_unseen(after: Moment, slept: bool) -> None:
    assert decide_slept(START, after, 10.0) is slept


def test_each_sleep_is_told_once() -> None:
    moments = iter([Moment(0, 0), Moment(0, 0), Moment(900, 0), Moment(900, 0), Moment(900, 0), Moment(2_000, 0)])
    last = Moment(2_000, 0)
    woke: list[int] = []
    twice = threading.Event()

    def note() -> None:
        woke.append(1)
        if len(woke) == 2:
            twice.set()

    watch = Wakefulness(note, 0.001, lambda: next(moments, last))
    watch.start()
    assert twice.wait(10)
    watch.stop()
    assert len(woke) == 2
