"""From the engine's threads to the window's: events are collected and handed over in bursts, so that none can flood it.

Created on the window's thread. Rows that change many times between two bursts are told once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from mailclient.domain.events import (
    Event,
    FoldersChanged,
    MessagesAdded,
    MessagesChanged,
    MessagesRemoved,
    Progressed,
)
from mailclient.domain.ids import AccountId, FolderId, MessageId

BURST_MS: Final = 30
_ROWS: Final = (MessagesAdded, MessagesChanged, MessagesRemoved)


class EventSource(Protocol):
    """What the bridge needs of the engine."""

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call the listener with every event."""


class Bridge(QObject):
    """Emits the engine's events on the window's thread."""

    happened = Signal(object)
    """One event at a time, in order."""
    _arrived = Signal()

    def __init__(self, source: EventSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: list[Event] = []
        self._stopped = False
        self._timer = QTimer(self, singleShot=True, interval=BURST_MS)
        self._timer.timeout.connect(self._deliver)
        self._arrived.connect(self._start, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = source.subscribe(self._take)

    def stop(self) -> None:
        """Listen no more, and tell nothing that is still under way: whoever hears it may have closed its reader."""
        self._unsubscribe()
        self._stopped = True
        self._timer.stop()

    def _take(self, event: Event) -> None:
        with self._lock:
            first = not self._waiting
            self._waiting.append(event)
        if first:
            self._arrived.emit()

    def _start(self) -> None:
        if not self._stopped and not self._timer.isActive():
            self._timer.start()

    def _deliver(self) -> None:
        with self._lock:
            events, self._waiting = self._waiting, []
        for event in merged(events):
            self.happened.emit(event)


def merged(events: Sequence[Event]) -> list[Event]:
    """Return the events with neighbours that say the same thing joined, in one pass however many they are."""
    result: list[Event] = []
    ids: list[MessageId] = []
    """Of the rows that the last event of ``result`` will speak of."""
    told: set[FoldersChanged] = set()

    def finish() -> None:
        if result and ids:
            last = result[-1]
            assert isinstance(last, _ROWS)
            result[-1] = replace(last, message_ids=tuple(dict.fromkeys(ids)))
            ids.clear()

    for event in events:
        last = result[-1] if result else None
        if isinstance(event, FoldersChanged):
            if event in told:
                continue  # Whoever hears the first reads the counts as they are then, after all of this.
            told.add(event)
        if isinstance(event, _ROWS) and type(last) is type(event) and _folder(last) == event.folder_id:
            ids += event.message_ids
            continue
        finish()
        if isinstance(event, _ROWS):
            ids += event.message_ids
        if isinstance(event, Progressed) and isinstance(last, Progressed) and _work(last) == _work(event):
            result[-1] = event
        else:
            result.append(event)
    finish()
    return result


def _folder(event: Event | None) -> FolderId | None:
    return event.folder_id if isinstance(event, _ROWS) else None


def _work(event: Progressed) -> tuple[AccountId, str]:
    return event.account_id, event.what
