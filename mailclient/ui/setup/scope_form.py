"""The fields of a download scope: how much is kept here, of how many days, up to which size."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLabel, QWidget

from mailclient.domain.scope import BYTES_PER_MEGABYTE, MAX_DAYS, DownloadScope, Keep
from mailclient.ui.setup.number_box import NumberBox

_KEEPS: Final = {
    Keep.EVERYTHING: "Everything",
    Keep.RECENT: "Recent messages, older ones as headers",
    Keep.HEADERS: "Headers only",
    Keep.NOTHING: "Nothing: not synchronised",
}
_DEFAULT_LIMIT_MB: Final = 10
_MAX_LIMIT_MB: Final = 2_000


class ScopeForm(QWidget):
    """Edits one scope."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keep = QComboBox(self)
        self._keep.setAccessibleName("What is kept on this computer")
        for keep, words in _KEEPS.items():
            self._keep.addItem(words, keep)
        self._days = NumberBox(1, MAX_DAYS, self, suffix=" days")
        self._days.setMaximumWidth(self.fontMetrics().horizontalAdvance("m") * 12)
        self._days.setAccessibleName("How many days are recent")
        self._limited = QCheckBox("&Larger than", self)
        self._limit = NumberBox(1, _MAX_LIMIT_MB, self, suffix=" MB")
        self._limit.setAccessibleName("Size limit in megabytes")
        limit = QHBoxLayout()
        for widget in (self._limited, self._limit, QLabel("only when opened", self)):
            limit.addWidget(widget)
        limit.addStretch(1)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.addRow("&Keep here", self._keep)
        self._form.addRow("&Recent is", self._days)
        self._form.addRow("", limit)
        self._limit_row = limit
        self.set_scope(DownloadScope())
        self._keep.currentIndexChanged.connect(self._tell)
        self._days.valueChanged.connect(self._tell)
        self._limited.toggled.connect(self._tell)
        self._limit.valueChanged.connect(self._tell)

    def scope(self) -> DownloadScope:
        """Return what the fields say."""
        limit = self._limit.value() * BYTES_PER_MEGABYTE if self._limited.isChecked() else None
        return DownloadScope(self._keep.currentData(), self._days.value(), limit)

    def set_scope(self, scope: DownloadScope) -> None:
        """Fill the fields."""
        self._keep.setCurrentIndex(self._keep.findData(scope.keep))
        self._days.setValue(scope.days)
        self._limited.setChecked(scope.max_size_bytes is not None)
        megabytes = _DEFAULT_LIMIT_MB if scope.max_size_bytes is None else scope.max_size_bytes / BYTES_PER_MEGABYTE
        self._limit.setValue(max(round(megabytes), 1))
        self._show_rows()

    def _tell(self, _value: object = None) -> None:
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        """Only what matters is offered."""
        keep = self._keep.currentData()
        self._form.setRowVisible(self._days, keep is Keep.RECENT)
        self._form.setRowVisible(self._limit_row, keep in {Keep.EVERYTHING, Keep.RECENT})
        self._limit.setEnabled(self._limited.isChecked())
