"""APPEND: a message stored in a folder of the server, refused before the upload when it is larger than the server takes.

A refusal at any point leaves the connection usable. RFC 3501 section 6.3.11, RFC 4315 (APPENDUID), RFC 7888 (literals),
RFC 7889 (APPENDLIMIT).
"""

from __future__ import annotations

import re
from typing import Final

from mailclient.domain.errors import ServerRefused
from mailclient.domain.exchange import UidMapping
from mailclient.domain.flags import SYSTEM_FLAGS, Flag, flags_to_wire
from mailclient.domain.ids import Uid
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.net.imap_hierarchy import ImapHierarchy
from mailclient.protocol.imap_dates import format_internal_date
from mailclient.protocol.imap_gate import Literal, Piece, astring, atom
from mailclient.protocol.imap_responses import parse_copied

UNASKED_BYTES: Final = 64 * 1024
"""So much is sent without waiting for the server's leave, where it allows that at all."""


def append(
    dialogue: ImapDialogue, wire_name: str, raw: bytes, flags: Flag, received_unix_s: int | None = None
) -> UidMapping | None:
    """Store a message; the mapping (under source UID 0) when the server told the new UID."""
    data = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    # What is sent without leave anyway is not worth a question.
    limit = ImapHierarchy(dialogue).append_limit(wire_name) if len(data) > UNASKED_BYTES else None
    if limit is not None and len(data) > limit:
        raise ServerRefused(
            f"The message has {_megabytes(len(data))}, and {dialogue.wire.endpoint.host} takes at most {_megabytes(limit)}. "
            "Nothing was sent. A smaller attachment helps.",
            connection_id=dialogue.wire.transcript.connection_id,
        )
    names = b" ".join(atom(name) for name in flags_to_wire(flags & SYSTEM_FLAGS))
    pieces: list[Piece] = [b"APPEND", astring(wire_name.encode("utf-8", "surrogateescape")), b"(" + names + b")"]
    if received_unix_s is not None:
        pieces.append(b'"' + format_internal_date(received_unix_s).encode("ascii") + b'"')
    pieces.append(Literal(data, is_large=len(data) > UNASKED_BYTES))
    copied = parse_copied(dialogue.run(*pieces).status)
    return UidMapping(copied.uid_validity, {Uid(0): Uid(copied.target[0])}) if copied else None


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB"
