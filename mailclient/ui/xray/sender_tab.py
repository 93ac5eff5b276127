"""Who a message is really from: one sentence, and below it the names of senders, look-alikes, and where answers go."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from mailclient.ui.xray.sender_rows import NOBODY_NAMED, sender_rows
from mailclient.ui.xray.thing_tree import ThingTree
from mailclient.xray.inspection import Inspection


class SenderTab(QWidget):
    """The sentence above, the table below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAccessibleName("Who it is really from")
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.sentence.setContentsMargins(8, 6, 8, 6)
        self.table = ThingTree(
            "Names of senders, and where answers go",
            ("What", "Who", "Domain or field", "Remark"),
            self,
            tree=True,
            widest=1,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)

    def show_inspection(self, inspection: Inspection) -> None:
        """Show who a message is from."""
        self.sentence.setText(inspection.senders.sentence)
        self.table.show_rows(sender_rows(inspection), NOBODY_NAMED)
