"""When to try a submission again. Pure: the time and the jitter are handed in. RFC 5321 section 4.5.4.1."""

from __future__ import annotations

from typing import Final

FIRST_DELAY_S: Final = 60.0
LONGEST_DELAY_S: Final = 1800.0


def decide_retry_delay_s(attempts: int, jitter: float = 0.5) -> float:
    """Return seconds until the next attempt after ``attempts`` failed ones: 1 min, 2, 4 ... up to 30 min, +-20 %.

    ``jitter`` is a number in 0..1 from the caller's random source.
    """
    delay_s = min(FIRST_DELAY_S * 2.0 ** max(attempts - 1, 0), LONGEST_DELAY_S) if attempts < 20 else LONGEST_DELAY_S
    return delay_s * (0.8 + 0.4 * min(max(jitter, 0.0), 1.0))
