"""What synchronisation needs of a server and of a store, said as protocols.

``net.imap_session.ImapSession`` and ``store.sync_store.SyncStore`` satisfy them by shape; ``engine`` introduces them and
mypy checks the handshake there. Nothing here does anything. RFC 3501, RFC 4315 (UIDPLUS), RFC 6851 (MOVE), RFC 7162.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from mailclient.domain.exchange import (
    BodyRecord,
    FlagRecord,
    FolderListing,
    FolderNews,
    FolderSnapshot,
    HeaderRecord,
    KeptPart,
    KnownCount,
    LastSeen,
    NewBody,
    NewMessage,
    Touched,
    UidMapping,
    WantedBody,
)
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import Folder, FolderLimits, FolderRole, FolderState, FolderStatus, RemoteFolder
from mailclient.domain.ids import AccountId, ConnectionId, FolderId, MessageId, ModSeq, OperationId, Uid, UidValidity
from mailclient.domain.operation import Operation
from mailclient.domain.scope import BodyBounds
from mailclient.protocol.imap_bodystructure import BodyPart
from mailclient.protocol.uid_sets import UidSet


class RemoteHierarchy(Protocol):
    """Commands about folders. They raise ServerRefused for NO; names are wire names."""

    def create(self, wire_name: str, role: FolderRole) -> None:
        """CREATE, with the role where the server takes one (RFC 6154 section 3)."""

    def rename(self, wire_name: str, new_wire_name: str) -> None:
        """RENAME a folder with all that lie in it."""

    def delete(self, wire_name: str) -> None:
        """DELETE one folder with its messages."""

    def subscribe(self, wire_name: str, subscribed: bool) -> None:
        """SUBSCRIBE or UNSUBSCRIBE."""

    def count(self, wire_name: str) -> int | None:
        """Return how many messages a folder holds (STATUS), None when there is no such folder or it cannot hold any."""

    def limits(self, wire_name: str) -> FolderLimits:
        """Ask what the server limits in a folder: quota, size of a message, rights. What it does not offer stays unknown."""


class RemoteMailbox(Protocol):
    """One signed-in IMAP connection. Methods raise the errors of ``domain.errors`` and nothing else.

    Iterators stream as the answer arrives; abandoning one closes the connection. Only answers that contain a UID are
    attributed to a message.
    """

    @property
    def connection_id(self) -> ConnectionId:
        """Names the transcript of this connection."""

    @property
    def capabilities(self) -> frozenset[str]:
        """Upper-case capability words that this session may use."""

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        """Return all folders; one malformed name is skipped, never the whole list."""

    def open_folder(self, wire_name: str, *, read_only: bool = False, since: LastSeen | None = None) -> FolderSnapshot:
        """SELECT (or EXAMINE) a folder; raise FolderChanged when it does not exist.

        ``since`` asks what changed; the snapshot's ``changes`` tell it where the server can (QRESYNC).
        """

    def list_uids(self, first: Uid, last: Uid | None = None) -> UidSet:
        """Return the UIDs that exist in a range of the open folder (``last`` None: to the end)."""

    def fetch_headers(self, batches: Iterator[UidSet]) -> Iterator[HeaderRecord]:
        """Yield a header record for each message that still exists; batches and refusals as for ``fetch_bodies``."""

    def fetch_flags(self, uids: UidSet, changed_since: ModSeq | None = None) -> Iterator[FlagRecord]:
        """Yield the flags of messages, with CONDSTORE only of those changed since."""

    def fetch_bodies(self, batches: Iterator[UidSet]) -> Iterator[BodyRecord]:
        """Yield whole messages (BODY.PEEK[]: nothing is marked read).

        A batch is taken and asked for while the one before still arrives. When the server refuses a batch, the answers
        to the others under way are yielded before ServerRefused is raised.
        """

    def fetch_piece(self, uid: Uid, offset: int, size: int) -> bytes | None:
        """Return up to ``size`` bytes of a message from an offset, fewer only at its end; None when it is gone."""

    def fetch_structure(self, uid: Uid) -> tuple[bytes, BodyPart] | None:
        """Return the whole header and the structure of a message; None when there is none that can be read."""

    def fetch_sections(self, uid: Uid, sections: Sequence[str]) -> Mapping[str, bytes]:
        """Return sections of a message ("1", "2.MIME"), as far as the server has them."""

    def fetch_part(self, uid: Uid, section: str, offset: int, size: int, *, decoded: bool) -> bytes | None:
        """Return up to ``size`` bytes of a part from an offset; None when it is gone, or cannot be had ``decoded``."""

    def change_flags(self, uids: UidSet, change: FlagChange) -> None:
        """Add and remove flags of messages in the open folder."""

    def move(self, uids: UidSet, target_wire_name: str) -> UidMapping | None:
        """Move messages: MOVE, else COPY + \\Deleted + UID EXPUNGE, else COPY + \\Deleted and no expunge at all.

        Returns the new UIDs when the server told them. Raises ServerRefused with ``[TRYCREATE]`` in the sentence when
        the target is missing.
        """

    def delete_forever(self, uids: UidSet) -> bool:
        """Set \\Deleted and ``UID EXPUNGE`` just these; False when the server lacks UIDPLUS and only \\Deleted was set."""

    def append(self, wire_name: str, raw: bytes, flags: Flag, received_unix_s: int | None = None) -> UidMapping | None:
        """Store a message; the mapping (under source UID 0) when APPENDUID told the new UID."""

    def find_message_id(self, message_id_field: str) -> tuple[Uid, ...]:
        """Return UIDs in the open folder whose Message-ID contains this value (a SEARCH through the gate)."""

    @property
    def hierarchy(self) -> RemoteHierarchy:
        """What may be done to folders, and what the server limits."""

    def idle(self, timeout_s: float) -> bool:
        """Wait on IDLE in the open folder; True when the server rang, False after the time or ``wake``."""

    def watch_everything(self) -> Mapping[str, FolderStatus] | None:
        """Ask to be told of changes in all folders (NOTIFY), and return how they are now; None when it cannot be had.

        For a connection on which no folder is opened.
        """

    def wait_for_news(self, timeout_s: float) -> FolderNews:
        """Wait for what ``watch_everything`` asked for; empty after the time or ``wake``."""

    def wake(self) -> None:
        """End a running ``idle`` or ``wait_for_news`` from another thread."""

    def keep_alive(self) -> bool:
        """NOOP; True when the open folder changed meanwhile."""

    def log_out(self) -> None:
        """LOGOUT politely and close."""

    def close(self) -> None:
        """Close at once; safe from another thread, makes a running method raise Cancelled or NetworkGone."""


class MailStore(Protocol):
    """The cache and the journal as synchronisation sees them. Each method is one transaction, done when it returns.

    Server flags never overwrite a pending local change: the store lays pending operations on top of what it is given.
    """

    def folders(self, account_id: AccountId) -> tuple[Folder, ...]:
        """Return the account's folders."""

    def put_folders(self, account_id: AccountId, listings: Sequence[FolderListing]) -> tuple[FolderId, ...]:
        """Make the folder rows equal to the listing; a role the user chose stays. Returns changed or new folder ids.

        Rows of folders that the server no longer lists go, with their messages, unless operations are pending there.
        """

    def known_uids(self, folder_id: FolderId, first: Uid | None = None) -> UidSet:
        """Return the UIDs that have a row in the folder, and those that left it by a pending local move or delete.

        With ``first`` only those from there on.
        """

    def count_known(self, folder_id: FolderId) -> KnownCount:
        """Return how many UIDs ``known_uids`` would give, and the largest, without reading them."""

    def count_among(self, folder_id: FolderId, uids: UidSet) -> int:
        """Return how many of these UIDs are known."""

    def server_flags(self, folder_id: FolderId, first: Uid, last: Uid) -> Mapping[Uid, Flag]:
        """Return the flags the server last told for a range of UIDs."""

    def add_messages_later(
        self, folder_id: FolderId, messages: Sequence[NewMessage], state: FolderState | None
    ) -> Callable[[], Touched]:
        """Begin to insert rows and to advance the state with them; what is returned waits for the commit.

        A row that was moved here locally and has no UID yet, or was orphaned by a UIDVALIDITY change, is adopted when
        Message-ID and size agree: it keeps its id, body and place.
        """

    def put_flags(self, folder_id: FolderId, records: Sequence[FlagRecord], state: FolderState | None) -> Touched:
        """Store what the server says of flags; ``changed`` holds rows whose effective flags became others."""

    def remove_uids(self, folder_id: FolderId, uids: UidSet, state: FolderState | None) -> Touched:
        """Delete rows of messages that the server no longer has."""

    def set_state(self, folder_id: FolderId, state: FolderState) -> None:
        """Store the folder's state."""

    def begin_revalidation(self, folder_id: FolderId, uid_validity: UidValidity) -> None:
        """UIDVALIDITY changed: keep every row without its UID, to be adopted by ``add_messages``; store the new value."""

    def end_revalidation(self, folder_id: FolderId) -> Touched:
        """All of the server's messages are in: delete rows that none of them claimed and no pending operation needs."""

    def bodies_wanted(self, folder_id: FolderId, limit: int, bounds: BodyBounds) -> tuple[WantedBody, ...]:
        """Return the newest messages of a folder within the bounds whose bytes are missing."""

    def put_bodies_later(self, folder_id: FolderId, bodies: Sequence[NewBody]) -> Callable[[], Touched]:
        """Begin to store bytes, preview and index of messages; what is returned waits for the commit."""

    def index_waiting(self, limit: int) -> bool:
        """Put so many messages into the index that are not in it yet; False when there is none left."""

    def bytes_here(self, message_id: MessageId) -> bytes | None:
        """Return a message's bytes from another place of this account where the same message is, or was a moment ago."""

    def parts(self, message_id: MessageId) -> tuple[KeptPart, ...]:
        """Return the parts that are kept of a message that is not here whole."""

    def put_parts(self, message_id: MessageId, parts: Sequence[KeptPart]) -> None:
        """Keep parts of a message, beside it."""

    def put_part_body(self, message_id: MessageId, section: str, body: bytes) -> None:
        """Keep the body of one of them."""

    def pieces_size(self, message_id: MessageId) -> int:
        """Return how many bytes of a large message are here, from its beginning and without a gap."""

    def add_piece(self, message_id: MessageId, offset: int, data: bytes) -> None:
        """Keep the next piece of a large message."""

    def take_pieces(self, message_id: MessageId) -> bytes:
        """Return the pieces of a large message in one; they go when its bytes are stored."""

    def body_unavailable(self, message_id: MessageId, sentence: str) -> None:
        """Note that the server will not give this message."""

    def locate(self, message_id: MessageId) -> tuple[FolderId, Uid | None] | None:
        """Return where a message is, or None when its row is gone."""

    def size_bytes(self, message_id: MessageId) -> int:
        """Return a message's size as the server told it; 0 when its row is gone."""

    def runnable_operations(self, account_id: AccountId, now_unix_s: float) -> tuple[Operation, ...]:
        """Return journal entries to replay, oldest first, up to the first of each folder that must wait."""

    def operation_started(self, operation_id: OperationId) -> None:
        """Mark an entry RUNNING and count the attempt, before the first byte goes out."""

    def operation_done(self, operation_id: OperationId, mapping: UidMapping | None) -> Touched:
        """The server has done it: drop the entry; moved rows get their new UIDs when they are known."""

    def operation_postponed(self, operation_id: OperationId, retry_at_unix_s: float, sentence: str) -> None:
        """It failed for now: PENDING again, not before that time."""

    def operation_refused(self, operation_id: OperationId, sentence: str) -> tuple[Touched, ...]:
        """It failed for good: take the local effect back and keep the entry as REFUSED with the sentence."""


__all__ = [
    "BodyRecord",
    "FlagRecord",
    "FolderListing",
    "FolderSnapshot",
    "HeaderRecord",
    "MailStore",
    "NewBody",
    "NewMessage",
    "RemoteMailbox",
    "Touched",
    "UidMapping",
    "WantedBody",
]
