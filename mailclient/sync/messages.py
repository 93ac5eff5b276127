"""One folder brought up to date: new headers newest first, flags, what is gone. Runs a plan against the ports.

Each batch is one transaction; the folder's state is stored last and only when every step is done, so a cut anywhere is
resumed without a gap. RFC 3501, RFC 4549, RFC 7162.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailclient.domain.errors import ServerRefused
from mailclient.domain.exchange import FlagRecord, FolderSnapshot, HeaderRecord, NewMessage, Touched
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder
from mailclient.domain.ids import Uid
from mailclient.mime.wire import summarise_headers
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.plan import plan_folder, plan_uids, state_after, state_begun
from mailclient.sync.ports import MailStore, RemoteMailbox
from mailclient.sync.progress import Reporter

FIRST_BATCH: Final = 50
"""A screenful: the list is usable after the first round trip."""
BATCH: Final = 500
FLAG_BATCH: Final = 5_000


def synchronise_folder(remote: RemoteMailbox, store: MailStore, folder: Folder, reporter: Reporter) -> FolderSnapshot:
    """Bring rows and flags of one folder up to date and return the server's snapshot. The folder is left open."""
    snapshot = remote.open_folder(folder.wire_name)
    known = store.known_uids(folder.id)
    plan = plan_folder(folder.state, len(known), snapshot)
    if plan.is_nothing:
        if folder.total != len(known):
            _finish(store, folder, snapshot, reporter)
        return snapshot
    if plan.revalidate:
        store.begin_revalidation(folder.id, snapshot.uid_validity)
        known = store.known_uids(folder.id)
    on_server = UidSet()
    if plan.list_uids:
        on_server = _bring_messages(remote, store, folder, snapshot, known, reporter)
    known = store.known_uids(folder.id)
    if plan.revalidate and len(on_server) >= snapshot.exists and not on_server.minus(known):
        # Each message that the server has is matched: what is left over here is gone there.
        _tell(reporter, store.end_revalidation(folder.id))
    if plan.flags_since is not None:
        _store_flags(store, folder, list(remote.fetch_flags(known, plan.flags_since)), reporter)
    elif plan.all_flags and known:
        _compare_flags(remote, store, folder, known, reporter)
    _finish(store, folder, snapshot, reporter)
    return snapshot


def _finish(store: MailStore, folder: Folder, snapshot: FolderSnapshot, reporter: Reporter) -> None:
    """Remember the server's state, now that all steps are done; rows that it never claims are let go after a while."""
    _tell(reporter, store.put_flags(folder.id, (), state_after(snapshot)))


def _bring_messages(
    remote: RemoteMailbox,
    store: MailStore,
    folder: Folder,
    snapshot: FolderSnapshot,
    known: UidSet,
    reporter: Reporter,
) -> UidSet:
    """Fetch what is new, remove what is gone; return the UIDs that the server listed."""
    # EXISTS alone proves nothing: a folder that was full and is said to be empty is asked for its list as well.
    on_server = remote.list_uids(Uid(1)) if snapshot.exists or known else UidSet()
    if len(on_server) < snapshot.exists:
        # Fewer UIDs than messages: an answer with holes. What is missing from it may well be there.
        gone = UidSet()
        new, _ = plan_uids(known, on_server)
    else:
        new, gone = plan_uids(known, on_server)
    if gone:
        _tell(reporter, store.remove_uids(folder.id, gone, None))
    if new:
        fetch_headers(remote, store, folder, new, snapshot, reporter)
    return on_server


def fetch_headers(
    remote: RemoteMailbox, store: MailStore, folder: Folder, uids: UidSet, snapshot: FolderSnapshot, reporter: Reporter
) -> None:
    """Fetch headers of these messages, newest first, and store them batch by batch."""
    total, done = len(uids), 0
    what = f"Headers of {folder.leaf}"
    chunks = uids.chunks_newest_first(BATCH)
    first = next(uids.chunks_newest_first(FIRST_BATCH))
    for chunk in (first, *(chunk.minus(first) for chunk in chunks)):
        if not chunk:
            continue
        reporter.check()
        _fetch_chunk(remote, store, folder, chunk, snapshot, reporter)
        done += len(chunk)
        reporter.progressed(what, done, total)


def _fetch_chunk(
    remote: RemoteMailbox, store: MailStore, folder: Folder, chunk: UidSet, snapshot: FolderSnapshot, reporter: Reporter
) -> None:
    """Fetch and store; a chunk that the server refuses is halved until only the message it cannot read is left out."""
    try:
        records = list(remote.fetch_headers(chunk))
    except ServerRefused as error:
        if len(chunk) == 1:
            reporter.noticed(f"{folder.name}: the server would not give one message. {error.sentence}")
        else:
            for half in chunk.chunks_newest_first((len(chunk) + 1) // 2):
                reporter.check()
                _fetch_chunk(remote, store, folder, half, snapshot, reporter)
        return
    for start in range(0, len(records), BATCH):
        messages = [new_message(record) for record in records[start : start + BATCH]]
        _tell(reporter, store.add_messages(folder.id, messages, state_begun(snapshot)))


def new_message(record: HeaderRecord) -> NewMessage:
    """Return the row for a header record."""
    summary = summarise_headers(record.header)
    return NewMessage(
        uid=record.uid,
        flags=record.flags,
        received_unix_s=record.received_unix_s,
        size_bytes=record.size_bytes,
        has_attachment=record.has_attachment,
        subject=summary.subject,
        sender_name=summary.sender_name,
        sender_address=summary.sender_address,
        recipients=summary.recipients,
        date_unix_s=summary.date_unix_s,
        message_id_field=summary.message_id,
        in_reply_to=summary.in_reply_to,
        references=summary.references,
    )


def _compare_flags(remote: RemoteMailbox, store: MailStore, folder: Folder, known: UidSet, reporter: Reporter) -> None:
    """Without modification sequences all flags are fetched, but only what differs is written."""
    for chunk in known.chunks_newest_first(FLAG_BATCH):
        reporter.check()
        low, high = Uid(chunk.ranges[0][0]), Uid(chunk.last)
        here = store.server_flags(folder.id, low, high)
        changed = [record for record in remote.fetch_flags(chunk) if _differs(record, here.get(record.uid))]
        _store_flags(store, folder, changed, reporter)


def _differs(record: FlagRecord, here: Flag | None) -> bool:
    return here is not None and record.flags != here


def _store_flags(store: MailStore, folder: Folder, records: Sequence[FlagRecord], reporter: Reporter) -> None:
    for start in range(0, len(records), BATCH):
        _tell(reporter, store.put_flags(folder.id, records[start : start + BATCH], None))


def _tell(reporter: Reporter, touched: Touched) -> None:
    if touched.added or touched.changed or touched.removed:
        reporter.touched(touched)
