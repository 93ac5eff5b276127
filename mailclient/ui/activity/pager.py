"""Turns the pages of what waits: a bounded number of rows at a time, by key, however much there is.

Reads through the reader; draws one line with two buttons, and only where there is more than a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from mailclient.domain.activity import JournalSize, WaitingOperation
from mailclient.domain.draft import OutboxItem
from mailclient.domain.ids import AccountId, OperationId


class WaitingReader(Protocol):
    """What is read; ``store.reader.Reader`` is one."""

    def waiting(
        self, account_id: AccountId | None = None, *, after: OperationId | None = None, limit: int = 200
    ) -> tuple[WaitingOperation, ...]:
        """Return the next page of journal entries, oldest first."""

    def journal_size(self) -> JournalSize:
        """Return how much the journal holds."""

    def outbox(self) -> tuple[OutboxItem, ...]:
        """Return what is to be sent."""


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What is shown of what waits."""

    operations: Sequence[WaitingOperation]
    outbox: Sequence[OutboxItem]
    before: int
    """So many rows stand on the pages before."""
    total: int

    @property
    def rows(self) -> int:
        """How many this page has."""
        return len(self.operations) + len(self.outbox)

    @property
    def after(self) -> int:
        """So many more rows follow."""
        return max(self.total - self.before - self.rows, 0)


class Pager(QWidget):
    """Which page is shown. Journal entries and messages to be sent are leafed through side by side."""

    turned = Signal()
    """Another page is to be read."""

    def __init__(self, page_size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = page_size
        self._starts: list[tuple[OperationId, int]] = [(OperationId(0), 0)]
        """For each page up to the one that is shown: the entry before its first one, and the rows before it."""
        self._page = WaitingPage((), (), 0, 0)
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setObjectName("muted")
        self.earlier = QPushButton("Pre&vious", self)
        self.later = QPushButton("&Next", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        for button, name, turn in (
            (self.earlier, "Previous page of what waits", self._go_back),
            (self.later, "Next page of what waits", self._go_on),
        ):
            button.setAutoDefault(False)
            button.setAccessibleName(name)
            button.clicked.connect(turn)
            row.addWidget(button)

    @property
    def is_needed(self) -> bool:
        """False while everything fits on one page."""
        return bool(self._page.before or self._page.after)

    def read(self, reader: WaitingReader) -> WaitingPage:
        """Return the page that is shown as it is now; the first again when this one has become empty."""
        page = self._read(reader)
        if len(self._starts) > 1 and not page.rows:
            del self._starts[1:]
            page = self._read(reader)
        self._page = page
        self.words.setText(self._sentence())
        self.earlier.setEnabled(len(self._starts) > 1)
        self.later.setEnabled(page.after > 0)
        return page

    def _read(self, reader: WaitingReader) -> WaitingPage:
        after, before = self._starts[-1]
        size, outbox = reader.journal_size(), reader.outbox()
        place = (len(self._starts) - 1) * self._size
        return WaitingPage(
            reader.waiting(after=after, limit=self._size),
            outbox[place : place + self._size],
            before,
            size.waiting + size.refused + len(outbox),
        )

    def _sentence(self) -> str:
        page = self._page
        words = f"{page.before + 1:,} to {page.before + page.rows:,}"
        return f"{words}, and {page.after:,} more." if page.after else f"{words} of {page.total:,}."

    def _go_on(self) -> None:
        page = self._page
        after = page.operations[-1].id if page.operations else self._starts[-1][0]
        self._starts.append((after, page.before + page.rows))
        self.turned.emit()

    def _go_back(self) -> None:
        if len(self._starts) > 1:
            self._starts.pop()
            self.turned.emit()
