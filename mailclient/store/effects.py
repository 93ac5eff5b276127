"""Local effects of journal entries in the cache: where a row lies and which flags it shows.

The rule: what is shown is the server's state with the living entries laid on top, oldest first. Each function makes
that true for some rows and may be repeated. Statements inside somebody's transaction; writes to the cache only.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mailclient.domain.exchange import Touched
from mailclient.domain.flags import Flag, effective_flags
from mailclient.domain.ids import AccountId, FolderId, MessageId, Uid, UidValidity
from mailclient.domain.operation import (
    ChangeFlags,
    CreateFolder,
    DeleteFolder,
    DeleteForever,
    FolderAct,
    MoveTo,
    Operation,
    OperationItem,
    RenameFolder,
    Subscribe,
)
from mailclient.store import folder_effects, folder_journal, journal

HIDDEN_NAME = ""
"""Wire name of the place where messages wait for their deletion; no server has a mailbox without a name."""


@dataclass(slots=True)
class Changes:
    """What a transaction changed, by folder: collects the material of ``Touched``."""

    added: dict[int, list[MessageId]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[int, list[MessageId]] = field(default_factory=lambda: defaultdict(list))
    removed: dict[int, list[MessageId]] = field(default_factory=lambda: defaultdict(list))

    def touched(self) -> tuple[Touched, ...]:
        """Return one ``Touched`` for each folder."""
        folders = dict.fromkeys((*self.added, *self.changed, *self.removed))
        return tuple(self.of(FolderId(folder_id)) for folder_id in folders)

    def of(self, folder_id: FolderId) -> Touched:
        """Return what changed in one folder; a row that came or went is not listed as changed too."""
        moved = {*self.added.get(folder_id, ()), *self.removed.get(folder_id, ())}
        return Touched(
            folder_id,
            added=tuple(self.added.get(folder_id, ())),
            changed=tuple(dict.fromkeys(key for key in self.changed.get(folder_id, ()) if key not in moved)),
            removed=tuple(self.removed.get(folder_id, ())),
        )


def hidden_folder(connection: sqlite3.Connection, account_id: AccountId) -> FolderId:
    """Return the folder where an account's messages wait for their deletion; make it when needed."""
    row = connection.execute("SELECT id FROM folder WHERE account_id = ? AND hidden = 1", (account_id,)).fetchone()
    if row is not None:
        return FolderId(row[0])
    cursor = connection.execute(
        "INSERT INTO folder (account_id, wire_name, name, selectable, hidden) VALUES (?, ?, '', 0, 1)",
        (account_id, HIDDEN_NAME),
    )
    return FolderId(cursor.lastrowid or 0)


def apply(connection: sqlite3.Connection, operation: Operation, changes: Changes) -> None:
    """Make the effect of a living entry true: rows move to the target without UID, or show other flags."""
    ids = [item.message_id for item in operation.items]
    match operation.act:
        case CreateFolder() | RenameFolder() | DeleteFolder() | Subscribe():
            folder_effects.apply(connection, operation, operation.act)
        case ChangeFlags():
            pass
        case MoveTo(target_folder_id=target):
            if target:
                _relocate(connection, ids, FolderId(target), changes)
        case DeleteForever():
            _relocate(connection, ids, hidden_folder(connection, operation.account_id), changes)
    refresh(connection, ids, changes)


def restore(connection: sqlite3.Connection, operation: Operation, changes: Changes) -> None:
    """Take back the effect of an entry that lives no more: rows return to their folder, flags are worked out anew."""
    if isinstance(operation.act, FolderAct):
        living = journal.living_about_folders(connection, operation.account_id)
        folder_effects.restore(connection, operation, operation.act, living)
    elif not isinstance(operation.act, ChangeFlags):
        for item in operation.items:
            _put_back(connection, operation, item, changes)
    refresh(connection, [item.message_id for item in operation.items], changes)


def refresh(connection: sqlite3.Connection, ids: Iterable[MessageId], changes: Changes) -> list[MessageId]:
    """Work out the flags shown and the mark of pending changes of some rows; return those that became others."""
    different: list[MessageId] = []
    keys = list(dict.fromkeys(ids))
    pending = journal.pending_changes(connection, keys)
    for key in keys:
        row = connection.execute(
            "SELECT folder_id, flags, server_flags, pending FROM message WHERE id = ?", (key,)
        ).fetchone()
        if row is None:
            continue
        flags = int(effective_flags(Flag(row[2]), pending.get(key, ())))
        marked = connection.execute(
            "SELECT 1 FROM user.operation_item i JOIN user.operation o ON o.id = i.operation_id "
            f"WHERE i.message_id = ? AND o.state IN {journal.ALIVE} LIMIT 1",
            (key,),
        ).fetchone()
        if flags != row[1] or (marked is not None) != bool(row[3]):
            connection.execute(
                "UPDATE message SET flags = ?, pending = ? WHERE id = ?", (flags, marked is not None, key)
            )
            changes.changed[row[0]].append(key)
            different.append(key)
    return different


def _relocate(connection: sqlite3.Connection, ids: Sequence[MessageId], target: FolderId, changes: Changes) -> None:
    for key in ids:
        row = connection.execute("SELECT folder_id FROM message WHERE id = ?", (key,)).fetchone()
        if row is None or row[0] == target:
            continue
        connection.execute(
            "UPDATE message SET folder_id = ?, uid = NULL, orphan = 0, unclaimed = 0 WHERE id = ?", (target, key)
        )
        changes.removed[row[0]].append(key)
        changes.added[target].append(key)


def _put_back(connection: sqlite3.Connection, operation: Operation, item: OperationItem, changes: Changes) -> None:
    row = connection.execute("SELECT folder_id FROM message WHERE id = ?", (item.message_id,)).fetchone()
    source = connection.execute(
        "SELECT id, uid_validity FROM folder WHERE account_id = ? AND wire_name = ? AND hidden = 0",
        (operation.account_id, item.folder_wire_name),
    ).fetchone()
    if row is None or source is None or row[0] == source[0]:
        return
    uid = _uid_in(connection, FolderId(source[0]), source[1], item)
    connection.execute(
        "UPDATE message SET folder_id = ?, uid = ?, unclaimed = 0 WHERE id = ?", (source[0], uid, item.message_id)
    )
    changes.removed[row[0]].append(item.message_id)
    changes.added[source[0]].append(item.message_id)


def _uid_in(
    connection: sqlite3.Connection, folder_id: FolderId, uid_validity: UidValidity | None, item: OperationItem
) -> Uid | None:
    """Return the UID that a message had, when it still means the same and nobody else has it."""
    if item.uid is None or item.uid_validity != uid_validity:
        return None
    taken = connection.execute(
        "SELECT 1 FROM message WHERE folder_id = ? AND uid = ? AND id <> ?", (folder_id, item.uid, item.message_id)
    ).fetchone()
    return None if taken is not None else item.uid


def reapply_pending(connection: sqlite3.Connection) -> None:
    """At start: make the effect of each living entry true, whatever a crash left undone. May be repeated."""
    changes = Changes()
    # Folders first, because the others name some that these make.
    for entry in journal.entries(connection, f"o.kind IN {folder_journal.KINDS} AND o.state IN {journal.ALIVE}"):
        apply(connection, entry.operation, changes)
    final: dict[int, FolderId] = {}
    marked: set[MessageId] = {
        MessageId(row[0]) for row in connection.execute("SELECT id FROM message WHERE pending = 1")
    }
    for entry in journal.entries(connection, f"o.state IN {journal.ALIVE}"):
        operation = entry.operation
        marked.update(item.message_id for item in operation.items)
        target = FolderId(0)
        match operation.act:
            case ChangeFlags() | CreateFolder() | RenameFolder() | DeleteFolder() | Subscribe():
                continue
            case MoveTo(target_folder_id=target):
                pass
            case DeleteForever():
                target = hidden_folder(connection, operation.account_id)
        if target:
            final.update((item.message_id, target) for item in operation.items)
    for key, place in final.items():
        _relocate(connection, [MessageId(key)], place, changes)
    refresh(connection, marked, changes)
