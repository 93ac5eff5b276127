"""Adding an account: both servers are tested for real, a failure shows the server's line, success adds the account."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from mailclient.accounts.discovery import guess_servers
from mailclient.domain.account import Endpoint, Security
from mailclient.lab.demo import SECOND_ADDRESS
from mailclient.ui.setup.account_dialog import AddAccountDialog
from tests.ui.conftest import Desk


def open_dialog(desk: Desk) -> AddAccountDialog:
    dialog = AddAccountDialog(desk.engine, guess_servers, desk.window)
    desk.qtbot.addWidget(dialog)
    dialog.show()
    dialog._name.setText("Robin")
    dialog._address.setText(SECOND_ADDRESS)
    for form, port in ((dialog._incoming, desk.lab.imap_port), (dialog._submission, desk.lab.smtp_port)):
        form.set_endpoint(Endpoint("127.0.0.1", port, Security.PLAIN, SECOND_ADDRESS))
    return dialog


def words(dialog: AddAccountDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_servers_are_guessed_from_the_address(desk: Desk) -> None:
    dialog = AddAccountDialog(desk.engine, guess_servers, desk.window)
    desk.qtbot.addWidget(dialog)
    desk.qtbot.keyClicks(dialog._address, "ada@posteo.de")
    assert dialog.account().incoming.host == "posteo.de"
    assert dialog.account().incoming.security is Security.TLS
    assert not dialog._test.isEnabled()


def test_a_wrong_password_shows_the_servers_line_and_its_meaning(desk: Desk) -> None:
    dialog = open_dialog(desk)
    dialog._password.setText("wrong-password")
    dialog.test()
    desk.until(lambda: "did not pass" in dialog._message.text())
    assert "AUTHENTICATIONFAILED" in words(dialog)
    assert "User name or password is wrong." in words(dialog)
    assert "wrong-password" not in words(dialog)


def test_a_good_account_passes_and_is_added(desk: Desk) -> None:
    dialog = open_dialog(desk)
    dialog._password.setText("demo-robin")
    dialog.test()
    desk.until(lambda: "Both servers work" in dialog._message.text())
    with desk.qtbot.waitSignal(dialog.account_added, timeout=10_000) as added:
        dialog.add()
    assert "this session only" in added.args[0]
    desk.until(lambda: len(desk.engine.accounts()) == 2)
    desk.until(lambda: desk.window.folder_model.index_of(desk.engine.accounts()[1].id).isValid())


def test_plain_away_from_this_machine_needs_a_worded_confirmation(desk: Desk) -> None:
    dialog = open_dialog(desk)
    dialog._details.setChecked(True)
    dialog._incoming.set_endpoint(Endpoint("mail.example.org", 143, Security.PLAIN, "x"))
    assert dialog._incoming._plain.isVisible()
    assert not dialog.account().incoming.may_speak_plain
    dialog._incoming._plain.setChecked(True)
    assert dialog.account().incoming.may_speak_plain
