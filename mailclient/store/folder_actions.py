"""The user's actions upon folders: a journal entry first, its local effect at once, the server later.

Names go through the gate here, so that what is on paper can be sent. Must not speak to a server. To be called from any
thread but the window's. RFC 3501 sections 5.1, 6.3.3 to 6.3.7.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence

from mailclient.domain.errors import BadInput
from mailclient.domain.folder import Folder, FolderRole, NamespaceKind
from mailclient.domain.ids import AccountId, FolderId, OperationId
from mailclient.domain.operation import CreateFolder, DeleteFolder, RenameFolder, RenameReason, Subscribe
from mailclient.protocol.mailbox_names import (
    MAX_NAME_BYTES,
    checked_name,
    free_name,
    is_within,
    joined,
    parent_of,
    same_name,
)
from mailclient.protocol.modified_utf7 import encode_mailbox
from mailclient.store import folder_journal, folders
from mailclient.store.actions import ActionResult, act
from mailclient.store.roles import store_override
from mailclient.store.sentences import created_sentence, folder_deleted_sentence, renamed_sentence, subscribed_sentence
from mailclient.store.sources import new_group
from mailclient.store.writer import Writer

INBOX_STAYS = (
    "The inbox keeps its name: a server that is told to rename it moves its mail elsewhere and leaves the inbox empty."
)


class FolderActions:
    """The engine's way to change folders for the user. Each method raises BadInput with a sentence."""

    def __init__(self, writer: Writer, clock: Callable[[], float] = time.time) -> None:
        self._writer = writer
        self._clock = clock

    def create(
        self, account_id: AccountId, name: str, parent_id: FolderId | None = None, role: FolderRole = FolderRole.NONE
    ) -> ActionResult:
        """Make a folder, at the top or inside another, for a role or for none."""

        def first(connection: sqlite3.Connection) -> list[OperationId]:
            place = _Place(connection, account_id, parent_id)
            leaf = checked_name(name, place.delimiter)
            place.check_free(leaf, None)
            made = CreateFolder(place.wire(leaf), place.shown(leaf), place.delimiter, role)
            if role is not FolderRole.NONE:
                store_override(connection, account_id, made.wire_name, role)
            group = new_group(connection)
            return [folder_journal.append(connection, account_id, made, self._clock(), group)]

        return act(self._writer, first, lambda: created_sentence(name), undoable=True)

    def rename(self, folder_id: FolderId, name: str) -> ActionResult:
        """Give a folder another name where it lies."""
        before = ""

        def first(connection: sqlite3.Connection) -> list[OperationId]:
            nonlocal before
            folder = _changeable(connection, folder_id)
            before = folder.leaf
            parent = _parent(connection, folder)
            return self._rename(connection, folder, parent, name, RenameReason.RENAME)

        return act(self._writer, first, lambda: renamed_sentence(before, name, "", RenameReason.RENAME), undoable=True)

    def move(self, folder_id: FolderId, parent_id: FolderId | None) -> ActionResult:
        """Put a folder, with all inside it, into another folder of its account, or at the top."""
        name, target = "", ""

        def first(connection: sqlite3.Connection) -> list[OperationId]:
            nonlocal name, target
            folder = _changeable(connection, folder_id)
            name = folder.leaf
            place = _Place(connection, folder.account_id, parent_id)
            target = place.title
            return self._rename(connection, folder, place, name, RenameReason.MOVE)

        return act(self._writer, first, lambda: renamed_sentence(name, name, target, RenameReason.MOVE), undoable=True)

    def move_to_trash(self, folder_id: FolderId) -> ActionResult:
        """Put a folder into the trash, under a name that is free there: this can be undone for as long as it lies there."""
        name, target = "", ""

        def first(connection: sqlite3.Connection) -> list[OperationId]:
            nonlocal name, target
            folder = _changeable(connection, folder_id)
            name = folder.leaf
            every = folders.of_account(connection, folder.account_id)
            trash = next((each for each in every if each.role is FolderRole.TRASH), None)
            if trash is None:
                raise BadInput("This account has no folder for deleted mail to move it to.")
            place = _Place(connection, folder.account_id, trash.id)
            target = place.title
            if folder.role is not FolderRole.NONE:
                store_override(connection, folder.account_id, folder.wire_name, FolderRole.NONE)
            leaf = free_name(name, [each.leaf for each in place.siblings()])
            return self._rename(connection, folder, place, leaf, RenameReason.TRASH)

        return act(self._writer, first, lambda: renamed_sentence(name, name, target, RenameReason.TRASH), undoable=True)

    def delete(self, folder_id: FolderId) -> ActionResult:
        """Delete a folder, all inside it, and their messages for good, the innermost first.

        Nothing is deleted where the server turns out to have more messages than are known here.
        """
        name, count = "", 0

        def first(connection: sqlite3.Connection) -> list[OperationId]:
            nonlocal name, count
            folder = _changeable(connection, folder_id)
            name = folder.leaf
            tree = tree_of(folders.of_account(connection, folder.account_id), folder)
            count = len(tree)
            group = new_group(connection)
            return [
                folder_journal.append(
                    connection,
                    each.account_id,
                    DeleteFolder(each.wire_name, each.name, each.delimiter, known_messages(each)),
                    self._clock(),
                    group,
                )
                for each in sorted(tree, key=lambda each: (-len(each.path), each.name))
            ]

        return act(self._writer, first, lambda: folder_deleted_sentence(name, count - 1), undoable=True)

    def subscribe(self, folder_id: FolderId, subscribed: bool) -> ActionResult:
        """Subscribe to a folder, or end that. Not in the undo history: it is its own opposite."""
        name = ""

        def first(connection: sqlite3.Connection) -> list[OperationId]:
            nonlocal name
            folder = _known(connection, folder_id)
            name = folder.leaf
            if folder.subscribed == subscribed:
                return []
            wish = Subscribe(folder.wire_name, folder.name, subscribed)
            return [folder_journal.append(connection, folder.account_id, wish, self._clock(), 0)]

        return act(self._writer, first, lambda: subscribed_sentence(name, subscribed), undoable=False)

    def _rename(
        self, connection: sqlite3.Connection, folder: Folder, place: _Place, name: str, reason: RenameReason
    ) -> list[OperationId]:
        leaf = checked_name(name, place.delimiter)
        if place.parent is not None and is_within(place.parent.wire_name, folder.wire_name, folder.delimiter):
            raise BadInput("A folder cannot be moved into itself.")
        shown = place.shown(leaf)
        if shown == folder.name:
            return []
        place.check_free(leaf, folder)
        if folder.role is not FolderRole.NONE and reason is RenameReason.RENAME:
            # A role that came from the name would be lost with it, and nobody asked for that.
            store_override(connection, folder.account_id, folder.wire_name, folder.role)
        change = RenameFolder(folder.wire_name, place.wire(leaf), folder.name, shown, folder.delimiter, reason)
        group = new_group(connection)
        return [folder_journal.append(connection, folder.account_id, change, self._clock(), group)]


class _Place:
    """Where a folder is to lie: inside another, or at the top."""

    def __init__(self, connection: sqlite3.Connection, account_id: AccountId, parent_id: FolderId | None) -> None:
        self.every = folders.of_account(connection, account_id)
        self.parent = next((each for each in self.every if each.id == parent_id), None)
        if parent_id is not None and self.parent is None:
            raise BadInput("The folder to put it in does not exist any more, or belongs to another account.")
        nearest = (self.parent, *self.every) if self.parent is not None else own(self.every)
        self.delimiter = next((each.delimiter for each in nearest if each.delimiter), None)
        self.top = top_prefix(self.every, self.delimiter)

    @property
    def title(self) -> str:
        """The folder's name, empty at the top."""
        return self.parent.leaf if self.parent is not None else ""

    def shown(self, leaf: str) -> str:
        """Return the decoded path of a folder here."""
        return joined(self.parent.name if self.parent is not None else self.top, leaf, self.delimiter)

    def wire(self, leaf: str) -> str:
        """Return the wire name of a folder here."""
        name = joined(
            self.parent.wire_name if self.parent is not None else self.top, encode_mailbox(leaf), self.delimiter
        )
        if len(name.encode()) > MAX_NAME_BYTES:
            raise BadInput("The folder lies too deep: its whole path is too long for a mail server.")
        return name

    def siblings(self) -> list[Folder]:
        """Return the folders that lie here."""
        above = self.parent.name if self.parent is not None else self.top
        return [each for each in self.every if parent_of(each.name, each.delimiter) == above]

    def check_free(self, leaf: str, but: Folder | None) -> None:
        """Raise BadInput when another folder has this name."""
        where = f"“{self.parent.leaf}”" if self.parent is not None else "This account"
        taken = [each for each in self.siblings() if but is None or each.id != but.id]
        if any(same_name(each.leaf, leaf) for each in taken) or (self.parent is None and same_name(leaf, "inbox")):
            raise BadInput(f"{where} already has a folder “{leaf}”. Choose another name.")
        if any(each.wire_name == self.wire(leaf) for each in self.every if but is None or each.id != but.id):
            raise BadInput(
                f"On the server, “{leaf}” is still the name of a folder that is being renamed. Try again later."
            )


def _parent(connection: sqlite3.Connection, folder: Folder) -> _Place:
    """Return the place where a folder lies now."""
    above = parent_of(folder.name, folder.delimiter)
    every = folders.of_account(connection, folder.account_id)
    parent = next((each for each in every if above and each.name == above), None)
    place = _Place(connection, folder.account_id, parent.id if parent is not None else None)
    if parent is None and above:
        # A level that the server does not list as a folder of its own.
        place.top = above
    return place


def _known(connection: sqlite3.Connection, folder_id: FolderId) -> Folder:
    folder = folders.one(connection, folder_id)
    if folder is None:
        raise BadInput("The folder does not exist any more.")
    return folder


def _changeable(connection: sqlite3.Connection, folder_id: FolderId) -> Folder:
    folder = _known(connection, folder_id)
    if folder.wire_name.upper() == "INBOX":
        raise BadInput(INBOX_STAYS)
    return folder


def tree_of(every: Sequence[Folder], folder: Folder) -> list[Folder]:
    """Return a folder and all that lie in it."""
    return [each for each in every if is_within(each.wire_name, folder.wire_name, folder.delimiter)]


def known_messages(folder: Folder) -> int:
    """Return how many messages a folder has as far as is known here: rows, or what the server last counted."""
    return max(folder.total, folder.state.exists or 0)


def own(every: Sequence[Folder]) -> list[Folder]:
    """Return the folders that are neither shared nor another user's."""
    return [each for each in every if each.namespace is NamespaceKind.PERSONAL]


def top_prefix(every: Sequence[Folder], delimiter: str | None) -> str:
    """Return the path under which new folders at the top must lie: "INBOX" on servers that keep all folders inside it.

    The inbox knows, where the server tells its namespaces; else the other folders show it.
    """
    mine = own(every)
    inbox = next((each for each in mine if each.wire_name == "INBOX"), None)
    if delimiter and inbox is not None and inbox.namespace_prefix.endswith(delimiter):
        return inbox.namespace_prefix.removesuffix(delimiter)
    others = [each for each in mine if each.wire_name.upper() != "INBOX"]
    if delimiter and others and all(each.wire_name.upper().startswith(f"INBOX{delimiter}") for each in others):
        return others[0].wire_name[: len("INBOX")]
    return ""
