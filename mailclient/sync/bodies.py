"""Bodies in the background: newest first, in batches bounded by bytes, indexed as they arrive. RFC 3501 section 6.4.5."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mailclient.domain.exchange import NewBody, WantedBody
from mailclient.domain.folder import Folder
from mailclient.domain.ids import FolderId, MessageId
from mailclient.mime.body import choose_body, preview_text, searchable_text
from mailclient.mime.tree import parse_message
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.ports import MailStore, RemoteMailbox
from mailclient.sync.progress import Reporter

BATCH_BYTES: Final = 4 * 1024 * 1024
BATCH_MESSAGES: Final = 100
WANTED: Final = 1_000
STORE_BYTES: Final = 2 * 1024 * 1024

Interrupted = Callable[[], bool]
"""True when something more urgent waits: the batch in hand is finished, then the work returns."""


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
    reporter: Reporter,
    interrupted: Interrupted,
    max_size_bytes: int | None = None,
) -> bool:
    """Fetch the missing bodies of the open folder; True when none is missing any more, False when interrupted."""
    done = 0
    asked: set[MessageId] = set()
    while True:
        wanted = [
            body for body in store.bodies_wanted(folder.id, WANTED, max_size_bytes) if body.message_id not in asked
        ]
        if not wanted:
            return True
        for batch in _batches(wanted):
            reporter.check()
            if interrupted():
                return False
            fetch_bodies(remote, store, folder.id, batch, reporter)
            asked.update(body.message_id for body in batch)
            done += len(batch)
            reporter.progressed(f"Messages of {folder.leaf}", done, None)


def fetch_bodies(
    remote: RemoteMailbox, store: MailStore, folder_id: FolderId, wanted: Sequence[WantedBody], reporter: Reporter
) -> None:
    """Fetch these bodies from the open folder; what the server lists and will not give is noted."""
    by_uid = {body.uid: body.message_id for body in wanted}
    ready: list[NewBody] = []
    size = 0
    for record in remote.fetch_bodies(UidSet.of(by_uid)):
        message_id = by_uid.pop(record.uid, None)
        if message_id is None:
            continue
        ready.append(derive_body(message_id, record.raw))
        size += len(record.raw)
        if size >= STORE_BYTES:
            reporter.touched(store.put_bodies(folder_id, ready))
            ready, size = [], 0
    if ready:
        reporter.touched(store.put_bodies(folder_id, ready))
    for message_id in by_uid.values():
        store.body_unavailable(message_id, "The server lists this message but did not give it.")


def _batches(wanted: Sequence[WantedBody]) -> Iterator[list[WantedBody]]:
    batch: list[WantedBody] = []
    size = 0
    for body in wanted:
        if batch and (size + body.size_bytes > BATCH_BYTES or len(batch) >= BATCH_MESSAGES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += body.size_bytes
    if batch:
        yield batch
