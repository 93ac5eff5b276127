"""Menus, tool bar and context menu of the main window, made from the one table of actions.

Knows which actions can be used and which choices are made; does nothing itself: every action calls back by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QWidget

from mailclient.settings import Settings
from mailclient.ui.actions import CONTEXT_MENU, MENUS, TOOLBAR, ActionSpec, Needs, all_specs
from mailclient.ui.icons import icon

ROOMY_EMS: Final = 100
"""A tool bar narrower than so many letters shows icons alone, so that the search line keeps its place."""


class _Tools(QToolBar):
    """Words beside the icons as long as there is room for them."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose by the width."""
        roomy = event.size().width() >= self.fontMetrics().horizontalAdvance("m") * ROOMY_EMS
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if roomy else Qt.ToolButtonStyle.ToolButtonIconOnly
        if self.toolButtonStyle() is not style:
            self.setToolButtonStyle(style)
        super().resizeEvent(event)


class Menus:
    """The actions of a window and where they are offered."""

    def __init__(self, window: QMainWindow, run: Callable[[str], None]) -> None:
        self._window = window
        self._run = run
        self.actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self.metered = False
        """The line is one that costs by the byte; not a setting alone, the desktop has its say."""
        for title, specs in MENUS:
            menu = window.menuBar().addMenu(title)
            for spec in specs:
                if spec is None:
                    menu.addSeparator()
                else:
                    menu.addAction(self._make(spec))

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.words, self._window)
        if spec.icon_name:
            action.setIcon(icon(spec.icon_name))
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        words = spec.words.replace("&", "")
        keys = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if spec.keys else ""
        action.setToolTip(f"{words} ({keys})" if keys else words)
        action.setIconText(words)
        if spec.is_choice:
            action.setCheckable(True)
            kind = spec.name.partition("_")[0]
            if kind in {"sort", "theme"}:
                self._groups.setdefault(kind, QActionGroup(self._window)).addAction(action)
        action.triggered.connect(lambda _on=False: self._run(spec.name))
        self.actions[spec.name] = action
        return action

    def toolbar(self, search_box: QWidget) -> QToolBar:
        """Return the tool bar: few things, and the search line at its end."""
        bar = _Tools("Tools", self._window)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # Hiding the only tool bar from its own context menu would hide the search line with no way back in sight.
        bar.toggleViewAction().setVisible(False)
        self._fill(bar, TOOLBAR)
        spacer = QWidget(self._window)
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        bar.addWidget(search_box)
        return bar

    def message_menu(self) -> QMenu:
        """Return the menu of the message list."""
        menu = QMenu(self._window)
        self._fill(menu, CONTEXT_MENU)
        return menu

    def sort_menu(self) -> QMenu:
        """Return the menu that orders the list."""
        menu = QMenu(self._window)
        self._fill(menu, ("sort_date", "sort_sender", "sort_subject", "sort_size", "", "reverse_order"))
        return menu

    def _fill(self, place: QToolBar | QMenu, names: tuple[str, ...]) -> None:
        for name in names:
            if name:
                place.addAction(self.actions[name])
            else:
                place.addSeparator()

    def enable(self, *, selected: bool, shown: bool) -> None:
        """Offer what can be done: something is selected in the list; a whole message is shown."""
        has = {Needs.NOTHING: True, Needs.SELECTION: selected, Needs.MESSAGE: shown}
        for spec in all_specs():
            self.actions[spec.name].setEnabled(has[spec.needs])

    def show_choices(self, settings: Settings) -> None:
        """Mark the choices that are made."""
        chosen = {
            f"sort_{settings.sort_order}": True,
            f"theme_{settings.theme}": True,
            "toggle_unread_only": settings.unread_only,
            "toggle_monospace": settings.monospace,
            "toggle_subscribed_only": settings.subscribed_only,
            "reverse_order": not settings.sort_descending,
            "toggle_metered": self.metered,
            "toggle_verify_always": settings.verify_with_dns == "always",
        }
        for spec in all_specs():
            if spec.is_choice:
                self.actions[spec.name].setChecked(chosen.get(spec.name, False))

    def name_junk(self, in_junk: bool) -> None:
        """In Junk the same key brings a message back."""
        action = self.actions["junk"]
        action.setText("Not &junk" if in_junk else "&Junk")
        action.setIconText("Not junk" if in_junk else "Junk")
        action.setToolTip("Not junk (!)" if in_junk else "Junk (!)")
