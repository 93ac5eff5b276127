"""A signed-in IMAP session: folders, first-pass headers, flags, bodies, moves, appends, IDLE.

Satisfies ``sync.ports.RemoteMailbox`` by shape. Answers are matched to messages by the UID inside them and by nothing else;
never a mailbox-wide EXPUNGE. RFC 3501, RFC 2177 (IDLE), RFC 4315, RFC 4731, RFC 5161, RFC 6154, RFC 6851, RFC 7162.
"""

from __future__ import annotations

import re
import socket
from collections import deque
from collections.abc import Iterator
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.errors import (
    FolderChanged,
    MalformedReply,
    NetworkGone,
    PostscopeError,
    ServerBusy,
    ServerRefused,
)
from mailclient.domain.exchange import BodyRecord, FlagRecord, FolderSnapshot, HeaderRecord, UidMapping
from mailclient.domain.flags import SYSTEM_FLAGS, Flag, FlagChange, flags_to_wire
from mailclient.domain.folder import RemoteFolder
from mailclient.domain.ids import ConnectionId, ModSeq, Uid, UidValidity
from mailclient.mime.wire import WANTED_FIELDS
from mailclient.net.imap_connect import connect_imap
from mailclient.net.imap_dialogue import Completed, ImapDialogue
from mailclient.net.wire import Record
from mailclient.protocol.imap_dates import format_internal_date
from mailclient.protocol.imap_gate import Literal, Piece, astring, atom
from mailclient.protocol.imap_responses import (
    CopiedUids,
    Fetched,
    parse_copied,
    parse_fetch,
    parse_list,
    parse_numbered,
    parse_status,
    parse_uids,
)
from mailclient.protocol.imap_stream import Response
from mailclient.protocol.modified_utf7 import encode_mailbox
from mailclient.protocol.uid_sets import UidSet

MAX_SET_BYTES: Final = 6_000
"""Servers limit the length of a command line (RFC 7162 section 4 says 8,192)."""
_AHEAD: Final = 2
"""So many requests for bodies are under way: the server reads the next from its disk while one is on the line."""
_HEADER_ITEM: Final = f"BODY.PEEK[HEADER.FIELDS ({' '.join(WANTED_FIELDS)})]".encode("ascii")


def open_imap(account: Account, password: str, purpose: str, record: Record) -> ImapSession:
    """Connect, encrypt and sign in."""
    return ImapSession(connect_imap(account, password, purpose, record))


class ImapSession:
    """One connection; one thread at a time, but ``close`` and ``wake`` may come from any."""

    def __init__(self, dialogue: ImapDialogue) -> None:
        self._dialogue = dialogue
        self._changed = False
        self._permits_keywords = True
        self._wake_receiver, self._wake_sender = socket.socketpair()

    @property
    def connection_id(self) -> ConnectionId:
        """Names the transcript of this connection."""
        return self._dialogue.wire.transcript.connection_id

    @property
    def capabilities(self) -> frozenset[str]:
        """Upper-case capability words that this session may use."""
        return self._dialogue.capabilities

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        """Return all folders; a malformed name costs that folder and no other."""
        pieces: tuple[Piece, ...] = (b'LIST "" "*"',)
        if "SPECIAL-USE" in self.capabilities and "LIST-EXTENDED" in self.capabilities:
            pieces = (b'LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE)',)
        try:
            completed = self._run(*pieces)
        except ServerRefused:
            completed = self._run(b'LIST "" "*"')
        found = {folder.wire_name: folder for folder in map(parse_list, completed.untagged) if folder}
        return tuple(found.values())

    def open_folder(self, wire_name: str, *, read_only: bool = False) -> FolderSnapshot:
        """SELECT (or EXAMINE) a folder."""
        verb = b"EXAMINE" if read_only else b"SELECT"
        condstore = "CONDSTORE" in self.capabilities or "QRESYNC" in self.capabilities
        name = astring(wire_name.encode("utf-8", "surrogateescape"))
        try:
            completed = self._run(verb, name, *((b"(CONDSTORE)",) if condstore else ()))
        except ServerRefused as error:
            raise FolderChanged(
                f"The folder cannot be opened. {error.sentence}",
                connection_id=error.connection_id,
                protocol_line=error.protocol_line,
            ) from error
        self._changed = False
        return self._snapshot(completed, read_only)

    def _snapshot(self, completed: Completed, read_only: bool) -> FolderSnapshot:
        exists = 0
        codes: dict[str, str] = {}
        for response in completed.untagged:
            numbered = parse_numbered(response)
            if numbered and numbered[1] == "EXISTS":
                exists = numbered[0]
            status = parse_status(response)
            if status and status.code:
                codes[status.code] = status.argument
        validity = codes.get("UIDVALIDITY", "")
        if not validity.isdigit() or int(validity) == 0:
            raise self._dialogue.wire.malformed(
                "The server named no UIDVALIDITY, without which messages cannot be told apart."
            )
        permanent = codes.get("PERMANENTFLAGS", "\\*")
        self._permits_keywords = "\\*" in permanent
        modseq, uid_next = codes.get("HIGHESTMODSEQ", ""), codes.get("UIDNEXT", "")
        return FolderSnapshot(
            uid_validity=UidValidity(int(validity)),
            uid_next=int(uid_next) if uid_next.isdigit() else None,
            exists=exists,
            highest_modseq=ModSeq(int(modseq)) if modseq.isdigit() and "NOMODSEQ" not in codes else None,
            permits_keywords=self._permits_keywords,
            read_only=read_only or completed.status.code == "READ-ONLY",
        )

    def list_uids(self, first: Uid, last: Uid | None = None) -> UidSet:
        """Return the UIDs that exist in a range of the open folder."""
        wanted = f"{first}:{'*' if last is None else last}".encode("ascii")
        how = b"UID SEARCH RETURN (ALL) UID " if "ESEARCH" in self.capabilities else b"UID SEARCH UID "
        found = UidSet()
        for response in self._run(how + wanted).untagged:
            found = found.union(parse_uids(response) or UidSet())
        # "n:*" names the last message even when its UID is smaller than n (RFC 3501 section 6.4.8).
        return found.within(first, last if last is not None else found.last)

    def fetch_headers(self, uids: UidSet) -> Iterator[HeaderRecord]:
        """Yield a header record for each message that still exists."""
        items = b"(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE " + _HEADER_ITEM
        items += b" MODSEQ)" if self._has_modseq else b")"
        for fetched in self._fetch(uids, items):
            header = next((data for name, data in fetched.sections.items() if name.startswith("HEADER")), None)
            if fetched.uid is None or header is None or fetched.flags is None:
                continue
            yield HeaderRecord(
                uid=fetched.uid,
                flags=fetched.flags,
                received_unix_s=fetched.received_unix_s or 0,
                size_bytes=fetched.size_bytes or 0,
                header=header,
                has_attachment=fetched.has_attachment,
                modseq=fetched.modseq,
            )

    @property
    def _has_modseq(self) -> bool:
        return "CONDSTORE" in self.capabilities or "QRESYNC" in self.capabilities

    def fetch_flags(self, uids: UidSet, changed_since: ModSeq | None = None) -> Iterator[FlagRecord]:
        """Yield the flags of messages, with CONDSTORE only of those changed since."""
        modifier = b""
        if changed_since is not None and self._has_modseq:
            modifier = b" (CHANGEDSINCE %d)" % changed_since
        for fetched in self._fetch(uids, b"(UID FLAGS)", modifier):
            if fetched.uid is not None and fetched.flags is not None:
                yield FlagRecord(fetched.uid, fetched.flags, fetched.modseq)

    def fetch_bodies(self, batches: Iterator[UidSet]) -> Iterator[BodyRecord]:
        """Yield whole messages without marking them read; the next batch is asked for while one still arrives."""
        under_way: deque[tuple[bytes, UidSet]] = deque()
        refused: PostscopeError | None = None
        done = False
        try:
            while True:
                while len(under_way) < _AHEAD and refused is None and (uids := next(batches, None)) is not None:
                    for part in _short_sets(uids):
                        tag = self._dialogue.start(b"UID FETCH " + part + b" (UID BODY.PEEK[])")
                        under_way.append((tag, uids))
                if not under_way:
                    break
                tag, uids = under_way.popleft()
                try:
                    for fetched in self._answered(self._dialogue.answers_to(tag, (b"UID FETCH",))):
                        if fetched.uid is not None and "" in fetched.sections and fetched.uid in uids:
                            yield BodyRecord(fetched.uid, fetched.sections[""])
                except (ServerRefused, ServerBusy) as error:
                    refused = refused or error
            done = True
        finally:
            if not done:
                # Whoever stops listening in the middle of an answer cannot use this connection again.
                self._dialogue.wire.close()
        if refused is not None:
            raise refused

    def fetch_piece(self, uid: Uid, offset: int, size: int) -> bytes | None:
        """Return up to ``size`` bytes of a message from an offset, fewer only at its end; None when it is gone."""
        items = b"(UID BODY.PEEK[]<%d.%d>)" % (offset, size)
        piece: bytes | None = None
        for fetched in self._fetch(UidSet.of([uid]), items):
            piece = fetched.sections.get("", piece)
        return piece

    def _fetch(self, uids: UidSet, items: bytes, modifier: bytes = b"") -> Iterator[Fetched]:
        for part in _short_sets(uids):
            done = False
            try:
                answers = self._dialogue.answers(b"UID FETCH " + part + b" " + items + modifier)
                for fetched in self._answered(answers):
                    if fetched.uid in uids:
                        yield fetched
                done = True
            except (ServerRefused, ServerBusy):
                done = True  # The answer is complete, and it is no: the connection is as good as before.
                raise
            finally:
                if not done:
                    # Whoever stops listening in the middle of an answer cannot use this connection again.
                    self._dialogue.wire.close()

    def _answered(self, responses: Iterator[Response]) -> Iterator[Fetched]:
        """Yield the FETCH answers that name a UID, and notice all else."""
        for response in responses:
            fetched = self._read_fetch(response)
            if fetched is None:
                self._notice(response)
            elif fetched.uid is None:
                # Unasked and without UID: about a sequence number, so it proves only that something changed.
                self._changed = True
            else:
                yield fetched

    def _read_fetch(self, response: Response) -> Fetched | None:
        try:
            return parse_fetch(response)
        except MalformedReply as error:
            raise self._dialogue.wire.malformed(error.sentence, response.line) from error

    def change_flags(self, uids: UidSet, change: FlagChange) -> None:
        """Add and remove flags."""
        for sign, flags in ((b"+", change.add), (b"-", change.remove)):
            allowed = flags if self._permits_keywords else flags & SYSTEM_FLAGS
            names = b" ".join(atom(name) for name in flags_to_wire(allowed))
            for part in _short_sets(uids) if names else ():
                self._run(b"UID STORE " + part + b" " + sign + b"FLAGS.SILENT (" + names + b")")

    def move(self, uids: UidSet, target_wire_name: str) -> UidMapping | None:
        """Move messages; the new UIDs when the server told all of them."""
        target = astring(target_wire_name.encode("utf-8", "surrogateescape"))
        told: list[CopiedUids] = []
        complete = True
        for part in _short_sets(uids):
            if "MOVE" in self.capabilities:
                completed = self._run(b"UID MOVE " + part, target)
            else:
                completed = self._run(b"UID COPY " + part, target)
                self._remove(part)
            copied = [
                parse_copied(status) for status in (completed.status, *map(parse_status, completed.untagged)) if status
            ]
            found = [item for item in copied if item]
            told += found
            complete = complete and bool(found)
        if not complete or not told:
            return None
        pairs = {Uid(s): Uid(t) for item in told for s, t in zip(item.source, item.target, strict=True) if s in uids}
        return UidMapping(told[0].uid_validity, pairs)

    def _remove(self, part: bytes) -> bool:
        self._run(b"UID STORE " + part + b" +FLAGS.SILENT (\\Deleted)")
        if "UIDPLUS" not in self.capabilities:
            return False
        self._run(b"UID EXPUNGE " + part)
        return True

    def delete_forever(self, uids: UidSet) -> bool:
        """Set \\Deleted and ``UID EXPUNGE`` just these."""
        return False not in [self._remove(part) for part in _short_sets(uids)]

    def append(self, wire_name: str, raw: bytes, flags: Flag, received_unix_s: int | None = None) -> UidMapping | None:
        """Store a message."""
        names = b" ".join(atom(name) for name in flags_to_wire(flags & SYSTEM_FLAGS))
        pieces: list[Piece] = [b"APPEND", astring(wire_name.encode("utf-8", "surrogateescape")), b"(" + names + b")"]
        if received_unix_s is not None:
            pieces.append(b'"' + format_internal_date(received_unix_s).encode("ascii") + b'"')
        data = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
        copied = parse_copied(self._run(*pieces, Literal(data)).status)
        return UidMapping(copied.uid_validity, {Uid(0): Uid(copied.target[0])}) if copied else None

    def find_message_id(self, message_id_field: str) -> tuple[Uid, ...]:
        """Return UIDs in the open folder whose Message-ID contains this value."""
        found = UidSet()
        for response in self._run(b"UID SEARCH HEADER Message-ID", astring(message_id_field)).untagged:
            found = found.union(parse_uids(response) or UidSet())
        return tuple(found)

    def create_folder(self, name: str) -> RemoteFolder:
        """Create and subscribe a folder by its decoded name."""
        wire_name = encode_mailbox(name)
        self._run(b"CREATE", astring(wire_name))
        self._run(b"SUBSCRIBE", astring(wire_name))
        delimiter = next((folder.delimiter for folder in self.list_folders() if folder.wire_name == wire_name), None)
        return RemoteFolder(wire_name, name, delimiter)

    def idle(self, timeout_s: float) -> bool:
        """Wait on IDLE; True when the server rang, False after the time or ``wake``."""
        if self._changed:
            self._changed = False
            return True
        tag = self._dialogue.start(b"IDLE")
        rang = False
        while not (response := self._dialogue.next_response()).is_continuation:
            if response.line.startswith(tag + b" "):
                self._dialogue.checked(response, (b"IDLE",))
                return rang
            rang = self._rings(response) or rang
        waited = self._dialogue.buffered_response()
        if waited is not None:
            rang = self._rings(waited) or rang
        if not rang and self._dialogue.wire.readable_within(timeout_s, self._wake_receiver):
            self._dialogue.stream.feed(self._dialogue.wire.receive())
            rang = True
        self._drain_wake()
        self._dialogue.send_line(b"DONE")
        while not (response := self._dialogue.next_response()).line.startswith(tag + b" "):
            rang = self._rings(response) or rang
        self._dialogue.checked(response, (b"IDLE",))
        self._changed = False
        return rang

    def _rings(self, response: Response) -> bool:
        status = parse_status(response)
        if status and status.word == "BYE":
            self._dialogue.wire.close()
            raise NetworkGone(f"{self._dialogue.wire.endpoint.host} ended the connection: {status.text}")
        self._notice(response)
        return self._changed

    def _notice(self, response: Response) -> None:
        if parse_numbered(response) or response.line[:11].upper() == b"* VANISHED ":
            self._changed = True

    def _drain_wake(self) -> None:
        self._wake_receiver.setblocking(False)
        try:
            self._wake_receiver.recv(64)
        except (BlockingIOError, OSError):
            return

    def wake(self) -> None:
        """End a running ``idle`` from another thread."""
        self._wake_sender.send(b"x")

    def keep_alive(self) -> bool:
        """NOOP; True when the open folder changed meanwhile."""
        self._run(b"NOOP")
        changed, self._changed = self._changed, False
        return changed

    def log_out(self) -> None:
        """LOGOUT politely and close."""
        try:
            tag = self._dialogue.start(b"LOGOUT")
            while not self._dialogue.next_response().line.startswith(tag + b" "):
                pass
        except PostscopeError:
            pass  # The connection ends either way.
        self.close()

    def close(self) -> None:
        """Close at once; safe from another thread."""
        self._dialogue.wire.close()
        self._wake_sender.close()
        self._wake_receiver.close()

    def _run(self, *pieces: Piece) -> Completed:
        completed = self._dialogue.run(*pieces)
        for response in completed.untagged:
            self._notice(response)
        return completed


def _short_sets(uids: UidSet) -> Iterator[bytes]:
    """Yield the set in pieces that fit a command line."""
    line = bytearray()
    for low, high in uids.ranges:
        token = b"%d" % low if low == high else b"%d:%d" % (low, high)
        if line and len(line) + len(token) > MAX_SET_BYTES:
            yield bytes(line)
            line.clear()
        line += b"," + token if line else token
    if line:
        yield bytes(line)
