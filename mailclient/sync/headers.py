"""Headers of new messages, newest first: one transaction is filled while those before are being written.

A first synchronisation is hundreds of thousands of them: the server answers, this side reads and the store writes at the
same time. What has arrived is kept whatever happens. Knows no plan: which messages are new is decided elsewhere.
RFC 3501 section 6.4.5.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from mailclient.domain.errors import ServerRefused
from mailclient.domain.exchange import FolderSnapshot, HeaderRecord, NewMessage, Touched
from mailclient.domain.folder import Folder
from mailclient.mime.wire import summarise_headers
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.plan import state_begun
from mailclient.sync.ports import MailStore, RemoteMailbox
from mailclient.sync.progress import Reporter

FIRST_BATCH: Final = 50
"""A screenful: the list is usable after the first round trip."""
BATCH: Final = 500
"""Messages of one command."""
STORE_MESSAGES: Final = 1_600
"""Rows of one transaction, at most. The first are small, so that the list fills at once; each transaction writes most pages
of the indexes by sender and subject, so that many small ones cost more; a window takes in one at a time."""
STORE_GROWTH: Final = 4
STORE_AFTER_S: Final = 0.5
"""A slow line must not keep what came out of the list for long."""
WRITES_AHEAD: Final = 2


def fetch_headers(
    remote: RemoteMailbox, store: MailStore, folder: Folder, uids: UidSet, snapshot: FolderSnapshot, reporter: Reporter
) -> None:
    """Fetch headers of these messages and store them; messages that the server refuses to give are left out and told."""
    arrivals = _Arrivals(store, folder, snapshot, reporter, len(uids))
    try:
        _fetch(remote, arrivals, _batches(uids), reporter)
    finally:
        arrivals.finish()
    reporter.check()


def _batches(uids: UidSet) -> Iterator[UidSet]:
    first = next(uids.chunks_newest_first(FIRST_BATCH))
    yield first
    for chunk in uids.chunks_newest_first(BATCH):
        if rest := chunk.minus(first):
            yield rest


def _fetch(remote: RemoteMailbox, arrivals: _Arrivals, batches: Iterator[UidSet], reporter: Reporter) -> None:
    """Fetch batch by batch; what is refused is halved until only the messages that cannot be read are left out."""

    def expected() -> Iterator[UidSet]:
        # Never raised in here: the answer that is under way would be lost, and the connection with it.
        while not reporter.should_stop() and (batch := next(batches, None)) is not None:
            arrivals.expect(batch)
            yield batch

    while True:
        try:
            for record in remote.fetch_headers(expected()):
                arrivals.take(record)
            return
        except ServerRefused as error:
            missing = arrivals.take_missing()
            if len(missing) == 1:
                arrivals.leave_out(error)
                continue
            for half in missing.chunks_newest_first((len(missing) + 1) // 2) if missing else ():
                reporter.check()
                _fetch(remote, arrivals, iter((half,)), reporter)


class _Arrivals:
    """Header records between the server and the store."""

    def __init__(
        self, store: MailStore, folder: Folder, snapshot: FolderSnapshot, reporter: Reporter, total: int
    ) -> None:
        self._store = store
        self._folder = folder
        self._state = state_begun(snapshot)
        self._reporter = reporter
        self._total = total
        self._done = 0
        self._missing: set[int] = set()
        self._ready: list[NewMessage] = []
        self._room = FIRST_BATCH
        self._writing: deque[tuple[int, Callable[[], Touched]]] = deque()
        self._stored_at_s = reporter.now_s()

    def expect(self, batch: UidSet) -> None:
        """These were asked for."""
        self._missing.update(batch)

    def take_missing(self) -> UidSet:
        """Return what was asked for and has not come, and forget it: it is asked for again."""
        missing, self._missing = UidSet.of(self._missing), set()
        return missing

    def leave_out(self, error: ServerRefused) -> None:
        """Tell that one message stays out of the list."""
        self._reporter.noticed(f"{self._folder.name}: the server would not give one message. {error.sentence}")

    def take(self, record: HeaderRecord) -> None:
        """Take in one record; what nobody asked for, or has already, is none."""
        if record.uid not in self._missing:
            return
        self._missing.discard(record.uid)
        self._ready.append(new_message(record))
        if len(self._ready) >= self._room or self._reporter.now_s() - self._stored_at_s > STORE_AFTER_S:
            self._begin_write()

    def finish(self) -> None:
        """Store the rest and wait until all is committed."""
        self._begin_write()
        self._end_writes(0)

    def _begin_write(self) -> None:
        self._end_writes(WRITES_AHEAD - 1)
        if self._ready:
            wait = self._store.add_messages_later(self._folder.id, self._ready, self._state)
            self._writing.append((len(self._ready), wait))
            self._ready = []
            self._room = min(self._room * STORE_GROWTH, STORE_MESSAGES)
        self._stored_at_s = self._reporter.now_s()

    def _end_writes(self, under_way: int) -> None:
        """Wait until no more than so many are under way."""
        while len(self._writing) > under_way:
            count, wait = self._writing.popleft()
            self._reporter.tell(wait())
            self._done += count
            self._reporter.progressed(f"Headers of {self._folder.leaf}", self._done, self._total)


def new_message(record: HeaderRecord) -> NewMessage:
    """Return the row for a header record."""
    summary = summarise_headers(record.header)
    return NewMessage(
        record.uid,
        record.flags,
        record.received_unix_s,
        record.size_bytes,
        record.has_attachment,
        summary.subject,
        summary.sender_name,
        summary.sender_address,
        summary.recipients,
        summary.date_unix_s,
        summary.message_id,
        summary.in_reply_to,
        summary.references,
        record.email_id,
    )
