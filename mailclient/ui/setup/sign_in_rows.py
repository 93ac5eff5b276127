"""The rows of a form that say how an account signs in: by a password, or by an access token that a provider gave.

Used where an account is added, where it is changed, and where its secret is asked for again. Keeps no secret itself.
RFC 7628 (OAUTHBEARER); XOAUTH2 is its elder.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QSizePolicy, QWidget

_WORDS: Final = {False: "Password", True: "Access token"}
_LABELS: Final = {False: "&Password", True: "Access &token"}
_KINDS: Final = {False: "A password", True: "An access token (OAuth 2)"}
TOKEN_SENTENCE: Final = (
    "Your provider's sign-in page, or a program that signs in there, gives you the token. It expires, often after an hour: "
    "Postscope then asks for another one."
)


class SignInRows(QObject):
    """Adds its rows to a form."""

    changed = Signal()

    def __init__(self, form: QFormLayout, parent: QWidget, *, uses_token: bool = False, placeholder: str = "") -> None:
        super().__init__(parent)
        self._form = form
        self.kind = QComboBox(parent)
        self.kind.setAccessibleName("Sign in with")
        for token, words in _KINDS.items():
            self.kind.addItem(words, token)
        self.kind.setCurrentIndex(self.kind.findData(uses_token))
        self.secret = QLineEdit(parent, echoMode=QLineEdit.EchoMode.Password, placeholderText=placeholder)
        self.secret.setMaxLength(65_536)  # Tokens are long.
        self._label = QLabel(parent)
        self._label.setBuddy(self.secret)
        self.note = QLabel(TOKEN_SENTENCE, parent, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.note.setObjectName("muted")
        # As tall as its lines: a form gives a wrapped text more than it asks for.
        self.note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.remember = QCheckBox(parent)
        self.remember.setChecked(True)
        form.addRow("Sign in &with", self.kind)
        form.addRow(self._label, self.secret)
        form.addRow("", self.note)
        form.addRow("", self.remember)
        self._show()
        self.kind.currentIndexChanged.connect(self._show)
        self.secret.textChanged.connect(lambda _text: self.changed.emit())

    def ask_only_for_secret(self) -> None:
        """How the account signs in is settled."""
        self._form.setRowVisible(self.kind, False)

    @property
    def uses_token(self) -> bool:
        """True when the secret is a bearer token."""
        return bool(self.kind.currentData())

    @property
    def word(self) -> str:
        """What the secret is called."""
        return _WORDS[self.uses_token]

    def text(self) -> str:
        """Return the secret as it was typed; a token without the white space that copying brings along."""
        typed = self.secret.text()
        return typed.strip() if self.uses_token else typed

    def _show(self, _index: int = 0) -> None:
        token = self.uses_token
        self._label.setText(_LABELS[token])
        self.secret.setAccessibleName(_WORDS[token])
        self.secret.setAccessibleDescription(TOKEN_SENTENCE if token else "")
        self.remember.setText(f"Keep the {_WORDS[token].lower()} in this computer's keyring")
        self._form.setRowVisible(self.note, token)
        self.changed.emit()
