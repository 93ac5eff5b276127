"""The journal's tables as statements inside somebody's transaction: entries, items, what is pending for a message.

Folders are named by wire name, because numbers do not survive a rebuilt cache. Decides nothing about local effects;
that is ``effects``.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.ids import AccountId, FolderId, MessageId, OperationId, Uid, UidValidity
from mailclient.domain.operation import (
    Act,
    ChangeFlags,
    DeleteForever,
    FolderAct,
    MessageAct,
    MoveReason,
    MoveTo,
    Operation,
    OperationItem,
    OperationState,
    RenameFolder,
)
from mailclient.protocol.mailbox_names import is_within
from mailclient.store import folder_journal
from mailclient.store.rows import Row

ALIVE = "('pending', 'running')"
"""States whose effect lies on top of what the server says."""

_COLUMNS = (
    "o.id, o.account_id, o.kind, o.add_flags, o.remove_flags, o.source_wire_name, o.target_wire_name, o.reason, "
    "o.state, o.created, o.attempts, o.retry_at, o.last_error, o.undo_group, o.name, o.name_before, o.delimiter, "
    "o.expected_messages"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation together with its stored state, which knows more words than ``OperationState``."""

    operation: Operation
    stored_state: str


def append(
    connection: sqlite3.Connection,
    account_id: AccountId,
    act: MessageAct,
    items: Sequence[OperationItem],
    now_unix_s: float,
    undo_group: int,
) -> OperationId:
    """Write a PENDING entry about messages; all items are of one folder. Acts upon folders: ``folder_journal``."""
    add, remove, target, reason = Flag.NONE, Flag.NONE, None, None
    match act:
        case ChangeFlags(change):
            kind, add, remove = "flags", change.add, change.remove
        case MoveTo():
            kind, target, reason = "move", act.target_wire_name, act.reason.value
        case DeleteForever():
            kind = "delete"
        case _:
            assert_never(act)
    cursor = connection.execute(
        "INSERT INTO user.operation (account_id, kind, add_flags, remove_flags, source_wire_name, target_wire_name, "
        "reason, state, created, undo_group) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)",
        (account_id, kind, int(add), int(remove), items[0].folder_wire_name, target, reason, now_unix_s, undo_group),
    )
    operation_id = OperationId(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO user.operation_item (operation_id, position, message_id, uid_validity, uid, message_id_field, "
        "flags_before) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                operation_id,
                at,
                item.message_id,
                item.uid_validity,
                item.uid,
                item.message_id_field,
                int(item.flags_before),
            )
            for at, item in enumerate(items)
        ],
    )
    return operation_id


def entries(
    connection: sqlite3.Connection,
    where: str,
    parameters: Sequence[object] = (),
    order: str = "o.id",
    *,
    with_items: bool = True,
) -> list[Entry]:
    """Return entries with their items. ``where`` speaks of ``o``; both databases must be attached.

    Without items they are light, however many messages they speak of.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS}, source.id, target.id FROM user.operation o "
        "LEFT JOIN main.folder source ON source.account_id = o.account_id AND source.wire_name = o.source_wire_name "
        "AND source.hidden = 0 "
        "LEFT JOIN main.folder target ON target.account_id = o.account_id AND target.wire_name = o.target_wire_name "
        f"AND target.hidden = 0 WHERE {where} ORDER BY {order}",
        tuple(parameters),
    ).fetchall()
    return [Entry(_operation(connection, row, with_items=with_items), row[8]) for row in rows]


def entry(connection: sqlite3.Connection, operation_id: OperationId) -> Entry | None:
    """Return one entry."""
    found = entries(connection, "o.id = ?", (operation_id,))
    return found[0] if found else None


def _operation(connection: sqlite3.Connection, row: Row, *, with_items: bool) -> Operation:
    (id_, account, kind, add, remove_, source_name, target_name, reason) = row[:8]
    (state, created, attempts, retry_at, last_error, group) = row[8:14]
    source_id, target_id = row[18:]
    # 0: the folder is gone from the cache; its name still tells where it was.
    source = FolderId(source_id or 0)
    act: Act
    if kind == "flags":
        act = ChangeFlags(FlagChange(Flag(add), Flag(remove_)))
    elif kind == "move":
        act = MoveTo(FolderId(target_id or 0), target_name, MoveReason(reason))
    elif kind == "delete":
        act = DeleteForever()
    else:
        act = folder_journal.act_of(kind, source_name, target_name, reason, row[14:18])
    items = (
        ()
        if isinstance(act, FolderAct)
        else tuple(
            OperationItem(MessageId(item[0]), source, source_name, item[1], item[2], item[3], Flag(item[4]))
            for item in connection.execute(
                "SELECT message_id, uid_validity, uid, message_id_field, flags_before FROM user.operation_item "
                "WHERE operation_id = ? ORDER BY position",
                (id_ if with_items else None,),
            )
        )
    )
    return Operation(
        OperationId(id_),
        AccountId(account),
        act,
        items,
        _STATES[state],
        created,
        attempts,
        retry_at,
        last_error,
        group,
    )


_STATES = {
    "pending": OperationState.PENDING,
    "running": OperationState.RUNNING,
    "refused": OperationState.REFUSED,
    "undone": OperationState.PENDING,
    "done": OperationState.PENDING,
}


def pending_changes(
    connection: sqlite3.Connection, only: Iterable[MessageId] | None = None
) -> dict[int, list[FlagChange]]:
    """Return the flag changes that lie on messages, oldest first, of all messages or of some."""
    base = (
        "SELECT i.message_id, o.add_flags, o.remove_flags FROM user.operation o "
        "JOIN user.operation_item i ON i.operation_id = o.id "
        f"WHERE o.kind = 'flags' AND o.state IN {ALIVE} "
    )
    result: dict[int, list[FlagChange]] = defaultdict(list)
    if only is None:
        for message_id, add, remove in connection.execute(base + "ORDER BY o.id"):
            result[message_id].append(FlagChange(Flag(add), Flag(remove)))
        return result
    for wanted in only:
        for message_id, add, remove in connection.execute(base + "AND i.message_id = ? ORDER BY o.id", (wanted,)):
            result[message_id].append(FlagChange(Flag(add), Flag(remove)))
    return result


def is_busy(connection: sqlite3.Connection, account_id: AccountId, wire_name: str) -> bool:
    """True when a living entry takes from this folder, brings to it, or changes it or one that it lies in."""
    row = connection.execute(
        f"SELECT 1 FROM user.operation WHERE account_id = ? AND state IN {ALIVE} "
        "AND (source_wire_name = ? OR target_wire_name = ?) LIMIT 1",
        (account_id, wire_name, wire_name),
    ).fetchone()
    return row is not None or any(
        isinstance(entry.act, RenameFolder) and is_within(wire_name, entry.act.wire_name, entry.act.delimiter)
        for entry in living_about_folders(connection, account_id)
    )


def living_about_folders(connection: sqlite3.Connection, account_id: AccountId) -> list[Operation]:
    """Return the living entries of an account that are about folders, oldest first."""
    where = f"o.account_id = ? AND o.kind IN {folder_journal.KINDS} AND o.state IN {ALIVE}"
    return [entry.operation for entry in entries(connection, where, (account_id,))]


def speaks_of(operation: Operation, wire_name: str, delimiter: str | None) -> bool:
    """True when an entry is about this folder or what lies in it, or brings something there."""
    act = operation.act
    own = [operation.items[0].folder_wire_name] if operation.items else []
    if isinstance(act, MoveTo):
        own.append(act.target_wire_name)
    elif isinstance(act, RenameFolder):
        own += [act.wire_name, act.new_wire_name]
    elif isinstance(act, FolderAct):
        own.append(act.wire_name)
    return any(is_within(one, wire_name, delimiter) for one in own)


def set_state(connection: sqlite3.Connection, operation_id: OperationId, state: str) -> None:
    """Store the state of an entry."""
    connection.execute("UPDATE user.operation SET state = ? WHERE id = ?", (state, operation_id))


def remove(connection: sqlite3.Connection, operation_id: OperationId) -> None:
    """Drop an entry with its items."""
    connection.execute("DELETE FROM user.operation_item WHERE operation_id = ?", (operation_id,))
    connection.execute("DELETE FROM user.operation WHERE id = ?", (operation_id,))


def give_uid(
    connection: sqlite3.Connection,
    account_id: AccountId,
    wire_name: str,
    found: Iterable[tuple[MessageId, Uid, UidValidity | None]],
) -> None:
    """Tell living entries that start from this folder the UIDs that their messages have there."""
    connection.executemany(
        "UPDATE user.operation_item SET uid = ?, uid_validity = ? WHERE message_id = ? AND uid IS NULL "
        "AND operation_id IN (SELECT id FROM user.operation "
        f"WHERE account_id = ? AND source_wire_name = ? AND state IN {ALIVE})",
        [(uid, validity, message_id, account_id, wire_name) for message_id, uid, validity in found],
    )
