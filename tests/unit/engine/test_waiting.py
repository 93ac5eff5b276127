"""What waits, in words."""

from __future__ import annotations

import pytest

from mailclient.domain.activity import Tone, WaitingOperation
from mailclient.domain.draft import OutboxItem, OutboxState
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.ids import AccountId, FolderId, OperationId, OutboxId
from mailclient.domain.operation import Act, ChangeFlags, DeleteForever, MoveReason, MoveTo, OperationState
from mailclient.engine.waiting import explain_operation, explain_sending, waits_for_user

ANNA = AccountId("anna")
NOW = 1_000_000.0
ARCHIVE = MoveTo(FolderId(2), "Archive", MoveReason.ARCHIVE)


def operation(act: Act = ARCHIVE, messages: int = 3, **changes: object) -> WaitingOperation:
    values = {"state": OperationState.PENDING, "created_unix_s": NOW - 60} | changes
    return WaitingOperation(OperationId(12), ANNA, act, messages, **values)  # type: ignore[arg-type]


def item(state: OutboxState, **changes: object) -> OutboxItem:
    return OutboxItem(
        OutboxId(3),
        ANNA,
        state,
        "anna@example.org",
        ("ben@example.org",),
        "Hello",
        "<1@x>",
        NOW,
        **changes,  # type: ignore[arg-type]
    )


def account(status: AccountStatus, sentence: str = "") -> AccountStatusChanged:
    return AccountStatusChanged(ANNA, status, sentence)


IDLE = account(AccountStatus.IDLE)


@pytest.mark.parametrize(
    ("act", "count", "words"),
    [
        (ARCHIVE, 3, "Archiving 3 messages"),
        (MoveTo(FolderId(2), "Trash", MoveReason.DELETE), 12_000, "Deleting 12,000 messages"),
        (ChangeFlags(FlagChange(add=Flag.SEEN)), 1, "Marking a message as read"),
        (ChangeFlags(FlagChange(remove=Flag.FLAGGED)), 2, "Removing the star of 2 messages"),
        (ChangeFlags(FlagChange(Flag.SEEN, Flag.FLAGGED)), 2, "Changing the marks of 2 messages"),
        (DeleteForever(), 1, "Deleting a message for good"),
    ],
)
def test_what_is_said_in_words(act: Act, count: int, words: str) -> None:
    assert explain_operation(operation(act, count), IDLE, NOW).what == words


@pytest.mark.parametrize(
    ("status", "why", "tone"),
    [
        (account(AccountStatus.OFFLINE), "Waits until you go online.", Tone.CALM),
        (account(AccountStatus.NO_NETWORK), "Waits for the network.", Tone.CALM),
        (account(AccountStatus.SIGN_IN_NEEDED, "No."), "Waits for the password.", Tone.WARNING),
        (account(AccountStatus.CERTIFICATE_REFUSED, "Expired."), "Waits for you. Expired.", Tone.WARNING),
        (account(AccountStatus.FAILED, "Broken."), "Waits for you. Broken.", Tone.WARNING),
        (account(AccountStatus.WAITING, "Gone."), "Waits for the server. Gone.", Tone.CALM),
        (account(AccountStatus.DISK_FULL, "Full."), "Waits for the server. Full.", Tone.CALM),
        (account(AccountStatus.CONNECTING), "Not tried yet.", Tone.CALM),
        (account(AccountStatus.SYNCHRONISING), "Not tried yet.", Tone.CALM),
        (IDLE, "Not tried yet.", Tone.CALM),
    ],
)
def test_the_account_says_why(status: AccountStatusChanged, why: str, tone: Tone) -> None:
    row = explain_operation(operation(), status, NOW)
    assert (row.why, row.tone) == (why, tone)
    assert row.may_retry and row.may_give_up and row.may_undo


def test_a_busy_server_is_tried_again_at_a_time() -> None:
    soon = operation(attempts=2, retry_at_unix_s=NOW + 40, last_error="The mailbox is locked.")
    late = operation(attempts=9, retry_at_unix_s=NOW + 700, last_error="The mailbox is locked.")
    due = operation(attempts=9, retry_at_unix_s=NOW - 1, last_error="The mailbox is locked.")
    assert explain_operation(soon, IDLE, NOW).why == "The mailbox is locked. Next try in 40 s."
    assert explain_operation(late, IDLE, NOW).why == "The mailbox is locked. Next try in 12 min."
    assert explain_operation(due, IDLE, NOW).why == "The mailbox is locked. It is tried again now."


def test_a_refusal_is_in_the_servers_words_and_was_taken_back() -> None:
    refused = operation(state=OperationState.REFUSED, last_error="Archiving 3 messages was refused. It said: no.")
    row = explain_operation(refused, IDLE, NOW)
    assert row.why == "Refused. It said: no. It was taken back here."
    assert (row.tone, row.may_retry, row.may_give_up, row.may_undo) == (Tone.WARNING, True, True, False)


def test_what_runs_is_left_alone() -> None:
    row = explain_operation(operation(state=OperationState.RUNNING), IDLE, NOW)
    assert row.why == "Is being carried out now."
    assert not (row.may_retry or row.may_give_up)


@pytest.mark.parametrize(
    ("state", "what", "why", "offered"),
    [
        (OutboxState.QUEUED, "Sending “Hello” to ben@example.org", "Not tried yet.", (True, True)),
        (OutboxState.CONNECTING, "Sending “Hello” to ben@example.org", "Is being sent now.", (False, False)),
        (OutboxState.DATA_SENT, "Sending “Hello” to ben@example.org", "Is being sent now.", (False, False)),
        (OutboxState.ACCEPTED, "Storing a copy of “Hello” in Sent", "Not tried yet.", (True, False)),
        (OutboxState.REJECTED, "Sending “Hello” to ben@example.org", "Refused.", (True, True)),
        (OutboxState.UNCERTAIN, "Sending “Hello” to ben@example.org", "It may have been sent.", (True, True)),
    ],
)
def test_messages_to_be_sent_wait_too(state: OutboxState, what: str, why: str, offered: tuple[bool, bool]) -> None:
    row = explain_sending(item(state), IDLE, NOW)
    assert (row.what, row.why, (row.may_retry, row.may_give_up), row.may_undo) == (what, why, offered, False)
    assert row.key == "message-3"


def test_only_some_states_wait_for_the_user() -> None:
    assert {status for status in AccountStatus if waits_for_user(status)} == {
        AccountStatus.SIGN_IN_NEEDED,
        AccountStatus.MAIL_RENAMED,
        AccountStatus.CERTIFICATE_REFUSED,
        AccountStatus.FAILED,
    }
