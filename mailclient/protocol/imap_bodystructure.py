"""BODYSTRUCTURE: which parts a message has, before any of them is fetched. RFC 3501 section 7.4.2.

What a server says here decides which sections are asked for, and nothing else: it is compared with the headers of the parts
themselves (``mime.partial``). A structure that cannot be read, or is larger than any message needs, is None and never an
exception. Section numbers are those of FETCH (section 6.4.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailclient.domain.errors import MalformedReply
from mailclient.protocol.imap_stream import Response
from mailclient.protocol.imap_tokens import Value, parse_values

MAX_PARTS: Final = 200
MAX_DEPTH: Final = 20
_FETCH: Final = re.compile(rb"\* \d{1,10} FETCH ", re.IGNORECASE)
_DISPOSITION_AT: Final = {"text": 9, "message": 11}
"""Where a disposition stands among the fields of a single part; of all other kinds it is the ninth."""


@dataclass(frozen=True, slots=True)
class BodyPart:
    """One part. An attached message is one part, whatever is in it."""

    section: str
    """Empty for a multipart that is the whole message."""
    content_type: str
    """In lower case."""
    encoding: str
    """In lower case; empty for a multipart."""
    size_bytes: int
    """Of the body as it is transferred, still encoded."""
    disposition: str
    children: tuple[BodyPart, ...] = ()

    @property
    def is_multipart(self) -> bool:
        """True for what only holds other parts."""
        return bool(self.children)

    def walk(self) -> Iterator[BodyPart]:
        """Yield this part and all below it, in the order of the message."""
        yield self
        for child in self.children:
            yield from child.walk()


class _Unreadable(Exception):
    """It is no structure."""


def parse_structure(response: Response) -> BodyPart | None:
    """Return the structure that a FETCH answer tells, None when there is none in it that can be read."""
    match = _FETCH.match(response.line)
    if match is None:
        return None
    try:
        items = parse_values(response, match.end())
        told = items[0] if items and isinstance(items[0], list) else []
        at = next(at for at, item in enumerate(told) if isinstance(item, bytes) and item.upper() == b"BODYSTRUCTURE")
        found = _part(told[at + 1], "", 0)
    except (MalformedReply, _Unreadable, StopIteration, IndexError):
        return None
    return found if sum(1 for _ in found.walk()) <= MAX_PARTS else None


def _part(value: Value, section: str, depth: int) -> BodyPart:
    if not isinstance(value, list) or not value or depth > MAX_DEPTH or len(value) > MAX_PARTS + 10:
        raise _Unreadable
    if isinstance(value[0], list):
        return _multipart(value, section, depth)
    kind, subtype = _word(value[0]), _word(value[1])
    size = value[6]
    if not kind or not subtype or not isinstance(size, bytes) or not re.fullmatch(rb"\d{1,12}", size):
        raise _Unreadable
    # Only an attached message has an envelope and a structure; other kinds of "message" are like any file.
    place = 8 if kind == "message" and subtype not in {"rfc822", "global"} else _DISPOSITION_AT.get(kind, 8)
    return BodyPart(section or "1", f"{kind}/{subtype}", _word(value[5]), int(size), _disposition(value, place))


def _multipart(value: list[Value], section: str, depth: int) -> BodyPart:
    count = next((at for at, item in enumerate(value) if not isinstance(item, list)), len(value))
    children = tuple(
        _part(child, f"{section}.{number}" if section else str(number), depth + 1)
        for number, child in enumerate(value[:count], 1)
    )
    return BodyPart(section, f"multipart/{_word(value[count])}", "", 0, _disposition(value, count + 2), children)


def _disposition(value: list[Value], at: int) -> str:
    told = value[at] if at < len(value) else None
    return _word(told[0]) if isinstance(told, list) and told else ""


def _word(value: Value) -> str:
    return value.decode("ascii", "replace").lower() if isinstance(value, bytes) else ""
