"""The steps of synchronising an IMAP account, most urgent first.

Order: bodies that are looked at, the journal, the folder that is open, other folders' headers, bodies. Whatever more urgent
comes up ends the step in hand between two batches; it is resumed where it was. Knows no thread and no back-off.
"""

from __future__ import annotations

import math

from mailclient.domain.account import Account
from mailclient.domain.errors import Cancelled, MalformedReply, PostscopeError, ServerBusy, ServerRefused
from mailclient.domain.folder import Folder
from mailclient.domain.ids import FolderId, MessageId
from mailclient.engine.account_worker import AccountWorker, Desk
from mailclient.engine.parking import Parking
from mailclient.engine.rounds import Round, in_order
from mailclient.engine.services import EngineServices
from mailclient.sync.ports import RemoteMailbox

_STUMBLES_BEFORE_SKIPPED = 3
"""So often in a row a folder may end the connection before the others come first."""


def imap_worker(
    services: EngineServices, account: Account, parking: Parking, *, online: bool
) -> AccountWorker[RemoteMailbox]:
    """Return the worker of an IMAP account, not yet started."""
    return AccountWorker(
        services,
        account,
        lambda under_way: services.connect(account, "synchronising", under_way),
        lambda desk: ImapSteps(services, desk),
        parking,
        online=online,
    )


class ImapSteps:
    """Satisfies ``account_worker.Steps``."""

    def __init__(self, services: EngineServices, desk: Desk) -> None:
        self._services = services
        self._desk = desk
        self._has_news = False
        self._stumbles: dict[FolderId, int] = {}
        self._visiting: FolderId | None = None
        """The folder whose headers are under way."""
        self._round: Round

    def begin(self, session: RemoteMailbox) -> None:
        """Go on with this session."""
        self._round = Round(self._services, self._desk.account, session, self._should_pause, self._got_on)

    @property
    def sentence(self) -> str:
        """What could not be read in this pass."""
        skipped = self._desk.wishes.skipped_bodies
        return "Some folders could not be read; they are tried again later." if skipped else ""

    def _should_pause(self) -> bool:
        """As the worker says; and the headers of a folder that was opened do not wait for those of another."""
        if self._desk.should_pause():
            return True
        opened = self._desk.open_folder
        return self._visiting not in {None, opened} and opened in self._desk.wishes.folders

    def _got_on(self) -> None:
        self._has_news = True
        self._desk.got_on()

    def next_step(self) -> bool:
        """Do the most urgent thing; True when it was the last of a complete pass."""
        wishes = self._desk.wishes
        with self._desk.changed:
            wanted_body = wishes.newest_body()
            due_folder = next(iter(wishes.folders), None)
            if self._desk.open_folder in wishes.folders:
                due_folder = self._desk.open_folder
        if wanted_body is not None:
            self._fetch_opened(wanted_body)
        elif wishes.journal:
            self._replay()
        elif due_folder is not None:
            self._visit_due(due_folder)
        elif wishes.everything:
            self._visit_next()
        elif wishes.missing_bodies:
            return self._fetch_bodies()
        return False

    def _fetch_opened(self, message_id: MessageId) -> None:
        """Fetch what is on the screen; what is opened after it comes before the rest of a large one."""
        desk = self._desk
        whole, section = desk.wishes.bodies.get(message_id, False), desk.wishes.parts.get(message_id)

        def is_superseded() -> bool:
            with desk.changed:
                return not desk.is_wanted or desk.wishes.newest_body() != message_id

        if self._round.one_body(message_id, is_superseded, whole=whole, section=section):
            with desk.changed:
                desk.wishes.fulfil_body(message_id, whole=whole, section=section)

    def _replay(self) -> None:
        wishes = self._desk.wishes
        wishes.journal = False
        try:
            replayed = self._round.journal()
        except PostscopeError:
            wishes.journal = True
            raise
        due_at = self._round.journal_due_unix_s()
        with self._desk.changed:
            for folder_id in replayed.unsettled:
                wishes.wish_folder(folder_id)
            # At least a moment later: what could run now has just been tried.
            earliest = self._services.clock.unix_s() + 1.0
            wishes.journal_at_unix_s = math.inf if due_at is None else max(due_at, earliest)

    def _visit_due(self, folder_id: FolderId) -> None:
        with self._desk.changed:
            self._desk.wishes.folders.pop(folder_id, None)
        self._round.unchanged.discard(folder_id)  # Whoever wishes for it knows something newer.
        try:
            self._visit(folder_id)
        except PostscopeError as error:
            if not (self._desk.was_cancelled or self._stumbled(folder_id, error)):
                with self._desk.changed:
                    self._desk.wishes.put_back(folder_id)
            raise

    def _visit_next(self) -> None:
        """Go on with the pass over all folders: list them first, then one at each call."""
        wishes = self._desk.wishes
        remaining = wishes.to_visit
        if remaining is None:
            folders = self._round.list_folders()
            wishes.to_visit = [folder.id for folder in in_order(folders, self._desk.open_folder)]
        elif remaining:
            try:
                self._visit(remaining[0])
            except PostscopeError as error:
                if self._stumbled(remaining[0], error):
                    wishes.skipped_bodies.add(remaining.pop(0))
                raise
            remaining.pop(0)
        else:
            with self._desk.changed:
                if wishes.to_visit is remaining:
                    wishes.everything, wishes.to_visit = False, None
                wishes.journal = True  # What waited for a UID can run now.

    def _visit(self, folder_id: FolderId) -> None:
        """Synchronise the headers of one folder; one that always fails must not keep the others away."""
        folder = self._folder(folder_id)
        if folder is None:
            return
        self._has_news = False
        self._visiting = folder_id
        try:
            self._round.headers(folder)
        except (ServerRefused, ServerBusy) as error:
            self._leave_out(folder, error)
        else:
            # It was left out after too many cuts, and now it can be read: its bodies come with the others again.
            self._desk.wishes.skipped_bodies.discard(folder_id)
        finally:
            self._visiting = None
            if self._has_news:
                self._desk.wishes.missing_bodies = True
        self._stumbles.pop(folder_id, None)

    def _leave_out(self, folder: Folder, error: PostscopeError) -> None:
        """The server refuses this folder: the others go on."""
        self._services.tell_once(f"{folder.name}: {error.sentence}", self._desk.account.id)
        self._desk.wishes.skipped_bodies.add(folder.id)

    def _stumbled(self, folder_id: FolderId, error: PostscopeError) -> bool:
        """Count a failure in a folder; True when it has had its chances in this pass."""
        if isinstance(error, Cancelled) or not self._desk.is_wanted:
            return False
        stumbles = self._stumbles.get(folder_id, 0) + 1
        self._stumbles[folder_id] = stumbles
        if stumbles < _STUMBLES_BEFORE_SKIPPED and not isinstance(error, MalformedReply):
            return False
        del self._stumbles[folder_id]
        return True

    def _fetch_bodies(self) -> bool:
        """Fetch missing bodies; True when none is missing any more."""
        self._desk.wishes.missing_bodies = False
        finished = False
        try:
            finished = self._fetch_bodies_of_all()
        finally:
            if not (finished or self._desk.was_cancelled):
                self._desk.wishes.missing_bodies = True
        return finished

    def _fetch_bodies_of_all(self) -> bool:
        folders = self._services.sync_store.folders(self._desk.account.id)
        for folder in in_order(folders, self._desk.open_folder):
            if folder.id in self._desk.wishes.skipped_bodies:
                continue
            try:
                if not self._round.bodies(folder, self._is_bodies_too_early):
                    return False
            except (ServerRefused, ServerBusy) as error:
                self._leave_out(folder, error)
            except PostscopeError as error:
                if self._stumbled(folder.id, error):
                    self._desk.wishes.skipped_bodies.add(folder.id)
                raise
        return self._round.index(self._is_bodies_too_early)

    def _is_bodies_too_early(self) -> bool:
        return self._desk.should_pause() or bool(self._desk.wishes.folders or self._desk.wishes.everything)

    def _folder(self, folder_id: FolderId) -> Folder | None:
        folders = self._services.sync_store.folders(self._desk.account.id)
        return next((folder for folder in folders if folder.id == folder_id and folder.selectable), None)
