"""The bytes of whole messages: how many are here, which may go, and the going. Only what a server still has ever goes.

A message that has no UID, or that a journal entry speaks of, may exist only here: its bytes stay whatever the scope says.
Freed messages keep their row and preview. Runs in short transactions; a cut anywhere leaves some freed and some not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from functools import partial
from typing import Final

from mailclient.domain.exchange import Touched
from mailclient.domain.folder import FolderState
from mailclient.domain.ids import AccountId, FolderId, MessageId, message_key
from mailclient.domain.scope import BodyBounds, KeptBytes
from mailclient.store import messages
from mailclient.store.writer import Writer

AT_ONCE: Final = 200

_REPLACEABLE = "m.uid IS NOT NULL AND m.orphan = 0 AND m.pending = 0"
"""The server has it, and nothing that the user did to it is still under way."""


def outside(bounds: BodyBounds | None) -> tuple[str, list[object]]:
    """Return the condition, with its values, for messages ``m`` that lie outside (None: all do)."""
    if bounds is None:
        return "1", []
    since = 0 if bounds.since_unix_s is None else message_key(bounds.since_unix_s, 0)
    return "(m.id < ? OR (? IS NOT NULL AND m.size > ?))", [since, bounds.max_size_bytes, bounds.max_size_bytes]


def measure(connection: sqlite3.Connection, folder_id: FolderId, bounds: BodyBounds | None) -> KeptBytes:
    """Return what a folder's whole messages take up, and what of it could be freed."""
    condition, values = outside(bounds)
    row = connection.execute(
        "SELECT coalesce(sum(m.size), 0), count(*), coalesce(sum(m.size) FILTER (WHERE gone), 0), "
        "count(*) FILTER (WHERE gone) FROM (SELECT m.size, "
        f"({condition} AND {_REPLACEABLE}) AS gone FROM message m WHERE m.folder_id = ? AND m.availability = 1) m",
        (*values, folder_id),
    ).fetchone()
    return KeptBytes(*row)


def free(
    writer: Writer, folder_id: FolderId, bounds: BodyBounds | None, spared: Collection[MessageId]
) -> tuple[MessageId, ...]:
    """Drop the bytes of a folder's messages outside the bounds, but of those spared; return their ids."""
    condition, values = outside(bounds)
    freed: list[MessageId] = []

    def some(connection: sqlite3.Connection, after: int) -> list[MessageId]:
        rows = connection.execute(
            f"SELECT m.id FROM message m WHERE m.folder_id = ? AND m.id > ? AND m.availability = 1 AND {condition} "
            f"AND {_REPLACEABLE} ORDER BY m.id LIMIT ?",
            (folder_id, after, *values, AT_ONCE),
        )
        ids = [MessageId(row[0]) for row in rows]
        messages.drop_bodies(connection, [key for key in ids if key not in spared])
        return ids

    writer.run(lambda connection: _drop_beginnings(connection, folder_id, spared))
    last = -1
    while found := writer.run(partial(some, after=last)):
        freed += [key for key in found if key not in spared]
        last = found[-1]
    return tuple(freed)


def _drop_beginnings(connection: sqlite3.Connection, folder_id: FolderId, spared: Collection[MessageId]) -> None:
    """What came of large messages that are not here whole is fetched anew when it is wanted."""
    for table in ("piece", "part"):
        rows = connection.execute(
            f"SELECT DISTINCT p.message_id FROM {table} p JOIN message m ON m.id = p.message_id WHERE m.folder_id = ?",
            (folder_id,),
        ).fetchall()
        gone = [row for row in rows if row[0] not in spared]
        connection.executemany(f"DELETE FROM {table} WHERE message_id = ?", gone)


def forget_rows(writer: Writer, folder_id: FolderId, spared: Collection[MessageId]) -> Touched:
    """Let go the rows of a folder that is not synchronised any more; it is listed anew when it is wanted again."""
    removed: list[MessageId] = []

    def some(connection: sqlite3.Connection, after: int) -> list[MessageId]:
        messages.store_state(connection, folder_id, FolderState())
        rows = connection.execute(
            f"SELECT m.id FROM message m WHERE m.folder_id = ? AND m.id > ? AND {_REPLACEABLE} ORDER BY m.id LIMIT ?",
            (folder_id, after, AT_ONCE),
        )
        ids = [MessageId(row[0]) for row in rows]
        messages.delete(connection, [key for key in ids if key not in spared])
        return ids

    last = -1
    while found := writer.run(partial(some, after=last)):
        removed += [key for key in found if key not in spared]
        last = found[-1]
    return Touched(folder_id, removed=tuple(removed))


def note_opened(writer: Writer, message_id: MessageId, now_unix_s: float) -> None:
    """A message outside the scope came because somebody opened it: it is one of those that are kept for a while."""
    writer.run(
        lambda connection: connection.execute(
            "INSERT OR REPLACE INTO opened (message_id, opened) SELECT id, ? FROM message WHERE id = ?",
            (now_unix_s, message_id),
        )
    )


def note_read(writer: Writer, message_id: MessageId, now_unix_s: float) -> None:
    """A message is looked at again; nothing when it is not one of those that were opened outside the scope."""
    writer.run(
        lambda connection: connection.execute(
            "UPDATE opened SET opened = ? WHERE message_id = ?", (now_unix_s, message_id)
        )
    )


def keep_opened(writer: Writer, folder_id: FolderId) -> None:
    """The scope of a folder changed: what was opened there goes no more by itself."""
    writer.run(
        lambda connection: connection.execute(
            "DELETE FROM opened WHERE message_id IN (SELECT id FROM message WHERE folder_id = ?)", (folder_id,)
        )
    )


def evict(
    writer: Writer, account_id: AccountId, limit_bytes: int, spared: Collection[MessageId]
) -> tuple[tuple[FolderId, MessageId], ...]:
    """Drop the bytes of what was opened longest ago, until the rest fits; return what went, with its folder."""

    def closure(connection: sqlite3.Connection) -> tuple[tuple[FolderId, MessageId], ...]:
        rows = connection.execute(
            f"SELECT m.folder_id, m.id, m.size, ({_REPLACEABLE}) FROM opened o JOIN message m ON m.id = o.message_id "
            "JOIN folder f ON f.id = m.folder_id WHERE f.account_id = ? AND m.availability = 1 "
            "ORDER BY o.opened DESC, m.id DESC",
            (account_id,),
        )
        total, gone = 0, list[tuple[FolderId, MessageId]]()
        for folder_id, key, size, replaceable in rows:
            total += size
            if total > limit_bytes and replaceable and key not in spared:
                gone.append((FolderId(folder_id), MessageId(key)))
        messages.drop_bodies(connection, [key for _, key in gone])
        connection.executemany("DELETE FROM opened WHERE message_id = ?", [(key,) for _, key in gone])
        return tuple(gone)

    return writer.run(closure)
