"""Accounts and folders as a Qt tree model, rebuilt only when its shape changes; counts are updated in place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QMimeData, QModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from mailclient.domain.account import Account
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.folder import Folder, FolderRole, NamespaceKind
from mailclient.domain.ids import AccountId, FolderId
from mailclient.domain.scope import MODEL_SENTENCES
from mailclient.ui.icons import icon
from mailclient.ui.models.sentences import ROOT_TITLES, folder_title, path_in_namespace

FolderRoleData: Final = int(Qt.ItemDataRole.UserRole) + 1
KeyRole: Final = int(Qt.ItemDataRole.UserRole) + 2
UnreadRole: Final = int(Qt.ItemDataRole.UserRole) + 3
RestingRole: Final = int(Qt.ItemDataRole.UserRole) + 4
"""True for a folder that is not synchronised."""
ROLE_ICONS: Final = {
    FolderRole.INBOX: "inbox",
    FolderRole.DRAFTS: "drafts",
    FolderRole.SENT: "sent",
    FolderRole.ARCHIVE: "archive",
    FolderRole.JUNK: "junk",
    FolderRole.TRASH: "trash",
    FolderRole.ALL: "archive",
    FolderRole.FLAGGED: "star",
    FolderRole.NONE: "folder",
}
_ORDER: Final = (
    FolderRole.INBOX,
    FolderRole.FLAGGED,
    FolderRole.DRAFTS,
    FolderRole.SENT,
    FolderRole.ARCHIVE,
    FolderRole.ALL,
    FolderRole.JUNK,
    FolderRole.TRASH,
    FolderRole.NONE,
)
_STATUS_ICONS: Final = {
    AccountStatus.OFFLINE: ("offline", "muted"),
    AccountStatus.NO_NETWORK: ("offline", "muted"),
    AccountStatus.CONNECTING: ("sync", "muted"),
    AccountStatus.WAITING: ("clock", "warning"),
    AccountStatus.DISK_FULL: ("warning", "warning"),
    AccountStatus.SIGN_IN_NEEDED: ("key", "danger"),
    AccountStatus.MAIL_RENAMED: ("warning", "warning"),
    AccountStatus.CERTIFICATE_REFUSED: ("error", "danger"),
    AccountStatus.FAILED: ("error", "danger"),
}


@dataclass(frozen=True, slots=True)
class LocalNode:
    """A place that exists only here: waiting mail, unfinished drafts."""

    key: str
    title: str
    icon_name: str
    count: int


FOLDER_DRAG_TYPE: Final = "application/x-postscope-folder"
"""The id of the folder that is dragged."""


class FolderTreeModel(QStandardItemModel):
    """Top level: local places and accounts; below an account: its folders by role, then by name."""

    def mimeTypes(self) -> list[str]:
        """Folders can be dragged within the tree."""
        return [FOLDER_DRAG_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the dragged folder."""
        data = QMimeData()
        ids = [folder_id for index in indexes if (folder_id := folder_id_of(index)) is not None]
        if ids:
            data.setData(FOLDER_DRAG_TYPE, str(ids[0]).encode())
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        """Never a move in Qt's sense, which takes the row away by itself: the engine moves folders."""
        return Qt.DropAction.CopyAction

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, QStandardItem] = {}
        self._shape: tuple[str, ...] = ()

    def show(
        self,
        accounts: Sequence[Account],
        folders: Sequence[Folder],
        status: dict[AccountId, AccountStatusChanged],
        local: Sequence[LocalNode],
        unsynchronised: Collection[FolderId] = (),
    ) -> bool:
        """Show this state; True when the tree was rebuilt (expansion and selection are lost).

        Nothing is counted of folders that are not synchronised: nobody knows whether it is still so.
        """
        shape = (
            *(node.key for node in local),
            *(account.id for account in accounts),
            *(
                f"{each.account_id}/{each.id}/{each.role.value}/{each.namespace_prefix}/{each.namespace.value}/{each.name}"
                for each in folders
            ),
        )
        rebuilt = shape != self._shape
        if rebuilt:
            self._shape = shape
            self._build(accounts, folders, local)
        for node in local:
            self._set(node.key, node.title, icon(node.icon_name, "muted"), node.count, f"{node.title}: {node.count}")
        for account in accounts:
            self._show_account(account, status.get(account.id))
        paths = {(folder.account_id, folder.namespace, path_in_namespace(folder)) for folder in folders}
        for folder in folders:
            item = self._items.get(f"f{folder.id}")
            resting = folder.id in unsynchronised
            if item is None or (item.data(FolderRoleData) == folder and item.data(RestingRole) == resting):
                continue  # Events come often, and nearly always one folder alone has changed.
            counts = f"{folder.total:,} messages, {folder.unread:,} unread"
            words = f"{folder.name}: {'not synchronised' if resting else counts}{_more(folder)}"
            path = path_in_namespace(folder)
            nested = (folder.account_id, folder.namespace, path[:-1]) in paths or len(path) == 1
            title = folder_title(folder) if nested else " / ".join(path)
            unread = 0 if resting else folder.unread
            self._set(f"f{folder.id}", title, icon(ROLE_ICONS[folder.role], "muted"), unread, words)
            item.setData(resting, RestingRole)
            item.setData(folder, FolderRoleData)
            item.setDragEnabled(folder.role is not FolderRole.INBOX)
        return rebuilt

    def index_of(self, key: str) -> QModelIndex:
        """Return the index of a node by its key (``f`` and the folder's id, an account's id, a local key)."""
        item = self._items.get(key)
        return item.index() if item else QModelIndex()

    def inbox_index(self) -> QModelIndex:
        """Return the first inbox."""
        for key, item in self._items.items():
            folder = item.data(FolderRoleData)
            if key.startswith("f") and isinstance(folder, Folder) and folder.role is FolderRole.INBOX:
                return item.index()
        return QModelIndex()

    def _build(self, accounts: Sequence[Account], folders: Sequence[Folder], local: Sequence[LocalNode]) -> None:
        self.clear()
        self._items.clear()
        root = self.invisibleRootItem()
        for account in accounts:
            parent = self._add(root, account.id)
            parent.setSelectable(False)
            for kind in NamespaceKind:
                here = [each for each in folders if each.account_id == account.id and each.namespace is kind]
                # What is no folder but the name of the root itself is shown as the root.
                here = [each for each in here if path_in_namespace(each) or each.selectable]
                if here:
                    self._build_namespace(parent, account, kind, here)
        for node in local:
            self._add(root, node.key)

    def _build_namespace(
        self, parent: QStandardItem, account: Account, kind: NamespaceKind, folders: Sequence[Folder]
    ) -> None:
        """Show folders of one namespace: one's own below the account, those of others below a root of their own."""
        if kind is not NamespaceKind.PERSONAL:
            key, title = f"{account.id}/{kind.value}", ROOT_TITLES[kind]
            parent = self._add(parent, key)
            parent.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._set(key, title, icon("folder", "muted"), 0, f"{title} of {account.label}")
        by_path = {path_in_namespace(folder): folder for folder in folders}
        nodes: dict[tuple[str, ...], QStandardItem] = {}
        for folder in sorted(in_order(folders), key=lambda f: len(path_in_namespace(f))):
            path = path_in_namespace(folder)
            above = path[:-1]
            target = nodes.get(above, parent) if above in by_path else parent
            nodes[path] = self._add(target, f"f{folder.id}")

    def _add(self, parent: QStandardItem, key: str) -> QStandardItem:
        item = QStandardItem()
        item.setEditable(False)
        item.setData(key, KeyRole)
        parent.appendRow(item)
        self._items[key] = item
        return item

    def _set(self, key: str, title: str, shown: object, unread: int, words: str) -> None:
        item = self._items[key]
        item.setText(title)
        if not item.icon().isNull() or shown is not None:
            item.setData(shown, int(Qt.ItemDataRole.DecorationRole))
        item.setData(unread, UnreadRole)
        item.setToolTip(words)
        item.setAccessibleText(words)

    def _show_account(self, account: Account, status: AccountStatusChanged | None) -> None:
        item = self._items[account.id]
        item.setText(account.label)
        font = item.font()
        font.setBold(True)
        item.setFont(font)
        shown = _STATUS_ICONS.get(status.status) if status else None
        item.setIcon(icon(*shown) if shown else icon("account", "muted"))
        words = status.sentence if status and status.sentence else account.address
        words = f"{words}\n{MODEL_SENTENCES[account.model]}"
        item.setToolTip(words)
        item.setAccessibleText(f"Account {account.label}. {words}")


def _more(folder: Folder) -> str:
    if folder.awaits_creation:
        return ". It will be made on the server when that can be reached."
    return "" if folder.subscribed else ". Not subscribed."


def is_faint(folder: Folder) -> bool:
    """True for folders that are not, or not yet, what others are: not subscribed, not made, no place for messages."""
    return folder.awaits_creation or not folder.subscribed or not folder.selectable


def in_order(folders: Sequence[Folder]) -> list[Folder]:
    """Return folders in the order in which people look for them: by role, then by name; nested ones after those."""
    return sorted(
        folders, key=lambda f: (_ORDER.index(f.role) if len(f.path) == 1 else 99, [p.casefold() for p in f.path])
    )


def folder_id_of(index: QModelIndex) -> FolderId | None:
    """Return the folder behind an index, None for other nodes."""
    folder = index.data(FolderRoleData)
    return folder.id if isinstance(folder, Folder) else None
