"""Listens to the engine's events and keeps what they tell: the work of each account, and a bounded record of the day.

Thread-safe: events come from every thread, snapshots are asked for by the window. Keeps ids and sentences, never mail.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final, assert_never

from mailclient.domain import events as e
from mailclient.domain.account import Purpose
from mailclient.domain.activity import ActivityNote, ActivitySnapshot, RunningWork, Tone
from mailclient.domain.draft import OutboxState
from mailclient.domain.ids import AccountId, ConnectionId

MAX_NOTES: Final = 500
_BAD: Final = frozenset(
    {
        e.AccountStatus.WAITING,
        e.AccountStatus.DISK_FULL,
        e.AccountStatus.SIGN_IN_NEEDED,
        e.AccountStatus.MAIL_RENAMED,
        e.AccountStatus.CERTIFICATE_REFUSED,
        e.AccountStatus.FAILED,
    }
)
_SENT_WORDS: Final = {
    OutboxState.ACCEPTED: "A message was sent.",
    OutboxState.DONE: "A message was sent and its copy stored.",
    OutboxState.REJECTED: "A message was taken out of the outbox.",
    OutboxState.UNCERTAIN: "A message may have been sent.",
}


class ActivityLog:
    """What goes on, and what went on."""

    def __init__(self, unix_s: Callable[[], float]) -> None:
        self._unix_s = unix_s
        self._lock = threading.Lock()
        self._work: dict[AccountId, RunningWork] = {}
        self._notes: deque[ActivityNote] = deque(maxlen=MAX_NOTES)
        self._count = 0

    def snapshot(self) -> ActivitySnapshot:
        """Return this moment."""
        with self._lock:
            return ActivitySnapshot(tuple(self._work.values()), tuple(reversed(self._notes)))

    def forget(self, account_id: AccountId) -> None:
        """The account is gone."""
        with self._lock:
            self._work.pop(account_id, None)

    def hear(self, event: e.Event) -> None:
        """Take an event in."""
        match event:
            case e.AccountStatusChanged():
                self._status(event)
            case e.Progressed():
                with self._lock:
                    self._progress(event)
            case e.SynchronisationEnded():
                self._ended(event)
            case e.OperationRefused():
                self._note(event.sentence, Tone.WARNING, None, event.connection_id)
            case e.Failed():
                self._note(event.sentence, Tone.WARNING, event.account_id, event.connection_id)
            case e.OutboxChanged():
                self._outbox(event)
            case e.OperationQueued() if event.sentence:
                self._note(f"{event.sentence}.")
            case e.OperationUndone():
                self._note(event.sentence if event.sentence.endswith(".") else f"{event.sentence}.")
            case e.OperationGivenUp():
                self._note("An action was given up: the server keeps what it has.")
            case e.SendRefused() | e.RoleMissing():
                self._note(event.sentence, Tone.WARNING)
            case (
                e.OperationQueued()
                | e.AccountsChanged()
                | e.FoldersChanged()
                | e.LimitsLearned()
                | e.SpaceFreed()
                | e.MeteredChanged()
                | e.BeginningArrived()
                | e.PartsArrived()
                | e.MessagesAdded()
                | e.MessagesChanged()
                | e.MessagesRemoved()
                | e.FolderReset()
                | e.BodyArrived()
                | e.BodyFailed()
                | e.DraftSaved()
                | e.DraftsChanged()
                | e.DraftQueued()
            ):
                pass
            case _:
                assert_never(event)

    def _status(self, event: e.AccountStatusChanged) -> None:
        if event.purpose is Purpose.INCOMING:
            before = self._work_changed(event)
        else:
            before = None  # Whether sending is stopped is asked of the parking, which always knows.
        if event.status in _BAD and event.sentence:
            self._note(event.sentence, Tone.WARNING, event.account_id, event.connection_id)
        elif event.status is e.AccountStatus.NO_NETWORK:
            self._note("There is no network.", Tone.CALM, event.account_id)
        elif event.status is e.AccountStatus.OFFLINE and before is not None:
            self._note("Went offline.", Tone.CALM, event.account_id)

    def _work_changed(self, event: e.AccountStatusChanged) -> RunningWork | None:
        """Note what an account does now; returns what it did before."""
        now = self._unix_s()
        with self._lock:
            before = self._work.get(event.account_id)
            last = before.last_synchronised_unix_s if before else None
            self._work[event.account_id] = RunningWork(
                event.account_id,
                event.status,
                event.sentence,
                now,
                last_synchronised_unix_s=last,
                connection_id=event.connection_id,
            )
        return before

    def _progress(self, event: e.Progressed) -> None:
        before = self._work.get(event.account_id)
        if before is not None:
            over = event.total is not None and event.done >= event.total
            self._work[event.account_id] = replace(
                before, what="" if over else event.what, done=event.done, total=event.total
            )

    def _ended(self, event: e.SynchronisationEnded) -> None:
        with self._lock:
            before = self._work.get(event.account_id)
            if before is not None:
                last = self._unix_s() if event.complete else before.last_synchronised_unix_s
                self._work[event.account_id] = replace(before, what="", last_synchronised_unix_s=last)
            repeated = bool(self._notes) and self._notes[-1].sentence == event.sentence
        if event.complete:
            self._note("Everything was synchronised.", Tone.CALM, event.account_id)
        elif event.sentence and not repeated and (before is None or event.sentence not in before.sentence):
            self._note(event.sentence, Tone.CALM, event.account_id)

    def _outbox(self, event: e.OutboxChanged) -> None:
        sentence = event.sentence or _SENT_WORDS.get(event.state, "")
        if sentence:
            bad = event.state in {OutboxState.UNCERTAIN, OutboxState.REJECTED} and bool(event.sentence)
            self._note(sentence, Tone.WARNING if bad else Tone.CALM, event.account_id, event.connection_id)

    def _note(
        self,
        sentence: str,
        tone: Tone = Tone.CALM,
        account_id: AccountId | None = None,
        connection_id: ConnectionId | None = None,
    ) -> None:
        with self._lock:
            self._count += 1
            self._notes.append(ActivityNote(self._count, self._unix_s(), sentence, tone, account_id, connection_id))
