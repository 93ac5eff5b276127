"""Who watches an account: one doorbell that hears of all folders, or one for the open folder and one for the inbox.

Never more than two connections. Rings only; the worker does the work. RFC 5465 (NOTIFY), RFC 2177 (IDLE).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from mailclient.domain.account import Account
from mailclient.domain.events import Event, FoldersChanged
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import FolderId
from mailclient.engine.doorbell import Doorbell, Ring
from mailclient.engine.parking import Parking
from mailclient.engine.services import EngineServices


class Watcher:
    """The doorbells of one account."""

    def __init__(self, services: EngineServices, account: Account, ring: Ring, parking: Parking) -> None:
        self._services = services
        self._account = account
        self._folder_id: FolderId | None = None
        self._hears_all = False
        self._awaits_listing = False
        self._unsubscribe: Callable[[], None] = lambda: None
        name = f"watcher-{account.id}"
        self._front = Doorbell(
            services, account, ring, parking, self._front_folder, name=name, on_hearing_all=self._note_hearing_all
        )
        self._inbox = Doorbell(services, account, ring, parking, self._inbox_beside, name=f"{name}-inbox")

    def start(self) -> None:
        """Start the threads."""
        self._unsubscribe = self._services.announcer.subscribe(self._heard)
        self._front.start()
        self._inbox.start()

    def ask_to_stop(self) -> None:
        """Let the threads end; their connections are closed under them."""
        self._unsubscribe()
        self._front.ask_to_stop()
        self._inbox.ask_to_stop()

    def join(self, seconds: float) -> None:
        """Wait for the end, at most so long."""
        deadline = time.monotonic() + seconds
        self._front.join(seconds)
        self._inbox.join(max(deadline - time.monotonic(), 0.0))

    def watch(self, folder_id: FolderId) -> None:
        """Wait in this folder from now on."""
        if folder_id != self._folder_id:
            self._folder_id = folder_id
            if not self._hears_all:
                self._front.wake()
                self._inbox.wake()

    def nudge(self) -> None:
        """The account can be reached (again): connect now rather than later."""
        self._front.nudge()
        self._inbox.nudge()

    def go_online(self, online: bool) -> None:
        """Use the network, or not at all."""
        self._front.go_online(online)
        self._inbox.go_online(online)

    def note_network(self, here: bool) -> None:
        """The computer lost its network, or has another one, or woke up."""
        self._front.note_network(here)
        self._inbox.note_network(here)

    def give_way(self) -> None:
        """The server lets nobody else in: these connections can be done without, for a while."""
        self._front.give_way()
        self._inbox.give_way()

    def _heard(self, event: Event) -> None:
        if self._awaits_listing and isinstance(event, FoldersChanged) and event.account_id == self._account.id:
            self._awaits_listing = False
            self.nudge()

    def _note_hearing_all(self, hears_all: bool) -> None:
        if hears_all != self._hears_all:
            self._hears_all = hears_all
            self._inbox.wake()

    def _front_folder(self) -> Folder | None:
        """Return the folder that is looked at, else the inbox."""
        folder = self._find()
        if folder is None:
            self._awaits_listing = True
            # Asked again, because it may have come in between.
            folder = self._find()
        return folder

    def _find(self) -> Folder | None:
        folders = self._services.sync_store.folders(self._account.id)
        wanted = next((folder for folder in folders if folder.id == self._folder_id and folder.selectable), None)
        wanted = wanted if wanted is not None and not wanted.awaits_creation else None
        return wanted or next((folder for folder in folders if folder.role is FolderRole.INBOX), None)

    def _inbox_beside(self) -> Folder | None:
        """Return the inbox, when nobody else watches it."""
        front = None if self._hears_all else self._find()
        if front is None or front.role is FolderRole.INBOX:
            return None
        folders = self._services.sync_store.folders(self._account.id)
        return next((folder for folder in folders if folder.role is FolderRole.INBOX), None)
