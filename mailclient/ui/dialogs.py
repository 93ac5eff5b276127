"""Small questions: which account, which draft, which waiting message; and the list of keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain.account import Account
from mailclient.domain.draft import Draft, OutboxItem, OutboxState
from mailclient.ui.actions import all_specs

_STATES = {
    OutboxState.QUEUED: "waits",
    OutboxState.CONNECTING: "is being sent",
    OutboxState.RECIPIENTS_ACCEPTED: "is being sent",
    OutboxState.DATA_SENT: "is being sent",
    OutboxState.ACCEPTED: "was sent; its copy for Sent waits",
    OutboxState.REJECTED: "was refused",
    OutboxState.UNCERTAIN: "may have been sent",
    OutboxState.DONE: "was sent",
}


def choose_account(parent: QWidget, accounts: Sequence[Account], question: str) -> Account | None:
    """Ask for one of the accounts."""
    names = [account.address for account in accounts]
    name, chosen = QInputDialog.getItem(parent, "Account", question, names, 0, False)
    return accounts[names.index(name)] if chosen and name else None


class _Chooser(QDialog):
    """A list, and buttons that act upon the chosen line."""

    def __init__(self, parent: QWidget, title: str, lines: Sequence[str], buttons: Sequence[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.pressed = ""
        self.list = QListWidget(self)
        self.list.setAccessibleName(title)
        self.list.addItems(list(lines))
        self.list.setCurrentRow(0)
        self.list.setWordWrap(True)
        self.list.itemActivated.connect(lambda _item: self._press(buttons[0]))
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        for words in buttons:
            button = box.addButton(words, QDialogButtonBox.ButtonRole.ActionRole)
            button.clicked.connect(lambda _on=False, words=words: self._press(words))
            button.setEnabled(bool(lines))
        box.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addWidget(box)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(em * 42, em * 24)

    def _press(self, words: str) -> None:
        self.pressed = words
        self.accept()


def choose_draft(parent: QWidget, drafts: Sequence[Draft]) -> Draft | None:
    """Ask which unfinished message to go on with."""
    lines = [f"{draft.subject or 'No subject'}\nTo: {draft.to or 'nobody yet'}" for draft in drafts]
    dialog = _Chooser(parent, "Unfinished drafts", lines, ["&Go on writing"])
    if not dialog.exec() or not drafts:
        return None
    return drafts[dialog.list.currentRow()]


def choose_outbox_item(parent: QWidget, items: Sequence[OutboxItem]) -> tuple[OutboxItem, bool] | None:
    """Ask what to do with a waiting message: True to send it, False to edit it again."""
    lines = [
        f"{item.subject or 'No subject'} — {_STATES[item.state]}\n{', '.join(item.recipients)}"
        + (f"\n{item.last_error}" if item.last_error else "")
        for item in items
    ]
    dialog = _Chooser(parent, "Outbox", lines, ["&Send now", "&Edit again"])
    if not dialog.exec() or not items:
        return None
    return items[dialog.list.currentRow()], dialog.pressed == "&Send now"


def show_shortcuts(parent: QWidget) -> QDialog:
    """Show every key, with a line to search them."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Keyboard shortcuts")
    find = QLineEdit(dialog)
    find.setPlaceholderText("Search")
    find.setAccessibleName("Search shortcuts")
    table = QTreeWidget(dialog)
    table.setHeaderLabels(["What", "Keys"])
    table.setRootIsDecorated(False)
    table.setAccessibleName("Keyboard shortcuts")
    native = QKeySequence.SequenceFormat.NativeText
    for spec in all_specs():
        if spec.keys:
            keys = ", ".join(QKeySequence(key).toString(native) for key in spec.keys)
            table.addTopLevelItem(QTreeWidgetItem([spec.words.replace("&", ""), keys]))
    table.resizeColumnToContents(0)

    def search(text: str) -> None:
        for row in range(table.topLevelItemCount()):
            item = table.topLevelItem(row)
            if item is not None:
                item.setHidden(text.lower() not in f"{item.text(0)} {item.text(1)}".lower())

    find.textChanged.connect(search)
    layout = QVBoxLayout(dialog)
    layout.addWidget(find)
    layout.addWidget(table, 1)
    em = dialog.fontMetrics().horizontalAdvance("m")
    dialog.resize(em * 36, em * 40)
    dialog.show()
    return dialog
