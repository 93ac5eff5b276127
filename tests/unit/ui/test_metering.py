"""The desktop says what the line costs; the user has the last word, and a word that agrees is none."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from mailclient.ui.metering import Metering


@pytest.mark.parametrize(
    ("choice", "desktop", "metered"),
    [
        ("auto", False, False),
        ("auto", True, True),
        ("on", False, True),
        ("off", True, False),
        ("something from a newer version", True, True),
    ],
)
def test_who_says_what(choice: str, desktop: bool, metered: bool) -> None:
    metering = Metering(choice)
    metering.desktop_says = desktop
    assert metering.metered is metered


@pytest.mark.parametrize(
    ("choice", "desktop", "after"),
    [("auto", False, "on"), ("on", False, "auto"), ("auto", True, "off"), ("off", True, "auto")],
)
def test_toggling(qtbot: QtBot, choice: str, desktop: bool, after: str) -> None:
    metering = Metering(choice)
    metering.desktop_says = desktop
    wanted = not metering.metered
    with qtbot.waitSignal(metering.changed) as told:
        assert metering.toggle() == after
    assert told.args == [wanted] == [metering.metered]


def test_the_desktop_is_heard_only_where_it_matters(qtbot: QtBot) -> None:
    metering = Metering("auto")
    metering.desktop_says = False
    with qtbot.waitSignal(metering.changed) as told:
        metering.desktop_said(True)
    assert told.args == [True]
    chosen = Metering("off")
    with qtbot.assertNotEmitted(chosen.changed):
        chosen.desktop_said(True)
