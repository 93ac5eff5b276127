"""Bodies in the background: newest first, in batches bounded by bytes, indexed as they arrive. RFC 3501 section 6.4.5."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mailclient.domain.errors import FolderChanged, ServerRefused
from mailclient.domain.exchange import FolderSnapshot, NewBody, WantedBody
from mailclient.domain.folder import Folder
from mailclient.domain.ids import FolderId, MessageId, Uid
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
    snapshot: FolderSnapshot,
    reporter: Reporter,
    interrupted: Interrupted,
    max_size_bytes: int | None = None,
) -> bool:
    """Fetch the missing bodies of the folder that was opened with this snapshot.

    True when none is missing any more, False when interrupted. Raises FolderChanged when the UIDs known here are of
    another UIDVALIDITY: they would bring the bytes of other messages.
    """
    here = next((each for each in store.folders(folder.account_id) if each.id == folder.id), None)
    if here is None or here.state.uid_validity != snapshot.uid_validity:
        raise FolderChanged("The folder was renumbered; its messages are matched anew first.")
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
    """Fetch these bodies from the open folder; what the server lists and will not give is noted.

    When it refuses a whole batch, halves are asked for until only the message that it cannot read is left out.
    """
    missing = {body.uid: body for body in wanted}
    try:
        _fetch_batch(remote, store, folder_id, missing, reporter)
    except ServerRefused as error:
        rest = [body for body in wanted if body.uid in missing]
        if len(rest) > 1:
            middle = len(rest) // 2
            fetch_bodies(remote, store, folder_id, rest[:middle], reporter)
            fetch_bodies(remote, store, folder_id, rest[middle:], reporter)
        elif rest:
            sentence = f"The server would not give this message. {error.sentence}"
            store.body_unavailable(rest[0].message_id, sentence)
        return
    for body in missing.values():
        store.body_unavailable(body.message_id, "The server lists this message but did not give it.")


def _fetch_batch(
    remote: RemoteMailbox, store: MailStore, folder_id: FolderId, missing: dict[Uid, WantedBody], reporter: Reporter
) -> None:
    """Fetch and store; ``missing`` loses what is stored."""
    ready: dict[Uid, NewBody] = {}

    def put() -> None:
        if ready:
            reporter.touched(store.put_bodies(folder_id, list(ready.values())))
            for uid in ready:
                del missing[uid]
            ready.clear()

    size = 0
    for record in remote.fetch_bodies(UidSet.of(missing)):
        body = missing.get(record.uid)
        if body is None or record.uid in ready or (body.size_bytes and not record.raw):
            continue
        ready[record.uid] = derive_body(body.message_id, record.raw)
        size += len(record.raw)
        if size >= STORE_BYTES:
            put()
            size = 0
    put()


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
