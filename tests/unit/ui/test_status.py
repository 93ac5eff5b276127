"""The status bar: the worst is said first, work can be stopped, the switch says where it is."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QProgressBar, QToolButton
from pytestqt.qtbot import QtBot

from mailclient.domain.account import Purpose
from mailclient.domain.events import AccountStatus, AccountStatusChanged, Progressed
from mailclient.domain.ids import AccountId
from mailclient.ui.status import StatusBar

A1, A2 = AccountId("a1"), AccountId("a2")


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    made = StatusBar()
    qtbot.addWidget(made)
    made.show()
    return made


def button(bar: StatusBar, words: str) -> QToolButton:
    return next(b for b in bar.findChildren(QToolButton) if words in (b.text() or b.accessibleName()))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_worst_of_all_accounts_is_said_and_can_be_clicked(
    bar: StatusBar, qtbot: QtBot, order: tuple[int, int]
) -> None:
    events = (
        AccountStatusChanged(A1, AccountStatus.IDLE),
        AccountStatusChanged(A2, AccountStatus.SIGN_IN_NEEDED, "The server wants a password."),
    )
    for number in order:
        bar.status_changed(events[number])
    with qtbot.waitSignal(bar.problem_clicked) as clicked:
        button(bar, "Waiting for the password").click()
    assert clicked.args == [events[1]]
    assert (
        button(bar, "Waiting for the password").accessibleName()
        == "Waiting for the password. The server wants a password."
    )


def test_a_stop_of_sending_alone_stays_in_sight_while_mail_is_received(bar: StatusBar) -> None:
    stopped = AccountStatusChanged(A1, AccountStatus.CERTIFICATE_REFUSED, "Wrong host.", purpose=Purpose.SUBMISSION)
    bar.status_changed(stopped)
    bar.status_changed(AccountStatusChanged(A1, AccountStatus.IDLE))
    assert button(bar, "Sending: certificate refused").isVisible()
    bar.status_changed(AccountStatusChanged(A1, AccountStatus.IDLE, purpose=Purpose.SUBMISSION))
    assert button(bar, "Up to date").isVisible()


def test_an_account_that_is_gone_worries_nobody(bar: StatusBar) -> None:
    bar.status_changed(AccountStatusChanged(A1, AccountStatus.IDLE))
    bar.status_changed(AccountStatusChanged(A2, AccountStatus.FAILED, "Broken."))
    bar.keep_only({A1})
    assert button(bar, "Up to date").isVisible()


def test_work_is_shown_and_can_be_stopped(bar: StatusBar, qtbot: QtBot) -> None:
    progress = bar.findChild(QProgressBar)
    assert isinstance(progress, QProgressBar)
    assert not progress.isVisible()
    bar.progressed(Progressed(A1, "Headers of Inbox", 200, 1000))
    assert progress.isVisible()
    assert (progress.value(), progress.maximum()) == (200, 1000)
    with qtbot.waitSignal(bar.cancel_wanted):
        button(bar, "Stop").click()
    bar.progressed(Progressed(A1, "Headers of Inbox", 1000, 1000))
    assert not progress.isVisible()


def test_the_switch_tells_only_what_the_user_does(bar: StatusBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(bar.online_toggled):
        bar.set_online(False)
    assert button(bar, "Offline").accessibleName() == "Offline"
    with qtbot.waitSignal(bar.online_toggled) as toggled:
        button(bar, "Offline").click()
    assert toggled.args == [True]
    assert button(bar, "Online").toolTip() == "Work offline"
