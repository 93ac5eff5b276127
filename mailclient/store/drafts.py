"""Drafts: on the disk before a save is answered. Attachments have rows of their own: saving text does not rewrite them.

A draft in the outbox keeps its row, hidden, and comes back when sending is cancelled. Must not know how mail is built.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable

from mailclient.domain.draft import Draft, DraftAttachment
from mailclient.domain.ids import DraftId
from mailclient.store.rows import storable
from mailclient.store.writer import Writer


class DraftStore:
    """Saves and forgets drafts; from any thread but the window's."""

    def __init__(self, writer: Writer, clock: Callable[[], float] = time.time) -> None:
        self._writer = writer
        self._clock = clock

    def save(self, draft: Draft) -> DraftId:
        """Store a draft durably and return its id. A draft whose row is gone gets it back under the same id."""
        return self._writer.run(lambda connection: save(connection, draft, self._clock()))

    def discard(self, draft_id: DraftId) -> None:
        """Forget a draft for good, unless it lies in the outbox."""
        self._writer.run(
            lambda connection: connection.execute(
                "DELETE FROM user.draft WHERE id = ? AND outbox_id IS NULL", (draft_id,)
            )
        )


def save(connection: sqlite3.Connection, draft: Draft, now_unix_s: float) -> DraftId:
    """Write a draft inside somebody's transaction."""
    values = (
        draft.account_id,
        draft.kind.value,
        storable(draft.to),
        storable(draft.cc),
        storable(draft.bcc),
        storable(draft.subject),
        storable(draft.text),
        storable(draft.in_reply_to),
        storable(" ".join(draft.references)),
        draft.source_message_id,
        draft.changed_unix_s or now_unix_s,
    )
    columns = (
        "account_id, kind, to_line, cc_line, bcc_line, subject, text, in_reply_to, reference_ids, source_message_id, "
        "changed"
    )
    updates = ", ".join(f"{column.strip()} = excluded.{column.strip()}" for column in columns.split(","))
    cursor = connection.execute(
        f"INSERT INTO user.draft (id, {columns}) VALUES (?, {', '.join('?' * len(values))}) "
        f"ON CONFLICT (id) DO UPDATE SET {updates}",
        (draft.id, *values),
    )
    draft_id = draft.id if draft.id is not None else DraftId(cursor.lastrowid or 0)
    _put_attachments(connection, draft_id, draft.attachments)
    return draft_id


def _put_attachments(
    connection: sqlite3.Connection, draft_id: DraftId, attachments: tuple[DraftAttachment, ...]
) -> None:
    stored = {
        position: (filename, content_type, digest)
        for position, filename, content_type, digest in connection.execute(
            "SELECT position, filename, content_type, digest FROM user.draft_attachment WHERE draft_id = ?", (draft_id,)
        )
    }
    for position, attachment in enumerate(attachments):
        described = (
            storable(attachment.filename),
            storable(attachment.content_type),
            hashlib.sha256(attachment.data).digest(),
        )
        if stored.get(position) != described:
            connection.execute(
                "INSERT OR REPLACE INTO user.draft_attachment (draft_id, position, filename, content_type, digest, "
                "data) VALUES (?, ?, ?, ?, ?, ?)",
                (draft_id, position, *described, attachment.data),
            )
    if len(stored) > len(attachments):
        connection.execute(
            "DELETE FROM user.draft_attachment WHERE draft_id = ? AND position >= ?", (draft_id, len(attachments))
        )
