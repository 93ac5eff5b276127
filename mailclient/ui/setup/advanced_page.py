"""The page of an account's settings for what most people never need: how often to look, whom to believe, what not to use.

Switching an extension off costs speed and nothing else: every one of them is optional.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain.account import MAX_POLL_MINUTES, Account, IncomingProtocol
from mailclient.ui.setup.number_box import NumberBox
from mailclient.xray.own_servers import own_organisations, own_servers

ALL: Final = "*"
EXTENSIONS: Final = {
    "NOTIFY": "the server tells of changes in every folder",
    "IDLE": "the server tells of new mail in one folder",
    "QRESYNC": "only what changed or vanished is asked for",
    "CONDSTORE": "only marks that changed are asked for",
    "LIST-STATUS": "all folders and their counts in one answer",
    "ESEARCH": "short answers to searches",
    "MOVE": "messages are moved in one step",
    "UIDPLUS": "single messages are removed, copies are recognised",
    "COMPRESS": "everything is sent compressed",
    "LITERAL+": "messages are stored without waiting for leave",
    "OBJECTID": "folders and messages keep names of their own",
    "QUOTA": "the server tells how full it is",
}
_WORD: Final = re.compile(r"[A-Z0-9][A-Z0-9+=._/-]*")
_IMAP_WORDS: Final = (
    "A server that offers NOTIFY or IDLE tells of new mail at once. Postscope looks by itself as well, for servers that "
    "offer neither, and for folders that nobody tells of."
)
_POP3_WORDS: Final = "A POP3 server never tells of new mail by itself, so it is asked."
_EXTENSION_WORDS: Final = (
    "Servers offer more than IMAP itself, and Postscope uses what makes it quicker. Should one of these be faulty on your "
    "server, take its mark away: everything goes on working, only more slowly."
)
_BELIEVED_WORDS: Final = (
    "Servers write into each message what they found of its sender. What your provider's servers wrote is believed; anybody "
    "could have written the rest. Names of hosts or domains, with spaces between."
)
_SERVER: Final = re.compile(r"[\w.-]{1,253}")


class AdvancedPage(QWidget):
    """Edits how often an account is looked at, whose lines in a header are believed, and what of its server is not used."""

    changed = Signal()

    def __init__(self, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        is_imap = account.protocol is IncomingProtocol.IMAP
        polling = QGroupBox("Looking for new mail", self)
        self.minutes = NumberBox(1, MAX_POLL_MINUTES, polling, prefix="every ", suffix=" minutes")
        self.minutes.setValue(account.poll_minutes)
        self.minutes.setAccessibleName("Minutes between two looks for new mail")
        self.minutes.setMaximumWidth(self.fontMetrics().horizontalAdvance("m") * 16)
        form = QFormLayout(polling)
        form.addRow("&Look for mail", self.minutes)
        form.addRow(self._muted(_IMAP_WORDS if is_imap else _POP3_WORDS, polling))
        believing = QGroupBox("Whom the X-ray believes", self)
        self.own_servers = QLineEdit(" ".join(account.own_servers), believing)
        self.own_servers.setAccessibleName("Servers of your provider")
        self.own_servers.setAccessibleDescription(_BELIEVED_WORDS)
        self.own_servers.setPlaceholderText(guess_words(account))
        trust = QFormLayout(believing)
        trust.addRow("Servers of your &provider", self.own_servers)
        trust.addRow(self._muted(_BELIEVED_WORDS, believing))
        self.extensions = QGroupBox("Extensions of the server", self)
        self.extensions.setVisible(is_imap)
        self.none = QCheckBox("Use &none of them", self.extensions)
        self.list = QListWidget(self.extensions)
        self.list.setAccessibleName("Extensions that are used")
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        for word, means in EXTENSIONS.items():
            item = QListWidgetItem(f"{word}: {means}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, word)
            item.setCheckState(Qt.CheckState.Unchecked if word in account.without else Qt.CheckState.Checked)
        self.list.setSpacing(1)
        row = max(self.list.sizeHintForRow(0), self.fontMetrics().lineSpacing()) + 2 * self.list.spacing()
        self.list.setMinimumHeight(row * len(EXTENSIONS) + 2 * self.list.frameWidth() + 4)
        self.others = QLineEdit(" ".join(sorted(account.without - EXTENSIONS.keys() - {ALL})), self.extensions)
        self.others.setAccessibleName("Other extensions that are not used")
        self.others.setPlaceholderText("None")
        self.others.setToolTip("Names as the server's list of capabilities has them, with spaces between")
        others = QFormLayout()
        others.addRow("Not &used either", self.others)
        column = QVBoxLayout(self.extensions)
        column.addWidget(self._muted(_EXTENSION_WORDS, self.extensions))
        column.addWidget(self.none)
        column.addWidget(self.list)
        column.addLayout(others)
        layout = QVBoxLayout(self)
        layout.addWidget(polling)
        layout.addWidget(believing)
        layout.addWidget(self.extensions)
        layout.addStretch(1)
        self.none.setChecked(ALL in account.without)
        self._show()
        self.none.toggled.connect(self._show)
        self.minutes.valueChanged.connect(self._tell)
        self.list.itemChanged.connect(self._tell)
        self.others.textChanged.connect(self._tell)
        self.own_servers.textChanged.connect(self._tell)

    def _muted(self, words: str, parent: QWidget) -> QLabel:
        label = QLabel(words, parent, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        label.setObjectName("muted")
        return label

    def poll_minutes(self) -> int:
        """Return how many minutes lie between two looks."""
        return self.minutes.value()

    def without(self) -> frozenset[str]:
        """Return what is not used, as capability words in upper case."""
        items = [self.list.item(row) for row in range(self.list.count())]
        unused = {str(item.data(Qt.ItemDataRole.UserRole)) for item in items if not _is_checked(item)}
        return frozenset(unused | set(self._typed()) | ({ALL} if self.none.isChecked() else set()))

    def believed_servers(self) -> tuple[str, ...]:
        """Return the hosts and domains that are believed, in lower case; empty: guessed."""
        return tuple(dict.fromkeys(self.own_servers.text().lower().replace(",", " ").split()))

    def problem(self) -> str:
        """Return what is wrong with the fields, as a sentence; empty when nothing is."""
        odd = next((name for name in self.believed_servers() if not _SERVER.fullmatch(name)), None)
        if odd is not None:
            return f"“{odd}” is no name of a server. Type names such as mx.example.org, with spaces between."
        bad = next((word for word in self._typed() if not _WORD.fullmatch(word)), None)
        if bad is None:
            return ""
        return f"“{bad}” is no name of an extension. Type names such as QRESYNC, with spaces between."

    def _typed(self) -> list[str]:
        return self.others.text().upper().replace(",", " ").split()

    def _show(self, _on: bool = False) -> None:
        for widget in (self.list, self.others):
            widget.setEnabled(not self.none.isChecked())
        self._tell()

    def _tell(self, _value: object = None) -> None:
        self.changed.emit()


def guess_words(account: Account) -> str:
    """Return what is believed while nothing is named."""
    own = own_servers((replace(account, own_servers=()),))
    guessed = sorted(own_organisations(own, ""))
    return f"Guessed: {' '.join(guessed)}" if guessed else "Guessed from each message"


def _is_checked(item: QListWidgetItem) -> bool:
    return item.checkState() is Qt.CheckState.Checked
