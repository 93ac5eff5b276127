"""What whole messages take up on this computer, and the button that frees what need not be here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from mailclient.domain.events import SpaceFreed
from mailclient.domain.ids import AccountId, FolderId
from mailclient.domain.scope import KeptBytes
from mailclient.ui.models.sentences import size


class SpaceEngine(Protocol):
    """What the row needs of the engine; the first two may block and are run in the background."""

    def kept_bytes(self, account_id: AccountId, folder_id: FolderId | None = None) -> KeptBytes:
        """Return what whole messages take up."""

    def free_space(self, account_id: AccountId, folder_id: FolderId | None = None) -> SpaceFreed:
        """Drop those outside the scope."""

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run blocking work elsewhere."""


class SpaceRow(QWidget):
    """One sentence and one button, about an account or about one folder."""

    freed = Signal(object)
    """The SpaceFreed that a press of the button came to."""
    _measured = Signal(object)
    _done = Signal(object)

    def __init__(
        self, engine: SpaceEngine, account_id: AccountId, folder_id: FolderId | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._account_id = account_id
        self._folder_id = folder_id
        self._words = QLabel("Counting…", self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words.setMinimumHeight(self.fontMetrics().lineSpacing() * 4)
        self._words.setAccessibleName("Space on this computer")
        self.button = QPushButton("&Free space now", self)
        self.button.setEnabled(False)
        self.button.clicked.connect(self.free)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self._measured.connect(self._show)
        self._done.connect(self._show_freed)

    def measure(self) -> None:
        """Ask how much is here."""
        self._engine.run_in_background(
            lambda: self._engine.kept_bytes(self._account_id, self._folder_id), self._measured.emit
        )

    def free(self) -> None:
        """Free what lies outside what is stored as the scope."""
        self.button.setEnabled(False)
        self._words.setText("Freeing…")
        self._engine.run_in_background(
            lambda: self._engine.free_space(self._account_id, self._folder_id), self._done.emit
        )

    def sentence(self) -> str:
        """Return what it says."""
        return self._words.text()

    def _show(self, result: object) -> None:
        if not isinstance(result, KeptBytes):
            self._words.setText(f"This cannot be counted now. {result}")
            return
        self._words.setText(kept_sentence(result))
        self.button.setEnabled(result.free_messages > 0)

    def _show_freed(self, result: object) -> None:
        if isinstance(result, SpaceFreed):
            self.freed.emit(result)
            self.measure()
        else:
            self._words.setText(f"Not everything was freed. {result}")


def kept_sentence(kept: KeptBytes) -> str:
    """Return what is here, and what of it need not be."""
    if not kept.messages:
        return "No whole message is on this computer."
    here = f"{_messages(kept.messages)} on this computer take up {size(kept.total_bytes)}."
    if not kept.free_messages:
        return here
    return (
        f"{here} {size(kept.free_bytes)} of that, {_messages(kept.free_messages)}, need not be here: "
        "the server keeps them, and they come again when you open them."
    )


def _messages(count: int) -> str:
    return "one whole message" if count == 1 else f"{count:,} whole messages"
