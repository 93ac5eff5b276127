"""Opening a folder: SELECT or EXAMINE, what the server tells of the folder then, and what changed since the last time.

What is said before ``[CLOSED]`` is about the folder that was open before and is forgotten. RFC 3501 section 6.3.1,
RFC 7162 section 3.2.5 (QRESYNC) and 3.2.11 (CLOSED).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mailclient.domain.errors import FolderChanged, MalformedReply, ServerRefused
from mailclient.domain.exchange import ChangesSince, FlagRecord, FolderSnapshot, LastSeen
from mailclient.domain.ids import ModSeq, UidValidity
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_gate import Piece
from mailclient.protocol.imap_responses import MAX_MODSEQ, parse_fetch, parse_numbered, parse_status, read_number
from mailclient.protocol.imap_resync import parse_vanished, resync_parameter
from mailclient.protocol.imap_stream import Response
from mailclient.protocol.uid_sets import MAX_UID, Range, UidSet


def open_folder(
    dialogue: ImapDialogue, wire_name: str, *, read_only: bool = False, since: LastSeen | None = None
) -> FolderSnapshot:
    """SELECT (or EXAMINE) a folder; with ``since`` the answer tells what changed, where the server can."""
    name = dialogue.mailbox(wire_name)
    verb = b"EXAMINE" if read_only else b"SELECT"
    resync = since if "QRESYNC" in dialogue.capabilities else None
    try:
        snapshot = _open(dialogue, (verb, name), read_only, resync)
    except ServerRefused as error:
        raise FolderChanged(
            f"The folder cannot be opened. {error.sentence}",
            connection_id=error.connection_id,
            protocol_line=error.protocol_line,
        ) from error
    dialogue.selected = wire_name
    return snapshot


def _open(
    dialogue: ImapDialogue, command: tuple[Piece, ...], read_only: bool, resync: LastSeen | None
) -> FolderSnapshot:
    try:
        return _opened(dialogue, (*command, *_parameter(dialogue, resync)), read_only, resync)
    except ServerRefused as error:
        if resync is None or not (error.protocol_line or "").startswith("BAD"):
            raise
    # It offers QRESYNC and does not understand it.
    dialogue.forgo("QRESYNC")
    return _opened(dialogue, (*command, *_parameter(dialogue, None)), read_only, None)


def _parameter(dialogue: ImapDialogue, resync: LastSeen | None) -> tuple[bytes, ...]:
    if resync is not None:
        return (resync_parameter(resync),)
    return (b"(CONDSTORE)",) if dialogue.has_modseq else ()


@dataclass(slots=True)
class _Told:
    """What the answer has said so far."""

    exists: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    vanished: list[Range] = field(default_factory=list)
    flags: list[FlagRecord] = field(default_factory=list)
    is_vague: bool = False
    """A change was told without saying of which message."""


def _opened(
    dialogue: ImapDialogue, pieces: tuple[Piece, ...], read_only: bool, resync: LastSeen | None
) -> FolderSnapshot:
    told = _Told()
    dialogue.selected = None
    status = dialogue.hear(lambda response: _hear(dialogue, response, told), *pieces)
    dialogue.changed = False
    codes = told.codes
    validity = read_number(codes.get("UIDVALIDITY", ""), MAX_UID)
    if not validity:
        raise dialogue.wire.malformed("The server named no UIDVALIDITY, without which messages cannot be told apart.")
    permanent = codes.get("PERMANENTFLAGS", "\\*")
    modseq = None if "NOMODSEQ" in codes else read_number(codes.get("HIGHESTMODSEQ", ""), MAX_MODSEQ)
    changes = None
    if resync is not None and not told.is_vague and validity == resync.uid_validity:
        changes = ChangesSince(UidSet.of_ranges(told.vanished).ranges, tuple(told.flags))
    return FolderSnapshot(
        uid_validity=UidValidity(validity),
        uid_next=read_number(codes.get("UIDNEXT", ""), MAX_UID + 1),
        exists=told.exists,
        highest_modseq=None if modseq is None else ModSeq(modseq),
        permits_keywords="\\*" in permanent,
        read_only=read_only or status.code == "READ-ONLY",
        changes=changes,
    )


def _hear(dialogue: ImapDialogue, response: Response, told: _Told) -> None:
    """Take in one untagged answer."""
    try:
        vanished, fetched = parse_vanished(response), parse_fetch(response)
    except MalformedReply as error:
        raise dialogue.wire.malformed(error.sentence, response.line) from error
    if vanished is not None:
        told.vanished.extend(vanished.uids.ranges)
        return
    if fetched is not None:
        if fetched.uid is None or fetched.flags is None:
            told.is_vague = True
        else:
            told.flags.append(FlagRecord(fetched.uid, fetched.flags, fetched.modseq))
        return
    numbered, status = parse_numbered(response), parse_status(response)
    if numbered and numbered[1] == "EXISTS":
        told.exists = numbered[0]
    elif numbered and numbered[1] == "EXPUNGE":
        told.is_vague = True
    if status and status.code == "CLOSED":
        told.exists, told.is_vague = 0, False
        told.codes.clear()
        told.vanished.clear()
        told.flags.clear()
    elif status and status.code:
        told.codes[status.code] = status.argument
