"""Notices that the computer slept: connections that slept with it look alive and are not.

One quiet thread compares two clocks: during sleep the clock on the wall goes on, and the monotonic one stands still (Linux,
macOS) or goes on unseen while the thread is not run (Windows). Either way more time passed than the thread asked for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TICK_S: Final = 10.0
SLEPT_S: Final = 30.0
"""A thread that was merely not run is late by less; a clock that was set right is wrong by less, mostly."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Moment:
    """Both clocks, read together; seconds."""

    wall_s: float
    monotonic_s: float


def read_clocks() -> Moment:
    """Return this moment."""
    return Moment(time.time(), time.monotonic())


def decide_slept(before: Moment, after: Moment, asked_s: float) -> bool:
    """Return True when so much more time passed than was asked for that the computer must have slept."""
    passed_s = max(after.wall_s - before.wall_s, after.monotonic_s - before.monotonic_s)
    return passed_s - asked_s >= SLEPT_S


class Wakefulness:
    """Calls ``woke`` after each sleep, on its own thread."""

    def __init__(
        self, woke: Callable[[], None], tick_s: float = TICK_S, clocks: Callable[[], Moment] = read_clocks
    ) -> None:
        self._woke = woke
        self._tick_s = tick_s
        self._clocks = clocks
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wakefulness", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        before = self._clocks()
        while not self._stop.wait(self._tick_s):
            after = self._clocks()
            if decide_slept(before, after, self._tick_s):
                _log.info("The computer slept; connections are made anew")
                self._woke()
                after = self._clocks()
            before = after
