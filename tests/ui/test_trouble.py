"""Trouble of an account in the window: what can be done stands beside it, and it is told no longer than it lasts."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QPushButton

from mailclient.domain import commands as c
from mailclient.domain.account import Purpose
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.ids import ConnectionId
from mailclient.ui.setup.password_dialog import PasswordDialog
from tests.ui.conftest import Desk

EXPIRED = "The certificate of mail.example.org has expired."


def buttons(desk: Desk) -> list[str]:
    return [button.text() for button in desk.window.toast.findChildren(QPushButton) if button.isVisible()]


def press(desk: Desk, words: str) -> None:
    next(b for b in desk.window.toast.findChildren(QPushButton) if b.text() == words).click()


def happened(desk: Desk, status: AccountStatus, sentence: str = "", purpose: Purpose = Purpose.INCOMING) -> None:
    account_id = desk.engine.accounts()[0].id
    desk.window.news.handle(AccountStatusChanged(account_id, status, sentence, ConnectionId(1), purpose))


def test_a_refused_certificate_can_be_looked_at_and_tried_again(desk: Desk) -> None:
    happened(desk, AccountStatus.CERTIFICATE_REFUSED, EXPIRED)
    assert desk.window.toast.sentence == EXPIRED
    assert buttons(desk) == ["Try again", "Show dialogue", "Dismiss"]
    press(desk, "Show dialogue")
    assert desk.window.dialogues.isVisible()
    assert desk.window.toast.isVisible()
    submitted: list[c.Command] = []
    desk.window.engine.submit = submitted.append  # type: ignore[method-assign, assignment]
    press(desk, "Try again")
    assert submitted == [c.ResumeAccount(desk.engine.accounts()[0].id)]
    desk.window.dialogues.close()


def test_what_is_over_is_told_no_more_but_an_attempt_is_not_the_end(desk: Desk) -> None:
    happened(desk, AccountStatus.CERTIFICATE_REFUSED, EXPIRED)
    happened(desk, AccountStatus.CONNECTING)
    assert desk.window.toast.isVisible()
    happened(desk, AccountStatus.IDLE)
    assert not desk.window.toast.isVisible()


def test_that_mail_is_received_does_not_end_a_stop_of_sending(desk: Desk) -> None:
    happened(desk, AccountStatus.SIGN_IN_NEEDED, "Refused.", Purpose.SUBMISSION)
    happened(desk, AccountStatus.IDLE)
    assert desk.window.toast.sentence == "Refused." and desk.window.toast.isVisible()
    press(desk, "Type password")
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, PasswordDialog) and w.isVisible())
    assert not dialog.both.isChecked()
    dialog.reject()


def test_the_switch_follows_whoever_switches(desk: Desk) -> None:
    desk.engine.submit(c.GoOnline(False))
    desk.until(lambda: not desk.window.status._online.isChecked())
    assert desk.window.status._online.text() == "Offline"
