"""Queries about the journal as a whole: what waits in it, in pages by key, and how large it is. Read-only statements."""

from __future__ import annotations

import sqlite3

from mailclient.domain.activity import JournalSize, WaitingOperation
from mailclient.domain.ids import AccountId, OperationId
from mailclient.store import journal

_SHOWN = "o.state IN ('pending', 'running', 'refused')"


def page(
    connection: sqlite3.Connection, account_id: AccountId | None, after: OperationId, limit: int
) -> tuple[WaitingOperation, ...]:
    """Return the entries that wait, run or were refused after one of them, oldest first."""
    entries = journal.entries(
        connection,
        f"o.id > ? AND {_SHOWN} AND (? IS NULL OR o.account_id = ?)",
        (after, account_id, account_id),
        order=f"o.id LIMIT {int(limit)}",
        with_items=False,
    )
    return tuple(
        WaitingOperation(
            found.operation.id,
            found.operation.account_id,
            found.operation.act,
            _count(connection, found.operation.id),
            found.operation.state,
            found.operation.created_unix_s,
            found.operation.attempts,
            found.operation.retry_at_unix_s,
            found.operation.last_error,
        )
        for found in entries
    )


def _count(connection: sqlite3.Connection, operation_id: OperationId) -> int:
    row = connection.execute(
        "SELECT count(*) FROM user.operation_item WHERE operation_id = ?", (operation_id,)
    ).fetchone()
    return int(row[0])


def size(connection: sqlite3.Connection) -> JournalSize:
    """Return how much the journal holds."""
    by_state = dict(connection.execute("SELECT state, count(*) FROM user.operation GROUP BY state").fetchall())
    items = connection.execute("SELECT count(*) FROM user.operation_item").fetchone()[0]
    return JournalSize(
        by_state.get("pending", 0) + by_state.get("running", 0),
        by_state.get("refused", 0),
        by_state.get("done", 0),
        items,
    )
