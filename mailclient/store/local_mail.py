"""Mailboxes that exist only on this machine, as statements inside somebody's transaction: folders, messages, bytes.

They live in the user's file, because no server can give them again; the cache is filled from them and may be thrown away.
Numbers work as on an IMAP server: a UID is never used twice in a folder, a modification sequence only grows. RFC 3501
section 2.3.1, RFC 7162.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, Uid
from mailclient.mime.wire import summarise_headers
from mailclient.store.rows import storable_identity

INBOX: Final = "INBOX"
STANDARD: Final = (
    (INBOX, FolderRole.INBOX),
    ("Drafts", FolderRole.DRAFTS),
    ("Sent", FolderRole.SENT),
    ("Archive", FolderRole.ARCHIVE),
    ("Junk", FolderRole.JUNK),
    ("Trash", FolderRole.TRASH),
)


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """One folder with its counters."""

    id: int
    wire_name: str
    role: FolderRole
    subscribed: bool
    uid_validity: int
    uid_next: int
    highest_modseq: int


def folders(connection: sqlite3.Connection, account_id: AccountId) -> list[LocalFolder]:
    """Return the folders of an account."""
    rows = connection.execute(
        "SELECT id, wire_name, role, subscribed, uid_validity, uid_next, highest_modseq FROM user.local_folder "
        "WHERE account_id = ? ORDER BY id",
        (account_id,),
    )
    return [LocalFolder(row[0], row[1], FolderRole(row[2]), bool(row[3]), *row[4:]) for row in rows]


def folder(connection: sqlite3.Connection, account_id: AccountId, wire_name: str) -> LocalFolder | None:
    """Return one folder."""
    return next((found for found in folders(connection, account_id) if found.wire_name == wire_name), None)


def make_folder(
    connection: sqlite3.Connection, account_id: AccountId, wire_name: str, role: FolderRole, now_unix_s: float
) -> None:
    """Make a folder; one that is there already stays as it is."""
    connection.execute(
        "INSERT OR IGNORE INTO user.local_folder (account_id, wire_name, role, uid_validity) VALUES (?, ?, ?, ?)",
        (account_id, wire_name, role.value, max(int(now_unix_s), 1)),
    )


def make_standard_folders(connection: sqlite3.Connection, account_id: AccountId, now_unix_s: float) -> None:
    """Make the folders that every account has."""
    for wire_name, role in STANDARD:
        make_folder(connection, account_id, wire_name, role, now_unix_s)


def add(
    connection: sqlite3.Connection,
    into: LocalFolder,
    raw: bytes,
    flags: Flag,
    received_unix_s: int,
    *,
    size_bytes: int | None = None,
) -> tuple[int, Uid]:
    """Keep a message, or with ``size_bytes`` only its header; return its row and its UID."""
    uid, modseq = _next_numbers(connection, into.id)
    header, body = split(raw)
    cursor = connection.execute(
        "INSERT INTO user.local_message (folder_id, uid, modseq, flags, received, size, complete, message_id_field) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            into.id,
            uid,
            modseq,
            int(flags),
            received_unix_s,
            len(raw) if size_bytes is None else size_bytes,
            size_bytes is None,
            storable_identity(summarise_headers(header).message_id),
        ),
    )
    row = cursor.lastrowid or 0
    connection.execute(
        "INSERT INTO user.local_bytes (local_message_id, header, body) VALUES (?, ?, ?)", (row, header, body)
    )
    return row, uid


def complete(connection: sqlite3.Connection, row: int, raw: bytes) -> None:
    """Put the whole message in the place of its header."""
    header, body = split(raw)
    connection.execute("UPDATE user.local_message SET complete = 1, size = ? WHERE id = ?", (len(raw), row))
    connection.execute(
        "UPDATE user.local_bytes SET header = ?, body = ? WHERE local_message_id = ?", (header, body, row)
    )


def relocate(connection: sqlite3.Connection, row: int, target: LocalFolder) -> Uid:
    """Move a message to a folder; return its new UID."""
    uid, modseq = _next_numbers(connection, target.id)
    connection.execute(
        "UPDATE user.local_message SET folder_id = ?, uid = ?, modseq = ? WHERE id = ?", (target.id, uid, modseq, row)
    )
    return uid


def touch(connection: sqlite3.Connection, folder_id: int) -> int:
    """Return the modification sequence of a change that is about to be made."""
    connection.execute("UPDATE user.local_folder SET highest_modseq = highest_modseq + 1 WHERE id = ?", (folder_id,))
    row = connection.execute("SELECT highest_modseq FROM user.local_folder WHERE id = ?", (folder_id,)).fetchone()
    return int(row[0])


def _next_numbers(connection: sqlite3.Connection, folder_id: int) -> tuple[Uid, int]:
    modseq = touch(connection, folder_id)
    row = connection.execute("SELECT uid_next FROM user.local_folder WHERE id = ?", (folder_id,)).fetchone()
    connection.execute("UPDATE user.local_folder SET uid_next = uid_next + 1 WHERE id = ?", (folder_id,))
    return Uid(row[0]), modseq


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Cut a message behind the empty line that ends its header; without one everything is header."""
    found = [at + len(end) for end in (b"\r\n\r\n", b"\n\n") if (at := raw.find(end)) >= 0]
    end = min(found, default=len(raw))
    return raw[:end], raw[end:]
