"""The add-account dialog: who you are, two servers guessed from the address, a real test of both, then the account.

Guesses are only guesses until the test has spoken to the servers; nothing is sent before the user asks for it (A-32).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain.account import Account, Credentials, Endpoint, IncomingProtocol, Security
from mailclient.domain.ids import AccountId
from mailclient.domain.probe import ProbeReport, ProbeStep
from mailclient.ui.setup.complete import missing_sentence
from mailclient.ui.setup.pop_form import PopForm
from mailclient.ui.setup.probe_view import ProbeView
from mailclient.ui.setup.server_form import ServerForm
from mailclient.ui.setup.sign_in_rows import SignInRows

Guess = Callable[[str, IncomingProtocol], tuple[Endpoint, Endpoint]]
"""Given an address and how to fetch, returns the likely servers for receiving and for sending."""

_PROTOCOLS: Final = {
    IncomingProtocol.IMAP: "IMAP: mail stays on the server",
    IncomingProtocol.POP3: "POP3: mail is fetched to this computer",
}
_RECEIVING: Final = {
    IncomingProtocol.IMAP: ("Receiving (IMAP)", {Security.TLS: 993, Security.STARTTLS: 143, Security.PLAIN: 143}),
    IncomingProtocol.POP3: ("Receiving (POP3)", {Security.TLS: 995, Security.STARTTLS: 110, Security.PLAIN: 110}),
}


class SetupEngine(Protocol):
    """What the dialog needs of the engine; what may block is run in the background."""

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts that are there."""

    def probe(
        self, account: Account, credentials: Credentials | None, on_step: Callable[[str, ProbeStep], None] | None = None
    ) -> ProbeReport:
        """Test both servers."""

    def add_account(self, account: Account, credentials: Credentials, *, remember: bool = True) -> str:
        """Store the account."""

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run blocking work elsewhere."""


class AddAccountDialog(QDialog):
    """Adds one account."""

    account_added = Signal(str)
    """Emitted with the sentence that says where the password is kept."""
    _step = Signal(str, object)
    _tested = Signal(object)
    _added = Signal(object)

    def __init__(self, engine: SetupEngine, guess: Guess, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._guess = guess
        self._servers_edited = False
        self._passed: Account | None = None
        self.setWindowTitle("Add account")
        self._build()
        self._step.connect(self._probe_view.add)
        self._tested.connect(self._show_tested)
        self._added.connect(self._show_added)
        self._address.textEdited.connect(self._guess_servers)
        for form in (self._incoming, self._submission):
            form.changed.connect(self._edited)
        self._protocol.currentIndexChanged.connect(self._protocol_changed)
        self._pop.changed.connect(self._invalidate)
        for edit in (self._name, self._address):
            edit.textEdited.connect(self._invalidate)
        self._sign_in.changed.connect(self._invalidate)
        self._update_buttons()

    def _build(self) -> None:
        self._name = QLineEdit(self, placeholderText="Ada Example")
        self._address = QLineEdit(self, placeholderText="ada@example.org")
        for edit, name in ((self._name, "Your name"), (self._address, "Address")):
            edit.setAccessibleName(name)
        self._details = QToolButton(self)
        self._details.setText("Servers")
        self._details.setCheckable(True)
        self._details.setAutoRaise(True)
        self._details.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._details.setArrowType(Qt.ArrowType.RightArrow)
        self._details.toggled.connect(self._show_servers)
        self._protocol = QComboBox(self)
        self._protocol.setAccessibleName("How mail is received")
        for protocol, words in _PROTOCOLS.items():
            self._protocol.addItem(words, protocol)
        smtp = {Security.TLS: 465, Security.STARTTLS: 587, Security.PLAIN: 587}
        self._incoming = ServerForm(*_RECEIVING[IncomingProtocol.IMAP], self)
        self._pop = PopForm(self)
        self._pop.offer(self._engine.accounts())
        self._submission = ServerForm("Sending (SMTP)", smtp, self)
        self._message = QLabel(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._message.setAccessibleName("State of the account")
        self._probe_view = ProbeView(self)
        form = QFormLayout()
        form.addRow("Your &name", self._name)
        form.addRow("&Address", self._address)
        self._sign_in = SignInRows(form, self)
        form.addRow("&Receive by", self._protocol)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.addLayout(form)
        column.addWidget(self._pop)
        column.addWidget(self._details)
        column.addWidget(self._incoming)
        column.addWidget(self._submission)
        column.addWidget(self._probe_view)
        column.addStretch(1)
        self._scroll = scroll = QScrollArea(self, widgetResizable=True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # It follows the field that has the keyboard.
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        self._buttons = QDialogButtonBox(self)
        self._test = self._buttons.addButton("&Test", QDialogButtonBox.ButtonRole.ActionRole)
        self._add = self._buttons.addButton("Add a&ccount", QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._test.clicked.connect(self.test)
        self._buttons.accepted.connect(self.add)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._message)
        layout.addWidget(self._buttons)
        self._show_servers(False)
        self._pop.setVisible(False)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(em * 46, em * 50)

    def account(self) -> Account:
        """Return the account that the fields describe."""
        address = self._address.text().strip()
        return Account(
            id=self._passed.id if self._passed else AccountId(secrets.token_hex(6)),
            label=address,
            display_name=self._name.text().strip(),
            address=address,
            incoming=self._incoming.endpoint(),
            submission=self._submission.endpoint(),
            protocol=self._protocol.currentData(),
            uses_token=self._sign_in.uses_token,
            pop=self._pop.policy(),
        )

    def credentials(self) -> Credentials:
        """Return the password, or the token, for both servers."""
        return Credentials(self._sign_in.text(), self._sign_in.text())

    def _show_servers(self, shown: bool) -> None:
        self._details.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._incoming.setVisible(shown)
        self._submission.setVisible(shown)

    def _guess_servers(self, address: str) -> None:
        _, at, domain = address.strip().partition("@")
        if self._servers_edited or not at or "." not in domain:
            return
        incoming, submission = self._guess(address.strip(), self._protocol.currentData())
        self._incoming.set_endpoint(incoming)
        self._submission.set_endpoint(submission)
        self._servers_edited = False

    def _protocol_changed(self, _index: int) -> None:
        protocol = self._protocol.currentData()
        self._incoming.set_kind(*_RECEIVING[protocol])
        self._pop.setVisible(protocol is IncomingProtocol.POP3)
        before = self._incoming.endpoint()
        if self._servers_edited:
            # Server names that were typed stay; the ports are another protocol's.
            _, ports = _RECEIVING[protocol]
            self._incoming.set_endpoint(replace(before, port=ports[before.security]))
        else:
            self._guess_servers(self._address.text())
        self._invalidate()

    def _edited(self) -> None:
        self._servers_edited = self._details.isChecked()
        self._invalidate()

    def _invalidate(self, _text: object = None) -> None:
        self._passed = None
        self._message.setText(self._missing())
        self._update_buttons()

    def _missing(self) -> str:
        """Say what is still to be typed."""
        return missing_sentence(self.account()) or (
            "" if self._sign_in.text() else f"Type the {self._sign_in.word.lower()}."
        )

    def _update_buttons(self) -> None:
        ready = not self._missing()
        self._test.setEnabled(ready)
        self._add.setEnabled(ready)
        self._test.setDefault(self._passed is None)
        self._add.setDefault(self._passed is not None)

    def _busy(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._test.setEnabled(False)
        self._add.setEnabled(False)

    def test(self) -> None:
        """Test both servers for real, showing each step as it happens."""
        self._probe_view.clear()
        self._busy("Testing both servers…")
        account, credentials = self.account(), self.credentials()
        self._pending = account
        self._engine.run_in_background(
            lambda: self._engine.probe(account, credentials, self._step.emit), self._tested.emit
        )

    def _show_tested(self, result: object) -> None:
        if isinstance(result, ProbeReport) and result.ok:
            self._passed = self._pending
            self._message.setText("Both servers work. You can add the account.")
        elif isinstance(result, ProbeReport):
            self._message.setText("The test did not pass. What failed is marked; correct it and test again.")
            self._details.setChecked(True)
        else:
            self._message.setText(f"The test could not run: {result}")
        self._update_buttons()
        # When the layout knows how tall the steps are.
        QTimer.singleShot(0, lambda: self._scroll.ensureWidgetVisible(self._probe_view))

    def add(self) -> None:
        """Add the account, tested or not: a server may be down just now."""
        self._busy("Adding the account…")
        account, credentials = self.account(), self.credentials()
        if not account.display_name:
            account = replace(account, display_name=account.address.partition("@")[0])
        remember = self._sign_in.remember.isChecked()
        self._engine.run_in_background(
            lambda: self._engine.add_account(account, credentials, remember=remember), self._added.emit
        )

    def _show_added(self, result: object) -> None:
        if isinstance(result, Exception):
            self._message.setText(f"The account was not added: {result}")
            self._update_buttons()
            return
        self.account_added.emit(str(result))
        self.accept()
