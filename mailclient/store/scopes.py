"""How much of single folders is kept here, where the user said so. In the user's file by wire name, like their roles."""

from __future__ import annotations

import sqlite3

from mailclient.domain.errors import BadInput
from mailclient.domain.folder import Folder
from mailclient.domain.ids import AccountId, FolderId
from mailclient.domain.scope import DownloadScope, Keep
from mailclient.store import folders
from mailclient.store.writer import Writer


def of_account(connection: sqlite3.Connection, account_id: AccountId) -> dict[str, DownloadScope]:
    """Return the scopes of the folders that have one of their own, by wire name."""
    rows = connection.execute(
        "SELECT wire_name, keep, days, max_size FROM user.folder_scope WHERE account_id = ?", (account_id,)
    )
    found = ((wire_name, _scope(keep, days, max_size)) for wire_name, keep, days, max_size in rows)
    return {wire_name: scope for wire_name, scope in found if scope is not None}


def _scope(keep: str, days: int, max_size: int | None) -> DownloadScope | None:
    """Return a stored scope; one that makes no sense is none: the folder follows its account then."""
    try:
        return DownloadScope(Keep(keep), days, max_size)
    except ValueError:
        return None


def set_folder_scope(writer: Writer, folder_id: FolderId, scope: DownloadScope | None) -> Folder:
    """Store the user's choice for a folder, or let it follow its account (None). Raises BadInput when it is gone."""

    def closure(connection: sqlite3.Connection) -> Folder:
        folder = folders.one(connection, folder_id)
        if folder is None:
            raise BadInput("The folder does not exist any more.")
        connection.execute(
            "DELETE FROM user.folder_scope WHERE account_id = ? AND wire_name = ?",
            (folder.account_id, folder.wire_name),
        )
        if scope is not None:
            connection.execute(
                "INSERT INTO user.folder_scope (account_id, wire_name, keep, days, max_size) VALUES (?, ?, ?, ?, ?)",
                (folder.account_id, folder.wire_name, scope.keep.value, scope.days, scope.max_size_bytes),
            )
        return folder

    return writer.run(closure)
