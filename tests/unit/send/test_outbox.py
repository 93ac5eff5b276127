"""The outbox: never a silent second copy, never a silent loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from mailclient.domain.draft import OUTBOX_TRANSITIONS, DraftKind, OutboxItem, OutboxState, RecipientResult
from mailclient.domain.errors import NetworkGone, PostscopeError, ServerRefused, SignInNeeded
from mailclient.domain.exchange import QueuedMessage
from mailclient.domain.ids import AccountId, DraftId, FolderId, OutboxId
from mailclient.send.outbox import explain_partial, process_next
from mailclient.send.ports import SubmissionOutcome, SubmissionResult

ACCOUNT = AccountId("a1")
NOW = 1_800_000_000.0
OK = RecipientResult("bob@example.net", True, 250, "2.1.5 Ok")
NO = RecipientResult("eve@example.net", False, 550, "5.1.1 No such user")


@dataclass
class FakeOutboxStore:
    """One item in memory, obeying the transition table."""

    item: OutboxItem
    history: list[OutboxState] = field(default_factory=list)

    def queue(self, message: QueuedMessage, now_unix_s: float) -> OutboxId:
        raise NotImplementedError

    def claim_next(self, account_id: AccountId, now_unix_s: float) -> OutboxItem | None:
        due = (self.item.retry_at_unix_s or 0.0) <= now_unix_s
        if account_id != self.item.account_id or not due:
            return None
        if self.item.state is OutboxState.QUEUED:
            self.item = replace(self.item, attempts=self.item.attempts + 1)
            self.advance(self.item.id, OutboxState.CONNECTING)
            return self.item
        return self.item if self.item.state is OutboxState.ACCEPTED else None

    def raw(self, outbox_id: OutboxId) -> bytes:
        return b"Subject: x\r\n\r\nHello\r\n"

    def sent_copy(self, outbox_id: OutboxId) -> bytes:
        return b"Bcc: secret@example.net\r\nSubject: x\r\n\r\nHello\r\n"

    def advance(
        self,
        outbox_id: OutboxId,
        state: OutboxState,
        *,
        sentence: str = "",
        results: Sequence[RecipientResult] = (),
        retry_at_unix_s: float | None = None,
    ) -> None:
        assert state in OUTBOX_TRANSITIONS[self.item.state], f"{self.item.state} to {state}"
        self.history.append(state)
        self.item = replace(
            self.item,
            state=state,
            last_error=sentence or None,
            results=tuple(results) or self.item.results,
            retry_at_unix_s=retry_at_unix_s,
        )

    def recover(self) -> tuple[OutboxItem, ...]:
        return ()

    def back_to_draft(self, outbox_id: OutboxId, now_unix_s: float) -> DraftId:
        raise NotImplementedError


@dataclass
class FakeSubmission:
    """Plays one dialogue: recipients, mark, and then an outcome or an error."""

    outcome: SubmissionOutcome | PostscopeError
    recipients: tuple[RecipientResult, ...] = (OK,)
    reaches_data: bool = True
    sent: list[bytes] = field(default_factory=list)

    def submit(
        self,
        envelope_from: str,
        recipients: Sequence[str],
        raw: bytes,
        on_recipients: Callable[[Sequence[RecipientResult]], None],
        before_final_dot: Callable[[], None],
    ) -> SubmissionResult:
        if self.reaches_data:
            on_recipients(self.recipients)
            before_final_dot()
            self.sent.append(raw)
        if isinstance(self.outcome, PostscopeError):
            raise self.outcome
        return SubmissionResult(self.outcome, "The server said so.", 250, "said", self.recipients)


@dataclass
class FakeSentFolder:
    """A Sent folder that may already hold the message, or fail."""

    holds: bool = False
    fails: PostscopeError | None = None
    exists: bool = True
    copies: list[bytes] = field(default_factory=list)

    def contains(self, message_id_field: str) -> bool:
        if self.fails:
            raise self.fails
        return self.holds

    def append(self, raw: bytes) -> FolderId | None:
        if not self.exists:
            return None
        self.copies.append(raw)
        return FolderId(7)


@pytest.fixture
def store() -> FakeOutboxStore:
    return FakeOutboxStore(
        OutboxItem(
            OutboxId(1),
            ACCOUNT,
            OutboxState.QUEUED,
            "ada@example.org",
            ("bob@example.net",),
            "x",
            "<1@example.org>",
            NOW,
            kind=DraftKind.NEW,
        )
    )


def test_the_good_way_passes_every_state_in_order(store: FakeOutboxStore) -> None:
    sent = FakeSentFolder()
    processed = process_next(store, FakeSubmission(SubmissionOutcome.ACCEPTED), sent, ACCOUNT, NOW)
    assert processed is not None
    assert processed.item.state is OutboxState.DONE
    assert [state.value for state in store.history] == [
        "connecting",
        "recipients-accepted",
        "data-sent",
        "accepted",
        "done",
    ]


def test_what_goes_out_has_no_bcc_and_the_sent_copy_has(store: FakeOutboxStore) -> None:
    submission, sent = FakeSubmission(SubmissionOutcome.ACCEPTED), FakeSentFolder()
    process_next(store, submission, sent, ACCOUNT, NOW)
    assert b"Bcc" not in submission.sent[0]
    assert b"Bcc" in sent.copies[0]


def test_nothing_due_is_nothing(store: FakeOutboxStore) -> None:
    assert process_next(store, FakeSubmission(SubmissionOutcome.ACCEPTED), None, AccountId("other"), NOW) is None


def test_a_lost_reply_after_the_dot_is_uncertain_and_never_sent_again(store: FakeOutboxStore) -> None:
    submission = FakeSubmission(SubmissionOutcome.UNCERTAIN)
    processed = process_next(store, submission, FakeSentFolder(), ACCOUNT, NOW)
    assert processed is not None
    assert processed.item.state is OutboxState.UNCERTAIN
    assert process_next(store, submission, FakeSentFolder(), ACCOUNT, NOW + 1e6) is None
    assert len(submission.sent) == 1


def test_an_error_after_the_mark_is_uncertain_too(store: FakeOutboxStore) -> None:
    with pytest.raises(NetworkGone):
        process_next(store, FakeSubmission(NetworkGone("The line is dead.")), None, ACCOUNT, NOW)
    assert store.item.state is OutboxState.UNCERTAIN


def test_an_error_before_the_mark_is_tried_again_later(store: FakeOutboxStore) -> None:
    submission = FakeSubmission(SignInNeeded("Password?"), reaches_data=False)
    with pytest.raises(SignInNeeded):
        process_next(store, submission, None, ACCOUNT, NOW)
    assert store.item.state is OutboxState.QUEUED
    assert store.item.retry_at_unix_s is not None
    assert store.item.retry_at_unix_s > NOW


def test_an_uncertain_message_that_the_provider_stored_itself_is_done(store: FakeOutboxStore) -> None:
    sent = FakeSentFolder(holds=True)
    processed = process_next(store, FakeSubmission(SubmissionOutcome.UNCERTAIN), sent, ACCOUNT, NOW)
    assert processed is not None
    assert processed.item.state is OutboxState.DONE
    assert sent.copies == []


def test_a_refusal_for_good_is_kept_with_the_servers_words_and_no_copy_in_sent(store: FakeOutboxStore) -> None:
    sent = FakeSentFolder()
    processed = process_next(store, FakeSubmission(SubmissionOutcome.REJECTED), sent, ACCOUNT, NOW)
    assert processed is not None
    assert processed.item.state is OutboxState.REJECTED
    assert processed.sentence == "The server said so."
    assert sent.copies == []


def test_a_refusal_for_now_waits(store: FakeOutboxStore) -> None:
    process_next(store, FakeSubmission(SubmissionOutcome.TRY_LATER, reaches_data=False), None, ACCOUNT, NOW)
    assert store.item.state is OutboxState.QUEUED
    assert process_next(store, FakeSubmission(SubmissionOutcome.ACCEPTED), None, ACCOUNT, NOW + 1) is None


def test_a_provider_that_saves_by_itself_gets_no_second_copy(store: FakeOutboxStore) -> None:
    sent = FakeSentFolder(holds=True)
    process_next(store, FakeSubmission(SubmissionOutcome.ACCEPTED), sent, ACCOUNT, NOW)
    assert sent.copies == []
    assert store.item.state is OutboxState.DONE


def test_a_failing_sent_folder_never_sends_again_and_the_copy_comes_later_once(store: FakeOutboxStore) -> None:
    submission, sent = FakeSubmission(SubmissionOutcome.ACCEPTED), FakeSentFolder(fails=NetworkGone("Gone."))
    process_next(store, submission, sent, ACCOUNT, NOW)
    assert store.history[-1].value == "accepted"
    sent.fails = None
    process_next(store, submission, sent, ACCOUNT, NOW + 1e5)
    assert store.history[-1].value == "done"
    assert (len(submission.sent), len(sent.copies)) == (1, 1)


def test_a_refused_sent_copy_is_told(store: FakeOutboxStore) -> None:
    sent = FakeSentFolder(fails=ServerRefused("The mailbox is full."))
    processed = process_next(store, FakeSubmission(SubmissionOutcome.ACCEPTED), sent, ACCOUNT, NOW)
    assert processed is not None
    assert "The mailbox is full." in processed.sentence


def test_an_account_without_a_sent_folder_is_done_and_says_so(store: FakeOutboxStore) -> None:
    sent = FakeSentFolder(exists=False)
    processed = process_next(store, FakeSubmission(SubmissionOutcome.ACCEPTED), sent, ACCOUNT, NOW)
    assert processed is not None
    assert processed.item.state is OutboxState.DONE
    assert "no folder for sent mail" in processed.sentence


def test_partial_acceptance_names_who_was_refused(store: FakeOutboxStore) -> None:
    submission = FakeSubmission(SubmissionOutcome.ACCEPTED, recipients=(OK, NO))
    processed = process_next(store, submission, None, ACCOUNT, NOW)
    assert processed is not None
    assert processed.sentence == (
        "The server took the message for 1 of 2 recipients. It refused eve@example.net: 550 5.1.1 No such user."
    )
    assert explain_partial([OK]) == ""
