"""The list of messages: selection, keyboard, drag, and what it says when it is empty."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QItemSelectionModel, QMimeData, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from mailclient.domain.ids import MessageId
from mailclient.ui import theme
from mailclient.ui.mail_list.delegate import MessageDelegate
from mailclient.ui.models.message_list import IdRole, MessageListModel

DRAG_TYPE = "application/x-postscope-messages"


class MessageListView(QListView):
    """Two-line rows, any number of them."""

    message_shown = Signal(object)
    """The current message (None when there is none)."""

    def __init__(self, model: MessageListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.messages = model
        self.empty_words = ""
        self.delegate = MessageDelegate()
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setAccessibleName("Messages")
        self.selectionModel().currentChanged.connect(self._current_changed)
        theme.signals().changed.connect(self.viewport().update)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.message_shown.emit(current.data(IdRole) if current.isValid() else None)

    def current_id(self) -> MessageId | None:
        """Return the current message."""
        index = self.currentIndex()
        return index.data(IdRole) if index.isValid() else None

    def selected_ids(self) -> tuple[MessageId, ...]:
        """Return the selected messages, in list order."""
        return self.messages.ids_at(sorted(index.row() for index in self.selectionModel().selectedIndexes()))

    def select_row(self, row: int) -> None:
        """Make a row the current and only selected one."""
        if 0 <= row < self.messages.rowCount():
            index = self.messages.index(row)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def step(self, rows: int) -> None:
        """Move the current row."""
        row = self.currentIndex().row() if self.currentIndex().isValid() else -1 if rows > 0 else 0
        self.select_row(min(max(row + rows, 0), self.messages.rowCount() - 1))

    def row_after(self, leaving: Sequence[MessageId]) -> int:
        """Return which row to select when these messages leave: the next that stays, else the one before."""
        gone = {self.messages.position_of(message_id) for message_id in leaving} - {-1}
        if not gone:
            return self.currentIndex().row()
        after = next((r for r in range(max(gone) + 1, self.messages.rowCount()) if r not in gone), None)
        if after is not None:
            return after - len(gone)
        return min(gone) - 1

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag the selected messages onto a folder."""
        del actions
        ids = self.selected_ids()
        if not ids:
            return
        data = QMimeData()
        data.setData(DRAG_TYPE, QByteArray(",".join(map(str, ids)).encode()))
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.MoveAction)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say something helpful where there is nothing to list."""
        super().paintEvent(event)
        if self.messages.rowCount() == 0 and self.empty_words:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.current().muted))
            margin = self.fontMetrics().height() * 2
            place = QRect(self.viewport().rect()).adjusted(margin, margin, -margin, -margin)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.empty_words)
            painter.end()
