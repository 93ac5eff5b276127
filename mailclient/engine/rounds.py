"""One account worked through with one session: journal, folders, headers, bodies. For the worker and the command line.

Knows no threads: when to stop is asked of the reporter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.errors import FolderChanged, ServerBusy, ServerRefused
from mailclient.domain.events import (
    BeginningArrived,
    BodyArrived,
    BodyFailed,
    Event,
    Failed,
    FoldersChanged,
    LimitsLearned,
    OperationRefused,
    PartsArrived,
    Progressed,
)
from mailclient.domain.exchange import Touched, WantedBody
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import FolderId, MessageId
from mailclient.engine.services import EngineServices
from mailclient.sync.beginnings import fetch_beginning
from mailclient.sync.bodies import fetch_bodies, fetch_folder_bodies, index_rest
from mailclient.sync.folders import find_unchanged, list_folders
from mailclient.sync.messages import synchronise_folder
from mailclient.sync.parts import fetch_part, fetch_parts
from mailclient.sync.ports import RemoteMailbox
from mailclient.sync.progress import Reporter
from mailclient.sync.replay import Replayed, next_due_unix_s, replay_journal

_ORDER: Final = (
    FolderRole.INBOX,
    FolderRole.SENT,
    FolderRole.DRAFTS,
    FolderRole.ARCHIVE,
    FolderRole.NONE,
    FolderRole.FLAGGED,
    FolderRole.ALL,
    FolderRole.JUNK,
    FolderRole.TRASH,
)


def _nothing() -> None:
    return


@dataclass(frozen=True, slots=True)
class Round:
    """One pass over an account."""

    services: EngineServices
    account: Account
    remote: RemoteMailbox
    should_stop: Callable[[], bool]
    on_stored: Callable[[], None] = _nothing
    unchanged: set[FolderId] = field(default_factory=set)
    """Folders that the last listing proved to be up to date: good for one visit each."""

    @property
    def reporter(self) -> Reporter:
        """Turns progress and committed changes into events."""
        return Reporter(self._progressed, self._touched, self.should_stop, self._noticed, time.monotonic)

    def _noticed(self, sentence: str) -> None:
        self.services.tell_once(sentence, self.account.id)

    def _progressed(self, what: str, done: int, total: int | None) -> None:
        self.services.announcer.announce(Progressed(self.account.id, what, done, total))

    def _touched(self, touched: Touched) -> None:
        self.on_stored()
        self.services.announcer.touched(self.account.id, touched)

    def journal(self) -> Replayed:
        """Carry out what the user did."""
        clock, announcer = self.services.clock, self.services.announcer
        replayed = replay_journal(
            self.remote, self.services.sync_store, self.account.id, clock.unix_s(), clock.jitter(), self.reporter
        )
        if replayed.done:
            self.unchanged.clear()
        for refusal in replayed.refusals:
            announcer.announce(OperationRefused(refusal.operation_id, refusal.sentence, self.remote.connection_id))
        if replayed.folders_changed:
            announcer.announce(FoldersChanged(self.account.id))
            self.list_folders()
        for notice in replayed.notices:
            announcer.announce(Failed(notice, self.account.id, self.remote.connection_id))
        return replayed

    def journal_due_unix_s(self) -> float | None:
        """Return when the journal is to be looked at again, None when nothing waits in it."""
        return next_due_unix_s(self.services.sync_store, self.account.id)

    def list_folders(self) -> tuple[Folder, ...]:
        """Bring the folder list up to date and return it, most important first."""
        store = self.services.sync_store
        known = store.folders(self.account.id)
        listings = list_folders(self.remote, known)
        self.unchanged.clear()
        self.unchanged.update(find_unchanged(store, known, listings))
        if store.put_folders(self.account.id, listings):
            self.services.announcer.announce(FoldersChanged(self.account.id))
        if self.services.limits.learn(self.account.id, self.remote):
            self.services.announcer.announce(LimitsLearned(self.account.id))
        return in_order(store.folders(self.account.id))

    def headers(self, folder: Folder) -> None:
        """Bring rows and flags of one folder up to date; a folder that vanished meanwhile is left to the next listing."""
        if folder.awaits_creation:
            return  # The server does not have it yet.
        if not self.services.keeping.wish(self.account, folder).headers:
            return
        if folder.id in self.unchanged:
            self.unchanged.discard(folder.id)
            return
        try:
            synchronise_folder(self.remote, self.services.sync_store, folder, self.reporter)
        except FolderChanged as error:
            self.services.tell_once(f"{folder.name}: {error.sentence}", self.account.id)

    def bodies(self, folder: Folder, interrupted: Callable[[], bool]) -> bool:
        """Fetch the missing bodies of a folder that belong here; True when none is missing."""
        store, keeping = self.services.sync_store, self.services.keeping
        bounds = keeping.wish(self.account, folder).bodies
        if bounds is None or not store.bodies_wanted(folder.id, 1, bounds):
            return True

        def is_to_end() -> bool:
            return interrupted() or keeping.metered  # It was not when this began.

        try:
            snapshot = self.remote.open_folder(folder.wire_name, read_only=True)
            return fetch_folder_bodies(self.remote, store, folder, snapshot, self.reporter, is_to_end, bounds)
        except FolderChanged:
            return True  # Gone, or renumbered: the next pass over the headers finds out which.

    def index(self, interrupted: Callable[[], bool]) -> bool:
        """Make what is here findable without its body; False when interrupted."""
        return index_rest(self.services.sync_store, interrupted)

    def one_body(
        self,
        message_id: MessageId,
        interrupted: Callable[[], bool] = lambda: False,
        *,
        whole: bool = True,
        section: str | None = None,
    ) -> bool:
        """Fetch the bytes of the message that somebody is looking at, and tell how it went.

        Unless ``whole``, only the text of one that is larger than the user wants to fetch, and the part that he asked
        for. False when something more urgent came in the middle of a large one: what has come of it is kept.
        """
        store, announcer = self.services.sync_store, self.services.announcer
        place = store.locate(message_id)
        folders = {folder.id: folder for folder in store.folders(self.account.id)}
        if place is None or place[1] is None or place[0] not in folders:
            sentence = "The message is on its way to another folder. It will be here in a moment."
            announcer.announce(BodyFailed(message_id, sentence))
            return True
        sentence = "The server no longer has this message where it was. It will be looked for."
        folder = folders[place[0]]
        wanted = WantedBody(message_id, place[1], store.size_bytes(message_id), may_be_here=True)
        try:
            if not whole and self.services.keeping.is_bounded(self.account, folder, wanted.size_bytes):
                return self._fetch_some(folder, wanted, sentence, section, interrupted)
            arrived = self._fetch_one(folder, wanted, interrupted)
        except (FolderChanged, ServerRefused, ServerBusy) as error:
            arrived, sentence = False, error.sentence
        if arrived:
            announcer.announce(BodyArrived(message_id))
            for touched in self.services.keeping.fetched(self.account, folder, message_id, wanted.size_bytes):
                announcer.touched(self.account.id, touched)
        elif not interrupted():
            announcer.announce(BodyFailed(message_id, sentence, self.remote.connection_id))
        else:
            return False
        return True

    def _fetch_some(
        self, folder: Folder, wanted: WantedBody, sentence: str, section: str | None, interrupted: Callable[[], bool]
    ) -> bool:
        """Fetch the text of a message, and a part that was asked for; of one that has no such parts its beginning."""
        store, message_id = self.services.sync_store, wanted.message_id
        snapshot = self.remote.open_folder(folder.wire_name, read_only=True)
        event: Event = BodyFailed(message_id, sentence, self.remote.connection_id)
        if snapshot.uid_validity != folder.state.uid_validity:
            pass
        elif section is not None:
            reporter = Reporter(self._progressed, self._touched, noticed=self._noticed, now_s=time.monotonic)
            came = fetch_part(self.remote, store, wanted, section, reporter, interrupted)
            if came is None:
                return False
            event = PartsArrived(message_id, section) if came else event
        elif fetch_parts(self.remote, store, wanted):
            event = PartsArrived(message_id)
        elif have := fetch_beginning(self.remote, store, wanted):
            event = BeginningArrived(message_id, have, wanted.size_bytes)
        self.services.announcer.announce(event)
        return True

    def _fetch_one(self, folder: Folder, wanted: WantedBody, interrupted: Callable[[], bool]) -> bool:
        snapshot = self.remote.open_folder(folder.wire_name, read_only=True)
        if snapshot.uid_validity != folder.state.uid_validity:
            return False
        arrived: set[MessageId] = set()

        def notice(touched: Touched) -> None:
            arrived.update(touched.changed)
            self._touched(touched)

        reporter = Reporter(self._progressed, notice, noticed=self._noticed, now_s=time.monotonic)
        fetch_bodies(self.remote, self.services.sync_store, folder.id, [wanted], reporter, interrupted)
        return wanted.message_id in arrived


def in_order(folders: Iterable[Folder], first: FolderId | None = None) -> tuple[Folder, ...]:
    """Return the folders that hold messages, the one that is looked at first."""

    def rank(folder: Folder) -> tuple[bool, int, str]:
        return folder.id != first, _ORDER.index(folder.role), folder.name.casefold()

    return tuple(sorted((folder for folder in folders if folder.selectable), key=rank))
