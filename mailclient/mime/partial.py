"""A message of which only some parts are here, put together so that it can be looked at: never taken for the message.

The headers are exactly the server's; bodies that are not here are empty. What comes out has the sections of the message and
is shown by the same code; it is not kept, not searched, not verified and not answered. RFC 2046 section 5.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailclient.domain.exchange import KeptPart
from mailclient.mime.headers import parse_header_block
from mailclient.mime.tree import Message, Part, parse_message
from mailclient.mime.words import parse_parameters


def assembled(parts: Sequence[KeptPart]) -> Message | None:
    """Return the view that these parts make, the first being the whole message's.

    None when its tree is not the one that the server told: then a section's number would not mean the same to both.
    """
    if not parts:
        return None
    view = parse_message(_joined(parts[0], {part.section: part for part in parts}))
    told = [(part.section, part.content_type) for part in parts if not part.is_multipart]
    return view if _leaves(view.root) == told else None


def _joined(part: KeptPart, by_section: dict[str, KeptPart]) -> bytes:
    """Depth is bounded by whoever read the structure."""
    header = _closed(part.header)
    if not part.is_multipart:
        return header + (part.body or b"")
    content_type = parse_header_block(header).raw_first("Content-Type") or b""
    boundary = (parse_parameters(content_type).get("boundary") or "").encode("utf-8", "surrogateescape")
    pieces = [header]
    number = 1
    while (child := by_section.get(f"{part.section}.{number}" if part.section else str(number))) is not None:
        pieces += [b"\r\n--", boundary, b"\r\n", _joined(child, by_section)]
        number += 1
    return b"".join([*pieces, b"\r\n--", boundary, b"--\r\n"])


def _closed(header: bytes) -> bytes:
    """Return a header with the empty line after it, which servers leave out where there are no fields."""
    bare = header.rstrip(b"\r\n")
    return bare + b"\r\n\r\n" if bare else b"\r\n"


def _leaves(root: Part) -> list[tuple[str, str]]:
    """Return sections and types of the single parts, in the order of the message; attached messages are single."""
    found = []
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.is_multipart:
            waiting += reversed(part.children)
        else:
            found.append((part.section, part.content_type))
    return found
