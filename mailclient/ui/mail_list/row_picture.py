"""Draws one message in two lines: who and when, then what. Sizes come from the font alone.

A drawing depends on nothing but its ``RowLook``, so whoever shows rows may keep it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from mailclient.domain.flags import Flag
from mailclient.domain.ids import FolderId, MessageId
from mailclient.domain.message import Availability, MessageRow
from mailclient.ui import icons, theme
from mailclient.ui.models.sentences import short_date

LINES: Final = 2.0
_ONE_LINE: Final = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


_SAMPLE: Final = MessageRow(
    MessageId(0),
    FolderId(0),
    ~Flag.SEEN,
    "Ada Lovelace",
    "ada@example.org",
    "",
    "Subject",
    "preview",
    None,
    0,
    0,
    True,
    Availability.COMPLETE,
    True,
)
"""With every mark."""


def warm_up(font: QFont) -> None:
    """Draw a row for nobody: what Qt loads for the first one (letters, icons, names) takes as long as fifty rows."""
    for row in (_SAMPLE, replace(_SAMPLE, flags=Flag.SEEN)):
        draw_row(RowLook(row, 400, 60, 1.0, font.key(), theme.current(), False, False, False, False, 0), font)


@dataclass(frozen=True, slots=True)
class RowLook:
    """Everything that decides how a row looks."""

    row: MessageRow
    width_px: int
    height_px: int
    device_pixel_ratio: float
    font_key: str
    tokens: theme.Tokens
    selected: bool
    hovered: bool
    focused: bool
    show_recipients: bool
    """In folders of one's own mail, To is more telling than From."""
    today: int
    """A date is written as seen from this day; days since 0001-01-01."""


def gap_of(metrics: QFontMetrics) -> int:
    """Return the free space around the lines."""
    return metrics.height() // 2


def draw_row(look: RowLook, font: QFont) -> QPixmap:
    """Return the picture of a row."""
    ratio = look.device_pixel_ratio
    picture = QPixmap(round(look.width_px * ratio), round(look.height_px * ratio))
    picture.setDevicePixelRatio(ratio)
    tokens = look.tokens
    # Opaque: letters are smoothed against their ground.
    ground = tokens.selection if look.selected else tokens.hover if look.hovered else tokens.surface
    picture.fill(QColor(ground))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _lines(painter, look, font)
    painter.end()
    return picture


def _lines(painter: QPainter, look: RowLook, font: QFont) -> None:
    row, tokens = look.row, look.tokens
    metrics = QFontMetrics(font)
    gap, line = gap_of(metrics), metrics.height()
    width, height = float(look.width_px), float(look.height_px)
    painter.fillRect(QRectF(0, height - 1, width, 1), QColor(tokens.border))
    if look.focused:
        painter.fillRect(QRectF(0, 0, 3, height - 1), QColor(tokens.accent))
    left, right, top = gap * 2.6, width - gap, float(gap)
    unread = not row.flags & Flag.SEEN
    if unread:
        painter.setBrush(QColor(tokens.accent))
        painter.setPen(Qt.PenStyle.NoPen)
        side = line * 0.45
        painter.drawEllipse(QRectF(gap * 0.9, top + (line - side) / 2, side, side))
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold if unread else QFont.Weight.Normal)
    # Servers without MOVE and UIDPLUS keep what left a folder in this way.
    is_marked = bool(row.flags & Flag.DELETED)
    bold.setStrikeOut(is_marked)
    colour = tokens.muted if is_marked else tokens.text
    date = short_date(row.received_unix_s)
    date_width = metrics.horizontalAdvance(date)
    date_place = QRectF(right - date_width, top, date_width, line)
    _text(painter, font, tokens.accent if unread else tokens.muted, date_place, date)
    _text(painter, bold, colour, QRectF(left, top, max(date_place.left() - gap - left, 0), line), _who(look))
    second = top + line + 3
    end = _marks(painter, look, right, second, line)
    _subject(painter, row, bold, font, colour, tokens, QRectF(left, second, max(end - gap / 2 - left, 0), line))


def _who(look: RowLook) -> str:
    if look.show_recipients:
        return look.row.recipients or "No recipient"
    return look.row.sender_name or look.row.sender_address or "Unknown sender"


def _marks(painter: QPainter, look: RowLook, right: float, top: float, line: float) -> float:
    """Draw star and small marks from the right; returns where they begin."""
    row, tokens = look.row, look.tokens
    faint = tokens.muted if look.selected else tokens.border
    starred = bool(row.flags & Flag.FLAGGED)
    place = QRectF(right - line, top, line, line)
    icons.paint(painter, "star-filled" if starred else "star", place, tokens.star if starred else faint)
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
    _text(painter, bold, colour, QRectF(place.left(), place.top(), width, place.height()), subject)
    rest = QRectF(place.left() + width + metrics.height() * 0.6, place.top(), 0, place.height())
    rest.setRight(place.right())
    if row.preview and rest.width() > metrics.height() * 2:
        _text(painter, font, tokens.muted, rest, row.preview)


def _text(painter: QPainter, font: QFont, colour: str, place: QRectF, text: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()) + 1)
    painter.drawText(place, _ONE_LINE, shown)
