"""How long to wait after failures, and when nobody rings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailclient.engine.pace import Pace, decide_poll_s, decide_reconnect_delay_s
from tests.unit.engine.world import account


def test_delays_double_up_to_a_quarter_of_an_hour() -> None:
    delays = [decide_reconnect_delay_s(Pace(), failures, 0.5) for failures in (0, 1, 2, 3, 9, 10, 100_000)]
    assert delays == [2, 2, 4, 8, 512, 900, 900]


def test_they_are_spread_so_that_not_all_knock_at_once() -> None:
    low, high = (decide_reconnect_delay_s(Pace(), 5, jitter) for jitter in (0.0, 1.0))
    assert (round(low, 3), round(high, 3)) == (25.6, 38.4)


@pytest.mark.parametrize(("minutes", "seconds"), [(5, 300), (60, 3_600), (0, 60), (10**9, 86_400)])
def test_an_account_says_how_often_it_is_looked_at(minutes: int, seconds: int) -> None:
    assert decide_poll_s(Pace(), replace(account(), poll_minutes=minutes)) == seconds
