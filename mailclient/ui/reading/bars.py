"""Quiet bars above a message: remote content, malformed structure, missing bytes. One sentence and its buttons each."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from mailclient.ui.icons import icon


class Bar(QFrame):
    """A sentence with an icon and up to two buttons."""

    def __init__(self, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        shown = QLabel(self)
        side = self.fontMetrics().height() + 2
        shown.setPixmap(icon(icon_name, "warning").pixmap(side, side))
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(12, 6, 8, 6)
        self._layout.addWidget(shown)
        self._layout.addWidget(self._label, 1)
        self.setVisible(False)

    def add_button(self, words: str, act: Callable[[], object]) -> QPushButton:
        """Add a button."""
        button = QPushButton(words, self)
        button.clicked.connect(lambda _on=False: act())
        self._layout.addWidget(button)
        return button

    def say(self, sentence: str) -> None:
        """Show a sentence, or hide when it is empty."""
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))

    def sentence(self) -> str:
        """Return what it says."""
        return self._label.text()
