"""The journal as replay sees it: what may run now, and what follows from the server's answer.

Statements inside somebody's transaction. Where both files change, the cache comes first and the entry goes last: a
crash between leaves an entry that is replayed once more, and replay is idempotent.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from mailclient.domain.exchange import Touched, UidMapping
from mailclient.domain.flags import Flag
from mailclient.domain.ids import AccountId, FolderId, MessageId, OperationId, Uid
from mailclient.domain.operation import (
    ChangeFlags,
    CreateFolder,
    DeleteFolder,
    DeleteForever,
    FolderAct,
    MoveTo,
    Operation,
    RenameFolder,
    Subscribe,
)
from mailclient.store import effects, folder_effects, folder_journal, folder_order, folder_undo, journal, messages
from mailclient.store.effects import Changes
from mailclient.store.folder_order import FolderQueue

STUCK_ATTEMPTS: Final = 5
"""An entry that was tried so often in vain holds back only what speaks of the same messages, no longer its whole folder."""


def runnable(connection: sqlite3.Connection, account_id: AccountId, now_unix_s: float) -> tuple[Operation, ...]:
    """Return entries to replay, oldest first.

    An entry waits behind one of its folder that must wait, and behind a move of one of its messages: where they are is
    known only when that has run. What changes a folder and what happens in it keep their order (``folder_order``).
    Entries that were RUNNING at a crash are included.
    """
    result: list[Operation] = []
    blocked_folders: set[str] = set()
    queue = FolderQueue()
    moving: set[MessageId] = set()
    for entry in journal.entries(connection, f"o.account_id = ? AND o.state IN {journal.ALIVE}", (account_id,)):
        operation = entry.operation
        ids = {item.message_id for item in operation.items}
        source = operation.items[0].folder_wire_name if operation.items else None
        is_due = operation.retry_at_unix_s is None or operation.retry_at_unix_s <= now_unix_s
        waits = not is_due or source in blocked_folders or not moving.isdisjoint(ids) or queue.is_before(operation)
        if waits:
            queue.waits(operation)
            if source is not None and operation.attempts < STUCK_ATTEMPTS:
                blocked_folders.add(source)
        else:
            result.append(operation)
        if waits or not isinstance(operation.act, ChangeFlags):
            moving |= ids
    return tuple(result)


def started(connection: sqlite3.Connection, operation_id: OperationId) -> None:
    """Mark an entry RUNNING and count the attempt."""
    connection.execute(
        "UPDATE user.operation SET state = 'running', attempts = attempts + 1 WHERE id = ? "
        f"AND state IN {journal.ALIVE}",
        (operation_id,),
    )


def postponed(connection: sqlite3.Connection, operation_id: OperationId, retry_at_unix_s: float, sentence: str) -> None:
    """Make an entry PENDING again, not before a time."""
    connection.execute(
        "UPDATE user.operation SET state = 'pending', retry_at = ?, last_error = ? WHERE id = ? "
        f"AND state IN {journal.ALIVE}",
        (retry_at_unix_s, sentence, operation_id),
    )


def settle(connection: sqlite3.Connection, operation: Operation, mapping: UidMapping | None, changes: Changes) -> None:
    """First half of done, in the cache: what was laid on top becomes what the server has."""
    match operation.act:
        case ChangeFlags(change):
            for item in operation.items:
                row = connection.execute("SELECT server_flags FROM message WHERE id = ?", (item.message_id,)).fetchone()
                if row is not None:
                    connection.execute(
                        "UPDATE message SET server_flags = ? WHERE id = ?",
                        (int(change.applied_to(Flag(row[0]))), item.message_id),
                    )
        case MoveTo(target_folder_id=target):
            if mapping is not None:
                _give_new_uids(connection, operation, FolderId(target), mapping, changes)
        case DeleteForever():
            hidden = effects.hidden_folder(connection, operation.account_id)
            for item in operation.items:
                row = connection.execute("SELECT folder_id FROM message WHERE id = ?", (item.message_id,)).fetchone()
                if row is not None and row[0] == hidden:
                    messages.delete(connection, [item.message_id])
        case CreateFolder() | RenameFolder() | DeleteFolder() | Subscribe():
            folder_effects.settle(connection, operation, operation.act)


def close(connection: sqlite3.Connection, operation: Operation, mapping: UidMapping | None) -> None:
    """Second half of done, in the journal: the entry ends; later entries learn the new UIDs."""
    act = operation.act
    if isinstance(act, MoveTo):
        if mapping is not None:
            found = [
                (item.message_id, mapping.uids[item.uid], mapping.uid_validity)
                for item in operation.items
                if item.uid is not None and item.uid in mapping.uids
            ]
            journal.give_uid(connection, operation.account_id, act.target_wire_name, found)
        journal.set_state(connection, operation.id, "done")
    elif isinstance(act, FolderAct):
        folder_order.close(connection, operation, act)
    elif isinstance(act, ChangeFlags) and operation.undo_group:
        journal.set_state(connection, operation.id, "done")
    else:
        journal.remove(connection, operation.id)


def refuse(connection: sqlite3.Connection, operation: Operation, sentence: str) -> list[Operation]:
    """First half of refusal, in the journal: REFUSED with the sentence; entries that built upon a refused move go.

    Returns the entries whose effect is to be taken back, the newest first: others may be refused along with it.
    """
    refused = [*folder_order.refused_along(connection, operation), operation]
    connection.executemany(
        "UPDATE user.operation SET state = 'refused', retry_at = NULL, last_error = ? WHERE id = ?",
        [(sentence, each.id) for each in refused],
    )
    for each in refused:
        _forget_later(connection, each)
    return refused


def _forget_later(connection: sqlite3.Connection, operation: Operation) -> None:
    if isinstance(operation.act, FolderAct):
        folder_undo.dropped(connection, operation, operation.act)
    if isinstance(operation.act, ChangeFlags):
        return
    for item in operation.items:
        # Later entries name a folder that the message never reached: they have nothing to act upon.
        connection.execute(
            "DELETE FROM user.operation_item WHERE message_id = ? AND operation_id IN "
            f"(SELECT id FROM user.operation WHERE id > ? AND state IN {journal.ALIVE})",
            (item.message_id, operation.id),
        )
    connection.execute(
        f"DELETE FROM user.operation WHERE state IN {journal.ALIVE} AND kind NOT IN {folder_journal.KINDS} "
        "AND id NOT IN (SELECT operation_id FROM user.operation_item)"
    )


def _give_new_uids(
    connection: sqlite3.Connection, operation: Operation, target: FolderId, mapping: UidMapping, changes: Changes
) -> None:
    known = connection.execute("SELECT uid_validity FROM folder WHERE id = ?", (target,)).fetchone()
    # A folder never opened yet has no UIDVALIDITY: the UID would mean nothing. The row is adopted when it is listed.
    if known is None or known[0] != mapping.uid_validity:
        return
    for item in operation.items:
        uid = None if item.uid is None else mapping.uids.get(item.uid)
        row = connection.execute("SELECT folder_id, uid FROM message WHERE id = ?", (item.message_id,)).fetchone()
        if uid is None or row is None or row[0] != target:
            continue
        _drop_double(connection, target, uid, item.message_id, changes)
        connection.execute("UPDATE message SET uid = ?, unclaimed = 0 WHERE id = ?", (uid, item.message_id))


def _drop_double(
    connection: sqlite3.Connection, folder_id: FolderId, uid: Uid, keep: MessageId, changes: Changes
) -> None:
    """Remove another row that a synchronisation made of the same message before its new UID was told."""
    row = connection.execute(
        "SELECT id FROM message WHERE folder_id = ? AND uid = ? AND id <> ?", (folder_id, uid, keep)
    ).fetchone()
    if row is not None:
        messages.delete(connection, [MessageId(row[0])])
        changes.removed[folder_id].append(MessageId(row[0]))


def touched_of(changes: Changes, operation: Operation) -> Touched:
    """Return the one ``Touched`` that ``operation_done`` announces: of the target for a move, else of the source."""
    folder_id = operation.items[0].folder_id if operation.items else FolderId(0)
    if isinstance(operation.act, MoveTo):
        folder_id = operation.act.target_folder_id
    return changes.of(folder_id)
