"""One connection that waits for news and only rings; the worker does the work.

Where the server can, it tells of all folders (NOTIFY); else it waits on IDLE in the folder it was told to watch; where
neither can be had, the worker's polling must do. RFC 5465, RFC 2177.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Final

from mailclient.domain.account import Account, Purpose
from mailclient.domain.errors import PostscopeError, TooManyConnections
from mailclient.domain.exchange import FolderSnapshot
from mailclient.domain.folder import Folder, FolderState, FolderStatus
from mailclient.domain.ids import FolderId
from mailclient.engine.connections import UnderWay
from mailclient.engine.failures import decide_verdict
from mailclient.engine.pace import decide_poll_s
from mailclient.engine.parking import Parking
from mailclient.engine.services import EngineServices
from mailclient.sync.ports import RemoteMailbox

_log = logging.getLogger(__name__)

FEW: Final = 3
"""When more folders than that changed before the bell was armed, the whole account is gone through instead."""

Ring = Callable[[FolderId | None], None]
"""Told of a folder, or of None: of all of them, and of their list."""


def may_have_changed(known: FolderState, server: FolderSnapshot | FolderStatus) -> bool:
    """True unless the server proves that nothing happened since: without HIGHESTMODSEQ nothing proves it for flags."""
    exists = server.exists if isinstance(server, FolderSnapshot) else server.messages
    if (known.uid_next, known.exists) != (server.uid_next, exists):
        return True
    return server.highest_modseq is None or known.highest_modseq != server.highest_modseq


class Doorbell:
    """One thread with at most one connection."""

    def __init__(
        self,
        services: EngineServices,
        account: Account,
        ring: Ring,
        parking: Parking,
        choose: Callable[[], Folder | None],
        *,
        name: str,
        on_hearing_all: Callable[[bool], None] | None = None,
    ) -> None:
        """``choose`` names the folder to wait in, None for none. With ``on_hearing_all`` NOTIFY is tried first."""
        self._services = services
        self._account = account
        self._ring = ring
        self._parking = parking
        self._choose = choose
        self._on_hearing_all = on_hearing_all
        self._online = True
        self._has_network = True
        self._stopped = False
        self._nudged = False
        self._gives_way = False
        self._remote: RemoteMailbox | None = None
        self._under_way = UnderWay(self._is_wanted)
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the thread end; its connection is closed under it."""
        self._stopped = True
        self.nudge()
        self._close()

    def join(self, seconds: float) -> None:
        """Wait for the end, at most so long."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def nudge(self) -> None:
        """Look around: the account can be reached (again), or another folder is to be watched."""
        with self._changed:
            self._nudged = True
            self._changed.notify_all()

    def wake(self) -> None:
        """Choose anew, even in the middle of waiting."""
        self.nudge()
        remote = self._remote
        if remote is not None:
            try:
                remote.wake()
            except OSError:
                return

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

    def _close(self) -> None:
        self._under_way.hang_up()
        remote = self._remote
        if remote is not None:
            remote.close()

    def _is_wanted(self) -> bool:
        return self._online and self._has_network and not self._stopped

    def _may_connect(self) -> bool:
        return self._is_wanted() and self._parking.reason(Purpose.INCOMING) is None

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
            self._tell_hearing_all(False)
            with self._changed:
                if self._gives_way:
                    # The worker's polling must do; the server may have room later. What rang before counts no more.
                    self._gives_way, self._nudged = False, False
                    delay_s = decide_poll_s(self._services.pace, self._account)
                self._changed.wait_for(lambda: self._nudged or self._stopped, delay_s)
                self._nudged = False

    def _tell_hearing_all(self, hears: bool) -> None:
        if self._on_hearing_all is not None:
            self._on_hearing_all(hears)

    def _watch_once(self) -> float | None:
        """Watch until something ends it; returns how long to wait before the next connection (None: until told)."""
        if self._choose() is None:
            return None
        remote = self._remote = self._services.connect(self._account, "watching", self._under_way)
        if not self._is_wanted():
            return None  # Whoever said so could not close what was not there yet.
        if self._on_hearing_all is not None:
            told = remote.watch_everything()
            if told is not None:
                self._tell_hearing_all(True)
                self._hear_all(remote, told)
                self._tell_hearing_all(False)
        if "IDLE" not in remote.capabilities:
            return None  # The worker's polling must do.
        while self._is_wanted() and (folder := self._choose()) is not None:
            snapshot = remote.open_folder(folder.wire_name, read_only=True)
            if may_have_changed(folder.state, snapshot):
                self._ring(folder.id)  # It came between the last synchronisation and this watch.
            self._wait_in(remote, folder.id)
        return None if self._is_wanted() else self._services.pace.watcher_retry_s

    def _wait_in(self, remote: RemoteMailbox, folder_id: FolderId) -> None:
        """Ring until another folder is to be watched."""
        while self._is_wanted():
            if remote.idle(self._services.pace.rearm_idle_s):
                self._ring(folder_id)
            chosen = self._choose()
            if chosen is None or chosen.id != folder_id:
                return

    def _hear_all(self, remote: RemoteMailbox, told: Mapping[str, FolderStatus]) -> None:
        """Ring for whatever changes anywhere, until the server tells no more."""
        known = {folder.wire_name: folder for folder in self._folders()}
        # What was never synchronised is on the worker's list already.
        changed = [
            folder.id
            for name, folder in known.items()
            if folder.state.uid_validity is not None and name in told and may_have_changed(folder.state, told[name])
        ]
        # A folder that nobody knows was made between the last listing and now: nothing else would tell of it.
        is_much = len(changed) > FEW or not told.keys() <= known.keys()
        for folder_id in (None,) if is_much else changed:
            self._ring(folder_id)
        while self._is_wanted():
            news = remote.wait_for_news(self._services.pace.rearm_idle_s)
            ids = {folder.wire_name: folder.id for folder in self._folders()}
            if news.listing_changed or news.has_ended or not news.wire_names <= ids.keys():
                self._ring(None)
            else:
                for wire_name in news.wire_names:
                    self._ring(ids[wire_name])
            if news.has_ended:
                return

    def _folders(self) -> tuple[Folder, ...]:
        return self._services.sync_store.folders(self._account.id)
