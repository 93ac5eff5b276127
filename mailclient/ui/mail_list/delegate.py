"""Shows the rows of the message list as pictures, and keeps those that are on the screen.

A row takes some forty calls to draw, and each of them may wait until a busy worker lets go of the interpreter: while mail
arrives, a list that is drawn anew with every batch would stand still. A picture takes one.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mailclient.domain.flags import Flag
from mailclient.domain.message import MessageRow
from mailclient.ui import theme
from mailclient.ui.mail_list.row_picture import LINES, RowLook, draw_row, gap_of
from mailclient.ui.models.message_list import IdRole, RowRole

Index = QModelIndex | QPersistentModelIndex
_MAX_PICTURES: Final = 80
"""More than a screen shows; 80 are some 8 MB, four times as many at 200 %."""
# Numbers: combining Qt's flags makes new Python objects, for each row.
_SELECTED: Final = QStyle.StateFlag.State_Selected.value
_HOVERED: Final = QStyle.StateFlag.State_MouseOver.value
_FOCUSED: Final = QStyle.StateFlag.State_HasFocus.value


class MessageDelegate(QStyledItemDelegate):
    """Draws rows; a click on the star toggles it."""

    star_clicked = Signal(object, bool)
    """Message id, and whether it is to be starred."""

    def __init__(self) -> None:
        super().__init__()
        self.show_recipients = False
        """In folders of one's own mail, To is more telling than From."""
        self._pictures: dict[RowLook, QPixmap] = {}
        """The least recently shown first."""
        self.unfinished = False
        """Rows were left out since ``begin``: time was up."""
        self._draws_until = 0.0
        self._has_drawn = False

    def begin(self, seconds: float) -> None:
        """Draw new pictures for so long, then leave rows out; one is drawn always."""
        self.unfinished, self._has_drawn = False, False
        self._draws_until = time.perf_counter() + seconds

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are equally high."""
        del index
        metrics = option.fontMetrics
        return QSize(metrics.horizontalAdvance("m") * 18, int(metrics.height() * LINES) + gap_of(metrics) * 2 + 3)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Show one row; its picture is drawn when there is none yet that looks the same."""
        row = index.data(RowRole)
        if not isinstance(row, MessageRow):
            return
        rect, state, font = option.rect, option.state.value, option.font
        look = RowLook(
            row,
            rect.width(),
            rect.height(),
            painter.device().devicePixelRatioF(),
            font.key(),
            theme.current(),
            bool(state & _SELECTED),
            bool(state & _HOVERED),
            bool(state & _FOCUSED),
            self.show_recipients,
            datetime.now().astimezone().toordinal(),
        )
        picture = self._pictures.pop(look, None)
        if picture is None:
            if self.unfinished or (time.perf_counter() > self._draws_until and self._has_drawn):
                self.unfinished = True
                return
            picture, self._has_drawn = draw_row(look, font), True
        self._pictures[look] = picture
        if len(self._pictures) > _MAX_PICTURES:
            del self._pictures[next(iter(self._pictures))]
        painter.drawPixmap(rect.topLeft(), picture)

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click on the star toggles it and selects nothing."""
        del model
        if isinstance(event, QMouseEvent) and event.button() is Qt.MouseButton.LeftButton:
            metrics = option.fontMetrics
            line, gap = metrics.height(), gap_of(metrics)
            rect = option.rect
            star = QRectF(rect.right() - gap - line * 1.3, rect.top() + gap + line, line * 1.6, line * 1.5)
            if star.contains(event.position()):
                row = index.data(RowRole)
                if event.type() is QEvent.Type.MouseButtonRelease and isinstance(row, MessageRow):
                    self.star_clicked.emit(index.data(IdRole), not row.flags & Flag.FLAGGED)
                return True
        return False
