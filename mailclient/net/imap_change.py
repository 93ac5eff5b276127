"""Changing messages: flags, moves, removal. Never a mailbox-wide EXPUNGE.

RFC 3501 section 6.4, RFC 4315 (UIDPLUS), RFC 6851 (MOVE).
"""

from __future__ import annotations

from mailclient.domain.exchange import UidMapping
from mailclient.domain.flags import SYSTEM_FLAGS, FlagChange, flags_to_wire
from mailclient.domain.ids import Uid
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.net.imap_fetch import short_sets
from mailclient.protocol.imap_gate import atom
from mailclient.protocol.imap_responses import CopiedUids, parse_copied, parse_status
from mailclient.protocol.uid_sets import UidSet


def change_flags(dialogue: ImapDialogue, uids: UidSet, change: FlagChange, *, permits_keywords: bool) -> None:
    """Add and remove flags; keywords only where the folder takes them."""
    for sign, flags in ((b"+", change.add), (b"-", change.remove)):
        allowed = flags if permits_keywords else flags & SYSTEM_FLAGS
        names = b" ".join(atom(name) for name in flags_to_wire(allowed))
        for part in short_sets(uids) if names else ():
            dialogue.run(b"UID STORE " + part + b" " + sign + b"FLAGS.SILENT (" + names + b")")


def move(dialogue: ImapDialogue, uids: UidSet, target_wire_name: str) -> UidMapping | None:
    """Move messages; the new UIDs when the server told all of them."""
    target = dialogue.mailbox(target_wire_name)
    told: list[CopiedUids] = []
    complete = True
    for part in short_sets(uids):
        if "MOVE" in dialogue.capabilities:
            completed = dialogue.run(b"UID MOVE " + part, target)
        else:
            completed = dialogue.run(b"UID COPY " + part, target)
            _remove(dialogue, part)
        copied = [
            parse_copied(status) for status in (completed.status, *map(parse_status, completed.untagged)) if status
        ]
        found = [item for item in copied if item]
        told += found
        complete = complete and bool(found)
    if not complete or not told:
        return None
    pairs = {Uid(s): Uid(t) for item in told for s, t in zip(item.source, item.target, strict=True) if s in uids}
    return UidMapping(told[0].uid_validity, pairs)


def _remove(dialogue: ImapDialogue, part: bytes) -> bool:
    dialogue.run(b"UID STORE " + part + b" +FLAGS.SILENT (\\Deleted)")
    if "UIDPLUS" not in dialogue.capabilities:
        return False
    dialogue.run(b"UID EXPUNGE " + part)
    return True


def delete_forever(dialogue: ImapDialogue, uids: UidSet) -> bool:
    """Set \\Deleted and ``UID EXPUNGE`` just these."""
    return False not in [_remove(dialogue, part) for part in short_sets(uids)]
