"""Tidies the user's file at calm moments: after a synchronisation that ended well, and at most once in a while.

Works on a background thread; the window and the accounts' threads do not wait for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from mailclient.domain.events import Event, SynchronisationEnded

AGAIN_S: Final = 600.0


class Tidiness:
    """Hears events; has ``tidy`` run by ``run``. Thread-safe."""

    def __init__(
        self,
        run: Callable[[Callable[[], object], Callable[[object], object]], None],
        tidy: Callable[[], object],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._tidy = tidy
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._not_before = 0.0

    def hear(self, event: Event) -> None:
        """Take an event in."""
        if not (isinstance(event, SynchronisationEnded) and event.complete):
            return
        with self._lock:
            now = self._monotonic_s()
            if now < self._not_before:
                return
            self._not_before = now + AGAIN_S
        self._run(self._tidy, lambda _result: None)
