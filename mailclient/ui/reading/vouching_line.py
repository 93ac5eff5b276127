"""The line below the sender that says who vouches for it. Native, so that no message can imitate it; it opens the X-ray.

A button with wrapped words: nothing is cut off, for what stands at the end (“not by bank.example”) matters most.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from mailclient.ui import theme
from mailclient.ui.icons import paint
from mailclient.xray.summary import Mark, Summary

MARKS: Final = {
    Mark.CONFIRMED: ("check", "success", "muted"),
    Mark.NEUTRAL: ("info", "muted", "muted"),
    Mark.DOUBTFUL: ("warning", "danger", "danger"),
    Mark.UNCLEAR: ("info", "warning", "muted"),
}
"""Icon, its colour, and the colour of the words. Danger only where a server of the reader's or an own check says so."""
MARK_WORDS: Final = {
    Mark.CONFIRMED: "Confirmed",
    Mark.NEUTRAL: "Not confirmed",
    Mark.DOUBTFUL: "Doubtful",
    Mark.UNCLEAR: "Unclear",
}
"""For those who do not see the icon."""
MORE_WORDS: Final = "Open the X-ray to see who checked what."
MAX_LETTERS: Final = 600
_FLAGS: Final = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignLeft)


class VouchingLine(QAbstractButton):
    """Mark and sentence. Keeps its place while nothing is known yet, so that the message does not jump."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary: Summary | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_summary(None)

    def show_summary(self, summary: Summary | None) -> None:
        """Say this; None while it is not known."""
        self.summary = summary
        words = plain(summary.text) if summary else ""
        self.setText(words)
        self.setEnabled(summary is not None)
        self.setToolTip(f"{plain(summary.rests_on)}\n{MORE_WORDS}".strip() if summary else "")
        mark = f"{MARK_WORDS[summary.mark]}: " if summary else ""
        self.setAccessibleName(f"Who vouches for the sender. {mark}{words}".strip())
        self.setAccessibleDescription(self.toolTip())
        self.updateGeometry()
        self.update()

    def _side(self) -> int:
        return self.fontMetrics().height()

    def _words_at(self) -> int:
        return self._side() * 4 // 3 + 3

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(
            self.fontMetrics().horizontalAdvance(self.text()) + self._words_at() + 6, self.heightForWidth(9_999)
        )

    def minimumSizeHint(self) -> QSize:
        """The header may be as narrow as it likes."""
        return QSize(self._words_at(), self.fontMetrics().height() + 4)

    def hasHeightForWidth(self) -> bool:
        """Words are wrapped."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As many lines as the words need."""
        room = QRect(0, 0, max(width - self._words_at() - 6, self._side()), 100_000)
        needed = self.fontMetrics().boundingRect(room, _FLAGS, self.text() or " ").height()
        return max(needed, self.fontMetrics().height()) + 4

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw mark and words; a frame with the keyboard's focus, a line under the words below the pointer."""
        if self.summary is None:
            return
        tokens = theme.current()
        name, mark_token, words_token = MARKS[self.summary.mark]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, name, QRectF(1, 2, self._side(), self._side()), str(getattr(tokens, mark_token)))
        font = self.font()
        font.setUnderline(self.underMouse())
        painter.setFont(font)
        painter.setPen(QColor(str(getattr(tokens, words_token))))
        painter.drawText(self.rect().adjusted(self._words_at(), 2, -6, -2), _FLAGS, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()


def plain(text: str) -> str:
    """Return a sentence as it is read: names that a sender chose may hold marks that turn or hide what follows."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:MAX_LETTERS])
