"""A folder that was renamed by another client keeps its row, and so its messages with their bytes: known by its MAILBOXID.

Where servers have no such names, a renamed folder is a new one. Statements inside somebody's transaction. RFC 8474.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from mailclient.domain.exchange import FolderListing
from mailclient.domain.ids import AccountId, FolderId, OperationId, UidValidity
from mailclient.store import folder_journal, journal
from mailclient.store.rows import storable

Renamed = tuple[tuple[FolderId, str], ...]
"""Rows and the names under which the server lists their folders now."""


def follow_renames(connection: sqlite3.Connection, account_id: AccountId, listings: Sequence[FolderListing]) -> Renamed:
    """Let the user's file speak of folders by the names under which the server lists them now; return which those are.

    The rows follow in a transaction of their own (``rename_rows``): killed between the two, the next listing finds the
    same folders again. Only a row counts whose old name is listed no more, that has the same UIDVALIDITY, and that nothing
    waits to be done about as a folder; and only a name that no row has.
    """
    names = {storable(listing.remote.wire_name) for listing in listings}
    rows = {
        row[0]: row
        for row in connection.execute(
            "SELECT wire_name, id, mailbox_id, uid_validity FROM folder WHERE account_id = ? AND hidden = 0",
            (account_id,),
        )
    }
    gone = {row[2]: row for name, row in rows.items() if name not in names and row[2] is not None}
    renamed = []
    for listing in listings if gone else ():
        remote, new = listing.remote, storable(listing.remote.wire_name)
        row = gone.get(remote.status.mailbox_id) if remote.status is not None and new not in rows else None
        if row is None or remote.status is None or not _same_edition(row[3], remote.status.uid_validity):
            continue
        old, folder_id = row[0], FolderId(row[1])
        living = journal.living_about_folders(connection, account_id)
        if any(journal.speaks_of(entry, old, remote.delimiter) for entry in living):
            continue
        # No delimiter: what lies in the folder is listed under its own name, and followed by that.
        folder_journal.follow(connection, account_id, old, new, None, OperationId(0))
        folder_journal.follow_choices(connection, account_id, old, new, None)
        renamed.append((folder_id, new))
        del gone[row[2]]
    return tuple(renamed)


def rename_rows(connection: sqlite3.Connection, renamed: Renamed) -> None:
    """Give rows their new names."""
    connection.executemany("UPDATE folder SET wire_name = ? WHERE id = ?", [(new, key) for key, new in renamed])


def _same_edition(known: UidValidity | None, told: UidValidity | None) -> bool:
    return known is None or told is None or known == told


def remember(connection: sqlite3.Connection, account_id: AccountId, listings: Sequence[FolderListing]) -> None:
    """Store the names for ever that the server told."""
    connection.executemany(
        "UPDATE folder SET mailbox_id = ?1 WHERE account_id = ?2 AND wire_name = ?3 AND hidden = 0 "
        "AND mailbox_id IS NOT ?1",
        [
            (listing.remote.status.mailbox_id, account_id, storable(listing.remote.wire_name))
            for listing in listings
            if listing.remote.status is not None and listing.remote.status.mailbox_id is not None
        ],
    )
