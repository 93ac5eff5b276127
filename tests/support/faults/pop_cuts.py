"""Collecting from a maildrop through a proxy that ends the connection at the n-th byte, and what must hold each time."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence

from mailclient.domain.errors import PostscopeError
from mailclient.domain.ids import AccountId
from mailclient.domain.pop import PopKeep, PopPolicy
from tests.support.faults.proxy import Cut, How, Proxy, Side
from tests.support.pop_desk import PopDesk, mail

THREE = [mail(1), mail(2), mail(3)]


def cut_at_each(
    desk: PopDesk, side: Side, keep: PopKeep, choose: Callable[[Sequence[int]], Sequence[int]]
) -> tuple[int, int]:
    """Cut a whole session at chosen bytes of a side, each time going on undisturbed; return how many, and of how many."""
    policy = PopPolicy(keep=keep)
    with Proxy(desk.server.port) as proxy:
        desk.port = proxy.port
        proxy.arm(None)
        desk.fill(THREE)
        desk.collect(policy)
        every = range(proxy.passed[side])
        places = choose(every)
        for at in places:
            desk.account_id = AccountId(f"cut-{at}")
            desk.fill(THREE)
            proxy.arm(Cut(side, at, How.RST if at % 2 else How.FIN))
            with contextlib.suppress(PostscopeError):
                desk.collect(policy)
            proxy.settle()
            _nothing_is_lost_or_doubled(desk)
            proxy.arm(None)
            desk.collect(policy)
            assert Counter(desk.here()) == Counter(THREE)
            assert len(desk.left()) == (0 if keep is PopKeep.REMOVE else 3)
    return len(places), len(every)


def _nothing_is_lost_or_doubled(desk: PopDesk) -> None:
    here, left = desk.here(), desk.left()
    assert len(here) == len(set(here))
    assert set(here) | set(left) == set(THREE), f"{len(here)} here, {len(left)} left"
