"""Forgetting an account: its cache, its journal, its folder roles. What the user wrote and did not send is kept as drafts.

Runs in many short transactions, so that reading goes on meanwhile; may be repeated after a crash.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

from mailclient.domain.ids import AccountId, MessageId
from mailclient.store import messages
from mailclient.store.outbox_store import to_draft
from mailclient.store.rows import OUTBOX_COLUMNS, outbox_item_of
from mailclient.store.writer import Writer

_AT_ONCE = 1_000


def forget_account(writer: Writer, account_id: AccountId, clock: Callable[[], float] = time.time) -> None:
    """Delete everything of an account that its server has; unsent messages become drafts. Mail on the server stays."""
    writer.run(lambda connection: _forget_user_rows(connection, account_id, clock()))
    while writer.run(lambda connection: _forget_some(connection, account_id)):
        pass
    writer.run(lambda connection: connection.execute("DELETE FROM lingering WHERE account_id = ?", (account_id,)))
    writer.run(lambda connection: connection.execute("DELETE FROM folder WHERE account_id = ?", (account_id,)))


def _forget_user_rows(connection: sqlite3.Connection, account_id: AccountId, now_unix_s: float) -> None:
    unsent = connection.execute(
        f"SELECT {OUTBOX_COLUMNS} FROM user.outbox WHERE account_id = ? AND state NOT IN ('accepted', 'done')",
        (account_id,),
    ).fetchall()
    for row in unsent:
        to_draft(connection, outbox_item_of(row), now_unix_s)
    connection.execute(
        "DELETE FROM user.draft WHERE outbox_id IN (SELECT id FROM user.outbox WHERE account_id = ?)", (account_id,)
    )
    connection.execute("DELETE FROM user.outbox WHERE account_id = ?", (account_id,))
    connection.execute("DELETE FROM user.operation WHERE account_id = ?", (account_id,))
    connection.execute("DELETE FROM user.role_override WHERE account_id = ?", (account_id,))
    connection.execute("DELETE FROM user.local_folder WHERE account_id = ?", (account_id,))
    connection.execute("DELETE FROM user.pop_message WHERE account_id = ?", (account_id,))
    connection.execute("DELETE FROM user.folder_scope WHERE account_id = ?", (account_id,))


def _forget_some(connection: sqlite3.Connection, account_id: AccountId) -> bool:
    """Delete some messages of the account; False when there are none left."""
    rows = connection.execute(
        "SELECT m.id FROM folder f CROSS JOIN message m ON m.folder_id = f.id WHERE f.account_id = ? LIMIT ?",
        (account_id, _AT_ONCE),
    ).fetchall()
    messages.delete(connection, [MessageId(row[0]) for row in rows])
    return bool(rows)
