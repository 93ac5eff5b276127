"""The line above the list."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from mailclient.ui.mail_list.heading import ListHeading


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.unread_only = QAction("Only unread", checkable=True)
        self.sort_menu = QMenu()
        self.heading = ListHeading(self.unread_only, self.sort_menu)
        qtbot.addWidget(self.heading)
        self.heading.show()

    def button(self, words: str) -> QToolButton:
        return next(b for b in self.heading.findChildren(QToolButton) if words in (b.text() or b.accessibleName()))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_the_envelope_and_the_menu_are_one_choice(desk: Desk) -> None:
    desk.heading.show_folder("Inbox · 20")
    envelope = desk.button("Only unread")
    envelope.click()
    assert desk.unread_only.isChecked()
    desk.unread_only.setChecked(False)
    assert not envelope.isChecked()


def test_a_search_offers_its_reach_and_a_folder_its_order(desk: Desk, qtbot: QtBot) -> None:
    desk.heading.show_search("6 found", "Inbox")
    assert desk.heading.words == "6 found"
    scope = desk.button("Only in Inbox")
    assert scope.isVisible()
    assert not desk.button("Order").isVisible()
    with qtbot.waitSignal(desk.heading.scope_changed) as changed:
        scope.click()
    assert changed.args == [True]
    assert desk.heading.only_here
    desk.heading.show_folder("Inbox · 20")
    assert not scope.isVisible()
    assert desk.button("Order").isVisible()


def test_without_a_folder_a_search_reaches_everywhere(desk: Desk) -> None:
    desk.heading.show_search("6 found", None)
    assert not [b for b in desk.heading.findChildren(QToolButton) if b.isVisible()]
