"""The attached files of a draft, as a row that can be used with the keyboard.

Holds the bytes: a file is copied into the draft when it is attached, so that it may change or vanish afterwards.
"""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QSizePolicy, QWidget

from mailclient.domain.draft import DraftAttachment
from mailclient.ui.icons import icon


class AttachmentBar(QWidget):
    """A list of attachments with a button to remove the selected one; hidden while empty."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._attachments: list[DraftAttachment] = []
        self._list = QListWidget(self)
        self._list.setFlow(QListWidget.Flow.LeftToRight)
        self._list.setWrapping(True)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setSpacing(4)
        self._list.setAccessibleName("Attachments")
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._list.setFixedHeight(self._list.fontMetrics().height() * 3)
        self._remove = QPushButton("Re&move", self)
        self._remove.setToolTip("Remove the selected attachment (Delete)")
        self._remove.clicked.connect(self.remove_selected)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 8)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignTop)
        self.setVisible(False)

    def attachments(self) -> tuple[DraftAttachment, ...]:
        """Return the attachments in their order."""
        return tuple(self._attachments)

    def total_bytes(self) -> int:
        """Return the size of all attachments together, before encoding."""
        return sum(len(attachment.data) for attachment in self._attachments)

    def set_attachments(self, attachments: tuple[DraftAttachment, ...]) -> None:
        """Show these attachments, without telling it as a change."""
        self._attachments = list(attachments)
        self._show()

    def add(self, attachment: DraftAttachment) -> None:
        """Append one attachment."""
        self._attachments.append(attachment)
        self._show()
        self.changed.emit()

    def remove_selected(self) -> None:
        """Remove the selected attachment, or the only one."""
        row = self._list.currentRow() if len(self._attachments) > 1 else 0
        if 0 <= row < len(self._attachments):
            del self._attachments[row]
            self._show()
            self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes."""
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.remove_selected()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        self._list.clear()
        for attachment in self._attachments:
            size = QLocale().formattedDataSize(len(attachment.data))
            item = QListWidgetItem(icon("attachment"), f"{attachment.filename}  ·  {size}")
            item.setToolTip(f"{attachment.filename}\n{attachment.content_type}, {size}")
            self._list.addItem(item)
        self.setVisible(bool(self._attachments))
