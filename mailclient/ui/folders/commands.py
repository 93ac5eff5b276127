"""What can be done to folders in the window: questions first where something could be lost, then a command to the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from mailclient.domain import commands as c
from mailclient.domain import folder_commands as f
from mailclient.domain.account import Account
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import AccountId
from mailclient.protocol.mailbox_names import is_within, parent_of
from mailclient.ui.folders.deleting import Decision, ask_to_delete
from mailclient.ui.folders.naming import FolderNameDialog
from mailclient.ui.folders.picker import choose_place
from mailclient.ui.models.sentences import folder_title

_NO_PLACE_FOR_FOLDERS = {FolderRole.INBOX, FolderRole.TRASH, FolderRole.JUNK, FolderRole.DRAFTS, FolderRole.ALL}


class Engine(Protocol):
    """What is needed of the engine."""

    def submit(self, command: c.Command) -> None:
        """Take a command."""

    def accounts(self) -> Sequence[Account]:
        """Return the accounts."""


class FolderCommands:
    """Acts upon the folder that is chosen in the tree."""

    def __init__(
        self,
        engine: Engine,
        folders: Callable[[], tuple[Folder, ...]],
        chosen: Callable[[], Folder | AccountId | None],
        parent: QWidget,
        tell: Callable[[str], None],
    ) -> None:
        """``chosen`` returns the folder, or the account's id when its root is chosen."""
        self._engine = engine
        self._folders = folders
        self._chosen = chosen
        self._parent = parent
        self._tell = tell

    def _folder(self) -> Folder | None:
        chosen = self._chosen()
        if isinstance(chosen, Folder):
            return chosen
        self._tell("Choose a folder first.")
        return None

    def _of(self, account_id: AccountId) -> list[Folder]:
        return [folder for folder in self._folders() if folder.account_id == account_id]

    def new_folder(self) -> None:
        """Ask for a name, then make a folder inside the chosen one; at the top where nobody keeps folders in folders."""
        chosen = self._chosen()
        accounts = self._engine.accounts()
        account_id = chosen.account_id if isinstance(chosen, Folder) else chosen
        account = next((a for a in accounts if a.id == account_id), accounts[0] if accounts else None)
        if account is None:
            self._tell("Add an account first: a folder lies on its server.")
            return
        takes = isinstance(chosen, Folder) and chosen.role not in _NO_PLACE_FOR_FOLDERS and chosen.delimiter
        inside = chosen if isinstance(chosen, Folder) and takes else None
        self.new_folder_in(account, inside)

    def new_folder_in(self, account: Account, inside: Folder | None) -> None:
        """Ask for a name, then make a folder at this place."""
        every = self._of(account.id)
        delimiter = next((folder.delimiter for folder in every if folder.delimiter), None)
        above = inside.name if inside is not None else ""
        taken = [each.leaf for each in every if parent_of(each.name, each.delimiter) == above]
        where = f"Name of the new folder in “{folder_title(inside)}”:" if inside is not None else None
        dialog = FolderNameDialog(
            "New folder",
            where or f"Name of the new folder of {account.label}:",
            "&Create",
            "",
            [*taken, "Inbox"] if inside is None else taken,
            delimiter,
            self._parent,
        )
        if dialog.exec():
            self._engine.submit(f.CreateFolder(account.id, dialog.name, inside.id if inside is not None else None))

    def rename_folder(self) -> None:
        """Ask for another name."""
        folder = self._folder()
        if folder is None or not self._may_change(folder):
            return
        above = parent_of(folder.name, folder.delimiter)
        taken = [
            each.leaf
            for each in self._of(folder.account_id)
            if each.id != folder.id and parent_of(each.name, each.delimiter) == above
        ]
        dialog = FolderNameDialog(
            "Rename folder",
            f"New name of “{folder.leaf}”:",
            "&Rename",
            folder.leaf,
            taken,
            folder.delimiter,
            self._parent,
        )
        if dialog.exec():
            self._engine.submit(f.RenameFolder(folder.id, dialog.name))

    def move_folder(self) -> None:
        """Ask where it is to lie."""
        folder = self._folder()
        if folder is None or not self._may_change(folder):
            return
        account = next(a for a in self._engine.accounts() if a.id == folder.account_id)
        places = [each for each in self._of(folder.account_id) if self._takes(each, folder)]
        chosen = choose_place(self._parent, places, f"Move “{folder.leaf}” to", f"Top of {account.label}")
        if chosen is not None:
            self._engine.submit(f.MoveFolder(folder.id, chosen.id if isinstance(chosen, Folder) else None))

    def move_folder_to(self, folder: Folder, target: Folder | None) -> None:
        """A folder was dropped on another, or on its account."""
        if self._may_change(folder):
            self._engine.submit(f.MoveFolder(folder.id, target.id if target is not None else None))

    @staticmethod
    def _takes(place: Folder, folder: Folder) -> bool:
        inside = is_within(place.wire_name, folder.wire_name, folder.delimiter)
        return not inside and place.name != parent_of(folder.name, folder.delimiter)

    def delete_folder(self) -> None:
        """Tell what goes, ask, and put it into the trash or delete it for good."""
        folder = self._folder()
        if folder is None or not self._may_change(folder):
            return
        match ask_to_delete(self._parent, folder, self._of(folder.account_id)):
            case Decision.TRASH:
                self._engine.submit(f.TrashFolder(folder.id))
            case Decision.FOREVER:
                self._engine.submit(f.DeleteFolderForever(folder.id))
            case Decision.KEEP:
                pass

    def toggle_subscribed(self) -> None:
        """Subscribe, or end that."""
        folder = self._folder()
        if folder is not None:
            self._engine.submit(f.SubscribeFolder(folder.id, not folder.subscribed))

    def create_for_role(self, account_id: AccountId, role: FolderRole) -> None:
        """Make the folder that an action found missing."""
        taken = [each.leaf.casefold() for each in self._of(account_id)]
        name = role.value.capitalize()
        if name.casefold() in taken:
            self._tell(f"There is a folder “{name}” already: right-click it and choose “Use as”.")
            return
        self._engine.submit(f.CreateFolder(account_id, name, None, role))

    def _may_change(self, folder: Folder) -> bool:
        if folder.role is FolderRole.INBOX:
            self._tell("The inbox is a fixed part of every account: it can be neither renamed, moved nor deleted.")
            return False
        return True
