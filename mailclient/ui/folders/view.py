"""The folder tree as people use it: unread counts, drop of messages, and the menu that corrects a folder's role."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter
from PySide6.QtWidgets import QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import MessageId
from mailclient.ui import theme
from mailclient.ui.mail_list.view import DRAG_TYPE
from mailclient.ui.models.folder_tree import FolderRoleData, FolderTreeModel, KeyRole, UnreadRole

ROLE_WORDS: Final = {
    FolderRole.INBOX: "Inbox",
    FolderRole.DRAFTS: "Drafts",
    FolderRole.SENT: "Sent",
    FolderRole.ARCHIVE: "Archive",
    FolderRole.JUNK: "Junk",
    FolderRole.TRASH: "Trash",
    FolderRole.NONE: "Ordinary folder",
}
_QUIET: Final = {FolderRole.JUNK, FolderRole.TRASH, FolderRole.SENT, FolderRole.DRAFTS}
"""Unread mail in these calls for nobody: a plain number, no pill."""


class _Delegate(QStyledItemDelegate):
    """Adds the number of unread messages as a pill."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Give rows some air."""
        size = super().sizeHint(option, index)
        size.setHeight(int(option.fontMetrics.height() * 1.75))
        return size

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the row, then the pill."""
        unread = index.data(UnreadRole)
        if not isinstance(unread, int) or unread <= 0:
            super().paint(painter, option, index)
            return
        tokens = theme.current()
        folder = index.data(FolderRoleData)
        quiet = isinstance(folder, Folder) and folder.role in _QUIET
        text = f"{unread:,}"
        metrics = option.fontMetrics
        height = metrics.height() * 1.15
        width = max(metrics.horizontalAdvance(text) + metrics.height() * 0.8, height)
        rect = QRectF(option.rect)
        narrowed = QStyleOptionViewItem(option)
        narrowed.rect = option.rect.adjusted(0, 0, -int(width) - 10, 0)
        super().paint(painter, narrowed, index)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect.adjusted(narrowed.rect.width(), 0, 0, 0), QColor(tokens.selection))
        place = QRectF(rect.right() - width - 6, rect.center().y() - height / 2, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not quiet:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setPen(QColor(tokens.muted if quiet else tokens.on_accent))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.restore()


class FolderView(QTreeView):
    """The tree of accounts and folders."""

    node_chosen = Signal(object)
    """The chosen index's Folder, or the key (str) of another node."""
    role_chosen = Signal(object, object)
    """Folder and the role the user says it has."""
    synchronise_wanted = Signal(object)
    messages_dropped = Signal(object, object)
    """Ids of the messages and the Folder they were dropped on."""

    def __init__(self, model: FolderTreeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("folders")
        self.tree = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(self.fontMetrics().height())
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("m") * 13)
        self.setAcceptDrops(True)
        self.setAccessibleName("Folders")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.customContextMenuRequested.connect(self._menu)
        self.folded: set[str] = set()
        """Keys of the nodes that the user has folded."""
        self.selectionModel().currentChanged.connect(self._walked)
        self.clicked.connect(self._pressed)
        self.activated.connect(self._pressed)
        self.collapsed.connect(lambda index: self.folded.add(index.data(KeyRole)))
        self.expanded.connect(lambda index: self.folded.discard(index.data(KeyRole)))

    def unfold(self) -> None:
        """After the tree was built anew: show all but what the user has folded."""
        folded = set(self.folded)
        self.expandAll()
        for key in folded:
            self.collapse(self.tree.index_of(key))
        self.folded = folded

    def _walked(self, current: QModelIndex, _previous: QModelIndex) -> None:
        folder = current.data(FolderRoleData)
        if isinstance(folder, Folder):
            self.node_chosen.emit(folder)

    def _pressed(self, index: QModelIndex) -> None:
        """Other nodes open a window: that must not happen to someone who only walks past with the arrow keys."""
        folder = index.data(FolderRoleData)
        chosen = folder if isinstance(folder, Folder) else index.data(KeyRole)
        if chosen:
            self.node_chosen.emit(chosen)

    def _menu(self, place: QPoint) -> None:
        folder = self.indexAt(place).data(FolderRoleData)
        if not isinstance(folder, Folder):
            return
        self.build_menu(folder).exec(self.viewport().mapToGlobal(place))

    def build_menu(self, folder: Folder) -> QMenu:
        """Return the menu of a folder."""
        menu = QMenu(self)
        menu.addAction("Synchronise now", lambda: self.synchronise_wanted.emit(folder))
        roles = menu.addMenu("Use as")
        for role, words in ROLE_WORDS.items():
            action = roles.addAction(words)
            action.triggered.connect(partial(self._choose_role, folder, role))
            action.setCheckable(True)
            action.setChecked(folder.role is role)
        return menu

    def _choose_role(self, folder: Folder, role: FolderRole, _checked: bool = False) -> None:
        self.role_chosen.emit(folder, role)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Messages may be dropped here."""
        if event.mimeData().hasFormat(DRAG_TYPE):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Only folders take messages."""
        folder = self.indexAt(event.position().toPoint()).data(FolderRoleData)
        if isinstance(folder, Folder) and folder.selectable:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Move what was dropped."""
        folder = self.indexAt(event.position().toPoint()).data(FolderRoleData)
        if isinstance(folder, Folder):
            text = bytes(event.mimeData().data(DRAG_TYPE).data()).decode()
            self.messages_dropped.emit(tuple(MessageId(int(item)) for item in text.split(",") if item), folder)
            event.acceptProposedAction()
