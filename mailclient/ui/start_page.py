"""What a new user sees: one sentence, one button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from mailclient.ui.icons import application_icon


class StartPage(QWidget):
    """Shown while there is no account."""

    add_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        picture = QLabel(self)
        side = self.fontMetrics().height() * 5
        picture.setPixmap(application_icon().pixmap(QSize(side, side)))
        title = QLabel("Welcome to Postscope", self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        title.setFont(font)
        words = QLabel(
            "Add an account to read and send mail.\nTo look around first, without an account, start:  postscope --demo",
            self,
        )
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setObjectName("muted")
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        button = QPushButton("&Add an account", self)
        button.setDefault(True)
        button.clicked.connect(self.add_wanted)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for widget in (picture, title, words, button):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
            layout.addSpacing(self.fontMetrics().height() // 2)
        layout.addStretch(3)
