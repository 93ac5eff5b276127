"""Keeps a draft durable from the first keystroke: a crash loses a second or two of typing, never a message.

Pure timing and bookkeeping around ``SaveDraft``; knows nothing of widgets. One save is under way at a time, so that a
new draft is stored once and not once per keystroke.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from mailclient.domain.commands import Command, DiscardDraft, SaveDraft
from mailclient.domain.draft import Draft
from mailclient.domain.events import DraftSaved
from mailclient.domain.ids import DraftId

QUIET_MS: Final = 700
"""A pause in typing that lets the draft be saved."""
LONGEST_UNSAVED_MS: Final = 3000
"""However fast somebody types: the draft is saved this often."""


class Autosave(QObject):
    """Saves what ``current`` returns, some time after ``touch``."""

    state_changed = Signal(str)
    """A word for the status line: "Saving…", "Saved"."""

    def __init__(
        self, token: str, draft_id: DraftId | None, current: Callable[[], Draft], submit: Callable[[Command], None]
    ) -> None:
        super().__init__()
        self.draft_id = draft_id
        self._token = token
        self._current = current
        self._submit = submit
        self.in_flight = False
        """A save was asked for and not answered yet."""
        self._dirty = False
        self._discarded = False
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._longest = QTimer(self, singleShot=True, interval=LONGEST_UNSAVED_MS)
        self._quiet.timeout.connect(self.save_now)
        self._longest.timeout.connect(self.save_now)

    @property
    def unsaved(self) -> bool:
        """True when something typed is not durable yet."""
        return self._dirty or self.in_flight

    def touch(self) -> None:
        """Something was changed."""
        self._dirty = True
        self._quiet.start()
        if not self._longest.isActive():
            self._longest.start()

    def save_now(self) -> None:
        """Save what is unsaved; while a save is under way, the next one follows it."""
        self._quiet.stop()
        self._longest.stop()
        if not self._dirty or self.in_flight or self._discarded:
            return
        self._dirty = False
        self.in_flight = True
        self.state_changed.emit("Saving…")
        self._submit(SaveDraft(replace(self._current(), id=self.draft_id), self._token))

    def saved(self, event: DraftSaved) -> None:
        """The engine says that a save is durable."""
        if event.token != self._token:
            return
        self.in_flight = False
        self.draft_id = event.draft_id
        if self._discarded:
            self._submit(DiscardDraft(event.draft_id))
        elif self._dirty:
            self.save_now()
        else:
            self.state_changed.emit("Draft saved")

    def failed(self) -> None:
        """A save did not work: what was typed counts as unsaved again."""
        self.in_flight = False
        self._dirty = True
        self._longest.start()

    def discard(self) -> None:
        """Forget the draft, also one whose first save is still under way."""
        self._discarded = True
        self._quiet.stop()
        self._longest.stop()
        if self.draft_id is not None and not self.in_flight:
            self._submit(DiscardDraft(self.draft_id))

    def stop(self) -> None:
        """No more saves: the draft goes its way to the outbox as it is now."""
        self._dirty = False
        self._quiet.stop()
        self._longest.stop()
