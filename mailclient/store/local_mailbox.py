"""An account's mailboxes on this machine, seen as a server's: satisfies ``sync.ports.RemoteMailbox`` by shape.

So everything that synchronises, replays the journal or stores a sent copy works for them unchanged, and offline too. Each
method is one transaction in the user's file, on the disk when it returns. Speaks to nobody.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from mailclient.domain.errors import FolderChanged, ServerRefused
from mailclient.domain.exchange import (
    BodyRecord,
    FlagRecord,
    FolderNews,
    FolderSnapshot,
    HeaderRecord,
    LastSeen,
    UidMapping,
)
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderRole, FolderStatus, RemoteFolder
from mailclient.domain.ids import AccountId, ConnectionId, ModSeq, Uid, UidValidity
from mailclient.protocol.imap_bodystructure import BodyPart
from mailclient.protocol.modified_utf7 import decode_mailbox
from mailclient.protocol.uid_sets import UidSet
from mailclient.store import local_mail
from mailclient.store.local_hierarchy import DELIMITER, LocalHierarchy
from mailclient.store.local_mail import LocalFolder
from mailclient.store.rows import Row
from mailclient.store.writer import Writer

_AT_ONCE: Final = 200


class LocalMailbox:
    """One account's folders and messages. Any number of these may be in use."""

    def __init__(self, writer: Writer, account_id: AccountId, clock: Callable[[], float] = time.time) -> None:
        self._writer = writer
        self._account_id = account_id
        self._clock = clock
        self._open = ""

    @property
    def connection_id(self) -> ConnectionId:
        """Names no transcript: nothing is said to anybody."""
        return ConnectionId(0)

    @property
    def capabilities(self) -> frozenset[str]:
        """What this mailbox can do, in IMAP's words."""
        return frozenset({"UIDPLUS", "MOVE", "CONDSTORE", "SPECIAL-USE"})

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        """Return all folders; the usual ones are made when they are missing."""

        def closure(connection: sqlite3.Connection) -> tuple[RemoteFolder, ...]:
            local_mail.make_standard_folders(connection, self._account_id, self._clock())
            return tuple(_as_remote(found) for found in local_mail.folders(connection, self._account_id))

        return self._writer.run(closure)

    def open_folder(self, wire_name: str, *, read_only: bool = False, since: LastSeen | None = None) -> FolderSnapshot:
        """Open a folder; raises FolderChanged when it does not exist."""
        del since  # What changed is found by its modification sequence.

        def closure(connection: sqlite3.Connection) -> FolderSnapshot:
            found = self._folder(connection, wire_name)
            count = connection.execute(
                "SELECT count(*) FROM user.local_message WHERE folder_id = ?", (found.id,)
            ).fetchone()[0]
            validity, modseq = UidValidity(found.uid_validity), ModSeq(found.highest_modseq)
            return FolderSnapshot(validity, found.uid_next, count, modseq, permits_keywords=True, read_only=read_only)

        snapshot = self._writer.read(closure)
        self._open = wire_name
        return snapshot

    def list_uids(self, first: Uid, last: Uid | None = None) -> UidSet:
        """Return the UIDs that exist in a range of the open folder."""

        def closure(connection: sqlite3.Connection) -> UidSet:
            rows = connection.execute(
                "SELECT uid FROM user.local_message WHERE folder_id = ? AND uid >= ? AND (? IS NULL OR uid <= ?)",
                (self._folder(connection, self._open).id, first, last, last),
            )
            return UidSet.of(row[0] for row in rows)

        return self._writer.read(closure)

    def fetch_headers(self, batches: Iterator[UidSet]) -> Iterator[HeaderRecord]:
        """Yield a header record for each message that exists."""
        for uids in batches:
            for chunk in uids.chunks_newest_first(_AT_ONCE):
                yield from self._writer.read(partial(self._headers, uids=chunk))

    def _headers(self, connection: sqlite3.Connection, uids: UidSet) -> list[HeaderRecord]:
        rows = self._rows(
            connection,
            "m.uid, m.flags, m.received, m.size, b.header, m.modseq",
            "JOIN user.local_bytes b ON b.local_message_id = m.id",
            uids,
        )
        return [
            HeaderRecord(Uid(uid), Flag(flags), received, size, header, False, ModSeq(modseq))
            for uid, flags, received, size, header, modseq in rows
        ]

    def fetch_flags(self, uids: UidSet, changed_since: ModSeq | None = None) -> Iterator[FlagRecord]:
        """Yield the flags of messages, with ``changed_since`` only of those changed since."""
        for uid, flags, modseq in self._writer.read(
            lambda connection: self._rows(connection, "m.uid, m.flags, m.modseq", "", uids)
        ):
            if changed_since is None or modseq > changed_since:
                yield FlagRecord(Uid(uid), Flag(flags), ModSeq(modseq))

    def fetch_bodies(self, batches: Iterator[UidSet]) -> Iterator[BodyRecord]:
        """Yield whole messages; those of which only the header is here are left out."""
        for batch in batches:
            for uid in batch:
                if (raw := self._raw(Uid(uid))) is not None:
                    yield BodyRecord(Uid(uid), raw)

    def fetch_piece(self, uid: Uid, offset: int, size: int) -> bytes | None:
        """Return up to ``size`` bytes of a message from an offset; None when it is not here."""
        raw = self._raw(uid)
        return None if raw is None else raw[offset : offset + size]

    def fetch_structure(self, uid: Uid) -> tuple[bytes, BodyPart] | None:
        """What is here is here whole: nothing is fetched in parts."""
        del uid
        return None

    def fetch_sections(self, uid: Uid, sections: Sequence[str]) -> Mapping[str, bytes]:
        """None: nothing is fetched in parts."""
        del uid, sections
        return {}

    def fetch_part(self, uid: Uid, section: str, offset: int, size: int, *, decoded: bool) -> bytes | None:
        """None: nothing is fetched in parts."""
        del uid, section, offset, size, decoded
        return None

    def _raw(self, uid: Uid) -> bytes | None:
        def closure(connection: sqlite3.Connection) -> bytes | None:
            join = "JOIN user.local_bytes b ON b.local_message_id = m.id AND m.complete = 1"
            rows = self._rows(connection, "b.header, b.body", join, UidSet.of([uid]))
            return rows[0][0] + rows[0][1] if rows else None

        return self._writer.read(closure)

    def headers_only(self, wire_name: str) -> UidSet:
        """Return the UIDs of messages in a folder of which only the header is here."""

        def closure(connection: sqlite3.Connection) -> UidSet:
            rows = connection.execute(
                "SELECT uid FROM user.local_message WHERE folder_id = ? AND complete = 0",
                (self._folder(connection, wire_name).id,),
            )
            return UidSet.of(row[0] for row in rows)

        return self._writer.read(closure)

    def change_flags(self, uids: UidSet, change: FlagChange) -> None:
        """Add and remove flags of messages in the open folder."""

        def closure(connection: sqlite3.Connection) -> None:
            modseq = local_mail.touch(connection, self._folder(connection, self._open).id)
            connection.executemany(
                "UPDATE user.local_message SET flags = ?, modseq = ? WHERE id = ?",
                [
                    (int(change.applied_to(Flag(flags))), modseq, row)
                    for row, flags in self._rows(connection, "m.id, m.flags", "", uids)
                ],
            )

        self._writer.run(closure)

    def move(self, uids: UidSet, target_wire_name: str) -> UidMapping | None:
        """Move messages from the open folder to another and return their new UIDs."""

        def closure(connection: sqlite3.Connection) -> UidMapping:
            source = self._folder(connection, self._open)
            target = local_mail.folder(connection, self._account_id, target_wire_name)
            if target is None:
                raise ServerRefused(f"[TRYCREATE] There is no folder “{target_wire_name}”.")
            rows = self._rows(connection, "m.uid, m.id", "", uids)
            local_mail.touch(connection, source.id)
            moved = {Uid(uid): local_mail.relocate(connection, row, target) for uid, row in rows}
            return UidMapping(UidValidity(target.uid_validity), moved)

        return self._writer.run(closure)

    def delete_forever(self, uids: UidSet) -> bool:
        """Remove messages of the open folder; what came from a maildrop may then be deleted there too."""

        def closure(connection: sqlite3.Connection) -> None:
            local_mail.touch(connection, self._folder(connection, self._open).id)
            rows = [(row,) for (row,) in self._rows(connection, "m.id", "", uids)]
            connection.executemany("UPDATE user.pop_message SET expunged = 1 WHERE local_message_id = ?", rows)
            connection.executemany("DELETE FROM user.local_message WHERE id = ?", rows)

        self._writer.run(closure)
        return True

    def append(self, wire_name: str, raw: bytes, flags: Flag, received_unix_s: int | None = None) -> UidMapping | None:
        """Store a message and return its UID, under source UID 0."""

        def closure(connection: sqlite3.Connection) -> UidMapping:
            target = self._folder(connection, wire_name)
            received = int(self._clock()) if received_unix_s is None else received_unix_s
            _, uid = local_mail.add(connection, target, raw, flags, received)
            return UidMapping(UidValidity(target.uid_validity), {Uid(0): uid})

        return self._writer.run(closure)

    def find_message_id(self, message_id_field: str) -> tuple[Uid, ...]:
        """Return UIDs in the open folder whose Message-ID contains this value."""

        def closure(connection: sqlite3.Connection) -> tuple[Uid, ...]:
            rows = connection.execute(
                "SELECT uid FROM user.local_message WHERE folder_id = ? AND instr(message_id_field, ?) > 0 ORDER BY uid",
                (self._folder(connection, self._open).id, message_id_field),
            )
            return tuple(Uid(row[0]) for row in rows)

        return self._writer.read(closure)

    @property
    def hierarchy(self) -> LocalHierarchy:
        """What may be done to folders."""
        return LocalHierarchy(self._writer, self._account_id, self._clock)

    def idle(self, timeout_s: float) -> bool:
        """Nobody rings here."""
        del timeout_s
        return False

    def watch_everything(self) -> Mapping[str, FolderStatus] | None:
        """There is nobody else who could change anything."""
        return None

    def wait_for_news(self, timeout_s: float) -> FolderNews:
        """There is no news."""
        del timeout_s
        return FolderNews()

    def wake(self) -> None:
        """Nobody waits here."""

    def keep_alive(self) -> bool:
        """Nothing can have gone."""
        return False

    def log_out(self) -> None:
        """There is nothing to leave."""

    def close(self) -> None:
        """There is nothing to close."""

    def _folder(self, connection: sqlite3.Connection, wire_name: str) -> LocalFolder:
        found = local_mail.folder(connection, self._account_id, wire_name)
        if found is None:
            raise FolderChanged(f"There is no folder “{wire_name}” any more.")
        return found

    def _rows(self, connection: sqlite3.Connection, columns: str, join: str, uids: UidSet) -> list[Row]:
        """Return columns of ``m`` for messages of the open folder, in the order of their UIDs."""
        folder_id = self._folder(connection, self._open).id
        result: list[Row] = []
        for first, last in uids.ranges:
            query = (
                f"SELECT {columns} FROM user.local_message m {join} "
                "WHERE m.folder_id = ? AND m.uid BETWEEN ? AND ? ORDER BY m.uid"
            )
            result.extend(connection.execute(query, (folder_id, first, last)))
        return result


def _as_remote(found: LocalFolder) -> RemoteFolder:
    name = "Inbox" if found.role is FolderRole.INBOX else decode_mailbox(found.wire_name)
    return RemoteFolder(found.wire_name, name, DELIMITER, found.role, subscribed=found.subscribed)
