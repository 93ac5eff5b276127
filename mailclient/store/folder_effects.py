"""Local effects of journal entries about folders, in the cache: which folders are shown, under which names.

The rule is that of ``effects``: what is shown is the server's list with the living entries laid on top, oldest first. A
renamed folder keeps its row and its wire name until the server has renamed it; only the path that is shown changes. A
folder whose deletion waits is hidden with all its messages (``hidden`` is the entry's number plus one), so that a refusal
or an undo costs nothing. Statements inside somebody's transaction; writes to the cache only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from mailclient.domain.exchange import FolderListing
from mailclient.domain.folder import FolderRole, RoleSource
from mailclient.domain.ids import AccountId, FolderId, MessageId
from mailclient.domain.operation import CreateFolder, DeleteFolder, FolderAct, Operation, RenameFolder, Subscribe
from mailclient.protocol.mailbox_names import is_within, moved_path, parent_of
from mailclient.protocol.modified_utf7 import decode_mailbox
from mailclient.store import messages


def apply(connection: sqlite3.Connection, operation: Operation, act: FolderAct) -> None:
    """Make the effect of a living entry true. May be repeated."""
    account_id = operation.account_id
    match act:
        case CreateFolder():
            if not _is_made(connection, operation, act.wire_name):
                source = RoleSource.NAME if act.role is FolderRole.NONE else RoleSource.USER
                if act.role is not FolderRole.NONE:
                    _take_role_away(connection, account_id, act.role)
                connection.execute(
                    "INSERT INTO folder (account_id, wire_name, name, delimiter, role, role_source) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (account_id, act.wire_name, act.name, act.delimiter, act.role.value, source.value),
                )
                connection.execute(  # Until the server lists it, it is where the folder is that it lies in.
                    "UPDATE folder SET namespace = p.namespace, namespace_prefix = p.namespace_prefix FROM folder p "
                    "WHERE p.account_id = ?1 AND p.wire_name = ?2 AND folder.account_id = ?1 AND folder.wire_name = ?3",
                    (account_id, parent_of(act.wire_name, act.delimiter), act.wire_name),
                )
        case RenameFolder():
            for row_id, _, name in _tree(connection, account_id, act.wire_name, act.delimiter):
                shown = moved_path(name, act.name_before, act.name, act.delimiter)
                connection.execute("UPDATE folder SET name = ? WHERE id = ?", (shown, row_id))
        case DeleteFolder():
            mark = hidden_mark(operation)
            # What has been hidden stays the one: another made since under its name is shown.
            connection.execute(
                "UPDATE folder SET hidden = ? WHERE account_id = ? AND wire_name = ? AND hidden = 0 "
                "AND NOT EXISTS (SELECT 1 FROM folder WHERE account_id = ? AND hidden = ?)",
                (mark, account_id, act.wire_name, account_id, mark),
            )
        case Subscribe():
            _set_subscribed(connection, account_id, act.wire_name, act.subscribed)
        case _:
            assert_never(act)


def restore(connection: sqlite3.Connection, operation: Operation, act: FolderAct, later: Iterable[Operation]) -> None:
    """Take back the effect of an entry that lives no more; ``later`` are living entries of the account that stay."""
    account_id = operation.account_id
    match act:
        case CreateFolder():
            made = _row(connection, account_id, act.wire_name)
            # Never with mail in it: what was moved there has been moved back, or the folder stays to show it.
            connection.execute(
                "DELETE FROM folder WHERE id = ? AND uid_validity IS NULL "
                "AND NOT EXISTS (SELECT 1 FROM message WHERE folder_id = folder.id)",
                (made,),
            )
        case RenameFolder():
            for row_id, wire_name, _ in _tree(connection, account_id, act.wire_name, act.delimiter):
                connection.execute("UPDATE folder SET name = ? WHERE id = ?", (decode_mailbox(wire_name), row_id))
            for entry in later:
                if isinstance(entry.act, RenameFolder):
                    apply(connection, entry, entry.act)
        case DeleteFolder():
            _bring_back(connection, account_id, act.wire_name, hidden_mark(operation))
        case Subscribe():
            _set_subscribed(connection, account_id, act.wire_name, not act.subscribed)
        case _:
            assert_never(act)


def settle(connection: sqlite3.Connection, operation: Operation, act: FolderAct) -> None:
    """First half of done: the server has it as it is shown."""
    account_id = operation.account_id
    match act:
        case RenameFolder():
            for row_id, wire_name, _ in _tree(connection, account_id, act.wire_name, act.delimiter):
                new = moved_path(wire_name, act.wire_name, act.new_wire_name, act.delimiter)
                _give_way(connection, account_id, new, FolderId(row_id))
                connection.execute("UPDATE folder SET wire_name = ? WHERE id = ?", (new, row_id))
        case DeleteFolder():
            for (row_id,) in connection.execute(
                "SELECT id FROM folder WHERE account_id = ? AND hidden = ?", (account_id, hidden_mark(operation))
            ).fetchall():
                drop(connection, FolderId(row_id))
        case CreateFolder() | Subscribe():
            pass
        case _:
            assert_never(act)


def effective_listings(
    listings: Sequence[FolderListing], living: Iterable[Operation]
) -> list[tuple[FolderListing, bool]]:
    """Return what the server listed with living entries laid on top, and whether an unknown name may be made a row.

    The new name of a rename whose end was not heard of may be on the list already: its row is the one of the old name.
    """
    shown = [(listing, True) for listing in listings]
    names = {listing.remote.wire_name for listing in listings}
    for operation in living:
        act = operation.act
        match act:
            case DeleteFolder():
                shown = [each for each in shown if each[0].remote.wire_name != act.wire_name]
            case RenameFolder():
                unheard = act.wire_name not in names
                shown = [
                    (_renamed(listing, act), known and not _is_new(listing, act, unheard)) for listing, known in shown
                ]
            case Subscribe():
                shown = [(_subscribed(listing, act), known) for listing, known in shown]
            case _:
                pass
    return shown


def _is_new(listing: FolderListing, act: RenameFolder, unheard: bool) -> bool:
    return unheard and is_within(listing.remote.wire_name, act.new_wire_name, act.delimiter)


def _renamed(listing: FolderListing, act: RenameFolder) -> FolderListing:
    if not is_within(listing.remote.wire_name, act.wire_name, act.delimiter):
        return listing
    name = moved_path(listing.remote.name, act.name_before, act.name, act.delimiter)
    return replace(listing, remote=replace(listing.remote, name=name))


def _subscribed(listing: FolderListing, act: Subscribe) -> FolderListing:
    if listing.remote.wire_name != act.wire_name:
        return listing
    return replace(listing, remote=replace(listing.remote, subscribed=act.subscribed))


def show_forgotten(connection: sqlite3.Connection) -> None:
    """At start: show folders whose deletion nobody waits for any more. Their mail is on the server, or will be told gone."""
    for account_id, wire_name, mark in connection.execute(
        "SELECT account_id, wire_name, hidden FROM folder WHERE hidden > 1 AND NOT EXISTS (SELECT 1 FROM user.operation o "
        "WHERE o.id = folder.hidden - 1 AND o.kind = 'delete-folder' AND o.state IN ('pending', 'running'))"
    ).fetchall():
        _bring_back(connection, account_id, wire_name, mark)


def hidden_mark(operation: Operation) -> int:
    """Return what ``folder.hidden`` is while this deletion waits; 1 is the place of deleted messages."""
    return operation.id + 1


def drop(connection: sqlite3.Connection, folder_id: FolderId) -> None:
    """Delete a folder with its messages."""
    rows = connection.execute("SELECT id FROM message WHERE folder_id = ?", (folder_id,)).fetchall()
    messages.delete(connection, [MessageId(row[0]) for row in rows])
    connection.execute("DELETE FROM folder WHERE id = ?", (folder_id,))


def _row(connection: sqlite3.Connection, account_id: AccountId, wire_name: str) -> FolderId | None:
    row = connection.execute(
        "SELECT id FROM folder WHERE account_id = ? AND wire_name = ? AND hidden = 0", (account_id, wire_name)
    ).fetchone()
    return None if row is None else FolderId(row[0])


def _is_made(connection: sqlite3.Connection, operation: Operation, wire_name: str) -> bool:
    """True when the folder is here, shown or hidden again by a later entry."""
    row = connection.execute(
        "SELECT 1 FROM folder WHERE account_id = ? AND wire_name = ? AND (hidden = 0 OR hidden > ?)",
        (operation.account_id, wire_name, hidden_mark(operation)),
    ).fetchone()
    return row is not None


def _tree(
    connection: sqlite3.Connection, account_id: AccountId, wire_name: str, delimiter: str | None
) -> list[tuple[int, str, str]]:
    """Return id, wire name and shown path of a folder and of all inside it, hidden ones too."""
    rows = connection.execute(
        "SELECT id, wire_name, name FROM folder WHERE account_id = ? AND hidden <> 1", (account_id,)
    ).fetchall()
    return [row for row in rows if is_within(row[1], wire_name, delimiter)]


def _take_role_away(connection: sqlite3.Connection, account_id: AccountId, role: FolderRole) -> None:
    connection.execute(
        "UPDATE folder SET role = 'none', role_source = 'user' WHERE account_id = ? AND role = ?",
        (account_id, role.value),
    )


def _set_subscribed(connection: sqlite3.Connection, account_id: AccountId, wire_name: str, subscribed: bool) -> None:
    connection.execute(
        "UPDATE folder SET subscribed = ? WHERE account_id = ? AND wire_name = ?", (subscribed, account_id, wire_name)
    )


def _bring_back(connection: sqlite3.Connection, account_id: AccountId, wire_name: str, mark: int) -> None:
    """Show a folder again whose deletion did not happen; one made meanwhile under its name gives way."""
    row = connection.execute(
        "SELECT id FROM folder WHERE account_id = ? AND wire_name = ? AND hidden = ?", (account_id, wire_name, mark)
    ).fetchone()
    if row is not None:
        _give_way(connection, account_id, wire_name, FolderId(row[0]))
        connection.execute("UPDATE folder SET hidden = 0 WHERE id = ?", row)


def _give_way(connection: sqlite3.Connection, account_id: AccountId, wire_name: str, to: FolderId) -> None:
    """Remove the row that has a name which another folder gets; what was only moved there locally goes along."""
    other = _row(connection, account_id, wire_name)
    if other is None or other == to:
        return
    connection.execute("UPDATE message SET folder_id = ? WHERE folder_id = ? AND uid IS NULL", (to, other))
    drop(connection, other)
