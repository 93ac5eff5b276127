"""Adding an account: both servers are tested for real, a failure shows the server's line, success adds the account."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLabel

from mailclient.accounts.discovery import guess_servers
from mailclient.domain.account import Endpoint, IncomingProtocol, Security
from mailclient.domain.folder import FolderRole
from mailclient.domain.pop import PopKeep, PopPolicy
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


def choose(box: QComboBox, value: object) -> None:
    box.setCurrentIndex(box.findData(value))


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
    dialog._sign_in.secret.setText("wrong-password")
    dialog.test()
    desk.until(lambda: "did not pass" in dialog._message.text())
    assert "AUTHENTICATIONFAILED" in words(dialog)
    assert "User name or password is wrong." in words(dialog)
    assert "wrong-password" not in words(dialog)


def test_a_good_account_passes_and_is_added(desk: Desk) -> None:
    dialog = open_dialog(desk)
    dialog._sign_in.secret.setText("demo-robin")
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


def test_pop3_has_its_own_servers_ports_and_choices(desk: Desk) -> None:
    dialog = AddAccountDialog(desk.engine, guess_servers, desk.window)
    desk.qtbot.addWidget(dialog)
    dialog.show()
    desk.qtbot.keyClicks(dialog._address, "ada@example.org")
    assert not dialog._pop.isVisible()
    choose(dialog._protocol, IncomingProtocol.POP3)
    assert dialog._pop.isVisible()
    assert dialog.account().protocol is IncomingProtocol.POP3
    assert (dialog.account().incoming.host, dialog.account().incoming.port) == ("pop.example.org", 995)
    dialog._details.setChecked(True)
    choose(dialog._incoming._security, Security.STARTTLS)
    assert dialog.account().incoming.port == 110
    dialog._incoming._host.setText("mail.example.org")
    dialog._incoming._tell()
    choose(dialog._protocol, IncomingProtocol.IMAP)
    assert (dialog.account().incoming.host, dialog.account().incoming.port) == ("mail.example.org", 143)
    assert not dialog._pop.isVisible()


def test_what_the_user_chooses_for_mail_on_the_server_is_in_the_account(desk: Desk) -> None:
    dialog = open_dialog(desk)
    choose(dialog._protocol, IncomingProtocol.POP3)
    assert dialog.account().pop == PopPolicy()
    assert not dialog._pop._days.isVisible()
    choose(dialog._pop._keep, PopKeep.DAYS)
    assert dialog._pop._days.isVisible()
    dialog._pop._days.setValue(7)
    dialog._pop._is_large.setChecked(True)
    dialog._pop._large.setValue(2)
    assert dialog.account().pop == PopPolicy(PopKeep.DAYS, 7, 2_000_000)


def test_a_pop3_account_is_tested_added_and_its_mail_fetched(desk: Desk) -> None:
    dialog = open_dialog(desk)
    choose(dialog._protocol, IncomingProtocol.POP3)
    for form, port in ((dialog._incoming, desk.lab.pop3_port), (dialog._submission, desk.lab.smtp_port)):
        form.set_endpoint(Endpoint("127.0.0.1", port, Security.PLAIN, SECOND_ADDRESS))
    desk.lab.deliver(SECOND_ADDRESS, b"Message-ID: <p@x>\r\nSubject: By POP3\r\nFrom: a@example.org\r\n\r\nHello\r\n")
    dialog._sign_in.secret.setText("demo-robin")
    dialog.test()
    desk.until(lambda: "Both servers work" in dialog._message.text())
    assert "Look at the maildrop" in words(dialog)
    with desk.qtbot.waitSignal(dialog.account_added, timeout=10_000):
        dialog.add()
    desk.until(lambda: len(desk.engine.accounts()) == 2)
    account_id = desk.engine.accounts()[1].id

    def fetched() -> bool:
        folders = desk.window.reader.folders(account_id)
        return any(folder.role is FolderRole.INBOX and folder.total for folder in folders)

    desk.until(fetched)
    assert desk.window.reader.search("By POP3")


def test_mail_can_be_delivered_into_the_inbox_of_another_pop3_account(desk: Desk) -> None:
    dialog = open_dialog(desk)
    choose(dialog._protocol, IncomingProtocol.POP3)
    assert not dialog._pop._target.isVisible()
    other = desk.lab.pop3_account(SECOND_ADDRESS, "Robin")
    dialog._pop.offer([*desk.engine.accounts(), other])
    assert dialog._pop._target.isVisible()
    assert [dialog._pop._target.itemData(at) for at in range(dialog._pop._target.count())] == [None, other.id]
    choose(dialog._pop._target, other.id)
    assert dialog.account().pop.deliver_to == other.id
