"""The user's actions upon messages: a journal entry first, its local effect at once, the server later.

Each action is one writer job of two transactions: the entry in the user's file (on the disk before anything else), then
the effect in the cache. A crash between them is mended by ``effects.reapply_pending`` at the next start. Must not speak
to a server. To be called from any thread but the window's.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailclient.domain.errors import BadInput
from mailclient.domain.exchange import Touched
from mailclient.domain.flags import FlagChange
from mailclient.domain.ids import AccountId, FolderId, MessageId, OperationId
from mailclient.domain.operation import ChangeFlags, DeleteForever, MessageAct, MoveReason, MoveTo
from mailclient.store import effects, folders, journal, journal_life, retrying, undo
from mailclient.store.effects import Changes
from mailclient.store.sentences import deleted_sentence, flags_sentence, moved_sentence
from mailclient.store.sources import Source, new_group, sources_of
from mailclient.store.writer import Writer


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action wrote and changed; all of it is committed."""

    operation_ids: tuple[OperationId, ...]
    touched: tuple[Touched, ...]
    undoable: bool
    """True when ``undo_newest`` would take this back."""
    sentence: str
    """For the person: "Archived 3 messages"."""
    account_ids: tuple[AccountId, ...] = ()
    """The accounts whose workers have something to replay."""


class Actions:
    """The engine's way to change messages for the user."""

    def __init__(self, writer: Writer, clock: Callable[[], float] = time.time) -> None:
        self._writer = writer
        self._clock = clock

    def new_undo_group(self) -> int:
        """Return a number for actions that one keystroke causes, to be undone together."""
        return self._writer.run(new_group)

    def change_flags(self, message_ids: Sequence[MessageId], change: FlagChange, undo_group: int = 0) -> ActionResult:
        """Add and remove flags. A change of the same messages that has not run yet takes this one in.

        It stays even when it is the server's state again: another program may change that before it is sent, and what
        was wished here last is what counts.

        With an ``undo_group`` (junk) it is undone together with the move of that group; without, it is not undoable.
        """

        def first(connection: sqlite3.Connection) -> list[OperationId]:
            ids = []
            for source in sources_of(connection, message_ids):
                earlier = None if undo_group else _mergeable(connection, source)
                if earlier is not None:
                    _merge(connection, earlier, change)
                    ids.append(earlier)
                else:
                    ids.append(self._append(connection, source, ChangeFlags(change), undo_group))
            return ids

        return self._act(first, lambda: flags_sentence(len(message_ids), change), undoable=False)

    def move(
        self,
        message_ids: Sequence[MessageId],
        target_folder_id: FolderId,
        reason: MoveReason = MoveReason.MOVE,
        undo_group: int = 0,
    ) -> ActionResult:
        """Move messages to a folder of the same account; those that are there already stay.

        Raises BadInput when the folder is gone, cannot hold messages, or belongs to another account.
        """
        moved = 0
        folder_name = ""

        def first(connection: sqlite3.Connection) -> list[OperationId]:
            nonlocal moved, folder_name
            target = folders.one(connection, target_folder_id)
            if target is None or not target.selectable:
                raise BadInput("The folder to move to does not exist any more.")
            folder_name = target.leaf
            group = undo_group or new_group(connection)
            ids = []
            for source in sources_of(connection, message_ids):
                if source.account_id != target.account_id:
                    raise BadInput("Messages can only be moved within one account.")
                if source.items[0].folder_id == target.id:
                    continue
                moved += len(source.items)
                ids.append(self._append(connection, source, MoveTo(target.id, target.wire_name, reason), group))
            return ids

        return self._act(first, lambda: moved_sentence(moved, reason, folder_name), undoable=True)

    def delete_forever(self, message_ids: Sequence[MessageId], undo_group: int = 0) -> ActionResult:
        """Remove messages; they vanish from view at once, and from here when the server has removed them."""

        def first(connection: sqlite3.Connection) -> list[OperationId]:
            group = undo_group or new_group(connection)
            return [
                self._append(connection, source, DeleteForever(), group)
                for source in sources_of(connection, message_ids)
            ]

        return self._act(first, lambda: deleted_sentence(len(message_ids)), undoable=True)

    def undo_newest(self) -> ActionResult | None:
        """Undo the newest move, archive, delete or junk of this run; None when there is nothing to undo.

        What has not been tried yet is dropped from the journal; what the server may have done gets a reverse entry.
        Messages return with the same ids, and with the flags they had.
        """
        changes = Changes()
        plan = self._writer.run_pair(
            lambda connection: undo.mark(connection, self._clock()),
            lambda connection, marked: undo.take_effect(connection, marked, changes),
        )
        if plan is None:
            return None
        self._writer.run(undo.sweep)
        return ActionResult(plan.reverse_ids, changes.touched(), False, plan.sentence, plan.account_ids)

    def undo_operation(self, operation_id: OperationId) -> ActionResult | None:
        """Undo one entry that waits, together with what the same keystroke caused; None when it is gone already."""
        changes = Changes()

        def first(connection: sqlite3.Connection) -> undo.UndoPlan | None:
            group = journal_life.group_of(connection, operation_id)
            return None if group is None else undo.mark(connection, self._clock(), group)

        plan = self._writer.run_pair(first, lambda connection, marked: undo.take_effect(connection, marked, changes))
        if plan is None:
            return None
        self._writer.run(undo.sweep)
        return ActionResult(plan.reverse_ids, changes.touched(), False, plan.sentence, plan.account_ids)

    def retry_operation(self, operation_id: OperationId) -> ActionResult:
        """Make an entry due now; a REFUSED one gets its local effect again."""
        return act(
            self._writer,
            lambda connection: retrying.revive(connection, operation_id),
            lambda: "Trying again",
            undoable=False,
            standing=operation_id,
        )

    def dismiss_operation(self, operation_id: OperationId) -> None:
        """Forget a REFUSED entry: the user has read why."""
        self._writer.run(lambda connection: retrying.dismiss(connection, operation_id))

    def _append(self, connection: sqlite3.Connection, source: Source, act_: MessageAct, group: int) -> OperationId:
        return journal.append(connection, source.account_id, act_, source.items, self._clock(), group)

    def _act(
        self,
        first: Callable[[sqlite3.Connection], list[OperationId]],
        sentence: Callable[[], str],
        *,
        undoable: bool,
    ) -> ActionResult:
        return act(self._writer, first, sentence, undoable=undoable)


def act(
    writer: Writer,
    first: Callable[[sqlite3.Connection], list[OperationId]],
    sentence: Callable[[], str],
    *,
    undoable: bool,
    standing: OperationId | None = None,
) -> ActionResult:
    """Write entries by ``first``, then make their effect true, with nothing between the two.

    ``standing``: an entry that has its effect already. It is not made again: a later entry may have changed it since.
    """
    changes = Changes()

    def second(connection: sqlite3.Connection, ids: list[OperationId]) -> ActionResult:
        accounts: dict[AccountId, None] = {}
        for operation_id in ids:
            entry = journal.entry(connection, operation_id)
            if entry is not None:
                accounts[entry.operation.account_id] = None
                if operation_id != standing:
                    effects.apply(connection, entry.operation, changes)
        return ActionResult(tuple(ids), changes.touched(), undoable and bool(ids), sentence(), tuple(accounts))

    return writer.run_pair(first, second)


def _mergeable(connection: sqlite3.Connection, source: Source) -> OperationId | None:
    """Return the entry that may take another flag change in: the newest of exactly these messages, untried."""
    ids = {item.message_id for item in source.items}
    marks = ", ".join("?" * len(ids))
    if len(ids) > 500:
        return None
    newest = connection.execute(
        "SELECT max(i.operation_id) FROM user.operation_item i JOIN user.operation o ON o.id = i.operation_id "
        f"WHERE i.message_id IN ({marks}) AND o.state IN {journal.ALIVE}",
        tuple(ids),
    ).fetchone()[0]
    if newest is None:
        return None
    entry = journal.entry(connection, OperationId(newest))
    if entry is None or entry.stored_state != "pending":
        return None
    operation = entry.operation
    same = {item.message_id for item in operation.items} == ids
    same = same and operation.items[0].folder_wire_name == source.items[0].folder_wire_name
    untried = operation.attempts == 0 and not operation.undo_group
    return operation.id if same and untried and isinstance(operation.act, ChangeFlags) else None


def _merge(connection: sqlite3.Connection, operation_id: OperationId, later: FlagChange) -> None:
    entry = journal.entry(connection, operation_id)
    if entry is None or not isinstance(entry.operation.act, ChangeFlags):
        return
    merged = entry.operation.act.change.then(later)
    connection.execute(
        "UPDATE user.operation SET add_flags = ?, remove_flags = ? WHERE id = ?",
        (int(merged.add), int(merged.remove), operation_id),
    )
