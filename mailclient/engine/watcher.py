"""The doorbell: a second connection that waits on IDLE in the open folder and only rings. The worker does the work.

RFC 2177: re-armed before servers hang up; where IDLE is missing, the worker's polling must do.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from mailclient.domain.account import Account
from mailclient.domain.errors import PostscopeError, SignInNeeded
from mailclient.domain.events import Event, FoldersChanged
from mailclient.domain.exchange import FolderSnapshot
from mailclient.domain.folder import Folder, FolderRole, FolderState
from mailclient.domain.ids import FolderId
from mailclient.engine.connections import UnderWay
from mailclient.engine.services import EngineServices
from mailclient.sync.ports import RemoteMailbox

_log = logging.getLogger(__name__)


def may_have_changed(known: FolderState, server: FolderSnapshot) -> bool:
    """True unless the server proves that nothing happened since: without HIGHESTMODSEQ nothing proves it for flags."""
    if (known.uid_next, known.exists) != (server.uid_next, server.exists):
        return True
    return server.highest_modseq is None or known.highest_modseq != server.highest_modseq


class Watcher:
    """One thread per account."""

    def __init__(self, services: EngineServices, account: Account, ring: Callable[[FolderId], None]) -> None:
        self._services = services
        self._account = account
        self._ring = ring
        self._folder_id: FolderId | None = None
        self._online = True
        self._stopped = False
        self._nudged = False
        self._awaits_listing = False
        self._remote: RemoteMailbox | None = None
        self._under_way = UnderWay(lambda: self._online and not self._stopped)
        self._unsubscribe: Callable[[], None] = lambda: None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"watcher-{account.id}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._unsubscribe = self._services.announcer.subscribe(self._heard)
        self._thread.start()

    def _heard(self, event: Event) -> None:
        if self._awaits_listing and isinstance(event, FoldersChanged) and event.account_id == self._account.id:
            self._awaits_listing = False
            self.nudge()

    def ask_to_stop(self) -> None:
        """Let the thread end; its connection is closed under it."""
        self._stopped = True
        self._unsubscribe()
        self.nudge()
        self._close()

    def join(self, seconds: float) -> None:
        """Wait for the end, at most so long."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def watch(self, folder_id: FolderId) -> None:
        """Wait in this folder from now on."""
        with self._changed:
            if folder_id == self._folder_id:
                return
            self._folder_id = folder_id
        self.nudge()
        self._wake()

    def nudge(self) -> None:
        """The account can be reached (again): connect now rather than later."""
        with self._changed:
            self._nudged = True
            self._changed.notify_all()

    def go_online(self, online: bool) -> None:
        """Use the network, or not at all."""
        self._online = online
        self.nudge()
        if not online:
            self._close()

    def _wake(self) -> None:
        remote = self._remote
        if remote is not None:
            try:
                remote.wake()
            except OSError:
                return

    def _close(self) -> None:
        self._under_way.hang_up()
        remote = self._remote
        if remote is not None:
            remote.close()

    def _folder(self) -> Folder | None:
        folders = self._services.sync_store.folders(self._account.id)
        wanted = next((folder for folder in folders if folder.id == self._folder_id and folder.selectable), None)
        return wanted or next((folder for folder in folders if folder.role is FolderRole.INBOX), None)

    def _run(self) -> None:
        while not self._stopped:
            delay_s: float | None = self._services.pace.watcher_retry_s
            try:
                delay_s = self._watch_once() if self._online else None
            except SignInNeeded:
                delay_s = None  # The worker asks for the password; a nudge follows.
            except PostscopeError:
                pass  # The worker meets the same failure and says so.
            except Exception:
                _log.exception("The watcher of an account failed")
            self._close()
            self._remote = None
            with self._changed:
                self._changed.wait_for(lambda: self._nudged or self._stopped, delay_s)
                self._nudged = False

    def _watch_once(self) -> float | None:
        """Watch until something changes; returns how long to wait before the next connection (None: until told)."""
        folder = self._folder()
        if folder is None:
            self._awaits_listing = True
            # Asked again, because it may have come in between.
            return None if self._folder() is None else 0.0
        remote = self._remote = self._services.connect(self._account, "watching", self._under_way)
        if self._stopped or not self._online:
            return None  # Whoever said so could not close what was not there yet.
        if "IDLE" not in remote.capabilities:
            return None  # The worker's polling must do.
        while not self._stopped and self._online:
            folder = self._folder() or folder
            snapshot = remote.open_folder(folder.wire_name, read_only=True)
            if may_have_changed(folder.state, snapshot):
                self._ring(folder.id)  # It came between the last synchronisation and this watch.
            self._wait_in(remote, folder)
        return self._services.pace.watcher_retry_s

    def _wait_in(self, remote: RemoteMailbox, folder: Folder) -> None:
        """Ring until another folder is to be watched."""
        while not self._stopped and self._online:
            if remote.idle(self._services.pace.rearm_idle_s):
                self._ring(folder.id)
            if self._folder_id is not None and self._folder_id != folder.id:
                return
