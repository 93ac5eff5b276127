"""The folder tree as people use it: unread counts, drops of messages and folders, and the menus of folders and accounts."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import AccountId, MessageId
from mailclient.protocol.mailbox_names import is_within, parent_of
from mailclient.ui import theme
from mailclient.ui.mail_list.view import DRAG_TYPE
from mailclient.ui.models.folder_tree import (
    FOLDER_DRAG_TYPE,
    FolderRoleData,
    FolderTreeModel,
    KeyRole,
    UnreadRole,
    is_faint,
)

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

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Mute the names of folders that are not quite there, in the colours of the moment."""
        super().initStyleOption(option, index)
        folder = index.data(FolderRoleData)
        if isinstance(folder, Folder) and is_faint(folder):
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(role, QColor(theme.current().muted))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the row, the pill, and the frame of where something would be dropped."""
        self._paint_row(painter, option, index)
        view = self.parent()
        if isinstance(view, FolderView) and view.drop_target.isValid() and view.drop_target == index:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 4, 4)
            painter.restore()

    def _paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
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
    properties_wanted = Signal(object)
    messages_dropped = Signal(object, object)
    """Ids of the messages and the Folder they were dropped on."""
    folder_dropped = Signal(object, object)
    """A Folder, and the Folder or the account's id that it was dropped on."""
    wanted = Signal(str, object)
    """The name of an action, and the Folder or the account's id that it is for."""

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
        self.setDragEnabled(True)
        self.setAutoExpandDelay(700)
        self.drop_target = QPersistentModelIndex()
        """Where something would be dropped now."""
        self.setAccessibleName("Folders")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of what the pointer is on; by keyboard, of what is chosen, and beside it."""
        place = event.pos()
        index = self.indexAt(place)
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.visualRect(index).center()
        menu = self.menu_of(self.node_of(index))
        if menu is not None:
            menu.exec(self.viewport().mapToGlobal(place))

    def menu_of(self, node: Folder | AccountId | None) -> QMenu | None:
        """Return the menu of a node; local places have none."""
        if node is None:
            return None
        return self.build_menu(node) if isinstance(node, Folder) else self.build_account_menu(node)

    def node_of(self, index: QModelIndex) -> Folder | AccountId | None:
        """Return the folder, or the account's id, of an index; None for local places."""
        folder = index.data(FolderRoleData)
        if isinstance(folder, Folder):
            return folder
        is_top = index.isValid() and not index.parent().isValid()  # Below an account, the roots of what others share.
        is_account = is_top and not index.flags() & Qt.ItemFlag.ItemIsSelectable
        return AccountId(index.data(KeyRole)) if is_account else None

    def chosen_node(self) -> Folder | AccountId | None:
        """Return what is chosen."""
        return self.node_of(self.currentIndex())

    def build_account_menu(self, account_id: AccountId) -> QMenu:
        """Return the menu of an account."""
        menu = QMenu(self)
        self._offer(menu, "new_folder", "&New folder…", account_id)
        self._offer(menu, "special_folders", "Spec&ial folders…", account_id)
        return menu

    def _offer(self, menu: QMenu, name: str, words: str, node: Folder | AccountId) -> QAction:
        return menu.addAction(words, lambda: self.wanted.emit(name, node))

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
        roles.addSeparator()
        self._offer(roles, "special_folders", "Spec&ial folders…", folder)
        menu.addSeparator()
        self._offer(menu, "new_folder", "&New folder…", folder)
        fixed = folder.role is FolderRole.INBOX
        self._offer(menu, "rename_folder", "&Rename…\tF2", folder).setEnabled(not fixed)
        self._offer(menu, "move_folder", "&Move to…", folder).setEnabled(not fixed)
        subscribed = self._offer(menu, "toggle_subscribed", "&Subscribed", folder)
        subscribed.setCheckable(True)
        subscribed.setChecked(folder.subscribed)
        self._offer(menu, "delete_folder", "&Delete…\tDel", folder).setEnabled(not fixed)
        menu.addSeparator()
        menu.addAction("Properties…", lambda: self.properties_wanted.emit(folder))
        return menu

    def _choose_role(self, folder: Folder, role: FolderRole, _checked: bool = False) -> None:
        self.role_chosen.emit(folder, role)

    def event(self, event: QEvent) -> bool:
        """Here the delete key means the folder: nobody who looks at the tree wants a message to go."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_delete(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete asks about the folder."""
        chosen = self.chosen_node()
        if _is_delete(event):
            if isinstance(chosen, Folder):
                self.wanted.emit("delete_folder", chosen)
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Messages and folders may be dropped here."""
        if event.mimeData().hasFormat(DRAG_TYPE) or event.mimeData().hasFormat(FOLDER_DRAG_TYPE):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Only folders take messages; folders and accounts take folders. What would take it is framed."""
        super().dragMoveEvent(event)  # Scrolls, and opens what one waits over.
        index = self.indexAt(event.position().toPoint())
        takes = self._takes(event.mimeData(), self.node_of(index))
        self._frame(index if takes else QModelIndex())
        if takes:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nothing is framed any more."""
        self._frame(QModelIndex())
        super().dragLeaveEvent(event)

    def _frame(self, index: QModelIndex) -> None:
        self.drop_target = QPersistentModelIndex(index)
        self.viewport().update()

    def _takes(self, data: QMimeData, target: Folder | AccountId | None) -> bool:
        if data.hasFormat(DRAG_TYPE):
            return isinstance(target, Folder) and target.selectable
        dragged = self._dragged_folder(data)
        if dragged is None or target is None:
            return False
        above = parent_of(dragged.name, dragged.delimiter)
        if not isinstance(target, Folder):
            return target == dragged.account_id and bool(above)
        inside = is_within(target.wire_name, dragged.wire_name, dragged.delimiter)
        return target.account_id == dragged.account_id and not inside and target.name != above

    def _dragged_folder(self, data: QMimeData) -> Folder | None:
        if not data.hasFormat(FOLDER_DRAG_TYPE):
            return None
        folder = self.tree.index_of(f"f{bytes(data.data(FOLDER_DRAG_TYPE).data()).decode()}").data(FolderRoleData)
        return folder if isinstance(folder, Folder) else None

    def dropEvent(self, event: QDropEvent) -> None:
        """Move what was dropped."""
        self._frame(QModelIndex())
        target, data = self.node_of(self.indexAt(event.position().toPoint())), event.mimeData()
        if not self._takes(data, target):
            event.ignore()
            return
        event.acceptProposedAction()
        dragged = self._dragged_folder(data)
        if dragged is not None:
            self.folder_dropped.emit(dragged, target)
            return
        text = bytes(data.data(DRAG_TYPE).data()).decode()
        self.messages_dropped.emit(tuple(MessageId(int(item)) for item in text.split(",") if item), target)


def _is_delete(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Delete and event.modifiers() == Qt.KeyboardModifier.NoModifier
