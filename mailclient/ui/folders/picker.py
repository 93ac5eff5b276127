"""Choosing a folder by typing: a line that filters, a list below it, Return takes what is marked.

Given the folders it may offer; moves nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from mailclient.domain.folder import Folder
from mailclient.ui.icons import icon
from mailclient.ui.models.folder_tree import ROLE_ICONS, in_order
from mailclient.ui.models.sentences import folder_path

_WALKING = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_FolderRole = int(Qt.ItemDataRole.UserRole) + 1


class FolderPicker(QDialog):
    """Asks for one of the folders."""

    def __init__(
        self, folders: Sequence[Folder], title: str, parent: QWidget | None = None, *, top: str | None = None
    ) -> None:
        """``top`` offers a first line that is no folder: the top of the account."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Type part of a folder's name")
        self.filter.setAccessibleName("Filter folders")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._narrow)
        self.filter.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Folders")
        self.list.itemActivated.connect(lambda _item: self.accept())
        if top is not None:
            QListWidgetItem(icon("account", "muted"), top, self.list)
        for folder in in_order(folders):
            item = QListWidgetItem(icon(ROLE_ICONS[folder.role], "muted"), folder_path(folder), self.list)
            item.setData(_FolderRole, folder)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, Qt.Orientation.Horizontal, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText("&Move")
        layout = QVBoxLayout(self)
        layout.addWidget(self.filter)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(em * 26, em * 28)
        self._narrow("")

    def chosen(self) -> Folder | None:
        """Return the marked folder."""
        item = self.list.currentItem()
        folder = item.data(_FolderRole) if item is not None and not item.isHidden() else None
        return folder if isinstance(folder, Folder) else None

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        first = -1
        for row in range(self.list.count()):
            item = self.list.item(row)
            fits = all(word in item.text().casefold() for word in words)
            item.setHidden(not fits)
            first = row if fits and first < 0 else first
        self.list.setCurrentRow(first)
        self._ok.setEnabled(first >= 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down walk through the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _WALKING:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)


class Top:
    """The choice that is no folder."""


def choose_place(parent: QWidget, folders: Sequence[Folder], title: str, top: str) -> Folder | Top | None:
    """Ask in which folder, or at the top, a folder is to lie; None when the user thinks better of it."""
    picker = FolderPicker(folders, title, parent, top=top)
    if not picker.exec() or picker.list.currentItem() is None:
        return None
    return picker.chosen() or Top()


def choose_folder(parent: QWidget, folders: Sequence[Folder]) -> Folder | None:
    """Ask where to move messages; None when the user thinks better of it."""
    picker = FolderPicker(folders, "Move to", parent)
    return picker.chosen() if picker.exec() else None
