"""The journal carried out on the server: each entry once, in order, checked before it can hurt.

A destructive step runs only in the mailbox it was meant for (UIDVALIDITY), and, on a new connection, only after the
message under that UID proved to be the one the user saw (Message-ID). RFC 3501, RFC 4315, RFC 4549 section 3, RFC 6851.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from mailclient.domain.errors import (
    Cancelled,
    FolderChanged,
    MalformedReply,
    NetworkGone,
    PostscopeError,
    ServerBusy,
    ServerRefused,
)
from mailclient.domain.exchange import UidMapping
from mailclient.domain.ids import AccountId, OperationId, Uid
from mailclient.domain.operation import ChangeFlags, DeleteForever, MoveReason, MoveTo, Operation, OperationItem
from mailclient.mime.wire import summarise_headers
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync.ports import MailStore, RemoteMailbox
from mailclient.sync.progress import Reporter

MAX_DELAY_S = 900.0


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


@dataclass(slots=True)
class _Waits(Exception):
    """The entry cannot run yet (a UID is not known): after the next synchronisation."""

    sentence: str


def decide_delay_s(attempts: int, jitter: float) -> float:
    """Return seconds until an entry is tried again: 5, 10, 20 ... 900, spread by a fifth."""
    return min(5.0 * 2.0 ** min(attempts, 10), MAX_DELAY_S) * (0.8 + 0.4 * jitter)


def replay_journal(
    remote: RemoteMailbox, store: MailStore, account_id: AccountId, now_unix_s: float, jitter: float, reporter: Reporter
) -> Replayed:
    """Carry out what can be carried out now. Raises NetworkGone and its kin after postponing the entry in hand."""
    result = Replayed()
    verified: set[str] = set()
    for operation in store.runnable_operations(account_id, now_unix_s):
        reporter.check()
        store.operation_started(operation.id)
        try:
            mapping = _carry_out(remote, operation, verified)
        except _Waits as waits:
            store.operation_postponed(
                operation.id, now_unix_s + decide_delay_s(operation.attempts, jitter), waits.sentence
            )
        except (ServerRefused, FolderChanged) as error:
            sentence = f"{describe(operation)} was refused. {error.sentence}"
            for touched in store.operation_refused(operation.id, sentence):
                reporter.touched(touched)
            result.refusals.append(Refusal(operation.id, sentence))
        except (NetworkGone, ServerBusy, MalformedReply, Cancelled) as error:
            store.operation_postponed(
                operation.id, now_unix_s + decide_delay_s(operation.attempts, jitter), error.sentence
            )
            raise
        else:
            touched = store.operation_done(operation.id, mapping)
            if touched.added or touched.changed or touched.removed:
                reporter.touched(touched)
            result.done += 1
    return result


def describe(operation: Operation) -> str:
    """Return what the user did, as the subject of a sentence."""
    count = len(operation.items)
    what = "a message" if count == 1 else f"{count} messages"
    match operation.act:
        case ChangeFlags():
            return f"Changing the marks of {what}"
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
        case _:
            assert_never(operation.act)


def _carry_out(remote: RemoteMailbox, operation: Operation, verified: set[str]) -> UidMapping | None:
    folder = operation.items[0].folder_wire_name
    snapshot = remote.open_folder(folder)
    known = [item for item in operation.items if item.uid is not None and item.uid_validity == snapshot.uid_validity]
    lost = [item for item in operation.items if item not in known]
    uids = {item.uid: item for item in known if item.uid is not None}
    for item in lost:
        uid = _find(remote, item)
        if uid is not None:
            uids[uid] = item
    if not uids:
        _judge_absence(operation, lost)
        return None
    if snapshot.read_only:
        raise ServerRefused("The folder is read-only.")
    wanted = UidSet.of(uids)
    match operation.act:
        case ChangeFlags(change=change):
            remote.change_flags(wanted, change)
            return None
        case MoveTo(target_wire_name=target):
            present = _verified(remote, uids, folder, verified)
            if not present:
                return None  # Gone from here already: moved before a cut, or by somebody else. Sync finds them.
            return remote.move(present, target)
        case DeleteForever():
            present = _verified(remote, uids, folder, verified)
            if present:
                remote.delete_forever(present)
            return None
        case _:
            assert_never(operation.act)


def _judge_absence(operation: Operation, lost: Sequence[OperationItem]) -> None:
    """No message of the entry is where it was: for a finished move that is success, for others there is nothing to do."""
    if any(item.uid is None for item in lost) and operation.attempts < 5:
        raise _Waits("The server has not yet told where the message is.")


def _find(remote: RemoteMailbox, item: OperationItem) -> Uid | None:
    """A message whose UID is unknown or out of date, by its Message-ID: only an unambiguous find counts."""
    if not item.message_id_field:
        return None
    found = remote.find_message_id(item.message_id_field)
    return found[0] if len(found) == 1 else None


def _verified(remote: RemoteMailbox, uids: dict[Uid, OperationItem], folder: str, verified: set[str]) -> UidSet:
    """Return those of the UIDs that exist and are the messages the user saw (checked once a folder and connection)."""
    wanted = UidSet.of(uids)
    present: list[Uid] = []
    check = folder not in verified
    for record in remote.fetch_headers(wanted):
        expected = uids[record.uid].message_id_field
        if check and expected and summarise_headers(record.header).message_id != expected:
            raise ServerRefused("The server has another message in its place now, so nothing was touched.")
        present.append(record.uid)
    verified.add(folder)
    return UidSet.of(present)


def is_transient(error: PostscopeError) -> bool:
    """True for what passes by itself."""
    return isinstance(error, NetworkGone | ServerBusy | MalformedReply)
