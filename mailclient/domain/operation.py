"""The journal's entries: what the user did to messages, with what is needed to replay, explain or undo it.

An action is a row before it is a network call. Values only; ``store.journal`` keeps them, ``sync.replay`` runs them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailclient.domain.flags import Flag, FlagChange
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


Act = ChangeFlags | MoveTo | DeleteForever


@dataclass(frozen=True, slots=True)
class Operation:
    """One journal entry: an act upon messages of one source folder."""

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
