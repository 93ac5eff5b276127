"""What a new user sees: two sentences, two buttons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from mailclient.ui.icons import application_icon


class StartPage(QWidget):
    """Shown while there is no account."""

    add_wanted = Signal()
    demo_wanted = Signal()

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
            "Add an account to read and send mail.\n"
            "Or look around first: the demo brings mail of its own and needs no network.",
            self,
        )
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setObjectName("muted")
        button = self.add_button = QPushButton("&Add an account", self)
        button.setDefault(True)
        button.clicked.connect(self.add_wanted)
        demo = QPushButton("&Try the demo", self)
        demo.clicked.connect(self.demo_wanted)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for widget in (picture, title, words, button, demo):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
            layout.addSpacing(self.fontMetrics().height() // 2)
        layout.addStretch(3)
