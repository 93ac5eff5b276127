"""Read-only views of the two databases, for whoever shows mail: the window and the command line.

Each ``Reader`` owns one ``mode=ro`` connection and belongs to the thread that made it. It cannot write, so it can
neither block nor damage anything. Every query is one bounded page found by key; there is no OFFSET anywhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from mailclient.domain.activity import JournalSize, WaitingOperation
from mailclient.domain.draft import Draft, OutboxItem
from mailclient.domain.errors import StoreDamaged
from mailclient.domain.exchange import KeptPart
from mailclient.domain.folder import Folder
from mailclient.domain.ids import AccountId, DraftId, FolderId, MessageId, OperationId, OutboxId
from mailclient.domain.message import MessageLocation, MessageRow, SearchHit, SortOrder
from mailclient.domain.operation import Operation
from mailclient.domain.scope import DownloadScope
from mailclient.domain.stored import StoredMessage
from mailclient.store import contacts, folders, journal, parts, pieces, relatives, scopes, search, waiting
from mailclient.store.contacts import SeenAddress
from mailclient.store.remote_content import remote_content_key
from mailclient.store.rows import (
    DRAFT_COLUMNS,
    MESSAGE_COLUMNS,
    OUTBOX_COLUMNS,
    draft_of,
    message_of,
    outbox_item_of,
)

_MAX_ROWS = 500
_SORT_COLUMNS = {
    SortOrder.DATE: "id",
    SortOrder.SENDER: "sender_key",
    SortOrder.SUBJECT: "subject_key",
    SortOrder.SIZE: "size",
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the sort value (None for date order) and the key of its last row."""

    value: str | int | None
    key: MessageId


@dataclass(frozen=True, slots=True)
class IdPage:
    """One page of a folder's message ids in list order, and where the next begins (None: that was all)."""

    ids: tuple[MessageId, ...]
    next: Cursor | None


class Reader:
    """Queries over one profile's mail."""

    def __init__(self, cache_database: Path, user_database: Path) -> None:
        """Open both files read-only. Raises StoreDamaged when they cannot be opened (the engine makes them)."""
        self._files = (cache_database, user_database)
        try:
            self._connection = sqlite3.connect(
                _read_only(cache_database), uri=True, isolation_level=None, cached_statements=256
            )
            self._connection.execute("PRAGMA busy_timeout = 5000")
            self._connection.execute("ATTACH DATABASE ? AS user", (_read_only(user_database),))
            self._connection.execute("PRAGMA main.mmap_size = 268435456")
            self._connection.execute("PRAGMA temp_store = MEMORY")
            self._connection.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise StoreDamaged(f"The mail in {cache_database.parent} cannot be opened: {error}.") from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def another(self) -> Reader:
        """Open a second one on the same files, for the thread that calls this; the caller closes it."""
        return Reader(*self._files)

    def folders(self, account_id: AccountId | None = None) -> tuple[Folder, ...]:
        """Return folders with their counts, ordered by account and name."""
        return folders.of_account(self._connection, account_id)

    def folder(self, folder_id: FolderId) -> Folder | None:
        """Return one folder."""
        return folders.one(self._connection, folder_id)

    def folder_scope(self, folder: Folder) -> DownloadScope | None:
        """Return what a folder keeps here where it differs from its account."""
        return scopes.of_account(self._connection, folder.account_id).get(folder.wire_name)

    def folder_scopes(self, account_id: AccountId) -> dict[str, DownloadScope]:
        """Return what folders keep here where they differ from their account, by wire name."""
        return scopes.of_account(self._connection, account_id)

    def id_page(
        self,
        folder_id: FolderId,
        *,
        order: SortOrder = SortOrder.DATE,
        descending: bool = True,
        unread_only: bool = False,
        after: Cursor | None = None,
        limit: int = 2000,
    ) -> IdPage:
        """Return the next page of a folder's ids; 200,000 messages are 40 pages of 5,000, each a few milliseconds."""
        column = _SORT_COLUMNS[order]
        conditions, values = ["folder_id = ?"], list[object]((folder_id,))
        if unread_only:
            conditions.append("(flags & 1) = 0")
        beyond, direction = ("<", "DESC") if descending else (">", "ASC")
        if after is not None and column == "id":
            conditions.append(f"id {beyond} ?")
            values.append(after.key)
        elif after is not None:
            conditions.append(f"({column}, id) {beyond} (?, ?)")
            values += [after.value, after.key]
        by = f"id {direction}" if column == "id" else f"{column} {direction}, id {direction}"
        rows = self._connection.execute(
            f"SELECT id, {column} FROM message WHERE {' AND '.join(conditions)} ORDER BY {by} LIMIT ?",
            (*values, limit + 1),
        ).fetchall()
        ids = tuple([row[0] for row in rows[:limit]])
        if len(rows) <= limit or not ids:
            return IdPage(ids, None)
        return IdPage(ids, Cursor(None if column == "id" else rows[limit - 1][1], ids[-1]))

    def rows(self, ids: Sequence[MessageId]) -> tuple[MessageRow, ...]:
        """Return the rows of these ids (at most 500), in the order asked for; vanished ids are left out."""
        wanted = list(ids[:_MAX_ROWS])
        if not wanted:
            return ()
        found = {
            row[0]: row
            for row in self._connection.execute(
                f"SELECT {MESSAGE_COLUMNS} FROM message m WHERE m.id IN ({', '.join('?' * len(wanted))})", wanted
            )
        }
        return tuple([message_of(found[key]) for key in wanted if key in found])

    def row(self, message_id: MessageId) -> MessageRow | None:
        """Return one row."""
        found = self.rows((message_id,))
        return found[0] if found else None

    def location(self, message_id: MessageId) -> MessageLocation | None:
        """Return where the server has the message."""
        row = self._connection.execute(
            "SELECT m.folder_id, f.uid_validity, m.uid, m.message_id_field FROM message m "
            "JOIN folder f ON f.id = m.folder_id WHERE m.id = ?",
            (message_id,),
        ).fetchone()
        return None if row is None else MessageLocation(FolderId(row[0]), row[1], row[2], row[3])

    def raw(self, message_id: MessageId) -> bytes | None:
        """Return the bytes exactly as they came, or None when only headers are here."""
        row = self._connection.execute("SELECT bytes FROM raw WHERE message_id = ?", (message_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def with_message_ids(self, fields: Sequence[str]) -> tuple[StoredMessage, ...]:
        """Return the messages with these Message-IDs (at most 150) in all folders and accounts, at most 20 of each."""
        return relatives.with_message_ids(self._connection, fields)

    def beginning(self, message_id: MessageId) -> bytes:
        """Return the first bytes of a large message that is not here whole, as far as they are here."""
        return pieces.beginning(self._connection, message_id)

    def parts(self, message_id: MessageId) -> tuple[KeptPart, ...]:
        """Return the parts that are kept of a message that is not here whole."""
        return parts.of_message(self._connection, message_id)

    def search(
        self,
        query: str,
        *,
        account_id: AccountId | None = None,
        folder_id: FolderId | None = None,
        before: MessageId | None = None,
        limit: int = 50,
    ) -> tuple[SearchHit, ...]:
        """Return messages that match, newest first.

        Words are joined by AND, the last one, of three letters or more, matches as a prefix; ``from:`` ``to:``
        ``subject:`` ``body:`` restrict a word, quotes make a phrase, ``-word`` excludes. Any input is valid: what is
        not syntax is a word.
        """
        return search.search(self._connection, query, account_id, folder_id, before, limit)

    def operations(self, account_id: AccountId | None = None) -> tuple[Operation, ...]:
        """Return journal entries that wait, run or were refused, oldest first."""
        entries = journal.entries(
            self._connection,
            "o.state IN ('pending', 'running', 'refused') AND (? IS NULL OR o.account_id = ?)",
            (account_id, account_id),
        )
        return tuple(entry.operation for entry in entries)

    def waiting(
        self, account_id: AccountId | None = None, *, after: OperationId | None = None, limit: int = 200
    ) -> tuple[WaitingOperation, ...]:
        """Return the next page of journal entries that wait, run or were refused, oldest first, without their messages."""
        return waiting.page(self._connection, account_id, after or OperationId(0), limit)

    def journal_size(self) -> JournalSize:
        """Return how much the journal holds."""
        return waiting.size(self._connection)

    def drafts(self) -> tuple[Draft, ...]:
        """Return local drafts, newest first, without the data of their attachments."""
        rows = self._connection.execute(
            f"SELECT {DRAFT_COLUMNS} FROM user.draft WHERE outbox_id IS NULL ORDER BY changed DESC, id DESC"
        ).fetchall()
        return tuple(draft_of(row, self._attachments(row[0], with_data=False)) for row in rows)

    def draft(self, draft_id: DraftId) -> Draft | None:
        """Return one draft whole."""
        row = self._connection.execute(f"SELECT {DRAFT_COLUMNS} FROM user.draft WHERE id = ?", (draft_id,)).fetchone()
        return None if row is None else draft_of(row, self._attachments(row[0], with_data=True))

    def outbox(self) -> tuple[OutboxItem, ...]:
        """Return submissions that are not DONE, oldest first."""
        rows = self._connection.execute(f"SELECT {OUTBOX_COLUMNS} FROM user.outbox WHERE state <> 'done' ORDER BY id")
        return tuple(outbox_item_of(row) for row in rows)

    def outbox_raw(self, outbox_id: OutboxId) -> bytes | None:
        """Return the bytes that go out."""
        row = self._connection.execute("SELECT raw FROM user.outbox_bytes WHERE outbox_id = ?", (outbox_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def addresses_like(self, typed: str, limit: int = 10) -> tuple[SeenAddress, ...]:
        """Return seen addresses whose name or address begins with what was typed, those written to most first."""
        return contacts.like(self._connection, typed, limit)

    def written_domains(self, limit: int = 1_000) -> tuple[str, ...]:
        """Return the domains that the user has written to."""
        return contacts.written_domains(self._connection, limit)

    def remote_content_allowed(self, address: str) -> bool:
        """True when the user always wants to see this sender's remote content."""
        row = self._connection.execute(
            "SELECT 1 FROM user.remote_content_sender WHERE address = ?", (remote_content_key(address),)
        ).fetchone()
        return row is not None

    def _attachments(self, draft_id: int, *, with_data: bool) -> list[tuple[str, str, bytes]]:
        data = "data" if with_data else "x''"
        return self._connection.execute(
            f"SELECT filename, content_type, {data} FROM user.draft_attachment WHERE draft_id = ? ORDER BY position",
            (draft_id,),
        ).fetchall()


def _read_only(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}?mode=ro"


__all__ = ["Cursor", "IdPage", "Reader", "SeenAddress"]
