"""Special folders: which folder of an account is for what, why, and how to say otherwise. RFC 6154 (special-use).

Shows what the store has and submits commands; it is refreshed by whoever hears the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain import commands as c
from mailclient.domain import folder_commands as f
from mailclient.domain.account import Account
from mailclient.domain.folder import Folder, FolderRole, RoleSource
from mailclient.ui.icons import icon
from mailclient.ui.models.folder_tree import ROLE_ICONS, in_order
from mailclient.ui.models.sentences import folder_path

ROLES: Final = (
    (FolderRole.INBOX, "Inbox", "New mail comes here."),
    (FolderRole.DRAFTS, "Drafts", "For unfinished messages of your other mail programs."),
    (FolderRole.SENT, "Sent", "Copies of what you send are put here."),
    (FolderRole.ARCHIVE, "Archive", "“Archive” moves messages here."),
    (FolderRole.JUNK, "Junk", "“Junk” moves messages here."),
    (FolderRole.TRASH, "Trash", "“Delete” moves messages here."),
)
_WHY: Final = {
    RoleSource.ATTRIBUTE: "The server says so.",
    RoleSource.NAME: "Because of its name.",
    RoleSource.USER: "You chose it.",
}


class CommandTaker(Protocol):
    """What is needed of the engine."""

    def submit(self, command: c.Command) -> None:
        """Take a command."""


class SpecialFoldersDialog(QDialog):
    """A row for each role: its folder, and why it is that one."""

    def __init__(
        self,
        engine: CommandTaker,
        account: Account,
        folders: Callable[[], Sequence[Folder]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._account = account
        self._folders = folders
        self.setWindowTitle(f"Special folders of {account.label}")
        self.choosers: dict[FolderRole, QComboBox] = {}
        self.reasons: dict[FolderRole, QLabel] = {}
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(self.fontMetrics().horizontalAdvance("m"))
        for row, (role, title, purpose) in enumerate(ROLES):
            self._add_row(grid, row, role, title, purpose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        reset = buttons.addButton("Use the &server's", QDialogButtonBox.ButtonRole.ResetRole)
        reset.setAutoDefault(False)
        reset.setToolTip("Forget what was chosen here: the server's words count again, and then the names")
        reset.clicked.connect(lambda: engine.submit(f.ResetFolderRoles(account.id)))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 40)
        self.refresh()

    def _add_row(self, grid: QGridLayout, row: int, role: FolderRole, title: str, purpose: str) -> None:
        label = QLabel(title, self)
        label.setToolTip(purpose)
        chooser = QComboBox(self)
        chooser.setAccessibleName(f"Folder for {title}")
        chooser.setToolTip(purpose)
        chooser.activated.connect(partial(self._choose, role))
        chooser.setEnabled(role is not FolderRole.INBOX)
        label.setBuddy(chooser)
        reason = QLabel(self)
        reason.setObjectName("muted")
        reason.setTextFormat(Qt.TextFormat.PlainText)
        reason.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 12)
        for column, widget in enumerate((label, chooser, reason)):
            grid.addWidget(widget, row, column)
        self.choosers[role] = chooser
        self.reasons[role] = reason

    def refresh(self) -> None:
        """Show what is so now."""
        mine = in_order([each for each in self._folders() if each.account_id == self._account.id])
        for role, title, _ in ROLES:
            chooser = self.choosers[role]
            current = next((each for each in mine if each.role is role), None)
            chooser.clear()
            chooser.addItem("None", None)
            if current is None and role is not FolderRole.INBOX:
                chooser.addItem(f"Create “{title}”", "create")
            for folder in mine:
                if folder.selectable and (folder.role is not FolderRole.INBOX or role is FolderRole.INBOX):
                    chooser.addItem(icon(ROLE_ICONS[folder.role], "muted"), folder_path(folder), folder)
                    if current is not None and folder.id == current.id:
                        chooser.setCurrentIndex(chooser.count() - 1)
            self.reasons[role].setText(self._reason(role, current))

    @staticmethod
    def _reason(role: FolderRole, current: Folder | None) -> str:
        if role is FolderRole.INBOX:
            return "Every account has it."
        return _WHY[current.role_source] if current is not None else "There is none."

    def _choose(self, role: FolderRole, row: int) -> None:
        chosen = self.choosers[role].itemData(row)
        current = next((each for each in self._folders() if self._is_now(each, role)), None)
        if chosen == "create":
            self._engine.submit(f.CreateFolder(self._account.id, role.value.capitalize(), None, role))
        elif isinstance(chosen, Folder) and (current is None or chosen.id != current.id):
            self._engine.submit(c.SetFolderRole(chosen.id, role))
        elif chosen is None and current is not None:
            self._engine.submit(c.SetFolderRole(current.id, FolderRole.NONE))

    def _is_now(self, folder: Folder, role: FolderRole) -> bool:
        return folder.account_id == self._account.id and folder.role is role
