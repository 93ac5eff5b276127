"""The X-ray panel: structure, headers and defects on one side, the exact bytes on the other, tied together both ways.

Selecting a part or a field selects its bytes; a click into the bytes selects the innermost part or field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTabWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain.errors import BadInput
from mailclient.mime.filenames import safe_filename
from mailclient.mime.tree import Message, Part, parse_message
from mailclient.ui.icons import icon
from mailclient.ui.models.sentences import size
from mailclient.ui.reading.saving import save_as
from mailclient.ui.xray.source_view import Colouring, SourceView

ThingRole = int(Qt.ItemDataRole.UserRole) + 1
Explain = Callable[[str], tuple[str, str]]
"""Given a header's name, returns a sentence and its RFC."""


class XrayPanel(QWidget):
    """One message opened up."""

    def __init__(self, explain: Explain, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explain = explain
        self._message: Message | None = None
        self._linking = False
        self.structure = _tree("Structure of the message")
        self.headers = _tree("Header fields")
        self.defects = _tree("Defects")
        self.source = SourceView(self)
        self.source.clicked.connect(self._source_clicked)
        self._detail = QLabel(self)
        self._detail.setWordWrap(True)
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail.setAccessibleName("About the selection")
        self._detail.setMargin(8)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName("Views of the message")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.structure, icon("tree"), "Structure")
        self.tabs.addTab(self.headers, icon("headers"), "Headers")
        self.tabs.addTab(self.defects, icon("warning"), "Defects")
        for view in (self.structure, self.headers, self.defects):
            view.setModel(QStandardItemModel(view))
            view.selectionModel().currentChanged.connect(self._thing_chosen)
        self._build()

    def _build(self) -> None:
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs, 1)
        column.addWidget(self._detail)
        self._save_decoded = QPushButton("Save &decoded…", self)
        self._save_raw = QPushButton("Save as it &is…", self)
        copy = QPushButton("&Copy bytes", self)
        whole = QPushButton("Save &message…", self)
        self._save_decoded.clicked.connect(lambda: self._save_part(decoded=True))
        self._save_raw.clicked.connect(lambda: self._save_part(decoded=False))
        copy.clicked.connect(self._copy)
        whole.clicked.connect(self.save_message)
        find = QLineEdit(self)
        find.setPlaceholderText("Find in the source")
        find.setAccessibleName("Find in the source")
        find.returnPressed.connect(lambda: self.source.find_bytes(find.text().encode()))
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 6)
        row.addStretch(1)
        for button in (copy, self._save_decoded, self._save_raw, whole):
            row.addWidget(button)
        right = QWidget(self)
        lower = QVBoxLayout(right)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(0)
        lower.addWidget(find)
        lower.addWidget(self.source, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        splitter.setSizes([440, 560])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(splitter, 1)
        layout.addLayout(row)  # Below both: in the right half they would leave no room for the left one.

    @property
    def message(self) -> Message | None:
        """The message that is opened up."""
        return self._message

    def show_raw(self, raw: bytes) -> None:
        """Open up these bytes."""
        message = self._message = parse_message(raw)
        self.source.show_bytes(raw, list(_colourings(message)))
        self._fill_structure(message)
        self._fill_headers(message)
        self._fill_defects(message)
        parts = "one part" if message.part_count == 1 else f"{message.part_count} parts"
        self._detail.setText(f"{size(len(raw))}, {parts}. Select something to see its bytes.")

    def _model(self, view: QTreeView, *titles: str) -> QStandardItemModel:
        model = view.model()
        if not isinstance(model, QStandardItemModel):
            raise TypeError("the views of this panel have standard models")
        model.clear()
        model.setHorizontalHeaderLabels(list(titles))
        return model

    def _fill_structure(self, message: Message) -> None:
        model = self._model(self.structure, "Part", "Type", "Encoding", "Size")
        items: dict[int, QStandardItem] = {}
        for part, parent in _with_parents(message.root):
            problems = len(part.defects) + len(part.headers.defects)
            name = part.section or "message"
            first = QStandardItem(icon("warning", "warning") if problems else icon(_part_icon(part), "muted"), name)
            first.setData(part, ThingRole)
            kind = part.content_type + (f"; {part.charset}" if part.charset else "")
            start, end = part.body_range
            row = [first, QStandardItem(kind), QStandardItem(part.encoding), QStandardItem(size(end - start))]
            tip = "\n".join([part.filename, *(defect.sentence for defect in part.defects)]).strip()
            for item in row:
                item.setEditable(False)
                item.setToolTip(tip)
            (items[id(parent)].appendRow if parent is not None else model.appendRow)(row)
            items[id(part)] = first
        self.structure.expandAll()
        for column in range(4):
            self.structure.resizeColumnToContents(column)

    def _fill_headers(self, message: Message) -> None:
        model = self._model(self.headers, "Field", "Value")
        for field in message.headers.fields:
            sentence, rfc = self._explain(field.name)
            name, value = QStandardItem(field.name), QStandardItem(field.text[:2_000])
            name.setData(field, ThingRole)
            for item in (name, value):
                item.setEditable(False)
                item.setToolTip(f"{sentence}\n{rfc}".strip())
            model.appendRow([name, value])
        self.headers.setColumnWidth(0, self.fontMetrics().averageCharWidth() * 20)

    def _fill_defects(self, message: Message) -> None:
        model = self._model(self.defects, "Place", "Defect")
        for defect in message.defects:
            place, words = QStandardItem(str(defect.start)), QStandardItem(defect.sentence)
            place.setData(defect, ThingRole)
            for item in (place, words):
                item.setEditable(False)
                item.setToolTip(defect.kind.value)
            model.appendRow([place, words])
        count = model.rowCount()
        self.tabs.setTabText(2, f"Defects ({count})" if count else "Defects")

    def _thing_chosen(self, index: QModelIndex, _previous: QModelIndex) -> None:
        thing = index.siblingAtColumn(0).data(ThingRole)
        if thing is None or self._message is None:
            return
        if not self._linking:
            self.source.select(thing.start, thing.end)
        self._describe(thing)

    def _describe(self, thing: object) -> None:
        message = self._message
        if message is None:
            return
        if isinstance(thing, Part):
            data = message.decoded(thing)
            found = message.text(thing, 65_536).charset if thing.content_type.startswith("text/") else ""
            charset = f" Declared charset {thing.charset or 'none'}, read as {found}." if found else ""
            start, end = thing.body_range
            self._detail.setText(
                f"Part {thing.section or '(whole)'}: {thing.content_type}, bytes {thing.start} to {thing.end}; "
                f"body {size(end - start)} encoded, {size(len(data))} decoded.{charset}\n"
                f"SHA-256 {hashlib.sha256(data).hexdigest()}"
            )
        elif hasattr(thing, "name"):
            sentence, rfc = self._explain(thing.name)
            self._detail.setText(f"{thing.name}: {sentence} {rfc}".strip())
        elif hasattr(thing, "sentence"):
            self._detail.setText(thing.sentence)

    def _source_clicked(self, offset: int) -> None:
        """Select what the byte belongs to: a header field of the message, else the innermost part."""
        message = self._message
        if message is None:
            return
        self._linking = True
        try:
            for row, field in enumerate(message.headers.fields):
                if field.start <= offset < field.end:
                    self.tabs.setCurrentWidget(self.headers)
                    self.headers.setCurrentIndex(self.headers.model().index(row, 0))
                    return
            inner = max(
                (part for part in message.root.walk() if part.start <= offset < part.end or part is message.root),
                key=lambda part: part.depth,
            )
            self.tabs.setCurrentWidget(self.structure)
            self._select_part(inner)
        finally:
            self._linking = False

    def _select_part(self, part: Part) -> None:
        model = self.structure.model()
        found = model.match(
            model.index(0, 0), ThingRole, part, 1, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
        )
        if found:
            self.structure.setCurrentIndex(found[0])

    def select_section(self, section: str) -> None:
        """Select a part by its section number."""
        part = self._message.part(section) if self._message else None
        if part is not None:
            self.tabs.setCurrentWidget(self.structure)
            self._select_part(part)

    def current_part(self) -> Part | None:
        """Return the selected part, the whole message when none is selected."""
        thing = self.structure.currentIndex().siblingAtColumn(0).data(ThingRole)
        return thing if isinstance(thing, Part) else (self._message.root if self._message else None)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.source.selected_bytes().decode("utf-8", "replace"))

    def _save_part(self, *, decoded: bool) -> None:
        part, message = self.current_part(), self._message
        if part is None or message is None:
            return
        name = safe_filename(part.filename or f"part {part.section or 'message'}.{'bin' if decoded else 'txt'}")
        path, _ = QFileDialog.getSaveFileName(self, "Save part", name)
        if path:
            self._write(Path(path), message.decoded(part) if decoded else message.raw[part.start : part.end])

    def save_message(self) -> None:
        """Save the whole message, bit by bit as it came."""
        if self._message is None:
            return
        subject = self._message.headers.first("Subject") or "message"
        path, _ = QFileDialog.getSaveFileName(self, "Save message", safe_filename(f"{subject[:80]}.eml"))
        if path:
            self._write(Path(path), self._message.raw)

    def _write(self, path: Path, data: bytes) -> None:
        try:
            save_as(path, data)
        except BadInput as error:
            self._detail.setText(error.sentence)
        else:
            self._detail.setText(f"Saved {size(len(data))} as “{path.name}”.")


def _tree(name: str) -> QTreeView:
    view = QTreeView()
    view.setAccessibleName(name)
    view.setAlternatingRowColors(True)
    view.setUniformRowHeights(True)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setAllColumnsShowFocus(True)
    view.setRootIsDecorated(name.startswith("Structure"))
    return view


def _part_icon(part: Part) -> str:
    if part.is_multipart:
        return "folder"
    if part.is_message:
        return "unread"
    return "attachment" if part.filename else "headers"


def _with_parents(root: Part) -> list[tuple[Part, Part | None]]:
    result: list[tuple[Part, Part | None]] = []
    waiting: list[tuple[Part, Part | None]] = [(root, None)]
    while waiting:
        part, parent = waiting.pop()
        result.append((part, parent))
        waiting.extend((child, part) for child in reversed(part.children))
    return result


def _colourings(message: Message) -> list[Colouring]:
    """Header names everywhere; boundary lines by level."""
    result: list[Colouring] = []
    for part in message.root.walk():
        result += [Colouring(field.start, field.value_start, "name") for field in part.headers.fields]
        if part.boundary and part.children:
            needle = b"--" + part.boundary.encode("utf-8", "replace")
            edges = [child.start for child in part.children] + [part.children[-1].end]
            for edge in edges:
                place = message.raw.rfind(needle, max(edge - len(needle) - 8, 0), edge)
                if edge == edges[-1]:
                    place = message.raw.find(needle, edge, edge + len(needle) + 8)
                if place >= 0:
                    result.append(Colouring(place, place + len(needle) + 2, "boundary", part.depth))
    return result
