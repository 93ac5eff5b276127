"""Messages that the server lists, brought together with the rows that are here: inserted, adopted, or recognised.

A row without UID (moved here locally, or orphaned by a change of UIDVALIDITY) is adopted by the message that has its
Message-ID, size and subject: it keeps its key, bytes and place. Statements inside somebody's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from mailclient.domain.exchange import NewMessage
from mailclient.domain.flags import Flag, effective_flags
from mailclient.domain.folder import Folder
from mailclient.domain.ids import MessageId, Uid
from mailclient.store import journal, messages
from mailclient.store.effects import Changes, refresh
from mailclient.store.rows import storable, storable_identity


def add(connection: sqlite3.Connection, folder: Folder, arrived: Sequence[NewMessage], changes: Changes) -> None:
    """Store messages of one folder, each once."""
    known = _known(connection, folder, arrived)
    departed = _departed(connection, folder)
    has_unclaimed = bool(
        connection.execute(
            "SELECT 1 FROM message INDEXED BY message_without_uid WHERE folder_id = ? AND uid IS NULL LIMIT 1",
            (folder.id,),
        ).fetchone()
    )
    pending = journal.pending_changes(connection)
    remembered = _remembered(connection, folder)
    keys = messages.KeyMaker(connection, [message.received_unix_s for message in arrived])
    insertions: list[messages.Insertion] = []
    met: set[Uid] = set()
    for message in arrived:
        if message.uid in met:
            continue
        met.add(message.uid)
        row = known.get(message.uid)
        if row is None:
            row = departed.take(connection, folder, message)
        if row is not None:
            _store_server_flags(connection, row, message.flags, changes)
        elif has_unclaimed and (row := _claim(connection, folder, message)) is not None:
            journal.give_uid(
                connection,
                folder.account_id,
                folder.wire_name,
                [(row, message.uid, folder.state.uid_validity)],
            )
            _store_server_flags(connection, row, message.flags, changes, force=True)
        else:
            key = remembered.get(message.uid) or keys.key(message.received_unix_s)
            on_top = pending.get(key, ())
            flags = effective_flags(message.flags, on_top)
            insertions.append(messages.Insertion(key, message, flags, bool(on_top)))
            changes.added[folder.id].append(key)
    messages.insert(connection, folder.id, insertions)


def _known(connection: sqlite3.Connection, folder: Folder, arrived: Sequence[NewMessage]) -> dict[Uid, MessageId]:
    """Return the rows that some of these messages have already."""
    result: dict[Uid, MessageId] = {}
    for at in range(0, len(arrived), 500):
        uids = [message.uid for message in arrived[at : at + 500]]
        rows = connection.execute(
            f"SELECT uid, id FROM message WHERE folder_id = ? AND uid IN ({', '.join('?' * len(uids))})",
            (folder.id, *uids),
        )
        result.update(rows.fetchall())
    return result


class _Departures:
    """Messages that left the folder here, while the server still has them in it."""

    def __init__(self, by_uid: dict[Uid, MessageId], by_message_id: dict[tuple[str, int], list[MessageId]]) -> None:
        self._by_uid = by_uid
        self._by_message_id = by_message_id

    def take(self, connection: sqlite3.Connection, folder: Folder, message: NewMessage) -> MessageId | None:
        """Return the departed row that this message is, and tell its journal entry the UID."""
        if (row := self._by_uid.get(message.uid)) is not None:
            return row
        if not self._by_message_id or not message.message_id_field:
            return None
        rows = self._by_message_id.get((storable_identity(message.message_id_field), message.size_bytes))
        if not rows:
            return None
        row = rows.pop(0)
        journal.give_uid(
            connection, folder.account_id, folder.wire_name, [(row, message.uid, folder.state.uid_validity)]
        )
        return row


def _departed(connection: sqlite3.Connection, folder: Folder) -> _Departures:
    by_uid: dict[Uid, MessageId] = {}
    by_message_id: dict[tuple[str, int], list[MessageId]] = {}
    rows = connection.execute(
        "SELECT i.message_id, i.uid, i.uid_validity, i.message_id_field, m.size FROM user.operation o "
        "JOIN user.operation_item i ON i.operation_id = o.id LEFT JOIN main.message m ON m.id = i.message_id "
        "WHERE o.account_id = ? AND o.source_wire_name = ? AND o.kind <> 'flags' AND i.gone = 0 "
        f"AND o.state IN {journal.ALIVE} ORDER BY o.id, i.position",
        (folder.account_id, folder.wire_name),
    )
    for message_id, uid, uid_validity, message_id_field, size in rows:
        if uid is None:
            by_message_id.setdefault((message_id_field, size), []).append(message_id)
        elif uid_validity == folder.state.uid_validity:
            by_uid[uid] = message_id
    return _Departures(by_uid, by_message_id)


def _remembered(connection: sqlite3.Connection, folder: Folder) -> dict[Uid, MessageId]:
    """Return the keys that messages had which the journal speaks of and whose rows are gone with a rebuilt cache."""
    rows = connection.execute(
        "SELECT i.uid, i.message_id FROM user.operation o JOIN user.operation_item i ON i.operation_id = o.id "
        "LEFT JOIN main.message m ON m.id = i.message_id "
        "WHERE o.account_id = ? AND o.source_wire_name = ? AND i.uid IS NOT NULL AND i.uid_validity = ? "
        f"AND m.id IS NULL AND o.state IN {journal.ALIVE}",
        (folder.account_id, folder.wire_name, folder.state.uid_validity),
    )
    return dict(rows.fetchall())


def _claim(connection: sqlite3.Connection, folder: Folder, message: NewMessage) -> MessageId | None:
    """Give this message's UID to a row that has none; return its key."""
    row = _by_email_id(connection, folder, message) or _by_header(connection, folder, message)
    if row is None:
        return None
    connection.execute(
        "UPDATE message SET uid = ?, email_id = coalesce(?, email_id), orphan = 0, unclaimed = 0 WHERE id = ?",
        (message.uid, message.email_id, row),
    )
    return row


def _by_email_id(connection: sqlite3.Connection, folder: Folder, message: NewMessage) -> MessageId | None:
    """Of several that are alike in all they say, the name that the server gives them for ever tells which."""
    if message.email_id is None:
        return None
    row = connection.execute(
        "SELECT id FROM message INDEXED BY message_by_email_id WHERE email_id = ? AND folder_id = ? AND uid IS NULL "
        "AND size = ? AND message_id_field = ? ORDER BY id LIMIT 1",
        (message.email_id, folder.id, message.size_bytes, storable_identity(message.message_id_field)),
    ).fetchone()
    return None if row is None else MessageId(row[0])


def _by_header(connection: sqlite3.Connection, folder: Folder, message: NewMessage) -> MessageId | None:
    condition = "folder_id = ? AND uid IS NULL AND message_id_field = ? AND size = ? AND subject = ?"
    values: list[object] = [
        folder.id,
        storable_identity(message.message_id_field),
        message.size_bytes,
        storable(message.subject),
    ]
    if not message.message_id_field:
        # Without Message-ID more must agree: strangers of one size and subject are common among robots.
        condition += " AND sender_address = ? AND date IS ?"
        values += [storable(message.sender_address), message.date_unix_s]
    row = connection.execute(
        f"SELECT id FROM message INDEXED BY message_without_uid WHERE {condition} ORDER BY id LIMIT 1", values
    ).fetchone()
    return None if row is None else MessageId(row[0])


def _store_server_flags(
    connection: sqlite3.Connection, key: MessageId, flags: Flag, changes: Changes, *, force: bool = False
) -> None:
    connection.execute("UPDATE message SET server_flags = ? WHERE id = ?", (int(flags), key))
    if not refresh(connection, [key], changes) and force:
        row = connection.execute("SELECT folder_id FROM message WHERE id = ?", (key,)).fetchone()
        changes.changed[row[0]].append(key)
