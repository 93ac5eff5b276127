"""The outbox's way from queued to done: one submission, then one copy for Sent.

The promise is *never a silent second copy, never a silent loss*: SMTP cannot be asked whether it got a message, so a
reply lost after the final dot becomes UNCERTAIN and waits for the user's word. Every arrow is durable before the next
byte goes out. No sockets, no clock: both are handed in. RFC 5321 section 6.1 (responsibility), RFC 1047 (duplicates).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from mailclient.domain.draft import OutboxItem, OutboxState, RecipientResult
from mailclient.domain.errors import Cancelled, NetworkGone, PostscopeError, ServerBusy
from mailclient.domain.ids import AccountId, ConnectionId
from mailclient.send.backoff import decide_retry_delay_s
from mailclient.send.ports import OutboxStore, SentFolder, Submission, SubmissionOutcome, SubmissionResult


@dataclass(frozen=True, slots=True)
class Processed:
    """How far one item got, and what a person should read about it (empty: nothing worth saying)."""

    item: OutboxItem
    sentence: str = ""
    connection_id: ConnectionId | None = None


def explain_partial(results: Sequence[RecipientResult]) -> str:
    """Return a sentence naming refused recipients, or an empty one when all were accepted."""
    refused = [result for result in results if not result.accepted]
    if not refused:
        return ""
    reasons = "; ".join(f"{result.address}: {result.code} {result.text}".strip() for result in refused)
    accepted = len(results) - len(refused)
    return f"The server took the message for {accepted} of {len(results)} recipients. It refused {reasons}."


def process_next(
    store: OutboxStore,
    submission: Submission,
    sent: SentFolder | None,
    account_id: AccountId,
    now_unix_s: float,
    jitter: float = 0.5,
) -> Processed | None:
    """Take the next due item of an account as far as it gets now; None when nothing is due.

    ``sent`` is None when no copy is to be stored. Raises what asks for the user (SignInNeeded, CertificateRefused,
    InsecureConnection) after putting the item back.
    """
    item = store.claim_next(account_id, now_unix_s)
    if item is None:
        return None
    if item.state is OutboxState.ACCEPTED:
        return _store_sent_copy(store, sent, item, explain_partial(item.results), now_unix_s, jitter)
    return _submit(store, submission, sent, item, now_unix_s, jitter)


def _submit(
    store: OutboxStore,
    submission: Submission,
    sent: SentFolder | None,
    item: OutboxItem,
    now_unix_s: float,
    jitter: float,
) -> Processed:
    marked = False

    def on_recipients(results: Sequence[RecipientResult]) -> None:
        store.advance(item.id, OutboxState.RECIPIENTS_ACCEPTED, results=results)

    def before_final_dot() -> None:
        nonlocal marked
        store.advance(item.id, OutboxState.DATA_SENT)
        marked = True

    def advance(state: OutboxState, result: SubmissionResult, retry_at_unix_s: float | None = None) -> Processed:
        store.advance(
            item.id, state, sentence=result.sentence, results=result.recipients, retry_at_unix_s=retry_at_unix_s
        )
        advanced = replace(item, state=state, last_error=result.sentence, results=result.recipients)
        return Processed(advanced, result.sentence, result.connection_id)

    try:
        result = submission.submit(
            item.envelope_from, item.recipients, store.raw(item.id), on_recipients, before_final_dot
        )
    except PostscopeError as error:
        # After the mark only an answer from the server can prove that it kept nothing.
        state = OutboxState.UNCERTAIN if marked else OutboxState.QUEUED
        no_wait = marked or isinstance(error, Cancelled)
        retry_at = None if no_wait else now_unix_s + decide_retry_delay_s(item.attempts, jitter)
        store.advance(item.id, state, sentence=error.sentence, retry_at_unix_s=retry_at)
        raise
    match result.outcome:
        case SubmissionOutcome.ACCEPTED:
            processed = advance(OutboxState.ACCEPTED, result)
            sentence = explain_partial(result.recipients)
            filed = _store_sent_copy(store, sent, processed.item, sentence, now_unix_s, jitter)
            return replace(filed, connection_id=result.connection_id)
        case SubmissionOutcome.TRY_LATER:
            return advance(OutboxState.QUEUED, result, now_unix_s + decide_retry_delay_s(item.attempts, jitter))
        case SubmissionOutcome.REJECTED:
            return advance(OutboxState.REJECTED, result)
        case SubmissionOutcome.UNCERTAIN:
            return _resolve_uncertain(store, sent, advance(OutboxState.UNCERTAIN, result))
        case _:
            assert_never(result.outcome)


def _resolve_uncertain(store: OutboxStore, sent: SentFolder | None, processed: Processed) -> Processed:
    """Providers that store Sent copies by themselves can prove that a message went out."""
    try:
        found = sent is not None and sent.contains(processed.item.message_id_field)
    except PostscopeError:
        return processed
    if not found:
        return processed
    store.advance(processed.item.id, OutboxState.DONE)
    return Processed(replace(processed.item, state=OutboxState.DONE), "", processed.connection_id)


def _store_sent_copy(
    store: OutboxStore, sent: SentFolder | None, item: OutboxItem, sentence: str, now_unix_s: float, jitter: float
) -> Processed:
    """ACCEPTED to DONE. The message is out whatever happens here, so a failure only postpones the copy."""
    try:
        if sent is not None and not sent.contains(item.message_id_field):
            folder = sent.append(store.sent_copy(item.id))
            if folder is None:
                sentence = f"{sentence} This account has no folder for sent mail, so no copy was stored.".strip()
    except PostscopeError as error:
        retry_at = now_unix_s + decide_retry_delay_s(max(item.attempts, 1), jitter)
        waiting = f"The message was sent. Its copy for Sent waits: {error.sentence}"
        store.advance(item.id, OutboxState.ACCEPTED, sentence=waiting, retry_at_unix_s=retry_at, results=item.results)
        if isinstance(error, NetworkGone | ServerBusy):
            waiting = sentence  # It will be tried again by itself: nothing the user must read.
        return Processed(replace(item, retry_at_unix_s=retry_at), waiting, error.connection_id)
    store.advance(item.id, OutboxState.DONE, sentence=sentence, results=item.results)
    return Processed(replace(item, state=OutboxState.DONE), sentence)
