"""The part tree of a message, each part tied to its exact bytes.

Iterative, linear, capped: nesting, part counts and broken boundaries end in defects. Bytes are never changed or copied
more than once. RFC 2045, RFC 2046 section 5.1, section numbers as IMAP has them (RFC 3501 section 6.4.5): children of the
root are "1", "2", ...; a root that is no multipart is "1" itself; a multipart inside a message/rfc822 part 2 is "2.TEXT".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailclient.mime.charsets import DecodedText, decode_text
from mailclient.mime.defects import Defect, DefectKind
from mailclient.mime.headers import HeaderBlock, parse_header_block
from mailclient.mime.transfer import KNOWN_ENCODINGS, Decoded, decode_transfer
from mailclient.mime.words import Parameters, parse_parameters

MAX_DEPTH: Final = 64
MAX_PARTS: Final = 1_000
MANY_TRIES: Final = 500
MAX_TEXT_BYTES: Final = 16 * 1024 * 1024

Range = tuple[int, int]


@dataclass(slots=True)
class Part:
    """One node of the tree. Ranges are byte offsets into the whole message: headers, then body."""

    section: str
    content_type: str
    """``type/subtype`` in lower case, the default where none is declared."""
    parameters: Parameters
    headers: HeaderBlock
    encoding: str
    disposition: str
    """``inline``, ``attachment``, another word, or empty when none is declared."""
    filename: str
    """As declared, decoded for display, not safe as a path; empty when none."""
    content_id: str
    start: int
    end: int
    depth: int
    defects: list[Defect] = field(default_factory=list)
    children: list[Part] = field(default_factory=list)
    boundary_lines: list[tuple[int, int, bool]] = field(default_factory=list)
    """Where each begins and ends, and whether it closes; at most one more than a message may have parts."""
    preamble: Range | None = None
    epilogue: Range | None = None

    @property
    def header_range(self) -> Range:
        """Bytes of the header fields."""
        return self.start, self.headers.end

    @property
    def body_range(self) -> Range:
        """Bytes of the body, still encoded."""
        return self.headers.body_start, self.end

    @property
    def charset(self) -> str | None:
        """The declared character set."""
        return self.parameters.get("charset")

    @property
    def boundary(self) -> str:
        """The declared boundary, empty when none."""
        return self.parameters.get("boundary") or ""

    @property
    def boundary_bytes(self) -> bytes:
        """The boundary as it is looked for: its own bytes, without blanks at the end."""
        return (self.parameters.raw.get("boundary") or self.boundary.encode("utf-8", "replace")).rstrip(b" \t")

    @property
    def is_multipart(self) -> bool:
        """True for multipart/*."""
        return self.content_type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        """True for an attached message whose content is a message itself."""
        return self.content_type in {"message/rfc822", "message/global"}

    def walk(self) -> Iterator[Part]:
        """Yield this part and all below it, in the order of the bytes."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


@dataclass(slots=True)
class Message:
    """A parsed message: its bytes and its tree."""

    raw: bytes
    root: Part
    part_count: int
    """All parts, also those beyond the limit, which are not in the tree."""

    @property
    def headers(self) -> HeaderBlock:
        """The header of the message itself."""
        return self.root.headers

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Everything that is wrong in any part, in the order of the bytes."""
        found = [defect for part in self.root.walk() for defect in (*part.headers.defects, *part.defects)]
        return tuple(sorted(found, key=lambda defect: (defect.start, defect.kind.value)))

    def part(self, section: str) -> Part | None:
        """Return the part with this section number."""
        return next((part for part in self.root.walk() if part.section == section), None)

    def body_bytes(self, part: Part) -> bytes:
        """Return the body of a part as it came, still encoded."""
        start, end = part.body_range
        return self.raw[start:end]

    def decoded(self, part: Part) -> bytes:
        """Return the data of a part behind its transfer encoding."""
        return self.decode(part).data

    def decode(self, part: Part) -> Decoded:
        """Return the data of a part and what was wrong with its encoding."""
        return decode_transfer(self.body_bytes(part), part.encoding)

    def text(self, part: Part, limit: int = MAX_TEXT_BYTES) -> DecodedText:
        """Return the text of a part, at most ``limit`` bytes of it."""
        return decode_text(_cut(self.decoded(part), limit), part.charset)

    def head(self, part: Part, limit: int) -> bytes:
        """Return about the first ``limit`` decoded bytes of a part, without decoding the rest of it."""
        start, end = part.body_range
        # No encoding makes more than three bytes of one, but for soft line breaks.
        return _cut(decode_transfer(self.raw[start : min(end, start + 4 * limit)], part.encoding).data, limit)


_LAST_CHARACTER: Final = re.compile(rb"[\xc0-\xff][\x80-\xbf]{0,3}\Z")


def _cut(data: bytes, limit: int) -> bytes:
    """Cut data so that no UTF-8 character is halved: half a character makes the whole text look like another charset."""
    if len(data) <= limit:
        return data
    return data[: max(limit - 8, 0)] + _LAST_CHARACTER.sub(b"", data[max(limit - 8, 0) : limit])


@dataclass(slots=True)
class _Waiting:
    """A region still to be read as a part."""

    parent: Part | None
    section: str
    start: int
    end: int
    depth: int
    default_type: str


def parse_message(raw: bytes) -> Message:
    """Return the tree of a message; any bytes are a message."""
    waiting = [_Waiting(None, "", 0, len(raw), 0, "text/plain")]
    root: Part | None = None
    made = counted = 0
    while waiting:
        region = waiting.pop()
        part = _read_part(raw, region)
        made += 1
        counted += 1
        if region.parent is None:
            root = part
        else:
            region.parent.children.append(part)
        inside, more = _regions_inside(raw, part, MAX_PARTS - made - len(waiting))
        counted += more
        waiting.extend(reversed(inside))
    if root is None:
        raise AssertionError("a message has a root")
    if not raw or raw.isspace():
        root.defects.append(Defect(DefectKind.EMPTY_MESSAGE, "The message is empty.", 0, len(raw)))
    return Message(raw, root, counted)


def _read_part(raw: bytes, region: _Waiting) -> Part:
    headers = parse_header_block(raw, region.start, region.end)
    defects: list[Defect] = []
    declared = headers.all("Content-Type")
    parameters = parse_parameters(declared[0].value_raw) if declared else Parameters(region.default_type)
    content_type = parameters.value
    if declared:
        place = declared[0].start, declared[0].end
        if len(declared) > 1:
            sentence = "Content-Type stands more than once; programs differ on which one counts."
            defects.append(Defect(DefectKind.DUPLICATE_FIELD, sentence, *place))
        if parameters.duplicates:
            names = ", ".join(dict.fromkeys(parameters.duplicates))
            sentence = f"Parameters of Content-Type stand more than once: {names}."
            defects.append(Defect(DefectKind.DUPLICATE_PARAMETER, sentence, *place))
        kind, slash, subtype = content_type.partition("/")
        if not (slash and kind and subtype) or " " in content_type:
            defects.append(
                Defect(
                    DefectKind.BAD_CONTENT_TYPE, "Content-Type is malformed; the part is read as plain text.", *place
                )
            )
            content_type = "text/plain"
    encoding = (headers.raw_first("Content-Transfer-Encoding") or b"7bit").split(b";")[0].strip().lower()
    encoding_name = encoding.decode("ascii", "replace").strip("\"' ") or "7bit"
    disposition = parse_parameters(headers.raw_first("Content-Disposition") or b"")
    filename = disposition.get("filename") or parameters.get("name") or ""
    content_id = (headers.raw_first("Content-ID") or b"").decode("utf-8", "replace").strip().strip("<>")
    is_root_leaf = region.parent is None and not content_type.startswith("multipart/")
    part = Part(
        section="1" if is_root_leaf else region.section,
        content_type=content_type,
        parameters=parameters,
        headers=headers,
        encoding=encoding_name,
        disposition=disposition.value,
        filename=filename,
        content_id=content_id,
        start=region.start,
        end=region.end,
        depth=region.depth,
        defects=defects,
    )
    place = _field_place(headers, "Content-Transfer-Encoding", part)
    if part.is_multipart and encoding_name in {"base64", "quoted-printable"}:
        sentence = f"A multipart may not be encoded as {encoding_name}; its parts are read as they stand."
        hides = encoding_name == "base64"  # The other leaves the boundaries readable.
        defects.append(
            Defect(DefectKind.FORBIDDEN_ENCODING if hides else DefectKind.QUOTED_MULTIPART, sentence, *place)
        )
    elif encoding_name not in KNOWN_ENCODINGS and not encoding_name.startswith("x-uu"):
        sentence = f"The transfer encoding “{encoding_name[:40]}” is unknown; the bytes are shown as they are."
        defects.append(Defect(DefectKind.UNKNOWN_ENCODING, sentence, *place))
    return part


def _field_place(headers: HeaderBlock, name: str, part: Part) -> Range:
    found = headers.field(name)
    return (found.start, found.end) if found else (part.start, part.headers.end)


def _regions_inside(raw: bytes, part: Part, room: int) -> tuple[list[_Waiting], int]:
    """Return the regions to read below a part, and how many parts are left out."""
    if part.is_message and part.encoding in {"7bit", "8bit", "binary"}:
        if part.depth >= MAX_DEPTH or room < 1:
            return _refuse(part)
        start, end = part.body_range
        section = _embedded_section(raw, part, start, end)
        return [_Waiting(part, section, start, end, part.depth + 1, "text/plain")], 0
    if not part.is_multipart:
        return [], 0
    if not part.boundary:
        sentence = "The multipart names no boundary; it is shown as one piece."
        part.defects.append(Defect(DefectKind.MISSING_BOUNDARY, sentence, *part.header_range))
        return [], 0
    if part.depth >= MAX_DEPTH:
        return _refuse(part)
    return _split(raw, part, room)


def _refuse(part: Part) -> tuple[list[_Waiting], int]:
    if part.depth >= MAX_DEPTH:
        sentence = f"Parts are nested more than {MAX_DEPTH} deep; what lies deeper is shown as one piece."
        part.defects.append(Defect(DefectKind.TOO_DEEP, sentence, part.start, part.end))
    else:
        _too_many(part, 1)
    return [], 1


def _too_many(part: Part, left_out: int) -> None:
    sentence = f"The message has too many parts: {left_out} more are not listed."
    part.defects.append(Defect(DefectKind.TOO_MANY_PARTS, sentence, part.start, part.end))


def _embedded_section(raw: bytes, part: Part, start: int, end: int) -> str:
    headers = parse_header_block(raw, start, end)
    declared = headers.raw_first("Content-Type") or b""
    return f"{part.section}.TEXT" if declared.lower().startswith(b"multipart/") else f"{part.section}.1"


def _split(raw: bytes, part: Part, room: int) -> tuple[list[_Waiting], int]:
    """Cut a multipart at its boundary lines (RFC 2046 section 5.1.1)."""
    start, end = part.body_range
    prefix = part.section.removesuffix("TEXT").rstrip(".")
    default_type = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    regions: list[_Waiting] = []
    begin = -1
    left_out = 0
    closed = False
    for position, after, closing in _boundary_lines(raw, part.boundary_bytes, start, end):
        if len(part.boundary_lines) <= MAX_PARTS:
            part.boundary_lines.append((position, after, closing))
        if begin < 0:
            text_end = _before_line_end(raw, position, start)
            if text_end > start:
                part.preamble = (start, text_end)
        elif len(regions) < max(room, 0):
            text_end = _before_line_end(raw, position, begin)
            section = f"{prefix}.{len(regions) + 1}".lstrip(".")
            regions.append(_Waiting(part, section, begin, text_end, part.depth + 1, default_type))
        else:
            left_out += 1
        begin = after
        if closing:
            closed = True
            if end > after:
                part.epilogue = (after, end)
            break
    if begin < 0:
        sentence = "The boundary that the header names does not occur; the part is shown as one piece."
        part.defects.append(Defect(DefectKind.BOUNDARY_NOT_FOUND, sentence, *part.header_range))
        return [], 0
    if not closed:
        sentence = "The closing boundary is missing: the message may be cut off."
        part.defects.append(Defect(DefectKind.BOUNDARY_NOT_CLOSED, sentence, max(end - 1, 0), end))
        if begin < end and len(regions) < max(room, 0):
            section = f"{prefix}.{len(regions) + 1}".lstrip(".")
            regions.append(_Waiting(part, section, begin, end, part.depth + 1, default_type))
    if left_out:
        _too_many(part, left_out)
    return regions, left_out


def _boundary_lines(raw: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield each boundary line: its offset, the offset after it, and whether it closes."""
    needle = b"--" + boundary
    position, tries = start, 0
    while tries < MANY_TRIES and (position := raw.find(needle, position, end)) >= 0:
        tries += 1
        line = _boundary_line(raw, position, len(needle), start, end)
        if line is None:
            position += 2
            continue
        yield position, *line
        position = line[0]
    if position < 0 or tries < MANY_TRIES:
        return
    # A body made of near boundaries, perhaps at each of 64 levels: an expression goes through it without Python's help.
    line_pattern = re.compile(re.escape(needle) + rb"(--)?[ \t]*(?:\r\n|\r|\n|\Z)")
    for match in line_pattern.finditer(raw, position, end):
        if match.start() == start or raw[match.start() - 1] in b"\r\n":
            yield match.start(), match.end(), match[1] is not None


def _boundary_line(raw: bytes, position: int, length: int, start: int, end: int) -> tuple[int, bool] | None:
    """Return the offset after a boundary line and whether it closes; None when it is no boundary line."""
    if position > start and raw[position - 1] not in b"\r\n":
        return None
    after = position + length
    closing = raw[after : after + 2] == b"--" and after + 2 <= end
    if closing:
        after += 2
    while after < end and raw[after] in b" \t":
        after += 1
    if after >= end:
        return end, closing
    if raw[after : after + 2] == b"\r\n":
        return after + 2, closing
    if raw[after] in b"\r\n":
        return after + 1, closing
    return None


def _before_line_end(raw: bytes, position: int, floor: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if position - 2 >= floor and raw[position - 2 : position] == b"\r\n":
        return position - 2
    if position - 1 >= floor and raw[position - 1] in b"\r\n":
        return position - 1
    return max(position, floor)
