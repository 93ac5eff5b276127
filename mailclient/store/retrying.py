"""Trying a journal entry again, or putting a refused one away. Statements inside somebody's transaction."""

from __future__ import annotations

import sqlite3

from mailclient.domain.ids import OperationId
from mailclient.domain.operation import FolderAct
from mailclient.store import folder_journal, journal
from mailclient.store.sources import sources_of


def revive(connection: sqlite3.Connection, operation_id: OperationId) -> list[OperationId]:
    """Make a waiting entry due; replace a REFUSED one by a new entry for what is still where it was."""
    entry = journal.entry(connection, operation_id)
    if entry is None:
        return []
    if entry.stored_state in ("pending", "running"):
        connection.execute("UPDATE user.operation SET retry_at = NULL WHERE id = ?", (operation_id,))
        return [operation_id]
    if entry.stored_state != "refused":
        return []
    operation, act = entry.operation, entry.operation.act
    journal.remove(connection, operation_id)
    if isinstance(act, FolderAct):
        return [
            folder_journal.append(connection, operation.account_id, act, operation.created_unix_s, operation.undo_group)
        ]
    return [
        journal.append(connection, source.account_id, act, source.items, operation.created_unix_s, operation.undo_group)
        for source in sources_of(connection, [item.message_id for item in operation.items])
        if source.items[0].folder_wire_name == operation.items[0].folder_wire_name
    ]


def dismiss(connection: sqlite3.Connection, operation_id: OperationId) -> None:
    """Forget an entry if it was refused."""
    entry = journal.entry(connection, operation_id)
    if entry is not None and entry.stored_state == "refused":
        journal.remove(connection, operation_id)
