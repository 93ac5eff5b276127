"""One thread per account that submits what waits in the outbox: a slow SMTP server must not keep anybody from reading."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from mailclient.domain.account import Account, Purpose
from mailclient.domain.draft import DraftKind, OutboxItem, OutboxState
from mailclient.domain.errors import PostscopeError, SignInNeeded
from mailclient.domain.events import AccountStatus, AccountStatusChanged, OutboxChanged
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import FolderId
from mailclient.engine.services import EngineServices
from mailclient.send.outbox import Processed, process_next
from mailclient.sync.ports import RemoteMailbox

_log = logging.getLogger(__name__)

POLL_S: Final = 30.0


class RemoteSentFolder:
    """The account's Sent folder by a connection of its own, made when it is first needed."""

    def __init__(self, services: EngineServices, account: Account) -> None:
        self._services = services
        self._account = account
        self._remote: RemoteMailbox | None = None

    def folder(self) -> Folder | None:
        """Return the folder, None when the account has none."""
        folders = self._services.sync_store.folders(self._account.id)
        return next((folder for folder in folders if folder.role is FolderRole.SENT), None)

    def _open(self, folder: Folder) -> RemoteMailbox:
        if self._remote is None:
            self._remote = self._services.connect(self._account, "storing the sent message")
        self._remote.open_folder(folder.wire_name)
        return self._remote

    def contains(self, message_id_field: str) -> bool:
        """True when a message with this Message-ID is there."""
        folder = self.folder()
        return folder is not None and bool(self._open(folder).find_message_id(message_id_field))

    def append(self, raw: bytes) -> FolderId | None:
        """Store a copy, marked read."""
        folder = self.folder()
        if folder is None:
            return None
        self._open(folder).append(folder.wire_name, raw, Flag.SEEN, int(self._services.clock.unix_s()))
        return folder.id

    def close(self) -> None:
        """Log out."""
        if self._remote is not None:
            self._remote.log_out()
            self._remote = None


def submit_next(
    services: EngineServices, account: Account, sent_stored: Callable[[FolderId], None]
) -> Processed | None:
    """Take the next due item of an account as far as it gets; None when nothing is due. Raises what asks for the user."""
    clock = services.clock
    sent = RemoteSentFolder(services, account)
    try:
        password = services.password(account, Purpose.SUBMISSION)
        submission = services.network.submission(account, password, services.recorder(account.id))
        processed = process_next(
            services.outbox, submission, sent if account.save_sent else None, account.id, clock.unix_s(), clock.jitter()
        )
    finally:
        folder = sent.folder()
        sent.close()
    if processed is None:
        return None
    item = processed.item
    services.announcer.announce(
        OutboxChanged(item.id, account.id, item.state, processed.sentence, processed.connection_id)
    )
    if item.state in {OutboxState.ACCEPTED, OutboxState.DONE}:
        _mark_source(services, item)
    if item.state is OutboxState.DONE and folder is not None:
        sent_stored(folder.id)
    return processed


def _mark_source(services: EngineServices, item: OutboxItem) -> None:
    """The answered message gets its mark when the answer is out, and not before."""
    if item.source_message_id is None:
        return
    forwards = {DraftKind.FORWARD_ATTACHED, DraftKind.FORWARD_INLINE}
    flag = Flag.FORWARDED if item.kind in forwards else Flag.ANSWERED
    result = services.actions.change_flags([item.source_message_id], FlagChange(add=flag))
    for touched in result.touched:
        services.announcer.touched(item.account_id, touched)


class OutboxWorker:
    """Submits one account's mail in the background."""

    def __init__(
        self, services: EngineServices, account: Account, sent_stored: Callable[[FolderId], None], *, online: bool
    ) -> None:
        self._services = services
        self._account = account
        self._sent_stored = sent_stored
        self._online = online
        self._due = True
        self._parked = False
        self._stopped = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"outbox-{account.id}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a submission that is under way gets two seconds, then the next start resolves it."""
        self._set(_stopped=True)
        if self._thread.ident is not None:
            self._thread.join(2.0)

    def kick(self) -> None:
        """Something was queued, or the password is known now."""
        self._set(_due=True, _parked=False)

    def go_online(self, online: bool) -> None:
        """Submit, or keep everything queued."""
        self._set(_online=online, _due=True, _parked=False)

    def _set(self, **values: object) -> None:
        with self._changed:
            for name, value in values.items():
                setattr(self, name, value)
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._stopped and not (self._due and self._online and not self._parked):
                    if not self._changed.wait(POLL_S):
                        self._due = True
                if self._stopped:
                    return
                self._due = False
            try:
                while not self._stopped and submit_next(self._services, self._account, self._sent_stored):
                    pass
            except PostscopeError as error:
                self._parked = isinstance(error, SignInNeeded)
                status = AccountStatus.SIGN_IN_NEEDED if self._parked else AccountStatus.WAITING
                sentence = f"A message could not be sent yet. {error.sentence}"
                event = AccountStatusChanged(self._account.id, status, sentence, error.connection_id)
                self._services.announcer.announce(event)
            except Exception:
                _log.exception("The outbox of an account failed")
                self._services.tell(
                    "Postscope made a mistake while sending; the message stays in the outbox.", self._account.id
                )
