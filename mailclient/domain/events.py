"""What the engine announces: frozen facts in the past tense, sent only after the COMMIT they speak of.

Carry ids, not data: the receiver reads what it needs through its own read-only connection.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailclient.domain.account import Purpose
from mailclient.domain.draft import OutboxState
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, ConnectionId, DraftId, FolderId, MessageId, OperationId, OutboxId


class AccountStatus(enum.Enum):
    """What an account is doing, for the tree and the status bar."""

    OFFLINE = "offline"
    """By the user's choice."""
    NO_NETWORK = "no-network"
    """The computer has none; goes on by itself when there is one."""
    CONNECTING = "connecting"
    SYNCHRONISING = "synchronising"
    IDLE = "idle"
    WAITING = "waiting"
    """Not reachable; will try again by itself."""
    DISK_FULL = "disk-full"
    """Nothing can be stored; will try again by itself."""
    SIGN_IN_NEEDED = "sign-in-needed"
    MAIL_RENAMED = "mail-renamed"
    """A POP3 server gave all mail new names: the user decides whether to fetch what is not recognised."""
    CERTIFICATE_REFUSED = "certificate-refused"
    """The server does not prove its identity: only the user can say what to do."""
    FAILED = "failed"
    """Cannot go on without the user (configuration, a damaged store)."""


@dataclass(frozen=True, slots=True)
class AccountStatusChanged:
    """An account's status; ``sentence`` explains it when it is not good.

    Of sending (``Purpose.SUBMISSION``) only this is told: that it stopped until the user does something, and, with ``IDLE``,
    that it may be tried again.
    """

    account_id: AccountId
    status: AccountStatus
    sentence: str = ""
    connection_id: ConnectionId | None = None
    purpose: Purpose = Purpose.INCOMING


@dataclass(frozen=True, slots=True)
class AccountsChanged:
    """Accounts were added, removed or edited."""


@dataclass(frozen=True, slots=True)
class FoldersChanged:
    """Folders appeared, vanished, were renamed, got another role, or their counts changed."""

    account_id: AccountId


@dataclass(frozen=True, slots=True)
class RoleMissing:
    """An action needs a folder for this role and the account has none; it can be made."""

    account_id: AccountId
    role: FolderRole
    sentence: str


@dataclass(frozen=True, slots=True)
class LimitsLearned:
    """The server told something new of its limits: quota, size of a message, rights."""

    account_id: AccountId


@dataclass(frozen=True, slots=True)
class MessagesAdded:
    """New rows in one folder."""

    folder_id: FolderId
    message_ids: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class MessagesChanged:
    """Flags, availability, preview or summary of rows changed; they stay where they are."""

    folder_id: FolderId
    message_ids: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class MessagesRemoved:
    """Rows left this folder (moved, deleted here or elsewhere)."""

    folder_id: FolderId
    message_ids: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class FolderReset:
    """So much changed at once (UIDVALIDITY) that the folder's list is to be read anew."""

    folder_id: FolderId


@dataclass(frozen=True, slots=True)
class SpaceFreed:
    """Bytes of whole messages were dropped because the user asked for it."""

    account_id: AccountId
    freed_bytes: int
    messages: int


@dataclass(frozen=True, slots=True)
class MeteredChanged:
    """The line counts as one that costs by the byte, or no longer."""

    metered: bool


@dataclass(frozen=True, slots=True)
class BodyArrived:
    """The bytes of a message that somebody waited for are in the cache."""

    message_id: MessageId


@dataclass(frozen=True, slots=True)
class BeginningArrived:
    """The first bytes of a message that is larger than the user wants to fetch are here; the rest waits for his word."""

    message_id: MessageId
    have_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class PartsArrived:
    """Of a message that is larger than the user wants to fetch, the text is here, or a part that he asked for."""

    message_id: MessageId
    section: str | None = None


@dataclass(frozen=True, slots=True)
class BodyFailed:
    """The bytes of a message that somebody waited for cannot be had now."""

    message_id: MessageId
    sentence: str
    connection_id: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a long work is. ``total`` is None when unknown; ``done == total`` ends it."""

    account_id: AccountId
    what: str
    """For the status bar: "Headers of Inbox"."""
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class OperationQueued:
    """A journal entry was written and its local effect applied; ``undoable`` offers Ctrl+Z with ``sentence``."""

    operation_ids: tuple[OperationId, ...]
    undoable: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class OperationUndone:
    """The user's undo took effect."""

    sentence: str


@dataclass(frozen=True, slots=True)
class OperationGivenUp:
    """The user gave an entry up: the server keeps what it has, and its local effect was taken back."""

    operation_id: OperationId


@dataclass(frozen=True, slots=True)
class OperationRefused:
    """The server refused an action; its local effect was taken back."""

    operation_id: OperationId
    sentence: str
    connection_id: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """A draft is durable."""

    draft_id: DraftId
    token: str


@dataclass(frozen=True, slots=True)
class DraftsChanged:
    """The set of local drafts changed."""


@dataclass(frozen=True, slots=True)
class SendRefused:
    """A draft cannot be sent as it is (no recipient, bad address, too large); it is kept."""

    token: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DraftQueued:
    """A draft became an outbox item; the composer may close."""

    token: str
    outbox_id: OutboxId


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """A submission reached another state; ``sentence`` explains failure or partial acceptance."""

    outbox_id: OutboxId
    account_id: AccountId
    state: OutboxState
    sentence: str = ""
    connection_id: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Something went wrong that no more special event tells. Never a traceback."""

    sentence: str
    account_id: AccountId | None = None
    connection_id: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class SynchronisationEnded:
    """An account was gone through completely (headers, bodies, index, journal, outbox), or stopped by an error."""

    account_id: AccountId
    complete: bool
    sentence: str = ""


Event = (
    AccountStatusChanged
    | AccountsChanged
    | FoldersChanged
    | RoleMissing
    | LimitsLearned
    | MessagesAdded
    | MessagesChanged
    | MessagesRemoved
    | FolderReset
    | SpaceFreed
    | MeteredChanged
    | BodyArrived
    | BeginningArrived
    | PartsArrived
    | BodyFailed
    | Progressed
    | OperationQueued
    | OperationUndone
    | OperationGivenUp
    | OperationRefused
    | DraftSaved
    | DraftsChanged
    | SendRefused
    | DraftQueued
    | OutboxChanged
    | Failed
    | SynchronisationEnded
)
