"""The journal carried out on the server: each entry once, in order, checked before it can hurt.

A destructive step runs only in the mailbox it was meant for (UIDVALIDITY), and, in each run, only after the messages
under those UIDs proved to be the ones the user saw (Message-ID). What a cut left half done is recognised, not repeated.
RFC 3501, RFC 4315, RFC 4549 section 3, RFC 6851.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from mailclient.domain.errors import (
    BadInput,
    Cancelled,
    FolderChanged,
    MalformedReply,
    NetworkGone,
    ServerBusy,
    ServerRefused,
)
from mailclient.domain.exchange import HeaderRecord, UidMapping
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.ids import AccountId, FolderId, MessageId, OperationId, Uid
from mailclient.domain.operation import (
    Act,
    ChangeFlags,
    CreateFolder,
    DeleteFolder,
    DeleteForever,
    FolderAct,
    MoveReason,
    MoveTo,
    Operation,
    OperationItem,
    RenameFolder,
    Subscribe,
)
from mailclient.mime.wire import summarise_headers
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.conflicts import find_lost, lost_sentence
from mailclient.sync.folder_replay import carry_out_folder_act, describe_folder_act
from mailclient.sync.ports import MailStore, RemoteMailbox
from mailclient.sync.progress import Reporter

FIRST_DELAY_S: Final = 5.0
MAX_DELAY_S: Final = 900.0
MAX_WAITS: Final = 5
"""So often an entry waits for the server to tell where its message is."""
SAMPLE: Final = 50
"""So many messages of a large entry, from each end, have their Message-ID checked."""

_MARKED_ONLY = "This server cannot remove single messages, so the old ones stay there, marked as deleted."


_MARKING: Final = {
    FlagChange(add=Flag.SEEN): "Marking {} as read",
    FlagChange(remove=Flag.SEEN): "Marking {} as unread",
    FlagChange(add=Flag.FLAGGED): "Starring {}",
    FlagChange(remove=Flag.FLAGGED): "Removing the star of {}",
    FlagChange(add=Flag.ANSWERED): "Marking {} as answered",
    FlagChange(add=Flag.FORWARDED): "Marking {} as forwarded",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry that the server will never carry out; its effect was taken back."""

    operation_id: OperationId
    sentence: str


@dataclass(slots=True)
class Replayed:
    """What a run of the journal came to."""

    done: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    """What was done, but not as one would expect; sentences."""
    folders_changed: bool = False
    """Entries about folders ended, this way or that: the list of folders is to be asked for."""
    unsettled: set[FolderId] = field(default_factory=set)
    """Folders to be synchronised, because messages went there and the server did not tell their new UIDs."""
    not_found: set[MessageId] = field(default_factory=set)
    """Messages that were waited for in vain: what else was done to them need not wait once more."""


@dataclass(slots=True)
class _Waits(Exception):
    """The entry cannot run yet (a UID is not known): after the next synchronisation."""

    sentence: str


@dataclass(frozen=True, slots=True)
class _Done:
    """An entry was carried out."""

    mapping: UidMapping | None = None
    notice: str = ""
    lost: int = 0
    """Messages that another program took away before."""


def decide_delay_s(attempts: int, jitter: float) -> float:
    """Return seconds until an entry is tried again: 5, 10, 20 ... 900, spread by a fifth (``jitter`` is 0..1)."""
    return min(FIRST_DELAY_S * 2.0 ** min(attempts, 10), MAX_DELAY_S) * (0.8 + 0.4 * jitter)


def next_due_unix_s(store: MailStore, account_id: AccountId) -> float | None:
    """Return when the journal is to be looked at again; None when nothing waits in it, 0 when something is due."""
    waiting = store.runnable_operations(account_id, math.inf)
    return min((operation.retry_at_unix_s or 0.0 for operation in waiting), default=None)


def replay_journal(
    remote: RemoteMailbox, store: MailStore, account_id: AccountId, now_unix_s: float, jitter: float, reporter: Reporter
) -> Replayed:
    """Carry out what can be carried out now. Raises NetworkGone and its kin after postponing the entry in hand."""
    result = Replayed()
    verified: set[str] = set()
    tried: set[OperationId] = set()
    # Entries that waited behind a move become runnable when it has run.
    while due := [entry for entry in store.runnable_operations(account_id, now_unix_s) if entry.id not in tried]:
        for operation in due:
            reporter.check()
            tried.add(operation.id)
            retry_at = now_unix_s + decide_delay_s(operation.attempts, jitter)
            if not _replay_one(remote, store, operation, retry_at, verified, result, reporter):
                break  # What follows waits behind it now, fell with it, or goes by another name.
    return result


def _replay_one(
    remote: RemoteMailbox,
    store: MailStore,
    operation: Operation,
    retry_at_unix_s: float,
    verified: set[str],
    result: Replayed,
    reporter: Reporter,
) -> bool:
    """Carry out one entry; False when the list of what is due is to be made anew."""
    store.operation_started(operation.id)
    try:
        done = _carry_out(remote, operation, verified, result.not_found)
    except (_Waits, ServerBusy) as wait:
        store.operation_postponed(operation.id, retry_at_unix_s, wait.sentence)
        return False
    except (ServerRefused, FolderChanged, BadInput) as error:
        sentence = f"{describe(operation)} was refused. {explain_refusal(error.sentence)}"
        result.folders_changed |= isinstance(operation.act, FolderAct)
        for touched in store.operation_refused(operation.id, sentence):
            reporter.tell(touched)
        result.refusals.append(Refusal(operation.id, sentence))
        return False
    except (NetworkGone, MalformedReply, Cancelled) as error:
        store.operation_postponed(operation.id, retry_at_unix_s, error.sentence)
        raise
    reporter.tell(store.operation_done(operation.id, done.mapping))
    result.done += 1
    if done.lost:
        result.notices.append(lost_sentence(describe(operation), operation, done.lost))
    elif done.notice:
        result.notices.append(f"{describe(operation)}: done. {done.notice}")
    if isinstance(operation.act, MoveTo) and not _all_told(operation, done.mapping):
        result.unsettled.add(operation.act.target_folder_id)
        result.unsettled.add(operation.items[0].folder_id)
    result.folders_changed |= isinstance(operation.act, FolderAct)
    return not isinstance(operation.act, FolderAct)


def _all_told(operation: Operation, mapping: UidMapping | None) -> bool:
    return mapping is not None and all(item.uid in mapping.uids for item in operation.items)


def describe(operation: Operation) -> str:
    """Return what the user did, as the subject of a sentence."""
    return describe_act(operation.act, len(operation.items))


def describe_act(act: Act, count: int) -> str:
    """Return what is done to so many messages, as the subject of a sentence."""
    what = "a message" if count == 1 else f"{count:,} messages"
    match act:
        case ChangeFlags(change):
            return _MARKING.get(change, "Changing the marks of {}").format(what)
        case MoveTo(reason=MoveReason.ARCHIVE):
            return f"Archiving {what}"
        case MoveTo(reason=MoveReason.DELETE):
            return f"Deleting {what}"
        case MoveTo(reason=MoveReason.JUNK):
            return f"Moving {what} to junk"
        case MoveTo():
            return f"Moving {what}"
        case DeleteForever():
            return f"Deleting {what} for good"
        case CreateFolder() | RenameFolder() | DeleteFolder() | Subscribe():
            return describe_folder_act(act)
        case _:
            assert_never(act)


def explain_refusal(sentence: str) -> str:
    """Return a refusal with what to do, where the server's code says it (RFC 5530)."""
    if "[OVERQUOTA]" in sentence.upper():
        return f"{sentence} The account is full: delete or archive mail on the server, then try again."
    return sentence


def _carry_out(remote: RemoteMailbox, operation: Operation, verified: set[str], not_found: set[MessageId]) -> _Done:
    if isinstance(operation.act, FolderAct):
        carry_out_folder_act(remote, operation.act)
        verified.clear()  # Names may mean other folders now.
        return _Done()
    folder = operation.items[0].folder_wire_name
    snapshot = remote.open_folder(folder)
    uids: dict[Uid, OperationItem] = {}
    strays: list[OperationItem] = []
    for item in operation.items:
        if item.uid is not None and item.uid_validity == snapshot.uid_validity:
            uids[item.uid] = item
        else:
            strays.append(item)
    lost = _find_strays(remote, strays, uids)
    awaited = {item.message_id for item in lost if item.uid is None}
    if awaited - not_found and operation.attempts < MAX_WAITS:
        raise _Waits("The server has not yet told where the message is.")
    not_found |= awaited
    if not uids:  # Not there any more: a finished move, or another client's work. Synchronisation shows which.
        return _Done(lost=find_lost(remote, operation, None))
    if snapshot.read_only:
        raise ServerRefused("The folder is read-only.")
    match operation.act:
        case ChangeFlags(change=change):
            remote.change_flags(UidSet.of(uids), change)
            return _Done()
        case MoveTo(target_wire_name=target):
            _verify(remote, uids, folder, verified)
            done = _move(remote, operation, uids, target)
            if done.mapping is None and "UIDPLUS" not in remote.capabilities:
                return done  # Such a server never tells what has arrived.
            return replace(done, lost=find_lost(remote, operation, done.mapping))
        case DeleteForever():
            _verify(remote, uids, folder, verified)
            return _Done(notice="" if remote.delete_forever(UidSet.of(uids)) else _MARKED_ONLY)
        case _:
            assert_never(operation.act)


def _find_strays(
    remote: RemoteMailbox, strays: Sequence[OperationItem], uids: dict[Uid, OperationItem]
) -> list[OperationItem]:
    """Look for messages whose UID is unknown or out of date by their Message-ID; return those not found.

    Only an unambiguous find counts.
    """
    lost = []
    for item in strays:
        found = remote.find_message_id(item.message_id_field) if item.message_id_field else ()
        if len(found) == 1:
            uids.setdefault(found[0], item)
        else:
            lost.append(item)
    return lost


def _verify(remote: RemoteMailbox, uids: dict[Uid, OperationItem], folder: str, verified: set[str]) -> None:
    """Raise ServerRefused when the messages under these UIDs are not those the user saw (once a folder and run)."""
    if folder in verified:
        return
    every = sorted(uids)
    sample = every if len(every) <= 2 * SAMPLE else [*every[:SAMPLE], *every[-SAMPLE:]]
    for record in remote.fetch_headers(iter([UidSet.of(sample)])):
        expected = uids[record.uid].message_id_field if record.uid in uids else ""
        if expected and summarise_headers(record.header).message_id != expected:
            raise ServerRefused("The server has another message in its place now, so nothing was touched.")
    verified.add(folder)


def _move(remote: RemoteMailbox, operation: Operation, uids: dict[Uid, OperationItem], target: str) -> _Done:
    if "MOVE" in remote.capabilities:
        return _Done(remote.move(UidSet.of(uids), target))
    # COPY and then removal: a cut between them must not make a second copy.
    rest = UidSet.of(uids)
    copied = _copied_before(remote, operation, rest, target) if operation.attempts else UidSet()
    if copied:
        remote.delete_forever(copied)
        rest = rest.minus(copied)
    mapping = remote.move(rest, target) if rest else None
    return _Done(mapping, "" if "UIDPLUS" in remote.capabilities else _MARKED_ONLY)


def _copied_before(remote: RemoteMailbox, operation: Operation, uids: UidSet, target: str) -> UidSet:
    """Return those messages of the open folder that lie in the target too: by Message-ID and size, else by every byte."""
    here = {record.uid: record for record in remote.fetch_headers(iter([uids]))}
    identities = {uid: summarise_headers(record.header).message_id for uid, record in here.items()}
    nameless = UidSet.of(uid for uid, identity in identities.items() if not identity)
    digests = _digests(remote, nameless)
    remote.open_folder(target, read_only=True)
    copied = [uid for uid, identity in identities.items() if identity and _has_twin(remote, identity, here[uid])]
    if nameless:
        # A copy has one of the largest UIDs.
        newest = next(remote.list_uids(Uid(1)).chunks_newest_first(2 * SAMPLE + len(uids)), UidSet())
        sizes = {here[uid].size_bytes for uid in nameless}
        twins = UidSet.of(record.uid for record in remote.fetch_headers(iter([newest])) if record.size_bytes in sizes)
        there = set(_digests(remote, twins).values())
        copied += [uid for uid, digest in digests.items() if digest in there]
    remote.open_folder(operation.items[0].folder_wire_name)
    return UidSet.of(copied)


def _has_twin(remote: RemoteMailbox, identity: str, record: HeaderRecord) -> bool:
    found = UidSet.of(remote.find_message_id(identity))
    return bool(found) and any(
        twin.size_bytes == record.size_bytes for twin in list(remote.fetch_headers(iter([found])))
    )


def _digests(remote: RemoteMailbox, uids: UidSet) -> dict[Uid, bytes]:
    """Return what tells messages apart that have no name: a hash of all their bytes."""
    if not uids:
        return {}
    return {body.uid: hashlib.sha256(body.raw).digest() for body in remote.fetch_bodies(iter([uids]))}
