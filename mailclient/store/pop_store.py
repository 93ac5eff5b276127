"""What is kept of maildrops, and their mail: satisfies ``sync.pop_ports.PopStore`` by shape.

Only the user's file is touched: a message and the fact that it is here are one transaction, so neither can be without the
other. Must not speak to a server.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from mailclient.domain.errors import ServerRefused
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, Uid
from mailclient.domain.pop import FetchedMail, KnownMail
from mailclient.store import local_mail
from mailclient.store.rows import storable_identity
from mailclient.store.writer import Writer

REMEMBERED_S: Final = 90 * 86_400.0
"""A message that the server does not list any more is recognised for so long, should it come back."""


class PopStore:
    """What one collection may ask of the store, from any thread but the window's."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def known(self, account_id: AccountId) -> tuple[KnownMail, ...]:
        """Return what was met in this maildrop."""

        def closure(connection: sqlite3.Connection) -> tuple[KnownMail, ...]:
            rows = connection.execute(
                "SELECT p.key, p.size, p.message_id_field, p.header_digest, p.fetched, p.missing_since, p.expunged, "
                "m.complete, f.role FROM user.pop_message p "
                "LEFT JOIN user.local_message m ON m.id = p.local_message_id "
                "LEFT JOIN user.local_folder f ON f.id = m.folder_id WHERE p.account_id = ? ORDER BY p.id",
                (account_id,),
            )
            return tuple(
                KnownMail(
                    key=key,
                    size_bytes=size,
                    message_id_field=message_id,
                    header_digest=digest,
                    fetched_unix_s=fetched,
                    is_here=whole == 1,
                    has_headers=whole == 0,
                    is_missing=missing is not None,
                    is_trashed=role == FolderRole.TRASH.value,
                    is_expunged=bool(expunged),
                )
                for key, size, message_id, digest, fetched, missing, expunged, whole, role in rows
            )

        return self._writer.read(closure)

    def add(self, account_id: AccountId, into: AccountId, mails: Sequence[FetchedMail], now_unix_s: float) -> None:
        """Keep messages in the inbox of an account; one that is here with its header only gets its bytes."""

        def closure(connection: sqlite3.Connection) -> None:
            local_mail.make_standard_folders(connection, into, now_unix_s)
            inbox = local_mail.folder(connection, into, local_mail.INBOX)
            if inbox is None:
                raise ServerRefused("The inbox of this account is missing.")
            for mail in mails:
                _add(connection, account_id, inbox, mail, now_unix_s)

        self._writer.run(closure)

    def rename(self, account_id: AccountId, keys: Mapping[str, str]) -> None:
        """The server gave messages new ids."""

        def closure(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE OR IGNORE user.pop_message SET key = ? WHERE account_id = ? AND key = ?",
                [(new, account_id, old) for old, new in keys.items()],
            )

        self._writer.run(closure)

    def note_listing(self, account_id: AccountId, keys: Sequence[str], now_unix_s: float) -> None:
        """Note which messages the server listed; what is missing for long is forgotten, and stays here."""

        def closure(connection: sqlite3.Connection) -> None:
            listed = set(keys)
            rows = connection.execute(
                "SELECT id, key, missing_since FROM user.pop_message WHERE account_id = ?", (account_id,)
            ).fetchall()
            connection.executemany(
                "UPDATE user.pop_message SET missing_since = ? WHERE id = ?",
                [
                    (None if key in listed else now_unix_s, row)
                    for row, key, missing in rows
                    if (key in listed) == (missing is not None)
                ],
            )
            connection.execute(
                "DELETE FROM user.pop_message WHERE account_id = ? AND missing_since < ?",
                (account_id, now_unix_s - REMEMBERED_S),
            )

        self._writer.run(closure)

    def note_deleted(self, account_id: AccountId, keys: Sequence[str], now_unix_s: float) -> None:
        """The server says that these are deleted. They are remembered all the same, should it list them once more."""
        self._writer.run(
            lambda connection: connection.executemany(
                "UPDATE user.pop_message SET missing_since = ? WHERE account_id = ? AND key = ?",
                [(now_unix_s, account_id, key) for key in keys],
            )
        )

    def origin(self, account_id: AccountId, wire_name: str, uid: Uid) -> tuple[AccountId, str] | None:
        """Return from which account's maildrop a local message came, and its key there."""

        def closure(connection: sqlite3.Connection) -> tuple[AccountId, str] | None:
            row = connection.execute(
                "SELECT p.account_id, p.key FROM user.local_folder f JOIN user.local_message m ON m.folder_id = f.id "
                "JOIN user.pop_message p ON p.local_message_id = m.id "
                "WHERE f.account_id = ? AND f.wire_name = ? AND m.uid = ?",
                (account_id, wire_name, uid),
            ).fetchone()
            return None if row is None else (AccountId(row[0]), row[1])

        return self._writer.read(closure)

    def count_only_here(self, account_id: AccountId) -> int:
        """Return how many messages of an account's folders exist nowhere but on this machine, as far as is known."""

        def closure(connection: sqlite3.Connection) -> int:
            row = connection.execute(
                "SELECT count(*) FROM user.local_message m JOIN user.local_folder f ON f.id = m.folder_id "
                "LEFT JOIN user.pop_message p ON p.local_message_id = m.id "
                "WHERE f.account_id = ? AND (p.id IS NULL OR p.missing_since IS NOT NULL)",
                (account_id,),
            ).fetchone()
            return int(row[0])

        return self._writer.read(closure)


def _add(
    connection: sqlite3.Connection,
    account_id: AccountId,
    inbox: local_mail.LocalFolder,
    mail: FetchedMail,
    now_unix_s: float,
) -> None:
    known = connection.execute(
        "SELECT p.id, p.local_message_id, m.complete FROM user.pop_message p "
        "LEFT JOIN user.local_message m ON m.id = p.local_message_id WHERE p.account_id = ? AND p.key = ?",
        (account_id, mail.key),
    ).fetchone()
    if known is not None and known[2] is not None:
        if mail.is_whole and not known[2]:
            local_mail.complete(connection, known[1], mail.raw)
        return
    size = None if mail.is_whole else mail.size_bytes
    row, _ = local_mail.add(connection, inbox, mail.raw, Flag.NONE, mail.received_unix_s, size_bytes=size)
    connection.execute(
        "INSERT INTO user.pop_message (account_id, key, local_message_id, size, message_id_field, header_digest, fetched) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, key) DO UPDATE SET "
        "local_message_id = excluded.local_message_id, expunged = 0, missing_since = NULL",
        (
            account_id,
            mail.key,
            row,
            mail.size_bytes,
            storable_identity(mail.message_id_field),
            mail.header_digest,
            now_unix_s,
        ),
    )
