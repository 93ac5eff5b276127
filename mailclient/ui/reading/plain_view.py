"""Plain text as a native document: quotations coloured by depth and foldable, links that only work when clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QPainter,
    QPaintEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from mailclient.mime.flowed import Paragraph
from mailclient.ui import theme
from mailclient.ui.reading.links import LINK, target_of

FOLD_LINES: Final = 8
"""Longer quotations are folded, when the message has words of its own."""
MAX_PARAGRAPHS: Final = 20_000


class PlainView(QTextBrowser):
    """Shows paragraphs with their quote depth."""

    link_clicked = Signal(str, str)
    """Target and shown text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(self.fontMetrics().height())
        self.setAccessibleName("Message text")
        self.setUndoRedoEnabled(False)
        self.anchorClicked.connect(self._clicked)
        self.monospace = False
        self._paragraphs: tuple[Paragraph, ...] = ()
        self._folded: set[int] = set()
        self._step = self.fontMetrics().horizontalAdvance("m")

    def show_paragraphs(self, paragraphs: Sequence[Paragraph], note: str = "") -> None:
        """Show a text; ``note`` is a sentence above it in italics."""
        self._paragraphs = tuple(paragraphs[:MAX_PARAGRAPHS])
        own_words = any(p.text.strip() for p in self._paragraphs if not p.depth)
        self._folded = {start for start, end in self._runs() if own_words and end - start > FOLD_LINES}
        self._note = note
        if len(paragraphs) > MAX_PARAGRAPHS:
            self._note = f"{note} Only the first 20,000 lines are shown; the source has them all.".strip()
        self._render()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def set_monospace(self, on: bool) -> None:
        """Use a fixed or a proportional font."""
        self.monospace = on
        self._render()

    def restyle(self) -> None:
        """The theme changed."""
        self._render()

    def _runs(self) -> list[tuple[int, int]]:
        """Return start and end of each quotation."""
        runs: list[tuple[int, int]] = []
        start = -1
        for index, paragraph in enumerate((*self._paragraphs, Paragraph(0, ""))):
            if paragraph.depth and start < 0:
                start = index
            elif not paragraph.depth and start >= 0:
                runs.append((start, index))
                start = -1
        return runs

    def _render(self) -> None:
        tokens = theme.current()
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont) if self.monospace else self.font()
        first = True
        if getattr(self, "_note", ""):
            italic = QFont(font)
            italic.setItalic(True)
            cursor.insertText(self._note, self._format(italic, tokens.muted))
            first = False
        ends = dict(self._runs())
        index = 0
        while index < len(self._paragraphs):
            paragraph = self._paragraphs[index]
            if index in ends and ends[index] - index > FOLD_LINES:
                first = self._block(cursor, 0, first)
                count = ends[index] - index
                folded = index in self._folded
                words = f"▸ {count} quoted lines" if folded else f"▾ {count} quoted lines"
                self._link(cursor, f"fold:{index}", words, self._format(font, tokens.muted))
                if folded:
                    index = ends[index]
                    continue
            first = self._block(cursor, paragraph.depth, first)
            colour = tokens.quotes[(paragraph.depth - 1) % len(tokens.quotes)] if paragraph.depth else tokens.text
            self._text(cursor, paragraph.text[:20_000], self._format(font, colour), tokens)
            index += 1
        cursor.endEditBlock()

    def _format(self, font: QFont, colour: str) -> QTextCharFormat:
        found = QTextCharFormat()
        found.setFont(font)
        found.setForeground(QColor(colour))
        return found

    def _block(self, cursor: QTextCursor, depth: int, first: bool) -> bool:
        shape = QTextBlockFormat()
        shape.setLeftMargin(depth * self._step)
        shape.setLineHeight(120.0, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value))
        if first:
            cursor.setBlockFormat(shape)
        else:
            cursor.insertBlock(shape)
        cursor.block().setUserState(depth)
        return False

    def _text(self, cursor: QTextCursor, text: str, plain: QTextCharFormat, tokens: theme.Tokens) -> None:
        position = 0
        for match in LINK.finditer(text):
            cursor.insertText(text[position : match.start()], plain)
            linked = QTextCharFormat(plain)
            linked.setForeground(QColor(tokens.link))
            linked.setFontUnderline(True)
            self._link(cursor, target_of(match.group()), match.group(), linked)
            position = match.end()
        cursor.insertText(text[position:], plain)

    def _link(self, cursor: QTextCursor, target: str, words: str, shape: QTextCharFormat) -> None:
        linked = QTextCharFormat(shape)
        linked.setAnchor(True)
        linked.setAnchorHref(target)
        if not target.startswith("fold:"):
            linked.setToolTip(target)
        cursor.insertText(words, linked)

    def _clicked(self, url: QUrl) -> None:
        target = url.toString()
        if target.startswith("fold:"):
            self.toggle_fold(int(target.removeprefix("fold:")))
        else:
            self.link_clicked.emit(target, target)

    def toggle_fold(self, start: int) -> None:
        """Fold or unfold the quotation that begins at this paragraph."""
        place = self.verticalScrollBar().value()
        self._folded ^= {start}
        self._render()
        self.verticalScrollBar().setValue(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a bar for each depth beside quoted blocks."""
        super().paintEvent(event)
        tokens = theme.current()
        painter = QPainter(self.viewport())
        offset = self.verticalScrollBar().value()
        layout = self.document().documentLayout()
        block = self.cursorForPosition(self.viewport().rect().topLeft()).block()
        while block.isValid():
            rect = layout.blockBoundingRect(block).translated(0, -offset)
            if rect.top() > self.viewport().height():
                break
            for level in range(max(block.userState(), 0)):
                colour = QColor(tokens.quotes[level % len(tokens.quotes)])
                left = self.document().documentMargin() + level * self._step
                painter.fillRect(QRectF(left, rect.top(), 2, rect.height()), colour)
            block = block.next()
        painter.end()
