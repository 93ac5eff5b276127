"""What the test of both servers found: one line a step, and for a failure the server's own line with its meaning."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from mailclient.domain.probe import ProbeStep
from mailclient.ui.icons import icon


class ProbeView(QWidget):
    """A growing list of steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self.setAccessibleName("Result of the test")

    def clear(self) -> None:
        """Forget the last test."""
        while self._layout.count():
            item = self._layout.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()

    def add(self, server: str, step: ProbeStep) -> None:
        """Show one more step; ``server`` is "incoming" or "submission"."""
        self._layout.addWidget(_row(server, step))


def _row(server: str, step: ProbeStep) -> QWidget:
    row = QFrame()
    grid = QGridLayout(row)
    grid.setContentsMargins(0, 0, 0, 0)
    mark = QLabel()
    side = mark.fontMetrics().height()
    mark.setPixmap((icon("check", "success") if step.ok else icon("error", "danger")).pixmap(side, side))
    mark.setAccessibleName("Worked" if step.ok else "Failed")
    grid.addWidget(mark, 0, 0, Qt.AlignmentFlag.AlignTop)
    where = "Receiving" if server == "incoming" else "Sending"
    title = _label(f"{where}: {step.title}" + ("" if step.ok else f" — {step.sentence}"))
    grid.addWidget(title, 0, 1)
    if step.failing_line:
        line = _label(step.failing_line)
        line.setObjectName("protocolLine")
        grid.addWidget(line, 1, 1)
    if step.meaning:
        grid.addWidget(_label(step.meaning), 2, 1)
    grid.setColumnStretch(1, 1)
    return row


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
