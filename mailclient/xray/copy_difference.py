"""Two copies of a message compared: their bytes, their fields one by one, and their content line by line. Pure, bounded.

Content is compared as people read it, so that another transfer encoding or another line end is no difference of content.
Judges nothing: who may have changed what is ``copies``. RFC 5322, RFC 2045 section 6.
"""

from __future__ import annotations

import enum
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from mailclient.mime.addresses import parse_addresses
from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.mime.html_text import html_to_text
from mailclient.xray.collection import PlaceField
from mailclient.xray.finding import Range
from mailclient.xray.line_difference import NO_LINES, LinesCompared, compare_lines
from mailclient.xray.opened import OpenedMessage

MAX_FIELDS: Final = 200
MAX_VALUE: Final = 1_000
MAX_TEXT: Final = 500_000
MAX_WORDS: Final = 20_000

_ON_THE_WAY: Final = frozenset({"trace", "list", "authentication", "resent", "vendor"})
_WAY_NAMES: Final = frozenset(
    "received x-received return-path delivered-to envelope-to x-original-to authentication-results received-spf "
    "dkim-signature domainkey-signature precedence errors-to status x-status lines content-length".split()
)
_WAY_BEGINNINGS: Final = ("arc-", "list-", "resent-", "x-")
_ANSWER: Final = re.compile(r"^(?:(?:re|fwd?|aw|wg|sv|tr|antw)\s{0,3}:\s{0,3}){1,10}", re.IGNORECASE)
_WORD: Final = re.compile(r"\w{2,40}")


class Sameness(enum.Enum):
    """How much two copies are the same; each in this order is less."""

    IDENTICAL = "identical"
    """Byte for byte."""
    TRACE = "trace-only"
    """Only fields differ that are added on the way."""
    ENCODING = "re-encoded"
    """The same content, written down in another way."""
    ADDED = "text-added"
    """One has all that the other has, and more: a footer, a banner."""
    CHANGED = "changed"
    UNKNOWN = "unknown"
    """One of them is not here whole."""


class FieldChange(enum.Enum):
    """What is different about a field."""

    ONLY_HERE = "only-here"
    ONLY_THERE = "only-there"
    VALUE = "changed"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field that the two copies do not share."""

    name: str
    change: FieldChange
    here: str
    """The value in the first copy."""
    there: str
    on_the_way: bool
    """Such fields are added, or changed, by those who carry mail."""
    place: Range | None
    """In the first copy."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How two copies differ; ``here`` is the first, ``there`` the second."""

    sameness: Sameness
    fields: tuple[FieldDifference, ...] = ()
    lines: LinesCompared = NO_LINES
    body_is_same: bool = True
    """The bytes of the body, but for the line ends."""
    same_sender: bool = True
    same_subject: bool = True
    """But for tags and marks of answers."""
    words_shared: float = 1.0
    """Of the copy with fewer words, how many the other has too."""


def compare(here: OpenedMessage, there: OpenedMessage, place_field: PlaceField) -> Difference:
    """Compare two copies."""
    if here.raw == there.raw:
        return Difference(Sameness.IDENTICAL)
    ours, theirs = here.message.headers, there.message.headers
    fields = tuple(_fields(ours, theirs, place_field))
    same_body = _body(here) == _body(there)
    lines = NO_LINES
    shared = 1.0
    if not same_body:
        one, other = content_lines(here), content_lines(there)
        lines = compare_lines(one, other)
        shared = _words_shared(one, other) if lines.lines else 1.0
    return Difference(
        _sameness(fields, lines, same_body=same_body),
        fields,
        lines,
        same_body,
        _sender(ours) == _sender(theirs),
        same_subject(ours.first("Subject") or "", theirs.first("Subject") or ""),
        shared,
    )


def _sameness(fields: tuple[FieldDifference, ...], lines: LinesCompared, *, same_body: bool) -> Sameness:
    own = [field for field in fields if not field.on_the_way and field.name.lower() not in _CODING]
    if own or (lines.only_first and lines.only_second):
        return Sameness.CHANGED
    if lines.only_first or lines.only_second:
        return Sameness.ADDED
    coded = any(not field.on_the_way for field in fields)
    return Sameness.TRACE if same_body and not coded else Sameness.ENCODING


_CODING: Final = frozenset({"content-transfer-encoding", "content-type", "mime-version", "content-length"})


def is_on_the_way(name: str, place_field: PlaceField) -> bool:
    """True for a field that those who carry mail add."""
    low = name.lower()
    if low in _WAY_NAMES or low.startswith(_WAY_BEGINNINGS):
        return True
    return place_field(name)[0] in _ON_THE_WAY


def _value(field: HeaderField) -> str:
    return " ".join(field.text.split())[:MAX_VALUE]


def _fields(ours: HeaderBlock, theirs: HeaderBlock, place_field: PlaceField) -> list[FieldDifference]:
    found: list[FieldDifference] = []
    for low in dict.fromkeys([*ours.by_name, *theirs.by_name]):
        mine, other = ours.all(low), theirs.all(low)
        here, there = [_value(field) for field in mine], [_value(field) for field in other]
        if here == there:
            continue
        name = (mine or other)[0].name
        way = is_on_the_way(name, place_field)
        if len(here) == len(there) == 1:
            place = (mine[0].start, mine[0].end)
            found.append(FieldDifference(name, FieldChange.VALUE, here[0], there[0], way, place))
            continue
        only_here, only_there = Counter(here) - Counter(there), Counter(there) - Counter(here)
        for field, value in zip(mine, here, strict=True):
            if only_here[value] > 0:
                only_here[value] -= 1
                place = (field.start, field.end)
                found.append(FieldDifference(name, FieldChange.ONLY_HERE, value, "", way, place))
        found += [
            FieldDifference(name, FieldChange.ONLY_THERE, "", value, way, None) for value in only_there.elements()
        ]
        if len(found) > MAX_FIELDS:
            break
    return sorted(found[:MAX_FIELDS], key=lambda field: field.on_the_way)


def _body(opened: OpenedMessage) -> bytes:
    return opened.raw[opened.message.headers.body_start :].replace(b"\r\n", b"\n").rstrip(b"\n")


def content_lines(opened: OpenedMessage) -> list[str]:
    """Return the content as lines: texts as they are read, of other parts their type and a digest."""
    lines: list[str] = []
    room = MAX_TEXT
    for part in opened.message.root.walk():
        if part.children:
            continue
        if part.content_type.startswith("text/") and room > 0:
            text = opened.text(part).text[:room]
            room -= len(text)
            if part.content_type == "text/html":
                text = html_to_text(text)
            lines += [line.rstrip() for line in text.strip().splitlines()]
        else:
            digest = hashlib.sha256(opened.data(part)).hexdigest()[:16]
            lines.append(f"[{part.content_type} {part.filename} {digest}]")
    return lines


def _words_shared(one: list[str], other: list[str]) -> float:
    first = {word.casefold() for word in _WORD.findall("\n".join(one))[:MAX_WORDS]}
    second = {word.casefold() for word in _WORD.findall("\n".join(other))[:MAX_WORDS]}
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 1.0


def _sender(block: HeaderBlock) -> tuple[str, ...]:
    found = parse_addresses(block.raw_first("From") or b"", limit=10).addresses
    return tuple(address.address.lower() for address in found)


def same_subject(one: str, other: str) -> bool:
    """True when two subjects differ in nothing but a tag in front or behind, and marks of answers."""
    first, second = _bare(one), _bare(other)
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    return bool(short) and (long.endswith(short) or long.startswith(short))


def _bare(subject: str) -> str:
    return _ANSWER.sub("", " ".join(subject[:MAX_VALUE].split())).casefold()
