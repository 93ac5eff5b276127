"""Asks for a secret that a server refused or that is not known: says which server, and for which of the two it is stored.

The two servers of an account may have different passwords, so the one that works is not overwritten without the user's word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from mailclient.domain.account import Account, Credentials, Purpose
from mailclient.domain.events import AccountStatusChanged
from mailclient.domain.ids import AccountId
from mailclient.ui.setup.sign_in_rows import SignInRows

_WORK: Final = {Purpose.INCOMING: "receiving", Purpose.SUBMISSION: "sending"}
_OTHER: Final = {Purpose.INCOMING: Purpose.SUBMISSION, Purpose.SUBMISSION: Purpose.INCOMING}


class PasswordEngine(Protocol):
    """What the dialog needs of the engine."""

    def set_password(
        self, account_id: AccountId, credentials: Credentials, *, remember: bool = True, only: Purpose | None = None
    ) -> str:
        """Store another password."""

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run blocking work elsewhere."""


class PasswordDialog(QDialog):
    """Asks once, for one account."""

    stored = Signal(str)
    """Emitted with the sentence that says where the secret is kept."""
    _done = Signal(object)

    def __init__(
        self, engine: PasswordEngine, account: Account, event: AccountStatusChanged, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._engine, self._account, self._purpose = engine, account, event.purpose
        hosts = {Purpose.INCOMING: account.incoming.host, Purpose.SUBMISSION: account.submission.host}
        other = _OTHER[event.purpose]
        reason = QLabel(event.sentence, self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        reason.setVisible(bool(event.sentence))
        who = QLabel(
            f"The server for {_WORK[event.purpose]} asks for it: {hosts[event.purpose]}.",
            self,
            wordWrap=True,
            textFormat=Qt.TextFormat.PlainText,
        )
        who.setObjectName("muted")
        form = QFormLayout()
        self.rows = SignInRows(form, self, uses_token=account.uses_token)
        self.rows.ask_only_for_secret()
        self.rows.changed.connect(self._check)
        self.both = QCheckBox(f"Use it for {_WORK[other]} too ({hosts[other]})", self)
        # Where receiving works its password is good: sending alone may have one of its own.
        self.both.setChecked(event.purpose is Purpose.INCOMING)
        form.addRow("", self.both)
        self.message = QLabel(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.message.setAccessibleName("State of the change")
        self.message.setVisible(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.store)
        buttons.rejected.connect(self.reject)
        self.setWindowTitle(f"{self.rows.word} of {account.address}")
        layout = QVBoxLayout(self)
        for widget in (reason, who):
            layout.addWidget(widget)
        layout.addLayout(form)
        layout.addWidget(self.message)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self._done.connect(self._show_done)
        self._check()
        self.rows.secret.setFocus()
        self.resize(self.fontMetrics().horizontalAdvance("m") * 40, self.sizeHint().height())

    def _check(self) -> None:
        self._ok.setEnabled(bool(self.rows.text()))

    def store(self) -> None:
        """Store it for one server or for both, and let the account go on."""
        secret, remember = self.rows.text(), self.rows.remember.isChecked()
        only = None if self.both.isChecked() else self._purpose
        self._ok.setEnabled(False)
        self._engine.run_in_background(
            lambda: self._engine.set_password(
                self._account.id, Credentials(secret, secret), remember=remember, only=only
            ),
            self._done.emit,
        )

    def _show_done(self, result: object) -> None:
        if isinstance(result, Exception):
            self.message.setText(f"It was not stored: {result}")
            self.message.setVisible(True)
            self._check()
            return
        self.stored.emit(str(result))
        self.accept()
