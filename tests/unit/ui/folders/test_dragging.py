"""Dragging folders in the tree, and the keys and menus for the same."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QAction, QDragMoveEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId
from mailclient.ui.folder_deeds import subscribed_only
from mailclient.ui.folders.view import FolderView
from mailclient.ui.mail_list.view import DRAG_TYPE
from mailclient.ui.models.folder_tree import FOLDER_DRAG_TYPE, FolderTreeModel
from tests.support.ui_fakes import account, folder

FOLDERS = (
    folder(1, "INBOX", FolderRole.INBOX),
    folder(2, "Work"),
    folder(3, "Work/Old"),
    folder(4, "Travel"),
    folder(5, "Elsewhere", of=AccountId("a2")),
)
ACTIONS = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


@pytest.fixture
def view(qtbot: QtBot) -> FolderView:
    made = FolderView(FolderTreeModel())
    qtbot.addWidget(made)
    made.tree.show([account(), account(2, "other@example.org")], FOLDERS, {}, [])
    made.unfold()
    made.resize(300, 500)
    made.show()
    return made


def drag(view: FolderView, data: QMimeData, over: str) -> bool:
    """Move over a node; True when it may be dropped there."""
    place = QPointF(view.visualRect(view.tree.index_of(over)).center())
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDragMoveEvent(place.toPoint(), ACTIONS, data, buttons, keys)
    view.dragMoveEvent(event)
    return event.isAccepted()


def drop(view: FolderView, data: QMimeData, on: str) -> None:
    place = QPointF(view.visualRect(view.tree.index_of(on)).center())
    view.dropEvent(QDropEvent(place, ACTIONS, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))


def dragged(view: FolderView, key: str) -> QMimeData:
    return view.tree.mimeData([view.tree.index_of(key)])


def test_a_folder_may_be_dropped_where_it_can_lie(view: FolderView) -> None:
    old = dragged(view, "f3")
    assert old.hasFormat(FOLDER_DRAG_TYPE)
    assert {over: drag(view, old, over) for over in ("f1", "f2", "f3", "f4", "f5", "a1", "a2")} == {
        "f1": True,
        "f2": False,  # It lies there.
        "f3": False,
        "f4": True,
        "f5": False,
        "a1": True,
        "a2": False,
    }
    work = dragged(view, "f2")
    assert not drag(view, work, "f3"), "not into itself"
    assert not drag(view, work, "a1"), "it is at the top"


def test_where_it_would_be_dropped_is_framed(view: FolderView) -> None:
    drag(view, dragged(view, "f3"), "f4")
    assert view.drop_target == view.tree.index_of("f4")
    assert not view.grab().isNull()
    drag(view, dragged(view, "f3"), "f2")
    assert not view.drop_target.isValid()


def test_a_drop_tells_what_and_where_and_takes_no_row_away(view: FolderView) -> None:
    told: list[tuple[object, object]] = []
    view.folder_dropped.connect(lambda moved, target: told.append((moved.name, getattr(target, "name", target))))
    drop(view, dragged(view, "f3"), "f4")
    drop(view, dragged(view, "f3"), "a1")
    drop(view, dragged(view, "f3"), "a2")
    assert told == [("Work/Old", "Travel"), ("Work/Old", "a1")]
    assert view.tree.supportedDragActions() == Qt.DropAction.CopyAction
    assert view.tree.index_of("f3").isValid()


def test_messages_are_dropped_on_folders_alone(view: FolderView) -> None:
    data = QMimeData()
    data.setData(DRAG_TYPE, b"7,8")
    told: list[object] = []
    view.messages_dropped.connect(lambda ids, target: told.append((ids, target.name)))
    assert not drag(view, data, "a1")
    assert drag(view, data, "f4")
    drop(view, data, "f4")
    drop(view, data, "a1")
    assert told == [((7, 8), "Travel")]


def test_the_inbox_cannot_be_dragged(view: FolderView) -> None:
    assert not view.tree.index_of("f1").flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert view.tree.index_of("f2").flags() & Qt.ItemFlag.ItemIsDragEnabled


def test_the_delete_key_means_the_folder_here_and_no_message(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    view = FolderView(FolderTreeModel(), window)
    window.setCentralWidget(view)
    view.tree.show([account()], FOLDERS[:4], {}, [])
    view.unfold()
    deleted: list[str] = []
    action = QAction("Delete", window)
    action.setShortcut(QKeySequence("Delete"))
    action.triggered.connect(lambda: deleted.append("message"))
    window.addAction(action)
    view.wanted.connect(lambda name, node: deleted.append(f"{name} {node.name}"))
    window.show()
    qtbot.waitExposed(window)
    view.setFocus()
    view.setCurrentIndex(view.tree.index_of("f2"))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert deleted == ["delete_folder Work"]


def test_menus_offer_what_can_be_done(view: FolderView) -> None:
    inbox = {action.text(): action.isEnabled() for action in view.build_menu(FOLDERS[0]).actions()}
    assert not inbox["&Rename…\tF2"]
    assert not inbox["&Delete…\tDel"]
    wanted: list[tuple[str, object]] = []
    view.wanted.connect(lambda name, node: wanted.append((name, node)))
    work = view.build_menu(FOLDERS[1])
    next(action for action in work.actions() if "Rename" in action.text()).trigger()
    assert wanted == [("rename_folder", FOLDERS[1])]
    assert [action.text() for action in view.build_account_menu(AccountId("a1")).actions()] == [
        "&New folder…",
        "Spec&ial folders…",
    ]


def test_only_subscribed_folders_and_what_they_lie_in() -> None:
    from dataclasses import replace

    off = [replace(each, subscribed=False) for each in FOLDERS]
    assert [each.name for each in subscribed_only(tuple(off), None)] == ["INBOX"]
    assert [each.name for each in subscribed_only((*off[:2], FOLDERS[2], *off[3:]), None)] == [
        "INBOX",
        "Work",
        "Work/Old",
    ]
    assert [each.name for each in subscribed_only(tuple(off), off[3])] == ["INBOX", "Travel"]
