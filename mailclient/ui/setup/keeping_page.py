"""How an account keeps its mail: which of the three models, how much, and what it takes up now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGroupBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from mailclient.domain.account import Account, IncomingProtocol
from mailclient.domain.scope import MODEL_SENTENCES, ConnectionModel, DownloadScope
from mailclient.ui.setup.pop_form import PopForm
from mailclient.ui.setup.scope_form import ScopeForm
from mailclient.ui.setup.space_row import SpaceEngine, SpaceRow

_MODEL_KEYS: Final = {
    ConnectionModel.ONLINE: "&Online",
    ConnectionModel.DISCONNECTED: "D&isconnected",
    ConnectionModel.OFFLINE: "O&ffline",
}


class KeepingPage(QWidget):
    """One page of an account's settings."""

    freed = Signal(object)

    def __init__(
        self, engine: SpaceEngine, account: Account, others: Sequence[Account], parent: QWidget | None = None
    ) -> None:
        """``others`` are the accounts besides this one, whose inbox may get what POP3 fetches."""
        super().__init__(parent)
        self._models = QButtonGroup(self)
        self.buttons: dict[ConnectionModel, QRadioButton] = {}
        models = QGroupBox("When it connects", self)
        column = QVBoxLayout(models)
        is_imap = account.protocol is IncomingProtocol.IMAP
        for model in (ConnectionModel.DISCONNECTED, ConnectionModel.ONLINE, ConnectionModel.OFFLINE):
            if is_imap or model is not ConnectionModel.ONLINE:
                self._add_model(column, model)
        self.pop = PopForm(self)
        """What becomes of mail on the server, for POP3."""
        self.pop.set_policy(account.pop, others)
        self.pop.setVisible(not is_imap)
        keeping = QGroupBox("What is kept on this computer", self)
        keeping.setVisible(is_imap)  # What came by POP3 is all kept.
        self.form = ScopeForm(keeping)
        self.form.set_scope(account.scope)
        self._note = QLabel(
            "Folders may keep more or less than this: see the properties of a folder. Nothing is deleted from this "
            "computer when you keep less, until you free the space.",
            keeping,
            wordWrap=True,
        )
        self._note.setObjectName("muted")
        self.space = SpaceRow(engine, account.id, None, keeping)
        self.space.freed.connect(self.freed)
        inner = QVBoxLayout(keeping)
        inner.addWidget(self.form)
        inner.addWidget(self._note)
        inner.addWidget(self.space)
        layout = QVBoxLayout(self)
        layout.addWidget(models)
        layout.addWidget(self.pop)
        layout.addWidget(keeping)
        layout.addStretch(1)
        self.buttons.get(account.model, self.buttons[ConnectionModel.DISCONNECTED]).setChecked(True)
        self._models.buttonToggled.connect(lambda _button, _on: self._show())
        self._show()
        self.space.measure()

    def _add_model(self, column: QVBoxLayout, model: ConnectionModel) -> None:
        sentence = MODEL_SENTENCES[model].partition(": ")[2]
        button = QRadioButton(_MODEL_KEYS[model], self)
        button.setAccessibleName(MODEL_SENTENCES[model])
        words = QLabel(sentence[0].upper() + sentence[1:], self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        words.setObjectName("muted")
        words.setIndent(self.fontMetrics().height() * 3 // 2)
        column.addWidget(button)
        column.addWidget(words)
        self._models.addButton(button)
        self.buttons[model] = button

    def model(self) -> ConnectionModel:
        """Return the chosen model."""
        return next(model for model, button in self.buttons.items() if button.isChecked())

    def scope(self) -> DownloadScope:
        """Return the chosen scope."""
        return self.form.scope()

    def _show(self) -> None:
        """Online only what was opened last is kept, whatever the scope says."""
        self.form.setEnabled(self.model() is not ConnectionModel.ONLINE)
