"""One thread per account: it owns the session and does first what somebody is waiting for.

Order: bodies that are looked at, the journal, the folder that is open, other folders' headers, bodies. Whatever more urgent
comes up ends the step in hand between two batches; it is resumed where it was.
"""

from __future__ import annotations

import logging
import math
import threading
import time

from mailclient.domain.account import Account
from mailclient.domain.errors import (
    Cancelled,
    DiskFull,
    MalformedReply,
    PostscopeError,
    ProgramFault,
    ServerBusy,
    ServerRefused,
)
from mailclient.domain.events import AccountStatus, AccountStatusChanged, BodyFailed, SynchronisationEnded
from mailclient.domain.folder import Folder
from mailclient.domain.ids import FolderId, MessageId
from mailclient.engine.failures import decide_verdict
from mailclient.engine.pace import decide_reconnect_delay_s
from mailclient.engine.rounds import Round, in_order
from mailclient.engine.services import EngineServices
from mailclient.engine.wishes import Wishes
from mailclient.sync.ports import RemoteMailbox

_log = logging.getLogger(__name__)

_STUMBLES_BEFORE_SKIPPED = 3
"""So often in a row a folder may end the connection before the others come first."""
_TRUSTED_S = 30.0
"""A session used more recently is not asked whether it still lives."""
_STOPPED = "Stopped. What had arrived is kept."


class AccountWorker:
    """Synchronises one account in the background. Public methods return at once and may be called from any thread."""

    def __init__(self, services: EngineServices, account: Account, *, online: bool) -> None:
        self.account = account
        self.status = AccountStatusChanged(account.id, AccountStatus.OFFLINE)
        self._services = services
        self._online = online
        self._wishes = Wishes()
        self._open_folder: FolderId | None = None
        self._has_news = False
        self._stumbles: dict[FolderId, int] = {}
        self._parked = False
        self._cancelled = False
        self._stopped = False
        self._failures = 0
        self._retry_at = 0.0
        self._poll_at = time.monotonic() + services.pace.poll_s
        self._remote: RemoteMailbox | None = None
        self._used_at = 0.0
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"account-{account.id}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the thread end; its connection is closed under it."""
        self._set(_stopped=True)
        self._close_remote()

    def join(self, seconds: float) -> None:
        """Wait for the end, at most so long."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def synchronise(self, folder_id: FolderId | None = None) -> None:
        """Bring everything, or one folder, up to date soon."""
        with self._changed:
            if folder_id is None:
                self._wishes.wish_everything()
            else:
                self._wishes.wish_folder(folder_id)
            self._cancelled = False
            self._failures = 0
            self._changed.notify_all()

    def look_at(self, folder_id: FolderId) -> None:
        """This folder is on the screen: it goes first from now on."""
        self._open_folder = folder_id
        self.synchronise(folder_id)

    def replay(self) -> None:
        """The journal has something new."""
        with self._changed:
            self._wishes.journal = True
            self._changed.notify_all()

    def fetch(self, message_id: MessageId) -> None:
        """Somebody waits for these bytes."""
        with self._changed:
            reachable = self._online and not self._parked
            if reachable:
                self._wishes.bodies[message_id] = None
                self._retry_at = 0.0
                self._changed.notify_all()
        if not reachable:
            sentence = "Only the headers of this message are here. Go online to fetch the rest."
            if self._online:
                sentence = f"Only the headers of this message are here. {self.status.sentence}".strip()
            self._services.announcer.announce(BodyFailed(message_id, sentence))

    def cancel(self) -> None:
        """Stop what runs; what has arrived is kept."""
        with self._changed:
            self._cancelled = True
            self._wishes.forget_work()
            self._changed.notify_all()

    def go_online(self, online: bool) -> None:
        """Use the network, or not at all."""
        self._set(_online=online)
        if online:
            self.resume()
        else:
            self._close_remote()

    def resume(self) -> None:
        """The password or the configuration changed, or the network is back: try again."""
        with self._changed:
            self._parked = False
            self._failures = 0
            self._wishes.wish_everything()
            self._changed.notify_all()

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

    def _run(self) -> None:
        while not self._stopped:
            if not self._online:
                self._announce(AccountStatus.OFFLINE)
            if not self._wait():
                continue
            try:
                self._work()
            except PostscopeError as error:
                self._failed(error)
            except Exception as error:
                _log.exception("The worker of an account failed")
                self._failed(ProgramFault(f"Postscope made a mistake ({type(error).__name__}); the log tells more."))
        self._close_remote()

    def _wait(self) -> bool:
        """Wait until there is work; False when the thread should look around again first."""
        with self._changed:
            while not self._stopped:
                delay_s = self._delay_s()
                if delay_s <= 0:
                    return True
                self._changed.wait(None if delay_s == math.inf else delay_s)
                if not self._online and self.status.status is not AccountStatus.OFFLINE:
                    return False
        return False

    def _delay_s(self) -> float:
        """Return how long there is nothing to do; notices what has become due by the time."""
        if not self._online or self._parked:
            return math.inf
        now = time.monotonic()
        if self._failures and self._retry_at > now:
            return self._retry_at - now
        if self._poll_at <= now:
            self._poll_at = now + self._services.pace.poll_s
            self._wishes.wish_everything()
        until_journal_s = self._wishes.notice_time(self._services.clock.unix_s())
        return 0.0 if self._wishes else min(self._poll_at - now, until_journal_s)

    def _failed(self, error: PostscopeError) -> None:
        self._close_remote()
        if isinstance(error, Cancelled) or self._stopped or not self._online:
            return  # It was closed from this side.
        self._failures += 1
        pace = self._services.pace
        delay_s = decide_reconnect_delay_s(pace, self._failures, self._services.clock.jitter())
        if isinstance(error, DiskFull):
            delay_s = min(delay_s, pace.disk_retry_s)
        self._retry_at = time.monotonic() + delay_s
        verdict = decide_verdict(error)
        self._parked = verdict.parked
        self._announce(verdict.status, verdict.sentence, error)
        self._fail_waiting(error)
        self._services.announcer.announce(SynchronisationEnded(self.account.id, False, error.sentence))

    def _fail_waiting(self, error: PostscopeError) -> None:
        with self._changed:
            waiting = list(self._wishes.bodies)
            self._wishes.bodies.clear()
        for message_id in waiting:
            self._services.announcer.announce(BodyFailed(message_id, error.sentence, error.connection_id))

    def _session(self) -> RemoteMailbox:
        remote = self._remote
        if remote is not None and time.monotonic() - self._used_at > _TRUSTED_S:
            try:
                remote.keep_alive()
            except PostscopeError:
                self._close_remote()
                remote = None
        if remote is None:
            self._announce(AccountStatus.CONNECTING)
            self._remote = remote = self._services.connect(self.account, "synchronising")
            if self._stopped or not self._online:
                self._close_remote()  # Whoever said so could not close what was not there yet.
        return remote

    def _work(self) -> None:
        remote = self._session()
        work = Round(self._services, self.account, remote, self._should_pause, self._got_on)
        complete = False
        self._cancelled = False  # Whoever cancels between two pieces of work has taken the wish for work away.
        self._announce(AccountStatus.SYNCHRONISING)
        while self._remote is remote and self._wishes:
            try:
                complete = self._next_step(work) or complete
            except Cancelled:
                complete = False
            self._used_at = time.monotonic()
            if self._cancelled:
                self._cancelled = False
                self._services.announcer.announce(SynchronisationEnded(self.account.id, False, _STOPPED))
                break
        if self._remote is not remote:
            return  # Closed from outside: stopped, offline, or about to connect anew.
        self._failures = 0
        self._announce(AccountStatus.IDLE)
        if complete:
            skipped = bool(self._wishes.skipped_bodies)
            sentence = "Some folders could not be read; they are tried again later." if skipped else ""
            self._services.announcer.announce(SynchronisationEnded(self.account.id, not skipped, sentence))

    def _got_on(self) -> None:
        """Something was stored: whatever breaks next is a new failure, not one more in a row."""
        self._failures = 0
        self._has_news = True

    def _should_pause(self) -> bool:
        """Between two batches: is there something more urgent, or should everything stop?"""
        return self._stopped or not self._online or self._cancelled or bool(self._wishes.bodies or self._wishes.journal)

    def _next_step(self, work: Round) -> bool:
        """Do the most urgent thing; True when it was the last of a complete pass."""
        wishes = self._wishes
        with self._changed:
            wanted_body = next(iter(wishes.bodies), None)
            due_folder = next(iter(wishes.folders), None)
        if wanted_body is not None:
            work.one_body(wanted_body)
            with self._changed:
                wishes.bodies.pop(wanted_body, None)
        elif wishes.journal:
            self._replay(work)
        elif due_folder is not None:
            self._visit_due(work, due_folder)
        elif wishes.everything:
            self._visit_next(work)
        elif wishes.missing_bodies:
            return self._fetch_bodies(work)
        return False

    def _replay(self, work: Round) -> None:
        self._wishes.journal = False
        try:
            replayed = work.journal()
        except PostscopeError:
            self._wishes.journal = True
            raise
        due_at = work.journal_due_unix_s()
        with self._changed:
            for folder_id in replayed.unsettled:
                self._wishes.wish_folder(folder_id)
            # At least a moment later: what could run now has just been tried.
            earliest = self._services.clock.unix_s() + 1.0
            self._wishes.journal_at_unix_s = math.inf if due_at is None else max(due_at, earliest)

    def _visit_due(self, work: Round, folder_id: FolderId) -> None:
        with self._changed:
            self._wishes.folders.pop(folder_id, None)
        try:
            self._visit(work, folder_id)
        except PostscopeError as error:
            if not (self._cancelled or self._stumbled(folder_id, error)):
                with self._changed:
                    self._wishes.put_back(folder_id)
            raise

    def _visit_next(self, work: Round) -> None:
        """Go on with the pass over all folders: list them first, then one at each call."""
        wishes = self._wishes
        remaining = wishes.to_visit
        if remaining is None:
            wishes.to_visit = [folder.id for folder in in_order(work.list_folders(), self._open_folder)]
        elif remaining:
            try:
                self._visit(work, remaining[0])
            except PostscopeError as error:
                if self._stumbled(remaining[0], error):
                    self._wishes.skipped_bodies.add(remaining.pop(0))
                raise
            remaining.pop(0)
        else:
            with self._changed:
                if wishes.to_visit is remaining:
                    wishes.everything, wishes.to_visit = False, None
                wishes.journal = True  # What waited for a UID can run now.

    def _visit(self, work: Round, folder_id: FolderId) -> None:
        """Synchronise the headers of one folder; one that always fails must not keep the others away."""
        folder = self._folder(folder_id)
        if folder is None:
            return
        self._has_news = False
        try:
            work.headers(folder)
        except (ServerRefused, ServerBusy) as error:
            self._leave_out(folder, error)
        finally:
            if self._has_news:
                self._wishes.missing_bodies = True
        self._stumbles.pop(folder_id, None)

    def _leave_out(self, folder: Folder, error: PostscopeError) -> None:
        """The server refuses this folder: the others go on."""
        self._services.tell_once(f"{folder.name}: {error.sentence}", self.account.id)
        self._wishes.skipped_bodies.add(folder.id)

    def _stumbled(self, folder_id: FolderId, error: PostscopeError) -> bool:
        """Count a failure in a folder; True when it has had its chances in this pass."""
        if isinstance(error, Cancelled) or self._stopped or not self._online:
            return False
        stumbles = self._stumbles.get(folder_id, 0) + 1
        self._stumbles[folder_id] = stumbles
        if stumbles < _STUMBLES_BEFORE_SKIPPED and not isinstance(error, MalformedReply):
            return False
        del self._stumbles[folder_id]
        return True

    def _fetch_bodies(self, work: Round) -> bool:
        """Fetch missing bodies; True when none is missing any more."""
        self._wishes.missing_bodies = False
        finished = False
        try:
            finished = self._fetch_bodies_of_all(work)
        finally:
            if not (finished or self._cancelled):
                self._wishes.missing_bodies = True
        return finished

    def _fetch_bodies_of_all(self, work: Round) -> bool:
        folders = self._services.sync_store.folders(self.account.id)
        for folder in in_order(folders, self._open_folder):
            if folder.id in self._wishes.skipped_bodies:
                continue
            try:
                if not work.bodies(folder, self._is_bodies_too_early):
                    return False
            except (ServerRefused, ServerBusy) as error:
                self._leave_out(folder, error)
            except PostscopeError as error:
                if self._stumbled(folder.id, error):
                    self._wishes.skipped_bodies.add(folder.id)
                raise
        return True

    def _is_bodies_too_early(self) -> bool:
        return self._should_pause() or bool(self._wishes.folders or self._wishes.everything)

    def _folder(self, folder_id: FolderId) -> Folder | None:
        folders = self._services.sync_store.folders(self.account.id)
        return next((folder for folder in folders if folder.id == folder_id and folder.selectable), None)
