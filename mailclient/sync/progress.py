"""How running work reports itself and learns that it should stop. Satisfied by ``engine``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailclient.domain.errors import Cancelled
from mailclient.domain.exchange import Touched


def _nothing(_what: str, _done: int, _total: int | None) -> None:
    return


def _never() -> bool:
    return False


def _silent(_touched: Touched) -> None:
    return


def _unheard(_sentence: str) -> None:
    return


def _timeless() -> float:
    return 0.0


@dataclass(frozen=True, slots=True)
class Reporter:
    """Callbacks; the defaults do nothing."""

    progressed: Callable[[str, int, int | None], None] = _nothing
    """What (a few words), how many are done, of how many (None: unknown)."""
    touched: Callable[[Touched], None] = _silent
    """Rows that a committed transaction changed."""
    should_stop: Callable[[], bool] = _never
    noticed: Callable[[str], None] = _unheard
    """A sentence for a person about something that was left out."""
    now_s: Callable[[], float] = _timeless
    """Seconds of a clock that only runs forward, to see how fast the line is."""

    def tell(self, touched: Touched) -> None:
        """Say which rows a transaction changed, if any."""
        if touched.added or touched.changed or touched.removed:
            self.touched(touched)

    def check(self) -> None:
        """Raise Cancelled when somebody wants the work to stop."""
        if self.should_stop():
            raise Cancelled("Stopped. What had arrived is kept.")
