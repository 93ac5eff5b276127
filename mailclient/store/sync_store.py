"""The cache and the journal for synchronisation: satisfies ``sync.ports.MailStore`` by shape.

Each method is one writer job, committed when it returns. Server flags never overwrite a pending local change. Must not
import sync, nor speak to a server.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from mailclient.domain.exchange import (
    FlagRecord,
    FolderListing,
    KeptPart,
    KnownCount,
    NewBody,
    NewMessage,
    Touched,
    UidMapping,
    WantedBody,
)
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder, FolderState
from mailclient.domain.ids import AccountId, FolderId, MessageId, OperationId, Uid, UidValidity, message_key
from mailclient.domain.operation import Operation
from mailclient.domain.scope import BodyBounds
from mailclient.protocol.uid_sets import UidSet
from mailclient.store import (
    arrivals,
    contacts,
    departures,
    effects,
    flag_news,
    folder_identity,
    folders,
    indexing,
    journal,
    journal_life,
    known,
    messages,
    parts,
    pieces,
    replay_store,
    same_elsewhere,
    withheld,
)
from mailclient.store.effects import Changes
from mailclient.store.writer import Writer

T = TypeVar("T")


class SyncStore:
    """What one synchronisation may ask of the store, from any thread but the window's."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def folders(self, account_id: AccountId) -> tuple[Folder, ...]:
        """Return the account's folders."""
        return self._writer.read(lambda connection: folders.of_account(connection, account_id))

    def put_folders(self, account_id: AccountId, listings: Sequence[FolderListing]) -> tuple[FolderId, ...]:
        """Make the folder rows equal to the listing; a role the user chose stays. Returns changed or new folder ids."""
        return self._writer.run_pair(
            lambda connection: folder_identity.follow_renames(connection, account_id, listings),
            lambda connection, renamed: folders.put(connection, account_id, listings, renamed),
        )

    def known_uids(self, folder_id: FolderId, first: Uid | None = None) -> UidSet:
        """Return the UIDs that have a row in the folder, and those that left it by a pending local move or delete."""
        return self._of_folder(
            folder_id, lambda connection, folder: known.uids(connection, folder, first or 1), UidSet()
        )

    def count_known(self, folder_id: FolderId) -> KnownCount:
        """Return how many UIDs ``known_uids`` would give, and the largest, without reading them."""
        return self._of_folder(folder_id, known.count, KnownCount(0, 0))

    def count_among(self, folder_id: FolderId, uids: UidSet) -> int:
        """Return how many of these UIDs are known."""
        return self._of_folder(folder_id, lambda connection, folder: known.count_among(connection, folder, uids), 0)

    def _of_folder(self, folder_id: FolderId, ask: Callable[[sqlite3.Connection, Folder], T], nothing: T) -> T:
        """Ask about a folder; ``nothing`` when it is gone."""

        def closure(connection: sqlite3.Connection) -> T:
            folder = folders.one(connection, folder_id)
            return nothing if folder is None else ask(connection, folder)

        return self._writer.read(closure)

    def server_flags(self, folder_id: FolderId, first: Uid, last: Uid) -> Mapping[Uid, Flag]:
        """Return the flags the server last told for a range of UIDs."""

        def closure(connection: sqlite3.Connection) -> Mapping[Uid, Flag]:
            rows = connection.execute(
                "SELECT uid, server_flags FROM message WHERE folder_id = ? AND uid BETWEEN ? AND ?",
                (folder_id, first, last),
            )
            result = {Uid(uid): Flag(flags) for uid, flags in rows}
            folder = folders.one(connection, folder_id)
            if folder is not None:
                result.update(departures.server_flags(connection, folder, first, last))
            return result

        return self._writer.read(closure)

    def add_messages(self, folder_id: FolderId, messages_: Sequence[NewMessage], state: FolderState | None) -> Touched:
        """Insert rows and advance the state with them; rows without UID are adopted (see ``arrivals``)."""
        return self.add_messages_later(folder_id, messages_, state)()

    def add_messages_later(
        self, folder_id: FolderId, messages_: Sequence[NewMessage], state: FolderState | None
    ) -> Callable[[], Touched]:
        """Begin to insert rows; what is returned waits for the commit."""

        def closure(connection: sqlite3.Connection, folder: Folder, changes: Changes) -> None:
            arrivals.add(connection, folder, messages_, changes)
            contacts.harvest(connection, folder, messages_)

        return self._change_later(folder_id, closure, state)

    def put_flags(self, folder_id: FolderId, records: Sequence[FlagRecord], state: FolderState | None) -> Touched:
        """Store what the server says of flags; ``changed`` holds rows whose effective flags became others."""

        def closure(connection: sqlite3.Connection, folder: Folder, changes: Changes) -> None:
            flag_news.store(connection, folder, records, changes)

        return self._change(folder_id, closure, state)

    def remove_uids(self, folder_id: FolderId, uids: UidSet, state: FolderState | None) -> Touched:
        """Delete rows of messages that the server no longer has.

        A message that left the folder by a pending local move keeps its row: replay finds out what became of it.
        """

        def closure(connection: sqlite3.Connection, folder: Folder, changes: Changes) -> None:
            ids: list[MessageId] = []
            for first, last in uids.ranges:
                rows = connection.execute(
                    "SELECT id FROM message WHERE folder_id = ? AND uid BETWEEN ? AND ?", (folder_id, first, last)
                )
                ids.extend(MessageId(row[0]) for row in rows)
            same_elsewhere.linger(connection, folder.account_id, ids)
            messages.delete(connection, ids)
            changes.removed[folder_id].extend(ids)
            departures.mark_gone(connection, folder, uids)

        return self._change(folder_id, closure, state)

    def set_state(self, folder_id: FolderId, state: FolderState) -> None:
        """Store the folder's state."""

        def closure(connection: sqlite3.Connection) -> None:
            messages.store_state(connection, folder_id, state)
            messages.count_unclaimed(connection, folder_id, state)

        self._writer.run(closure)

    def begin_revalidation(self, folder_id: FolderId, uid_validity: UidValidity) -> None:
        """UIDVALIDITY changed: keep rows without their UIDs, to be adopted by ``add_messages``; store the value."""

        def closure(connection: sqlite3.Connection) -> None:
            folder = folders.one(connection, folder_id)
            if folder is None:
                return
            connection.execute(
                "UPDATE message SET uid = NULL, orphan = 1 WHERE folder_id = ? AND uid IS NOT NULL", (folder_id,)
            )
            for table in ("piece", "part"):
                connection.execute(
                    f"DELETE FROM {table} WHERE message_id IN (SELECT id FROM message WHERE folder_id = ?)",
                    (folder_id,),
                )
            messages.store_state(connection, folder_id, FolderState(uid_validity=uid_validity))
            departures.forget_uids(connection, folder)

        self._writer.run(closure)

    def end_revalidation(self, folder_id: FolderId) -> Touched:
        """All of the server's messages are in: delete rows that none of them claimed and no pending operation needs."""

        def closure(connection: sqlite3.Connection, folder: Folder, changes: Changes) -> None:
            rows = connection.execute(
                "SELECT id FROM message INDEXED BY message_without_uid "
                "WHERE folder_id = ? AND uid IS NULL AND orphan = 1 AND pending = 0",
                (folder.id,),
            ).fetchall()
            ids = [MessageId(row[0]) for row in rows]
            messages.delete(connection, ids)
            changes.removed[folder_id].extend(ids)

        return self._change(folder_id, closure, None)

    def bodies_wanted(self, folder_id: FolderId, limit: int, bounds: BodyBounds) -> tuple[WantedBody, ...]:
        """Return the newest messages of a folder within the bounds whose bytes are missing.

        Last come those that the server did not give: they are asked for again a few times.
        """
        since = 0 if bounds.since_unix_s is None else message_key(bounds.since_unix_s, 0)

        def closure(connection: sqlite3.Connection) -> tuple[WantedBody, ...]:
            rows = connection.execute(
                f"SELECT id, uid, size, {same_elsewhere.MAY_BE_HERE} FROM message INDEXED BY message_wanted "
                "WHERE folder_id = ? AND availability = 0 AND uid IS NOT NULL AND id >= ? AND (? IS NULL OR size <= ?) "
                "ORDER BY id DESC LIMIT ?",
                (folder_id, since, bounds.max_size_bytes, bounds.max_size_bytes, limit),
            )
            found = tuple(WantedBody(MessageId(id_), Uid(uid), size, bool(here)) for id_, uid, size, here in rows)
            return found + withheld.wanted(connection, folder_id, limit - len(found), since, bounds.max_size_bytes)

        return self._writer.read(closure)

    def put_bodies(self, folder_id: FolderId, bodies: Sequence[NewBody]) -> Touched:
        """Store bytes, preview and index of messages."""

        return self.put_bodies_later(folder_id, bodies)()

    def put_bodies_later(self, folder_id: FolderId, bodies: Sequence[NewBody]) -> Callable[[], Touched]:
        """Begin to store bytes, preview and index of messages; what is returned waits for the commit."""
        changes = Changes()
        prepared = [messages.prepare(body) for body in bodies]  # In the caller's thread: the writer has the most to do.

        def closure(connection: sqlite3.Connection) -> None:
            changes.changed[folder_id].extend(messages.put_bodies(connection, prepared))

        wait = self._writer.begin(closure)

        def finish() -> Touched:
            wait()
            return changes.of(folder_id)

        return finish

    def index_waiting(self, limit: int) -> bool:
        """Put so many messages into the index that are not in it yet; False when there is none left."""
        return self._writer.run(lambda connection: indexing.catch_up(connection, limit)) == limit

    def bytes_here(self, message_id: MessageId) -> bytes | None:
        """Return a message's bytes from another place of its account where the same message is, or was a moment ago."""
        return self._writer.read(lambda connection: same_elsewhere.find(connection, message_id))

    def parts(self, message_id: MessageId) -> tuple[KeptPart, ...]:
        """Return the parts that are kept of a message that is not here whole."""
        return self._writer.read(lambda connection: parts.of_message(connection, message_id))

    def put_parts(self, message_id: MessageId, parts_: Sequence[KeptPart]) -> None:
        """Keep parts of a message, beside it."""
        self._writer.run(lambda connection: parts.put(connection, message_id, parts_))

    def put_part_body(self, message_id: MessageId, section: str, body: bytes) -> None:
        """Keep the body of one of them."""
        self._writer.run(lambda connection: parts.put_body(connection, message_id, section, body))

    def pieces_size(self, message_id: MessageId) -> int:
        """Return how many bytes of a large message are here, from its beginning and without a gap."""
        return self._writer.read(lambda connection: pieces.size(connection, message_id))

    def add_piece(self, message_id: MessageId, offset: int, data: bytes) -> None:
        """Keep the next piece of a large message."""
        self._writer.run(lambda connection: pieces.add(connection, message_id, offset, data))

    def take_pieces(self, message_id: MessageId) -> bytes:
        """Return the pieces of a large message in one; they go when its bytes are stored."""
        return self._writer.read(lambda connection: pieces.joined(connection, message_id))

    def body_unavailable(self, message_id: MessageId, sentence: str) -> None:
        """Note that the server will not give this message."""
        self._writer.run(lambda connection: withheld.note(connection, message_id, sentence))

    def locate(self, message_id: MessageId) -> tuple[FolderId, Uid | None] | None:
        """Return where a message is, or None when its row is gone."""

        def closure(connection: sqlite3.Connection) -> tuple[FolderId, Uid | None] | None:
            row = connection.execute("SELECT folder_id, uid FROM message WHERE id = ?", (message_id,)).fetchone()
            return None if row is None else (FolderId(row[0]), row[1])

        return self._writer.read(closure)

    def size_bytes(self, message_id: MessageId) -> int:
        """Return a message's size as the server told it; 0 when its row is gone."""

        def closure(connection: sqlite3.Connection) -> int:
            row = connection.execute("SELECT size FROM message WHERE id = ?", (message_id,)).fetchone()
            return 0 if row is None else int(row[0])

        return self._writer.read(closure)

    def runnable_operations(self, account_id: AccountId, now_unix_s: float) -> tuple[Operation, ...]:
        """Return journal entries to replay, oldest first; ask again when they have run, others may wait behind them."""
        return self._writer.read(lambda connection: replay_store.runnable(connection, account_id, now_unix_s))

    def operation_started(self, operation_id: OperationId) -> None:
        """Mark an entry RUNNING and count the attempt, before the first byte goes out."""
        self._writer.run(lambda connection: replay_store.started(connection, operation_id))

    def operation_done(self, operation_id: OperationId, mapping: UidMapping | None) -> Touched:
        """The server has done it: drop the entry; moved rows get their new UIDs when they are known."""
        entry = self._writer.read(lambda connection: journal.entry(connection, operation_id))
        if entry is None:
            return Touched(FolderId(0))
        operation, changes = entry.operation, Changes()

        def settle(connection: sqlite3.Connection) -> None:
            replay_store.settle(connection, operation, mapping, changes)

        def close(connection: sqlite3.Connection, _: None) -> None:
            replay_store.close(connection, operation, mapping)
            journal_life.trim(connection)

        self._writer.run_pair(settle, close)
        self._refresh(operation, changes)
        return replay_store.touched_of(changes, operation)

    def operation_postponed(self, operation_id: OperationId, retry_at_unix_s: float, sentence: str) -> None:
        """It failed for now: PENDING again, not before that time."""
        self._writer.run(lambda connection: replay_store.postponed(connection, operation_id, retry_at_unix_s, sentence))

    def operation_refused(self, operation_id: OperationId, sentence: str) -> tuple[Touched, ...]:
        """It failed for good: take the local effect back and keep the entry as REFUSED with the sentence."""
        entry = self._writer.read(lambda connection: journal.entry(connection, operation_id))
        if entry is None:
            return ()
        operation, changes = entry.operation, Changes()

        def take_back(connection: sqlite3.Connection, refused: list[Operation]) -> None:
            for each in refused:
                effects.restore(connection, each, changes)

        self._writer.run_pair(lambda connection: replay_store.refuse(connection, operation, sentence), take_back)
        return changes.touched()

    def _refresh(self, operation: Operation, changes: Changes) -> None:
        ids = [item.message_id for item in operation.items]
        self._writer.run(lambda connection: effects.refresh(connection, ids, changes))

    def _change(
        self,
        folder_id: FolderId,
        closure: Callable[[sqlite3.Connection, Folder, Changes], None],
        state: FolderState | None,
    ) -> Touched:
        """Run a closure about one folder and advance its state in one transaction; nothing if the folder is gone."""
        return self._change_later(folder_id, closure, state)()

    def _change_later(
        self,
        folder_id: FolderId,
        closure: Callable[[sqlite3.Connection, Folder, Changes], None],
        state: FolderState | None,
    ) -> Callable[[], Touched]:
        """Begin to do so; what is returned waits for the commit."""
        changes = Changes()

        def whole(connection: sqlite3.Connection) -> None:
            if state is not None:
                # First, so that UIDs are stored under the UIDVALIDITY they were read with; one commit for both.
                messages.store_state(connection, folder_id, state)
            folder = folders.one(connection, folder_id)
            if folder is None:
                return
            closure(connection, folder, changes)
            if state is not None:
                messages.count_unclaimed(connection, folder_id, state)
            changes.removed[folder_id].extend(messages.drop_unclaimed(connection, folder_id))

        wait = self._writer.begin(whole)

        def finish() -> Touched:
            wait()
            return changes.of(folder_id)

        return finish
