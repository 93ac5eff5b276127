"""What a store does once after it was opened: make true what a crash left half done. May be repeated."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Final

from mailclient.domain.errors import ProgramFault
from mailclient.domain.ids import FolderId
from mailclient.store import effects, folder_effects, folder_order, indexing, journal, messages, undo, withheld
from mailclient.store.effects import Changes
from mailclient.store.writer import Writer

_HALF_REFUSED = (
    "o.state = 'refused' AND EXISTS (SELECT 1 FROM user.operation_item i JOIN main.message m ON m.id = i.message_id "
    "WHERE i.operation_id = o.id AND m.pending = 1 AND NOT EXISTS (SELECT 1 FROM user.operation_item j "
    "JOIN user.operation p ON p.id = j.operation_id WHERE j.message_id = i.message_id "
    f"AND p.state IN {journal.ALIVE}))"
)
"""Refused, but rows still bear the mark of a pending change that nobody accounts for: their effect was not taken back."""

_INDEXED_AT_ONCE: Final = 500


def recover_journal(writer: Writer) -> None:
    """Finish interrupted undos, lay living entries on the cache again, and forget the undo history of the last run."""

    def reapply(connection: sqlite3.Connection) -> None:
        changes = Changes()
        for entry in reversed(journal.entries(connection, "o.state = 'undone'")):
            effects.restore(connection, entry.operation, changes)
        for entry in reversed(journal.entries(connection, _HALF_REFUSED)):
            effects.restore(connection, entry.operation, changes)
        folder_effects.show_forgotten(connection)
        effects.reapply_pending(connection)
        for (folder_id,) in connection.execute("SELECT id FROM folder WHERE hidden = 0").fetchall():
            messages.drop_unclaimed(connection, FolderId(folder_id))
        withheld.begin_anew(connection)

    def forget(connection: sqlite3.Connection, _: None) -> None:
        undo.sweep(connection)
        folder_order.finish_renames(connection)
        for entry in journal.entries(connection, "o.state = 'done'"):
            journal.remove(connection, entry.operation.id)

    writer.run_pair(reapply, forget)


def index_behind(writer: Writer) -> None:
    """Put messages into the index that the last run left out of it; other work comes between, and a stop is not delayed."""

    def go_on(found: int | Exception) -> None:
        if found == _INDEXED_AT_ONCE:
            with contextlib.suppress(ProgramFault):  # The store was closed meanwhile; the next start goes on.
                writer.post(lambda connection: indexing.catch_up(connection, _INDEXED_AT_ONCE), go_on)

    go_on(_INDEXED_AT_ONCE)
