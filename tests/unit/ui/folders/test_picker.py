"""Choosing a folder by typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from mailclient.domain.folder import FolderRole
from mailclient.ui.folders.picker import FolderPicker
from tests.support.ui_fakes import folder

FOLDERS = (
    folder(3, "Work"),
    folder(4, "Work/Projekt Grün"),
    folder(2, "Trash", FolderRole.TRASH),
    folder(1, "INBOX", FolderRole.INBOX),
)


@pytest.fixture
def picker(qtbot: QtBot) -> FolderPicker:
    made = FolderPicker(FOLDERS, "Move to")
    qtbot.addWidget(made)
    return made


def shown(picker: FolderPicker) -> list[str]:
    items = [picker.list.item(row) for row in range(picker.list.count())]
    return [item.text() for item in items if not item.isHidden()]


def name(picker: FolderPicker) -> str | None:
    chosen = picker.chosen()
    return chosen.name if chosen is not None else None


def test_folders_are_in_their_usual_order_under_their_usual_names(picker: FolderPicker) -> None:
    assert shown(picker) == ["Inbox", "Trash", "Work", "Work / Projekt Grün"]
    assert name(picker) == "INBOX"


def test_typing_narrows_and_return_takes_the_first(picker: FolderPicker) -> None:
    QTest.keyClicks(picker.filter, "GRÜN wor")
    assert shown(picker) == ["Work / Projekt Grün"]
    picker.show()
    QTest.keyClick(picker.filter, Qt.Key.Key_Return)
    assert picker.result() == QDialog.DialogCode.Accepted
    assert name(picker) == "Work/Projekt Grün"


def test_arrows_walk_while_the_line_keeps_the_focus(picker: FolderPicker) -> None:
    QTest.keyClicks(picker.filter, "work")
    QTest.keyClick(picker.filter, Qt.Key.Key_Down)
    assert name(picker) == "Work/Projekt Grün"


def test_what_fits_nothing_chooses_nothing(picker: FolderPicker) -> None:
    QTest.keyClicks(picker.filter, "zzz")
    assert shown(picker) == []
    assert name(picker) is None
    picker.show()
    QTest.keyClick(picker.filter, Qt.Key.Key_Return)
    assert picker.result() != QDialog.DialogCode.Accepted
