"""Asking for a secret again: which server wants it, and whether the other one gets it too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from mailclient.domain.account import Account, Credentials, Purpose
from mailclient.domain.errors import BadInput
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.ids import AccountId
from mailclient.ui.setup.password_dialog import PasswordDialog
from tests.support.ui_fakes import account


@dataclass
class Engine:
    """Works at once, in the thread that asks."""

    stored: list[tuple[str, Purpose | None, bool]] = field(default_factory=list)
    refuses: str = ""

    def set_password(
        self, account_id: AccountId, credentials: Credentials, *, remember: bool = True, only: Purpose | None = None
    ) -> str:
        del account_id
        if self.refuses:
            raise BadInput(self.refuses)
        self.stored.append((credentials.incoming_password, only, remember))
        return "The password is kept for this session only."

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        try:
            result = work()
        except BadInput as error:
            result = error
        done(result)


def two_servers() -> Account:
    known = account()
    return replace(known, submission=replace(known.submission, host="smtp.example.org"))


def asked(qtbot: QtBot, engine: Engine, purpose: Purpose, of: Account | None = None) -> PasswordDialog:
    event = AccountStatusChanged(AccountId("a1"), AccountStatus.SIGN_IN_NEEDED, "It was refused.", purpose=purpose)
    dialog = PasswordDialog(engine, of or two_servers(), event)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def words(dialog: PasswordDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize(
    ("purpose", "says", "only"),
    [
        (Purpose.INCOMING, "The server for receiving asks for it: mail.example.org.", None),
        (Purpose.SUBMISSION, "The server for sending asks for it: smtp.example.org.", Purpose.SUBMISSION),
    ],
)
def test_it_says_which_server_asks_and_spares_the_one_that_works(
    qtbot: QtBot, purpose: Purpose, says: str, only: Purpose | None
) -> None:
    engine = Engine()
    dialog = asked(qtbot, engine, purpose)
    assert says in words(dialog)
    assert "It was refused." in words(dialog)
    dialog.rows.secret.setText("opensesame")
    with qtbot.waitSignal(dialog.stored):
        dialog.store()
    assert engine.stored == [("opensesame", only, True)]


def test_the_user_decides_whether_both_get_it(qtbot: QtBot) -> None:
    engine = Engine()
    dialog = asked(qtbot, engine, Purpose.SUBMISSION)
    assert dialog.both.text() == "Use it for receiving too (mail.example.org)"
    dialog.both.setChecked(True)
    dialog.rows.remember.setChecked(False)
    QTest.keyClicks(dialog.rows.secret, "opensesame")
    QTest.keyClick(dialog.rows.secret, Qt.Key.Key_Return)
    assert engine.stored == [("opensesame", None, False)]
    assert not dialog.isVisible()


def test_nothing_is_stored_without_a_secret_and_escape_leaves(qtbot: QtBot) -> None:
    engine = Engine()
    dialog = asked(qtbot, engine, Purpose.INCOMING)
    assert not dialog._ok.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert engine.stored == []


def test_a_token_is_called_a_token_and_loses_the_space_around_it(qtbot: QtBot) -> None:
    engine = Engine()
    dialog = asked(qtbot, engine, Purpose.INCOMING, replace(two_servers(), uses_token=True))
    assert dialog.windowTitle() == "Access token of alex@example.org"
    assert "It expires" in words(dialog)
    assert dialog.rows.secret.echoMode() is QLineEdit.EchoMode.Password
    dialog.rows.secret.setText("  ya29.token\n")
    dialog.store()
    assert engine.stored[0][0] == "ya29.token"


def test_a_failure_is_said_and_can_be_tried_again(qtbot: QtBot) -> None:
    dialog = asked(qtbot, Engine(refuses="The keyring is locked."), Purpose.INCOMING)
    dialog.rows.secret.setText("opensesame")
    dialog.store()
    assert dialog.message.text() == "It was not stored: The keyring is locked."
    assert dialog.isVisible() and dialog._ok.isEnabled()
