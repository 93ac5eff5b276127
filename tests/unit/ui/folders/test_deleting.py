"""The questions before a folder goes."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mailclient.domain.folder import Folder, FolderRole, FolderState
from mailclient.domain.ids import UidValidity
from mailclient.ui.folders.deleting import first_question, second_question, trash_of, what_goes
from tests.support.ui_fakes import folder


def known(made: Folder, exists: int | None = None) -> Folder:
    return replace(made, state=FolderState(UidValidity(1), exists=exists))


WORK = known(folder(2, "Work", total=3))
BILLS = known(folder(3, "Work/Bills", total=1), exists=40)
TRASH = known(folder(4, "Trash", FolderRole.TRASH))
OLD = known(folder(5, "Trash/Old"))
EVERY = (WORK, BILLS, TRASH, OLD)


def names(box: QMessageBox) -> set[str]:
    return {button.objectName() for button in box.buttons()}


def test_it_is_said_what_goes() -> None:
    assert what_goes(WORK, EVERY) == ("With the folder in it, it holds 43 messages.", 43)
    assert what_goes(BILLS, EVERY) == ("It holds 40 messages.", 40), "the server's number counts where it is larger"
    assert what_goes(OLD, EVERY) == ("It is empty.", 0)
    unseen = folder(6, "Unseen")
    assert what_goes(unseen, (*EVERY, unseen))[0] == "It is empty. Not all of it has been looked into yet."


def test_the_trash_is_offered_where_it_can_take_it(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    box = first_question(parent, WORK, EVERY)
    assert names(box) == {"trash", "forever", "keep"}
    default = box.defaultButton()
    assert isinstance(default, QPushButton)
    assert default.objectName() == "trash"
    assert "43 messages" in box.informativeText()
    assert trash_of(OLD, EVERY) is None, "it lies there already"
    assert trash_of(TRASH, EVERY) is None
    assert trash_of(WORK, (WORK, BILLS)) is None
    last = first_question(parent, OLD, EVERY)
    assert names(last) == {"forever", "keep"}
    assert last.defaultButton().objectName() == "keep"


def test_for_good_is_asked_again_and_names_the_number(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    box = second_question(parent, WORK, EVERY)
    assert box.text() == "Delete “Work” and 43 messages for good?"
    assert box.defaultButton().objectName() == "keep"
    assert "from the server too" in box.informativeText()
