"""Retry delays grow, stay bounded, and are spread by the jitter."""

from __future__ import annotations

import pytest

from mailclient.send.backoff import FIRST_DELAY_S, LONGEST_DELAY_S, decide_retry_delay_s


def test_delays_double_up_to_the_longest() -> None:
    delays = [decide_retry_delay_s(attempts) for attempts in range(1, 10)]
    assert delays[0] == FIRST_DELAY_S
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_DELAY_S


def test_absurd_counts_do_not_overflow() -> None:
    assert decide_retry_delay_s(10_000) == LONGEST_DELAY_S


def test_jitter_spreads_by_a_fifth_each_way() -> None:
    assert decide_retry_delay_s(1, 0.0) == pytest.approx(FIRST_DELAY_S * 0.8)
    assert decide_retry_delay_s(1, 1.0) == pytest.approx(FIRST_DELAY_S * 1.2)
