"""The tree as people use it: what a walk with the arrows opens, what a click opens, what stays folded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QStyledItemDelegate, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from mailclient.domain.folder import Folder, FolderRole
from mailclient.ui import theme
from mailclient.ui.folders.view import FolderView
from mailclient.ui.models.folder_tree import FolderTreeModel, LocalNode
from tests.support.ui_fakes import account, folder

FOLDERS = (folder(1, "INBOX", FolderRole.INBOX, total=9, unread=3), folder(2, "Work"), folder(3, "Work/Old", unread=1))
OUTBOX = LocalNode("outbox", "Outbox", "outbox", 1)


@pytest.fixture
def view(qtbot: QtBot) -> FolderView:
    made = FolderView(FolderTreeModel())
    qtbot.addWidget(made)
    made.tree.show([account()], FOLDERS, {}, [OUTBOX])
    made.unfold()
    made.resize(250, 400)
    made.show()
    return made


def test_walking_opens_folders_but_no_windows(view: FolderView) -> None:
    chosen: list[object] = []
    view.node_chosen.connect(lambda node: chosen.append(node.name if isinstance(node, Folder) else node))
    view.setCurrentIndex(view.tree.index_of("f1"))
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex() == view.tree.index_of("outbox")
    assert chosen == ["INBOX", "Work", "Work/Old"]
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen[-1] == "outbox"


def test_a_click_opens_the_outbox_each_time(view: FolderView) -> None:
    chosen: list[object] = []
    view.node_chosen.connect(chosen.append)
    place = view.visualRect(view.tree.index_of("outbox")).center()
    for _ in range(2):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.count("outbox") == 2


def test_what_is_folded_stays_folded_when_the_tree_is_built_anew(view: FolderView) -> None:
    view.collapse(view.tree.index_of("f2"))
    assert view.tree.show([account()], (*FOLDERS, folder(4, "New")), {}, [])
    view.unfold()
    assert not view.isExpanded(view.tree.index_of("f2"))
    assert view.isExpanded(view.tree.index_of("a1"))
    view.expand(view.tree.index_of("f2"))
    assert view.folded == set()


def test_the_menu_says_what_the_folder_is_and_lets_one_say_otherwise(view: FolderView, qtbot: QtBot) -> None:
    menu = view.build_menu(FOLDERS[1])
    roles = next(action.menu() for action in menu.actions() if action.menu() is not None)
    assert isinstance(roles, QMenu)
    assert [action.text() for action in roles.actions() if action.isChecked()] == ["Ordinary folder"]
    with qtbot.waitSignal(view.role_chosen) as chosen:
        next(action for action in roles.actions() if action.text() == "Archive").trigger()
    assert chosen.args == [FOLDERS[1], FolderRole.ARCHIVE]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_names_are_in_the_colours_of_the_theme_and_muted_when_not_subscribed(view: FolderView, look: str) -> None:
    theme.apply(look)
    try:
        view.tree.show([account()], (FOLDERS[0], replace(FOLDERS[1], subscribed=False)), {}, [])
        delegate = view.itemDelegate()
        assert isinstance(delegate, QStyledItemDelegate)
        colours = []
        for key in ("f1", "f2"):
            option = QStyleOptionViewItem()
            option.palette = QApplication.palette(view)
            delegate.initStyleOption(option, view.tree.index_of(key))
            colours.append(option.palette.color(QPalette.ColorRole.Text).name())
        assert colours == [theme.current().text, theme.current().muted]
    finally:
        theme.apply("light")
