"""What both sides agree upon right after signing in: extensions that change what is said, names, compression.

Every one of these is optional, and a refusal changes nothing. RFC 5161 (ENABLE), RFC 7162, RFC 6855 (UTF8),
RFC 2971 (ID), RFC 4978 (COMPRESS).
"""

from __future__ import annotations

from typing import Final

from mailclient.domain.errors import ServerBusy, ServerRefused
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_capabilities import parse_enabled

_ID: Final = b'("name" "Postscope")'


def introduce(dialogue: ImapDialogue) -> None:
    """Switch on what makes answers unambiguous, and what saves bytes."""
    words = dialogue.capabilities
    if "ENABLE" in words:
        _enable(dialogue)
    elif "QRESYNC" in words:
        dialogue.forgo("QRESYNC")  # It must be enabled before it is used (RFC 7162 section 3.2.3).
    if "ID" in words:
        _run(dialogue, b"ID", _ID)
    if "COMPRESS=DEFLATE" in words and _run(dialogue, b"COMPRESS", b"DEFLATE"):
        packed = dialogue.stream.take(dialogue.stream.pending) or b""
        dialogue.wire.start_compression(packed)


def _enable(dialogue: ImapDialogue) -> None:
    words = dialogue.capabilities
    # With QRESYNC servers add the UID to unasked FETCH answers, and CONDSTORE gives them a MODSEQ.
    modseq = next((word for word in ("QRESYNC", "CONDSTORE") if word in words), None)
    utf8 = "UTF8=ACCEPT" if "UTF8=ACCEPT" in words or "UTF8=ONLY" in words else None
    wanted = [word for word in (modseq, utf8) if word is not None]
    if not wanted:
        return
    try:
        answers = dialogue.run(b"ENABLE", " ".join(wanted).encode("ascii")).untagged
    except (ServerRefused, ServerBusy):
        if utf8 is None:
            dialogue.forgo(wanted[0])
            return
        dialogue.forgo("UTF8=ACCEPT")
        dialogue.forgo("UTF8=ONLY")
        _enable(dialogue)  # Perhaps it refused no more than that.
        return
    # What is not told to be enabled is not (RFC 5161 section 3.2), and names must be spelled as the server reads them.
    dialogue.utf8 = utf8 is not None and any(utf8 in parse_enabled(answer) for answer in answers)


def _run(dialogue: ImapDialogue, *pieces: bytes) -> bool:
    try:
        dialogue.run(*pieces)
    except (ServerRefused, ServerBusy):
        return False
    return True
