"""What goes on and what waits, as values: for the Activity window, the status bar and ``postscope activity``.

Light on purpose: an entry about ten thousand messages is one row with a number in it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailclient.domain.account import Purpose
from mailclient.domain.events import AccountStatus
from mailclient.domain.ids import AccountId, ConnectionId, OperationId, OutboxId
from mailclient.domain.operation import Act, OperationState


@dataclass(frozen=True, slots=True)
class WaitingOperation:
    """One journal entry without its messages."""

    id: OperationId
    account_id: AccountId
    act: Act
    messages: int
    state: OperationState
    created_unix_s: float
    attempts: int = 0
    retry_at_unix_s: float | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class JournalSize:
    """How much the journal holds."""

    waiting: int
    refused: int
    done: int
    """Kept for the undo of this run."""
    items: int
    """Messages that all of these speak of."""


class Tone(enum.Enum):
    """How a row wants to be looked at."""

    CALM = "calm"
    WARNING = "warning"
    """Waits for the user, or was refused."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing that waits: what, why, and what can be done about it."""

    number: int
    is_sending: bool
    """True: ``number`` is an outbox item's id; else a journal entry's."""
    account_id: AccountId
    what: str
    """"Archiving 3 messages"."""
    why: str
    """"Not tried yet.", or the server's words and when it is tried again."""
    tone: Tone
    created_unix_s: float
    retry_at_unix_s: float | None
    may_retry: bool
    may_give_up: bool
    may_undo: bool

    @property
    def key(self) -> str:
        """Names the row in lists and on the command line: "action-12", "message-3"."""
        return f"{'message' if self.is_sending else 'action'}-{self.number}"

    @property
    def operation_id(self) -> OperationId:
        """Of a journal entry."""
        return OperationId(self.number)

    @property
    def outbox_id(self) -> OutboxId:
        """Of a message to be sent."""
        return OutboxId(self.number)


@dataclass(frozen=True, slots=True)
class RunningWork:
    """What an account does now."""

    account_id: AccountId
    status: AccountStatus
    sentence: str
    since_unix_s: float
    what: str = ""
    """"Headers of Inbox"; empty when nothing long runs."""
    done: int = 0
    total: int | None = None
    last_synchronised_unix_s: float | None = None
    connection_id: ConnectionId | None = None
    purpose: Purpose = Purpose.INCOMING
    """``SUBMISSION``: not what the account does, but that its sending alone is stopped until the user does something."""


@dataclass(frozen=True, slots=True)
class ActivityNote:
    """One thing that happened."""

    number: int
    when_unix_s: float
    sentence: str
    tone: Tone = Tone.CALM
    account_id: AccountId | None = None
    connection_id: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class ActivitySnapshot:
    """This moment: the accounts' work, and what happened lately, newest first."""

    running: tuple[RunningWork, ...]
    notes: tuple[ActivityNote, ...]
