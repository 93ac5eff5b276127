"""What is said of the row that was chosen: a pane of its own that keeps its size, so that the lists above stay in place."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPlainTextEdit, QWidget

MAX_LETTERS: Final = 20_000
LINES: Final = 6
"""So many are seen before one has to scroll or to pull at the edge."""


class Detail(QPlainTextEdit):
    """Text to read and to copy; the Tab key leaves it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName("About the selection")
        self.setObjectName("detail")
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.document().setDocumentMargin(8)

    def setText(self, words: str) -> None:
        """Say this from its beginning."""
        self.setPlainText(words[:MAX_LETTERS])

    def text(self) -> str:
        """Return what is said."""
        return self.toPlainText()

    def sizeHint(self) -> QSize:
        """A few lines."""
        return QSize(super().sizeHint().width(), self.fontMetrics().lineSpacing() * LINES + 16)

    def minimumSizeHint(self) -> QSize:
        """Two lines are never pulled away."""
        return QSize(0, self.fontMetrics().lineSpacing() * 2 + 16)
