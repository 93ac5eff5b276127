"""Ties the X-ray to the mail that is stored: where parents and copies are looked for, and how to go to one of them.

The store is read on the thread that examines, through a connection of its own. Says in words what cannot be shown.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from mailclient.domain.commands import OpenFolder
from mailclient.domain.ids import MessageId
from mailclient.domain.message import Availability
from mailclient.domain.stored import StoredMessage
from mailclient.ui.models.sentences import folder_title
from mailclient.xray.inspection import Context
from mailclient.xray.known_names import KnownNames, with_acquaintances

if TYPE_CHECKING:
    from mailclient.ui.window import MainWindow


def with_store(window: MainWindow, context: Context) -> Context:
    """Let an examination look into the mail that is here."""
    reader = window.reader
    names = {account.id: account.address for account in window.engine.accounts()}

    def known() -> KnownNames:
        # Called where the message is examined, in another thread: with a connection of its own.
        with closing(reader.another()) as own:
            return with_acquaintances(context.names(), own.written_domains())

    return replace(
        context,
        collection=lambda: closing(reader.another()),
        shown=window.pane.message_id,
        account_names=names,
        names=known,
    )


def go_to_stored(window: MainWindow, thing: object) -> None:
    """Go to what a row of the X-ray stands for, when that is a message."""
    if isinstance(thing, StoredMessage):
        go_to_message(window, thing.id)


def go_to_message(window: MainWindow, message_id: MessageId) -> None:
    """List the folder of a message and select it; the X-ray stays open. In a long list it is selected when it is there."""
    row, location = window.reader.row(message_id), window.reader.location(message_id)
    folder = window.reader.folder(location.folder_id) if location is not None else None
    if row is None or folder is None:
        window.status.say("The message is no longer here.")
        return
    opened_up = window.right.currentWidget() is window.xray_panel and row.availability is Availability.COMPLETE
    if window.messages.is_search or window.folder is None or window.folder.id != folder.id:
        window.engine.submit(OpenFolder(folder.id))
        window.searching.forget()
        window.show_folder(folder)
        window.select_folder()
    window.right.setCurrentWidget(window.xray_panel if opened_up else window.pane)

    def select() -> None:
        place = window.messages.position_of(message_id)
        if place >= 0:
            window.list.select_row(place)
        elif window.messages.complete:
            why = ": only unread messages are listed" if window.messages.unread_only else ""
            window.status.say(f"The message is in {folder_title(folder)}, but not listed{why}.")
        else:
            window.messages.loaded.connect(select, Qt.ConnectionType.SingleShotConnection)

    select()
