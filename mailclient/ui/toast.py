"""The quiet bar at the foot of the window: what was done and how to take it back, or what went wrong and how to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

SHOWN_MS = 9000
LOOK_WORDS = "Show dialogue"
KEPT = 5


@dataclass(frozen=True, slots=True)
class _Said:
    sentence: str
    button: str
    action: Callable[[], object] | None
    look: Callable[[], object] | None


class Toast(QFrame):
    """One sentence, one button; good news goes away by itself, bad news stays until somebody has seen it.

    Good news may cover bad news, but not wipe it away: what stays comes back.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton(self)
        self._button.clicked.connect(self._act)
        self._look = QPushButton(LOOK_WORDS, self)
        self._look.clicked.connect(self._show_more)
        close = QPushButton("Dismiss", self)
        close.clicked.connect(self._dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 10, 6)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._look)
        layout.addWidget(close)
        self._standing: list[_Said] = []
        self._shown: _Said | None = None
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self._next)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._label.text()

    def say(
        self,
        sentence: str,
        button: str = "",
        action: Callable[[], object] | None = None,
        *,
        look: Callable[[], object] | None = None,
        stays: bool = False,
    ) -> None:
        """Show a sentence; with ``stays`` until it is dismissed or acted upon.

        ``look`` shows the dialogue behind it, by a button of its own: who has looked may still want to act.
        """
        said = _Said(sentence, button, action, look)
        if stays:
            # The same trouble again is still one trouble: a server that stays away must not pile up sentences.
            others = [known for known in self._standing if known.sentence != sentence]
            self._standing = [*others, said][-KEPT:]
        self._show(said)
        self._timer.stop()
        if not stays:
            self._timer.start()

    def withdraw(self, sentence: str) -> None:
        """Tell no more what is over by itself."""
        self._standing = [known for known in self._standing if known.sentence != sentence]
        if self._shown is not None and self._shown.sentence == sentence:
            self._timer.stop()
            self._next()

    def _show(self, said: _Said) -> None:
        self._shown = said
        self._label.setText(said.sentence)
        self.setAccessibleName(said.sentence)
        self._button.setText(said.button)
        self._button.setVisible(said.action is not None)
        self._look.setVisible(said.look is not None)
        self.show()

    def _next(self) -> None:
        """Go back to what stays, else away."""
        if self._standing:
            self._show(self._standing[-1])
        else:
            self.hide()

    def _dismiss(self) -> None:
        self._timer.stop()
        if self._shown in self._standing:
            self._standing.remove(self._shown)
        self._next()

    def _act(self) -> None:
        action = self._shown.action if self._shown is not None else None
        self._dismiss()
        if action is not None:
            action()

    def _show_more(self) -> None:
        if self._shown is not None and self._shown.look is not None:
            self._shown.look()
