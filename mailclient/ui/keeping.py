"""What a window does about how much is kept here and when accounts connect: settings, properties, the metered line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mailclient.domain.account import Account
from mailclient.domain.commands import SetMetered
from mailclient.domain.events import AccountStatus, Event, MeteredChanged, SpaceFreed
from mailclient.domain.folder import Folder
from mailclient.domain.ids import FolderId
from mailclient.domain.scope import DownloadScope, Keep
from mailclient.ui.dialogs import choose_account
from mailclient.ui.folders.limit_row import LimitRow
from mailclient.ui.folders.properties import FolderPropertiesDialog
from mailclient.ui.folders.view import ROLE_WORDS
from mailclient.ui.mail_list.emptiness import empty_words
from mailclient.ui.metering import Metering
from mailclient.ui.models.sentences import size
from mailclient.ui.setup.account_settings import AccountSettingsDialog

if TYPE_CHECKING:
    from mailclient.ui.window import MainWindow

_BUSY = {AccountStatus.CONNECTING, AccountStatus.SYNCHRONISING}


class Keeping:
    """Acts for a window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.metering = Metering(window.settings.metered, window)
        self.metering.changed.connect(self._meter)
        window.folders.properties_wanted.connect(self.show_properties)
        window.status.metered_clicked.connect(lambda: window.run("toggle_metered"))
        window.status.model_clicked.connect(self.account_settings)
        if self.metering.metered:
            self._meter(True)

    def _meter(self, metered: bool) -> None:
        self._window.engine.submit(SetMetered(metered))

    def toggle_metered(self) -> None:
        """Spare the line, or do not."""
        self._window.settings.metered = self.metering.toggle()

    def handle_event(self, event: Event) -> None:
        """Show what an event means."""
        window = self._window
        match event:
            case MeteredChanged():
                window.status.show_metered(event.metered)
                window.menus.metered = event.metered
                window.menus.show_choices(window.settings)
            case SpaceFreed():
                messages = "one message" if event.messages == 1 else f"{event.messages:,} messages"
                window.toast.say(f"Freed {size(event.freed_bytes)} of {messages}. The server keeps them.")
            case _:
                pass

    def _account_of(self, folder: Folder | None) -> Account | None:
        accounts = self._window.engine.accounts()
        return next((account for account in accounts if folder and account.id == folder.account_id), None)

    def scope_of(self, folder: Folder) -> DownloadScope | None:
        """Return what a folder keeps here, None when its account is gone."""
        account = self._account_of(folder)
        return self._window.reader.folder_scope(folder) or (account.scope if account else None)

    def unsynchronised(self, accounts: Sequence[Account], folders: Sequence[Folder]) -> frozenset[FolderId]:
        """Return the folders of which nothing is kept here."""
        found: list[FolderId] = []
        for account in accounts:
            scopes = self._window.reader.folder_scopes(account.id)
            mine = (each for each in folders if each.account_id == account.id)
            found += [each.id for each in mine if scopes.get(each.wire_name, account.scope).keep is Keep.NOTHING]
        return frozenset(found)

    def counts_of(self, folder: Folder) -> str:
        """Return how many messages a folder has, for the line above the list."""
        scope = self.scope_of(folder)
        if scope is not None and scope.keep is Keep.NOTHING:
            return "not synchronised"
        return f"{folder.total:,} · {folder.unread:,} unread" if folder.unread else f"{folder.total:,}"

    def account_settings(self) -> None:
        """Open the settings of the account that is looked at, or of one of them."""
        account = self._account_of(self._window.folder)
        if account is None:
            accounts = self._window.engine.accounts()
            chosen = accounts[0] if len(accounts) == 1 else None
            account = chosen or choose_account(self._window, accounts, "Settings of which account?")
        if account is not None:
            dialog = AccountSettingsDialog(self._window.engine, account, self._window)
            dialog.saved.connect(self._window.status.say)
            dialog.open()

    def folder_properties(self) -> None:
        """Open the properties of the folder that is listed."""
        if self._window.folder is not None:
            self.show_properties(self._window.folder)

    def show_properties(self, folder: Folder) -> None:
        """Open the properties of a folder."""
        account = self._account_of(folder)
        if account is not None:
            window = self._window
            dialog = FolderPropertiesDialog(window.engine, account, folder, window.reader.folder_scope(folder), window)
            subscribed = "Subscribed" if folder.subscribed else "Not subscribed"
            dialog.add_fact("Used as", f"{ROLE_WORDS.get(folder.role, folder.role.value.capitalize())}. {subscribed}.")
            LimitRow(dialog.add_fact("Limits", ""), window.engine, folder)
            dialog.open()

    def show_folder(self, folder: Folder) -> None:
        """A folder is listed: its account's model stands in the status bar, and an empty list says why it is empty."""
        window = self._window
        account = self._account_of(folder)
        window.status.show_model(account.model if account else None)
        busy = window.engine.status(folder.account_id).status in _BUSY
        unread_only = window.settings.unread_only
        window.list.empty_words = empty_words(folder, self.scope_of(folder), busy=busy, unread_only=unread_only)
