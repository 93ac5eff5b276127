"""What both sides agree upon right after signing in: extensions that change what is said, names, compression.

Every one of these is optional, and a refusal changes nothing. RFC 5161 (ENABLE), RFC 7162, RFC 2971 (ID), RFC 4978
(COMPRESS).
"""

from __future__ import annotations

from typing import Final

from mailclient.domain.errors import ServerBusy, ServerRefused
from mailclient.net.imap_dialogue import ImapDialogue

_ID: Final = b'("name" "Postscope")'


def introduce(dialogue: ImapDialogue) -> None:
    """Switch on what makes answers unambiguous, and what saves bytes."""
    words = dialogue.capabilities
    if "ENABLE" in words:
        # With QRESYNC servers add the UID to unasked FETCH answers, and CONDSTORE gives them a MODSEQ.
        wanted = next((word for word in ("QRESYNC", "CONDSTORE") if word in words), None)
        if wanted is not None and not _run(dialogue, b"ENABLE", wanted.encode("ascii")):
            dialogue.forgo(wanted)
    elif "QRESYNC" in words:
        dialogue.forgo("QRESYNC")  # It must be enabled before it is used (RFC 7162 section 3.2.3).
    if "ID" in words:
        _run(dialogue, b"ID", _ID)
    if "COMPRESS=DEFLATE" in words and _run(dialogue, b"COMPRESS", b"DEFLATE"):
        packed = dialogue.stream.take(dialogue.stream.pending) or b""
        dialogue.wire.start_compression(packed)


def _run(dialogue: ImapDialogue, *pieces: bytes) -> bool:
    try:
        dialogue.run(*pieces)
    except (ServerRefused, ServerBusy):
        return False
    return True
