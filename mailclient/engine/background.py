"""Blocking work that a window wants done elsewhere (a probe, the keyring, an image): a few threads of their own.

Not a ``ThreadPoolExecutor``: the interpreter waits for its threads, and a server that does not answer would keep the
program from ending. These end with the process.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final

from mailclient.domain.errors import PostscopeError, ProgramFault

_log = logging.getLogger(__name__)

_THREADS: Final = 4

Job = Callable[[], None]


class Background:
    """Runs jobs, at most four at a time. Threads are made when they are first needed."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._stopped = False

    def run(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run ``work`` on a thread; ``done`` is called there with its result or the exception, unless all was stopped."""

        def job() -> None:
            try:
                result = work()
            except (PostscopeError, OSError, ValueError) as error:
                result = error
            except Exception as error:
                _log.exception("Work in the background failed")
                result = ProgramFault(f"Postscope made a mistake ({type(error).__name__}); the log tells more.")
            if not self._stopped:
                done(result)

        with self._lock:
            if self._stopped:
                return
            self._jobs.put(job)
            if self._threads < _THREADS:
                self._threads += 1
                threading.Thread(target=self._work, name=f"background-{self._threads}", daemon=True).start()

    def stop(self) -> None:
        """Forget what has not begun; what runs is left to itself and reports to nobody."""
        with self._lock:
            self._stopped = True
            for _ in range(self._threads):
                self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._stopped:
                continue
            try:
                job()
            except Exception:
                _log.exception("What follows work in the background failed")
