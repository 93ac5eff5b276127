"""Undo of what was done to folders: what was not tried is dropped, what may have run gets its opposite.

Statements inside somebody's transaction, journal only. A folder that was deleted on the server cannot come back from here.
"""

from __future__ import annotations

import sqlite3
from typing import assert_never

from mailclient.domain.ids import OperationId
from mailclient.domain.operation import (
    CreateFolder,
    DeleteFolder,
    FolderAct,
    Operation,
    RenameFolder,
    RenameReason,
    Subscribe,
)
from mailclient.protocol.mailbox_names import leaf_of, parent_of
from mailclient.store import folder_journal, journal
from mailclient.store.sentences import created_sentence, folder_deleted_sentence, renamed_sentence, subscribed_sentence

UNDOABLE = (
    "(kind IN ('create', 'rename') AND coalesce(reason, '') <> 'undo' AND state IN ('pending', 'running', 'done')) "
    "OR (kind = 'delete-folder' AND state = 'pending' AND attempts = 0)"
)
"""Which entries the newest may be, as SQL about the journal's table."""


def may_drop(connection: sqlite3.Connection, operation: Operation, act: FolderAct) -> bool:
    """True when nothing that lives builds upon this entry, so that it can go as if it had never been.

    Only a new folder is built upon: other entries name a folder as the server does, whatever is shown.
    """
    if not isinstance(act, CreateFolder):
        return True
    where = f"o.id > ? AND o.account_id = ? AND o.state IN {journal.ALIVE}"
    later = journal.entries(connection, where, (operation.id, operation.account_id))
    return not any(journal.speaks_of(entry.operation, act.wire_name, act.delimiter) for entry in later)


def dropped(connection: sqlite3.Connection, operation: Operation, act: FolderAct) -> None:
    """An entry ended without effect: what was said since, with its names, is said with those from before."""
    if isinstance(act, RenameFolder):
        folder_journal.follow_shown(
            connection, operation.account_id, act.name, act.name_before, act.delimiter, operation.id
        )


def reverse(
    connection: sqlite3.Connection, operation: Operation, act: FolderAct, now_unix_s: float
) -> list[OperationId]:
    """Write the opposite of what may have run. A new folder goes only while it is empty."""
    back: FolderAct
    match act:
        case CreateFolder():
            if _is_being_deleted(connection, operation, act):
                return []  # Its deletion is under way already, and a second one would find no folder.
            back = DeleteFolder(act.wire_name, act.name, act.delimiter, 0)
        case RenameFolder():
            # The names of today: after the rename has run, the entry's old name is history.
            is_done = operation.id in _done_ids(connection)
            now = act.new_wire_name if is_done else act.wire_name
            back = RenameFolder(now, act.wire_name, act.name, act.name_before, act.delimiter, RenameReason.UNDO)
        case DeleteFolder() | Subscribe():
            return []
        case _:
            assert_never(act)
    return [folder_journal.append(connection, operation.account_id, back, now_unix_s, 0)]


def _is_being_deleted(connection: sqlite3.Connection, operation: Operation, act: CreateFolder) -> bool:
    where = f"o.account_id = ? AND o.kind = 'delete-folder' AND o.state IN {journal.ALIVE}"
    living = journal.entries(connection, where, (operation.account_id,))
    return any(
        isinstance(each := entry.operation.act, DeleteFolder) and each.wire_name == act.wire_name for entry in living
    )


def _done_ids(connection: sqlite3.Connection) -> set[int]:
    return {row[0] for row in connection.execute("SELECT id FROM user.operation WHERE state = 'done'")}


def sentence_of(operations: list[Operation], act: FolderAct) -> str:
    """Return what the act was called."""
    match act:
        case CreateFolder():
            return created_sentence(leaf_of(act.name, act.delimiter))
        case RenameFolder():
            before, name = leaf_of(act.name_before, act.delimiter), leaf_of(act.name, act.delimiter)
            target = leaf_of(parent_of(act.name, act.delimiter), act.delimiter)
            return renamed_sentence(before, name, target, act.reason)
        case DeleteFolder():
            # The outermost is the last.
            last = operations[-1].act
            name = last.name if isinstance(last, DeleteFolder) else act.name
            return folder_deleted_sentence(leaf_of(name, act.delimiter), len(operations) - 1)
        case Subscribe():
            return subscribed_sentence(act.name, act.subscribed)
        case _:
            assert_never(act)
