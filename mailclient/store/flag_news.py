"""What the server says of flags, stored for many messages at once: thousands change when somebody marks a folder as read.

A pending local change stays on top of what is stored here. Statements inside somebody's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from mailclient.domain.exchange import FlagRecord
from mailclient.domain.folder import Folder
from mailclient.domain.ids import MessageId
from mailclient.store import departures, effects
from mailclient.store.effects import Changes

_PIECE: Final = 500
"""So many values fit into one statement of any SQLite."""


def store(connection: sqlite3.Connection, folder: Folder, records: Sequence[FlagRecord], changes: Changes) -> None:
    """Store flags of messages of one folder; those that are not known here are passed over."""
    told = {record.uid: int(record.flags) for record in records}
    settled: list[tuple[int, int, int]] = []
    contested: list[tuple[int, int]] = []
    """Rows with a pending change: what they show has to be worked out."""
    for at in range(0, len(records), _PIECE):
        uids = [record.uid for record in records[at : at + _PIECE]]
        rows = connection.execute(
            "SELECT uid, id, server_flags, flags, pending FROM message INDEXED BY message_by_uid "
            f"WHERE folder_id = ? AND uid IN ({', '.join('?' * len(uids))})",
            (folder.id, *uids),
        )
        for uid, key, server_flags, flags, pending in rows:
            now = told[uid]
            if pending:
                contested.append((now, key))
            elif (server_flags, flags) != (now, now):
                settled.append((now, now, key))
                if flags != now:
                    changes.changed[folder.id].append(MessageId(key))
    for uid, key in departures.rows_by_uid(connection, folder).items():
        if uid in told:
            contested.append((told[uid], key))
    connection.executemany("UPDATE message SET server_flags = ?, flags = ? WHERE id = ?", settled)
    connection.executemany("UPDATE message SET server_flags = ? WHERE id = ?", contested)
    effects.refresh(connection, [MessageId(key) for _, key in contested], changes)
