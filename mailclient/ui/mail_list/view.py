"""The list of messages: selection, keyboard, drag, and what it says when it is empty.

A table of one column, because Qt's list view lays out all rows again whenever one comes or goes: with 200,000 rows of a
model written in Python that took half a second each time. A table keeps its row heights in C++ and asks for what it paints.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QItemSelectionModel, QMimeData, QModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDrag, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView, QWidget

from mailclient.domain.ids import MessageId
from mailclient.ui import theme
from mailclient.ui.mail_list.delegate import MessageDelegate
from mailclient.ui.mail_list.row_picture import warm_up
from mailclient.ui.models.message_list import IdRole, MessageListModel

DRAG_TYPE = "application/x-postscope-messages"
_RESTORED_AT_MOST = 2_000
_DRAWING_S = 0.012
"""How long new rows are drawn before the window answers again; a screen of them takes less when nothing else runs."""
_CHOOSE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_Move = QAbstractItemView.CursorAction


class MessageListView(QTableView):
    """Two-line rows, any number of them."""

    message_shown = Signal(object)
    """The current message (None when there is none)."""

    def __init__(self, model: MessageListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.messages = model
        self.empty_words = ""
        self.delegate = MessageDelegate()
        self.drawing_s = _DRAWING_S
        self._kept: tuple[MessageId | None, tuple[MessageId, ...], int] | None = None
        self._quiet = False
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setAccessibleName("Messages")
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._size_rows()
        warm_up(self.font())
        self.selectionModel().currentChanged.connect(self._current_changed)
        model.about_to_refresh.connect(self._keep_place)
        model.refreshed.connect(self._find_place)
        model.loaded.connect(self._find_place)
        theme.signals().changed.connect(self.viewport().update)

    def _size_rows(self) -> None:
        """All rows are equally high; how high, the font says."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        size = self.delegate.sizeHint(option, QModelIndex())
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(size.height())
        self.setMinimumWidth(size.width())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._size_rows()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here; Qt's search by typing would read every row of the folder."""
        del search

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End are the first and the last message, not the first and last column."""
        if action in {_Move.MoveHome, _Move.MoveEnd}:
            return self.messages.index(0 if action is _Move.MoveHome else self.messages.rowCount() - 1)
        return super().moveCursor(action, modifiers)

    def _current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._quiet:
            self.message_shown.emit(current.data(IdRole) if current.isValid() else None)

    def _keep_place(self) -> None:
        self._kept = self.current_id(), self.selected_ids()[:_RESTORED_AT_MOST], self.verticalScrollBar().value()
        self._quiet = True

    def _find_place(self) -> None:
        """After the same list was read anew: the same messages selected, nothing shown twice."""
        self._quiet = False
        if self._kept is None:
            return
        current, selected, scrolled = self._kept
        places = self.messages.positions_of((*selected, *(() if current is None else (current,))))
        if not self.messages.complete and current is not None and current not in places:
            return  # It comes with a later page.
        self._kept = None
        self._quiet = True
        choice = self.selectionModel()
        for message_id in selected:
            if message_id in places:
                flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
                choice.select(self.messages.index(places[message_id]), flags)
        if current is not None and current in places:
            index = self.messages.index(places[current])
            choice.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._quiet = False
        self.verticalScrollBar().setValue(scrolled)
        if current is not None and current not in places:
            self.message_shown.emit(None)

    def current_id(self) -> MessageId | None:
        """Return the current message."""
        index = self.currentIndex()
        return index.data(IdRole) if index.isValid() else None

    def selected_ids(self) -> tuple[MessageId, ...]:
        """Return the selected messages, in list order."""
        chosen = self.selectionModel().selection()
        parts = [chosen.at(number) for number in range(chosen.count())]
        ranges = sorted((part.top(), part.bottom()) for part in parts)
        return self.messages.ids_at([row for top, bottom in ranges for row in range(top, bottom + 1)])

    def select_row(self, row: int) -> None:
        """Make a row the current and only selected one."""
        if 0 <= row < self.messages.rowCount():
            index = self.messages.index(row)
            self.selectionModel().setCurrentIndex(index, _CHOOSE)
            self.scrollTo(index)

    def step(self, rows: int) -> None:
        """Move the current row."""
        row = self.currentIndex().row() if self.currentIndex().isValid() else -1 if rows > 0 else 0
        self.select_row(min(max(row + rows, 0), self.messages.rowCount() - 1))

    def row_after(self, leaving: Sequence[MessageId]) -> int:
        """Return which row to select when these messages leave: the next that stays, else the one before."""
        gone = set(self.messages.positions_of(leaving).values())
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
        """Show the rows, and say something helpful where there is nothing to list.

        While a synchronisation keeps the interpreter busy, a screen of new rows may take a tenth of a second to draw: the
        window answers in between.
        """
        self.delegate.begin(self.drawing_s)
        super().paintEvent(event)
        if self.delegate.unfinished:
            QTimer.singleShot(0, self.viewport(), self.viewport().update)
        if self.messages.rowCount() == 0 and self.empty_words:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.current().muted))
            margin = self.fontMetrics().height() * 2
            place = QRect(self.viewport().rect()).adjusted(margin, margin, -margin, -margin)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.empty_words)
            painter.end()
