"""What sending needs of a submission server and of a store, said as protocols.

``net.smtp_submission.SmtpSubmission`` and ``store.outbox_store.OutboxStore`` satisfy them by shape. RFC 5321, RFC 6409.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from mailclient.domain.draft import DraftAttachment, OutboxItem, OutboxState, RecipientResult
from mailclient.domain.exchange import QueuedMessage, SubmissionOutcome, SubmissionResult
from mailclient.domain.ids import AccountId, DraftId, FolderId, OutboxId


class Submission(Protocol):
    """A way to a submission server. One call is one connection."""

    def submit(
        self,
        envelope_from: str,
        recipients: Sequence[str],
        raw: bytes,
        on_recipients: Callable[[Sequence[RecipientResult]], None],
        before_final_dot: Callable[[], None],
    ) -> SubmissionResult:
        """Hand one message over.

        ``on_recipients`` is called when all recipients were answered and at least one was accepted, before DATA.
        ``before_final_dot`` is called after all of the data and before the final dot: what it stores is durable when
        the dot goes out. Raises SignInNeeded, CertificateRefused, InsecureConnection; other failures are outcomes.
        """


class OutboxStore(Protocol):
    """The outbox as sending sees it. Each method is one durable transaction (fsync), done when it returns."""

    def queue(self, message: QueuedMessage, now_unix_s: float) -> OutboxId:
        """Insert as QUEUED and remove the draft in the same transaction."""

    def claim_next(self, account_id: AccountId, now_unix_s: float) -> OutboxItem | None:
        """Take the oldest due QUEUED or ACCEPTED item; QUEUED becomes CONNECTING. No two callers get the same one."""

    def raw(self, outbox_id: OutboxId) -> bytes:
        """Return the bytes that go out."""

    def sent_copy(self, outbox_id: OutboxId) -> bytes:
        """Return the bytes for Sent."""

    def advance(
        self,
        outbox_id: OutboxId,
        state: OutboxState,
        *,
        sentence: str = "",
        results: Sequence[RecipientResult] = (),
        retry_at_unix_s: float | None = None,
    ) -> None:
        """Store the next state; illegal transitions raise ProgramFault."""

    def recover(self) -> tuple[OutboxItem, ...]:
        """At start: CONNECTING and RECIPIENTS_ACCEPTED become QUEUED, DATA_SENT becomes UNCERTAIN. Returns the changed."""

    def back_to_draft(self, outbox_id: OutboxId, now_unix_s: float) -> DraftId:
        """Make a draft of an item again and drop the item."""


class SentFolder(Protocol):
    """The account's folder of sent mail, on the server."""

    def contains(self, message_id_field: str) -> bool:
        """True when a message with this Message-ID is there (providers that save by themselves; a repeated attempt)."""

    def append(self, raw: bytes) -> FolderId | None:
        """Store a copy, marked read. Returns the folder, or None when the account has none."""


__all__ = [
    "DraftAttachment",
    "OutboxStore",
    "QueuedMessage",
    "SentFolder",
    "Submission",
    "SubmissionOutcome",
    "SubmissionResult",
]
