"""Undo of the newest move, archive, delete, junk or change of a folder: what was not tried is dropped, what may have run
is reversed (folders: ``folder_undo``).

Journal first: dropped entries are marked 'undone' before rows go back, and removed after that; reverse entries are
written before their effect. Statements inside somebody's transactions.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass

from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.ids import AccountId, MessageId, OperationId
from mailclient.domain.operation import (
    ChangeFlags,
    DeleteForever,
    FolderAct,
    MessageAct,
    MoveReason,
    MoveTo,
    Operation,
    OperationItem,
)
from mailclient.store import effects, folder_undo, folders, journal
from mailclient.store.effects import Changes
from mailclient.store.journal import Entry
from mailclient.store.sentences import deleted_sentence, moved_sentence
from mailclient.store.sources import sources_of


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What an undo drops and which reverse entries it wrote."""

    dropped: tuple[Operation, ...]
    reverse_ids: tuple[OperationId, ...]
    sentence: str
    account_ids: tuple[AccountId, ...]


def mark(connection: sqlite3.Connection, now_unix_s: float, group: int | None = None) -> UndoPlan | None:
    """First transaction, journal only: mark what is dropped of a group (the newest), write what reverses the rest."""
    group = _newest_group(connection) if group is None else group
    if group is None:
        return None
    members = journal.entries(connection, "o.undo_group = ? AND o.state IN ('pending', 'running', 'done')", (group,))
    sentence = _sentence(connection, [entry.operation for entry in members])
    dropped = [entry for entry in members if _is_untried(entry) and _may_drop(connection, entry.operation)]
    for entry in dropped:
        journal.set_state(connection, entry.operation.id, "undone")
        if isinstance(entry.operation.act, FolderAct):
            folder_undo.dropped(connection, entry.operation, entry.operation.act)
        _point_later_entries_home(connection, entry.operation, now_unix_s)
    homes = {
        item.message_id: item
        for entry in dropped
        if not isinstance(entry.operation.act, ChangeFlags)
        for item in entry.operation.items
    }
    rest = [entry for entry in members if entry not in dropped]
    reverse_ids: list[OperationId] = []
    # Flags first: they are changed where the messages are now, and then the messages move.
    for entry in sorted(rest, key=lambda entry: not isinstance(entry.operation.act, ChangeFlags)):
        if isinstance(entry.operation.act, FolderAct):
            reverse_ids += folder_undo.reverse(connection, entry.operation, entry.operation.act, now_unix_s)
        else:
            reverse_ids += _reverse(connection, entry.operation, homes, now_unix_s)
        if entry.stored_state == "done":
            journal.remove(connection, entry.operation.id)
        else:
            connection.execute("UPDATE user.operation SET undo_group = 0 WHERE id = ?", (entry.operation.id,))
    accounts = dict.fromkeys(entry.operation.account_id for entry in members)
    return UndoPlan(
        tuple(entry.operation for entry in dropped), tuple(reverse_ids), f"Undone: {sentence}", tuple(accounts)
    )


def take_effect(connection: sqlite3.Connection, plan: UndoPlan | None, changes: Changes) -> UndoPlan | None:
    """Second transaction, cache only: rows go back, reverse entries show their effect."""
    if plan is not None:
        for operation in reversed(plan.dropped):
            effects.restore(connection, operation, changes)
        for operation_id in plan.reverse_ids:
            entry = journal.entry(connection, operation_id)
            if entry is not None:
                effects.apply(connection, entry.operation, changes)
    return plan


def sweep(connection: sqlite3.Connection) -> None:
    """Third transaction: the effect of what was undone is gone, and with it the reason to remember it."""
    for entry in journal.entries(connection, "o.state = 'undone'"):
        journal.remove(connection, entry.operation.id)


def _newest_group(connection: sqlite3.Connection) -> int | None:
    row = connection.execute(
        "SELECT max(undo_group) FROM user.operation WHERE undo_group > 0 AND ("
        "(kind = 'move' AND reason <> 'undo' AND state IN ('pending', 'running', 'done')) "
        f"OR (kind = 'delete' AND state = 'pending' AND attempts = 0) OR {folder_undo.UNDOABLE})"
    ).fetchone()
    return None if row[0] is None else int(row[0])


def _is_untried(entry: Entry) -> bool:
    return entry.stored_state == "pending" and entry.operation.attempts == 0


def _may_drop(connection: sqlite3.Connection, operation: Operation) -> bool:
    if isinstance(operation.act, FolderAct):
        return folder_undo.may_drop(connection, operation, operation.act)
    return not _has_later_move(connection, operation)


def _has_later_move(connection: sqlite3.Connection, operation: Operation) -> bool:
    """True when another living entry moved one of the messages on: then only a move of its own brings it back."""
    if isinstance(operation.act, ChangeFlags):
        return False
    row = connection.execute(
        "SELECT 1 FROM user.operation_item i JOIN user.operation o ON o.id = i.operation_id "
        f"WHERE o.id > ? AND o.kind <> 'flags' AND o.state IN {journal.ALIVE} AND i.message_id IN "
        "(SELECT message_id FROM user.operation_item WHERE operation_id = ?) LIMIT 1",
        (operation.id, operation.id),
    ).fetchone()
    return row is not None


def _point_later_entries_home(connection: sqlite3.Connection, operation: Operation, now_unix_s: float) -> None:
    """Flag changes that were made at the target are made where the messages return to."""
    if isinstance(operation.act, ChangeFlags | FolderAct):
        return
    home = {item.message_id: item for item in operation.items}
    for entry in journal.entries(
        connection,
        f"o.id > ? AND o.kind = 'flags' AND o.account_id = ? AND o.state IN {journal.ALIVE}",
        (operation.id, operation.account_id),
    ):
        later = entry.operation
        returning = [home[item.message_id] for item in later.items if item.message_id in home]
        if (
            not returning
            or not isinstance(later.act, ChangeFlags)
            or later.items[0].folder_wire_name == operation.items[0].folder_wire_name
        ):
            continue
        before = {item.message_id: item.flags_before for item in later.items}
        items = [_with_flags(item, before[item.message_id]) for item in returning]
        journal.append(connection, later.account_id, later.act, items, now_unix_s, later.undo_group)
        connection.executemany(
            "DELETE FROM user.operation_item WHERE operation_id = ? AND message_id = ?",
            [(later.id, item.message_id) for item in returning],
        )
        if len(returning) == len(later.items):
            journal.remove(connection, later.id)


def _with_flags(item: OperationItem, flags: Flag) -> OperationItem:
    return OperationItem(
        item.message_id,
        item.folder_id,
        item.folder_wire_name,
        item.uid_validity,
        item.uid,
        item.message_id_field,
        flags,
    )


def _reverse(
    connection: sqlite3.Connection, operation: Operation, homes: dict[MessageId, OperationItem], now_unix_s: float
) -> list[OperationId]:
    """Write the entries that bring messages back from where they are now, or give them the flags they had."""
    result: list[OperationId] = []
    ids = [item.message_id for item in operation.items]
    match operation.act:
        case MoveTo(target_folder_id=target):
            source_id = operation.items[0].folder_id if operation.items else 0
            home_name = operation.items[0].folder_wire_name if operation.items else ""
            if source_id:
                back = MoveTo(operation.items[0].folder_id, home_name, MoveReason.UNDO)
                # A message that went on to somewhere else is no concern of this undo.
                result.extend(
                    _append(connection, operation, back, source.items, now_unix_s)
                    for source in sources_of(connection, ids)
                    if source.items[0].folder_id == target
                )
        case ChangeFlags(change):
            before = {item.message_id: item.flags_before for item in operation.items}
            for source in sources_of(connection, ids):
                by_change: dict[FlagChange, list[OperationItem]] = defaultdict(list)
                for item in source.items:
                    had = before[item.message_id]
                    touched = change.add | change.remove
                    opposite = FlagChange(had & touched, ~had & touched)
                    by_change[opposite].append(homes.get(item.message_id, item))
                result.extend(
                    _append(connection, operation, ChangeFlags(opposite), items, now_unix_s)
                    for opposite, items in by_change.items()
                )
        case DeleteForever():
            pass
    return result


def _append(
    connection: sqlite3.Connection,
    undone: Operation,
    act: MessageAct,
    items: list[OperationItem] | tuple[OperationItem, ...],
    now_unix_s: float,
) -> OperationId:
    return journal.append(connection, undone.account_id, act, items, now_unix_s, 0)


def _sentence(connection: sqlite3.Connection, operations: list[Operation]) -> str:
    for operation in operations:
        count = sum(len(other.items) for other in operations if type(other.act) is type(operation.act))
        match operation.act:
            case MoveTo(target_folder_id=target, reason=reason):
                folder = folders.one(connection, target)
                return moved_sentence(count, reason, "" if folder is None else folder.leaf)
            case DeleteForever():
                return deleted_sentence(count)
            case ChangeFlags():
                continue
            case _:
                return folder_undo.sentence_of(operations, operation.act)
    return "the last change"
