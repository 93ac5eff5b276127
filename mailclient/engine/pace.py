"""How often things are done again: polling, and how long to wait after failures. Pure values and one pure function."""

from __future__ import annotations

from dataclasses import dataclass

from mailclient.domain.account import MAX_POLL_MINUTES, Account


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds; tests use shorter ones."""

    minute_s: float = 60.0
    """What an account's minutes of polling last; in tests they pass more quickly."""
    first_retry_s: float = 2.0
    longest_retry_s: float = 900.0
    disk_retry_s: float = 30.0
    """A full disk is looked at so often at least: nobody rings when there is room again."""
    rearm_idle_s: float = 9 * 60.0
    """Servers hang up after 30 minutes (RFC 2177), and many a router forgets a silent connection after ten."""
    watcher_retry_s: float = 60.0
    outbox_poll_s: float = 30.0
    stop_s: float = 2.0
    """Ending may take so long; whatever hangs then ends with the process."""


def decide_poll_s(pace: Pace, account: Account) -> float:
    """Return how long an account is left alone when nobody rings."""
    return pace.minute_s * min(max(account.poll_minutes, 1), MAX_POLL_MINUTES)


def decide_reconnect_delay_s(pace: Pace, failures: int, jitter: float) -> float:
    """Return seconds until the next attempt after ``failures`` in a row: doubled each time, spread by a fifth.

    ``jitter`` is a number in 0..1: many clients of a server that comes back must not all knock at once.
    """
    delay_s = min(pace.first_retry_s * 2.0 ** min(max(failures - 1, 0), 20), pace.longest_retry_s)
    return delay_s * (0.8 + 0.4 * min(max(jitter, 0.0), 1.0))
