"""Where boundaries can be read in more than one way: repeated, nearly right, beside the structure, inside decoded text.

Part of ``xray.ambiguity``. Linear; the number of places looked at is bounded. RFC 2046 section 5.1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mailclient.mime.tree import Part
from mailclient.xray.finding import Finding, Range, Severity
from mailclient.xray.opened import OpenedMessage

MAX_TRIES: Final = 300
MAX_TRIES_IN_ALL: Final = 5_000
MAX_FOLDED_BYTES: Final = 4 * 1024 * 1024
MAX_BLANKS: Final = 80
_LINE: Final = re.compile(rb"[^\r\n]*")
_LIKE_A_PART: Final = re.compile(
    rb"^(?:content-(?:type|transfer-encoding|disposition)[ \t]*:|begin [0-7]{3} )", re.IGNORECASE | re.MULTILINE
)
_LIKE_A_BOUNDARY: Final = re.compile(rb"^--[^\s-][^\r\n]{2,70}$", re.MULTILINE)
_WHY: Final = (
    "Programs read this in different ways. A filter may see other parts than the reader; it is a way to hide something, "
    "and may also be a mistake."
)


def boundary_findings(opened: OpenedMessage) -> Iterator[Finding]:
    """Return what is ambiguous about the boundaries of a message."""
    tries = MAX_TRIES_IN_ALL
    folded = MAX_FOLDED_BYTES
    for part, above in _with_ancestors(opened.message.root):
        if part.is_multipart and part.boundary_bytes:
            yield from _against_ancestors(part, above)
            if tries > 0:
                found, used = _near_lines(opened, part, above)
                tries -= used
                yield from found
            yield from _beside(opened, part)
            start, end = part.body_range
            if end - start <= folded:
                folded -= end - start
                yield from _other_case(opened, part)
        elif part.encoding in {"base64", "quoted-printable"} and not part.children and above:
            data = opened.data(part)
            for boundary in above:
                if re.search(rb"(?:\A|[\r\n])--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?:[\r\n]|\Z)", data):
                    title = "Behind its encoding, a part holds a boundary line of the message."
                    yield _make("boundary-encoded", title, part.body_range)
        if part.content_type == "multipart/alternative":
            yield from _alternative(part)


def _make(identifier: str, title: str, evidence: Range, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(f"ambiguous-{identifier}", severity, title, _WHY, evidence, "RFC 2046 section 5.1.1")


def _with_ancestors(root: Part) -> Iterator[tuple[Part, tuple[bytes, ...]]]:
    waiting: list[tuple[Part, tuple[bytes, ...]]] = [(root, ())]
    while waiting:
        part, above = waiting.pop()
        yield part, above
        inner = (*above, part.boundary_bytes) if part.is_multipart and part.boundary_bytes else above
        waiting.extend((child, inner) for child in reversed(part.children))


def _against_ancestors(part: Part, above: tuple[bytes, ...]) -> Iterator[Finding]:
    own = part.boundary_bytes
    declared = part.headers.field("Content-Type")
    where = (declared.start, declared.end) if declared else part.header_range
    if own in above:
        yield _make("boundary-repeated", "A multipart has the same boundary as the one around it.", where)
    elif any(own.startswith(outer) or outer.startswith(own) for outer in above):
        title = "A boundary begins like the boundary around it."
        yield _make("boundary-prefix", title, where, Severity.NOTICE)


def _near_lines(opened: OpenedMessage, part: Part, above: tuple[bytes, ...]) -> tuple[list[Finding], int]:
    """Find what looks like a boundary line and is none: text after it, or something before it."""
    raw, needle = opened.raw, b"--" + part.boundary_bytes
    start, end = part.body_range
    inner = [child.boundary_bytes for child in part.walk() if child is not part and child.boundary_bytes][:50]
    longer = frozenset(boundary for boundary in (*inner, *above) if boundary.startswith(part.boundary_bytes))
    most = max(map(len, longer), default=0)
    position, tries = start, 0
    while tries < MAX_TRIES and (position := raw.find(needle, position, end)) >= 0:
        tries += 1
        after = raw[position + len(needle) : position + len(needle) + 80]
        line_start = max(raw.rfind(b"\n", start, position), raw.rfind(b"\r", max(start, position - 200), position)) + 1
        before = raw[max(line_start, start, position - 100) : position]
        at_start = position == start or raw[position - 1] in b"\r\n"
        right = re.match(rb"(?:--)?[ \t]*(?:[\r\n]|\Z)", after) is not None
        if (
            not (at_start and right)
            and (at_start or not before.strip(b" \t.>"))
            and not (longer and _is_one_of(raw, position + 2, most, longer))
        ):
            where = (position, min(position + len(needle) + 20, end))
            return [_make("near-boundary", "A line is nearly a boundary, but not quite.", where)], tries
        position += len(needle)
    return [], tries


def _is_one_of(raw: bytes, position: int, most: int, boundaries: frozenset[bytes]) -> bool:
    """True when the line from ``position`` on is one of these boundaries, the longest of which has ``most`` bytes."""
    line = _LINE.match(raw, position, position + most + MAX_BLANKS)
    name = line[0].rstrip(b" \t") if line else b""
    return name in boundaries or name.removesuffix(b"--") in boundaries


def _beside(opened: OpenedMessage, part: Part) -> Iterator[Finding]:
    for name, place in (("preamble", part.preamble), ("epilogue", part.epilogue)):
        if place is None:
            continue
        text = opened.raw[place[0] : place[1]]
        where = "before the first" if name == "preamble" else "after the last"
        if _LIKE_A_PART.search(text) or _LIKE_A_BOUNDARY.search(text):
            title = f"What stands {where} boundary looks like a part; some programs show it."
            yield _make(name, title, place)
        elif text.strip() and name == "epilogue":
            title = f"There is text {where} boundary; some programs show it."
            yield _make(name, title, place, Severity.NOTICE)
    if any(defect.kind.value == "boundary-not-closed" for defect in part.defects):
        title = "A multipart does not end with its closing boundary."
        yield _make("not-closed", title, (max(part.end - 1, part.start), part.end), Severity.NOTICE)
    yield from _line_ends(opened, part)


def _line_ends(opened: OpenedMessage, part: Part) -> Iterator[Finding]:
    kinds: set[bytes] = set()
    for count, (_, after, closing) in enumerate(part.boundary_lines):
        ending = opened.raw[max(after - 2, 0) : after]
        if not closing:
            kinds.add(ending if ending == b"\r\n" else ending[-1:])
        if b"\r" in kinds or len(kinds) > 1:
            title = "The boundary lines end in different ways, or in a carriage return alone."
            yield _make("line-ends", title, (max(after - 2, 0), after))
            return
        if closing or count > MAX_TRIES:
            return


def _other_case(opened: OpenedMessage, part: Part) -> Iterator[Finding]:
    start, end = part.body_range
    boundary = part.boundary_bytes
    if boundary.lower() == boundary.upper():
        return
    pattern = re.compile(rb"^--(" + re.escape(boundary) + rb")(?:--)?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
    for match in pattern.finditer(opened.raw[start:end]):
        if match[1] != boundary:
            title = "A line is a boundary but for capital letters."
            yield _make("boundary-case", title, (start + match.start(), start + match.end()))
            return


def _alternative(part: Part) -> Iterator[Finding]:
    kinds = [child.content_type for child in part.children]
    if "multipart/mixed" in kinds:
        title = "A form of the text holds attachments; programs that show another form do not show them."
        yield _make("attachment-in-form", title, part.header_range, Severity.NOTICE)
    if len(kinds) != len(set(kinds)):
        title = "Two forms of the text are of the same type; programs show one or the other."
        yield _make("same-forms", title, part.header_range, Severity.NOTICE)
