"""Message rows, their bytes and their place in the index, as statements inside somebody's transaction.

Index and row always change together. Knows nothing of the journal. Must not parse mail.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailclient.domain.exchange import NewBody, NewMessage
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderState
from mailclient.domain.ids import FolderId, MessageId, key_range
from mailclient.domain.message import Availability
from mailclient.store import bulk, indexing
from mailclient.store.rows import sender_key, storable, storable_identity, subject_key
from mailclient.store.texts import Packed, pack
from mailclient.store.words import MAX_INDEXED_CHARS, indexed

_INSERT = (
    "INSERT INTO message (id, folder_id, uid, flags, server_flags, pending, size, date, has_attachment, sender_name, "
    "sender_address, sender_key, recipients, subject, subject_key, message_id_field, in_reply_to, reference_ids, email_id)"
)
_WITHOUT_UID = "message INDEXED BY message_without_uid"
"""The planner would rather walk through the whole folder."""

_INDEXED_AT_ONCE = 100
"""New mail is found at once; of a folder that is fetched for the first time each entry would be made twice."""

_SEEN_UNCLAIMED_BEFORE_DROPPED = 3
_MAX_DATE = (1 << 62) - 1


@dataclass(frozen=True, slots=True)
class Insertion:
    """A new row: the message, the key it gets and the flags it shows."""

    id: MessageId
    message: NewMessage
    flags: Flag
    pending: bool


class KeyMaker:
    """Hands out message keys that no row and no journal entry has."""

    def __init__(self, connection: sqlite3.Connection, times_unix_s: Iterable[int]) -> None:
        """Prepare for messages received at these times."""
        self._connection = connection
        self._last: dict[int, int] = {}
        times = list(times_unix_s)
        first, last = key_range(min(times, default=0))[0], key_range(max(times, default=0))[1]
        row = connection.execute("SELECT 1 FROM message WHERE id BETWEEN ? AND ? LIMIT 1", (first, last)).fetchone()
        # A first synchronisation goes where nothing is yet: one question answers for the whole batch.
        self._is_crowded = row is not None
        # A key of the journal must not be given to another message, even when the row is gone.
        self._reserved = {row[0] for row in connection.execute("SELECT message_id FROM user.operation_item")}

    def key(self, received_unix_s: int) -> MessageId:
        """Return the next free key of a second; of a later second when that one is full."""
        second = received_unix_s
        while True:
            first, last = key_range(second)
            newest = self._last.get(first)
            if newest is None:
                newest = self._newest(first, last) or first - 1
            key = newest + 1
            while key in self._reserved:
                key += 1
            if key <= last:
                self._last[first] = key
                return MessageId(key)
            second = max(second, 0) + 1
            # Beyond the times that were looked at.
            self._is_crowded = True

    def _newest(self, first: int, last: int) -> int | None:
        if not self._is_crowded:
            return None
        row = self._connection.execute("SELECT max(id) FROM message WHERE id BETWEEN ? AND ?", (first, last)).fetchone()
        return None if row[0] is None else int(row[0])


def _key(insertion: Insertion) -> MessageId:
    return insertion.id


def insert(connection: sqlite3.Connection, folder_id: FolderId, insertions: Sequence[Insertion]) -> None:
    """Insert rows, index their headers, and count them; the headers of many wait for their bodies."""
    rows, words = [], []
    for new in sorted(insertions, key=_key):
        message = new.message
        subject = storable(message.subject)
        name, address = storable(message.sender_name), storable(message.sender_address)
        recipients = storable(message.recipients)
        rows.append(
            (
                new.id,
                folder_id,
                message.uid,
                int(new.flags),
                int(message.flags),
                new.pending,
                message.size_bytes,
                _clamped(message.date_unix_s),
                message.has_attachment,
                name,
                address,
                sender_key(name, address),
                recipients,
                subject,
                subject_key(subject),
                storable_identity(message.message_id_field),
                storable_identity(message.in_reply_to),
                storable_identity(" ".join(message.references)),
                message.email_id,
            )
        )
        if len(insertions) <= _INDEXED_AT_ONCE:
            words.append(indexing.entry(new.id, subject, name, address, recipients, ""))
    bulk.insert(connection, _INSERT, rows)
    if words:
        indexing.add(connection, words)
    else:
        indexing.postpone(connection, [MessageId(row[0]) for row in rows])
    unread = sum(not new.flags & Flag.SEEN for new in insertions)
    connection.execute(
        "UPDATE folder SET total = total + ?, unread = unread + ? WHERE id = ?", (len(rows), unread, folder_id)
    )


@dataclass(frozen=True, slots=True)
class PreparedBody:
    """A message with its text as it is stored and as it is indexed: what can be worked out before the writer's turn."""

    id: MessageId
    raw: bytes
    packed: Packed
    words: str
    preview: str
    has_attachment: bool


def prepare(body: NewBody) -> PreparedBody:
    """Work out what is stored of a message, in any thread."""
    text = storable(body.searchable_text[:MAX_INDEXED_CHARS])
    return PreparedBody(
        body.message_id, body.raw, pack(text), indexed(text), storable(body.preview), body.has_attachment
    )


def put_bodies(connection: sqlite3.Connection, bodies: Sequence[PreparedBody]) -> list[MessageId]:
    """Store bytes, text and preview and index the text; return the messages whose row is still there."""
    old = indexing.entries(connection, [body.id for body in bodies])
    stored = [body for body in sorted(bodies, key=lambda body: body.id) if body.id in old]
    ids = [body.id for body in stored]
    indexing.put(connection, old, [(*old[body.id][:4], body.words) for body in stored])
    for table in ("piece", "part"):
        bulk.delete(connection, table, "message_id", ids)
    bulk.insert(connection, "INSERT OR REPLACE INTO raw (message_id, bytes)", [(body.id, body.raw) for body in stored])
    texts = [(body.id, body.packed) for body in stored]
    bulk.insert(connection, "INSERT OR REPLACE INTO body_text (message_id, body)", texts)
    bulk.update(
        connection,
        "UPDATE message SET preview = column2, has_attachment = column3, availability = column4, unavailable_because = NULL",
        [(body.id, body.preview, body.has_attachment, int(Availability.COMPLETE)) for body in stored],
        "message.id = column1",
    )
    return ids


def drop_bodies(connection: sqlite3.Connection, ids: Iterable[MessageId]) -> None:
    """Delete the bytes and texts of messages; their rows stay as if the bytes had not been fetched yet."""
    old = indexing.entries(connection, list(ids))
    indexing.put(connection, old, [(*entry[:4], "") for entry in old.values()])
    for table in ("raw", "body_text", "piece", "part"):
        bulk.delete(connection, table, "message_id", list(old))
    connection.executemany(
        "UPDATE message SET availability = 0 WHERE id = ? AND availability = 1", zip(old, strict=True)
    )


def delete(connection: sqlite3.Connection, ids: Iterable[MessageId]) -> None:
    """Delete rows with their bytes, text and index entries."""
    keys = list(ids)
    indexing.remove(connection, indexing.entries(connection, keys))
    bulk.delete(connection, "message", "id", keys)


def store_state(connection: sqlite3.Connection, folder_id: FolderId, state: FolderState) -> None:
    """Store what is known of the server's folder."""
    connection.execute(
        "UPDATE folder SET uid_validity = ?, uid_next = ?, highest_modseq = ?, server_count = ?, permits_keywords = ?, "
        "read_only = ? WHERE id = ?",
        (
            state.uid_validity,
            state.uid_next,
            state.highest_modseq,
            state.exists,
            state.permits_keywords,
            state.read_only,
            folder_id,
        ),
    )


def count_unclaimed(connection: sqlite3.Connection, folder_id: FolderId, state: FolderState) -> None:
    """Note that a complete synchronisation has seen rows without UID and without a reason to wait.

    Such a row remains when a message was moved here, its new UID was not told, and another client took it away before
    it was listed. Counted only when each of the server's messages has its row.
    """
    waiting = connection.execute(
        f"SELECT count(*) FROM {_WITHOUT_UID} WHERE folder_id = ? AND uid IS NULL", (folder_id,)
    ).fetchone()[0]
    if not waiting or state.exists is None:
        return
    total = connection.execute("SELECT total FROM folder WHERE id = ?", (folder_id,)).fetchone()[0]
    if total - waiting >= state.exists:
        connection.execute(
            f"UPDATE {_WITHOUT_UID} SET unclaimed = unclaimed + 1 WHERE folder_id = ? AND uid IS NULL AND pending = 0",
            (folder_id,),
        )


def drop_unclaimed(connection: sqlite3.Connection, folder_id: FolderId) -> tuple[MessageId, ...]:
    """Delete rows that no message of the server claimed in several complete synchronisations; never a pending one."""
    ids = tuple(
        MessageId(row[0])
        for row in connection.execute(
            f"SELECT id FROM {_WITHOUT_UID} WHERE folder_id = ? AND uid IS NULL AND pending = 0 AND unclaimed >= ?",
            (folder_id, _SEEN_UNCLAIMED_BEFORE_DROPPED),
        )
    )
    delete(connection, ids)
    return ids


def _clamped(date_unix_s: int | None) -> int | None:
    """Return a date that fits a column; a header may claim any year."""
    return None if date_unix_s is None else min(max(date_unix_s, -_MAX_DATE), _MAX_DATE)
