"""What is to become of mail that POP3 fetches: how long the server keeps it, large messages, and whose inbox gets it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGroupBox, QLabel, QWidget

from mailclient.domain.account import Account, IncomingProtocol
from mailclient.domain.ids import AccountId
from mailclient.domain.pop import PopKeep, PopPolicy
from mailclient.ui.setup.number_box import NumberBox

_KEEP: Final = {
    PopKeep.ALWAYS: "Leave it there",
    PopKeep.DAYS: "Leave it there for some days",
    PopKeep.UNTIL_DELETED: "Leave it there until I delete it here",
    PopKeep.REMOVE: "Remove it once it is here",
}
_MEANS: Final = {
    PopKeep.ALWAYS: "The server keeps every message; other computers find it there.",
    PopKeep.DAYS: "After that, or when you delete it here, the server's copy is removed.",
    PopKeep.UNTIL_DELETED: "The server's copy is removed when you move the message to the trash here.",
    PopKeep.REMOVE: "Then your mail is on this computer only: make copies of Postscope's folder.",
}
_MEGABYTE: Final = 1_000_000


class PopForm(QGroupBox):
    """The choices of one POP3 account."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Mail on the server", parent)
        self._keep = QComboBox(self)
        self._keep.setAccessibleName("What happens to mail on the server")
        for keep, words in _KEEP.items():
            self._keep.addItem(words, keep)
        self._days = NumberBox(1, 3650, self, suffix=" days")
        self._days.setValue(PopPolicy().keep_days)
        self._days.setAccessibleName("Days that mail is left on the server")
        self._means = QLabel(self, wordWrap=True)
        self._is_large = QCheckBox("At first only the headers of large mail", self)
        self._large = NumberBox(1, 1000, self, prefix="over ", suffix=" MB")
        self._large.setAccessibleName("Size over which only headers are fetched")
        self._target = QComboBox(self)
        self._target.setAccessibleName("Inbox that gets the mail")
        self._form = QFormLayout(self)
        self._form.addRow("After fetching", self._keep)
        self._form.addRow("", self._days)
        self._form.addRow("", self._means)
        self._form.addRow("", self._is_large)
        self._form.addRow("", self._large)
        self._form.addRow("Deliver &into", self._target)
        self._stays = QLabel("Mail that is here already stays where it is.", self, wordWrap=True)
        self._stays.setObjectName("muted")
        self._form.addRow("", self._stays)
        self._keep.currentIndexChanged.connect(self._show)
        self._is_large.toggled.connect(self._show)
        for signal in (self._days.valueChanged, self._large.valueChanged, self._target.currentIndexChanged):
            signal.connect(self._tell)
        self.offer([])

    def offer(self, accounts: Sequence[Account]) -> None:
        """Let the mail go into the inbox of any of these that are POP3 accounts too."""
        self._offer(accounts, None)
        self._form.setRowVisible(self._stays, False)
        self._show()

    def _offer(self, accounts: Sequence[Account], chosen: AccountId | None) -> None:
        others = {account.id: account.address for account in accounts if account.protocol is IncomingProtocol.POP3}
        self._target.clear()
        self._target.addItem("Its own inbox", None)
        for account_id, address in others.items():
            self._target.addItem(f"The inbox of {address}", account_id)
        if chosen is not None and chosen not in others:
            self._target.addItem("Its own inbox: the account that was chosen is gone", chosen)
        self._target.setCurrentIndex(self._target.findData(chosen))
        for row in (self._target, self._stays):
            self._form.setRowVisible(row, self._target.count() > 1)

    def policy(self) -> PopPolicy:
        """Return what was chosen."""
        return PopPolicy(
            keep=self._keep.currentData(),
            keep_days=self._days.value(),
            headers_only_over_bytes=self._large.value() * _MEGABYTE if self._is_large.isChecked() else None,
            deliver_to=self._target.currentData(),
        )

    def set_policy(self, policy: PopPolicy, others: Sequence[Account]) -> None:
        """Fill the fields for an account that exists beside these others."""
        self._offer(others, policy.deliver_to)
        self._keep.setCurrentIndex(self._keep.findData(policy.keep))
        self._days.setValue(policy.keep_days)
        self._is_large.setChecked(policy.headers_only_over_bytes is not None)
        if policy.headers_only_over_bytes is not None:
            self._large.setValue(max(round(policy.headers_only_over_bytes / _MEGABYTE), 1))

    def _show(self, _value: object = None) -> None:
        keep = self._keep.currentData()
        self._form.setRowVisible(self._days, keep is PopKeep.DAYS)
        self._means.setText(_MEANS[keep])
        self._form.setRowVisible(self._large, self._is_large.isChecked())
        self._tell()

    def _tell(self, _value: object = None) -> None:
        self.changed.emit()
