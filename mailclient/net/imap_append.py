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
from mailclient.mime.tree import parse_message
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.net.imap_hierarchy import ImapHierarchy
from mailclient.protocol.imap_dates import format_internal_date
from mailclient.protocol.imap_gate import Literal, Piece, atom
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
    pieces: list[Piece] = [b"APPEND", dialogue.mailbox(wire_name), b"(" + names + b")"]
    if received_unix_s is not None:
        pieces.append(b'"' + format_internal_date(received_unix_s).encode("ascii") + b'"')
    is_large = len(data) > UNASKED_BYTES
    if dialogue.utf8 and has_utf8_headers(data):
        # A server that has UTF-8 enabled may refuse such a message in the plain form (RFC 6855 section 4).
        pieces.append(Literal(data, is_large, before=b"UTF8 (~", after=b")"))
    else:
        pieces.append(Literal(data, is_large))
    copied = parse_copied(dialogue.run(*pieces).status)
    return UidMapping(copied.uid_validity, {Uid(0): Uid(copied.target[0])}) if copied else None


def has_utf8_headers(raw: bytes) -> bool:
    """True when the header of a message, or of a part of it, holds UTF-8 beyond ASCII (RFC 6532)."""
    if raw.isascii():
        return False
    rest = [parse_message(raw).root]
    found = False
    while rest:
        part = rest.pop()
        header = raw[part.headers.start : part.headers.body_start]
        if not header.isascii():
            try:
                header.decode("utf-8")
            except UnicodeDecodeError:
                return False  # Some older charset: the server would refuse it as UTF-8.
            found = True
        rest += part.children
    return found


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB"
