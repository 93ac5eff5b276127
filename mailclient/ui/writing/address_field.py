"""A line for recipients that completes names and addresses seen before.

Text stays what was typed: parsing is for sending. Completion replaces only the recipient under the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

_SEPARATORS: Final = ",;"

Suggest = Callable[[str], Sequence[str]]
"""Given what was typed of one recipient, returns complete recipients, best first."""


def recipient_span(text: str, cursor: int) -> tuple[int, int]:
    """Return start and end of the recipient around a cursor: separators inside quotes do not count."""
    start, quoted = 0, False
    for index, character in enumerate(text[:cursor]):
        if character == '"':
            quoted = not quoted
        elif character in _SEPARATORS and not quoted:
            start = index + 1
    end = len(text)
    for index in range(cursor, len(text)):
        if text[index] == '"':
            quoted = not quoted
        elif text[index] in _SEPARATORS and not quoted:
            end = index
            break
    while start < cursor and text[start] == " ":
        start += 1
    return start, end


class AddressField(QLineEdit):
    """One of To, Cc and Bcc."""

    def __init__(self, name: str, suggest: Suggest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggest = suggest
        self._model = QStringListModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._popup = QListView(self)
        self._completer.setPopup(self._popup)
        self._popup.setAccessibleName(f"Suggestions for {name}")
        self._popup.installEventFilter(self)
        self._popup.clicked.connect(self._accept)
        self.setAccessibleName(name)
        self.textEdited.connect(self._typed)

    def _typed(self, text: str) -> None:
        start, _ = recipient_span(text, self.cursorPosition())
        typed = text[start : self.cursorPosition()].strip().lstrip('"')
        suggestions = list(self._suggest(typed)) if len(typed) >= 1 else []
        self._model.setStringList(suggestions)
        if not suggestions:
            self._popup.hide()
            return
        self._completer.complete()
        self._popup.setCurrentIndex(self._completer.completionModel().index(0, 0))

    def _accept(self, index: QModelIndex) -> None:
        text = self.text()
        start, end = recipient_span(text, self.cursorPosition())
        before = text[:start].rstrip()
        chosen = (f"{before} " if before else "") + str(index.data()) + ", "
        after = text[end:].lstrip(", ;")
        self.setText(chosen + after)
        self.setCursorPosition(len(chosen))
        self.textEdited.emit(self.text())
        self._popup.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Tab and Return take the highlighted suggestion, as people expect."""
        taking = {Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in taking:
            self._accept(self._popup.currentIndex())
            return True
        return super().eventFilter(watched, event)
