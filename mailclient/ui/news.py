"""What the engine's events change in the main window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from mailclient.domain import events as e
from mailclient.domain.account import Purpose
from mailclient.domain.draft import OutboxState
from mailclient.domain.ids import AccountId, ConnectionId

if TYPE_CHECKING:
    from mailclient.ui.window import MainWindow

_ATTENTION = {
    e.AccountStatus.SIGN_IN_NEEDED: "Type password",
    e.AccountStatus.MAIL_RENAMED: "Fetch it again",
    e.AccountStatus.CERTIFICATE_REFUSED: "Try again",
    e.AccountStatus.FAILED: "Try again",
}
"""What can be done at once about an account that cannot go on without the user."""
_TRYING = {e.AccountStatus.CONNECTING, e.AccountStatus.SYNCHRONISING}


class _Soon(QTimer):
    """Counts change with every batch of a synchronisation; people cannot read them faster than this."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, singleShot=True, interval=150)

    def start_once(self) -> None:
        """Start, unless it runs already: a steady stream must not put it off for ever."""
        if not self.isActive():
            self.start()


class News:
    """Takes events for a window, on its thread."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._folders_due = _Soon(window)
        self._folders_due.timeout.connect(window.refresh_folders)
        self._standing: dict[tuple[AccountId, Purpose], str] = {}
        """What is told of accounts until it is over."""

    def stop(self) -> None:
        """No more news: the window closes."""
        self._folders_due.stop()
        self._window.deeds.close_activity()

    def handle(self, event: e.Event) -> None:
        """Show what an event means."""
        window = self._window
        match event:
            case e.MessagesAdded():
                window.messages.messages_added(event.folder_id, event.message_ids)
            case e.MessagesChanged():
                window.messages.messages_changed(event.message_ids)
            case e.MessagesRemoved():
                self._removed(event)
            case e.FolderReset() if window.folder is not None and window.folder.id == event.folder_id:
                window.show_folder(window.folder)
            case e.FoldersChanged():
                self._folders_due.start_once()
            case e.AccountsChanged() | e.DraftsChanged():
                window.refresh_folders()
            case e.AccountStatusChanged():
                self._status(event)
            case e.Progressed():
                window.status.progressed(event)
            case e.OperationQueued() if event.undoable:
                window.toast.say(event.sentence, "Undo", window.deeds.undo)
            case e.OperationUndone():
                window.toast.say(event.sentence)
            case e.RoleMissing():
                window.folder_deeds.role_missing(event)
            case e.LimitsLearned():
                window.folder_deeds.show_limits()
            case e.OperationRefused() | e.Failed():
                self._bad(event.sentence, event.connection_id)
            case e.OutboxChanged():
                self._outbox(event)
            case e.SynchronisationEnded() if event.complete:
                window.status.say("")
            case _:
                pass
        window.pane.handle_event(event)
        window.keeping.handle_event(event)
        window.writing.handle_event(event)
        window.deeds.note_activity()

    def _removed(self, event: e.MessagesRemoved) -> None:
        window = self._window
        shown = window.pane.message_id
        window.messages.messages_removed(event.folder_id, event.message_ids)
        row = window.commands.row_to_select
        if shown in event.message_ids and row is not None:
            window.list.select_row(row)
            window.commands.row_to_select = None
        elif shown in event.message_ids:
            window.pane.show_message(window.list.current_id())

    def _status(self, event: e.AccountStatusChanged) -> None:
        window = self._window
        window.status.set_online(window.engine.online)  # Whoever switched it: the window, or a command from elsewhere.
        window.verifying.changed.emit()
        window.status.status_changed(event)
        window.refresh_folders()
        self._forget_what_is_over(event)
        if event.status is e.AccountStatus.DISK_FULL:
            window.toast.say(event.sentence, stays=True)
        elif event.status in _ATTENTION:
            connection_id = event.connection_id
            window.toast.say(
                event.sentence,
                _ATTENTION[event.status],
                lambda: window.deeds.help_account(event),
                look=None if connection_id is None else lambda: window.deeds.show_dialogue(connection_id),
                stays=True,
            )
        else:
            return
        self._standing[event.account_id, event.purpose] = event.sentence

    def _forget_what_is_over(self, event: e.AccountStatusChanged) -> None:
        """Trouble is told until it is over; an attempt is not the end of it."""
        key = event.account_id, event.purpose
        if event.status not in _TRYING:
            before = self._standing.pop(key, "")
            if before and before != event.sentence and before not in self._standing.values():
                self._window.toast.withdraw(before)

    def _outbox(self, event: e.OutboxChanged) -> None:
        window = self._window
        window.refresh_folders()
        if event.state is OutboxState.DONE and not event.sentence:
            window.toast.say("Message sent.", look=lambda: window.deeds.show_dialogue(event.connection_id))
        elif event.state in {OutboxState.UNCERTAIN, OutboxState.REJECTED} or event.sentence:
            self._bad(event.sentence, event.connection_id)

    def _bad(self, sentence: str, connection_id: ConnectionId | None) -> None:
        window = self._window
        if not sentence:
            return
        if connection_id is None:
            window.toast.say(sentence, stays=True)
        else:
            window.toast.say(sentence, look=lambda: window.deeds.show_dialogue(connection_id), stays=True)
