"""Keeps the journal from growing: what is done is remembered for the undo of a while.

What waits is never dropped here, and what was refused stays until the user has read it. Statements inside somebody's
transaction.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from mailclient.domain.ids import OperationId
from mailclient.store import journal
from mailclient.store.sources import new_group

KEPT_GROUPS: Final = 100
"""So many keystrokes back an undo reaches."""
KEPT_ITEMS: Final = 20_000
"""So many messages the undo of all of them together speaks of; the newest keystroke is kept whatever its size."""
KEPT_REFUSED: Final = 1_000
"""Nobody reads more; the oldest go."""


def trim(connection: sqlite3.Connection) -> None:
    """Forget the oldest of what is done, and of what was refused, beyond the bounds."""
    _forget_done(connection)
    connection.execute(
        "DELETE FROM user.operation WHERE state = 'refused' AND id <= "
        "(SELECT id FROM user.operation WHERE state = 'refused' ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (KEPT_REFUSED,),
    )


def _forget_done(connection: sqlite3.Connection) -> None:
    groups = connection.execute(
        "SELECT o.undo_group, count(i.message_id) FROM user.operation o "
        "LEFT JOIN user.operation_item i ON i.operation_id = o.id "
        "WHERE o.state = 'done' GROUP BY o.undo_group ORDER BY o.undo_group DESC"
    ).fetchall()
    items = 0
    for place, (group, count) in enumerate(groups):
        items += count
        if place and (place >= KEPT_GROUPS or items > KEPT_ITEMS):
            connection.execute("DELETE FROM user.operation WHERE state = 'done' AND undo_group <= ?", (group,))
            break


def group_of(connection: sqlite3.Connection, operation_id: OperationId) -> int | None:
    """Return the number by which a waiting entry is undone; one of its own when it had none. None when it is gone."""
    entry = journal.entry(connection, operation_id)
    if entry is None or entry.stored_state not in ("pending", "running"):
        return None
    if not entry.operation.undo_group:
        group = new_group(connection)
        connection.execute("UPDATE user.operation SET undo_group = ? WHERE id = ?", (group, operation_id))
        return group
    return entry.operation.undo_group
