"""Explains what waits: what it is in words, why it waits, and what can be done about it. Pure; the time is handed in."""

from __future__ import annotations

from typing import assert_never

from mailclient.domain.activity import Tone, WaitingOperation, WaitingRow
from mailclient.domain.draft import OutboxItem, OutboxState
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.operation import OperationState
from mailclient.sync.replay import describe_act

_PARKED = frozenset(
    {AccountStatus.SIGN_IN_NEEDED, AccountStatus.MAIL_RENAMED, AccountStatus.CERTIFICATE_REFUSED, AccountStatus.FAILED}
)


def explain_operation(waiting: WaitingOperation, account: AccountStatusChanged, now_unix_s: float) -> WaitingRow:
    """Return the row of a journal entry."""
    what = describe_act(waiting.act, waiting.messages)
    tone, may_undo = Tone.CALM, True
    match waiting.state:
        case OperationState.RUNNING:
            why = "Is being carried out now."
        case OperationState.REFUSED:
            # The sentence begins with what was refused, which stands beside it already.
            words = (waiting.last_error or "").removeprefix(f"{what} was refused.").strip()
            why = f"Refused. {words}".strip() + " It was taken back here."
            tone, may_undo = Tone.WARNING, False
        case OperationState.PENDING:
            why, tone = _why(account, waiting.retry_at_unix_s, waiting.last_error, now_unix_s)
        case _:
            assert_never(waiting.state)
    return WaitingRow(
        waiting.id,
        False,
        waiting.account_id,
        what,
        why,
        tone,
        waiting.created_unix_s,
        waiting.retry_at_unix_s,
        may_retry=waiting.state is not OperationState.RUNNING,
        may_give_up=waiting.state is not OperationState.RUNNING,
        may_undo=may_undo,
    )


def explain_sending(item: OutboxItem, account: AccountStatusChanged, now_unix_s: float) -> WaitingRow:
    """Return the row of an outbox item. To give it up is to write on: it becomes a draft again."""
    subject = f"“{item.subject}”" if item.subject else "a message without a subject"
    what = f"Sending {subject} to {', '.join(item.recipients)}"
    tone, at_rest = Tone.CALM, True
    match item.state:
        case OutboxState.QUEUED:
            why, tone = _why(account, item.retry_at_unix_s, item.last_error, now_unix_s)
        case OutboxState.CONNECTING | OutboxState.RECIPIENTS_ACCEPTED | OutboxState.DATA_SENT:
            why, at_rest = "Is being sent now.", False
        case OutboxState.ACCEPTED:
            what = f"Storing a copy of {subject} in Sent"
            why, tone = _why(account, item.retry_at_unix_s, item.last_error, now_unix_s)
        case OutboxState.REJECTED:
            why, tone = f"Refused. {item.last_error or ''}".strip(), Tone.WARNING
        case OutboxState.UNCERTAIN:
            why, tone = item.last_error or "It may have been sent.", Tone.WARNING
        case OutboxState.DONE:
            why, at_rest = "Was sent.", False
        case _:
            assert_never(item.state)
    return WaitingRow(
        item.id,
        True,
        item.account_id,
        what,
        why,
        tone,
        item.created_unix_s,
        item.retry_at_unix_s,
        may_retry=at_rest,
        may_give_up=at_rest and item.state is not OutboxState.ACCEPTED,
        may_undo=False,
    )


def _why(
    account: AccountStatusChanged, retry_at_unix_s: float | None, last_error: str | None, now_unix_s: float
) -> tuple[str, Tone]:
    """Return why something that is not running waits: the account first, then its own misfortune."""
    match account.status:
        case AccountStatus.OFFLINE:
            return "Waits until you go online.", Tone.CALM
        case AccountStatus.NO_NETWORK:
            return "Waits for the network.", Tone.CALM
        case AccountStatus.SIGN_IN_NEEDED:
            return "Waits for the password.", Tone.WARNING
        case AccountStatus.MAIL_RENAMED | AccountStatus.CERTIFICATE_REFUSED | AccountStatus.FAILED:
            return f"Waits for you. {account.sentence}".strip(), Tone.WARNING
        case AccountStatus.WAITING | AccountStatus.DISK_FULL:
            return f"Waits for the server. {account.sentence}".strip(), Tone.CALM
        case AccountStatus.CONNECTING | AccountStatus.SYNCHRONISING | AccountStatus.IDLE:
            if retry_at_unix_s is not None and retry_at_unix_s > now_unix_s:
                return (
                    f"{last_error or 'It did not work yet.'} Next try {_in(retry_at_unix_s - now_unix_s)}.",
                    Tone.CALM,
                )
            return (f"{last_error} It is tried again now.", Tone.CALM) if last_error else ("Not tried yet.", Tone.CALM)
        case _:
            assert_never(account.status)


def _in(seconds: float) -> str:
    """Return "in 40 s", "in 12 min"."""
    return f"in {max(round(seconds), 1)} s" if seconds < 90 else f"in {round(seconds / 60)} min"


def waits_for_user(status: AccountStatus) -> bool:
    """True when nothing goes on in an account until the user did something."""
    return status in _PARKED
