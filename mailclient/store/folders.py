"""Folder rows as statements inside somebody's transaction: listing, roles, disappearance. RFC 6154 roles.

What waits in the journal about folders lies on top of the listing; how is in ``folder_effects``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from mailclient.domain.exchange import FolderListing
from mailclient.domain.folder import Folder, FolderRole, RoleSource
from mailclient.domain.ids import AccountId, FolderId
from mailclient.store import folder_effects, folder_identity, journal, same_elsewhere
from mailclient.store.folder_effects import drop
from mailclient.store.rows import FOLDER_COLUMNS, folder_of, storable


def of_account(connection: sqlite3.Connection, account_id: AccountId | None) -> tuple[Folder, ...]:
    """Return the folders of one account or of all, by account and name."""
    rows = connection.execute(
        f"SELECT {FOLDER_COLUMNS} FROM main.folder WHERE hidden = 0 AND (? IS NULL OR account_id = ?) "
        "ORDER BY account_id, name COLLATE NOCASE, id",
        (account_id, account_id),
    )
    return tuple(folder_of(row) for row in rows)


def one(connection: sqlite3.Connection, folder_id: FolderId) -> Folder | None:
    """Return one folder that is not hidden."""
    row = connection.execute(
        f"SELECT {FOLDER_COLUMNS} FROM main.folder WHERE id = ? AND hidden = 0", (folder_id,)
    ).fetchone()
    return None if row is None else folder_of(row)


def put(
    connection: sqlite3.Connection,
    account_id: AccountId,
    listings: Sequence[FolderListing],
    renamed: folder_identity.Renamed = (),
) -> tuple[FolderId, ...]:
    """Make the rows equal to the server's listing; return the changed and the new. See ``MailStore.put_folders``."""
    folder_identity.rename_rows(connection, renamed)
    known = {folder.wire_name: folder for folder in of_account(connection, account_id)}
    chosen = dict(
        connection.execute("SELECT wire_name, role FROM user.role_override WHERE account_id = ?", (account_id,))
    )
    touched: list[FolderId] = [key for key, _ in renamed]
    listed = set()
    living = journal.living_about_folders(connection, account_id)
    for listing, may_be_new in folder_effects.effective_listings(listings, living):
        remote = listing.remote
        wire_name = storable(remote.wire_name)
        if wire_name in listed or not wire_name:
            continue
        listed.add(wire_name)
        if wire_name in chosen:
            role, source = FolderRole(chosen[wire_name]), RoleSource.USER
        else:
            role = listing.role
            source = RoleSource.ATTRIBUTE if listing.by_attribute else RoleSource.NAME
        old = known.get(wire_name)
        subscribed = remote.subscribed
        if subscribed is None:
            subscribed = old.subscribed if old is not None else True
        values = (
            storable(remote.name),
            remote.delimiter,
            role.value,
            source.value,
            remote.selectable,
            subscribed,
            remote.namespace.value,
            storable(remote.namespace_prefix),
        )
        if old is None and not may_be_new:
            continue
        if old is None:
            cursor = connection.execute(
                "INSERT INTO folder (name, delimiter, role, role_source, selectable, subscribed, namespace, "
                "namespace_prefix, account_id, wire_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, account_id, wire_name),
            )
            touched.append(FolderId(cursor.lastrowid or 0))
        elif _values(old) != values:
            connection.execute(
                "UPDATE folder SET name = ?, delimiter = ?, role = ?, role_source = ?, selectable = ?, subscribed = ?, "
                "namespace = ?, namespace_prefix = ? WHERE id = ?",
                (*values, old.id),
            )
            touched.append(old.id)
    for name, folder in known.items():
        if name not in listed and not journal.is_busy(connection, account_id, name):
            drop(connection, folder.id)
            touched.append(folder.id)
    folder_identity.remember(connection, account_id, listings)
    same_elsewhere.forget_old(connection)
    return tuple(dict.fromkeys(touched))


def _values(folder: Folder) -> tuple[object, ...]:
    role, source = folder.role.value, folder.role_source.value
    shown = (folder.name, folder.delimiter, role, source, folder.selectable, folder.subscribed)
    return *shown, folder.namespace.value, folder.namespace_prefix


def set_role(connection: sqlite3.Connection, folder: Folder, role: FolderRole) -> None:
    """Give a folder the role the user chose; no other folder of the account keeps it."""
    if role is not FolderRole.NONE:
        connection.execute(
            "UPDATE folder SET role = 'none', role_source = 'user' WHERE account_id = ? AND role = ? AND id <> ?",
            (folder.account_id, role.value, folder.id),
        )
    connection.execute("UPDATE folder SET role = ?, role_source = 'user' WHERE id = ?", (role.value, folder.id))
