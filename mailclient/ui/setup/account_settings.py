"""The settings of an account that exists: who you are, how it signs in, its servers, what is kept here, what is not used.

Nothing is freed by a change here; the servers can be tested before anything is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain.account import Account, Credentials, IncomingProtocol, Security
from mailclient.domain.events import SpaceFreed
from mailclient.domain.ids import AccountId, FolderId
from mailclient.domain.probe import ProbeReport, ProbeStep
from mailclient.domain.scope import KeptBytes
from mailclient.ui.setup.advanced_page import AdvancedPage
from mailclient.ui.setup.complete import missing_sentence
from mailclient.ui.setup.keeping_page import KeepingPage
from mailclient.ui.setup.probe_view import ProbeView
from mailclient.ui.setup.server_form import ServerForm
from mailclient.ui.setup.sign_in_rows import SignInRows

_IMAP = {Security.TLS: 993, Security.STARTTLS: 143, Security.PLAIN: 143}
_POP3 = {Security.TLS: 995, Security.STARTTLS: 110, Security.PLAIN: 110}
_SMTP = {Security.TLS: 465, Security.STARTTLS: 587, Security.PLAIN: 587}


class SettingsEngine(Protocol):
    """What the dialog needs of the engine; what may block is run in the background."""

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts."""

    def probe(
        self, account: Account, credentials: Credentials | None, on_step: Callable[[str, ProbeStep], None] | None = None
    ) -> ProbeReport:
        """Test both servers."""

    def change_account(self, account: Account, credentials: Credentials | None = None, *, remember: bool = True) -> str:
        """Store the account, and another secret where one is given; returns where that is kept."""

    def kept_bytes(self, account_id: AccountId, folder_id: FolderId | None = None) -> KeptBytes:
        """Return what whole messages take up."""

    def free_space(self, account_id: AccountId, folder_id: FolderId | None = None) -> SpaceFreed:
        """Drop those outside the scope."""

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run blocking work elsewhere."""


class AccountSettingsDialog(QDialog):
    """Edits one account."""

    saved = Signal(str)
    """Emitted with a sentence when the change is stored."""
    freed = Signal(object)
    _step = Signal(str, object)
    _tested = Signal(object)
    _stored = Signal(object)

    def __init__(self, engine: SettingsEngine, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._account = account
        self.setWindowTitle(f"Settings of {account.label}")
        others = [known for known in engine.accounts() if known.id != account.id]
        self.keeping = KeepingPage(engine, account, others, self)
        self.keeping.freed.connect(self.freed)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName("Pages of settings")
        self.tabs.addTab(self._page(self._build_person()), "&Account")
        self.tabs.addTab(self._page(self._build_servers()), "S&ervers")
        self.tabs.addTab(self._page(self.keeping), "&Keeping mail")
        self.advanced = AdvancedPage(account, self)
        self.tabs.addTab(self._page(self.advanced), "Ad&vanced")
        self._message = QLabel(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._message.setAccessibleName("State of the change")
        self._message.setVisible(False)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._save = self._buttons.button(QDialogButtonBox.StandardButton.Save)
        self._buttons.accepted.connect(self.save)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self._message)
        layout.addWidget(self._buttons)
        self._step.connect(self._probe_view.add)
        self._tested.connect(self._show_tested)
        self._stored.connect(self._show_stored)
        self.advanced.changed.connect(self._check)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(em * 50, em * 60)

    def _page(self, inner: QWidget) -> QScrollArea:
        scroll = QScrollArea(self, widgetResizable=True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # It follows the field that has the keyboard.
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        return scroll

    def _build_person(self) -> QWidget:
        account, page = self._account, QWidget(self)
        self._label = QLineEdit(account.label, page)
        self._name = QLineEdit(account.display_name, page)
        self._address = QLineEdit(account.address, page)
        self._save_sent = QCheckBox("Store a copy of what I send in Sen&t", page)
        self._save_sent.setToolTip("Switch this off when the provider stores a copy itself")
        self._save_sent.setChecked(account.save_sent)
        form = QFormLayout(page)
        for words, edit in (
            ("&Shown as", self._label),
            ("Your &name", self._name),
            ("A&ddress", self._address),
        ):
            edit.setAccessibleName(words.replace("&", ""))
            form.addRow(words, edit)
        self._sign_in = SignInRows(form, page, uses_token=account.uses_token, placeholder="Unchanged")
        self._sign_in.changed.connect(self._check)
        form.addRow("", self._save_sent)
        self._label.textChanged.connect(self._check)
        self._address.textChanged.connect(self._check)
        return page

    def _build_servers(self) -> QWidget:
        page = QWidget(self)
        imap = self._account.protocol is IncomingProtocol.IMAP
        words = "Receiving (IMAP)" if imap else "Receiving (POP3)"
        self._incoming = ServerForm(words, _IMAP if imap else _POP3, page)
        self._submission = ServerForm("Sending (SMTP)", _SMTP, page)
        self._incoming.set_endpoint(self._account.incoming)
        self._submission.set_endpoint(self._account.submission)
        for form in (self._incoming, self._submission):
            form.changed.connect(self._check)
        self.test_button = QPushButton("&Test both servers", page)
        self.test_button.clicked.connect(self.test)
        self._test_words = QLabel(page, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._test_words.setAccessibleName("Result of the test in words")
        self._probe_view = ProbeView(page)
        column = QVBoxLayout(page)
        for widget in (self._incoming, self._submission):
            column.addWidget(widget)
        column.addWidget(self.test_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._test_words)
        column.addWidget(self._probe_view)
        column.addStretch(1)
        return page

    def account(self) -> Account:
        """Return the account that the fields describe."""
        return replace(
            self._account,
            label=self._label.text().strip(),
            display_name=self._name.text().strip(),
            address=self._address.text().strip(),
            incoming=self._incoming.endpoint(),
            submission=self._submission.endpoint(),
            save_sent=self._save_sent.isChecked(),
            model=self.keeping.model(),
            scope=self.keeping.scope(),
            pop=self.keeping.pop.policy(),
            uses_token=self._sign_in.uses_token,
            poll_minutes=self.advanced.poll_minutes(),
            without=self.advanced.without(),
            own_servers=self.advanced.believed_servers(),
        )

    def _credentials(self) -> Credentials | None:
        password = self._sign_in.text()
        return Credentials(password, password) if password else None

    def _check(self, _text: object = None) -> None:
        account = self.account()
        problem = missing_sentence(account) or self._missing_secret(account) or self.advanced.problem()
        self._save.setEnabled(not problem)
        self._tell(problem)

    def _missing_secret(self, account: Account) -> str:
        """What is known as a password is no token."""
        if account.uses_token == self._account.uses_token or self._sign_in.text():
            return ""
        return f"Type the {self._sign_in.word.lower()} that the account signs in with from now on."

    def test(self) -> None:
        """Test both servers as they are set here; nothing is stored."""
        self._probe_view.clear()
        self._test_words.setText("Testing both servers…")
        self.test_button.setEnabled(False)
        account, credentials = self.account(), self._credentials()
        self._engine.run_in_background(
            lambda: self._engine.probe(account, credentials, self._step.emit), self._tested.emit
        )

    def _show_tested(self, result: object) -> None:
        self.test_button.setEnabled(True)
        if isinstance(result, ProbeReport):
            self._test_words.setText(
                "Both servers work." if result.ok else "The test did not pass. What failed is below."
            )
        else:
            self._test_words.setText(f"The test could not run: {result}")

    def save(self) -> None:
        """Store what was changed, and let the account start anew with it."""
        account, credentials, remember = self.account(), self._credentials(), self._sign_in.remember.isChecked()
        if account == self._account and credentials is None:
            self.accept()
            return
        self._save.setEnabled(False)
        self._tell("Storing the change…")

        self._engine.run_in_background(
            lambda: self._engine.change_account(account, credentials, remember=remember), self._stored.emit
        )

    def _show_stored(self, result: object) -> None:
        if isinstance(result, Exception):
            self._tell(f"The change was not stored: {result}")
            self._save.setEnabled(True)
            return
        self.saved.emit(str(result) or f"The settings of {self._label.text().strip()} are stored.")
        self.accept()

    def _tell(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._message.setVisible(bool(sentence))
