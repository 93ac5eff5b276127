"""Opening a folder: SELECT or EXAMINE, and what the server tells of the folder then. RFC 3501 section 6.3.1, RFC 7162."""

from __future__ import annotations

from mailclient.domain.errors import FolderChanged, ServerRefused
from mailclient.domain.exchange import FolderSnapshot
from mailclient.domain.ids import ModSeq, UidValidity
from mailclient.net.imap_dialogue import Completed, ImapDialogue
from mailclient.protocol.imap_gate import astring
from mailclient.protocol.imap_responses import parse_numbered, parse_status


def open_folder(dialogue: ImapDialogue, wire_name: str, *, read_only: bool = False) -> FolderSnapshot:
    """SELECT (or EXAMINE) a folder."""
    verb = b"EXAMINE" if read_only else b"SELECT"
    condstore = "CONDSTORE" in dialogue.capabilities or "QRESYNC" in dialogue.capabilities
    name = astring(wire_name.encode("utf-8", "surrogateescape"))
    try:
        completed = dialogue.run(verb, name, *((b"(CONDSTORE)",) if condstore else ()))
    except ServerRefused as error:
        raise FolderChanged(
            f"The folder cannot be opened. {error.sentence}",
            connection_id=error.connection_id,
            protocol_line=error.protocol_line,
        ) from error
    dialogue.changed = False
    return _snapshot(dialogue, completed, read_only)


def _snapshot(dialogue: ImapDialogue, completed: Completed, read_only: bool) -> FolderSnapshot:
    exists = 0
    codes: dict[str, str] = {}
    for response in completed.untagged:
        numbered = parse_numbered(response)
        if numbered and numbered[1] == "EXISTS":
            exists = numbered[0]
        status = parse_status(response)
        if status and status.code:
            codes[status.code] = status.argument
    validity = codes.get("UIDVALIDITY", "")
    if not validity.isdigit() or int(validity) == 0:
        raise dialogue.wire.malformed("The server named no UIDVALIDITY, without which messages cannot be told apart.")
    permanent = codes.get("PERMANENTFLAGS", "\\*")
    modseq, uid_next = codes.get("HIGHESTMODSEQ", ""), codes.get("UIDNEXT", "")
    return FolderSnapshot(
        uid_validity=UidValidity(int(validity)),
        uid_next=int(uid_next) if uid_next.isdigit() else None,
        exists=exists,
        highest_modseq=ModSeq(int(modseq)) if modseq.isdigit() and "NOMODSEQ" not in codes else None,
        permits_keywords="\\*" in permanent,
        read_only=read_only or completed.status.code == "READ-ONLY",
    )
