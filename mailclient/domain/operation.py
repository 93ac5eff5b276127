"""The journal's entries: what the user did to messages and folders, with what is needed to replay, explain or undo it.

An action is a row before it is a network call. Values only; ``store.journal`` keeps them, ``sync.replay`` runs them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, FolderId, MessageId, OperationId, Uid, UidValidity


class OperationState(enum.Enum):
    """Life of a journal entry."""

    PENDING = "pending"
    RUNNING = "running"
    REFUSED = "refused"
    """The server said no for good: the local effect was taken back and the user told."""


class MoveReason(enum.Enum):
    """Why messages move; decides the words of the undo and of an error."""

    MOVE = "move"
    ARCHIVE = "archive"
    DELETE = "delete"
    JUNK = "junk"
    NOT_JUNK = "not-junk"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class OperationItem:
    """One message of an operation as it stood before: enough to find it on the server and to put it back."""

    message_id: MessageId
    folder_id: FolderId
    folder_wire_name: str
    uid_validity: UidValidity | None
    uid: Uid | None
    message_id_field: str
    flags_before: Flag


@dataclass(frozen=True, slots=True)
class ChangeFlags:
    """Add and remove flags."""

    change: FlagChange


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Move to another folder of the same account."""

    target_folder_id: FolderId
    target_wire_name: str
    reason: MoveReason


@dataclass(frozen=True, slots=True)
class DeleteForever:
    """Remove from the server by ``UID EXPUNGE`` of these messages alone; the undo ends when it has run."""


class RenameReason(enum.Enum):
    """Why a folder gets another name; decides the words."""

    RENAME = "rename"
    MOVE = "move"
    TRASH = "trash"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class CreateFolder:
    """Make a folder and subscribe to it; with a role where the server lets a client say so (RFC 6154 CREATE-SPECIAL-USE)."""

    wire_name: str
    name: str
    """The decoded path, as in ``RemoteFolder.name``."""
    delimiter: str | None
    role: FolderRole = FolderRole.NONE


@dataclass(frozen=True, slots=True)
class RenameFolder:
    """Give a folder, and all in it, another name or place. Never INBOX: RENAME would empty it (RFC 3501 section 6.3.5)."""

    wire_name: str
    """What the server calls it until this has run."""
    new_wire_name: str
    name_before: str
    name: str
    delimiter: str | None
    reason: RenameReason = RenameReason.RENAME


@dataclass(frozen=True, slots=True)
class DeleteFolder:
    """Delete one folder with its messages for good; those below it have entries of their own, before this one."""

    wire_name: str
    name: str
    delimiter: str | None
    expected_messages: int
    """So many the user was told of. Where the server has more, nothing is deleted."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Subscribe to a folder or end that (RFC 3501 section 6.3.6)."""

    wire_name: str
    name: str
    subscribed: bool


MessageAct = ChangeFlags | MoveTo | DeleteForever
FolderAct = CreateFolder | RenameFolder | DeleteFolder | Subscribe
Act = MessageAct | FolderAct


@dataclass(frozen=True, slots=True)
class Operation:
    """One journal entry: an act upon messages of one source folder, or upon a folder (then ``items`` is empty)."""

    id: OperationId
    account_id: AccountId
    act: Act
    items: tuple[OperationItem, ...]
    state: OperationState
    created_unix_s: float
    attempts: int = 0
    retry_at_unix_s: float | None = None
    last_error: str | None = None
    undo_group: int = 0
    """Operations that one keystroke caused share a group and are undone together."""
