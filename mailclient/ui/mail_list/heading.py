"""The line above the list: what is listed, and how: only unread, in which order; for a search, how far it reaches."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from mailclient.ui.icons import icon


class ListHeading(QWidget):
    """A title and small buttons."""

    scope_changed = Signal(bool)
    """A search is to look only in the folder (True), or everywhere."""

    def __init__(self, unread_only: QAction, sort_menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._scope = QToolButton(self)
        self._scope.setObjectName("scope")
        self._scope.setCheckable(True)
        self._scope.toggled.connect(self.scope_changed)
        self._unread = QToolButton(self)
        self._unread.setCheckable(True)
        self._unread.setIcon(icon("unread", "muted"))
        self._unread.setToolTip("Only unread messages")
        self._unread.setAccessibleName("Only unread messages")
        self._unread.clicked.connect(unread_only.trigger)
        unread_only.toggled.connect(self._unread.setChecked)
        self._sort = QToolButton(self)
        self._sort.setIcon(icon("sort", "muted"))
        self._sort.setToolTip("Order of the messages")
        self._sort.setAccessibleName("Order of the messages")
        self._sort.setMenu(sort_menu)
        self._sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._sort.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        layout = QHBoxLayout(self)
        gap = self.fontMetrics().height() // 2
        layout.setContentsMargins(gap, 0, gap // 2, 0)
        layout.setSpacing(0)
        layout.addWidget(self._title, 1)
        for button in (self._scope, self._unread, self._sort):
            layout.addWidget(button)
        self.setFixedHeight(int(self.fontMetrics().height() * 2.3))
        self.show_folder("")

    @property
    def words(self) -> str:
        """The title."""
        return self._title.text()

    @property
    def only_here(self) -> bool:
        """True when a search looks only in the folder."""
        return self._scope.isChecked()

    def show_folder(self, words: str) -> None:
        """A folder is listed."""
        self._show(words, searching=False)

    def show_search(self, words: str, folder_name: str | None) -> None:
        """Hits are listed; ``folder_name`` is the folder behind the search, None when there is none."""
        self._show(words, searching=True)
        self._scope.setVisible(folder_name is not None)
        self._scope.setText(f"Only in {folder_name}")

    def _show(self, words: str, *, searching: bool) -> None:
        self._title.setText(words)
        self._title.setToolTip(words)
        self._scope.setVisible(searching)
        self._unread.setVisible(not searching)
        self._sort.setVisible(not searching)
