"""The one face that windows and the command line see of everything that works behind them.

Commands go down (``submit``), frozen events come up (``subscribe``); nothing here waits for a network, except the methods
whose docstring says that they do. Listeners are called from engine threads: a window must hand events to its own thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from mailclient.accounts.secrets import SecretPlace
from mailclient.domain.account import Account, Credentials, IncomingProtocol, Purpose
from mailclient.domain.commands import Command
from mailclient.domain.draft import OutboxItem
from mailclient.domain.errors import BadInput, PostscopeError, SignInNeeded
from mailclient.domain.events import (
    AccountsChanged,
    AccountStatus,
    AccountStatusChanged,
    Event,
    Failed,
    OutboxChanged,
    SpaceFreed,
)
from mailclient.domain.folder import Folder, FolderLimits
from mailclient.domain.folder_commands import FolderCommand
from mailclient.domain.ids import AccountId, ConnectionId, FolderId, MessageId
from mailclient.domain.probe import ProbeReport, ProbeStep
from mailclient.domain.scope import ConnectionModel, KeptBytes
from mailclient.engine import space
from mailclient.engine.activity_desk import ActivityDesk
from mailclient.engine.background import Background
from mailclient.engine.command_runner import CommandRunner
from mailclient.engine.connections import ConnectionInfo
from mailclient.engine.folder_desk import FolderResult, ask_limits, change_folder_now
from mailclient.engine.interpreter import look_for_garbage_less_often, switch_threads_often
from mailclient.engine.outbox_worker import OutboxWorker, submit_next
from mailclient.engine.parking import Parking
from mailclient.engine.protocols import Worker, make_round, make_worker
from mailclient.engine.services import EngineServices
from mailclient.engine.wakefulness import Wakefulness
from mailclient.engine.watcher import Watcher
from mailclient.protocol.transcript import Transcript
from mailclient.send.compose import finish_raw
from mailclient.store.removal import forget_account

__all__ = ["ConnectionInfo", "Engine", "ProbeReport", "ProbeStep"]


class Engine:
    """Accounts, their workers, the writer, and the events they cause."""

    def __init__(self, services: EngineServices) -> None:
        look_for_garbage_less_often()
        self._services = services
        self._online = True
        self._started = False
        self._workers: dict[AccountId, Worker] = {}
        self._watchers: dict[AccountId, Watcher] = {}
        self._senders: dict[AccountId, OutboxWorker] = {}
        self._parkings: dict[AccountId, Parking] = {}
        self._wakefulness = Wakefulness(lambda: self.note_network(True))
        self.activity = ActivityDesk(services, self.status, self._parkings.get)
        self._runner = CommandRunner(services, self)
        self.carry_out = self._runner.carry_out  # In the calling thread, for the command line.
        self._background = Background()

    def start(self, *, online: bool = True) -> None:
        """Recover what a crash left, then start the workers."""
        self._online = online
        self._started = True
        switch_threads_often()
        services = self._services
        for item in services.outbox.recover():
            services.announcer.announce(OutboxChanged(item.id, item.account_id, item.state, item.last_error or ""))
        for sentence in services.open_store.sentences:
            services.announcer.announce(Failed(sentence))
        self._runner.start()
        self._wakefulness.start()
        for account in services.records.all():
            self._start_account(account)

    def _start_account(self, account: Account) -> None:
        services = self._services
        parking = self._parkings[account.id] = Parking()
        worker = make_worker(services, account, parking, online=self._online)
        sender = OutboxWorker(services, account, worker.synchronise, worker.replay, parking, online=self._online)
        self._workers[account.id], self._senders[account.id] = worker, sender
        if account.protocol is IncomingProtocol.IMAP:  # POP3 has no doorbell.
            watcher = self._watchers[account.id] = Watcher(services, account, worker.synchronise, parking)
            watcher.go_online(self._online and account.model is not ConnectionModel.OFFLINE)
            worker.make_room_by(watcher.give_way)
            watcher.start()
        worker.start()
        sender.start()

    def _stop_accounts(self, account_ids: Sequence[AccountId], deadline: float) -> None:
        """End the threads of accounts: all are asked first, then waited for together."""
        asked = [
            thread
            for account_id in account_ids
            for threads in (self._watchers, self._workers, self._senders)
            if (thread := threads.pop(account_id, None)) is not None
        ]
        for thread in asked:
            thread.ask_to_stop()
        for thread in asked:
            thread.join(max(deadline - time.monotonic(), 0.0))

    def stop(self) -> None:
        """End all work within two seconds; what is committed stays, what is pending goes on next time."""
        deadline = time.monotonic() + self._services.pace.stop_s
        self._background.stop()
        self._wakefulness.stop()
        if self._started:
            self._runner.stop(deadline)
        self._stop_accounts(tuple(self._workers), deadline)
        self._services.writer.stop()

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with every event, from engine threads; returns a function that ends it."""
        return self._services.announcer.subscribe(listener)

    def submit(self, command: Command) -> None:
        """Take a command and return at once."""
        self._runner.submit(command)

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts in their order."""
        return self._services.records.all()

    def status(self, account_id: AccountId) -> AccountStatusChanged:
        """Return what was last announced of an account."""
        worker = self._workers.get(account_id)
        return worker.status if worker else AccountStatusChanged(account_id, AccountStatus.OFFLINE)

    @property
    def online(self) -> bool:
        """True unless the user works offline."""
        return self._online

    def secrets_sentence(self) -> str:
        """Return where passwords are kept, for the person who types one."""
        return self._services.secrets.describe()

    def add_account(self, account: Account, credentials: Credentials, *, remember: bool = True) -> str:
        """Store an account and start it. Returns the sentence that says where its password is kept. May block on the
        keyring: never on the window's thread (use ``run_in_background``)."""
        self._services.records.put(account)
        sentence = self._keep(account.id, credentials, remember)
        if self._started:
            # An account that was changed starts anew.
            self._stop_accounts((account.id,), time.monotonic() + self._services.pace.stop_s)
            self._start_account(account)
        self._services.announcer.announce(AccountsChanged())
        return sentence

    def change_account(self, account: Account) -> None:
        """Store other settings of an account and start it anew. Frees nothing here. May block."""
        self._account(account.id)
        self._services.records.put(account)
        self._services.keeping.changed(self._services.sync_store.folders(account.id))
        if self._started:
            self._stop_accounts((account.id,), time.monotonic() + self._services.pace.stop_s)
            self._start_account(account)
        self._services.announcer.announce(AccountsChanged())

    def kept_bytes(self, account_id: AccountId, folder_id: FolderId | None = None) -> KeptBytes:
        """Return what whole messages of an account, or of one folder, take up here. Blocks on the store."""
        return space.measure(self._services, self._account(account_id), folder_id)

    def free_space(self, account_id: AccountId, folder_id: FolderId | None = None) -> SpaceFreed:
        """Drop whole messages that lie outside the scope, tell it, and return what went. Blocks on the store."""
        return space.free(self._services, self._account(account_id), folder_id)

    @property
    def metered(self) -> bool:
        """True while whole messages come only when they are opened, because the line costs by the byte."""
        return self._services.keeping.metered

    def _keep(self, account_id: AccountId, credentials: Credentials, remember: bool) -> str:
        secrets = self._services.secrets
        first = secrets.save(account_id, Purpose.INCOMING, credentials.incoming_password, remember=remember)
        secrets.save(account_id, Purpose.SUBMISSION, credentials.submission_password, remember=remember)
        if first is SecretPlace.KEYRING:
            return secrets.describe()
        if remember:
            return "This computer offers no safe keyring: the password is kept for this session only."
        return "The password is kept for this session only."

    def remove_account(self, account_id: AccountId) -> None:
        """Stop an account, forget its password, delete its cache; mail on the server stays. May block."""
        if self._services.records.get(account_id) is None:
            raise BadInput("This account is gone already.")
        self._stop_accounts((account_id,), time.monotonic() + self._services.pace.stop_s)
        self._services.secrets.forget(account_id)
        self._services.records.remove(account_id)
        forget_account(self._services.writer, account_id)
        self.activity.forget(account_id)
        self._services.announcer.announce(AccountsChanged())

    def set_password(self, account_id: AccountId, credentials: Credentials, *, remember: bool = True) -> str:
        """Store new credentials and resume a parked account. May block."""
        sentence = self._keep(account_id, credentials, remember)
        self.resume(account_id)
        return sentence

    def resume(self, account_id: AccountId) -> None:
        """For the command runner: what the account stopped for may have been put right."""
        if account_id in self._workers:
            self._parkings[account_id].leave()
            self._workers[account_id].resume()
            if account_id in self._watchers:
                self._watchers[account_id].nudge()
            self._senders[account_id].kick()

    def note_network(self, here: bool) -> None:
        """For the command runner: no network, another one, or awake again. This computer's own servers need none."""
        for account in self.accounts():
            if account.id in self._workers and (here or not account.incoming.is_loopback):
                self._workers[account.id].note_network(here)
                if account.id in self._watchers:
                    self._watchers[account.id].note_network(here)
                self._senders[account.id].note_network(here)

    def probe(
        self, account: Account, credentials: Credentials | None, on_step: Callable[[str, ProbeStep], None] | None = None
    ) -> ProbeReport:
        """Test both servers; blocks on the network. ``on_step`` gets "incoming" or "submission" and each step.

        ``credentials`` None: those stored for this account's id."""
        services = self._services
        if credentials is None:
            credentials = Credentials(
                services.password(account, Purpose.INCOMING), services.password(account, Purpose.SUBMISSION)
            )
        return services.network.probe(account, credentials, services.recorder(account.id), on_step)

    def synchronise_now(
        self, account_id: AccountId, *, headers_only: bool = False, cancelled: Callable[[], bool] | None = None
    ) -> None:
        """One complete synchronisation in the calling thread (for the command line); raises PostscopeError."""
        account = self._account(account_id)
        work = make_round(self._services, account, cancelled or (lambda: False))
        remote = work.remote
        unsent: PostscopeError | None = None
        try:
            work.journal()  # First: the list is then the one that the user made it.
            folders = work.list_folders()
            try:
                # Before the rest: what is stored in Sent and marked as answered is then synchronised too.
                self._services.outbox.recover()
                while submit_next(self._services, account):
                    folders = ()  # What was told of Sent is out of date.
            except PostscopeError as error:
                unsent, folders = error, ()
            work.journal()
            folders = folders or work.list_folders()
            for folder in folders:
                work.headers(folder)
            unsettled = work.journal().unsettled  # What waited for a UID could run now.
            for folder in self._services.sync_store.folders(account.id):
                if folder.id in unsettled:
                    work.headers(folder)
            if not headers_only:
                for folder in folders:
                    work.bodies(folder, lambda: False)
        except PostscopeError:
            remote.close()
            raise
        remote.log_out()
        if unsent is not None:
            raise unsent

    def send_message_now(self, account_id: AccountId, raw: bytes) -> OutboxItem:
        """Queue a finished message and submit it in the calling thread (for the command line)."""
        account = self._account(account_id)
        services = self._services
        outbox_id = services.outbox.queue(finish_raw(raw, account), services.clock.unix_s())
        while processed := submit_next(services, account):
            if processed.item.id == outbox_id:
                return processed.item
        raise BadInput("The message waits in the outbox behind another one; postscope sync will send both.")

    def change_folder_now(self, account_id: AccountId, command: FolderCommand) -> FolderResult:
        """Change a folder here and on the server in the calling thread (for the command line)."""
        return change_folder_now(self._services, self._account(account_id), command)

    def limits(self, account_id: AccountId) -> FolderLimits | None:
        """Return what the server told of quota and the like in this run; None before it was asked."""
        return self._services.limits.of(account_id)

    def ask_limits(self, folder: Folder) -> FolderLimits:
        """Ask for the limits of one folder; blocks on the network (use ``run_in_background``)."""
        return ask_limits(self._services, self._account(folder.account_id), folder)

    def _account(self, account_id: AccountId) -> Account:
        account = self._services.records.get(account_id)
        if account is None:
            raise BadInput("There is no such account.")
        return account

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run blocking work on an engine thread; ``done`` is called there with the result or the exception."""

        self._background.run(work, done)

    def fetch_remote_image(self, url: str, done: Callable[[bytes | None, str, str], None]) -> None:
        """Fetch an image that the user allowed, without cookies or referrer; ``done(data, content_type, sentence)``
        is called on an engine thread, with None and a sentence when it could not be had."""

        def tell(result: object) -> None:
            if isinstance(result, tuple):
                done(*result)
            else:
                done(None, "", str(result))

        self._background.run(lambda: self._services.network.fetch_image(url), tell)

    def transcript(self, connection_id: ConnectionId) -> Transcript | None:
        """Return the recorded dialogue of a connection of this run, secrets struck out."""
        return self._services.connections.transcript(connection_id)

    def connections(self) -> tuple[ConnectionInfo, ...]:
        """Return the connections of this run, newest first, at most the last hundred."""
        return self._services.connections.list()

    def synchronise(self, account_id: AccountId | None, folder_id: FolderId | None, *, asked: bool) -> None:
        """For the command runner: bring accounts, or one folder, up to date; ``asked``: by the user himself."""
        for worker in self._chosen(account_id):
            worker.synchronise(folder_id if account_id is not None else None, asked=asked)
            if asked and self._online:
                self._senders[worker.account.id].submit_once()

    def _chosen(self, account_id: AccountId | None) -> list[Worker]:
        return [worker for key, worker in self._workers.items() if account_id is None or key == account_id]

    def look_at(self, folder: Folder) -> None:
        """For the command runner: this folder is on the screen."""
        if folder.account_id in self._workers:
            self._workers[folder.account_id].look_at(folder.id)
        if folder.account_id in self._watchers:
            self._watchers[folder.account_id].watch(folder.id)

    def fetch(self, account_id: AccountId, message_id: MessageId, *, insist: bool) -> None:
        """For the command runner: somebody waits for a message."""
        if account_id in self._workers:
            self._workers[account_id].fetch(message_id, insist=insist)

    def replay(self, account_ids: Sequence[AccountId]) -> None:
        """For the command runner: the journal grew."""
        for account_id in account_ids:
            if account_id in self._workers:
                self._workers[account_id].replay()

    def send(self, account_id: AccountId) -> None:
        """For the command runner: the outbox grew."""
        if account_id in self._senders:
            self._senders[account_id].kick()

    def go_online(self, online: bool) -> None:
        """For the command runner: use the network, or not."""
        self._online = online
        for account_id, worker in self._workers.items():
            if online:
                self._parkings[account_id].leave()
            worker.go_online(online)
            self._senders[account_id].go_online(online)
        for account_id, watcher in self._watchers.items():
            watcher.go_online(online and self._workers[account_id].account.model is not ConnectionModel.OFFLINE)

    def cancel(self, account_id: AccountId | None) -> None:
        """For the command runner: stop what runs."""
        for worker in self._chosen(account_id):
            worker.cancel()

    def accept_renamed(self, account_id: AccountId) -> None:
        """The user read that a POP3 server renamed its messages: fetch what is not recognised, be it here or not."""
        self._services.renamed_accepted.add(account_id)
        self.resume(account_id)

    def mail_only_here(self, account_id: AccountId) -> int:
        """Return how many messages of an account are on this machine only. Waits for the store, not for a network."""
        return self._services.pop_store.count_only_here(account_id)

    def needs_password(self, account_id: AccountId) -> bool:
        """True when the account waits for its password. May block on the keyring."""
        try:
            self._services.password(self._account(account_id), Purpose.INCOMING)
        except SignInNeeded:
            return True
        return False
