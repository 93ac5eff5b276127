"""Bodies in the background: newest first, indexed as they arrive; the next are asked for while the ones before come in.

How much is asked for at once follows the line's speed, so that a message somebody clicks on never waits long behind what
is under way. Large messages come in pieces that are kept, so that a cut costs one piece. RFC 3501 section 6.4.5.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailclient.domain.errors import FolderChanged, PostscopeError, ServerRefused
from mailclient.domain.exchange import FolderSnapshot, NewBody, Touched, WantedBody
from mailclient.domain.folder import Folder
from mailclient.domain.ids import FolderId, MessageId, Uid
from mailclient.domain.scope import EVERY_BODY, BodyBounds
from mailclient.mime.body import choose_body, preview_text, searchable_text
from mailclient.mime.tree import parse_message
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.ports import MailStore, RemoteMailbox
from mailclient.sync.progress import Reporter

FIRST_BATCH_BYTES: Final = 256 * 1024
BATCH_BYTES: Final = 4 * 1024 * 1024
BATCH_MESSAGES: Final = 400
QUICK_S: Final = 0.3
SLOW_S: Final = 1.0
WANTED: Final = 5_000
STORE_BYTES: Final = 8 * 1024 * 1024
WRITES_AHEAD: Final = 2
"""So many transactions are under way while the next is filled: neither side waits for the other at once."""
STORE_MESSAGES: Final = 500
STORE_AFTER_S: Final = 1.0
"""A slow line must not keep what came out of the store for long."""
INDEX_AFTER_S: Final = 60.0
"""On a slow line headers are not kept out of the index until their bodies are here."""
INDEXED_AT_ONCE: Final = 1_000
DOUBTS: Final = 20
"""So many messages of a wrong size are looked at again before more are asked for."""
PIECE_BYTES: Final = 1024 * 1024
LARGE_BYTES: Final = 8 * PIECE_BYTES
"""Messages of this size come in pieces."""

Interrupted = Callable[[], bool]
"""True when something more urgent waits: the batch in hand is finished, then the work returns."""


def _never() -> bool:
    return False


def derive_body(message_id: MessageId, raw: bytes) -> NewBody:
    """Return what the store keeps of a message: its bytes, and what list and search need of them."""
    message = parse_message(raw)
    choice = choose_body(message)
    return NewBody(
        message_id=message_id,
        raw=raw,
        preview=preview_text(message, choice=choice),
        searchable_text=searchable_text(message, choice=choice),
        has_attachment=any(not attachment.content_type.endswith("signature") for attachment in choice.attachments),
    )


def fetch_folder_bodies(
    remote: RemoteMailbox,
    store: MailStore,
    folder: Folder,
    snapshot: FolderSnapshot,
    reporter: Reporter,
    interrupted: Interrupted,
    bounds: BodyBounds = EVERY_BODY,
) -> bool:
    """Fetch the missing bodies within the bounds of the folder that was opened with this snapshot.

    True when none is missing any more, False when interrupted. Raises FolderChanged when the UIDs known here are of
    another UIDVALIDITY: they would bring the bytes of other messages.
    """
    here = next((each for each in store.folders(folder.account_id) if each.id == folder.id), None)
    if here is None or here.state.uid_validity != snapshot.uid_validity:
        raise FolderChanged("The folder was renumbered; its messages are matched anew first.")
    done = 0
    asked: set[MessageId] = set()
    sizes = Sizes()
    began_s = reporter.now_s()
    while True:
        wanted = [body for body in store.bodies_wanted(folder.id, WANTED, bounds) if body.message_id not in asked]
        if not wanted:
            return True
        missing = take_from_here(store, folder.id, wanted, reporter)
        asked.update({body.message_id for body in wanted} - {body.message_id for body in missing})
        wanted = missing
        before = len(asked)
        finished = _fetch_many(remote, store, folder, wanted, reporter, interrupted, asked, done, sizes)
        done += len(asked) - before
        if not finished:
            return False
        if reporter.now_s() - began_s > INDEX_AFTER_S and not index_rest(store, interrupted):
            return False


def index_rest(store: MailStore, interrupted: Interrupted) -> bool:
    """Put headers into the index whose bodies do not come, or not soon; False when interrupted."""
    while store.index_waiting(INDEXED_AT_ONCE):
        if interrupted():
            return False
    return True


def _fetch_many(
    remote: RemoteMailbox,
    store: MailStore,
    folder: Folder,
    wanted: Sequence[WantedBody],
    reporter: Reporter,
    interrupted: Interrupted,
    asked: set[MessageId],
    done: int,
    sizes: Sizes,
) -> bool:
    """Ask for these in batches, one ahead of what arrives; ``asked`` gains those asked for. False when interrupted."""
    started = len(asked)
    arrivals = Arrivals(store, folder.id, reporter, sizes)
    stopped = False

    def batches() -> Iterator[UidSet]:
        nonlocal stopped
        for batch in _paced([body for body in wanted if body.size_bytes < LARGE_BYTES], reporter.now_s):
            # Never raised in here: the answer that is under way would be lost, and the connection with it.
            if reporter.should_stop() or interrupted():
                stopped = True
                return
            if len(arrivals.doubtful) >= DOUBTS:
                return  # Are these sizes wrong, or the messages? The rest is asked for when that is known.
            arrivals.expect(batch)
            asked.update(body.message_id for body in batch)
            yield UidSet.of(body.uid for body in batch)
            reporter.progressed(f"Messages of {folder.leaf}", done + len(asked) - started, None)

    _receive(remote, store, folder.id, batches(), arrivals, reporter)
    reporter.check()
    for body in wanted:
        if stopped or interrupted():
            return False
        if body.size_bytes >= LARGE_BYTES:
            asked.add(body.message_id)
            if not fetch_large(remote, store, folder.id, body, reporter, interrupted):
                return False
    return True


def fetch_bodies(
    remote: RemoteMailbox,
    store: MailStore,
    folder_id: FolderId,
    wanted: Sequence[WantedBody],
    reporter: Reporter,
    interrupted: Interrupted = _never,
) -> None:
    """Fetch these bodies from the open folder, whatever their size; what the server lists and will not give is noted.

    Only between the pieces of a large one is it asked whether something more urgent interrupts.
    """
    wanted = take_from_here(store, folder_id, wanted, reporter)
    for body in wanted:
        if body.size_bytes >= LARGE_BYTES:
            fetch_large(remote, store, folder_id, body, reporter, interrupted)
    small = [body for body in wanted if body.size_bytes < LARGE_BYTES]
    if small:
        arrivals = Arrivals(store, folder_id, reporter, Sizes())
        arrivals.expect(small)
        _receive(remote, store, folder_id, iter([UidSet.of(body.uid for body in small)]), arrivals, reporter)


def take_from_here(
    store: MailStore, folder_id: FolderId, wanted: Sequence[WantedBody], reporter: Reporter
) -> list[WantedBody]:
    """Store what is here already in another place of the account; return what has to be fetched."""
    rest: list[WantedBody] = []
    ready: list[NewBody] = []
    size_bytes = 0
    for body in wanted:
        raw = store.bytes_here(body.message_id) if body.may_be_here else None
        if raw is None:
            rest.append(body)
            continue
        ready.append(derive_body(body.message_id, raw))
        size_bytes += len(raw)
        if size_bytes >= STORE_BYTES:
            reporter.check()
            reporter.touched(store.put_bodies_later(folder_id, ready)())
            ready, size_bytes = [], 0
    if ready:
        reporter.touched(store.put_bodies_later(folder_id, ready)())
    return rest


def fetch_large(
    remote: RemoteMailbox,
    store: MailStore,
    folder_id: FolderId,
    body: WantedBody,
    reporter: Reporter,
    interrupted: Interrupted,
) -> bool:
    """Fetch one message piece by piece, going on where the last attempt ended. False when interrupted."""
    have = store.pieces_size(body.message_id)
    while True:
        reporter.check()
        if interrupted():
            return False
        try:
            piece = remote.fetch_piece(body.uid, have, PIECE_BYTES)
        except ServerRefused as error:
            store.body_unavailable(body.message_id, f"The server would not give this message. {error.sentence}")
            return True
        if piece is None:
            store.body_unavailable(body.message_id, "The server lists this message but did not give it.")
            return True
        if piece:
            store.add_piece(body.message_id, have, piece)
            have += len(piece)
            reporter.progressed("A large message", have, max(body.size_bytes, have))
        if len(piece) < PIECE_BYTES:
            break  # The last one (RFC 3501: a piece beyond the end is cut at the end).
    raw = store.take_pieces(body.message_id)
    reporter.touched(store.put_bodies_later(folder_id, [derive_body(body.message_id, raw)])())
    return True


def _receive(
    remote: RemoteMailbox,
    store: MailStore,
    folder_id: FolderId,
    batches: Iterator[UidSet],
    arrivals: Arrivals,
    reporter: Reporter,
) -> None:
    """Take in what the batches bring. When the server refuses one, halves are asked for until one message is left out."""
    try:
        try:
            for record in remote.fetch_bodies(batches):
                arrivals.take(record.uid, record.raw)
        except PostscopeError:
            arrivals.finish()  # What has arrived is kept.
            raise
        arrivals.finish()
        if arrivals.doubtful:
            for record in remote.fetch_bodies(iter([UidSet.of(arrivals.doubtful)])):
                arrivals.take(record.uid, record.raw)
            arrivals.finish()
    except ServerRefused as error:
        _fetch_refused(remote, store, folder_id, arrivals.missing(), error, reporter)
        return
    for body in arrivals.missing():
        store.body_unavailable(body.message_id, "The server lists this message but did not give it.")


def _fetch_refused(
    remote: RemoteMailbox,
    store: MailStore,
    folder_id: FolderId,
    rest: Sequence[WantedBody],
    error: ServerRefused,
    reporter: Reporter,
) -> None:
    if len(rest) == 1:
        store.body_unavailable(rest[0].message_id, f"The server would not give this message. {error.sentence}")
    elif rest:
        middle = len(rest) // 2
        for half in (rest[:middle], rest[middle:]):
            reporter.check()
            fetch_bodies(remote, store, folder_id, half, reporter)


@dataclass(slots=True)
class Sizes:
    """What is known of a server's RFC822.SIZE: there are servers that count otherwise than they send."""

    are_rough: bool = False


class Arrivals:
    """Bodies between the server and the store: one transaction is filled while those before are being written."""

    def __init__(self, store: MailStore, folder_id: FolderId, reporter: Reporter, sizes: Sizes) -> None:
        self._store = store
        self._folder_id = folder_id
        self._reporter = reporter
        self._sizes = sizes
        self.doubtful: dict[Uid, bytes] = {}
        """Messages that came with another size than was said, by their hash: they may be cut, and are asked for again."""
        self._missing: dict[Uid, WantedBody] = {}
        self._ready: dict[Uid, NewBody] = {}
        self._bytes = 0
        self._writing: deque[Callable[[], Touched]] = deque()
        self._written_at_s = reporter.now_s()

    def expect(self, wanted: Sequence[WantedBody]) -> None:
        """These were asked for."""
        self._missing.update((body.uid, body) for body in wanted)

    def missing(self) -> list[WantedBody]:
        """Return what was asked for and has not come."""
        return list(self._missing.values())

    def take(self, uid: Uid, raw: bytes) -> None:
        """Take in one body; one that nobody asked for, or an empty one of a message that has a size, is none."""
        body = self._missing.get(uid)
        if body is None or (body.size_bytes and not raw):
            return
        if body.size_bytes not in (0, len(raw)) and not self._is_whole(uid, raw):
            return
        del self._missing[uid]
        self.doubtful.pop(uid, None)
        self._ready[uid] = derive_body(body.message_id, raw)
        self._bytes += len(raw)
        late = self._reporter.now_s() - self._written_at_s > STORE_AFTER_S
        if self._bytes >= STORE_BYTES or len(self._ready) >= STORE_MESSAGES or late:
            self._begin_write()

    def _is_whole(self, uid: Uid, raw: bytes) -> bool:
        """Is it complete although its size is not what was said? What comes twice in the same way is."""
        digest = hashlib.sha256(raw).digest()
        if not self._sizes.are_rough and self.doubtful.get(uid) != digest:
            self.doubtful[uid] = digest
            return False
        self._sizes.are_rough = True
        return True

    def finish(self) -> None:
        """Store the rest and wait until all is committed."""
        self._begin_write()
        self._end_writes(0)

    def _begin_write(self) -> None:
        self._end_writes(WRITES_AHEAD - 1)
        if self._ready:
            self._writing.append(self._store.put_bodies_later(self._folder_id, list(self._ready.values())))
            self._ready = {}
            self._bytes = 0
        self._written_at_s = self._reporter.now_s()

    def _end_writes(self, under_way: int) -> None:
        """Wait until no more than so many are under way."""
        while len(self._writing) > under_way:
            self._reporter.touched(self._writing.popleft()())


def _paced(wanted: Sequence[WantedBody], now_s: Callable[[], float]) -> Iterator[list[WantedBody]]:
    """Cut into batches that take a moment each: small at first, doubled while they come quickly, halved when slowly."""
    limit = FIRST_BATCH_BYTES
    at = 0
    asked_at_s = now_s()
    while at < len(wanted):
        batch = [wanted[at]]
        size = wanted[at].size_bytes
        at += 1
        while at < len(wanted) and size + wanted[at].size_bytes <= limit and len(batch) < BATCH_MESSAGES:
            size += wanted[at].size_bytes
            batch.append(wanted[at])
            at += 1
        yield batch
        took_s, asked_at_s = now_s() - asked_at_s, now_s()
        if took_s < QUICK_S:
            limit = min(limit * 2, BATCH_BYTES)
        elif took_s > SLOW_S:
            limit = max(limit // 2, FIRST_BATCH_BYTES // 2)
