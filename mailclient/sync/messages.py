"""One folder brought up to date: what is new, flags, what is gone. Runs a plan against the ports.

Each batch is one transaction; the folder's state is stored last and only when every step is done, so a cut anywhere is
resumed without a gap. RFC 3501, RFC 4549, RFC 7162.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailclient.domain.errors import MalformedReply
from mailclient.domain.exchange import FlagRecord, FolderSnapshot
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder
from mailclient.domain.ids import Uid
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.headers import fetch_headers
from mailclient.sync.plan import (
    NOTHING,
    FolderPlan,
    agrees,
    plan_folder,
    plan_opening,
    plan_uids,
    state_after,
)
from mailclient.sync.ports import MailStore, RemoteMailbox
from mailclient.sync.progress import Reporter

FLAG_BATCH: Final = 5_000
SURPLUS: Final = 10_000
"""So many messages more than it said it has may a server list: they came meanwhile, or it counts badly."""


def synchronise_folder(remote: RemoteMailbox, store: MailStore, folder: Folder, reporter: Reporter) -> FolderSnapshot:
    """Bring rows and flags of one folder up to date and return the server's snapshot. The folder is left open.

    Where nothing changed this costs one answer of the server and one count here, whatever the folder's size.
    """
    before = store.count_known(folder.id)
    snapshot = remote.open_folder(folder.wire_name, since=plan_opening(folder.state, before))
    plan = plan_folder(folder.state, before.count, snapshot)
    if plan.is_nothing:
        if folder.total != before.count:
            _finish(store, folder, snapshot, reporter)
        return snapshot
    if plan.revalidate:
        store.begin_revalidation(folder.id, snapshot.uid_validity)
    if plan.list_all or not _bring_news(remote, store, folder, snapshot, plan, before.count, reporter):
        on_server = _bring_messages(remote, store, folder, snapshot, reporter)
        if plan.revalidate and len(on_server) >= snapshot.exists and not on_server.minus(store.known_uids(folder.id)):
            # Each message that the server has is matched: what is left over here is gone there.
            reporter.tell(store.end_revalidation(folder.id))
    if plan.flags:
        _store_flags(store, folder, plan.flags, reporter)
    if plan.flags_since is not None and before.last_uid:
        known = UidSet(((1, before.last_uid),))
        _store_flags(store, folder, list(remote.fetch_flags(known, plan.flags_since)), reporter)
    elif plan.all_flags and (known := store.known_uids(folder.id)):
        _compare_flags(remote, store, folder, known, reporter)
    _finish(store, folder, snapshot, reporter)
    return snapshot


def _finish(store: MailStore, folder: Folder, snapshot: FolderSnapshot, reporter: Reporter) -> None:
    """Remember the server's state, now that all steps are done; rows that it never claims are let go after a while."""
    reporter.tell(store.put_flags(folder.id, (), state_after(snapshot)))


def _bring_news(
    remote: RemoteMailbox,
    store: MailStore,
    folder: Folder,
    snapshot: FolderSnapshot,
    plan: FolderPlan,
    known_count: int,
    reporter: Reporter,
) -> bool:
    """Fetch what came and remove what is said to be gone, if that explains the server's number; False when it does not."""
    new = NOTHING
    if plan.list_from is not None:
        # A message that was moved there from here has its new UID already.
        new = _listed(remote, plan.list_from, snapshot).minus(store.known_uids(folder.id, plan.list_from))
    gone_count = store.count_among(folder.id, plan.vanished) if plan.vanished else 0
    if (plan.list_from or plan.vanished) and not agrees(known_count, gone_count, new, plan.vanished, snapshot):
        return False
    if gone_count:
        reporter.tell(store.remove_uids(folder.id, plan.vanished, None))
    if new:
        fetch_headers(remote, store, folder, new, snapshot, reporter)
    return True


def _bring_messages(
    remote: RemoteMailbox, store: MailStore, folder: Folder, snapshot: FolderSnapshot, reporter: Reporter
) -> UidSet:
    """Fetch what is new, remove what is gone; return the UIDs that the server listed."""
    known = store.known_uids(folder.id)
    # EXISTS alone proves nothing: a folder that was full and is said to be empty is asked for its list as well.
    on_server = _listed(remote, Uid(1), snapshot) if snapshot.exists or known else NOTHING
    new, gone = plan_uids(known, on_server)
    # Fewer UIDs than messages: an answer with holes. What is missing from it may well be there.
    if gone and len(on_server) >= snapshot.exists:
        reporter.tell(store.remove_uids(folder.id, gone, None))
    if new:
        fetch_headers(remote, store, folder, new, snapshot, reporter)
    return on_server


def _listed(remote: RemoteMailbox, first: Uid, snapshot: FolderSnapshot) -> UidSet:
    """Ask for the list; one of four thousand million messages is two numbers to say, and days to ask for one by one."""
    listed = remote.list_uids(first)
    if len(listed) > snapshot.exists + SURPLUS:
        raise MalformedReply("The server listed far more messages than it says it has.")
    return listed


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
    for start in range(0, len(records), FLAG_BATCH):
        reporter.tell(store.put_flags(folder.id, records[start : start + FLAG_BATCH], None))
