"""From the engine's threads to the window's: events are collected and handed over in bursts, so that none can flood it.

Created on the window's thread. Rows that change many times between two bursts are told once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
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

BURST_MS: Final = 30


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
        self._timer = QTimer(self, singleShot=True, interval=BURST_MS)
        self._timer.timeout.connect(self._deliver)
        self._arrived.connect(self._start, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = source.subscribe(self._take)

    def stop(self) -> None:
        """Listen no more."""
        self._unsubscribe()
        self._timer.stop()

    def _take(self, event: Event) -> None:
        with self._lock:
            first = not self._waiting
            self._waiting.append(event)
        if first:
            self._arrived.emit()

    def _start(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _deliver(self) -> None:
        with self._lock:
            events, self._waiting = self._waiting, []
        for event in merged(events):
            self.happened.emit(event)


def merged(events: list[Event]) -> list[Event]:
    """Return the events with neighbours that say the same thing joined."""
    result: list[Event] = []
    for event in events:
        last = result[-1] if result else None
        joined: Event | None = None
        match last, event:
            case MessagesAdded(), MessagesAdded() if last.folder_id == event.folder_id:
                joined = MessagesAdded(event.folder_id, (*last.message_ids, *event.message_ids))
            case MessagesChanged(), MessagesChanged() if last.folder_id == event.folder_id:
                joined = MessagesChanged(event.folder_id, tuple(dict.fromkeys((*last.message_ids, *event.message_ids))))
            case MessagesRemoved(), MessagesRemoved() if last.folder_id == event.folder_id:
                joined = MessagesRemoved(event.folder_id, (*last.message_ids, *event.message_ids))
            case Progressed(), Progressed() if (last.account_id, last.what) == (event.account_id, event.what):
                joined = event
            case _:
                pass
        if isinstance(event, FoldersChanged) and event in result:
            continue
        if joined is not None:
            result[-1] = joined
        else:
            result.append(event)
    return result
