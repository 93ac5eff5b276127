"""Parts on demand: of a message that the user does not want whole, the text is fetched, and an attachment when it is opened.

The structure is asked for first; headers of all parts and the bodies of short texts come in one answer. They are kept beside
the message's place and never as the message. Where the structure cannot be had, is not what the parts say, or has no text
that is short enough, the message's beginning is fetched instead (``beginnings``). RFC 3501 section 6.4.5, RFC 3516 (BINARY).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Final

from mailclient.domain.exchange import KeptPart, WantedBody
from mailclient.mime.partial import assembled
from mailclient.protocol.imap_bodystructure import BodyPart
from mailclient.sync.ports import MailStore, RemoteMailbox
from mailclient.sync.progress import Reporter

TEXT_BYTES: Final = 256 * 1024
"""A longer text is no text to read at once."""
TEXTS_BYTES: Final = 1024 * 1024
PIECE_BYTES: Final = 1024 * 1024
_TEXTS: Final = {"text/plain", "text/html", "text/enriched", "text/markdown"}


def decide_texts(root: BodyPart) -> tuple[str, ...]:
    """Return the sections that are fetched at once: short texts that are no files."""
    chosen: list[str] = []
    left = TEXTS_BYTES
    for part in root.walk():
        is_text = part.content_type in _TEXTS and part.disposition != "attachment"
        if is_text and part.size_bytes <= min(TEXT_BYTES, left):
            chosen.append(part.section)
            left -= part.size_bytes
    return tuple(chosen)


def fetch_parts(remote: RemoteMailbox, store: MailStore, body: WantedBody) -> bool:
    """Bring what is read at once of a message of the open folder; False when only its beginning can be had."""
    if store.parts(body.message_id):
        return True
    told = remote.fetch_structure(body.uid)
    if told is None:
        return False
    header, root = told
    texts = decide_texts(root)
    if not texts and any(part.content_type in _TEXTS and part.disposition != "attachment" for part in root.walk()):
        return False  # Its text is what makes it so large.
    inner = [part.section for part in root.walk() if part is not root]
    came = remote.fetch_sections(body.uid, (*(f"{section}.MIME" for section in inner), *texts))
    parts = [
        KeptPart(
            section=part.section,
            content_type=part.content_type,
            is_multipart=part.is_multipart,
            size_bytes=part.size_bytes,
            encoding=part.encoding,
            header=header if part is root else came.get(f"{part.section}.MIME", b""),
            body=came.get(part.section) if part.section in texts else None,
        )
        for part in root.walk()
    ]
    if assembled(parts) is None:
        return False
    store.put_parts(body.message_id, parts)
    return True


def fetch_part(
    remote: RemoteMailbox,
    store: MailStore,
    body: WantedBody,
    section: str,
    reporter: Reporter,
    interrupted: Callable[[], bool],
) -> bool | None:
    """Bring one part of a message of the open folder. None when interrupted, False when the server has it no more."""
    part = next((each for each in store.parts(body.message_id) if each.section == section), None)
    if part is None:
        return False
    if part.body is not None:
        return True
    data = bytearray()
    # A server that decodes saves a quarter of the line; what is kept is as it would have come.
    decoded = part.encoding == "base64"
    while True:
        reporter.check()
        if interrupted():
            return None
        piece = remote.fetch_part(body.uid, section, len(data), PIECE_BYTES, decoded=decoded)
        if piece is None and decoded:
            decoded = False
            data.clear()
            continue
        if piece is None:
            return False
        data += piece
        reporter.progressed("A part of a message", len(data), max(part.size_bytes, len(data)))
        if len(piece) < PIECE_BYTES:
            break
    if part.size_bytes and not data:
        return False
    kept = base64.encodebytes(data).replace(b"\n", b"\r\n") if decoded else bytes(data)
    store.put_part_body(body.message_id, section, kept)
    return True
