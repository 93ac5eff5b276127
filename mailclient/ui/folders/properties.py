"""The properties of one folder: what it is on the server, and how much of it is kept here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain.account import Account, IncomingProtocol
from mailclient.domain.commands import Command, SetFolderScope
from mailclient.domain.events import SpaceFreed
from mailclient.domain.folder import Folder
from mailclient.domain.ids import AccountId, FolderId
from mailclient.domain.scope import DownloadScope, KeptBytes, describe_scope
from mailclient.ui.models.sentences import folder_path, folder_title
from mailclient.ui.setup.scope_form import ScopeForm
from mailclient.ui.setup.space_row import SpaceRow


class PropertiesEngine(Protocol):
    """What the dialog needs of the engine; all but ``submit`` may block and are run in the background."""

    def submit(self, command: Command) -> None:
        """Take a command."""

    def kept_bytes(self, account_id: AccountId, folder_id: FolderId | None = None) -> KeptBytes:
        """Return what whole messages take up."""

    def free_space(self, account_id: AccountId, folder_id: FolderId | None = None) -> SpaceFreed:
        """Drop those outside the scope."""

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run blocking work elsewhere."""


class FolderPropertiesDialog(QDialog):
    """Shows a folder, and lets the user say how much of it is kept here."""

    freed = Signal(object)

    def __init__(
        self,
        engine: PropertiesEngine,
        account: Account,
        folder: Folder,
        own_scope: DownloadScope | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._folder = folder
        self._stored = own_scope
        self.setWindowTitle(f"Properties of {folder_title(folder)}")
        self.facts = QFormLayout()
        """Rows about the folder as the server has it; more may be added."""
        for title, words in folder_facts(account, folder):
            self.add_fact(title, words)
        self._inherit = QRadioButton("As the &account says", self)
        self._inherited = QLabel(describe_scope(account.scope), self, wordWrap=True)
        self._inherited.setObjectName("muted")
        self._inherited.setIndent(self.fontMetrics().height() * 3 // 2)
        self._inherit.setAccessibleName(f"As the account says. {self._inherited.text()}")
        self._own = QRadioButton("As this &folder says", self)
        self._form = ScopeForm(self)
        self._form.set_scope(own_scope or account.scope)
        (self._inherit if own_scope is None else self._own).setChecked(True)
        self._form.setEnabled(own_scope is not None)
        self._own.toggled.connect(self._form.setEnabled)
        self.space = SpaceRow(engine, account.id, folder.id, self)
        self.space.freed.connect(self.freed)
        keeping = QGroupBox("On this computer", self)
        keeping.setVisible(account.protocol is IncomingProtocol.IMAP)  # What came by POP3 is all kept.
        column = QVBoxLayout(keeping)
        column.addWidget(self._inherit)
        column.addWidget(self._inherited)
        column.addWidget(self._own)
        inset = QVBoxLayout()
        inset.setContentsMargins(self.fontMetrics().height() * 3 // 2, 0, 0, self.fontMetrics().height() // 2)
        inset.addWidget(self._form)
        column.addLayout(inset)
        column.addWidget(self.space)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        self.body = QVBoxLayout(self)
        self.body.addLayout(self.facts)
        self.body.addWidget(keeping)
        self.body.addStretch(1)
        self.body.addWidget(buttons)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(em * 42, em * 46)
        self.space.measure()

    def add_fact(self, title: str, words: str) -> QLabel:
        """Add a line about the folder."""
        label = QLabel(words, self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setAccessibleName(title)
        self.facts.addRow(title, label)
        return label

    def chosen_scope(self) -> DownloadScope | None:
        """Return the folder's scope as it is set here, None when it follows its account."""
        return self._form.scope() if self._own.isChecked() else None

    def save(self) -> None:
        """Store what was chosen. What lies outside stays here until somebody frees it."""
        if self.chosen_scope() != self._stored:
            self._engine.submit(SetFolderScope(self._folder.id, self.chosen_scope()))
        self.accept()


def folder_facts(account: Account, folder: Folder) -> list[tuple[str, str]]:
    """Return what is known of a folder, in pairs of a title and words."""
    facts = [("Account", account.label), ("Folder", folder_path(folder)), ("Name on the server", folder.wire_name)]
    facts.append(("Here", f"{folder.total:,} messages, {folder.unread:,} unread"))
    state = folder.state
    if state.exists is not None:
        facts.append(("On the server", f"{state.exists:,} messages at the last synchronisation"))
    if state.uid_validity is not None:
        next_uid = f", next UID {state.uid_next}" if state.uid_next is not None else ""
        facts.append(("UIDVALIDITY", f"{state.uid_validity}{next_uid}"))
    return facts
