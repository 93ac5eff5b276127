"""The doorbell: a second connection that waits on IDLE in the open folder and only rings. The worker does the work.

RFC 2177: re-armed before servers hang up; where IDLE is missing, the worker's polling must do.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from mailclient.domain.account import Account, Purpose
from mailclient.domain.errors import PostscopeError, TooManyConnections
from mailclient.domain.events import Event, FoldersChanged
from mailclient.domain.exchange import FolderSnapshot
from mailclient.domain.folder import Folder, FolderRole, FolderState
from mailclient.domain.ids import FolderId
from mailclient.engine.connections import UnderWay
from mailclient.engine.failures import decide_verdict
from mailclient.engine.parking import Parking
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

    def __init__(
        self, services: EngineServices, account: Account, ring: Callable[[FolderId], None], parking: Parking
    ) -> None:
        self._services = services
        self._account = account
        self._ring = ring
        self._folder_id: FolderId | None = None
        self._parking = parking
        self._online = True
        self._has_network = True
        self._stopped = False
        self._nudged = False
        self._gives_way = False
        self._awaits_listing = False
        self._remote: RemoteMailbox | None = None
        self._under_way = UnderWay(self._is_wanted)
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

    def note_network(self, here: bool) -> None:
        """The computer lost its network, or has another one, or woke up: what was connected is gone either way."""
        self._has_network = here
        self._close()
        self.nudge()

    def give_way(self) -> None:
        """The server lets nobody else in: this connection is the one that can be done without, for a while."""
        self._gives_way = True
        self._close()

    def _is_wanted(self) -> bool:
        return self._online and self._has_network and not self._stopped

    def _may_connect(self) -> bool:
        return self._is_wanted() and self._parking.reason(Purpose.INCOMING) is None

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
        wanted = wanted if wanted is not None and not wanted.awaits_creation else None
        return wanted or next((folder for folder in folders if folder.role is FolderRole.INBOX), None)

    def _run(self) -> None:
        while not self._stopped:
            delay_s: float | None = self._services.pace.watcher_retry_s
            try:
                delay_s = self._watch_once() if self._may_connect() else None
            except TooManyConnections:
                self._gives_way = True
            except PostscopeError as error:
                # Whatever asks for the user is told by the worker, which meets the same; a nudge follows.
                delay_s = None if decide_verdict(error).parked else delay_s
            except Exception:
                _log.exception("The watcher of an account failed")
            self._close()
            self._remote = None
            with self._changed:
                if self._gives_way:
                    # The worker's polling must do; the server may have room later. What rang before counts no more.
                    self._gives_way, self._nudged, delay_s = False, False, self._services.pace.poll_s
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
        if not self._is_wanted():
            return None  # Whoever said so could not close what was not there yet.
        if "IDLE" not in remote.capabilities:
            return None  # The worker's polling must do.
        while self._is_wanted():
            folder = self._folder() or folder
            snapshot = remote.open_folder(folder.wire_name, read_only=True)
            if may_have_changed(folder.state, snapshot):
                self._ring(folder.id)  # It came between the last synchronisation and this watch.
            self._wait_in(remote, folder)
        return self._services.pace.watcher_retry_s

    def _wait_in(self, remote: RemoteMailbox, folder: Folder) -> None:
        """Ring until another folder is to be watched."""
        while self._is_wanted():
            if remote.idle(self._services.pace.rearm_idle_s):
                self._ring(folder.id)
            if self._folder_id is not None and self._folder_id != folder.id:
                return
