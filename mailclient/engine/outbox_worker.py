"""One thread per account that submits what waits in the outbox: a slow SMTP server must not keep anybody from reading."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from mailclient.domain.account import Account, Purpose
from mailclient.domain.draft import DraftKind, OutboxItem, OutboxState, RecipientResult
from mailclient.domain.errors import Cancelled, DiskFull, PostscopeError
from mailclient.domain.events import AccountStatusChanged, Failed, OutboxChanged
from mailclient.domain.exchange import QueuedMessage, SubmissionResult
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import AccountId, DraftId, FolderId, OutboxId
from mailclient.domain.scope import ConnectionModel
from mailclient.engine.connections import UnderWay
from mailclient.engine.failures import decide_verdict
from mailclient.engine.parking import Parking
from mailclient.engine.services import EngineServices
from mailclient.send.outbox import Processed, process_next
from mailclient.sync.folders import list_folders
from mailclient.sync.ports import RemoteMailbox

_log = logging.getLogger(__name__)


class RemoteSentFolder:
    """The account's Sent folder by a connection of its own, made when it is first needed."""

    def __init__(self, services: EngineServices, account: Account, under_way: UnderWay) -> None:
        self._services = services
        self._account = account
        self._under_way = under_way
        self._remote: RemoteMailbox | None = None

    def folder(self) -> Folder | None:
        """Return the folder, None when the account has none."""
        folders = self._services.sync_store.folders(self._account.id)
        return next((folder for folder in folders if folder.role is FolderRole.SENT), None)

    def _connected(self) -> RemoteMailbox:
        if self._remote is None:
            self._remote = self._services.connect(self._account, "storing the sent message", self._under_way)
        return self._remote

    def _open(self, folder: Folder) -> RemoteMailbox:
        remote = self._connected()
        remote.open_folder(folder.wire_name)
        return remote

    def contains(self, message_id_field: str) -> bool:
        """True when a message with this Message-ID is there."""
        store = self._services.sync_store
        if not store.folders(self._account.id):
            # The first message may go out before the first synchronisation.
            store.put_folders(self._account.id, list_folders(self._connected(), ()))
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


class _OnDemand:
    """A submission whose password is looked up when there is something to submit: an empty outbox asks nobody."""

    def __init__(self, services: EngineServices, account: Account, under_way: UnderWay) -> None:
        self._services = services
        self._account = account
        self._under_way = under_way

    def submit(
        self,
        envelope_from: str,
        recipients: Sequence[str],
        raw: bytes,
        on_recipients: Callable[[Sequence[RecipientResult]], None],
        before_final_dot: Callable[[], None],
    ) -> SubmissionResult:
        """Satisfies ``send.ports.Submission``."""
        services, account, under_way = self._services, self._account, self._under_way

        def mark() -> None:
            under_way.pass_beyond_recall()
            before_final_dot()

        password = services.password(account, Purpose.SUBMISSION)
        submission = services.network.submission(account, password, services.recorder(account.id, under_way))
        return submission.submit(envelope_from, recipients, raw, on_recipients, mark)


class _WatchedOutbox:
    """The outbox, announcing the states on the way; the last one is announced with its sentence by the caller."""

    def __init__(self, services: EngineServices, account: Account) -> None:
        self._outbox = services.outbox
        self._announcer = services.announcer
        self._account_id = account.id
        self.last: tuple[OutboxId, OutboxState] | None = None

    def queue(self, message: QueuedMessage, now_unix_s: float) -> OutboxId:
        """Satisfies ``send.ports.OutboxStore``, as all of these."""
        return self._outbox.queue(message, now_unix_s)

    def claim_next(self, account_id: AccountId, now_unix_s: float) -> OutboxItem | None:
        """Take an item, and tell."""
        item = self._outbox.claim_next(account_id, now_unix_s)
        if item is not None:
            self._note(item.id, item.state)
        return item

    def raw(self, outbox_id: OutboxId) -> bytes:
        """Return the bytes that go out."""
        return self._outbox.raw(outbox_id)

    def sent_copy(self, outbox_id: OutboxId) -> bytes:
        """Return the bytes for Sent."""
        return self._outbox.sent_copy(outbox_id)

    def advance(
        self,
        outbox_id: OutboxId,
        state: OutboxState,
        *,
        sentence: str = "",
        results: Sequence[RecipientResult] = (),
        retry_at_unix_s: float | None = None,
    ) -> None:
        """Store the next state, and tell."""
        self._outbox.advance(outbox_id, state, sentence=sentence, results=results, retry_at_unix_s=retry_at_unix_s)
        self._note(outbox_id, state)

    def recover(self) -> tuple[OutboxItem, ...]:
        """Resolve what a crash left."""
        return self._outbox.recover()

    def back_to_draft(self, outbox_id: OutboxId, now_unix_s: float) -> DraftId:
        """Make a draft of an item again."""
        return self._outbox.back_to_draft(outbox_id, now_unix_s)

    def _note(self, outbox_id: OutboxId, state: OutboxState) -> None:
        self.last = outbox_id, state
        if state in {OutboxState.CONNECTING, OutboxState.RECIPIENTS_ACCEPTED, OutboxState.DATA_SENT}:
            self._announcer.announce(OutboxChanged(outbox_id, self._account_id, state))


def _nothing() -> None:
    return


def _nowhere(_folder_id: FolderId) -> None:
    return


def _always() -> bool:
    return True


def submit_next(
    services: EngineServices,
    account: Account,
    sent_stored: Callable[[FolderId], None] = _nowhere,
    journal_grew: Callable[[], None] = _nothing,
    under_way: UnderWay | None = None,
) -> Processed | None:
    """Take the next due item of an account as far as it gets; None when nothing is due. Raises what asks for the user.

    ``sent_stored`` is called with the folder that got a copy, ``journal_grew`` when an answered message got its mark.
    ``under_way`` can give up the connection from another thread, as long as the final dot has not been sent.
    """
    clock, announce = services.clock, services.announcer.announce
    under_way = under_way or UnderWay(_always)
    sent = RemoteSentFolder(services, account, under_way)
    outbox = _WatchedOutbox(services, account)
    try:
        processed = process_next(
            outbox,
            _OnDemand(services, account, under_way),
            sent if account.save_sent else None,
            account.id,
            clock.unix_s(),
            clock.jitter(),
        )
    except PostscopeError as error:
        if outbox.last is not None:
            announce(OutboxChanged(outbox.last[0], account.id, outbox.last[1], error.sentence, error.connection_id))
        raise
    finally:
        sent.close()
    if processed is None:
        return None
    item = processed.item
    announce(OutboxChanged(item.id, account.id, item.state, processed.sentence, processed.connection_id))
    if item.state in {OutboxState.ACCEPTED, OutboxState.DONE}:
        _mark_source(services, item, journal_grew)
    folder = sent.folder() if item.state is OutboxState.DONE else None
    if folder is not None:
        sent_stored(folder.id)
    return processed


def _mark_source(services: EngineServices, item: OutboxItem, journal_grew: Callable[[], None]) -> None:
    """The answered message gets its mark when the answer is out, and not before."""
    if item.source_message_id is None:
        return
    forwards = {DraftKind.FORWARD_ATTACHED, DraftKind.FORWARD_INLINE}
    flag = Flag.FORWARDED if item.kind in forwards else Flag.ANSWERED
    result = services.actions.change_flags([item.source_message_id], FlagChange(add=flag))
    for touched in result.touched:
        services.announcer.touched(item.account_id, touched)
    journal_grew()


class OutboxWorker:
    """Submits one account's mail in the background."""

    def __init__(
        self,
        services: EngineServices,
        account: Account,
        sent_stored: Callable[[FolderId], None],
        journal_grew: Callable[[], None],
        parking: Parking,
        *,
        online: bool,
    ) -> None:
        self._services = services
        self._account = account
        self._sent_stored = sent_stored
        self._journal_grew = journal_grew
        self._parking = parking
        self._on_request = account.model is ConnectionModel.OFFLINE
        """Nothing goes out in the background (RFC 1733, the offline model)."""
        self._online = online and not self._on_request
        self._has_network = True
        self._due = True
        self._stopped = False
        self._unstored = False
        """A state could not be stored: what lies in the outbox is behind the truth."""
        self._told_of_disk = False
        self._under_way = UnderWay(self._may_go_on)
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"outbox-{account.id}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the thread end: what the server does not have yet is given up and stays queued."""
        self._set(_stopped=True)
        self._under_way.hang_up()

    def join(self, seconds: float) -> None:
        """Wait for the end, at most so long; what a submission then leaves is resolved at the next start."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def kick(self) -> None:
        """Something was queued, or what was wrong has been put right."""
        self._set(_due=True)

    def go_online(self, online: bool) -> None:
        """Submit, or keep everything queued."""
        self._set(_online=online and not self._on_request, _due=True)
        if not online:
            self._under_way.hang_up()

    def note_network(self, here: bool) -> None:
        """The computer lost its network, or has another one, or woke up."""
        self._under_way.hang_up()
        self._set(_has_network=here, _due=True)

    def submit_once(self) -> None:
        """The user says so himself: submit what waits; an account that connects only on request then rests again."""
        self._set(_online=True, _due=True)

    def _set(self, **values: object) -> None:
        with self._changed:
            for name, value in values.items():
                setattr(self, name, value)
            self._changed.notify_all()

    def _run(self) -> None:
        while self._wait():
            try:
                while self._may_go_on() and self._submit_next():
                    pass
            except Cancelled:
                continue  # Given up from this side: stopped, or offline.
            except PostscopeError as error:
                if self._park(error):
                    continue
                is_disk = isinstance(error, DiskFull)
                self._unstored |= is_disk
                if not (self._stopped or (is_disk and self._told_of_disk)):
                    self._told_of_disk = is_disk
                    sentence = f"A message could not be sent yet. {error.sentence}"
                    self._services.announcer.announce(Failed(sentence, self._account.id, error.connection_id))
            except Exception:
                _log.exception("The outbox of an account failed")
                self._services.tell(
                    "Postscope made a mistake while sending; the message stays in the outbox.", self._account.id
                )
            if self._on_request:
                self._online = False

    def _park(self, error: PostscopeError) -> bool:
        """Stop until the user did something, if that is what a failure means; tells it, unless it was told before."""
        verdict = decide_verdict(error)
        if verdict.parked and self._parking.park(Purpose.SUBMISSION, error):
            sentence = f"A message could not be sent yet. {error.sentence}"
            event = AccountStatusChanged(
                self._account.id, verdict.status, sentence, error.connection_id, Purpose.SUBMISSION
            )
            self._services.announcer.announce(event)
        return verdict.parked

    def _submit_next(self) -> Processed | None:
        if self._unstored:
            for item in self._services.outbox.recover(self._account.id):
                event = OutboxChanged(item.id, item.account_id, item.state, item.last_error or "")
                self._services.announcer.announce(event)
            self._unstored = self._told_of_disk = False
        return submit_next(self._services, self._account, self._sent_stored, self._journal_grew, self._under_way)

    def _may_go_on(self) -> bool:
        parked = self._parking.reason(Purpose.SUBMISSION) is not None
        return self._online and self._has_network and not (self._stopped or parked)

    def _wait(self) -> bool:
        """Wait until something may be due; False when the thread is to end."""
        with self._changed:
            while not self._stopped and not (self._due and self._may_go_on()):
                if not self._changed.wait(self._services.pace.outbox_poll_s):
                    self._due = True
            self._due = False
            return not self._stopped
