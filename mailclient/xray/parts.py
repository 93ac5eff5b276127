"""Every part of a message with all that can be said of it: its bytes, its encoding, its charset, its type, its place.

A separate pass over a parsed message; nothing is opened, run or fetched. RFC 2045, RFC 2046 section 5.1, RFC 2183.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailclient.mime.tree import MAX_TEXT_BYTES, Part
from mailclient.xray.charset_facts import CharsetFacts, examine_charset
from mailclient.xray.encoding_facts import EncodingFacts, examine_encoding
from mailclient.xray.file_names import NameFacts, examine_name
from mailclient.xray.finding import Finding, Severity
from mailclient.xray.magic import Magic, agree, detect, is_binary, is_harmless
from mailclient.xray.magic_table import Risk
from mailclient.xray.opened import OpenedMessage

MAX_CONTAINER_HASH_BYTES: Final = 64 * 1024 * 1024
"""Nested messages repeat each other's bytes; beyond this they have no hash."""


class Place(enum.Enum):
    """Where a part is in the message as it is shown."""

    CONTAINER = "container"
    BODY = "body"
    OTHER_FORM = "other-form"
    """Says the same as the body and is shown on request: the plain text beside HTML."""
    FOLLOWING = "following"
    """Shown below the body."""
    ATTACHMENT = "attachment"
    INLINE = "inline"
    """Shown inside the body, which refers to it."""
    INSIDE_ATTACHMENT = "inside-attachment"
    """Belongs to an attached message."""
    HIDDEN = "hidden"
    """Not to be seen unless one looks here."""


@dataclass(frozen=True, slots=True)
class BoundaryLine:
    """One boundary line of a multipart."""

    section: str
    """Of the multipart that it divides."""
    level: int
    start: int
    end: int
    closing: bool


@dataclass(frozen=True, slots=True)
class PartFacts:
    """One part examined."""

    part: Part
    place: Place
    boundaries: tuple[BoundaryLine, ...]
    encoded_size: int
    decoded_size: int
    sha256: str
    """Of the decoded data; empty where it would be the same bytes again and again."""
    magic: Magic | None
    type_agrees: bool
    """False when the declared type contradicts the data."""
    encoding: EncodingFacts
    charset: CharsetFacts | None
    """None for what is no text."""
    name: NameFacts | None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def section(self) -> str:
        """IMAP section number."""
        return self.part.section

    @property
    def overhead_percent(self) -> int:
        """By how much the transfer encoding makes the data larger; negative when a damaged one loses some."""
        return round(100 * (self.encoded_size - self.decoded_size) / self.decoded_size) if self.decoded_size else 0


def examine_parts(opened: OpenedMessage) -> tuple[PartFacts, ...]:
    """Examine all parts, in the order of the bytes."""
    places = part_places(opened)
    room = MAX_CONTAINER_HASH_BYTES
    result = []
    for part in opened.message.root.walk():
        facts = _examine(opened, part, places[id(part)], hashed=not part.children or room > 0)
        if part.children:
            room -= facts.encoded_size
        result.append(facts)
    return tuple(result)


def _examine(opened: OpenedMessage, part: Part, place: Place, *, hashed: bool) -> PartFacts:
    start, end = part.body_range
    if part.children:
        view = memoryview(opened.raw)[start:end]
        digest = hashlib.sha256(view).hexdigest() if hashed else ""
        encoding = EncodingFacts(part.encoding, True, ())
        boundaries = _boundaries(part)
        return PartFacts(
            part, place, boundaries, end - start, end - start, digest, None, True, encoding, None, examine_name(part)
        )
    data = opened.data(part)
    encoding = examine_encoding(opened.raw, start, end, part.encoding)
    magic = detect(data)
    is_text = part.content_type.startswith("text/")
    agrees = agree(part.content_type, magic, part.filename) if magic else not (is_text and _binary_text(part, data))
    charset = examine_charset(data[:MAX_TEXT_BYTES], part.charset) if is_text else None
    facts = PartFacts(
        part,
        place,
        (),
        end - start,
        len(data),
        hashlib.sha256(data).hexdigest(),
        magic,
        agrees,
        encoding,
        charset,
        examine_name(part),
    )
    return _with_findings(facts)


def _binary_text(part: Part, data: bytes) -> bool:
    return (
        is_binary(data)
        and "utf-16" not in (part.charset or "").lower()
        and "utf-32" not in (part.charset or "").lower()
    )


def part_places(opened: OpenedMessage) -> dict[int, Place]:
    """Return for each part, by ``id``, where it is in the message as it is shown."""
    choice = opened.choice
    main = choice.html_part or choice.text_part
    places: dict[int, Place] = {id(attachment.part): Place.ATTACHMENT for attachment in choice.attachments}
    places.update({id(part): Place.INLINE for part in choice.inline.values()})
    places.update({id(part): Place.FOLLOWING for part in choice.following})
    if choice.text_part is not None:
        places[id(choice.text_part)] = Place.OTHER_FORM
    if main is not None:
        places[id(main)] = Place.BODY
    inside: set[int] = set()
    for part in opened.message.root.walk():
        if id(part) in inside:
            inside.update(id(child) for child in part.children)
            places.setdefault(id(part), Place.INSIDE_ATTACHMENT)
            continue
        if part.children and (part.is_message or places.get(id(part)) is Place.ATTACHMENT):
            inside.update(id(child) for child in part.children)
        places.setdefault(id(part), Place.CONTAINER if part.children else Place.HIDDEN)
    return places


def _boundaries(part: Part) -> tuple[BoundaryLine, ...]:
    return tuple(BoundaryLine(part.section, part.depth, *line) for line in part.boundary_lines)


def _with_findings(facts: PartFacts) -> PartFacts:
    found = tuple(_findings(facts))
    if not found:
        return facts
    return PartFacts(
        facts.part, facts.place, facts.boundaries, facts.encoded_size, facts.decoded_size, facts.sha256, facts.magic,
        facts.type_agrees, facts.encoding, facts.charset, facts.name, found,
    )  # fmt: skip


def _findings(facts: PartFacts) -> Iterator[Finding]:
    part = facts.part
    declared = part.headers.field("Content-Type")
    place = (declared.start, declared.end) if declared else part.header_range
    where = f"Part {part.section}" if part.section else "The message"
    if not facts.type_agrees:
        if facts.magic is None:
            title = f"{where} is declared as {part.content_type}, but holds binary data."
            why = "Text holds no NUL bytes and hardly any controls."
            yield Finding("type-contradicts-data", Severity.NOTICE, title, why, place, "RFC 2046 section 4.1")
        else:
            title = f"{where} is declared as {part.content_type}, but its data is: {facts.magic.name}."
            why = "The declared type is what the sender says. Programs that look at the data do something else with it."
            severity = _weight(part.content_type, facts.magic)
            yield Finding("type-contradicts-data", severity, title, why, place, "RFC 2046 section 4")
    for damage in facts.encoding.serious[:5]:
        yield Finding(
            damage.id, Severity.NOTICE, damage.sentence, _DAMAGE_WHY, (damage.start, damage.end), "RFC 2045 section 6"
        )
    charset = facts.charset
    if charset is not None and not charset.valid:
        likely = charset.candidates[0].charset if charset.candidates else "unknown"
        if not charset.known:
            title = f"{where} names an unknown charset: “{(charset.declared or '')[:40]}”. It looks like {likely}."
            yield Finding("charset-unknown", Severity.NOTICE, title, _CHARSET_WHY, place, "RFC 2046 section 4.1.2")
        elif charset.declared is None or charset.declared.lower() in {"us-ascii", "ascii"}:
            title = f"{where} has bytes outside ASCII without saying in which charset. It looks like {likely}."
            yield Finding("charset-missing", Severity.NOTICE, title, _CHARSET_WHY, place, "RFC 2046 section 4.1.2")
        else:
            title = f"{where} is not valid {charset.declared}. It looks like {likely}."
            yield Finding("charset-wrong", Severity.NOTICE, title, _CHARSET_WHY, place, "RFC 2046 section 4.1.2")
    if facts.name is not None:
        yield from facts.name.findings
    if facts.place is Place.HIDDEN and facts.decoded_size:
        title = f"{where} is not shown anywhere in the message."
        yield Finding(
            "part-hidden",
            Severity.NOTICE,
            title,
            "Other programs may show it.",
            part.body_range,
            "RFC 2046 section 5.1",
        )


_DAMAGE_WHY: Final = "Programs read damaged encodings in different ways; what can be read is shown."
_CHARSET_WHY: Final = "Letters outside English may be shown wrongly. The message can be read again in another charset."


def _weight(declared: str, magic: Magic) -> Severity:
    if not is_harmless(declared):
        return Severity.NOTICE
    match magic.risk:
        case Risk.PROGRAM:
            return Severity.NOTICE if magic.content_type.startswith("text/") else Severity.DANGER
        case Risk.ARCHIVE:
            return Severity.WARNING
        case _:
            return Severity.NOTICE
