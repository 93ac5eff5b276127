"""How often to look, and what is not used with a server."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mailclient.domain.account import MAX_POLL_MINUTES, Account, IncomingProtocol
from mailclient.ui.setup.advanced_page import EXTENSIONS, AdvancedPage
from tests.support.ui_fakes import account


def page(qtbot: QtBot, of: Account | None = None) -> AdvancedPage:
    made = AdvancedPage(of or account())
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    "without",
    [frozenset(), frozenset({"*"}), frozenset({"QRESYNC", "IDLE"}), frozenset({"*", "MOVE", "X-GM-EXT-1", "SASL-IR"})],
)
def test_what_is_not_used_goes_through_the_fields_unchanged(qtbot: QtBot, without: frozenset[str]) -> None:
    assert page(qtbot, replace(account(), without=without)).without() == without


def test_an_extension_is_switched_off_by_the_keyboard(qtbot: QtBot) -> None:
    made = page(qtbot)
    made.list.setCurrentRow(list(EXTENSIONS).index("QRESYNC"))
    made.list.setFocus()
    with qtbot.waitSignal(made.changed):
        QTest.keyClick(made.list, Qt.Key.Key_Space)
    assert made.without() == {"QRESYNC"}


def test_with_none_there_is_nothing_to_choose(qtbot: QtBot) -> None:
    made = page(qtbot)
    made.none.setChecked(True)
    assert made.without() == {"*"}
    assert not made.list.isEnabled() and not made.others.isEnabled()


def test_other_names_are_taken_and_what_is_no_name_is_told(qtbot: QtBot) -> None:
    made = page(qtbot)
    made.others.setText("sasl-ir, binary")
    assert made.without() == {"SASL-IR", "BINARY"}
    assert made.problem() == ""
    made.others.setText('SASL-IR "x')
    assert made.problem() == '“"X” is no name of an extension. Type names such as QRESYNC, with spaces between.'


def test_minutes_between_two_looks(qtbot: QtBot) -> None:
    made = page(qtbot, replace(account(), poll_minutes=17))
    assert made.poll_minutes() == 17
    made.minutes.setValue(MAX_POLL_MINUTES + 1)
    assert made.poll_minutes() == MAX_POLL_MINUTES


def test_pop3_has_no_extensions_to_choose(qtbot: QtBot) -> None:
    made = page(qtbot, replace(account(), protocol=IncomingProtocol.POP3, without=frozenset({"X-ODD"})))
    assert not made.extensions.isVisible()
    assert made.without() == {"X-ODD"}


def test_the_servers_that_are_believed_are_guessed_until_somebody_names_them(qtbot: QtBot) -> None:
    incoming = replace(account().incoming, host="imap.provider.example")
    made = page(qtbot, replace(account(), incoming=incoming, submission=incoming, address="ada@mail.example.org"))
    assert made.own_servers.placeholderText() == "Guessed: example.org provider.example"
    assert made.believed_servers() == ()
    made.own_servers.setText("MX.example.org, provider.example mx.example.org")
    assert made.believed_servers() == ("mx.example.org", "provider.example")
    assert made.problem() == ""
    made.own_servers.setText("mx.example.org <x>")
    assert "“<x>” is no name of a server." in made.problem()
