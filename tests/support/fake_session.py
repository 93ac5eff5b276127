"""One connection to the mail server in memory (``fake_mailbox``): what a client says to it, and what goes wrong on the way.

Satisfies ``sync.ports.RemoteMailbox``. RFC 3501, RFC 4315, RFC 6851, RFC 7162.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from mailclient.domain.account import Account
from mailclient.domain.errors import Cancelled, FolderChanged, ServerBusy, ServerRefused
from mailclient.domain.exchange import (
    BodyRecord,
    ChangesSince,
    FlagRecord,
    FolderNews,
    FolderSnapshot,
    HeaderRecord,
    LastSeen,
    UidMapping,
)
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderStatus, RemoteFolder
from mailclient.domain.ids import ConnectionId, ModSeq, Uid, UidValidity
from mailclient.protocol.imap_bodystructure import BodyPart
from mailclient.protocol.modified_utf7 import decode_mailbox
from mailclient.protocol.transcript import Transcript
from mailclient.protocol.uid_sets import UidSet
from tests.support.fake_folders import Failure, StoredFolder, StoredMessage
from tests.support.fake_hierarchy import FakeHierarchy

if TYPE_CHECKING:
    from tests.support.fake_mailbox import FakeServer

_numbers = itertools.count(1)


class FakeRemoteMailbox:
    """One connection to a ``FakeServer``."""

    def __init__(self, server: FakeServer, account: Account | None, purpose: str) -> None:
        self.server = server
        self.purpose = purpose
        self.closed = False
        self.logged_out = False
        self.idling = threading.Event()
        self.hearing_all = threading.Event()
        self._told: dict[str, int] = {}
        host = account.incoming.host if account else "imap.example.org"
        self.transcript = Transcript(ConnectionId(next(_numbers)), "IMAP", host, purpose)
        self._name: str | None = None
        self._woken = False
        self._seen_modseq = 0

    @property
    def connection_id(self) -> ConnectionId:
        """Names the transcript."""
        return self.transcript.connection_id

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server offers."""
        return self.server.capabilities

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        """LIST."""
        with self._call("list_folders"):
            boxes = self.server.folders.items()
            listed = tuple(
                RemoteFolder(
                    name,
                    decode_mailbox(name),
                    "/",
                    box.role,
                    box.selectable,
                    box.subscribed,
                    status=self._status(name, box),
                )
                for name, box in boxes
            )
            return self.server.bend_list(listed)

    def _status(self, name: str, box: StoredFolder) -> FolderStatus | None:
        if "LIST-STATUS" not in self.capabilities or name == self._name:
            return None
        modseq = ModSeq(box.highest_modseq) if "CONDSTORE" in self.capabilities else None
        return FolderStatus(UidValidity(box.uid_validity), box.uid_next, len(box.messages), 0, modseq)

    def open_folder(self, wire_name: str, *, read_only: bool = False, since: LastSeen | None = None) -> FolderSnapshot:
        """SELECT or EXAMINE."""
        with self._call("open_folder", wire_name):
            box = self.server.folders.get(wire_name)
            if box is None or not box.selectable:
                self._name = None
                raise FolderChanged("The folder does not exist.")
            self._name = wire_name
            self._seen_modseq = box.highest_modseq
            condstore = "CONDSTORE" in self.capabilities
            snapshot = FolderSnapshot(
                UidValidity(box.uid_validity),
                box.uid_next,
                len(box.messages),
                ModSeq(box.highest_modseq) if condstore else None,
                permits_keywords=True,
                read_only=read_only or box.read_only,
                changes=self._changes(box, since) if "QRESYNC" in self.capabilities else None,
            )
            return self.server.bend_snapshot(wire_name, snapshot)

    def _changes(self, box: StoredFolder, since: LastSeen | None) -> ChangesSince | None:
        """What RFC 7162 calls quick resynchronisation."""
        if since is None or since.uid_validity != box.uid_validity:
            return None
        gone = {uid for uid, modseq in box.expunged.items() if modseq > since.modseq and uid <= since.last_uid}
        flags = tuple(
            FlagRecord(Uid(uid), message.flags, ModSeq(message.modseq))
            for uid, message in sorted(box.messages.items())
            if message.modseq > since.modseq and uid <= since.last_uid
        )
        return ChangesSince(UidSet.of(gone).ranges, flags)

    def list_uids(self, first: Uid, last: Uid | None = None) -> UidSet:
        """UID SEARCH."""
        with self._call("list_uids"):
            return self.server.bend_uids(UidSet.of(u for u in self._box.messages if first <= u <= (last or 2**32)))

    def fetch_headers(self, batches: Iterator[UidSet]) -> Iterator[HeaderRecord]:
        """UID FETCH of the first pass, newest last, as servers do."""
        refused = False
        while not refused and (uids := next(batches, None)) is not None:
            found = self._messages("fetch_headers", uids)
            if not self.server.mute.isdisjoint(uid for uid, _ in found):
                refused = True
                continue
            if self._name in self.server.sick:
                self._fail(Failure("fetch_headers", self.server.sick[self._name]))
            for uid, message in self._streamed("fetch_headers", found):
                yield _header_record(uid, message, self.server.names_messages)
        if refused:
            raise ServerRefused("[SERVERBUG] A message cannot be read.")

    def fetch_structure(self, uid: Uid) -> tuple[bytes, BodyPart] | None:
        """This server's structures cannot be read: of large messages it gives the beginning."""
        del uid
        return None

    def fetch_sections(self, uid: Uid, sections: Sequence[str]) -> dict[str, bytes]:
        """See ``fetch_structure``."""
        del uid, sections
        return {}

    def fetch_part(self, uid: Uid, section: str, offset: int, size: int, *, decoded: bool) -> bytes | None:
        """See ``fetch_structure``."""
        del uid, section, offset, size, decoded
        return None

    def fetch_flags(self, uids: UidSet, changed_since: ModSeq | None = None) -> Iterator[FlagRecord]:
        """UID FETCH FLAGS."""
        found = self._messages("fetch_flags", uids)
        if changed_since is not None:
            assert "CONDSTORE" in self.capabilities
            found = [(uid, message) for uid, message in found if message.modseq > changed_since]
        for uid, message in self._streamed("fetch_flags", found):
            yield FlagRecord(Uid(uid), message.flags, ModSeq(message.modseq))

    def fetch_bodies(self, batches: Iterator[UidSet]) -> Iterator[BodyRecord]:
        """UID FETCH BODY.PEEK[]."""
        refused = False
        while not refused and (uids := next(batches, None)) is not None:
            found = self._messages("fetch_bodies", uids)
            if not self.server.poison.isdisjoint(uid for uid, _ in found):
                refused = True
                continue
            for uid, message in self._streamed("fetch_bodies", found):
                yield BodyRecord(Uid(uid), self.server.bend_body(uid, message.raw))
        if refused:
            raise ServerRefused("[SERVERBUG] A message cannot be read.")

    def fetch_piece(self, uid: Uid, offset: int, size: int) -> bytes | None:
        """UID FETCH BODY.PEEK[]<o.n>."""
        found = self._messages("fetch_piece", UidSet.of([uid]))
        return found[0][1].raw[offset : offset + size] if found else None

    def change_flags(self, uids: UidSet, change: FlagChange) -> None:
        """UID STORE."""
        with self._call("change_flags", writes=True):
            for uid, message in self._found(uids):
                message.flags = change.applied_to(message.flags)
                self._box.messages[uid].modseq = self.server.tick(self._box)

    def move(self, uids: UidSet, target_wire_name: str) -> UidMapping | None:
        """MOVE, or COPY with \\Deleted and, with UIDPLUS, UID EXPUNGE."""
        with self._call("move", writes=True):
            target = self.server.folders.get(target_wire_name)
            if target is None:
                raise ServerRefused("[TRYCREATE] There is no such folder.")
            told: dict[Uid, Uid] = {}
            for uid, message in self._found(uids):
                told[Uid(uid)] = self.server.put(target_wire_name, message.raw, message.flags, message.received_unix_s)
            self._remove_found(uids, expunge=not self.capabilities.isdisjoint({"MOVE", "UIDPLUS"}))
            if "UIDPLUS" not in self.capabilities or not told:
                return None
            return UidMapping(UidValidity(target.uid_validity), told)

    def delete_forever(self, uids: UidSet) -> bool:
        """\\Deleted and, with UIDPLUS, UID EXPUNGE."""
        with self._call("delete_forever", writes=True):
            self._remove_found(uids, expunge="UIDPLUS" in self.capabilities)
            return "UIDPLUS" in self.capabilities

    def append(self, wire_name: str, raw: bytes, flags: Flag, received_unix_s: int | None = None) -> UidMapping | None:
        """APPEND."""
        with self._call("append", writes=True):
            box = self.server.folders.get(wire_name)
            if box is None:
                raise ServerRefused("[TRYCREATE] There is no such folder.")
            uid = self.server.put(wire_name, raw, flags, received_unix_s)
            if "UIDPLUS" not in self.capabilities:
                return None
            return UidMapping(UidValidity(box.uid_validity), {Uid(0): uid})

    def find_message_id(self, message_id_field: str) -> tuple[Uid, ...]:
        """UID SEARCH HEADER Message-ID."""
        with self._call("find_message_id"):
            wanted = message_id_field.encode()
            everything = sorted(self._box.messages.items())
            return tuple(Uid(uid) for uid, message in everything if wanted in message.raw.split(b"\r\n\r\n")[0])

    @property
    def hierarchy(self) -> FakeHierarchy:
        """The commands about folders."""
        return FakeHierarchy(self.server, self._call)

    def idle(self, timeout_s: float) -> bool:
        """IDLE until something changed in the open folder, ``wake``, or the time is over."""
        with self._call("idle"):
            self.idling.set()
            self.server.changed.wait_for(lambda: self.closed or self._woken or self._is_news, timeout_s)
            self.idling.clear()
            self._woken = False
            self._check_open()
            rang, self._seen_modseq = self._is_news, self._box.highest_modseq
            return rang

    def watch_everything(self) -> Mapping[str, FolderStatus] | None:
        """NOTIFY SET STATUS."""
        if "NOTIFY" not in self.capabilities:
            return None
        with self._call("watch_everything"):
            self._told = {name: box.highest_modseq for name, box in self.server.folders.items()}
            return {
                name: FolderStatus(
                    UidValidity(box.uid_validity), box.uid_next, len(box.messages), 0, ModSeq(box.highest_modseq)
                )
                for name, box in self.server.folders.items()
            }

    def wait_for_news(self, timeout_s: float) -> FolderNews:
        """Wait until something changed in any folder, ``wake``, or the time is over."""
        with self._call("wait_for_news"):
            self.hearing_all.set()
            self.server.changed.wait_for(lambda: self.closed or self._woken or self._news(), timeout_s)
            self.hearing_all.clear()
            self._woken = False
            self._check_open()
            news = self._news()
            self._told = {name: box.highest_modseq for name, box in self.server.folders.items()}
            names = frozenset(name for name in news if name in self.server.folders)
            return FolderNews(names, listing_changed=bool(news - names), has_ended=self.server.ends_notify)

    def _news(self) -> set[str]:
        now = {name: box.highest_modseq for name, box in self.server.folders.items()}
        return {name for name in {*now, *self._told} if now.get(name) != self._told.get(name)}

    @property
    def _is_news(self) -> bool:
        return self._box.highest_modseq != self._seen_modseq

    def wake(self) -> None:
        """End an ``idle``."""
        with self.server.changed:
            self._woken = True
            self.server.changed.notify_all()

    def keep_alive(self) -> bool:
        """NOOP."""
        with self._call("keep_alive"):
            return False

    def log_out(self) -> None:
        """LOGOUT."""
        self.logged_out = True
        self.close()

    def close(self) -> None:
        """Close from any thread."""
        with self.server.changed:
            self.closed = True
            self.transcript.open = False
            self.server.changed.notify_all()

    @property
    def _box(self) -> StoredFolder:
        assert self._name is not None, "no folder is open"
        return self.server.folders[self._name]

    def _found(self, uids: UidSet) -> list[tuple[int, StoredMessage]]:
        return [(uid, message) for uid, message in sorted(self._box.messages.items()) if uid in uids]

    def _remove_found(self, uids: UidSet, *, expunge: bool) -> None:
        for uid, message in self._found(uids):
            if expunge:
                self.server.drop(self._box, uid)
            else:
                message.flags |= Flag.DELETED
                message.modseq = self.server.tick(self._box)

    def _messages(self, call: str, uids: UidSet) -> list[tuple[int, StoredMessage]]:
        with self._call(call, str(uids)):
            return [(uid, replace(message)) for uid, message in self._found(uids)]

    def _streamed(self, call: str, found: list[tuple[int, StoredMessage]]) -> Iterator[tuple[int, StoredMessage]]:
        failure = next((each for each in self.server.failures if each.call == call and each.at_item is not None), None)
        done = False
        try:
            for at, item in enumerate(found):
                self._check_open()
                if failure is not None and failure.at_item == at and failure.skip <= 0:
                    self.server.failures.remove(failure)
                    self.close()
                    raise failure.error
                yield item
            if failure is not None:
                failure.skip -= 1
            done = True
        finally:
            if not done:
                # Like the real one: who stops listening in the middle of an answer has lost the connection.
                self.close()

    def _check_open(self) -> None:
        if self.closed:
            raise Cancelled("The connection was closed from this side.")

    @contextmanager
    def _call(self, name: str, detail: str = "", *, writes: bool = False) -> Iterator[None]:
        """One command: the server's lock is held, and it may fail before or after its effect."""
        self.server.on_call(name)
        with self.server.changed:
            self._check_open()
            self.server.calls.append(f"{name} {detail}".strip())
            failure = self.server.due_failure(name)
            if failure is not None and not failure.after:
                self._fail(failure)
            if writes:
                self.server.writes.append(name)
            yield
            if writes:
                self.server.changed.notify_all()
            if failure is not None:
                self._fail(failure)

    def _fail(self, failure: Failure) -> None:
        if not isinstance(failure.error, ServerRefused | ServerBusy):
            self.close()
        raise failure.error


def _header_record(uid: int, message: StoredMessage, is_named: bool) -> HeaderRecord:
    return HeaderRecord(
        Uid(uid),
        message.flags,
        message.received_unix_s,
        len(message.raw),
        message.raw.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n",
        has_attachment=False,
        modseq=ModSeq(message.modseq),
        email_id=f"M{hashlib.sha256(message.raw).hexdigest()[:16]}" if is_named else None,
    )
