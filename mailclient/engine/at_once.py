"""What the command line does in the calling thread: a whole synchronisation, or one message sent, then the end.

Blocks on the network and raises PostscopeError; the window never comes here, its accounts have threads of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from mailclient.domain.account import Account
from mailclient.domain.draft import OutboxItem
from mailclient.domain.errors import BadInput, PostscopeError
from mailclient.engine.outbox_worker import submit_next
from mailclient.engine.protocols import make_round
from mailclient.engine.services import EngineServices
from mailclient.send.compose import finish_raw


def synchronise(
    services: EngineServices, account: Account, *, headers_only: bool, cancelled: Callable[[], bool] | None
) -> None:
    """Bring everything of one account up to date: folders, journal, outbox, headers, and whole messages."""
    work = make_round(services, account, cancelled or (lambda: False))
    remote = work.remote
    unsent: PostscopeError | None = None
    try:
        work.journal()  # First: the list is then the one that the user made it.
        folders = work.list_folders()
        try:
            # Before the rest: what is stored in Sent and marked as answered is then synchronised too.
            services.outbox.recover()
            while submit_next(services, account):
                folders = ()  # What was told of Sent is out of date.
        except PostscopeError as error:
            unsent, folders = error, ()
        work.journal()
        folders = folders or work.list_folders()
        for folder in folders:
            work.headers(folder)
        unsettled = work.journal().unsettled  # What waited for a UID could run now.
        for folder in services.sync_store.folders(account.id):
            if folder.id in unsettled:
                work.headers(folder)
        if not headers_only:
            for folder in folders:
                work.bodies(folder, lambda: False)
        work.index(cancelled or (lambda: False))
    except BaseException:  # Whatever it was, and Ctrl-C too: the server must not keep a connection that nobody uses.
        remote.close()
        raise
    remote.log_out()
    if unsent is not None:
        raise unsent


def send_message(services: EngineServices, account: Account, raw: bytes) -> OutboxItem:
    """Queue a finished message and submit it."""
    outbox_id = services.outbox.queue(finish_raw(raw, account), services.clock.unix_s())
    while processed := submit_next(services, account):
        if processed.item.id == outbox_id:
            return processed.item
    raise BadInput("The message waits in the outbox behind another one; postscope sync will send both.")
