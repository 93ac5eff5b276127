"""What an action met when another program was there first, and whether that is worth a sentence.

Flags never conflict: what is sent is a delta, so a flag touched here has this side's value and every other the server's
(RFC 4549 section 3.2.1). Messages can: one that was moved here and deleted elsewhere is gone for good, and whoever moved it
wanted it. What costs the user nothing is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailclient.domain.errors import FolderChanged
from mailclient.domain.exchange import UidMapping
from mailclient.domain.operation import MoveReason, MoveTo, Operation, OperationItem
from mailclient.sync.ports import RemoteMailbox

LOOKED_FOR: Final = 50
"""So many messages of one entry are looked for in the folder that they were to reach."""

_NO_MATTER: Final = {MoveReason.DELETE, MoveReason.JUNK}
"""Who throws away something that is not there any more has lost nothing."""


def find_lost(remote: RemoteMailbox, operation: Operation, mapping: UidMapping | None) -> int:
    """Return how many messages of a move that has just run another program took away before it.

    Those that the server told a new UID of have arrived; the others count only when the target does not hold them either,
    where an earlier attempt, or a server that tells nothing, may have brought them. Opens the target when need be.
    """
    act = operation.act
    if not isinstance(act, MoveTo) or act.reason in _NO_MATTER:
        return 0
    arrived = {} if mapping is None else mapping.uids
    missing = [item for item in operation.items if item.uid not in arrived and item.message_id_field]
    return _not_in(remote, act.target_wire_name, missing[:LOOKED_FOR]) if missing else 0


def _not_in(remote: RemoteMailbox, wire_name: str, items: Sequence[OperationItem]) -> int:
    try:
        remote.open_folder(wire_name, read_only=True)
    except FolderChanged:
        return 0  # Nobody knows; the next synchronisation will show it.
    return sum(not remote.find_message_id(item.message_id_field) for item in items)


def lost_sentence(what: str, operation: Operation, lost: int) -> str:
    """Return what the user should know; ``what`` is what he did, as the subject of a sentence."""
    folder = operation.items[0].folder_wire_name
    if lost >= len(operation.items):
        them = "it" if lost == 1 else "them"
        return f"{what} came too late: another program had already moved or deleted {them} in “{folder}”."
    some = "one that another program" if lost == 1 else f"{lost} that another program"
    return f"{what}: done, but for {some} had already moved or deleted in “{folder}”."
