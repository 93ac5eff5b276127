"""The route of a message: drawn, and as a table that says the same; both to take away."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain.errors import BadInput
from mailclient.ui.reading.saving import save_as
from mailclient.ui.xray.route_drawing import RouteDrawing
from mailclient.ui.xray.rows import route_rows, route_summary
from mailclient.ui.xray.thing_tree import ThingTree
from mailclient.xray.inspection import Inspection
from mailclient.xray.journey import journey_lines


class RouteTab(QWidget):
    """Drawing above, table below."""

    told = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[str, ...] = ()
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.drawing = RouteDrawing(self)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName("The route drawn")
        area.setWidget(self.drawing)
        self.copy_button = QPushButton("Copy as te&xt", self)
        self.save_button = QPushButton("Save &picture…", self)
        self.table = ThingTree(
            "Hops of the route", ("Hop", "Server", "Came from", "How", "Took", "When", "Told by"), self, widest=2
        )
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._save)
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 8, 6)
        row.addWidget(self.summary, 1)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.addWidget(area)
        splitter.addWidget(self.table)
        splitter.setSizes([300, 200])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(splitter, 1)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show the route of a message."""
        self._lines = journey_lines(inspection.stations)
        self.summary.setText(route_summary(inspection.route))
        self.drawing.show_route(inspection.route, inspection.stations)
        self.table.show_rows(route_rows(inspection.route))
        for button in (self.copy_button, self.save_button):
            button.setEnabled(bool(self._lines))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._lines))
        self.told.emit("The route is in the clipboard.")

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Save picture", "route.svg", "SVG (*.svg);;PNG (*.png)")
        if not chosen:
            return
        path = Path(chosen)
        try:
            save_as(path, self.drawing.picture("png" if path.suffix.lower() == ".png" else "svg"))
        except BadInput as error:
            self.told.emit(error.sentence)
        else:
            self.told.emit(f"Saved the picture as “{path.name}”.")
