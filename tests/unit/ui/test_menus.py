"""The one table of actions, and the menus made from it."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QToolBar
from pytestqt.qtbot import QtBot

from mailclient.settings import Settings
from mailclient.ui.actions import CONTEXT_MENU, MENUS, TOOLBAR, Needs, all_specs
from mailclient.ui.deeds import ANSWERS, Deeds
from mailclient.ui.folder_deeds import FolderDeeds
from mailclient.ui.keeping import Keeping
from mailclient.ui.looks import Looks
from mailclient.ui.menus import Menus
from mailclient.ui.message_commands import MessageCommands
from mailclient.ui.searching import Searching
from mailclient.ui.vouching import Vouching
from mailclient.ui.window import MainWindow


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.ran: list[str] = []
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.menus = Menus(self.window, self.ran.append)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_no_key_means_two_things() -> None:
    keys = Counter(QKeySequence(key).toString() for spec in all_specs() for key in spec.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    assert "" not in keys


def test_no_mnemonic_is_given_twice_in_a_menu() -> None:
    for title, specs in MENUS:
        letters = Counter(spec.words[spec.words.index("&") + 1].lower() for spec in specs if spec and "&" in spec.words)
        assert [letter for letter, count in letters.items() if count > 1] == [], title


@pytest.mark.parametrize("name", [spec.name for spec in all_specs()])
def test_every_action_has_something_to_do_and_it_is_ours(name: str) -> None:
    owners = (MessageCommands, Looks, Deeds, FolderDeeds, Keeping, Searching, Vouching, MainWindow)
    found = next((getattr(owner, name) for owner in owners if callable(getattr(owner, name, None))), None)
    if found is None:
        assert name in ANSWERS or name.startswith(("sort_", "theme_"))
    else:
        assert found.__module__.startswith("mailclient."), "this is a method of Qt's"


def test_a_chosen_action_calls_back_by_its_name(desk: Desk) -> None:
    for name in ("archive", "move", "xray", "sort_size"):
        desk.menus.actions[name].trigger()
    assert desk.ran == ["archive", "move", "xray", "sort_size"]


@pytest.mark.parametrize(
    ("selected", "shown", "offered"),
    [
        (False, False, {"compose": True, "archive": False, "reply": False, "undo": True}),
        (True, False, {"archive": True, "reply": False}),
        (False, True, {"archive": False, "reply": True, "xray": True, "save_message": True}),
    ],
)
def test_only_what_can_be_done_is_offered(desk: Desk, selected: bool, shown: bool, offered: dict[str, bool]) -> None:
    desk.menus.enable(selected=selected, shown=shown)
    assert {name: desk.menus.actions[name].isEnabled() for name in offered} == offered


def test_what_is_chosen_is_marked(desk: Desk) -> None:
    desk.menus.show_choices(Settings(theme="dark", sort_order="sender", sort_descending=False, unread_only=True))
    marked = {name for name, action in desk.menus.actions.items() if action.isChecked()}
    assert marked == {"theme_dark", "sort_sender", "reverse_order", "toggle_unread_only"}
    desk.menus.show_choices(Settings())
    marked = {name for name, action in desk.menus.actions.items() if action.isChecked()}
    assert marked == {"theme_system", "sort_date"}


def test_the_tool_bar_drops_its_words_before_its_search_line(desk: Desk, qtbot: QtBot) -> None:
    line = QLineEdit()
    line.setMinimumWidth(150)
    desk.window.addToolBar(desk.menus.toolbar(line))
    desk.window.show()
    em = desk.window.fontMetrics().horizontalAdvance("m")
    bar = desk.window.findChild(QToolBar)
    assert isinstance(bar, QToolBar)
    desk.window.resize(em * 130, 300)
    qtbot.waitUntil(lambda: bar.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon and line.isVisible())
    desk.window.resize(em * 60, 300)
    qtbot.waitUntil(lambda: bar.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly and line.isVisible())


def test_a_junk_folder_offers_the_way_back(desk: Desk) -> None:
    desk.menus.name_junk(True)
    assert desk.menus.actions["junk"].text() == "Not &junk"
    desk.menus.name_junk(False)
    assert desk.menus.actions["junk"].text() == "&Junk"


def test_menus_name_known_actions(desk: Desk) -> None:
    assert {name for name in (*TOOLBAR, *CONTEXT_MENU) if name} <= set(desk.menus.actions)
    assert {spec.needs for spec in all_specs()} == set(Needs)
    shown = [action.text() for action in desk.menus.message_menu().actions() if action.text()]
    assert "&Move to…" in shown
