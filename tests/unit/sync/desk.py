"""What the tests of synchronisation speak with: Anna's real store on one side, a fake server on the other."""

from __future__ import annotations

from pathlib import Path

from mailclient.domain.exchange import FolderSnapshot, Touched
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder
from mailclient.domain.ids import AccountId, FolderId, MessageId
from mailclient.domain.message import MessageRow
from mailclient.store.actions import Actions
from mailclient.store.database import open_store
from mailclient.store.folder_actions import FolderActions
from mailclient.store.reader import Reader
from mailclient.store.sync_store import SyncStore
from mailclient.sync.bodies import fetch_folder_bodies
from mailclient.sync.folders import list_folders
from mailclient.sync.messages import synchronise_folder
from mailclient.sync.progress import Reporter
from mailclient.sync.replay import Replayed, replay_journal
from tests.support.fake_mailbox import FakeRemoteMailbox, FakeServer

ANNA = AccountId("anna")


class Desk:
    """One profile that synchronises with one server."""

    def __init__(self, directory: Path, server: FakeServer) -> None:
        self.directory = directory
        self.server = server
        self.now = 1_800_000_000.0
        self.touched: list[Touched] = []
        self.progress: list[tuple[str, int, int | None]] = []
        self.noticed: list[str] = []
        self.stop_after: int | None = None
        self._checks = 0
        self.open()
        self.remote = server.session()
        self.list_folders()
        self.server.calls.clear()

    def open(self) -> None:
        """Open the store, or open it again."""
        self.opened = open_store(self.directory)
        self.store = SyncStore(self.opened.writer)
        self.actions = Actions(self.opened.writer, lambda: self.now)
        self.folder_actions = FolderActions(self.opened.writer, lambda: self.now)
        self.reader = Reader(self.opened.files.cache, self.opened.files.user)

    def close(self) -> None:
        """Close the store."""
        self.reader.close()
        self.opened.writer.stop()

    @property
    def reporter(self) -> Reporter:
        """Collects what is reported; stops after ``stop_after`` questions."""

        def should_stop() -> bool:
            self._checks += 1
            return self.stop_after is not None and self._checks > self.stop_after

        self._checks = 0
        return Reporter(lambda *step: self.progress.append(step), self.touched.append, should_stop, self.noticed.append)

    def session(self) -> FakeRemoteMailbox:
        """Return the connection; a new one when the last was lost."""
        if self.remote.closed:
            self.remote = self.server.session()
        return self.remote

    def list_folders(self) -> None:
        """Synchronise the list of folders."""
        self.store.put_folders(ANNA, list_folders(self.session(), self.store.folders(ANNA)))

    def folder(self, name: str = "INBOX") -> Folder:
        """Return a folder as the store knows it."""
        return next(folder for folder in self.store.folders(ANNA) if folder.wire_name == name)

    def synchronise(self, name: str = "INBOX") -> FolderSnapshot:
        """Bring headers and flags of a folder up to date."""
        return synchronise_folder(self.session(), self.store, self.folder(name), self.reporter)

    def synchronise_all(self) -> None:
        """Bring all folders up to date."""
        for folder in self.store.folders(ANNA):
            self.synchronise(folder.wire_name)

    def bodies(self, name: str = "INBOX") -> bool:
        """Fetch the missing bodies of a folder."""
        snapshot = self.session().open_folder(name, read_only=True)
        folder = self.folder(name)
        return fetch_folder_bodies(self.remote, self.store, folder, snapshot, self.reporter, lambda: False)

    def replay(self) -> Replayed:
        """Carry out the journal."""
        return replay_journal(self.session(), self.store, ANNA, self.now, 0.5, self.reporter)

    def ids(self, name: str = "INBOX") -> tuple[MessageId, ...]:
        """Return what the list of a folder shows, newest first."""
        return self.reader.id_page(self.folder(name).id).ids

    def id_of(self, subject: str) -> MessageId:
        """Return the message with this subject, wherever it is."""
        found = [
            row.id for folder in self.store.folders(ANNA) for row in self.rows(folder.id) if row.subject == subject
        ]
        assert len(found) == 1, f"{subject} is there {len(found)} times"
        return found[0]

    def rows(self, folder_id: FolderId) -> tuple[MessageRow, ...]:
        """Return the rows of a folder, newest first."""
        return self.reader.rows(self.reader.id_page(folder_id).ids)

    def subjects(self, name: str = "INBOX") -> list[str]:
        """Return the subjects that the list shows, newest first."""
        return [row.subject for row in self.rows(self.folder(name).id)]

    def flags(self, message_id: MessageId) -> Flag:
        """Return the flags shown."""
        row = self.reader.row(message_id)
        assert row is not None
        return row.flags
