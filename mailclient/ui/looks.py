"""How the window looks and where one goes in it: order, filter, colours, the next message. Kept in the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QApplication

from mailclient.ui import theme

if TYPE_CHECKING:
    from mailclient.ui.window import MainWindow


class Looks:
    """Acts for a window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def choose(self, name: str) -> None:
        """Take a choice by its action's name: ``sort_subject``, ``theme_dark`` ..."""
        window = self._window
        kind, _, value = name.partition("_")
        if kind == "sort":
            if value != window.settings.sort_order:
                # Names begin with A; the newest and the largest come first.
                window.settings.sort_descending = value in {"date", "size"}
            window.settings.sort_order = value
            window.show_folder(window.folder)
        elif kind == "theme":
            window.settings.theme = value
            theme.apply(value)
            window.pane.restyle()

    def select_all(self) -> None:
        """Select every message, or all of the text that one is in."""
        plain = self._window.pane.plain
        if plain.hasFocus():
            plain.selectAll()
        else:
            self._window.list.selectAll()

    def find_in_message(self) -> None:
        """Open the find line of the message."""
        self._window.pane.open_find()

    def toggle_html(self) -> None:
        """Switch between HTML and text."""
        self._window.pane.toggle_html()

    def toggle_monospace(self) -> None:
        """Switch the font of plain text."""
        settings = self._window.settings
        settings.monospace = not settings.monospace
        self._window.pane.plain.set_monospace(settings.monospace)

    def toggle_unread_only(self) -> None:
        """List only unread messages, or all."""
        settings = self._window.settings
        settings.unread_only = not settings.unread_only
        self._window.show_folder(self._window.folder)

    def reverse_order(self) -> None:
        """List the other way round."""
        settings = self._window.settings
        settings.sort_descending = not settings.sort_descending
        self._window.show_folder(self._window.folder)

    def next_message(self) -> None:
        """Go to the next message."""
        self._window.list.step(1)

    def previous_message(self) -> None:
        """Go to the message before."""
        self._window.list.step(-1)

    def next_unread(self) -> None:
        """Go to the next unread message."""
        row = self._window.messages.next_unread(self._window.list.currentIndex().row())
        if row >= 0:
            self._window.list.select_row(row)
        else:
            self._window.status.say("Everything here is read.")

    def page_or_next(self) -> None:
        """Scroll the message; at its end go to the next. On a button the same key presses it."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton):
            focus.click()
            return
        if not self._window.pane.page_down():
            self._window.list.step(1)
