"""The threads of all accounts: for each a worker, a watcher where the protocol has one, a sender, and what parks them.

What the user and the computer say of the network is passed on from here. Starts and ends threads; does none of their work,
and knows nothing of account records or passwords.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from mailclient.domain.account import Account, IncomingProtocol, Purpose
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.folder import Folder
from mailclient.domain.ids import AccountId, FolderId, MessageId
from mailclient.domain.scope import ConnectionModel
from mailclient.engine.outbox_worker import OutboxWorker
from mailclient.engine.parking import Parking
from mailclient.engine.protocols import Worker, make_worker
from mailclient.engine.services import EngineServices
from mailclient.engine.watcher import Watcher


class AccountThreads:
    """Satisfies ``command_runner.Workers``. Methods return at once, except those that end threads."""

    def __init__(self, services: EngineServices) -> None:
        self._services = services
        self._started = False
        self.online = True
        """True unless the user works offline."""
        self._workers: dict[AccountId, Worker] = {}
        self._watchers: dict[AccountId, Watcher] = {}
        self._senders: dict[AccountId, OutboxWorker] = {}
        self._parkings: dict[AccountId, Parking] = {}

    def start(self, *, online: bool) -> None:
        """Start the threads of the accounts that there are."""
        self.online = online
        self._started = True
        for account in self._services.records.all():
            self._start(account)

    def renew(self, account: Account) -> None:
        """An account is there, or is another one now: its threads start anew. Waits for the old ones to end."""
        if self._started:
            self.end((account.id,))
            self._start(account)

    def _start(self, account: Account) -> None:
        services = self._services
        parking = self._parkings[account.id] = Parking()
        worker = make_worker(services, account, parking, online=self.online)
        sender = OutboxWorker(services, account, worker.synchronise, worker.replay, parking, online=self.online)
        self._workers[account.id], self._senders[account.id] = worker, sender
        if account.protocol is IncomingProtocol.IMAP:  # POP3 has no doorbell.
            watcher = self._watchers[account.id] = Watcher(services, account, worker.synchronise, parking)
            watcher.go_online(self.online and account.model is not ConnectionModel.OFFLINE)
            worker.make_room_by(watcher.give_way)
            watcher.start()
        worker.start()
        sender.start()

    def end(self, account_ids: Sequence[AccountId] | None = None, deadline: float | None = None) -> None:
        """End the threads of some accounts, or of all: all are asked first, then waited for together.

        ``deadline`` is in monotonic seconds; without one it is what ending may take at most.
        """
        if deadline is None:
            deadline = time.monotonic() + self._services.pace.stop_s
        asked = [
            thread
            for account_id in (tuple(self._workers) if account_ids is None else account_ids)
            for threads in (self._watchers, self._workers, self._senders)
            if (thread := threads.pop(account_id, None)) is not None
        ]
        for thread in asked:
            thread.ask_to_stop()
        for thread in asked:
            thread.join(max(deadline - time.monotonic(), 0.0))

    def status(self, account_id: AccountId) -> AccountStatusChanged:
        """Return what was last announced of an account."""
        worker = self._workers.get(account_id)
        return worker.status if worker else AccountStatusChanged(account_id, AccountStatus.OFFLINE)

    def parking(self, account_id: AccountId) -> Parking | None:
        """Return what an account is stopped by; None when it has no threads."""
        return self._parkings.get(account_id)

    def resume(self, account_id: AccountId) -> None:
        """What the account stopped for may have been put right."""
        if account_id in self._workers:
            self._leave_parking(account_id)
            self._workers[account_id].resume()
            if account_id in self._watchers:
                self._watchers[account_id].nudge()
            self._senders[account_id].kick()

    def _leave_parking(self, account_id: AccountId) -> None:
        parking = self._parkings[account_id]
        sending_was_stopped = parking.reason(Purpose.SUBMISSION) is not None
        parking.leave()
        if sending_was_stopped:
            # Nobody else says so: what the worker tells is of receiving only.
            self._services.announcer.announce(
                AccountStatusChanged(account_id, AccountStatus.IDLE, purpose=Purpose.SUBMISSION)
            )

    def note_network(self, here: bool) -> None:
        """No network, another one, or awake again. This computer's own servers need none."""
        for account in self._services.records.all():
            if account.id in self._workers and (here or not account.incoming.is_loopback):
                self._workers[account.id].note_network(here)
                if account.id in self._watchers:
                    self._watchers[account.id].note_network(here)
                self._senders[account.id].note_network(here)

    def synchronise(self, account_id: AccountId | None, folder_id: FolderId | None, *, asked: bool) -> None:
        """Bring accounts, or one folder, up to date; ``asked``: by the user himself."""
        for worker in self._chosen(account_id):
            worker.synchronise(folder_id if account_id is not None else None, asked=asked)
            if asked and self.online:
                self._senders[worker.account.id].submit_once()

    def _chosen(self, account_id: AccountId | None) -> list[Worker]:
        return [worker for key, worker in self._workers.items() if account_id is None or key == account_id]

    def look_at(self, folder: Folder) -> None:
        """This folder is on the screen."""
        if folder.account_id in self._workers:
            self._workers[folder.account_id].look_at(folder.id)
        if folder.account_id in self._watchers:
            self._watchers[folder.account_id].watch(folder.id)

    def fetch(self, account_id: AccountId, message_id: MessageId, *, insist: bool, section: str | None = None) -> None:
        """Somebody waits for a message, or for a part of it."""
        if account_id in self._workers:
            self._workers[account_id].fetch(message_id, insist=insist, section=section)

    def replay(self, account_ids: Sequence[AccountId]) -> None:
        """The journal grew."""
        for account_id in account_ids:
            if account_id in self._workers:
                self._workers[account_id].replay()

    def send(self, account_id: AccountId) -> None:
        """The outbox grew."""
        if account_id in self._senders:
            self._senders[account_id].kick()

    def go_online(self, online: bool) -> None:
        """Use the network, or not."""
        self.online = online
        for account_id, worker in self._workers.items():
            if online:
                self._leave_parking(account_id)
            worker.go_online(online)
            self._senders[account_id].go_online(online)
        for account_id, watcher in self._watchers.items():
            watcher.go_online(online and self._workers[account_id].account.model is not ConnectionModel.OFFLINE)

    def cancel(self, account_id: AccountId | None) -> None:
        """Stop what runs."""
        for worker in self._chosen(account_id):
            worker.cancel()
