"""What the menus of the main window do beyond the selected messages: writing, accounts, files, search, help."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox

from mailclient.domain import commands as c
from mailclient.domain.account import Account, IncomingProtocol
from mailclient.domain.draft import DraftKind, OutboxItem, OutboxState
from mailclient.domain.errors import BadInput
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.ids import ConnectionId, OutboxId
from mailclient.ui.activity.window import ActivityWindow
from mailclient.ui.dialogs import choose_account, choose_draft, choose_outbox_item, show_shortcuts
from mailclient.ui.reading.links import is_openable, warning_for
from mailclient.ui.setup.account_dialog import AddAccountDialog
from mailclient.ui.setup.password_dialog import PasswordDialog
from mailclient.ui.xray.saving import save_message

if TYPE_CHECKING:
    from mailclient.ui.window import MainWindow

ANSWERS = {
    "reply": DraftKind.REPLY,
    "reply_all": DraftKind.REPLY_ALL,
    "forward": DraftKind.FORWARD_INLINE,
    "forward_attached": DraftKind.FORWARD_ATTACHED,
}


class Deeds:
    """Acts for a window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._engine = window.engine
        self._activity: ActivityWindow | None = None

    def _account(self) -> Account | None:
        """The account of the folder that is shown, else the first."""
        accounts = self._engine.accounts()
        folder = self._window.folder
        return next((a for a in accounts if folder and a.id == folder.account_id), accounts[0] if accounts else None)

    def _account_of_shown(self) -> Account | None:
        """The account that holds the message that is shown; a search finds messages of all accounts."""
        message_id = self._window.pane.message_id
        location = self._window.reader.location(message_id) if message_id is not None else None
        folder = self._window.reader.folder(location.folder_id) if location is not None else None
        accounts = self._engine.accounts()
        return next((a for a in accounts if folder and a.id == folder.account_id), self._account())

    def compose(self) -> None:
        """Write a new message."""
        account = self._account()
        if account is None:
            self.add_account()
        else:
            self._window.writing.new(account.id)

    def answer(self, kind: DraftKind) -> None:
        """Answer the message that is shown."""
        message, account = self._window.pane.message, self._account_of_shown()
        if message is None or account is None:
            self._window.status.say("The message is not here yet. Wait until it is shown.")
            return
        self._window.writing.answer(message, kind, account, self._window.pane.message_id)

    def mailto(self, uri: str) -> None:
        """Write what a link asks for."""
        account = self._account()
        if account is None:
            self.add_account()
            return
        try:
            self._window.writing.mailto(uri, account)
        except BadInput as error:
            self._window.toast.say(error.sentence)

    def open_link(self, url: str, shown: str) -> None:
        """Open a link outside, after a question when it is not what it looks like."""
        if url.lower().startswith("mailto:"):
            self.mailto(url)
            return
        if not is_openable(url):
            self._window.toast.say("Only web and mail addresses are opened from a message.")
            return
        warning = warning_for(url, shown)
        if warning:
            box = QMessageBox(QMessageBox.Icon.Warning, "Open link", warning, parent=self._window)
            opening = box.addButton("&Open anyway", QMessageBox.ButtonRole.DestructiveRole)
            box.setDefaultButton(box.addButton("&Cancel", QMessageBox.ButtonRole.RejectRole))
            box.exec()
            if box.clickedButton() is not opening:
                return
        QDesktopServices.openUrl(QUrl(url))

    def open_file(self) -> None:
        """Open a message file."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open message", "", "Messages (*.eml);;All files (*)")
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Show a message file."""
        try:
            self._window.show_raw(path.read_bytes())
        except OSError as error:
            self._window.toast.say(f"“{path.name}” cannot be read: {error.strerror}.")

    def save_message(self) -> None:
        """Save the message that is shown, bit by bit."""
        raw = self._window.pane.message_bytes()
        if raw is not None:
            save_message(self._window, raw, self._window.toast.say)

    def add_account(self) -> None:
        """Open the dialog that adds an account."""
        dialog = AddAccountDialog(self._engine, self._window.parts.guess, self._window)
        dialog.account_added.connect(self._window.status.say)
        dialog.open()

    def try_demo(self) -> None:
        """Start the demo beside this window, in a process and a profile of its own."""
        started, _process_id = QProcess.startDetached(sys.executable, ["-m", "mailclient", "--demo"], "")
        if not started:
            self._window.toast.say("The demo did not start. Type in a terminal:  postscope --demo")

    def remove_account(self) -> None:
        """Ask which account to forget."""
        account = choose_account(self._window, self._engine.accounts(), "Remove which account?")
        if account is None:
            return
        box = QMessageBox(QMessageBox.Icon.Warning, "Remove account", f"Remove {account.address}?", parent=self._window)
        words = "Its password and its copies on this computer are deleted. Mail on the server stays."
        if account.protocol is IncomingProtocol.POP3:
            words = "Its password, its folders and all mail in them are deleted. What the server no longer has is lost."
        box.setInformativeText(words)
        remove = box.addButton("&Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("&Keep", QMessageBox.ButtonRole.RejectRole))
        box.exec()
        if box.clickedButton() is remove:
            account_id = account.id
            self._engine.run_in_background(lambda: self._engine.remove_account(account_id), lambda _result: None)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    def undo(self) -> None:
        """Take the last action back."""
        self._engine.submit(c.Undo())

    def synchronise(self) -> None:
        """Bring everything up to date."""
        folder = self._window.folder
        self._engine.submit(c.Synchronise(None, folder.id if folder else None))

    def show_dialogues(self) -> None:
        """Show what was said to servers."""
        self._window.dialogues.show_connection()

    def show_dialogue(self, connection_id: ConnectionId | None) -> None:
        """Show one dialogue."""
        self._window.dialogues.show_connection(connection_id)

    def show_activity(self, _status: AccountStatusChanged | None = None) -> ActivityWindow:
        """Show what runs, what waits and why."""
        window = self._window
        if self._activity is None:
            self._activity = ActivityWindow(
                self._engine, window.reader, self.show_dialogue, self.help_account, self._retry_sending, window
            )
        self._activity.show()
        self._activity.raise_()
        self._activity.activateWindow()
        return self._activity

    def note_activity(self) -> None:
        """Something happened: whoever looks at the activity sees it soon."""
        if self._activity is not None:
            self._activity.note_change()

    def close_activity(self) -> None:
        """The main window closes."""
        if self._activity is not None:
            self._activity.close()

    def _retry_sending(self, outbox_id: OutboxId) -> None:
        item = next((item for item in self._window.reader.outbox() if item.id == outbox_id), None)
        if item is not None:
            self._decide_outbox(item, True)

    def help_account(self, event: AccountStatusChanged) -> None:
        """Do what only the user can do for an account that stopped: a password, a word of consent, or just another try."""
        if event.status is AccountStatus.SIGN_IN_NEEDED:
            account = next((a for a in self._engine.accounts() if a.id == event.account_id), None)
            if account is not None:
                dialog = PasswordDialog(self._engine, account, event, self._window)
                dialog.stored.connect(self._window.status.say)
                dialog.open()
        elif event.status is AccountStatus.MAIL_RENAMED:
            renamed = event.account_id
            self._engine.run_in_background(lambda: self._engine.accept_renamed(renamed), lambda _result: None)
        else:
            self._engine.submit(c.ResumeAccount(event.account_id))

    def show_outbox(self) -> None:
        """List what waits to be sent, with what can be done about it."""
        item = choose_outbox_item(self._window, self._window.reader.outbox())
        if item is not None:
            self._decide_outbox(*item)

    def _decide_outbox(self, item: OutboxItem, retry: bool) -> None:
        if retry and item.state is OutboxState.UNCERTAIN:
            box = QMessageBox(QMessageBox.Icon.Question, "Send again", "Send this message again?", parent=self._window)
            box.setInformativeText("The first copy may have arrived. If it did, the recipients get it twice.")
            again = box.addButton("&Send again", QMessageBox.ButtonRole.DestructiveRole)
            box.setDefaultButton(box.addButton("&Cancel", QMessageBox.ButtonRole.RejectRole))
            box.exec()
            if box.clickedButton() is not again:
                return
        self._engine.submit(c.RetrySending(item.id) if retry else c.CancelSending(item.id))

    def show_drafts(self) -> None:
        """Go on writing an unfinished message."""
        draft = choose_draft(self._window, self._window.reader.drafts())
        whole = self._window.reader.draft(draft.id) if draft is not None and draft.id is not None else None
        if whole is not None and not any(known.draft_id == whole.id for known in self._window.writing.open):
            self._window.writing.show(whole)

    def show_shortcuts(self) -> None:
        """List the keys."""
        show_shortcuts(self._window)

    def about(self) -> None:
        """Say what this is."""
        from mailclient import __version__

        QMessageBox.about(
            self._window,
            "About Postscope",
            f"Postscope {__version__}\n\nA mail client that shows how e-mail really works.\nEvery message and every "
            "connection can be opened and explained, down to the byte.",
        )
