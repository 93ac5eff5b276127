"""What the user says a folder is for. Kept in the user's file by wire name, so that it outlives the cache."""

from __future__ import annotations

import sqlite3

from mailclient.domain.errors import BadInput
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import AccountId, FolderId
from mailclient.store import folders
from mailclient.store.writer import Writer


def set_folder_role(writer: Writer, folder_id: FolderId, role: FolderRole) -> AccountId:
    """Store the user's choice; the folder of the account that had this role loses it. Returns the account.

    Raises BadInput when the folder is gone.
    """

    def first(connection: sqlite3.Connection) -> Folder:
        folder = folders.one(connection, folder_id)
        if folder is None:
            raise BadInput("The folder does not exist any more.")
        if role is not FolderRole.NONE:
            others = connection.execute(
                "SELECT wire_name FROM main.folder WHERE account_id = ? AND role = ? AND id <> ? AND hidden = 0",
                (folder.account_id, role.value, folder.id),
            ).fetchall()
            for (wire_name,) in others:
                store_override(connection, folder.account_id, wire_name, FolderRole.NONE)
        store_override(connection, folder.account_id, folder.wire_name, role)
        return folder

    def second(connection: sqlite3.Connection, folder: Folder) -> AccountId:
        folders.set_role(connection, folder, role)
        return folder.account_id

    return writer.run_pair(first, second)


def forget_overrides(writer: Writer, account_id: AccountId) -> None:
    """Forget all that the user said folders of an account are for; the rows are put right by whoever lists next."""
    writer.run(
        lambda connection: connection.execute("DELETE FROM user.role_override WHERE account_id = ?", (account_id,))
    )


def store_override(connection: sqlite3.Connection, account_id: AccountId, wire_name: str, role: FolderRole) -> None:
    """Note in the user's file what a folder is for."""
    connection.execute(
        "INSERT INTO user.role_override (account_id, wire_name, role) VALUES (?, ?, ?) "
        "ON CONFLICT (account_id, wire_name) DO UPDATE SET role = excluded.role",
        (account_id, wire_name, role.value),
    )
