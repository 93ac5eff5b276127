"""One thread per account: it owns the session and does first what somebody is waiting for.

Order: bodies that are looked at, the journal, the folder that is open, other folders' headers, bodies. Whatever more urgent
comes up ends the step in hand between two batches; it is resumed where it was.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.errors import (
    Cancelled,
    CertificateRefused,
    DiskFull,
    InsecureConnection,
    PostscopeError,
    SignInNeeded,
)
from mailclient.domain.events import AccountStatus, AccountStatusChanged, BodyFailed, SynchronisationEnded
from mailclient.domain.folder import Folder
from mailclient.domain.ids import FolderId, MessageId
from mailclient.engine.rounds import Round, in_order
from mailclient.engine.services import EngineServices
from mailclient.sync.ports import RemoteMailbox

_log = logging.getLogger(__name__)

POLL_S: Final = 300.0
LONGEST_WAIT_S: Final = 900.0


class AccountWorker:
    """Synchronises one account in the background. Public methods return at once and may be called from any thread."""

    def __init__(self, services: EngineServices, account: Account, *, online: bool) -> None:
        self.account = account
        self.status = AccountStatusChanged(account.id, AccountStatus.OFFLINE)
        self._services = services
        self._online = online
        self._wanted_bodies: OrderedDict[MessageId, None] = OrderedDict()
        self._due_folders: OrderedDict[FolderId, None] = OrderedDict()
        self._open_folder: FolderId | None = None
        self._all_due = True
        self._journal_due = True
        self._bodies_due = True
        self._parked = False
        self._cancelled = False
        self._stopped = False
        self._failures = 0
        self._remote: RemoteMailbox | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"account-{account.id}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; blocks until it is gone, at most two seconds."""
        self._set(_stopped=True)
        self._close_remote()
        if self._thread.ident is not None:
            self._thread.join(2.0)

    def synchronise(self, folder_id: FolderId | None = None) -> None:
        """Bring everything, or one folder, up to date soon."""
        with self._changed:
            if folder_id is None:
                self._all_due = self._bodies_due = True
            else:
                self._due_folders[folder_id] = None
                self._bodies_due = True
            self._cancelled = False
            self._failures = 0
            self._changed.notify_all()

    def look_at(self, folder_id: FolderId) -> None:
        """This folder is on the screen: it goes first from now on."""
        self._open_folder = folder_id
        self.synchronise(folder_id)

    def replay(self) -> None:
        """The journal has something new."""
        self._set(_journal_due=True)

    def fetch(self, message_id: MessageId) -> None:
        """Somebody waits for these bytes."""
        with self._changed:
            self._wanted_bodies[message_id] = None
            offline = not self._online or self._parked
            if offline:
                self._wanted_bodies.clear()
            self._changed.notify_all()
        if offline:
            sentence = "Only the headers of this message are here. Go online to fetch the rest."
            self._services.announcer.announce(BodyFailed(message_id, sentence))

    def cancel(self) -> None:
        """Stop what runs; what has arrived is kept."""
        self._set(_cancelled=True, _all_due=False, _bodies_due=False)

    def go_online(self, online: bool) -> None:
        """Use the network, or not at all."""
        self._set(_online=online, _parked=False, _failures=0, _all_due=True, _bodies_due=True, _journal_due=True)
        if not online:
            self._close_remote()

    def resume(self) -> None:
        """The password or the configuration changed: try again."""
        self._set(_parked=False, _failures=0, _all_due=True, _bodies_due=True, _journal_due=True)

    def _set(self, **values: object) -> None:
        with self._changed:
            for name, value in values.items():
                setattr(self, name, value)
            self._changed.notify_all()

    def _close_remote(self) -> None:
        remote, self._remote = self._remote, None
        if remote is not None:
            remote.close()

    def _announce(self, status: AccountStatus, sentence: str = "", error: PostscopeError | None = None) -> None:
        event = AccountStatusChanged(self.account.id, status, sentence, error.connection_id if error else None)
        if event != self.status:
            self.status = event
            self._services.announcer.announce(event)

    def _has_work(self) -> bool:
        return bool(self._all_due or self._journal_due or self._bodies_due or self._wanted_bodies or self._due_folders)

    def _run(self) -> None:
        while not self._stopped:
            self._wait()
            if self._stopped:
                break
            try:
                self._work()
                self._failures = 0
            except PostscopeError as error:
                self._failed(error)
            except Exception as error:
                _log.exception("The worker of an account failed")
                self._failed(PostscopeError(f"Postscope made a mistake ({type(error).__name__}); the log tells more."))
        self._close_remote()

    def _wait(self) -> None:
        with self._changed:
            while not self._stopped:
                if not self._online:
                    self._announce(AccountStatus.OFFLINE)
                    self._changed.wait()
                elif self._parked:
                    self._changed.wait()
                elif self._failures:
                    delay_s = min(2.0 ** min(self._failures, 10), LONGEST_WAIT_S)
                    self._changed.wait(delay_s * (0.8 + 0.4 * self._services.clock.jitter()))
                    return
                elif self._has_work():
                    return
                elif not self._changed.wait(POLL_S):
                    self._all_due = self._bodies_due = self._journal_due = True

    def _failed(self, error: PostscopeError) -> None:
        self._close_remote()
        if isinstance(error, Cancelled):
            return
        self._failures += 1
        self._fail_waiting(error)
        match error:
            case SignInNeeded():
                self._parked = True
                self._announce(AccountStatus.SIGN_IN_NEEDED, error.sentence, error)
            case CertificateRefused() | InsecureConnection():
                self._parked = True
                self._announce(AccountStatus.FAILED, error.sentence, error)
            case DiskFull():
                self._announce(AccountStatus.WAITING, f"{error.sentence} Fetching waits; reading goes on.", error)
            case _:
                self._announce(AccountStatus.WAITING, f"{error.sentence} Postscope will try again by itself.", error)
        self._services.announcer.announce(SynchronisationEnded(self.account.id, False, error.sentence))

    def _fail_waiting(self, error: PostscopeError) -> None:
        with self._changed:
            waiting = list(self._wanted_bodies)
            self._wanted_bodies.clear()
        for message_id in waiting:
            self._services.announcer.announce(BodyFailed(message_id, error.sentence, error.connection_id))

    def _session(self) -> RemoteMailbox:
        if self._remote is not None:
            try:
                self._remote.keep_alive()
            except PostscopeError:
                self._remote.close()
                self._remote = None
        if self._remote is None:
            self._announce(AccountStatus.CONNECTING)
            self._remote = self._services.connect(self.account, "synchronising")
        return self._remote

    def _work(self) -> None:
        remote = self._session()
        work = Round(self._services, self.account, remote, self._should_pause)
        complete = False
        self._announce(AccountStatus.SYNCHRONISING)
        while self._remote is remote and self._has_work():
            with suppress(Cancelled):
                complete = self._next_step(work) or complete
            if self._cancelled:
                self._cancelled = False
                break
        if self._remote is not remote:
            return  # Closed from outside: stopped, offline, or about to connect anew.
        self._announce(AccountStatus.IDLE)
        if complete:
            self._services.announcer.announce(SynchronisationEnded(self.account.id, True))

    def _should_pause(self) -> bool:
        """Between two batches: is there something more urgent, or should everything stop?"""
        return self._stopped or not self._online or self._cancelled or bool(self._wanted_bodies or self._journal_due)

    def _next_step(self, work: Round) -> bool:
        """Do the most urgent thing; True when it was the last of a complete pass."""
        if self._wanted_bodies:
            message_id = next(iter(self._wanted_bodies))
            work.one_body(message_id)
            with self._changed:
                self._wanted_bodies.pop(message_id, None)
        elif self._journal_due:
            self._journal_due = False
            try:
                work.journal()
            except Cancelled:
                self._journal_due = True
                raise
        elif self._due_folders:
            folder_id = next(iter(self._due_folders))
            folder = self._folder(folder_id)
            if folder is not None:
                work.headers(folder)
            with self._changed:
                self._due_folders.pop(folder_id, None)
        elif self._all_due:
            for folder in in_order(work.list_folders(), self._open_folder):
                work.headers(folder)
                if self._should_pause() or self._due_folders:
                    return False
            self._all_due = False
            self._journal_due = True  # What waited for a UID can run now.
        else:
            return self._fetch_bodies(work)
        return False

    def _fetch_bodies(self, work: Round) -> bool:
        folders = self._services.sync_store.folders(self.account.id)
        for folder in in_order(folders, self._open_folder):
            if not work.bodies(folder, lambda: self._should_pause() or bool(self._due_folders or self._all_due)):
                return False
        self._bodies_due = False
        return True

    def _folder(self, folder_id: FolderId) -> Folder | None:
        folders = self._services.sync_store.folders(self.account.id)
        return next((folder for folder in folders if folder.id == folder_id and folder.selectable), None)
