"""Messages that the server lists and does not give: noted as unavailable, and asked for again a bounded number of times.

A server that stumbles once must not cost a message until somebody happens to open it; one that never gives it must not be
asked for ever. Each start of the program begins anew. Works on the writer's connection; knows no server.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from mailclient.domain.exchange import WantedBody
from mailclient.domain.ids import FolderId, MessageId, Uid
from mailclient.domain.message import Availability

ASKS: Final = 4
"""So often a message is asked for by itself in one run, each time in another pass over its folder."""


def note(connection: sqlite3.Connection, message_id: MessageId, sentence: str) -> None:
    """The server did not give this message, and why."""
    noted = connection.execute(
        "UPDATE message SET availability = ?, unavailable_because = ? WHERE id = ? AND availability <> ?",
        (int(Availability.UNAVAILABLE), sentence, message_id, int(Availability.COMPLETE)),
    )
    if noted.rowcount:
        connection.execute(
            "INSERT INTO withheld (message_id, times) VALUES (?, 1) "
            "ON CONFLICT (message_id) DO UPDATE SET times = times + 1",
            (message_id,),
        )


def wanted(
    connection: sqlite3.Connection, folder_id: FolderId, limit: int, since: int, max_size_bytes: int | None
) -> tuple[WantedBody, ...]:
    """Return the newest messages of a folder that are to be asked for once more."""
    rows = connection.execute(
        "SELECT m.id, m.uid, m.size FROM withheld w CROSS JOIN message m ON m.id = w.message_id WHERE w.times < ? "
        "AND m.folder_id = ? AND m.availability = ? AND m.uid IS NOT NULL AND m.id >= ? AND (? IS NULL OR m.size <= ?) "
        "ORDER BY m.id DESC LIMIT ?",
        (ASKS, folder_id, int(Availability.UNAVAILABLE), since, max_size_bytes, max_size_bytes, limit),
    )
    return tuple(WantedBody(MessageId(id_), Uid(uid), size) for id_, uid, size in rows)


def begin_anew(connection: sqlite3.Connection) -> None:
    """The program was started: forget what has come meanwhile, and how often the rest was asked for."""
    connection.execute(
        "DELETE FROM withheld WHERE (SELECT availability FROM message WHERE id = message_id) IS NOT ?",
        (int(Availability.UNAVAILABLE),),
    )
    connection.execute("UPDATE withheld SET times = 0 WHERE times > 0")
