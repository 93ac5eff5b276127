"""What an account's protocol means for the engine: which worker it gets, and how one pass over it begins.

The one place that asks which protocol it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from mailclient.domain.account import Account, IncomingProtocol
from mailclient.engine.account_worker import AccountWorker
from mailclient.engine.imap_steps import imap_worker
from mailclient.engine.parking import Parking
from mailclient.engine.pop_collecting import Collecting, local_round
from mailclient.engine.pop_steps import pop_worker
from mailclient.engine.rounds import Round
from mailclient.engine.services import EngineServices

Worker = AccountWorker[Any]
"""What kind of session it holds is nobody else's business."""


def make_worker(services: EngineServices, account: Account, parking: Parking, *, online: bool) -> Worker:
    """Return the worker of an account, not yet started."""
    match account.protocol:
        case IncomingProtocol.IMAP:
            return imap_worker(services, account, parking, online=online)
        case IncomingProtocol.POP3:
            return pop_worker(services, account, parking, online=online)
        case _:
            assert_never(account.protocol)


def open_round(services: EngineServices, account: Account) -> Round:
    """Return a round that can replay the journal, in the calling thread: connected where the folders are a server's."""
    match account.protocol:
        case IncomingProtocol.IMAP:
            return Round(services, account, services.connect(account, "changing folders"), lambda: False)
        case IncomingProtocol.POP3:
            return local_round(services, account, lambda: False)
        case _:
            assert_never(account.protocol)


def make_round(services: EngineServices, account: Account, should_stop: Callable[[], bool]) -> Round:
    """Begin one pass in the calling thread: a connection is made, or a maildrop is visited from end to end."""
    match account.protocol:
        case IncomingProtocol.IMAP:
            return Round(services, account, services.connect(account, "synchronising"), should_stop)
        case IncomingProtocol.POP3:
            # First what the user did: what was deleted here goes from the server in this visit, and not in the next.
            local_round(services, account, should_stop).journal()
            collecting = Collecting(services, account, should_stop)
            while not collecting.step():
                pass
            return local_round(services, account, should_stop)
        case _:
            assert_never(account.protocol)
