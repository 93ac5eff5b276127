"""The doorbell: a second connection that waits on IDLE in the open folder and only rings. The worker does the work.

RFC 2177: re-armed before servers hang up; where IDLE is missing, the worker's polling must do.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.errors import PostscopeError, SignInNeeded
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import FolderId
from mailclient.engine.services import EngineServices
from mailclient.sync.ports import RemoteMailbox

_log = logging.getLogger(__name__)

REARM_S: Final = 25 * 60.0
RETRY_S: Final = 60.0


class Watcher:
    """One thread per account."""

    def __init__(self, services: EngineServices, account: Account, ring: Callable[[FolderId], None]) -> None:
        self._services = services
        self._account = account
        self._ring = ring
        self._folder_id: FolderId | None = None
        self._online = True
        self._stopped = False
        self._remote: RemoteMailbox | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"watcher-{account.id}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, within two seconds."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._close()
        if self._thread.ident is not None:
            self._thread.join(2.0)

    def watch(self, folder_id: FolderId) -> None:
        """Wait in this folder from now on."""
        with self._changed:
            if folder_id == self._folder_id:
                return
            self._folder_id = folder_id
            self._changed.notify_all()
        self._wake()

    def nudge(self) -> None:
        """The account can be reached (again): connect now rather than later."""
        with self._changed:
            self._changed.notify_all()

    def go_online(self, online: bool) -> None:
        """Use the network, or not at all."""
        with self._changed:
            self._online = online
            self._changed.notify_all()
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
        remote = self._remote
        if remote is not None:
            remote.close()

    def _folder(self) -> Folder | None:
        folders = self._services.sync_store.folders(self._account.id)
        wanted = next((folder for folder in folders if folder.id == self._folder_id and folder.selectable), None)
        return wanted or next((folder for folder in folders if folder.role is FolderRole.INBOX), None)

    def _run(self) -> None:
        while not self._stopped:
            delay_s: float | None = RETRY_S
            try:
                if self._online:
                    delay_s = self._watch_once()
                else:
                    delay_s = None
            except SignInNeeded:
                delay_s = None  # The worker asks for the password; a nudge follows.
            except PostscopeError:
                delay_s = RETRY_S
            except Exception:
                _log.exception("The watcher of an account failed")
            self._close()
            self._remote = None
            with self._changed:
                if not self._stopped:
                    self._changed.wait(delay_s)

    def _watch_once(self) -> float | None:
        """Watch until something changes; returns how long to wait before the next connection (None: until told)."""
        folder = self._folder()
        if folder is None:
            return 5.0  # The first listing is still under way.
        remote = self._remote = self._services.connect(self._account, "watching")
        if "IDLE" not in remote.capabilities:
            return None
        while not self._stopped and self._online:
            folder = self._folder() or folder
            remote.open_folder(folder.wire_name, read_only=True)
            while not self._stopped and self._online:
                if remote.idle(REARM_S):
                    self._ring(folder.id)
                if self._folder_id is not None and self._folder_id != folder.id:
                    break
        return RETRY_S
