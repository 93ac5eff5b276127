"""A field for a number that stands in line with the other fields of a form."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget


class NumberBox(QSpinBox):
    """A spin box without arrows; the arrow keys change it."""

    def __init__(self, lowest: int, highest: int, parent: QWidget, *, prefix: str = "", suffix: str = "") -> None:
        super().__init__(parent, prefix=prefix, suffix=suffix)
        self.setRange(lowest, highest)
        self.lineEdit().setTextMargins(8, 0, 8, 0)  # A style sheet's padding does not reach the text.
