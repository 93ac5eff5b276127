"""What the keys of the message list do: commands to the engine about the selected messages, and where to look next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QMessageBox, QWidget

from mailclient.domain import commands as c
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import MessageId
from mailclient.domain.message import MessageRow
from mailclient.ui.folders.picker import choose_folder
from mailclient.ui.mail_list.view import MessageListView


class CommandTaker(Protocol):
    """What is needed of the engine."""

    def submit(self, command: c.Command) -> None:
        """Take a command."""


class MessageCommands:
    """Acts upon the selection of a message list."""

    def __init__(
        self,
        engine: CommandTaker,
        view: MessageListView,
        folders: Callable[[], tuple[Folder, ...]],
        current_folder: Callable[[], Folder | None],
        parent: QWidget,
        tell: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        self._engine = engine
        self._view = view
        self._folders = folders
        self._current_folder = current_folder
        self._parent = parent
        self._tell = tell

    def _places(self, ids: tuple[MessageId, ...]) -> list[Folder]:
        """The folders in which messages are: hits of a search may be anywhere, not only in the folder behind it."""
        here = self._current_folder()
        if not self._view.messages.is_search:
            return [here] if here is not None else []
        found = {row.folder_id for message_id in ids if (row := self._row(message_id)) is not None}
        return [folder for folder in self._folders() if folder.id in found]

    def _row(self, message_id: MessageId) -> MessageRow | None:
        position = self._view.messages.position_of(message_id)
        return self._view.messages.row_at(position) if position >= 0 else None

    def _leave(
        self, make: Callable[[tuple[MessageId, ...]], c.Command], ids: tuple[MessageId, ...] | None = None
    ) -> None:
        """Submit a command that takes messages away, and remember which row to show when they are gone."""
        ids = self._view.selected_ids() if ids is None else ids
        if ids:
            self.row_to_select = self._view.row_after(ids)
            self._engine.submit(make(ids))

    row_to_select: int | None = None
    """Row to select when the messages that leave are gone."""

    def archive(self) -> None:
        """Archive."""
        self._leave(c.Archive)

    def delete(self) -> None:
        """Move to Trash; in Trash, ask and delete for good."""
        ids = self._view.selected_ids()
        places = self._places(ids)
        if places and all(folder.role is FolderRole.TRASH for folder in places):
            self.delete_forever()
        else:
            self._leave(c.Delete, ids)

    def delete_forever(self) -> None:
        """Ask, then delete for good."""
        count = len(self._view.selected_ids())
        if not count:
            return
        what = "this message" if count == 1 else f"these {count} messages"
        box = QMessageBox(QMessageBox.Icon.Warning, "Delete for good", f"Delete {what} for good?", parent=self._parent)
        box.setInformativeText(
            "They are removed from the server too. This cannot be undone once the server has done it."
        )
        delete = box.addButton("&Delete for good", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("&Keep", QMessageBox.ButtonRole.RejectRole))
        box.exec()
        if box.clickedButton() is delete:
            self._leave(lambda ids: c.Delete(ids, forever=True))

    def junk(self) -> None:
        """Junk, or from Junk back to the inbox."""
        places = self._places(self._view.selected_ids())
        is_junk = bool(places) and all(folder.role is FolderRole.JUNK for folder in places)
        self._leave(lambda ids: c.MarkJunk(ids, junk=not is_junk))

    def star(self) -> None:
        """Star; take the star away when all have one."""
        ids = self._view.selected_ids()
        starred = all((row := self._row(message_id)) is not None and row.flags & Flag.FLAGGED for message_id in ids)
        if ids:
            self._engine.submit(c.Star(ids, starred=not starred))

    def star_one(self, message_id: MessageId, starred: bool) -> None:
        """A click on one star."""
        self._engine.submit(c.Star((message_id,), starred=starred))

    def mark_read(self) -> None:
        """Mark as read."""
        self._mark(True)

    def mark_unread(self) -> None:
        """Mark as unread."""
        self._mark(False)

    def _mark(self, read: bool) -> None:
        ids = self._view.selected_ids()
        if ids:
            self._engine.submit(c.MarkRead(ids, read=read))

    def move(self) -> None:
        """Ask for a folder and move there."""
        ids = self._view.selected_ids()
        places = self._places(ids)
        accounts = {folder.account_id for folder in places}
        if not ids or not accounts:
            return
        if len(accounts) > 1:
            self._tell("These messages are of several accounts. Move those of one account at a time.")
            return
        left = places[0].id if len(places) == 1 else None
        targets = [f for f in self._folders() if f.account_id in accounts and f.selectable and f.id != left]
        target = choose_folder(self._parent, targets)
        if target is not None:
            self.move_to(ids, target)

    def move_to(self, ids: tuple[MessageId, ...], target: Folder) -> None:
        """Move messages to a folder."""
        self.row_to_select = self._view.row_after(ids)
        self._engine.submit(c.Move(ids, target.id))
