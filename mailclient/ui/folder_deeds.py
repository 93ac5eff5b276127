"""What the window does about folders: the tree's wishes, the dialogs, what is shown, and what servers limit.

Questions and commands are in ``folders.commands``; this ties them to the window.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from mailclient.domain import commands as c
from mailclient.domain.events import Event, FoldersChanged, RoleMissing
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import AccountId
from mailclient.protocol.mailbox_names import is_within
from mailclient.ui.folders.commands import FolderCommands
from mailclient.ui.folders.limits import warning
from mailclient.ui.folders.special import SpecialFoldersDialog

if TYPE_CHECKING:
    from mailclient.ui.window import MainWindow


class FolderDeeds:
    """Acts for a window. The names of its methods are those of actions."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._meant: Folder | AccountId | None = None
        """What a menu was opened on, while its action runs."""
        self.special: SpecialFoldersDialog | None = None
        self.commands = FolderCommands(
            window.engine, window.reader.folders, self._chosen, window, lambda sentence: window.toast.say(sentence)
        )
        tree, submit = window.folders, window.engine.submit
        tree.folded = set(window.settings.folded)
        tree.role_chosen.connect(lambda folder, role: submit(c.SetFolderRole(folder.id, role)))
        tree.synchronise_wanted.connect(lambda folder: submit(c.Synchronise(folder.account_id, folder.id)))
        tree.wanted.connect(self._run_for)
        tree.folder_dropped.connect(
            lambda folder, target: self.commands.move_folder_to(folder, target if isinstance(target, Folder) else None)
        )

    def _chosen(self) -> Folder | AccountId | None:
        if self._meant is not None:
            return self._meant
        return self._window.folders.chosen_node() or self._window.folder

    def _run_for(self, name: str, node: Folder | AccountId) -> None:
        self._meant = node
        try:
            self._window.run(name)
        finally:
            self._meant = None

    def new_folder(self) -> None:
        """Make a folder."""
        self.commands.new_folder()

    def rename_folder(self) -> None:
        """Rename the chosen folder."""
        self.commands.rename_folder()

    def move_folder(self) -> None:
        """Move the chosen folder."""
        self.commands.move_folder()

    def delete_folder(self) -> None:
        """Delete the chosen folder, after questions."""
        self.commands.delete_folder()

    def toggle_subscribed(self) -> None:
        """Subscribe to the chosen folder, or end that."""
        self.commands.toggle_subscribed()

    def shown(self, account_ids: Collection[AccountId]) -> tuple[Folder, ...]:
        """Return the folders that the tree shows."""
        every = tuple(each for each in self._window.reader.folders() if each.account_id in account_ids)
        return subscribed_only(every, self._window.folder) if self._window.settings.subscribed_only else every

    def toggle_subscribed_only(self) -> None:
        """Show all folders, or only those that are subscribed."""
        self._window.settings.subscribed_only = not self._window.settings.subscribed_only
        self._window.refresh_folders()

    def special_folders(self) -> None:
        """Show which folder is for what."""
        window = self._window
        chosen = self._chosen()
        account_id = chosen.account_id if isinstance(chosen, Folder) else chosen
        accounts = window.engine.accounts()
        account = next((each for each in accounts if each.id == account_id), accounts[0] if accounts else None)
        if account is None:
            return
        dialog = self.special = SpecialFoldersDialog(window.engine, account, window.reader.folders, window)
        window.bridge.happened.connect(self._heard)
        dialog.finished.connect(lambda _result: window.bridge.happened.disconnect(self._heard))
        dialog.open()

    def _heard(self, event: Event) -> None:
        if isinstance(event, FoldersChanged) and self.special is not None:
            self.special.refresh()

    def role_missing(self, event: RoleMissing) -> None:
        """Say that a folder is missing, and offer to make it."""
        words = f"Create “{event.role.value.capitalize()}”"

        def create() -> None:
            self.commands.create_for_role(event.account_id, event.role)

        self._window.toast.say(event.sentence, words, create, stays=True)

    def show_limits(self) -> None:
        """Say in the status bar which accounts are nearly full."""
        engine = self._window.engine
        told = [warning(account.label, engine.limits(account.id)) for account in engine.accounts()]
        self._window.status.show_limits([sentence for sentence in told if sentence])


def subscribed_only(every: tuple[Folder, ...], open_folder: Folder | None) -> tuple[Folder, ...]:
    """Return subscribed folders, those with a role, the one that is open, and whatever these lie in."""
    kept = [
        each
        for each in every
        if (each.subscribed and each.selectable)
        or each.role is not FolderRole.NONE
        or (open_folder is not None and each.id == open_folder.id)
    ]

    def is_above(folder: Folder) -> bool:
        return any(
            each.account_id == folder.account_id and is_within(each.wire_name, folder.wire_name, folder.delimiter)
            for each in kept
        )

    return tuple(each for each in every if each in kept or is_above(each))
