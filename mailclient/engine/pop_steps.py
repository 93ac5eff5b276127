"""The steps of a POP3 account: its folders on this machine as an IMAP server's, and visits to the maildrop.

What is local comes first and needs no network: the journal, the folders. Then the maildrop is visited, batch by batch.
"""

from __future__ import annotations

from mailclient.domain.account import Account
from mailclient.domain.errors import Cancelled
from mailclient.engine.account_worker import AccountWorker, Desk
from mailclient.engine.imap_steps import ImapSteps
from mailclient.engine.parking import Parking
from mailclient.engine.pop_collecting import Collecting, LocalRound, bring_whole
from mailclient.engine.services import EngineServices
from mailclient.store.local_mailbox import LocalMailbox
from mailclient.sync.ports import RemoteMailbox


class PopSession:
    """What a POP3 account's worker holds on to: there is no lasting connection, only visits."""

    def __init__(self, collecting: Collecting) -> None:
        self.collecting = collecting

    def keep_alive(self) -> bool:
        """Nothing needs to be kept alive."""
        return False

    def close(self) -> None:
        """End a visit that is under way, from any thread."""
        self.collecting.close()


def pop_worker(
    services: EngineServices, account: Account, parking: Parking, *, online: bool
) -> AccountWorker[PopSession]:
    """Return the worker of a POP3 account, not yet started."""

    def should_stop() -> bool:
        return worker.was_cancelled or not worker.is_wanted

    worker: AccountWorker[PopSession] = AccountWorker(
        services,
        account,
        lambda _under_way: PopSession(Collecting(services, account, should_stop)),
        lambda desk: PopSteps(services, desk),
        parking,
        online=online,
    )
    return worker


class PopSteps:
    """Satisfies ``account_worker.Steps``."""

    def __init__(self, services: EngineServices, desk: Desk) -> None:
        self._services = services
        self._desk = desk
        self._local = LocalSteps(services, desk)
        self._is_visit_due = True
        self._collecting: Collecting

    def begin(self, session: PopSession) -> None:
        """Go on with this session."""
        self._collecting = session.collecting
        self._local.begin(LocalMailbox(self._services.writer, self._desk.account.id))

    @property
    def sentence(self) -> str:
        """What could not be read in this pass."""
        return self._local.sentence

    def next_step(self) -> bool:
        """Do the most urgent thing; True when it was the last of a complete pass."""
        wishes = self._desk.wishes
        self._is_visit_due |= wishes.everything
        with self._desk.changed:
            wanted_body = wishes.newest_body()
        if wanted_body is not None:
            if bring_whole(self._services, self._desk.account, wanted_body, self._collecting):
                return self._local.next_step()
            with self._desk.changed:
                wishes.bodies.pop(wanted_body, None)
            return False
        if wishes.journal or wishes.folders or wishes.everything or not self._is_visit_due:
            return self._local.next_step()
        try:
            self._is_visit_due = not self._collecting.step()
        except Cancelled:
            self._is_visit_due = not self._desk.was_cancelled
            raise
        self._desk.got_on()
        return False


class LocalSteps(ImapSteps):
    """The steps over the folders on this machine."""

    def begin(self, session: RemoteMailbox) -> None:
        """Go on with this mailbox."""
        self._round = LocalRound(self._services, self._desk.account, session, self._desk.should_pause, self._got_on)
