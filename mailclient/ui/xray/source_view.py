"""The exact bytes of a message, painted line by line: no text document, so 50 MB are as quick as 5 kB.

What cannot be printed is shown as a small mark; selection is a byte range. Offsets are those of the message as it came.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from mailclient.ui import theme

MAX_LINE_SHOWN = 2_000
MAX_HEARD = 400
"""So many of the selected bytes are told to a screen reader."""


@dataclass(frozen=True, slots=True)
class Colouring:
    """A byte range and what it is: ``name`` of a header field, or a boundary of a level."""

    start: int
    end: int
    kind: str
    level: int = 0


class SourceView(QAbstractScrollArea):
    """Shows and selects bytes."""

    clicked = Signal(int)
    """Byte offset of a click."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._raw = b""
        self._starts: list[int] = [0]
        self._colours: list[Colouring] = []
        self._colour_starts: list[int] = []
        self._selection = (0, 0)
        self._anchor = 0
        self._font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.setFont(self._font)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName("Source of the message")
        theme.signals().changed.connect(self.viewport().update)

    def show_bytes(self, raw: bytes, colours: Sequence[Colouring]) -> None:
        """Show these bytes; colourings are ranges in ascending order."""
        self._raw = raw
        starts = [0]
        position = raw.find(b"\n")
        while position >= 0:
            starts.append(position + 1)
            position = raw.find(b"\n", position + 1)
        if starts[-1] == len(raw) and len(starts) > 1:
            starts.pop()
        self._starts = starts
        self._colours = sorted(colours, key=lambda colour: colour.start)
        self._colour_starts = [colour.start for colour in self._colours]
        self._selection = (0, 0)
        self._measure()
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)
        self.viewport().update()

    @property
    def selection(self) -> tuple[int, int]:
        """The selected byte range."""
        return self._selection

    def select(self, start: int, end: int) -> None:
        """Select a byte range and bring its beginning into view."""
        self._selection = (max(start, 0), min(end, len(self._raw)))
        line = self.line_of(start)
        bar = self.verticalScrollBar()
        if not bar.value() <= line < bar.value() + self._page():
            bar.setValue(max(line - 3, 0))
        self.horizontalScrollBar().setValue(0)
        begins = self._raw[start : min(end, start + MAX_HEARD)].decode("utf-8", "replace")
        self.setAccessibleDescription(f"Bytes {start} to {end} are selected: {begins}")
        self.viewport().update()

    def select_nothing(self) -> None:
        """What is spoken of has no bytes: what was selected before would be taken for it."""
        self._selection = (0, 0)
        self.setAccessibleDescription("Nothing is selected")
        self.viewport().update()

    def selected_bytes(self) -> bytes:
        """Return the selected bytes."""
        return self._raw[self._selection[0] : self._selection[1]]

    def line_of(self, offset: int) -> int:
        """Return the line that holds a byte."""
        return max(bisect.bisect_right(self._starts, offset) - 1, 0)

    def find_bytes(self, text: bytes) -> bool:
        """Select the next place of these bytes, from the top again at the end."""
        start = self._selection[1] if self._selection[1] > self._selection[0] else 0
        place = self._raw.find(text, start)
        if place < 0:
            place = self._raw.find(text)
        if place < 0 or not text:
            return False
        self.select(place, place + len(text))
        return True

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._font)

    def _page(self) -> int:
        return max(int(self.viewport().height() / self._metrics().height()), 1)

    def _gutter(self) -> float:
        return self._metrics().horizontalAdvance("0") * (len(str(len(self._raw))) + 2)

    def _measure(self) -> None:
        self.verticalScrollBar().setRange(0, max(len(self._starts) - self._page(), 0))
        self.verticalScrollBar().setPageStep(self._page())
        longest = max((b - a for a, b in zip(self._starts[:20_000], self._starts[1:20_001], strict=False)), default=80)
        columns = int((self.viewport().width() - self._gutter()) / self._metrics().horizontalAdvance("0"))
        self.horizontalScrollBar().setRange(0, max(min(longest, MAX_LINE_SHOWN) - columns, 0))
        self.horizontalScrollBar().setPageStep(max(columns, 1))

    def resizeEvent(self, event: object) -> None:
        """Lines stay lines; only the scroll bars change."""
        del event
        self._measure()

    def _line(self, number: int) -> tuple[int, int]:
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._raw)
        return start, end

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the visible lines."""
        tokens = theme.current()
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(tokens.surface))
        painter.setFont(self._font)
        metrics = self._metrics()
        height, width, gutter = metrics.height(), metrics.horizontalAdvance("0"), self._gutter()
        painter.fillRect(QRectF(0, 0, gutter - width / 2, self.viewport().height()), QColor(tokens.raised))
        left = gutter - self.horizontalScrollBar().value() * width
        first = self.verticalScrollBar().value()
        for row in range(self._page() + 1):
            number = first + row
            if number >= len(self._starts):
                break
            self._paint_line(painter, number, left, row * height, height, width, tokens)
            painter.fillRect(QRectF(0, row * height, gutter - width / 2, height), QColor(tokens.raised))
            painter.setPen(QColor(tokens.muted))
            place = QRectF(0, row * height, gutter - width, height)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignRight), str(self._starts[number]))
        painter.end()

    def _paint_line(
        self, painter: QPainter, number: int, left: float, top: float, height: float, width: float, tokens: theme.Tokens
    ) -> None:
        start, end = self._line(number)
        end = min(end, start + MAX_LINE_SHOWN)
        a, b = max(self._selection[0], start), min(self._selection[1], end)
        if a < b:
            painter.fillRect(QRectF(left + (a - start) * width, top, (b - a) * width, height), QColor(tokens.selection))
        for piece_start, piece_end, colour in self._pieces(start, end, tokens):
            painter.setPen(QColor(colour))
            text = printable(self._raw[piece_start:piece_end])
            painter.drawText(
                QPoint(int(left + (piece_start - start) * width), int(top + self._metrics().ascent())), text
            )

    def _pieces(self, start: int, end: int, tokens: theme.Tokens) -> list[tuple[int, int, str]]:
        pieces: list[tuple[int, int, str]] = []
        position = start
        index = max(bisect.bisect_right(self._colour_starts, start) - 1, 0)
        while index < len(self._colours) and self._colours[index].start < end:
            colour = self._colours[index]
            index += 1
            a, b = max(colour.start, position), min(colour.end, end)
            if a >= b:
                continue
            if position < a:
                pieces.append((position, a, tokens.text))
            shade = tokens.accent if colour.kind == "name" else tokens.levels[colour.level % len(tokens.levels)]
            pieces.append((a, b, shade))
            position = b
        if position < end:
            pieces.append((position, end, tokens.text))
        return pieces

    def offset_at(self, place: QPoint) -> int:
        """Return the byte under a point."""
        metrics = self._metrics()
        number = min(self.verticalScrollBar().value() + int(place.y() / metrics.height()), len(self._starts) - 1)
        start, end = self._line(max(number, 0))
        column = int((place.x() - self._gutter()) / metrics.horizontalAdvance("0")) + self.horizontalScrollBar().value()
        return min(max(start + max(column, 0), start), max(end - 1, start))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a selection; tell where."""
        self._anchor = self.offset_at(event.position().toPoint())
        self._selection = (self._anchor, self._anchor)
        self.clicked.emit(self._anchor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend the selection."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            offset = self.offset_at(event.position().toPoint())
            self._selection = (min(self._anchor, offset), max(self._anchor, offset) + 1)
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, copy, select all."""
        bar = self.verticalScrollBar()
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: self._page(),
            Qt.Key.Key_PageUp: -self._page(),
        }
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_bytes().decode("utf-8", "replace"))
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select(0, len(self._raw))
        elif event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)


_MARKS = {9: "→", 10: "↵", 13: "␍", 0: "␀", 127: "␡"}
_TABLE = [_MARKS.get(byte) or (chr(byte) if 32 <= byte < 127 else "·") for byte in range(256)]


def printable(raw: bytes) -> str:
    """Return one character for each byte."""
    return "".join([_TABLE[byte] for byte in raw])
