"""Paints one message in two lines: who and when, then what. Sizes come from the font alone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mailclient.domain.flags import Flag
from mailclient.domain.message import MessageRow
from mailclient.ui import icons, theme
from mailclient.ui.models.message_list import IdRole, RowRole
from mailclient.ui.models.sentences import short_date

Index = QModelIndex | QPersistentModelIndex
_LINES: Final = 2.0


class MessageDelegate(QStyledItemDelegate):
    """Draws rows; a click on the star toggles it."""

    star_clicked = Signal(object, bool)
    """Message id, and whether it is to be starred."""

    def __init__(self) -> None:
        super().__init__()
        self.show_recipients = False
        """In folders of one's own mail, To is more telling than From."""

    def _gap(self, metrics: QFontMetrics) -> int:
        return metrics.height() // 2

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are equally high."""
        del index
        metrics = option.fontMetrics
        return QSize(metrics.horizontalAdvance("m") * 18, int(metrics.height() * _LINES) + self._gap(metrics) * 2 + 3)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row = index.data(RowRole)
        if not isinstance(row, MessageRow):
            return
        tokens, metrics = theme.current(), option.fontMetrics
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._background(painter, option, rect, tokens)
        gap, line = self._gap(metrics), metrics.height()
        left, right, top = rect.left() + gap * 2.6, rect.right() - gap, rect.top() + gap
        unread = not row.flags & Flag.SEEN
        if unread:
            painter.setBrush(QColor(tokens.accent))
            painter.setPen(Qt.PenStyle.NoPen)
            side = line * 0.45
            painter.drawEllipse(QRectF(rect.left() + gap * 0.9, top + (line - side) / 2, side, side))
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold if unread else QFont.Weight.Normal)
        # Servers without MOVE and UIDPLUS keep what left a folder in this way.
        is_marked = bool(row.flags & Flag.DELETED)
        bold.setStrikeOut(is_marked)
        colour = tokens.muted if is_marked else tokens.text
        date = short_date(row.received_unix_s)
        date_width = metrics.horizontalAdvance(date)
        date_place = QRectF(right - date_width, top, date_width, line)
        self._text(painter, option.font, tokens.accent if unread else tokens.muted, date_place, date)
        who = self._who(row)
        who_place = QRectF(left, top, max(date_place.left() - gap - left, 0), line)
        self._text(painter, bold, colour, who_place, who)
        second = top + line + 3
        end = self._marks(painter, row, tokens, right, second, line)
        place = QRectF(left, second, max(end - gap / 2 - left, 0), line)
        self._subject(painter, row, bold, option.font, colour, tokens, place)
        painter.restore()

    def _who(self, row: MessageRow) -> str:
        if self.show_recipients:
            return row.recipients or "No recipient"
        return row.sender_name or row.sender_address or "Unknown sender"

    def _background(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRectF, tokens: theme.Tokens) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(tokens.hover))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(tokens.border))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height() - 1), QColor(tokens.accent))

    def _marks(
        self, painter: QPainter, row: MessageRow, tokens: theme.Tokens, right: float, top: float, line: float
    ) -> float:
        """Draw star and small marks from the right; returns where they begin."""
        starred = bool(row.flags & Flag.FLAGGED)
        place = QRectF(right - line, top, line, line)
        icons.paint(painter, "star-filled" if starred else "star", place, tokens.star if starred else tokens.border)
        for shown, name in (
            (row.has_attachment, "attachment"),
            (row.flags & Flag.ANSWERED, "reply"),
            (row.flags & Flag.FORWARDED, "forward"),
            (row.has_pending_change, "clock"),
        ):
            if shown:
                place = place.translated(-line * 1.15, 0)
                icons.paint(painter, name, place.adjusted(1, 1, -1, -1), tokens.muted)
        return place.left()

    def _subject(
        self,
        painter: QPainter,
        row: MessageRow,
        bold: QFont,
        font: QFont,
        colour: str,
        tokens: theme.Tokens,
        place: QRectF,
    ) -> None:
        subject = row.subject or "No subject"
        metrics = QFontMetrics(bold)
        width = min(float(metrics.horizontalAdvance(subject)), place.width())
        self._text(painter, bold, colour, QRectF(place.left(), place.top(), width, place.height()), subject)
        rest = QRectF(place.left() + width + metrics.height() * 0.6, place.top(), 0, place.height())
        rest.setRight(place.right())
        if row.preview and rest.width() > metrics.height() * 2:
            self._text(painter, font, tokens.muted, rest, row.preview)

    def _text(self, painter: QPainter, font: QFont, colour: str, place: QRectF, text: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()) + 1)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click on the star toggles it and selects nothing."""
        del model
        if isinstance(event, QMouseEvent) and event.button() is Qt.MouseButton.LeftButton:
            metrics = option.fontMetrics
            line, gap = metrics.height(), self._gap(metrics)
            rect = option.rect
            star = QRectF(rect.right() - gap - line * 1.3, rect.top() + gap + line, line * 1.6, line * 1.5)
            if star.contains(event.position()):
                row = index.data(RowRole)
                if event.type() is QEvent.Type.MouseButtonRelease and isinstance(row, MessageRow):
                    self.star_clicked.emit(index.data(IdRole), not row.flags & Flag.FLAGGED)
                return True
        return False
