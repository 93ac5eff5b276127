"""Saying how much is kept: the fields of a scope, the space it takes, an account's settings, a folder's properties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mailclient.domain.account import Account, Credentials, IncomingProtocol
from mailclient.domain.commands import Command, SetFolderScope
from mailclient.domain.errors import BadInput
from mailclient.domain.events import SpaceFreed
from mailclient.domain.ids import AccountId, FolderId
from mailclient.domain.pop import PopKeep, PopPolicy
from mailclient.domain.probe import ProbeReport, ProbeStep
from mailclient.domain.scope import WHOLE_SCOPE, ConnectionModel, DownloadScope, Keep, KeptBytes
from mailclient.ui.folders.properties import FolderPropertiesDialog
from mailclient.ui.setup.account_settings import AccountSettingsDialog
from mailclient.ui.setup.scope_form import ScopeForm
from mailclient.ui.setup.space_row import SpaceRow, kept_sentence
from tests.support.ui_fakes import account, folder

MONTH = DownloadScope(Keep.RECENT, 30, 5_000_000)


@dataclass
class Engine:
    """Works at once, in the thread that asks."""

    kept: KeptBytes = field(default_factory=lambda: KeptBytes(5_000_000, 10, 2_000_000, 4))
    changed: list[Account] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    submitted: list[Command] = field(default_factory=list)
    refuses: str = ""
    others: list[Account] = field(default_factory=list)

    def submit(self, command: Command) -> None:
        self.submitted.append(command)

    def kept_bytes(self, account_id: AccountId, folder_id: FolderId | None = None) -> KeptBytes:
        del account_id, folder_id
        return self.kept

    def free_space(self, account_id: AccountId, folder_id: FolderId | None = None) -> SpaceFreed:
        del folder_id
        freed = SpaceFreed(account_id, self.kept.free_bytes, self.kept.free_messages)
        self.kept = KeptBytes(self.kept.total_bytes - self.kept.free_bytes, 6, 0, 0)
        return freed

    def accounts(self) -> tuple[Account, ...]:
        return tuple(self.others)

    def change_account(self, account: Account, credentials: Credentials | None = None, *, remember: bool = True) -> str:
        del remember
        if self.refuses:
            raise BadInput(self.refuses)
        self.changed.append(account)
        if credentials is None:
            return ""
        self.passwords.append(credentials.incoming_password)
        return "The password is kept for this session only."

    def probe(
        self, account: Account, credentials: Credentials | None, on_step: Callable[[str, ProbeStep], None] | None = None
    ) -> ProbeReport:
        assert credentials is None
        step = ProbeStep("Connected to mail.example.org", True, "")
        if on_step is not None:
            on_step("incoming", step)
        return ProbeReport((step,), (step,))

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        try:
            result = work()
        except BadInput as error:
            result = error
        done(result)


@pytest.mark.parametrize("scope", [WHOLE_SCOPE, MONTH, DownloadScope(Keep.HEADERS), DownloadScope(Keep.NOTHING, 7)])
def test_a_scope_goes_through_the_fields_unchanged(qtbot: QtBot, scope: DownloadScope) -> None:
    form = ScopeForm()
    qtbot.addWidget(form)
    form.set_scope(scope)
    assert form.scope() == scope


def test_only_what_matters_is_asked(qtbot: QtBot) -> None:
    form = ScopeForm()
    qtbot.addWidget(form)
    form.show()
    for keep, days, limit in (
        (Keep.EVERYTHING, False, True),
        (Keep.RECENT, True, True),
        (Keep.HEADERS, False, False),
        (Keep.NOTHING, False, False),
    ):
        form.set_scope(DownloadScope(keep))
        assert (form._days.isVisible(), form._limited.isVisible()) == (days, limit)


def test_space_is_said_before_it_is_freed(qtbot: QtBot) -> None:
    engine = Engine()
    row = SpaceRow(engine, AccountId("a1"), None)
    qtbot.addWidget(row)
    row.measure()
    assert row.sentence() == (
        "10 whole messages on this computer take up 5.0 MB. 2.0 MB of that, 4 whole messages, need not be here: "
        "the server keeps them, and they come again when you open them."
    )
    with qtbot.waitSignal(row.freed) as freed:
        row.button.click()
    assert freed.args == [SpaceFreed(AccountId("a1"), 2_000_000, 4)]
    assert row.sentence() == "6 whole messages on this computer take up 3.0 MB."
    assert not row.button.isEnabled()
    assert kept_sentence(KeptBytes(0, 0, 0, 0)) == "No whole message is on this computer."


def settings(qtbot: QtBot, engine: Engine, of: Account | None = None) -> AccountSettingsDialog:
    """Return the open settings of an account."""
    dialog = AccountSettingsDialog(engine, of or account())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_what_is_not_touched_stays_as_it_is(qtbot: QtBot) -> None:
    engine = Engine()
    whole = replace(account(), model=ConnectionModel.OFFLINE, scope=MONTH, extra_ca_file="/ca.pem", save_sent=False)
    dialog = settings(qtbot, engine, whole)
    assert dialog.account() == whole
    dialog.save()
    assert (engine.changed, engine.passwords) == ([], [])
    assert not dialog.isVisible()


def test_of_pop3_everything_is_kept_here_and_what_the_server_keeps_is_asked(qtbot: QtBot) -> None:
    policy = PopPolicy(PopKeep.DAYS, 7, 3_000_000, AccountId("other"))
    pop3 = replace(account(), protocol=IncomingProtocol.POP3, pop=policy, model=ConnectionModel.OFFLINE)
    dialog = settings(qtbot, Engine(), pop3)
    dialog.tabs.setCurrentIndex(2)
    assert dialog.account() == pop3
    assert ConnectionModel.ONLINE not in dialog.keeping.buttons
    assert dialog.keeping.pop.isVisible()
    assert not dialog.keeping.form.isVisible()


def test_a_folder_of_a_pop3_account_has_no_scope_to_choose(qtbot: QtBot) -> None:
    dialog = FolderPropertiesDialog(
        Engine(), replace(account(), protocol=IncomingProtocol.POP3), folder(3, "Lists"), None
    )
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog._inherit.isVisible()


def test_model_scope_and_password_are_stored(qtbot: QtBot) -> None:
    engine = Engine()
    dialog = settings(qtbot, engine)
    dialog.keeping.buttons[ConnectionModel.OFFLINE].setChecked(True)
    dialog.keeping.form.set_scope(MONTH)
    dialog._sign_in.secret.setText("new secret")
    with qtbot.waitSignal(dialog.saved) as saved:
        dialog.save()
    assert engine.changed == [replace(account(), model=ConnectionModel.OFFLINE, scope=MONTH)]
    assert engine.passwords == ["new secret"]
    assert saved.args == ["The password is kept for this session only."]


def test_a_refusal_is_told_and_nothing_is_closed(qtbot: QtBot) -> None:
    engine = Engine(refuses="There is an account for robin@example.org already.")
    dialog = settings(qtbot, engine)
    dialog._address.setText("robin@example.org")
    dialog.save()
    assert dialog._message.text() == "The change was not stored: There is an account for robin@example.org already."
    assert dialog.isVisible()
    assert dialog._save.isEnabled()


def test_an_account_without_an_address_cannot_be_stored(qtbot: QtBot) -> None:
    dialog = settings(qtbot, Engine())
    dialog._address.setText("nobody")
    assert not dialog._save.isEnabled()
    dialog._address.setText("anna@example.org")
    assert dialog._save.isEnabled()


def test_what_is_missing_is_said_while_one_types(qtbot: QtBot) -> None:
    dialog = settings(qtbot, Engine())
    assert not dialog._message.isVisible()
    dialog._address.setText("nobody")
    assert dialog._message.text() == "Type the whole address, as in ada@example.org."
    assert dialog._message.isVisible()
    dialog._address.setText("anna@example.org")
    dialog.advanced.others.setText("???")
    assert "is no name of an extension" in dialog._message.text()
    assert not dialog._save.isEnabled()


def test_a_token_in_place_of_a_password_must_be_given_at_once(qtbot: QtBot) -> None:
    engine = Engine()
    dialog = settings(qtbot, engine)
    dialog._sign_in.kind.setCurrentIndex(1)
    assert dialog._sign_in.note.isVisible() and "expires" in dialog._sign_in.note.text()
    assert dialog._message.text() == "Type the access token that the account signs in with from now on."
    assert not dialog._save.isEnabled()
    dialog._sign_in.secret.setText(" ya29.token ")
    dialog.save()
    assert engine.changed == [replace(account(), uses_token=True)]
    assert engine.passwords == ["ya29.token"]


def test_pace_and_extensions_are_stored(qtbot: QtBot) -> None:
    engine = Engine()
    dialog = settings(qtbot, engine)
    dialog.advanced.minutes.setValue(30)
    dialog.advanced.none.setChecked(True)
    dialog.save()
    assert engine.changed == [replace(account(), poll_minutes=30, without=frozenset({"*"}))]


def test_the_inbox_that_gets_pop3_mail_can_be_changed_later(qtbot: QtBot) -> None:
    pop3 = replace(account(), protocol=IncomingProtocol.POP3)
    other = replace(account(2, "robin@example.org"), protocol=IncomingProtocol.POP3)
    engine = Engine(others=[pop3, other, account(3, "imap@example.org")])
    dialog = settings(qtbot, engine, pop3)
    target = dialog.keeping.pop._target
    assert [target.itemText(row) for row in range(target.count())] == [
        "Its own inbox",
        "The inbox of robin@example.org",
    ]
    target.setCurrentIndex(1)
    dialog.save()
    assert engine.changed[0].pop.deliver_to == other.id


def test_servers_are_tested_as_they_are_set_with_the_password_that_is_known(qtbot: QtBot) -> None:
    dialog = settings(qtbot, Engine())
    dialog.test_button.click()
    assert dialog._test_words.text() == "Both servers work."
    assert any("Connected to mail.example.org" in label.text() for label in dialog.findChildren(QLabel))


def test_online_the_scope_decides_nothing(qtbot: QtBot) -> None:
    dialog = settings(qtbot, Engine())
    assert dialog.keeping.form.isEnabled()
    dialog.keeping.buttons[ConnectionModel.ONLINE].setChecked(True)
    assert not dialog.keeping.form.isEnabled()


@pytest.mark.parametrize("own", [None, MONTH])
def test_a_folders_scope_is_stored_only_when_it_was_changed(qtbot: QtBot, own: DownloadScope | None) -> None:
    engine = Engine()
    dialog = FolderPropertiesDialog(engine, account(), folder(3, "Lists", total=5), own)
    qtbot.addWidget(dialog)
    dialog.save()
    assert engine.submitted == []
    assert dialog.chosen_scope() == own


def test_a_folder_may_differ_from_its_account_and_follow_it_again(qtbot: QtBot) -> None:
    engine = Engine()
    dialog = FolderPropertiesDialog(engine, account(), folder(3, "Lists"), None)
    qtbot.addWidget(dialog)
    dialog._own.setChecked(True)
    dialog._form.set_scope(MONTH)
    dialog.save()
    again = FolderPropertiesDialog(engine, account(), folder(3, "Lists"), MONTH)
    qtbot.addWidget(again)
    again._inherit.setChecked(True)
    again.save()
    assert engine.submitted == [SetFolderScope(FolderId(3), MONTH), SetFolderScope(FolderId(3), None)]
