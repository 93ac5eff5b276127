"""Asking for a folder's name."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mailclient.ui.folders.naming import FolderNameDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> FolderNameDialog:
    made = FolderNameDialog("Rename folder", "New name of “Bills”:", "&Rename", "Bills", ["Reports"], "/")
    qtbot.addWidget(made)
    made.show()
    return made


def test_nothing_is_wrong_before_one_types(dialog: FolderNameDialog) -> None:
    assert dialog.problem.text() == ""
    assert not dialog.ok.isEnabled(), "nothing would change"


def test_the_selected_name_is_replaced_by_typing(dialog: FolderNameDialog) -> None:
    QTest.keyClicks(dialog.line, "Invoices")
    assert (dialog.name, dialog.problem.text(), dialog.ok.isEnabled()) == ("Invoices", "", True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("a/b", "cannot contain “/”"), ("REPORTS", "already"), ("x ", "begin or end"), ("...*", "any name")],
)
def test_what_is_wrong_stands_below_and_is_read_out(dialog: FolderNameDialog, typed: str, words: str) -> None:
    dialog.line.setText(typed)
    assert words in dialog.problem.text()
    assert dialog.line.accessibleDescription() == dialog.problem.text()
    assert not dialog.ok.isEnabled()
    dialog.line.setText("Fine")
    assert dialog.problem.text() == ""
    assert dialog.ok.isEnabled()


def test_another_case_of_the_own_name_is_another_name(dialog: FolderNameDialog) -> None:
    dialog.line.setText("BILLS")
    assert dialog.ok.isEnabled()
