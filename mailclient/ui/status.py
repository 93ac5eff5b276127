"""The status bar: what is going on, how far it is, a way to stop it, and the switch between online and offline."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from mailclient.domain.account import Purpose
from mailclient.domain.events import AccountStatus, AccountStatusChanged, Progressed
from mailclient.domain.ids import AccountId
from mailclient.domain.scope import MODEL_SENTENCES, ConnectionModel
from mailclient.ui.activity.words import STATE_WORDS, sending_words, state_words
from mailclient.ui.icons import icon

_METERED = "Only headers, and what you open, are fetched on this line. Click to fetch everything."
_ICONS = {
    AccountStatus.OFFLINE: ("offline", "muted"),
    AccountStatus.NO_NETWORK: ("offline", "muted"),
    AccountStatus.CONNECTING: ("sync", "muted"),
    AccountStatus.SYNCHRONISING: ("sync", "muted"),
    AccountStatus.IDLE: ("check", "muted"),
}
"""Of what needs nobody; anything else is a warning."""


class StatusBar(QStatusBar):
    """At the foot of the main window."""

    online_toggled = Signal(bool)
    cancel_wanted = Signal()
    metered_clicked = Signal()
    model_clicked = Signal()
    problem_clicked = Signal(object)
    """The AccountStatusChanged behind the words that were clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._statuses: dict[tuple[AccountId, Purpose], AccountStatusChanged] = {}
        self._since: dict[AccountId, float] = {}
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(self.fontMetrics().horizontalAdvance("m") * 10)
        self._progress.setAccessibleName("Progress")
        self._cancel = QToolButton(self)
        self._cancel.setIcon(icon("close", "muted"))
        self._cancel.setToolTip("Stop; what has arrived is kept")
        self._cancel.setAccessibleName("Stop")
        self._cancel.clicked.connect(self.cancel_wanted)
        self._state = QToolButton(self)
        self._state.setAutoRaise(True)
        self._state.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._state.clicked.connect(self._state_clicked)
        self._online = QToolButton(self)
        self._online.setCheckable(True)
        self._online.setChecked(True)
        self._online.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._online.toggled.connect(self._switch)
        self._limits = QLabel(self)
        self._limits.setTextFormat(Qt.TextFormat.PlainText)
        self._limits.setObjectName("warning")
        self._limits.hide()
        self._model = QToolButton(self)
        self._model.setAutoRaise(True)
        self._model.setVisible(False)
        self._model.clicked.connect(self.model_clicked)
        self._metered = QToolButton(self)
        self._metered.setAutoRaise(True)
        self._metered.setText("Metered")
        self._metered.setIcon(icon("clock", "warning"))
        self._metered.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._metered.setToolTip(_METERED)
        self._metered.setAccessibleName(f"Metered. {_METERED}")
        self._metered.setVisible(False)
        self._metered.clicked.connect(self.metered_clicked)
        self._words = QLabel(self)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setIndent(self.fontMetrics().height() // 2)
        self.addWidget(self._words, 1)
        marks = (self._progress, self._cancel, self._limits, self._model, self._metered, self._state, self._online)
        for widget in marks:
            self.addPermanentWidget(widget)
        self._show_progress(False)
        self._label_online(True)
        self._show_state()

    def say(self, sentence: str) -> None:
        """Show a sentence at the left."""
        self._words.setText(sentence)

    def words(self) -> str:
        """Return the sentence at the left."""
        return self._words.text()

    def show_limits(self, sentences: Sequence[str]) -> None:
        """Say which accounts are nearly full; nothing when none is."""
        self._limits.setVisible(bool(sentences))
        self._limits.setText(sentences[0] if len(sentences) == 1 else f"{len(sentences)} accounts are nearly full")
        self._limits.setToolTip("\n".join(sentences))
        self._limits.setAccessibleName("Nearly full: " + "; ".join(sentences))

    def show_metered(self, metered: bool) -> None:
        """Mark that whole messages wait because the line costs by the byte."""
        self._metered.setVisible(metered)

    def show_model(self, model: ConnectionModel | None) -> None:
        """Say which model the account that is looked at follows, where it is not the usual one."""
        self._model.setVisible(model is not None and model is not ConnectionModel.DISCONNECTED)
        if model is not None:
            self._model.setText(f"{model.value.capitalize()} model")
            self._model.setToolTip(MODEL_SENTENCES[model])
            self._model.setAccessibleName(MODEL_SENTENCES[model])

    def set_online(self, online: bool) -> None:
        """Show the state without telling it."""
        self._online.blockSignals(True)
        self._online.setChecked(online)
        self._online.blockSignals(False)
        self._label_online(online)

    def _switch(self, online: bool) -> None:
        self._label_online(online)
        self.online_toggled.emit(online)

    def _label_online(self, online: bool) -> None:
        self._online.setIcon(icon("online" if online else "offline", "muted"))
        self._online.setText("Online" if online else "Offline")
        self._online.setToolTip("Work offline" if online else "Go online")
        self._online.setAccessibleName("Online" if online else "Offline")

    def status_changed(self, event: AccountStatusChanged) -> None:
        """An account is doing something else."""
        self._statuses[event.account_id, event.purpose] = event
        if event.purpose is Purpose.SUBMISSION:
            if event.status is AccountStatus.IDLE:
                del self._statuses[event.account_id, event.purpose]
            self._show_state()
            return
        self._since[event.account_id] = time.time()
        if event.status is not AccountStatus.SYNCHRONISING:
            self._show_progress(False)
            self.say("")
        self._show_state()

    def keep_only(self, account_ids: Collection[AccountId]) -> None:
        """Accounts that were removed have no state any more."""
        self._statuses = {key: event for key, event in self._statuses.items() if key[0] in account_ids}
        self._show_state()

    def progressed(self, event: Progressed) -> None:
        """Work goes on."""
        total = event.total
        self.say(f"{event.what}: {event.done:,}" + (f" of {total:,}" if total else ""))
        self._progress.setRange(0, total or 0)
        self._progress.setValue(event.done)
        self._show_progress(total is None or event.done < total)

    def _show_progress(self, shown: bool) -> None:
        self._progress.setVisible(shown)
        self._cancel.setVisible(shown)

    def _worst(self) -> AccountStatusChanged | None:
        order = list(STATE_WORDS)
        ranked = sorted(self._statuses.values(), key=lambda event: order.index(event.status))
        return ranked[-1] if ranked else None

    def _show_state(self) -> None:
        worst = self._worst()
        self._state.setVisible(worst is not None)
        if worst is None:
            return
        name, token = _ICONS.get(worst.status, ("warning", "warning"))
        if worst.purpose is Purpose.SUBMISSION:
            words = sending_words(worst.status)
        else:
            words = state_words(worst.status, self._since[worst.account_id], None)
        self._state.setText(words)
        self._state.setIcon(icon(name, token))
        self._state.setToolTip(f"{worst.sentence or words}\nClick to see what runs and what waits.")
        self._state.setAccessibleName(f"{words}. {worst.sentence}")

    def _state_clicked(self) -> None:
        worst = self._worst()
        if worst is not None:
            self.problem_clicked.emit(worst)
