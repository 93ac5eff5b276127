"""FETCH of a message's structure and of single parts. Nothing is marked as read. RFC 3501 section 6.4.5, RFC 3516 (BINARY).

Asked for one message at a time. What is not the answer is only noticed.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailclient.domain.errors import MalformedReply, ServerRefused
from mailclient.domain.ids import Uid
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.protocol.imap_bodystructure import BodyPart, parse_structure
from mailclient.protocol.imap_responses import parse_fetch
from mailclient.protocol.imap_stream import Response

_AT_ONCE = 50
"""So many sections in one command: its line stays far below what servers accept."""


def fetch_structure(dialogue: ImapDialogue, uid: Uid) -> tuple[bytes, BodyPart] | None:
    """Return the whole header and the structure of a message; None when it is gone or they cannot be read."""
    header: bytes | None = None
    structure: BodyPart | None = None
    for response, sections in _asked(dialogue, uid, b"BODYSTRUCTURE BODY.PEEK[HEADER]"):
        header = sections.get("HEADER", header)
        structure = parse_structure(response) or structure
    return None if header is None or structure is None else (header, structure)


def fetch_sections(dialogue: ImapDialogue, uid: Uid, sections: Sequence[str]) -> dict[str, bytes]:
    """Return these sections of a message, as far as the server has them."""
    found: dict[str, bytes] = {}
    for start in range(0, len(sections), _AT_ONCE):
        wanted = sections[start : start + _AT_ONCE]
        items = " ".join(f"BODY.PEEK[{section}]" for section in wanted).encode("ascii")
        for _, came in _asked(dialogue, uid, items):
            found.update((section, data) for section, data in came.items() if section in wanted)
    return found


def fetch_part(
    dialogue: ImapDialogue, uid: Uid, section: str, offset: int, size: int, *, decoded: bool
) -> bytes | None:
    """Return up to ``size`` bytes of a part from an offset; None when it is gone.

    ``decoded``: without its transfer encoding; None then also where the server cannot do that, or not for this part.
    """
    if decoded and "BINARY" not in dialogue.capabilities:
        return None
    name = f"BINARY[{section}]" if decoded else section
    verb = "BINARY.PEEK" if decoded else "BODY.PEEK"
    piece: bytes | None = None
    try:
        for _, came in _asked(dialogue, uid, f"{verb}[{section}]<{offset}.{size}>".encode("ascii")):
            piece = came.get(name, piece)
    except ServerRefused:
        if not decoded:
            raise
        return None  # [UNKNOWN-CTE], or it does not understand what it offers.
    return piece


def _asked(dialogue: ImapDialogue, uid: Uid, items: bytes) -> list[tuple[Response, dict[str, bytes]]]:
    """Run a FETCH for one message and return its answers with the sections in them."""
    found: list[tuple[Response, dict[str, bytes]]] = []

    def listen(response: Response) -> None:
        try:
            fetched = parse_fetch(response)
        except MalformedReply as error:
            raise dialogue.wire.malformed(error.sentence, response.line) from error
        if fetched is not None and fetched.uid == uid:
            found.append((response, fetched.sections))
        else:
            dialogue.notice(response)

    dialogue.hear(listen, b"UID FETCH %d (UID " % uid + items + b")")
    return found
