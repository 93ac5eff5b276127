"""What may be asked of the engine: frozen imperatives. ``engine.facade.Engine.submit`` takes any of these.

A command never waits: its effect is announced by events. Match exhaustively with ``assert_never``.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailclient.domain.draft import Draft
from mailclient.domain.folder import FolderRole
from mailclient.domain.folder_commands import FolderCommand
from mailclient.domain.ids import AccountId, DraftId, FolderId, MessageId, OperationId, OutboxId
from mailclient.domain.scope import DownloadScope


@dataclass(frozen=True, slots=True)
class Synchronise:
    """Synchronise one account, or all; a folder given goes first."""

    account_id: AccountId | None = None
    folder_id: FolderId | None = None


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """The user looks at this folder: synchronise it first and watch it by IDLE."""

    folder_id: FolderId


@dataclass(frozen=True, slots=True)
class FetchBody:
    """The user opened a message whose bytes are not here: fetch them before anything else."""

    message_id: MessageId
    insist: bool = False
    """The user asked in so many words: for all of it, however large; an account that connects on request does so now."""
    section: str | None = None
    """He asked for this part alone (an attachment), in as many words."""


@dataclass(frozen=True, slots=True)
class ShowMessage:
    """The user reads this message now (None: none): its bytes are not freed under his eyes."""

    message_id: MessageId | None


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Set or clear \\Seen."""

    message_ids: tuple[MessageId, ...]
    read: bool = True


@dataclass(frozen=True, slots=True)
class Star:
    """Set or clear \\Flagged."""

    message_ids: tuple[MessageId, ...]
    starred: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """Move to a folder of the same account."""

    message_ids: tuple[MessageId, ...]
    target: FolderId


@dataclass(frozen=True, slots=True)
class Archive:
    """Move to the archive folder of each message's account."""

    message_ids: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """Move to Trash; messages already in Trash are deleted for ever when ``forever`` says so."""

    message_ids: tuple[MessageId, ...]
    forever: bool = False


@dataclass(frozen=True, slots=True)
class MarkJunk:
    """Mark as junk and move to Junk, or the reverse to the inbox."""

    message_ids: tuple[MessageId, ...]
    junk: bool = True


@dataclass(frozen=True, slots=True)
class Undo:
    """Undo the newest undoable action (a move, archive, delete or junk)."""


@dataclass(frozen=True, slots=True)
class SetFolderRole:
    """The user corrects what a folder is for."""

    folder_id: FolderId
    role: FolderRole


@dataclass(frozen=True, slots=True)
class SetFolderScope:
    """The user decides what a folder keeps here; None: what its account says. Frees nothing."""

    folder_id: FolderId
    scope: DownloadScope | None


@dataclass(frozen=True, slots=True)
class SetMetered:
    """The line costs by the byte (or no longer): whole messages come only when they are opened."""

    metered: bool


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Store a draft durably. ``token`` comes back in DraftSaved, which tells the id of a new draft."""

    draft: Draft
    token: str


@dataclass(frozen=True, slots=True)
class DiscardDraft:
    """Forget a draft for good."""

    draft_id: DraftId


@dataclass(frozen=True, slots=True)
class SendDraft:
    """Turn a draft into an outbox item; submitted as soon as the account is online."""

    draft: Draft
    token: str


@dataclass(frozen=True, slots=True)
class RetrySending:
    """Try an outbox item again; for an uncertain one this is the user's word that a second copy is acceptable."""

    outbox_id: OutboxId


@dataclass(frozen=True, slots=True)
class CancelSending:
    """Take an outbox item back into a draft; an uncertain one is only put away."""

    outbox_id: OutboxId


@dataclass(frozen=True, slots=True)
class RetryOperation:
    """Try a journal entry now."""

    operation_id: OperationId


@dataclass(frozen=True, slots=True)
class GiveUpOperation:
    """Stop trying: the server keeps what it has, and this computer shows that again. A refused entry is put away."""

    operation_id: OperationId


@dataclass(frozen=True, slots=True)
class UndoOperation:
    """Take one waiting entry back, whether or not the server has carried it out already."""

    operation_id: OperationId


@dataclass(frozen=True, slots=True)
class GoOnline:
    """Connect and synchronise, or stop all network use."""

    online: bool


@dataclass(frozen=True, slots=True)
class NoteNetwork:
    """The computer lost its network, or has one again, or another one: the system said so, not the user."""

    here: bool


@dataclass(frozen=True, slots=True)
class ResumeAccount:
    """The user says that what an account stopped for may have been put right: try again now."""

    account_id: AccountId


@dataclass(frozen=True, slots=True)
class AllowRemoteContent:
    """Always show remote content of this sender address (or no longer)."""

    address: str
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class CancelWork:
    """Stop the running synchronisation of one account, or of all; what has arrived is kept."""

    account_id: AccountId | None = None


Command = (
    Synchronise
    | OpenFolder
    | FetchBody
    | ShowMessage
    | MarkRead
    | Star
    | Move
    | Archive
    | Delete
    | MarkJunk
    | Undo
    | SetFolderRole
    | SetFolderScope
    | SetMetered
    | SaveDraft
    | DiscardDraft
    | SendDraft
    | RetrySending
    | CancelSending
    | RetryOperation
    | GiveUpOperation
    | UndoOperation
    | GoOnline
    | NoteNetwork
    | ResumeAccount
    | AllowRemoteContent
    | CancelWork
    | FolderCommand
)
