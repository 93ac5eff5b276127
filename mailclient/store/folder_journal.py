"""Entries about folders in the journal's table: how an act becomes a row and back, and how names follow a rename.

Names in entries are those that the server has now, and new ones are said by those of the folder they lie in. So a rename
that waits changes no other entry, and when it has been done all that name the folder, or what lies in it, follow. Statements
inside somebody's transaction. Imported by ``journal``, which reads whole entries.
"""

from __future__ import annotations

import sqlite3
from typing import assert_never

from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, OperationId
from mailclient.domain.operation import CreateFolder, DeleteFolder, FolderAct, RenameFolder, RenameReason, Subscribe
from mailclient.protocol.mailbox_names import moved_path
from mailclient.store.rows import Row

KINDS = "('create', 'rename', 'delete-folder', 'subscribe', 'unsubscribe')"
"""The words for acts upon folders, as SQL."""

CHOICES = ("role_override", "folder_scope")
"""Tables of the user's file that say something about a folder by its wire name."""


def append(
    connection: sqlite3.Connection, account_id: AccountId, act: FolderAct, now_unix_s: float, undo_group: int
) -> OperationId:
    """Write a PENDING entry about a folder."""
    target, reason, before, delimiter, expected = None, None, None, None, None
    match act:
        case CreateFolder():
            kind, reason, delimiter = "create", act.role.value, act.delimiter
        case RenameFolder():
            kind, target, reason = "rename", act.new_wire_name, act.reason.value
            before, delimiter = act.name_before, act.delimiter
        case DeleteFolder():
            kind, delimiter, expected = "delete-folder", act.delimiter, act.expected_messages
        case Subscribe():
            kind = "subscribe" if act.subscribed else "unsubscribe"
        case _:
            assert_never(act)
    cursor = connection.execute(
        "INSERT INTO user.operation (account_id, kind, source_wire_name, target_wire_name, reason, state, created, "
        "undo_group, name, name_before, delimiter, expected_messages) "
        "VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?)",
        (
            account_id,
            kind,
            act.wire_name,
            target,
            reason,
            now_unix_s,
            undo_group,
            act.name,
            before,
            delimiter,
            expected,
        ),
    )
    return OperationId(cursor.lastrowid or 0)


def act_of(kind: str, source: str, target: str | None, reason: str | None, rest: Row) -> FolderAct:
    """Return the act of a row; ``rest`` is name, name before, delimiter, expected messages."""
    name, before, delimiter, expected = rest
    if kind == "create":
        return CreateFolder(source, name, delimiter, FolderRole(reason))
    if kind == "rename":
        return RenameFolder(source, target or "", before, name, delimiter, RenameReason(reason))
    if kind == "delete-folder":
        return DeleteFolder(source, name, delimiter, expected or 0)
    return Subscribe(source, name, kind == "subscribe")


def follow(
    connection: sqlite3.Connection,
    account_id: AccountId,
    old: str,
    new: str,
    delimiter: str | None,
    but: OperationId,
) -> None:
    """Let entries that name a folder, or what lies in it, by an old wire name use the new one; not the rename itself."""
    rows = connection.execute(
        "SELECT id, source_wire_name, target_wire_name FROM user.operation WHERE account_id = ? AND id <> ?",
        (account_id, but),
    ).fetchall()
    for id_, source, target in rows:
        # A folder that is to get its old name again: that one is meant as it stands.
        goes_back = source == old and target == old
        moved_target = target if target is None or goes_back else moved_path(target, old, new, delimiter)
        names = (moved_path(source, old, new, delimiter), moved_target)
        if names != (source, target):
            connection.execute(
                "UPDATE user.operation SET source_wire_name = ?, target_wire_name = ? WHERE id = ?", (*names, id_)
            )


def follow_shown(
    connection: sqlite3.Connection, account_id: AccountId, old: str, new: str, delimiter: str | None, after: int
) -> None:
    """A rename did not happen: the decoded paths of later entries about folders are what they were without it."""
    rows = connection.execute(
        f"SELECT id, name, name_before FROM user.operation WHERE account_id = ? AND id > ? AND kind IN {KINDS}",
        (account_id, after),
    ).fetchall()
    for id_, name, before in rows:
        names = (moved_path(name, old, new, delimiter), before and moved_path(before, old, new, delimiter))
        connection.execute("UPDATE user.operation SET name = ?, name_before = ? WHERE id = ?", (*names, id_))


def follow_choices(
    connection: sqlite3.Connection, account_id: AccountId, old: str, new: str, delimiter: str | None
) -> None:
    """What the user said a folder is for, and how much of it is kept here, goes with it."""
    for table in CHOICES:
        for (wire_name,) in connection.execute(
            f"SELECT wire_name FROM user.{table} WHERE account_id = ?", (account_id,)
        ).fetchall():
            moved = moved_path(wire_name, old, new, delimiter)
            if moved != wire_name:
                connection.execute(
                    f"UPDATE OR REPLACE user.{table} SET wire_name = ? WHERE account_id = ? AND wire_name = ?",
                    (moved, account_id, wire_name),
                )


def forget_choices(connection: sqlite3.Connection, account_id: AccountId, wire_name: str) -> None:
    """The folder is gone, and with it what the user said about it."""
    for table in CHOICES:
        connection.execute(f"DELETE FROM user.{table} WHERE account_id = ? AND wire_name = ?", (account_id, wire_name))
