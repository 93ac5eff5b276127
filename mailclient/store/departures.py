"""Messages that left a folder here while the server still has them in it: living moves and deletions by source folder.

Statements inside somebody's transaction. UIDs count only under the UIDVALIDITY they were read with.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder
from mailclient.domain.ids import MessageId, Uid
from mailclient.protocol.uid_sets import UidSet
from mailclient.store import journal

_ITEMS = (
    "FROM user.operation o JOIN user.operation_item i ON i.operation_id = o.id "
    "WHERE o.account_id = ? AND o.source_wire_name = ? AND o.kind <> 'flags' AND i.gone = 0 "
    f"AND o.state IN {journal.ALIVE} AND i.uid IS NOT NULL AND i.uid_validity = ?"
)


def rows_by_uid(connection: sqlite3.Connection, folder: Folder) -> dict[Uid, MessageId]:
    """Return the rows that left, by the UID the server has them under."""
    rows = connection.execute(
        f"SELECT i.uid, i.message_id {_ITEMS}", (folder.account_id, folder.wire_name, folder.state.uid_validity)
    )
    return dict(rows.fetchall())


def server_flags(connection: sqlite3.Connection, folder: Folder, first: Uid, last: Uid) -> Mapping[Uid, Flag]:
    """Return what the server last told of the flags of those that left."""
    result: dict[Uid, Flag] = {}
    for uid, message_id in rows_by_uid(connection, folder).items():
        if first <= uid <= last:
            row = connection.execute("SELECT server_flags FROM message WHERE id = ?", (message_id,)).fetchone()
            if row is not None:
                result[uid] = Flag(row[0])
    return result


def mark_gone(connection: sqlite3.Connection, folder: Folder, uids: UidSet) -> None:
    """Note which of those that left the server no longer has: they are known no more, and replay will not find them."""
    for uid, message_id in rows_by_uid(connection, folder).items():
        if uid in uids:
            connection.execute(
                "UPDATE user.operation_item SET gone = 1 WHERE message_id = ? AND uid = ? AND operation_id IN "
                "(SELECT id FROM user.operation WHERE account_id = ? AND source_wire_name = ?)",
                (message_id, uid, folder.account_id, folder.wire_name),
            )


def forget_uids(connection: sqlite3.Connection, folder: Folder) -> None:
    """UIDVALIDITY changed: the UIDs of living entries mean nothing until their messages are listed again."""
    connection.execute(
        "UPDATE user.operation_item SET uid = NULL, uid_validity = NULL, gone = 0 WHERE operation_id IN "
        f"(SELECT id FROM user.operation WHERE account_id = ? AND source_wire_name = ? AND state IN {journal.ALIVE})",
        (folder.account_id, folder.wire_name),
    )
