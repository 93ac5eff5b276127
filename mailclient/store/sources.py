"""Messages as they stand before an action: the items of a journal entry, grouped by the folder they are in.

Read-only statements inside somebody's transaction, but for the counter of undo groups.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from mailclient.domain.flags import Flag
from mailclient.domain.ids import AccountId, FolderId, MessageId
from mailclient.domain.operation import OperationItem


@dataclass(frozen=True, slots=True)
class Source:
    """Messages of one folder that an action is about."""

    account_id: AccountId
    items: tuple[OperationItem, ...]


def sources_of(connection: sqlite3.Connection, message_ids: Iterable[MessageId]) -> list[Source]:
    """Return the messages as they stand, grouped by folder; vanished ones and those being deleted are left out."""
    groups: dict[int, tuple[AccountId, list[OperationItem]]] = {}
    for key in dict.fromkeys(message_ids):
        row = connection.execute(
            "SELECT m.folder_id, f.account_id, f.wire_name, f.uid_validity, m.uid, m.message_id_field, m.flags "
            "FROM message m JOIN folder f ON f.id = m.folder_id WHERE m.id = ? AND f.hidden = 0",
            (key,),
        ).fetchone()
        if row is None:
            continue
        folder_id, account_id, wire_name, uid_validity, uid, message_id_field, flags = row
        item = OperationItem(
            key,
            FolderId(folder_id),
            wire_name,
            # Without UID the validity says nothing yet: both are told when the message is met on the server.
            None if uid is None else uid_validity,
            uid,
            message_id_field,
            Flag(flags),
        )
        groups.setdefault(folder_id, (AccountId(account_id), []))[1].append(item)
    return [Source(account_id, tuple(items)) for account_id, items in groups.values()]


def new_group(connection: sqlite3.Connection) -> int:
    """Return a new number for actions that are undone together; never given twice."""
    row = connection.execute("SELECT coalesce(max(id), 0) FROM user.undo_group").fetchone()
    group = int(row[0]) + 1
    connection.execute("INSERT INTO user.undo_group (id) VALUES (?)", (group,))
    connection.execute("DELETE FROM user.undo_group WHERE id < ?", (group,))
    return group
