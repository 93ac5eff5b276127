"""A signed-in IMAP session: one object in front of the rooms where its commands are.

Satisfies ``sync.ports.RemoteMailbox`` by shape. ``imap_folders`` lists, ``imap_hierarchy`` changes folders, ``imap_open``
opens, ``imap_fetch`` reads, ``imap_change`` changes, ``imap_wait`` waits; this file adds nothing to them. RFC 3501.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mailclient.domain.account import Account
from mailclient.domain.errors import PostscopeError
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
from mailclient.domain.folder import FolderStatus, RemoteFolder
from mailclient.domain.ids import ConnectionId, ModSeq, Uid
from mailclient.net import imap_append, imap_change, imap_fetch, imap_folders, imap_open, imap_parts, imap_wait
from mailclient.net.imap_connect import connect_imap
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.net.imap_hierarchy import ImapHierarchy
from mailclient.net.wire import Record
from mailclient.protocol.imap_bodystructure import BodyPart
from mailclient.protocol.uid_sets import UidSet


def open_imap(account: Account, password: str, purpose: str, record: Record) -> ImapSession:
    """Connect, encrypt and sign in."""
    return ImapSession(connect_imap(account, password, purpose, record))


class ImapSession:
    """One connection; one thread at a time, but ``close`` and ``wake`` may come from any."""

    def __init__(self, dialogue: ImapDialogue) -> None:
        self.dialogue = dialogue
        self._permits_keywords = True
        self._alarm = imap_wait.Alarm()

    @property
    def connection_id(self) -> ConnectionId:
        """Names the transcript of this connection."""
        return self.dialogue.wire.transcript.connection_id

    @property
    def capabilities(self) -> frozenset[str]:
        """Upper-case capability words that this session may use."""
        return self.dialogue.capabilities

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        """Return all folders; a malformed name costs that folder and no other."""
        return imap_folders.list_folders(self.dialogue)

    @property
    def hierarchy(self) -> ImapHierarchy:
        """What may be done to folders, and what the server limits."""
        return ImapHierarchy(self.dialogue)

    def open_folder(self, wire_name: str, *, read_only: bool = False, since: LastSeen | None = None) -> FolderSnapshot:
        """SELECT (or EXAMINE) a folder; with ``since`` the answer tells what changed, where the server can."""
        snapshot = imap_open.open_folder(self.dialogue, wire_name, read_only=read_only, since=since)
        self._permits_keywords = snapshot.permits_keywords
        return snapshot

    def list_uids(self, first: Uid, last: Uid | None = None) -> UidSet:
        """Return the UIDs that exist in a range of the open folder."""
        return imap_fetch.list_uids(self.dialogue, first, last)

    def find_message_id(self, message_id_field: str) -> tuple[Uid, ...]:
        """Return UIDs in the open folder whose Message-ID contains this value."""
        return imap_fetch.find_message_id(self.dialogue, message_id_field)

    def fetch_headers(self, batches: Iterator[UidSet]) -> Iterator[HeaderRecord]:
        """Yield a header record for each message that still exists; the next batch is asked for while one arrives."""
        return imap_fetch.fetch_headers(self.dialogue, batches)

    def fetch_flags(self, uids: UidSet, changed_since: ModSeq | None = None) -> Iterator[FlagRecord]:
        """Yield the flags of messages, with CONDSTORE only of those changed since."""
        return imap_fetch.fetch_flags(self.dialogue, uids, changed_since)

    def fetch_bodies(self, batches: Iterator[UidSet]) -> Iterator[BodyRecord]:
        """Yield whole messages without marking them read; the next batch is asked for while one still arrives."""
        return imap_fetch.fetch_bodies(self.dialogue, batches)

    def fetch_piece(self, uid: Uid, offset: int, size: int) -> bytes | None:
        """Return up to ``size`` bytes of a message from an offset, fewer only at its end; None when it is gone."""
        return imap_fetch.fetch_piece(self.dialogue, uid, offset, size)

    def fetch_structure(self, uid: Uid) -> tuple[bytes, BodyPart] | None:
        """Return the whole header and the structure of a message; None when there is none that can be read."""
        return imap_parts.fetch_structure(self.dialogue, uid)

    def fetch_sections(self, uid: Uid, sections: Sequence[str]) -> Mapping[str, bytes]:
        """Return sections of a message, as far as the server has them."""
        return imap_parts.fetch_sections(self.dialogue, uid, sections)

    def fetch_part(self, uid: Uid, section: str, offset: int, size: int, *, decoded: bool) -> bytes | None:
        """Return up to ``size`` bytes of a part from an offset; None when it is gone, or cannot be had ``decoded``."""
        return imap_parts.fetch_part(self.dialogue, uid, section, offset, size, decoded=decoded)

    def change_flags(self, uids: UidSet, change: FlagChange) -> None:
        """Add and remove flags."""
        imap_change.change_flags(self.dialogue, uids, change, permits_keywords=self._permits_keywords)

    def move(self, uids: UidSet, target_wire_name: str) -> UidMapping | None:
        """Move messages; the new UIDs when the server told all of them."""
        return imap_change.move(self.dialogue, uids, target_wire_name)

    def delete_forever(self, uids: UidSet) -> bool:
        """Set \\Deleted and ``UID EXPUNGE`` just these."""
        return imap_change.delete_forever(self.dialogue, uids)

    def append(self, wire_name: str, raw: bytes, flags: Flag, received_unix_s: int | None = None) -> UidMapping | None:
        """Store a message."""
        return imap_append.append(self.dialogue, wire_name, raw, flags, received_unix_s)

    def idle(self, timeout_s: float) -> bool:
        """Wait on IDLE; True when the server rang, False after the time or ``wake``."""
        return imap_wait.idle(self.dialogue, self._alarm, timeout_s)

    def watch_everything(self) -> Mapping[str, FolderStatus] | None:
        """Ask to be told of changes in all folders (NOTIFY), and return how they are now; None when it cannot be had."""
        return imap_wait.watch_everything(self.dialogue)

    def wait_for_news(self, timeout_s: float) -> FolderNews:
        """Wait for what ``watch_everything`` asked for; empty after the time or ``wake``."""
        return imap_wait.wait_for_news(self.dialogue, self._alarm, timeout_s)

    def wake(self) -> None:
        """End a running ``idle`` or ``wait_for_news`` from another thread."""
        self._alarm.ring()

    def keep_alive(self) -> bool:
        """NOOP; True when the open folder changed meanwhile."""
        self.dialogue.run(b"NOOP")
        changed, self.dialogue.changed = self.dialogue.changed, False
        return changed

    def log_out(self) -> None:
        """LOGOUT politely and close."""
        try:
            tag = self.dialogue.start(b"LOGOUT")
            while not self.dialogue.next_response().line.startswith(tag + b" "):
                pass
        except PostscopeError:
            pass  # The connection ends either way.
        self.close()

    def close(self) -> None:
        """Close at once; safe from another thread."""
        self.dialogue.wire.close()
        self._alarm.close()
