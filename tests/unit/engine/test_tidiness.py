"""Tidying comes after a good synchronisation, and rarely."""

from __future__ import annotations

from collections.abc import Callable

from mailclient.domain.events import AccountsChanged, SynchronisationEnded
from mailclient.domain.ids import AccountId
from mailclient.engine.tidiness import AGAIN_S, Tidiness

ENDED = SynchronisationEnded(AccountId("anna"), True)


def test_tidying_comes_after_a_good_synchronisation_and_rarely() -> None:
    now, tidied = 1_000.0, 0

    def tidy() -> None:
        nonlocal tidied
        tidied += 1

    def at_once(work: Callable[[], object], done: Callable[[object], object]) -> None:
        done(work())

    tidiness = Tidiness(at_once, tidy, lambda: now)
    tidiness.hear(AccountsChanged())
    tidiness.hear(SynchronisationEnded(AccountId("anna"), False))
    assert tidied == 0
    tidiness.hear(ENDED)
    tidiness.hear(ENDED)
    assert tidied == 1
    now += AGAIN_S
    tidiness.hear(ENDED)
    assert tidied == 2
