"""Drafts and the outbox: what exists only here until a server has taken it.

Outbox states are durable at every arrow, so that a crash can never turn into a silent loss or a silent second copy.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailclient.domain.ids import AccountId, DraftId, MessageId, OutboxId


class DraftKind(enum.Enum):
    """What a draft answers to."""

    NEW = "new"
    REPLY = "reply"
    REPLY_ALL = "reply-all"
    FORWARD_INLINE = "forward-inline"
    FORWARD_ATTACHED = "forward-attached"


@dataclass(frozen=True, slots=True)
class DraftAttachment:
    """An attached file, its bytes already copied into the draft so that the original may vanish."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A message being written. Address fields are text as typed; they are parsed when sending."""

    id: DraftId | None
    account_id: AccountId
    kind: DraftKind = DraftKind.NEW
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    text: str = ""
    attachments: tuple[DraftAttachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    source_message_id: MessageId | None = None
    """The cached message that is answered or forwarded; gets \\Answered or $Forwarded after sending."""
    changed_unix_s: float = 0.0


class OutboxState(enum.Enum):
    """States of a submission. The mark DATA_SENT is durable before the final dot goes out."""

    QUEUED = "queued"
    CONNECTING = "connecting"
    RECIPIENTS_ACCEPTED = "recipients-accepted"
    DATA_SENT = "data-sent"
    ACCEPTED = "accepted"
    """The server has it; the copy for Sent is still to be stored."""
    DONE = "done"
    REJECTED = "rejected"
    """Refused for good: back to editing, with the server's words."""
    UNCERTAIN = "uncertain"
    """Sent up to the final dot, the reply was lost: never sent again without the user's word."""


OUTBOX_TRANSITIONS: dict[OutboxState, frozenset[OutboxState]] = {
    OutboxState.QUEUED: frozenset({OutboxState.CONNECTING, OutboxState.REJECTED}),
    OutboxState.CONNECTING: frozenset({OutboxState.RECIPIENTS_ACCEPTED, OutboxState.QUEUED, OutboxState.REJECTED}),
    OutboxState.RECIPIENTS_ACCEPTED: frozenset({OutboxState.DATA_SENT, OutboxState.QUEUED, OutboxState.REJECTED}),
    OutboxState.DATA_SENT: frozenset(
        {OutboxState.ACCEPTED, OutboxState.QUEUED, OutboxState.REJECTED, OutboxState.UNCERTAIN}
    ),
    OutboxState.ACCEPTED: frozenset({OutboxState.ACCEPTED, OutboxState.DONE}),
    OutboxState.DONE: frozenset(),
    OutboxState.REJECTED: frozenset({OutboxState.QUEUED}),
    OutboxState.UNCERTAIN: frozenset({OutboxState.QUEUED, OutboxState.ACCEPTED, OutboxState.DONE}),
}
"""Which state may follow which. DATA_SENT to QUEUED only on a 4xx reply to the final dot: the server said it kept nothing.
ACCEPTED to ACCEPTED postpones the copy for Sent. UNCERTAIN to QUEUED is the user's word."""


@dataclass(frozen=True, slots=True)
class RecipientResult:
    """What the server said of one recipient."""

    address: str
    accepted: bool
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One submission: the bytes that go out, the bytes for Sent (with Bcc), and how far it got."""

    id: OutboxId
    account_id: AccountId
    state: OutboxState
    envelope_from: str
    recipients: tuple[str, ...]
    subject: str
    message_id_field: str
    created_unix_s: float
    attempts: int = 0
    retry_at_unix_s: float | None = None
    last_error: str | None = None
    results: tuple[RecipientResult, ...] = ()
    draft_id: DraftId | None = None
    source_message_id: MessageId | None = None
    kind: DraftKind = DraftKind.NEW
