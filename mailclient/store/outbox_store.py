"""The outbox: satisfies ``send.ports.OutboxStore`` by shape. Each method is one transaction, on the disk when it returns.

The legal steps are ``OUTBOX_TRANSITIONS``; nothing here decides to send again. Must not import send, nor parse mail.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence

from mailclient.domain.draft import (
    OUTBOX_TRANSITIONS,
    Draft,
    DraftAttachment,
    OutboxItem,
    OutboxState,
    RecipientResult,
)
from mailclient.domain.errors import BadInput, ProgramFault
from mailclient.domain.exchange import QueuedMessage
from mailclient.domain.ids import AccountId, DraftId, OutboxId
from mailclient.store import contacts, drafts
from mailclient.store.rows import OUTBOX_COLUMNS, outbox_item_of, storable
from mailclient.store.writer import Writer

_AT_WORK = (OutboxState.CONNECTING, OutboxState.RECIPIENTS_ACCEPTED, OutboxState.DATA_SENT)
_INTERRUPTED = (
    "Postscope was interrupted after the message had been handed over and before the server answered. "
    "It may have been sent."
)
_KEPT_DONE_S = 30 * 86_400


class OutboxStore:
    """What sending may ask of the store, from any thread but the window's."""

    def __init__(self, writer: Writer, clock: Callable[[], float] = time.time) -> None:
        self._writer = writer
        self._clock = clock

    def queue(self, message: QueuedMessage, now_unix_s: float) -> OutboxId:
        """Insert as QUEUED and take the draft away in the same transaction."""

        def closure(connection: sqlite3.Connection) -> OutboxId:
            cursor = connection.execute(
                "INSERT INTO user.outbox (account_id, state, envelope_from, recipients, subject, message_id_field, "
                "created, draft_id, source_message_id, kind) VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    message.account_id,
                    message.envelope_from,
                    json.dumps(list(message.recipients)),
                    storable(message.subject),
                    message.message_id_field,
                    now_unix_s,
                    message.draft_id,
                    message.source_message_id,
                    message.kind.value,
                ),
            )
            outbox_id = OutboxId(cursor.lastrowid or 0)
            connection.execute(
                "INSERT INTO user.outbox_bytes (outbox_id, raw, sent_copy) VALUES (?, ?, ?)",
                (outbox_id, message.raw, message.sent_copy),
            )
            # Hidden, not deleted: cancelling brings back exactly what was written.
            connection.execute("UPDATE user.draft SET outbox_id = ? WHERE id = ?", (outbox_id, message.draft_id))
            contacts.note_written(connection, message.recipients, now_unix_s)
            return outbox_id

        return self._writer.run(closure)

    def claim_next(self, account_id: AccountId, now_unix_s: float) -> OutboxItem | None:
        """Take the oldest due QUEUED or ACCEPTED item; QUEUED becomes CONNECTING. No two callers get the same one.

        An ACCEPTED item stays claimed until it advances (perhaps to ACCEPTED again) or until ``recover``.
        """

        def closure(connection: sqlite3.Connection) -> OutboxItem | None:
            row = connection.execute(
                "SELECT id FROM user.outbox WHERE account_id = ? AND state IN ('queued', 'accepted') AND claimed = 0 "
                "AND (retry_at IS NULL OR retry_at <= ?) ORDER BY id LIMIT 1",
                (account_id, now_unix_s),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE user.outbox SET claimed = 1, attempts = attempts + 1, "
                "state = iif(state = 'queued', 'connecting', state) WHERE id = ?",
                row,
            )
            return _item(connection, OutboxId(row[0]))

        return self._writer.run(closure)

    def item(self, outbox_id: OutboxId) -> OutboxItem | None:
        """Return an item, None when it is gone."""
        return self._writer.read(lambda connection: _found(connection, outbox_id))

    def make_due(self, outbox_id: OutboxId) -> None:
        """Let an item that waits for its next attempt be tried at once."""
        self._writer.run(
            lambda connection: connection.execute("UPDATE user.outbox SET retry_at = NULL WHERE id = ?", (outbox_id,))
        )

    def raw(self, outbox_id: OutboxId) -> bytes:
        """Return the bytes that go out. Raises ProgramFault when there are none (any more)."""
        return self._bytes("raw", outbox_id)

    def sent_copy(self, outbox_id: OutboxId) -> bytes:
        """Return the bytes for Sent. Raises ProgramFault when there are none (any more)."""
        return self._bytes("sent_copy", outbox_id)

    def advance(
        self,
        outbox_id: OutboxId,
        state: OutboxState,
        *,
        sentence: str = "",
        results: Sequence[RecipientResult] = (),
        retry_at_unix_s: float | None = None,
    ) -> None:
        """Store the next state; illegal transitions raise ProgramFault. DONE lets the bytes and the draft go.

        Results given replace the earlier ones; none given keep them.
        """

        def closure(connection: sqlite3.Connection) -> None:
            item = _item(connection, outbox_id)
            if state not in OUTBOX_TRANSITIONS[item.state]:
                raise ProgramFault(f"An outbox item cannot go from {item.state.value} to {state.value}.")
            kept = results or item.results
            connection.execute(
                "UPDATE user.outbox SET state = ?, last_error = ?, results = ?, retry_at = ?, claimed = ? WHERE id = ?",
                (
                    state.value,
                    storable(sentence) or None,
                    json.dumps([[result.address, result.accepted, result.code, result.text] for result in kept]),
                    retry_at_unix_s,
                    # A worker that was told ACCEPTED by the server goes on to the copy for Sent, unless it postpones it.
                    state in _AT_WORK or (state is OutboxState.ACCEPTED and item.state is OutboxState.DATA_SENT),
                    outbox_id,
                ),
            )
            if state is OutboxState.DONE:
                connection.execute("DELETE FROM user.outbox_bytes WHERE outbox_id = ?", (outbox_id,))
                connection.execute("DELETE FROM user.draft WHERE outbox_id = ?", (outbox_id,))

        self._writer.run(closure)

    def recover(self, account_id: AccountId | None = None) -> tuple[OutboxItem, ...]:
        """At start: CONNECTING and RECIPIENTS_ACCEPTED become QUEUED, DATA_SENT becomes UNCERTAIN. Returns the changed.

        Of one account when its worker could not store a state: nobody else may be at work on that account's items.
        """

        def closure(connection: sqlite3.Connection) -> tuple[OutboxItem, ...]:
            marks = ", ".join("?" * len(_AT_WORK))
            ids = [
                OutboxId(row[0])
                for row in connection.execute(
                    f"SELECT id FROM user.outbox WHERE state IN ({marks}) AND (? IS NULL OR account_id = ?) ORDER BY id",
                    [*(state.value for state in _AT_WORK), account_id, account_id],
                )
            ]
            connection.execute(
                "UPDATE user.outbox SET state = 'uncertain', last_error = ? WHERE state = 'data-sent' "
                "AND (? IS NULL OR account_id = ?)",
                (_INTERRUPTED, account_id, account_id),
            )
            connection.execute(
                "UPDATE user.outbox SET state = 'queued' WHERE state IN ('connecting', 'recipients-accepted') "
                "AND (? IS NULL OR account_id = ?)",
                (account_id, account_id),
            )
            connection.execute(
                "UPDATE user.outbox SET claimed = 0 WHERE claimed = 1 AND (? IS NULL OR account_id = ?)",
                (account_id, account_id),
            )
            connection.execute(
                "DELETE FROM user.outbox WHERE state = 'done' AND created < ?", (self._clock() - _KEPT_DONE_S,)
            )
            return tuple(_item(connection, outbox_id) for outbox_id in ids)

        return self._writer.run(closure)

    def back_to_draft(self, outbox_id: OutboxId, now_unix_s: float) -> DraftId:
        """Make a draft of an item again and drop the item.

        Raises BadInput while it is being handed to the server, or when the server has it.
        """

        def closure(connection: sqlite3.Connection) -> DraftId:
            item = _item(connection, outbox_id)
            if item.state in _AT_WORK:
                raise BadInput("The message is being sent right now. Wait until the server has answered.")
            if item.state in (OutboxState.ACCEPTED, OutboxState.DONE):
                raise BadInput("The server has taken the message already: it cannot be called back.")
            return to_draft(connection, item, now_unix_s)

        return self._writer.run(closure)

    def _bytes(self, column: str, outbox_id: OutboxId) -> bytes:
        def closure(connection: sqlite3.Connection) -> bytes:
            row = connection.execute(
                f"SELECT {column} FROM user.outbox_bytes WHERE outbox_id = ?", (outbox_id,)
            ).fetchone()
            if row is None:
                raise ProgramFault(f"The outbox has no bytes of item {outbox_id}.")
            return bytes(row[0])

        return self._writer.read(closure)


def to_draft(connection: sqlite3.Connection, item: OutboxItem, now_unix_s: float) -> DraftId:
    """Turn an item back into the draft it was, or, when it never was one, into a draft that carries it attached."""
    row = connection.execute("SELECT id FROM user.draft WHERE outbox_id = ?", (item.id,)).fetchone()
    if row is not None:
        draft_id = DraftId(row[0])
        connection.execute("UPDATE user.draft SET outbox_id = NULL, changed = ? WHERE id = ?", (now_unix_s, draft_id))
    else:
        copy = connection.execute("SELECT sent_copy FROM user.outbox_bytes WHERE outbox_id = ?", (item.id,)).fetchone()
        attached = () if copy is None else (DraftAttachment("unsent.eml", "message/rfc822", bytes(copy[0])),)
        draft = Draft(
            None,
            item.account_id,
            item.kind,
            to=", ".join(item.recipients),
            subject=item.subject,
            attachments=attached,
            source_message_id=item.source_message_id,
        )
        draft_id = drafts.save(connection, draft, now_unix_s)
    connection.execute("DELETE FROM user.outbox WHERE id = ?", (item.id,))
    return draft_id


def _found(connection: sqlite3.Connection, outbox_id: OutboxId) -> OutboxItem | None:
    row = connection.execute(f"SELECT {OUTBOX_COLUMNS} FROM user.outbox WHERE id = ?", (outbox_id,)).fetchone()
    return None if row is None else outbox_item_of(row)


def _item(connection: sqlite3.Connection, outbox_id: OutboxId) -> OutboxItem:
    item = _found(connection, outbox_id)
    if item is None:
        raise ProgramFault(f"There is no outbox item {outbox_id}.")
    return item
