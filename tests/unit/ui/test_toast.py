"""The quiet bar: good news goes by itself, bad news stays until it was seen."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mailclient.ui import toast
from mailclient.ui.toast import Toast


@pytest.fixture
def bar(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Toast:
    monkeypatch.setattr(toast, "SHOWN_MS", 30)
    made = Toast()
    qtbot.addWidget(made)
    return made


def press(bar: Toast, words: str) -> None:
    next(button for button in bar.findChildren(QPushButton) if button.text() == words).click()


def test_good_news_offers_its_undo_and_goes_by_itself(bar: Toast, qtbot: QtBot) -> None:
    undone: list[bool] = []
    bar.say("Archived 3 messages", "Undo", lambda: undone.append(True))
    assert bar.isVisible()
    assert bar.accessibleName() == "Archived 3 messages"
    press(bar, "Undo")
    assert undone == [True]
    assert not bar.isVisible()
    bar.say("Archived 1 message")
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_bad_news_comes_back_after_good_news(bar: Toast, qtbot: QtBot) -> None:
    bar.say("The server refused this.", "Show dialogue", lambda: None, stays=True)
    bar.say("Archived 1 message", "Undo", lambda: None)
    assert bar.sentence == "Archived 1 message"
    qtbot.waitUntil(lambda: bar.sentence == "The server refused this.")
    assert bar.isVisible()
    press(bar, "Dismiss")
    assert not bar.isVisible()


def test_dismissing_good_news_does_not_dismiss_bad_news(bar: Toast) -> None:
    bar.say("The server refused this.", stays=True)
    bar.say("Archived 1 message")
    press(bar, "Dismiss")
    assert bar.sentence == "The server refused this."


def test_the_same_trouble_is_told_once(bar: Toast) -> None:
    for _ in range(4):
        bar.say("The server cannot be reached.", stays=True)
    press(bar, "Dismiss")
    assert not bar.isVisible()


def test_what_is_over_is_not_told_any_longer(bar: Toast) -> None:
    bar.say("The certificate is wrong.", stays=True)
    bar.say("The disk is full.", stays=True)
    bar.withdraw("The disk is full.")
    assert bar.isVisible()
    assert bar.sentence == "The certificate is wrong."
    bar.withdraw("The certificate is wrong.")
    assert not bar.isVisible()


def test_who_has_looked_may_still_act(bar: Toast) -> None:
    done: list[str] = []
    bar.say(
        "The certificate is wrong.",
        "Try again",
        lambda: done.append("tried"),
        look=lambda: done.append("seen"),
        stays=True,
    )
    press(bar, "Show dialogue")
    assert bar.isVisible()
    press(bar, "Try again")
    assert done == ["seen", "tried"]
    assert not bar.isVisible()


def test_an_action_may_say_something_itself(bar: Toast) -> None:
    bar.say("No password.", "Type password", lambda: bar.say("Thank you."), stays=True)
    press(bar, "Type password")
    assert bar.sentence == "Thank you."
    assert bar.isVisible()
