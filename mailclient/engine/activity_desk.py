"""What goes on and what waits, for whoever shows it: the engine's face as far as the Activity window is concerned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from mailclient.domain.account import Purpose
from mailclient.domain.activity import ActivitySnapshot, RunningWork, WaitingOperation, WaitingRow
from mailclient.domain.draft import OutboxItem
from mailclient.domain.events import AccountStatusChanged
from mailclient.domain.ids import AccountId
from mailclient.engine.activity_log import ActivityLog
from mailclient.engine.failures import decide_verdict
from mailclient.engine.parking import Parking
from mailclient.engine.services import EngineServices
from mailclient.engine.waiting import explain_operation, explain_sending


class ActivityDesk:
    """Listens from the first moment on; its methods return at once and may be called from any thread."""

    def __init__(
        self,
        services: EngineServices,
        status: Callable[[AccountId], AccountStatusChanged],
        parking: Callable[[AccountId], Parking | None],
    ) -> None:
        self._unix_s = services.clock.unix_s
        self._status = status
        self._parking = parking
        self._log = ActivityLog(self._unix_s)
        services.announcer.subscribe(self._log.hear)

    def snapshot(self) -> ActivitySnapshot:
        """Return what each account does, whether its sending alone is stopped, and what happened lately in this run."""
        now = self._log.snapshot()
        return replace(now, running=tuple(row for work in now.running for row in (work, *self._stopped_sending(work))))

    def _stopped_sending(self, work: RunningWork) -> tuple[RunningWork, ...]:
        parking = self._parking(work.account_id)
        reason = parking.reason(Purpose.SUBMISSION) if parking is not None else None
        if parking is None or reason is None or reason is parking.reason(Purpose.INCOMING):
            return ()
        status = decide_verdict(reason).status
        sentence = f"A message could not be sent yet. {reason.sentence}"
        return (
            RunningWork(
                work.account_id,
                status,
                sentence,
                work.since_unix_s,
                connection_id=reason.connection_id,
                purpose=Purpose.SUBMISSION,
            ),
        )

    def forget(self, account_id: AccountId) -> None:
        """The account is gone."""
        self._log.forget(account_id)

    def explain(self, operations: Sequence[WaitingOperation], outbox: Sequence[OutboxItem]) -> tuple[WaitingRow, ...]:
        """Return what waits in words, with the state of each account in mind."""
        now = self._unix_s()
        return (
            *(explain_operation(waiting, self._status(waiting.account_id), now) for waiting in operations),
            *(explain_sending(item, self._sending_status(item.account_id), now) for item in outbox),
        )

    def _sending_status(self, account_id: AccountId) -> AccountStatusChanged:
        """The account's status as far as sending is concerned, which may be stopped by itself."""
        parking = self._parking(account_id)
        reason = parking.reason(Purpose.SUBMISSION) if parking is not None else None
        if reason is None:
            return self._status(account_id)
        return AccountStatusChanged(account_id, decide_verdict(reason).status, reason.sentence, reason.connection_id)
