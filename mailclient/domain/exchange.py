"""Values that pass between synchronisation or sending and the store, which do not know each other.

Plain data of both sides' ports; nothing here decides or does anything. RFC 4315 (UIDPLUS), RFC 7162 (modification
sequences).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mailclient.domain.draft import DraftKind, RecipientResult
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole, RemoteFolder
from mailclient.domain.ids import AccountId, ConnectionId, DraftId, FolderId, MessageId, ModSeq, Uid, UidValidity


@dataclass(frozen=True, slots=True)
class FlagRecord:
    """The flags of one message."""

    uid: Uid
    flags: Flag
    modseq: ModSeq | None = None


@dataclass(frozen=True, slots=True)
class KnownCount:
    """How many messages of a folder this side believes to be on the server, and the largest UID among them (0: none)."""

    count: int
    last_uid: int


@dataclass(frozen=True, slots=True)
class LastSeen:
    """What is remembered of a folder, told to a server that can say what changed since (RFC 7162 section 3.2.5)."""

    uid_validity: UidValidity
    modseq: ModSeq
    last_uid: Uid
    """No larger UID is known here."""


@dataclass(frozen=True, slots=True)
class ChangesSince:
    """What the server says has changed since, in its answer to SELECT."""

    vanished: tuple[tuple[int, int], ...]
    """Inclusive ranges of UIDs that are gone; they may hold UIDs that were never known here."""
    flags: tuple[FlagRecord, ...]


@dataclass(frozen=True, slots=True)
class FolderSnapshot:
    """What the server says of a folder when it is opened (SELECT or EXAMINE)."""

    uid_validity: UidValidity
    uid_next: int | None
    exists: int
    highest_modseq: ModSeq | None
    permits_keywords: bool
    read_only: bool
    changes: ChangesSince | None = None
    """None when nobody asked, or the server did not answer in a way that can be relied upon."""


@dataclass(frozen=True, slots=True)
class FolderNews:
    """What a server told unasked about folders that are not open (RFC 5465)."""

    wire_names: frozenset[str] = frozenset()
    """Something changed in these."""
    listing_changed: bool = False
    """Folders came, went or were renamed."""
    has_ended: bool = False
    """The server will tell no more."""


class HeaderRecord(NamedTuple):
    """One message of the first pass: what the list shows, and nothing that needs the body."""

    uid: Uid
    flags: Flag
    received_unix_s: int
    size_bytes: int
    header: bytes
    """The header fields asked for, as raw bytes, ending in an empty line."""
    has_attachment: bool
    modseq: ModSeq | None = None
    email_id: str | None = None
    """Names the message for ever, in whatever folder it lies (RFC 8474 EMAILID, Gmail's X-GM-MSGID)."""


@dataclass(frozen=True, slots=True)
class BodyRecord:
    """The whole of one message, exactly as the server sent it; the literal arrived to its last byte."""

    uid: Uid
    raw: bytes


@dataclass(frozen=True, slots=True)
class UidMapping:
    """What COPYUID or APPENDUID told: the UIDs that messages got in the target folder (RFC 4315)."""

    uid_validity: UidValidity
    uids: Mapping[Uid, Uid]
    """Source UID to target UID."""


class NewMessage(NamedTuple):
    """A message to be stored from its first pass, already parsed."""

    uid: Uid
    flags: Flag
    received_unix_s: int
    size_bytes: int
    has_attachment: bool
    subject: str
    sender_name: str
    sender_address: str
    recipients: str
    date_unix_s: int | None
    message_id_field: str
    in_reply_to: str
    references: tuple[str, ...]
    email_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewBody:
    """A complete message with what is derived from it for list and search."""

    message_id: MessageId
    raw: bytes
    preview: str
    searchable_text: str
    has_attachment: bool


@dataclass(frozen=True, slots=True)
class WantedBody:
    """A message whose bytes are not here yet."""

    message_id: MessageId
    uid: Uid
    size_bytes: int
    may_be_here: bool = False
    """By the name that the server gives it for ever, it may be here in another folder, or have been until a moment ago."""


@dataclass(frozen=True, slots=True)
class KeptPart:
    """One part of a message that is not here whole: its header exactly as it came, and its body if that was fetched."""

    section: str
    """As IMAP numbers it; empty for a multipart that is the whole message."""
    content_type: str
    is_multipart: bool
    size_bytes: int
    """Of the body as it is transferred, as the server told it."""
    encoding: str
    header: bytes
    body: bytes | None
    """Still encoded; None: only the server has it."""


@dataclass(frozen=True, slots=True)
class FolderListing:
    """A folder as the server lists it, with the role that was decided for it."""

    remote: RemoteFolder
    role: FolderRole
    by_attribute: bool


@dataclass(frozen=True, slots=True)
class Touched:
    """Rows that a transaction changed in one folder: the material of an event, after COMMIT."""

    folder_id: FolderId
    added: tuple[MessageId, ...] = ()
    changed: tuple[MessageId, ...] = ()
    removed: tuple[MessageId, ...] = ()


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A finished message to be put into the outbox."""

    account_id: AccountId
    envelope_from: str
    recipients: tuple[str, ...]
    subject: str
    message_id_field: str
    raw: bytes
    """The bytes that go out: without Bcc."""
    sent_copy: bytes
    """The bytes for Sent: with Bcc."""
    draft_id: DraftId | None
    source_message_id: MessageId | None
    kind: DraftKind


class SubmissionOutcome(enum.Enum):
    """How one submission ended."""

    ACCEPTED = "accepted"
    """250 after the final dot (perhaps not for all recipients: see the results)."""
    TRY_LATER = "try-later"
    """4xx, or the connection broke before the mark: safe to repeat."""
    REJECTED = "rejected"
    """5xx: not for these bytes or these recipients."""
    UNCERTAIN = "uncertain"
    """The final dot went out and no reply came."""


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """The outcome, in the server's words and in a sentence for a person."""

    outcome: SubmissionOutcome
    sentence: str
    reply_code: int | None
    reply_text: str
    recipients: tuple[RecipientResult, ...]
    connection_id: ConnectionId | None = None
