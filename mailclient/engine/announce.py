"""Tells listeners what happened: every event to every listener, in order, whatever one of them does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from mailclient.domain.events import (
    Event,
    FoldersChanged,
    MessagesAdded,
    MessagesChanged,
    MessagesRemoved,
)
from mailclient.domain.exchange import Touched
from mailclient.domain.ids import AccountId

_log = logging.getLogger(__name__)

Listener = Callable[[Event], None]


class Announcer:
    """The listeners of one engine. ``announce`` may be called from any thread."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; returns what removes it."""
        with self._lock:
            self._listeners = [*self._listeners, listener]

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = [known for known in self._listeners if known is not listener]

        return unsubscribe

    def announce(self, event: Event) -> None:
        """Call every listener."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                _log.exception("A listener failed on %s", type(event).__name__)

    def touched(self, account_id: AccountId, touched: Touched) -> None:
        """Announce what a committed transaction changed in one folder."""
        if touched.added:
            self.announce(MessagesAdded(touched.folder_id, touched.added))
        if touched.changed:
            self.announce(MessagesChanged(touched.folder_id, touched.changed))
        if touched.removed:
            self.announce(MessagesRemoved(touched.folder_id, touched.removed))
        if touched.added or touched.changed or touched.removed:
            self.announce(FoldersChanged(account_id))
