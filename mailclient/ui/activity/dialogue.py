"""The dialogues of this run: every connection, every line, secrets struck out, each line explained when it is chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFontDatabase, QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain.ids import ConnectionId
from mailclient.engine.connections import ConnectionInfo
from mailclient.protocol.transcript import Direction, Transcript
from mailclient.ui import theme

ExplainLine = Callable[[str, str, bool], str]
"""Given protocol, line, and whether the client said it, returns what it means."""
LineRole = int(Qt.ItemDataRole.UserRole) + 1


class DialogueWindow(QDialog):
    """Lists connections; shows one dialogue."""

    def __init__(
        self,
        connections: Callable[[], tuple[ConnectionInfo, ...]],
        transcript: Callable[[ConnectionId], Transcript | None],
        explain: ExplainLine,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Dialogues with servers")
        self._connections = connections
        self._transcript = transcript
        self._explain = explain
        self._known: tuple[ConnectionInfo, ...] = ()
        self._shown: Transcript | None = None
        self._list = QListWidget(self)
        self._list.setAccessibleName("Connections")
        self._list.currentRowChanged.connect(self._show_row)
        self._lines = QTreeView(self)
        self._lines.setAccessibleName("Dialogue")
        self._lines.setHeaderHidden(True)
        self._lines.setRootIsDecorated(False)
        self._lines.setUniformRowHeights(True)
        self._lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._model = QStandardItemModel(self)
        self._lines.setModel(self._model)
        self._lines.selectionModel().currentChanged.connect(self._explain_line)
        self._meaning = QLabel("Choose a line to read what it means.", self)
        self._meaning.setWordWrap(True)
        self._meaning.setMargin(8)
        self._meaning.setTextFormat(Qt.TextFormat.PlainText)
        copy = QPushButton("&Copy dialogue", self)
        copy.clicked.connect(self._copy)
        close = QPushButton("Close", self)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self._list)
        splitter.addWidget(self._lines)
        splitter.setSizes([260, 640])
        layout = QVBoxLayout(self)
        layout.addWidget(splitter, 1)
        layout.addWidget(self._meaning)
        layout.addLayout(buttons)
        em = self.fontMetrics().horizontalAdvance("m")
        self.resize(em * 78, em * 46)

    def show_connection(self, connection_id: ConnectionId | None = None) -> None:
        """Show the connections, one of them chosen."""
        self._known = self._connections()
        self._list.clear()
        for known in self._known:
            state = "" if known.open else " (closed)"
            self._list.addItem(f"{known.protocol}  {known.host}\n{known.purpose}{state}")
        wanted = next((i for i, known in enumerate(self._known) if known.connection_id == connection_id), 0)
        self._list.setCurrentRow(wanted if self._known else -1)
        self.show()
        self.raise_()

    def _show_row(self, row: int) -> None:
        self._model.clear()
        self._shown = self._transcript(self._known[row].connection_id) if 0 <= row < len(self._known) else None
        if self._shown is None:
            return
        tokens = theme.current()
        colours = {Direction.CLIENT: tokens.accent, Direction.SERVER: tokens.text, Direction.NOTE: tokens.muted}
        for line in self._shown.lines():
            item = QStandardItem(f"{line.direction.value} {line.text}")
            item.setEditable(False)
            item.setForeground(QBrush(QColor(colours[line.direction])))
            item.setData(line, LineRole)
            self._model.appendRow(item)
        self._lines.scrollToBottom()

    def _explain_line(self, index: QModelIndex, _previous: QModelIndex) -> None:
        line = index.data(LineRole)
        if line is None or self._shown is None:
            return
        words = ""
        if line.direction is not Direction.NOTE:
            words = self._explain(self._shown.protocol, line.text, line.direction is Direction.CLIENT)
        self._meaning.setText(words or "No explanation is known for this line.")

    def _copy(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.to_text())
