"""Searching in the main window: the line one types into, what was found in place of the folder, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from mailclient.ui.window import MainWindow

MOST_HITS = 300
EMPTY_WORDS = "Nothing was found.\nTry fewer words, or from: subject: to: before a word."


class Searching:
    """Acts for a window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.box = QLineEdit(window)
        self.box.setPlaceholderText("Search mail (Ctrl+K)")
        self.box.setAccessibleName("Search mail")
        self.box.setClearButtonEnabled(True)
        em = window.fontMetrics().horizontalAdvance("m")
        self.box.setMinimumWidth(em * 16)
        self.box.setMaximumWidth(em * 24)
        self.box.returnPressed.connect(self.find)
        self.box.textChanged.connect(lambda text: None if text else self._end())

    def search(self) -> None:
        """Go to the search line."""
        self.box.setFocus()
        self.box.selectAll()

    def find(self) -> None:
        """List what the words in the line find."""
        text, window = self.box.text().strip(), self._window
        if not text:
            return
        only = window.folder.id if window.heading.only_here and window.folder is not None else None
        window.messages.show_hits(window.reader.search(text, folder_id=only, limit=MOST_HITS))
        window.show_title()
        window.list.setFocus()
        if window.messages.rowCount():
            window.list.select_row(0)
        else:
            window.pane.show_message(None)
            window.offer()

    def title(self) -> str:
        """Return how much was found, in words."""
        found = self._window.messages.rowCount()
        if not found:
            return "Nothing found"
        return f"The newest {found:,} found" if found >= MOST_HITS else f"{found:,} found"

    def forget(self) -> None:
        """Empty the line without asking what that means."""
        self.box.blockSignals(True)
        self.box.clear()
        self.box.blockSignals(False)

    def leave(self) -> None:
        """Go back to the folder."""
        self.box.clear()

    def _end(self) -> None:
        if self._window.messages.is_search:
            self._window.show_folder(self._window.folder)
