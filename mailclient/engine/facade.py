"""The one face that windows and the command line see of everything that works behind them.

Commands go down (``submit``), frozen events come up (``subscribe``); nothing here waits for a network, except the methods
whose docstring says that they do. Listeners are called from engine threads: a window must hand events to its own thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from mailclient.domain.account import Account, Credentials, Purpose
from mailclient.domain.commands import Command
from mailclient.domain.draft import OutboxItem
from mailclient.domain.events import AccountStatusChanged, Event, Failed, OutboxChanged, SpaceFreed
from mailclient.domain.folder import Folder, FolderLimits
from mailclient.domain.folder_commands import FolderCommand
from mailclient.domain.ids import AccountId, ConnectionId, FolderId
from mailclient.domain.probe import ProbeReport, ProbeStep
from mailclient.domain.scope import KeptBytes
from mailclient.engine import at_once, space
from mailclient.engine.account_desk import AccountDesk
from mailclient.engine.account_threads import AccountThreads
from mailclient.engine.activity_desk import ActivityDesk
from mailclient.engine.background import Background
from mailclient.engine.command_runner import CommandRunner
from mailclient.engine.connections import ConnectionInfo
from mailclient.engine.dns_desk import DnsDesk
from mailclient.engine.folder_desk import FolderResult, ask_limits, change_folder_now
from mailclient.engine.interpreter import look_for_garbage_less_often, switch_threads_often
from mailclient.engine.services import EngineServices
from mailclient.engine.tidiness import Tidiness
from mailclient.engine.wakefulness import Wakefulness
from mailclient.protocol.transcript import Transcript
from mailclient.store.shrinking import shrink_user_file

__all__ = ["ConnectionInfo", "Engine", "ProbeReport", "ProbeStep"]


class Engine:
    """Accounts, their threads, the writer, and the events they cause."""

    def __init__(self, services: EngineServices) -> None:
        look_for_garbage_less_often()
        self._services = services
        self._threads = AccountThreads(services)
        self._accounts = AccountDesk(services, self._threads)
        self._started = False
        self._wakefulness = Wakefulness(lambda: self._threads.note_network(True))
        self.activity = ActivityDesk(services, self._threads.status, self._threads.parking)
        self.dns = DnsDesk(services)
        self._runner = CommandRunner(services, self._threads)
        self.carry_out = self._runner.carry_out  # In the calling thread, for the command line.
        self._background = Background()
        services.announcer.subscribe(Tidiness(self._background.run, lambda: shrink_user_file(services.writer)).hear)

    def start(self, *, online: bool = True) -> None:
        """Recover what a crash left, then start the workers."""
        self._started = True
        switch_threads_often()
        services = self._services
        for item in services.outbox.recover():
            services.announcer.announce(OutboxChanged(item.id, item.account_id, item.state, item.last_error or ""))
        for sentence in services.open_store.sentences:
            services.announcer.announce(Failed(sentence))
        self._runner.start()
        self._wakefulness.start()
        self._threads.start(online=online)

    def stop(self) -> None:
        """End all work within two seconds; what is committed stays, what is pending goes on next time."""
        deadline = time.monotonic() + self._services.pace.stop_s
        self._background.stop()
        self._wakefulness.stop()
        if self._started:
            self._runner.stop(deadline)
        self._threads.end(deadline=deadline)
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
        return self._threads.status(account_id)

    @property
    def online(self) -> bool:
        """True unless the user works offline."""
        return self._threads.online

    def go_online(self, online: bool) -> None:
        """Use the network, or not; a window submits the command instead."""
        self._threads.go_online(online)

    def secrets_sentence(self) -> str:
        """Return where passwords are kept, for the person who types one."""
        return self._services.secrets.describe()

    def add_account(self, account: Account, credentials: Credentials, *, remember: bool = True) -> str:
        """Store an account and start it. Returns the sentence that says where its password is kept. May block on the
        keyring: never on the window's thread (use ``run_in_background``)."""
        return self._accounts.add(account, credentials, remember=remember)

    def change_account(self, account: Account, credentials: Credentials | None = None, *, remember: bool = True) -> str:
        """Store other settings of an account, and other secrets where they are given, and start it anew. Frees nothing
        here. Returns the sentence that says where secrets are kept, empty when none was given. May block."""
        return self._accounts.change(account, credentials, remember=remember)

    def remove_account(self, account_id: AccountId) -> None:
        """Stop an account, forget its password, delete its cache; mail on the server stays. May block."""
        self._accounts.remove(account_id)
        self.activity.forget(account_id)

    def set_password(
        self,
        account_id: AccountId,
        credentials: Credentials,
        *,
        remember: bool = True,
        only: Purpose | None = None,
    ) -> str:
        """Store new credentials, of both servers or of one only, and resume a parked account. May block."""
        return self._accounts.set_password(account_id, credentials, remember=remember, only=only)

    def kept_bytes(self, account_id: AccountId, folder_id: FolderId | None = None) -> KeptBytes:
        """Return what whole messages of an account, or of one folder, take up here. Blocks on the store."""
        return space.measure(self._services, self._accounts.find(account_id), folder_id)

    def free_space(self, account_id: AccountId, folder_id: FolderId | None = None) -> SpaceFreed:
        """Drop whole messages that lie outside the scope, tell it, and return what went. Blocks on the store."""
        return space.free(self._services, self._accounts.find(account_id), folder_id)

    @property
    def metered(self) -> bool:
        """True while whole messages come only when they are opened, because the line costs by the byte."""
        return self._services.keeping.metered

    def probe(
        self, account: Account, credentials: Credentials | None, on_step: Callable[[str, ProbeStep], None] | None = None
    ) -> ProbeReport:
        """Test both servers; blocks on the network. ``on_step`` gets "incoming" or "submission" and each step.

        ``credentials`` None: those stored for this account's id."""
        known = credentials or self._accounts.credentials(account)
        return self._services.network.probe(account, known, self._services.recorder(account.id), on_step)

    def synchronise_now(
        self, account_id: AccountId, *, headers_only: bool = False, cancelled: Callable[[], bool] | None = None
    ) -> None:
        """One complete synchronisation in the calling thread (for the command line); raises PostscopeError."""
        account = self._accounts.find(account_id)
        at_once.synchronise(self._services, account, headers_only=headers_only, cancelled=cancelled)

    def send_message_now(self, account_id: AccountId, raw: bytes) -> OutboxItem:
        """Queue a finished message and submit it in the calling thread (for the command line)."""
        return at_once.send_message(self._services, self._accounts.find(account_id), raw)

    def change_folder_now(self, account_id: AccountId, command: FolderCommand) -> FolderResult:
        """Change a folder here and on the server in the calling thread (for the command line)."""
        return change_folder_now(self._services, self._accounts.find(account_id), command)

    def limits(self, account_id: AccountId) -> FolderLimits | None:
        """Return what the server told of quota and the like in this run; None before it was asked."""
        return self._services.limits.of(account_id)

    def ask_limits(self, folder: Folder) -> FolderLimits:
        """Ask for the limits of one folder; blocks on the network (use ``run_in_background``)."""
        return ask_limits(self._services, self._accounts.find(folder.account_id), folder)

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

    def accept_renamed(self, account_id: AccountId) -> None:
        """The user read that a POP3 server renamed its messages: fetch what is not recognised, be it here or not."""
        self._services.renamed_accepted.add(account_id)
        self._threads.resume(account_id)

    def mail_only_here(self, account_id: AccountId) -> int:
        """Return how many messages of an account are on this machine only. Waits for the store, not for a network."""
        return self._services.pop_store.count_only_here(account_id)
