"""The attachments of a message: what they are, how large, and three safe things to do with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QMenu, QPushButton, QWidget

from mailclient.mime.body import Attachment
from mailclient.ui.icons import icon
from mailclient.ui.models.sentences import size


class AttachmentBar(QFrame):
    """A row of attachments with *Open*, *Save…* and *Save all…*."""

    open_wanted = Signal(object)
    save_wanted = Signal(object)
    save_all_wanted = Signal()
    xray_wanted = Signal(str)
    """The section number of a part that is to be opened up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.attachments: tuple[Attachment, ...] = ()
        self._list = QListWidget(self)
        self._list.setFlow(QListWidget.Flow.LeftToRight)
        self._list.setWrapping(True)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setSpacing(3)
        self._list.setAccessibleName("Attachments")
        self.setFocusProxy(self._list)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu)
        self._list.itemActivated.connect(self._open_current)
        self._open = QPushButton("&Open", self)
        self._save = QPushButton("&Save…", self)
        self._save_all = QPushButton("Save a&ll…", self)
        self._open.clicked.connect(self._open_current)
        self._save.clicked.connect(self._save_current)
        self._save_all.clicked.connect(self.save_all_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 6)
        layout.addWidget(self._list, 1)
        for button in (self._open, self._save, self._save_all):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def show_attachments(self, attachments: Sequence[Attachment], absent: Collection[str] = ()) -> None:
        """Show these, or hide when there are none. ``absent``: sections that only the server has."""
        self.attachments = tuple(attachments)
        self._list.clear()
        for attachment in self.attachments:
            name = "warning" if attachment.dangerous else "unread" if attachment.part.is_message else "attachment"
            token = "danger" if attachment.dangerous else "muted"
            is_absent = attachment.section in absent
            about = " · on the server" if is_absent else ""
            item = QListWidgetItem(icon(name, token), f"{attachment.filename}  {size(attachment.size_bytes)}{about}")
            words = f"{attachment.filename}\n{attachment.content_type}, part {attachment.section}"
            words += "\nNot here yet: it is fetched when you open or save it." if is_absent else ""
            item.setToolTip(
                words + ("\nCan run programs: open it only if you asked for it." if attachment.dangerous else "")
            )
            self._list.addItem(item)
        if self.attachments:
            self._list.setCurrentRow(0)
        rows = 1 if len(self.attachments) <= 3 else 2
        self._list.setFixedHeight(int(self._list.fontMetrics().height() * 1.9 * rows) + 6)
        self._save_all.setVisible(len(self.attachments) > 1)
        self.setVisible(bool(self.attachments))

    def current(self) -> Attachment | None:
        """Return the chosen attachment."""
        row = self._list.currentRow()
        return self.attachments[row] if 0 <= row < len(self.attachments) else None

    def choose(self, section: str) -> bool:
        """Choose the attachment that is this part; False when it is none."""
        row = next((row for row, each in enumerate(self.attachments) if each.section == section), None)
        if row is not None:
            self._list.setCurrentRow(row)
        return row is not None

    def _open_current(self) -> None:
        if (attachment := self.current()) is not None:
            self.open_wanted.emit(attachment)

    def _save_current(self) -> None:
        if (attachment := self.current()) is not None:
            self.save_wanted.emit(attachment)

    def _xray_current(self) -> None:
        if (attachment := self.current()) is not None:
            self.xray_wanted.emit(attachment.section)

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction("Open", self._open_current)
        menu.addAction("Save…", self._save_current)
        menu.addSeparator()
        menu.addAction("Show in X-ray", self._xray_current)
        menu.exec(self._list.mapToGlobal(place))
