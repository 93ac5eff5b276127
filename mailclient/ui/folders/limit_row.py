"""The row of a folder's properties that says what the server limits there; it is asked when the dialog opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from mailclient.domain.errors import PostscopeError
from mailclient.domain.folder import Folder, FolderLimits
from mailclient.domain.ids import AccountId
from mailclient.ui.folders.limits import limit_facts

NOTHING = "The server tells of none."


class LimitsSource(Protocol):
    """What is needed of the engine."""

    @property
    def online(self) -> bool:
        """False when the user works offline."""

    def limits(self, account_id: AccountId) -> FolderLimits | None:
        """Return what was told for the account in this run."""

    def ask_limits(self, folder: Folder) -> FolderLimits:
        """Ask for one folder; blocks."""

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run blocking work elsewhere."""


class LimitRow(QObject):
    """Fills one label; lives as long as it does."""

    _told = Signal(object)

    def __init__(self, label: QLabel, engine: LimitsSource, folder: Folder) -> None:
        super().__init__(label)
        self._label = label
        self._folder = folder
        self._known = engine.limits(folder.account_id)
        self._told.connect(self._show)
        self._ended = False
        if not engine.online or folder.awaits_creation:
            self._show(self._known)
            return
        label.setText("Asking the server…")
        label.destroyed.connect(self._end)
        engine.run_in_background(lambda: engine.ask_limits(folder), self._arrived)

    def _end(self) -> None:
        self._ended = True

    def _arrived(self, result: object) -> None:
        """On a thread of the engine's."""
        if not self._ended:
            self._told.emit(result)

    def _show(self, result: object) -> None:
        told = result if isinstance(result, FolderLimits) else self._known
        facts = limit_facts(self._folder, told)
        words = "\n".join(f"{title}: {text}" for title, text in facts)
        if not words:
            words = f"Not known. {result.sentence}" if isinstance(result, PostscopeError) else NOTHING
        if told is None and not isinstance(result, PostscopeError):
            words = words if facts else "Not known while the server has not been asked."
        self._label.setText(words)
        self._make_room()

    def _make_room(self) -> None:
        """What came later may be longer than the window was made for."""
        window = self._label.window()
        layout = window.layout()
        if layout is not None:
            layout.activate()
            needed = max(layout.totalHeightForWidth(window.width()), layout.totalMinimumSize().height())
            if needed > window.height():
                window.resize(window.width(), needed)
