"""What the tests of the store speak with: one profile's store, folders with plain names, and messages by UID."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mailclient.domain.exchange import FolderListing, NewBody, NewMessage, Touched
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder, FolderRole, FolderState, RemoteFolder
from mailclient.domain.ids import AccountId, FolderId, MessageId, Uid, UidValidity
from mailclient.store.actions import Actions
from mailclient.store.database import OpenStore, open_store
from mailclient.store.folder_actions import FolderActions
from mailclient.store.reader import Reader
from mailclient.store.sync_store import SyncStore

ANNA = AccountId("anna")
ROLES = {
    "INBOX": FolderRole.INBOX,
    "Archive": FolderRole.ARCHIVE,
    "Junk": FolderRole.JUNK,
    "Trash": FolderRole.TRASH,
    "Sent": FolderRole.SENT,
}


def listing(name: str, role: FolderRole | None = None, *, by_attribute: bool = True) -> FolderListing:
    """Return a line of LIST with the role decided for it."""
    remote = RemoteFolder(name, name, "/")
    return FolderListing(remote, ROLES.get(name, FolderRole.NONE) if role is None else role, by_attribute)


def message(uid: int, subject: str = "", **changes: Any) -> NewMessage:
    """Return a message whose fields follow from its UID."""
    values: dict[str, Any] = {
        "uid": Uid(uid),
        "flags": Flag.NONE,
        "received_unix_s": 1_700_000_000 + uid,
        "size_bytes": 1000 + uid,
        "has_attachment": False,
        "subject": subject or f"Subject {uid}",
        "sender_name": f"Sender {uid}",
        "sender_address": f"sender{uid}@example.org",
        "recipients": "Anna <anna@example.org>",
        "date_unix_s": 1_700_000_000 + uid,
        "message_id_field": f"<{uid}@example.org>",
        "in_reply_to": "",
        "references": (),
    }
    return NewMessage(**(values | changes))


class House:
    """One profile's store with Anna's folders."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.now = 1_700_000_000.0
        self.opened: OpenStore
        self.reader: Reader
        self.open()
        self.sync.put_folders(ANNA, [listing(name) for name in ROLES])
        for name in ROLES:
            self.sync.set_state(self.folder(name), FolderState(UidValidity(1)))

    def open(self) -> None:
        """Open, or open again."""
        self.opened = open_store(self.directory)
        self.writer = self.opened.writer
        self.sync = SyncStore(self.writer)
        self.actions = Actions(self.writer, lambda: self.now)
        self.folder_actions = FolderActions(self.writer, lambda: self.now)
        self.reader = Reader(self.opened.files.cache, self.opened.files.user)

    def close(self) -> None:
        """Close everything."""
        self.reader.close()
        self.writer.stop()

    def again(self, between: Callable[[], None] | None = None) -> None:
        """Close, do something to the files, open again."""
        self.close()
        if between is not None:
            between()
        self.open()

    def folder(self, name: str) -> FolderId:
        """Return a folder's id by its name."""
        return self.folder_row(name).id

    def folder_row(self, name: str) -> Folder:
        """Return a folder by its name."""
        return next(folder for folder in self.sync.folders(ANNA) if folder.name == name)

    def add(self, name: str, *messages: NewMessage, state: FolderState | None = None) -> Touched:
        """The server lists messages."""
        return self.sync.add_messages(self.folder(name), messages, state)

    def body(self, message_id: MessageId, text: str, raw: bytes = b"raw") -> NewBody:
        """Return a body with this text."""
        return NewBody(message_id, raw, text[:40], text, has_attachment=False)

    def ids(self, name: str) -> tuple[MessageId, ...]:
        """Return what the list of a folder shows, newest first."""
        return self.reader.id_page(self.folder(name)).ids

    def subjects(self, name: str) -> list[str]:
        """Return the subjects that the list of a folder shows, newest first."""
        return [row.subject for row in self.reader.rows(self.ids(name))]

    def flags(self, message_id: MessageId) -> Flag:
        """Return the flags shown."""
        row = self.reader.row(message_id)
        assert row is not None
        return row.flags

    def uids(self, name: str) -> Sequence[int]:
        """Return the UIDs that synchronisation is told of a folder."""
        return list(self.sync.known_uids(self.folder(name)))

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, from the writer's connection."""
        return self.writer.read(lambda connection: connection.execute(statement, values).fetchall())

    def found(self, query: str) -> list[str]:
        """Return the subjects that a search finds."""
        return [hit.row.subject for hit in self.reader.search(query)]
