"""A list or tree of the X-ray: rows of words that stand for bytes. Choosing one tells which, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from mailclient.ui import theme
from mailclient.ui.icons import icon
from mailclient.ui.xray.rows import Row

RowRole = int(Qt.ItemDataRole.UserRole) + 2
ThingRole = int(Qt.ItemDataRole.UserRole) + 1
MAX_COLUMN_EMS = 24
NAMES_EMS = 34
"""Of the first column of a tree, where names stand indented."""
MAX_HEARD = 1_000
ICON_WORDS = {"warning": "Warning", "error": "Danger", "check": "Good", "lock": "Believed"}
"""What an icon says to those who do not see it."""


class ThingTree(QTreeView):
    """Shows rows; ``chosen`` carries the one that the reader went to."""

    chosen = Signal(object)
    opened = Signal(object)
    """A thing that was double-clicked, or Enter was pressed on it."""

    def __init__(
        self,
        name: str,
        titles: Sequence[str],
        parent: QWidget | None = None,
        *,
        tree: bool = False,
        widest: int | None = None,
    ) -> None:
        """``widest``: the column that takes the room that is left; the last one without it."""
        super().__init__(parent)
        self._widest = widest
        self._titles = list(titles)
        self._empty = ""
        self.setAccessibleName(name)
        self.setAlternatingRowColors(True)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAllColumnsShowFocus(True)
        self.setRootIsDecorated(tree)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setIconSize(QSize(self.fontMetrics().height(), self.fontMetrics().height()))
        self._model = QStandardItemModel(self)
        self._model.setHorizontalHeaderLabels(self._titles)
        self.setModel(self._model)
        self.header().setResizeContentsPrecision(100)  # By the first rows: widths need not be right for the thousandth.
        self.selectionModel().currentChanged.connect(self._gone_to)
        self.activated.connect(lambda _index: self.opened.emit(self.current_thing()))

    def show_rows(self, rows: Sequence[Row], empty: str = "") -> None:
        """Show these rows and nothing else; without any, the words of ``empty``."""
        self._empty = "" if rows else empty
        self.setAccessibleDescription(self._empty)
        self._model.clear()
        self._model.setHorizontalHeaderLabels(self._titles)
        shaped: list[tuple[QStandardItem, Row]] = []
        waiting: list[tuple[QStandardItem | None, Row]] = [(None, row) for row in reversed(rows)]
        while waiting:
            parent, row = waiting.pop()
            items = [QStandardItem(cell) for cell in row.cells]
            for item, cell in zip(items, row.cells, strict=True):
                item.setToolTip(cell[:500])
            for item, words in zip(items, heard_words(row, self._titles), strict=False):
                item.setData(words, Qt.ItemDataRole.AccessibleTextRole)
            items[0].setData(row.detail[:MAX_HEARD], Qt.ItemDataRole.AccessibleDescriptionRole)
            items[0].setData(row.thing, ThingRole)
            items[0].setData(row, RowRole)
            if row.icon:
                items[0].setIcon(icon(row.icon, row.token))
            (parent if parent is not None else self._model.invisibleRootItem()).appendRow(items)
            if row.children or not any(row.cells[1:]):
                shaped.append((items[0], row))
            waiting += [(items[0], child) for child in reversed(row.children)]
        for item, row in shaped:
            index = item.index()
            self.setExpanded(index, not row.folded)
            # A sentence has the whole width of its row.
            self.setFirstColumnSpanned(index.row(), index.parent(), not any(row.cells[1:]))
        letter = self.fontMetrics().averageCharWidth()
        for column in range(len(self._titles) - (self._widest is None)):
            self.resizeColumnToContents(column)
            most = NAMES_EMS if self.rootIsDecorated() and not column else MAX_COLUMN_EMS
            self.setColumnWidth(column, min(self.columnWidth(column), letter * most))
        if self._widest is not None:
            self.header().setStretchLastSection(False)
            self.header().setSectionResizeMode(self._widest, QHeaderView.ResizeMode.Stretch)

    def paintEvent(self, event: QPaintEvent) -> None:
        """An empty list says why it is empty."""
        super().paintEvent(event)
        if self._empty:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.current().muted))
            edge = self.fontMetrics().height() * 2
            place = self.viewport().rect().adjusted(edge, edge, -edge, -edge)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._empty)
            painter.end()

    def _gone_to(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = index.siblingAtColumn(0).data(RowRole)
        if isinstance(row, Row):
            self.chosen.emit(row)

    def go_to(self, thing: object) -> bool:
        """Make the row of a thing the current one; False when it has none."""
        flags = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
        found = self._model.match(self._model.index(0, 0), ThingRole, thing, 1, flags)
        if found:
            self.setCurrentIndex(found[0])
        return bool(found)

    def current_row(self) -> Row | None:
        """Return the row that the reader is at, None without one."""
        row = self.currentIndex().siblingAtColumn(0).data(RowRole)
        return row if isinstance(row, Row) else None

    def current_thing(self) -> object:
        """Return what the current row stands for, None without one."""
        return self.currentIndex().siblingAtColumn(0).data(ThingRole)


def heard_words(row: Row, titles: Sequence[str]) -> list[str]:
    """Return what a screen reader says of each cell: the column's title with what is in it; a sentence as it is."""
    words = [f"{title}: {cell}" if cell else "" for title, cell in zip(titles, row.cells, strict=False)]
    if not any(row.cells[1:]):
        words[0] = row.cells[0]
    mark = ICON_WORDS.get(row.icon)
    words[0] = f"{mark}. {words[0]}" if mark and mark not in row.cells[0] else words[0]
    return words
