"""The Activity window: what each account does, what waits and why, the connections, and what happened lately.

Reads one page of the journal through the reader and snapshots of the engine, at most once a second and only while it is
shown. Acts by commands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTabWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain import commands as c
from mailclient.domain.activity import ActivityNote, RunningWork, WaitingRow
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.ids import ConnectionId, OutboxId
from mailclient.engine.connections import ConnectionInfo
from mailclient.engine.facade import Engine
from mailclient.engine.waiting import waits_for_user
from mailclient.store.reader import Reader
from mailclient.ui import theme
from mailclient.ui.activity import words
from mailclient.ui.activity.pager import Pager
from mailclient.ui.activity.rows import RowsModel, SubjectRole

PAGE: Final = 200
"""Rows of the journal that are shown at once; the pager turns to the others."""
REFRESH_MS: Final = 1_000
_HELP_WORDS: Final = {
    AccountStatus.SIGN_IN_NEEDED: "&Type password…",
    AccountStatus.MAIL_RENAMED: "&Fetch it again",
}
"""What the user must decide himself; anything else is only tried again."""


class _Table(QTreeView):
    """A list that says so when it is empty, and is no taller than it needs to be when it is told."""

    def __init__(self, name: str, model: RowsModel, empty_words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setObjectName("activity")
        self._empty_words = empty_words

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or what stands for none."""
        super().paintEvent(event)
        model = self.model()
        if model is not None and not model.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.current().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect(), int(flags), self._empty_words)
            painter.end()

    def fit(self, most: int) -> None:
        """Be as tall as the rows, up to so many."""
        model = self.model()
        rows = min(max(model.rowCount() if model is not None else 0, 1), most)
        row_height = max(self.sizeHintForRow(0), self.fontMetrics().lineSpacing() + 6)
        self.setFixedHeight(self.header().sizeHint().height() + rows * row_height + 2 * self.frameWidth() + 4)


class ActivityWindow(QDialog):
    """Shown by the menu, its key, or a click on the status bar."""

    def __init__(
        self,
        engine: Engine,
        reader: Reader,
        show_dialogue: Callable[[ConnectionId | None], None],
        ask_password: Callable[[AccountStatusChanged], None],
        retry_sending: Callable[[OutboxId], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Activity")
        self._engine, self._reader = engine, reader
        self._show_dialogue, self._ask_password, self._retry_sending = show_dialogue, ask_password, retry_sending
        self._timer = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self.summary = QLabel(self)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.summary.setObjectName("activitySummary")
        larger = self.summary.font()
        larger.setPointSizeF(larger.pointSizeF() * 1.2)
        self.summary.setFont(larger)
        self.accounts, self._account_view = self._table(
            "Accounts", words.ACCOUNT_HEADINGS, (18, 20, 0), "There is no account yet."
        )
        self.waiting, self._waiting_view = self._table(
            "What waits", words.WAITING_HEADINGS, (24, 0, 9, 14), "Nothing waits."
        )
        self.connections, self._connection_view = self._table(
            "Connections", words.CONNECTION_HEADINGS, (18, 11, 7, 14, 7, 0), "No server was spoken to yet."
        )
        self.events, self._event_view = self._table(
            "Events", words.EVENT_HEADINGS, (8, 0, 14), "Nothing has happened yet."
        )
        self._event_view.activated.connect(self._open_dialogue)
        self._connection_view.activated.connect(self._open_dialogue)
        self._account_view.activated.connect(lambda _index: self._help_account())
        self.pager = Pager(PAGE, self)
        self.pager.turned.connect(self._turn)
        self._build()
        self._offer()

    def _table(
        self, name: str, headings: tuple[str, ...], widths: tuple[int, ...], empty_words: str
    ) -> tuple[RowsModel, _Table]:
        """Return a list and its view; widths are in letters, 0 takes what is left."""
        model = RowsModel(headings, self)
        view = _Table(name, model, empty_words, self)
        em = self.fontMetrics().horizontalAdvance("m")
        for column, width in enumerate(widths):
            if width:
                view.setColumnWidth(column, width * em)
            else:
                view.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        view.header().setStretchLastSection(not widths[-1])
        view.selectionModel().selectionChanged.connect(self._offer)
        model.dataChanged.connect(self._offer)
        model.rowsRemoved.connect(self._offer)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), view)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)
        return model, view

    def _build(self) -> None:
        em = self.fontMetrics().horizontalAdvance("m")
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName("What waits, connections and events")
        self.tabs.addTab(self._waiting_view, "&Waiting")
        self.tabs.addTab(self._connection_view, "C&onnections")
        self.tabs.addTab(self._event_view, "&Events")
        self.tabs.currentChanged.connect(self._offer)
        self.detail = QLabel(self)
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail.setMinimumHeight(self.fontMetrics().lineSpacing() * 2)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.stop = self._button("&Stop", "Stop what this account does; what has arrived is kept.", self._stop)
        self.help = self._button("&Try again", "What was wrong has been put right: try again now.", self._help_account)
        self.retry = self._button("&Retry now", "Try at once, instead of at the time given.", self._retry)
        self.give_up = self._button(
            "&Give up",
            "Stop trying. The server keeps what it has, and this computer shows that again. "
            "A message to be sent becomes a draft again.",
            self._give_up,
        )
        self.undo = self._button(
            "&Undo",
            "Take the action back: what the server does not know yet is dropped, what it has done already is reversed.",
            self._undo,
        )
        self.dialogue = self._button(
            "Show &dialogue", "Show what was said on this connection, line by line.", self._open
        )
        copy = self._button("&Copy as text", "Copy the whole list; Ctrl+C copies the chosen lines.", self.copy_all)
        close = self._button("Close", "", self.close)
        for each in (copy, close, self.stop, self.help):
            each.setEnabled(True)
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        top.addWidget(self.stop)
        top.addWidget(self.help)
        buttons = QHBoxLayout()
        for button in (self.retry, self.give_up, self.undo, self.dialogue):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self._account_view)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.pager)
        layout.addWidget(self.detail)
        layout.addLayout(buttons)
        self.resize(em * 84, em * 52)

    def _button(self, label: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(label, self)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.clicked.connect(lambda _on=False: act())
        return button

    def showEvent(self, event: QShowEvent) -> None:
        """Read everything anew."""
        self.refresh()
        (self._waiting_view if self.waiting.rowCount() else self.tabs.tabBar()).setFocus()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is read."""
        self._timer.stop()
        super().hideEvent(event)

    def note_change(self) -> None:
        """Something happened: read again soon, however much more happens until then."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def refresh(self) -> None:
        """Show this moment."""
        names = {account.id: account.label or account.address for account in self._engine.accounts()}
        snapshot = self._engine.activity.snapshot()
        page = self.pager.read(self._reader)
        waiting = self._engine.activity.explain(page.operations, page.outbox)
        self.accounts.show(words.account_rows(snapshot.running, names))
        self._account_view.fit(5)
        self.waiting.show(words.waiting_rows(waiting, names))
        self.connections.show(words.connection_rows(self._engine.connections()))
        self.events.show(words.event_rows(snapshot.notes, names))
        for view in (self._waiting_view, self._connection_view, self._event_view):
            if not view.currentIndex().isValid():
                view.setCurrentIndex(view.model().index(0, 0))
        self.summary.setText(words.summary(snapshot, waiting, page.total - len(waiting)))
        self.tabs.setTabText(0, f"&Waiting ({page.total:,})" if page.total else "&Waiting")
        self._offer()
        if self.isVisible() and any(row.retry_at_unix_s for row in waiting):
            self._timer.start()  # "Next try in 40 s" goes on.

    def _turn(self) -> None:
        self.refresh()
        self._waiting_view.setCurrentIndex(self.waiting.index(0, 0))
        self._waiting_view.setFocus()

    def _view(self) -> QTreeView:
        widget = self.tabs.currentWidget()
        assert isinstance(widget, QTreeView)
        return widget

    def _chosen(self, view: QTreeView) -> list[object]:
        return [index.data(SubjectRole) for index in view.selectionModel().selectedRows()]

    def _waiting_rows(self) -> list[WaitingRow]:
        chosen = self._chosen(self._waiting_view) if self._view() is self._waiting_view else []
        return [row for row in chosen if isinstance(row, WaitingRow)]

    def _work(self) -> list[RunningWork]:
        """The chosen accounts, else all."""
        chosen = self._chosen(self._account_view) or [row.subject for row in self.accounts.rows]
        return [work for work in chosen if isinstance(work, RunningWork)]

    def _offer(self) -> None:
        """Offer what can be done with what is chosen."""
        if not hasattr(self, "dialogue"):
            return
        rows = self._waiting_rows()
        on_waiting = self._view() is self._waiting_view
        for button, can in (
            (self.retry, [row.may_retry for row in rows]),
            (self.give_up, [row.may_give_up for row in rows]),
            (self.undo, [row.may_undo for row in rows]),
        ):
            button.setVisible(on_waiting)
            button.setEnabled(bool(can) and all(can))
        self.pager.setVisible(on_waiting and self.pager.is_needed)
        self.dialogue.setVisible(not on_waiting)
        self.dialogue.setEnabled(self._connection() is not None)
        busy = {AccountStatus.CONNECTING, AccountStatus.SYNCHRONISING}
        self.stop.setVisible(any(work.status in busy for work in self._work()))
        stuck = [work for work in self._work() if waits_for_user(work.status) or work.status is AccountStatus.WAITING]
        self.help.setVisible(bool(stuck))
        self.help.setText(_HELP_WORDS.get(stuck[0].status, "&Try again") if stuck else "&Try again")
        self.detail.setText(self._detail())

    def _detail(self) -> str:
        view = self._view()
        index = view.currentIndex()
        model = view.model()
        if not index.isValid() or not isinstance(model, RowsModel):
            return ""
        row = model.rows[index.row()]
        return ". ".join(cell.rstrip(".") for cell in row.cells[:2]) + "."

    def _stop(self) -> None:
        for work in self._work():
            self._engine.submit(c.CancelWork(work.account_id))

    def _help_account(self) -> None:
        for work in self._work():
            if work.status in _HELP_WORDS:
                self._ask_password(
                    AccountStatusChanged(work.account_id, work.status, work.sentence, work.connection_id, work.purpose)
                )
                return
            if waits_for_user(work.status) or work.status is AccountStatus.WAITING:
                self._engine.submit(c.ResumeAccount(work.account_id))

    def _retry(self) -> None:
        for row in self._waiting_rows():
            if row.is_sending:
                self._retry_sending(row.outbox_id)
            else:
                self._engine.submit(c.RetryOperation(row.operation_id))

    def _give_up(self) -> None:
        for row in self._waiting_rows():
            self._engine.submit(
                c.CancelSending(row.outbox_id) if row.is_sending else c.GiveUpOperation(row.operation_id)
            )

    def _undo(self) -> None:
        for row in self._waiting_rows():
            if not row.is_sending:
                self._engine.submit(c.UndoOperation(row.operation_id))

    def _connection(self) -> ConnectionId | None:
        subject = self._view().currentIndex().data(SubjectRole)
        return subject.connection_id if isinstance(subject, ConnectionInfo | ActivityNote) else None

    def _open(self) -> None:
        connection_id = self._connection()
        if connection_id is not None:
            self._show_dialogue(connection_id)

    def _open_dialogue(self, _index: QModelIndex) -> None:
        self._open()

    def copy(self) -> None:
        """Copy the chosen lines of the list that has the keyboard."""
        view = self._account_view if self._account_view.hasFocus() else self._view()
        model = view.model()
        if isinstance(model, RowsModel):
            rows = sorted(index.row() for index in view.selectionModel().selectedRows())
            QGuiApplication.clipboard().setText("\n".join(model.rows[row].text for row in rows))

    def copy_all(self) -> None:
        """Copy everything: the summary, the accounts, and the list that is shown."""
        model = self._view().model()
        shown = model.to_text() if isinstance(model, RowsModel) else ""
        QGuiApplication.clipboard().setText(f"{self.summary.text()}\n\n{self.accounts.to_text()}\n{shown}")
