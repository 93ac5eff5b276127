"""What another program could see differently in the same bytes: the places where readers of MIME are known to disagree.

An attacker hides an attachment from a filter and shows it to the reader, or the other way round. Each place is a finding
with its bytes; how Postscope reads it is one of the ways. RFC 2045, RFC 2046 section 5.1, RFC 2231.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from mailclient.mime.defects import DefectKind
from mailclient.mime.filenames import is_dangerous
from mailclient.mime.headers import HeaderField
from mailclient.mime.tree import Part
from mailclient.mime.words import parse_parameters
from mailclient.xray.ambiguous_boundaries import boundary_findings
from mailclient.xray.finding import Finding, Range, Severity
from mailclient.xray.inline_files import find_inline_files
from mailclient.xray.opened import OpenedMessage
from mailclient.xray.places import Places

MAX_FINDINGS: Final = 200
_STRUCTURE_FIELDS: Final = ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version")
_MIME_COMMENT: Final = re.compile(rb"(?<!\\)\((?:[^()\\]|\\.)*\)|\s", re.DOTALL)
"""Apple's programs name themselves in one, with quoted brackets inside: ``1.0 (Mac OS X Mail 16.0 \\(3826.200\\))``."""
_MBOX_LINE: Final = re.compile(rb"From \S{1,320} {1,3}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d")
"""As programs write it when they export a mailbox, which is ordinary."""
_EXTENDED: Final = re.compile(rb"\b(boundary|charset|filename|name)\*(\d{0,4})\*?\s*=", re.IGNORECASE)
_TYPE: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*(?:;|\Z)")
_CODINGS: Final = frozenset({b"7bit", b"8bit", b"binary", b"base64", b"quoted-printable"})
_ODD_CHARSETS: Final = re.compile(
    r"utf-?(?:7|16|32)|ucs|ibm-?(?:037|500|1026|1047|290)|cp(?:037|500|1026|1140|290)|ebcdic|iso-2022-(?:kr|cn)|hz",
    re.IGNORECASE,
)
_PADDING_INSIDE: Final = re.compile(rb"=\s{0,4}(?=[A-Za-z0-9+/])")
_HTML: Final = re.compile(rb"\s{0,200}<(?:!doctype\s+html|html|body|script)", re.IGNORECASE)
_JUNK: Final = re.compile(rb"[^A-Za-z0-9+/=\s]")
_ODD_IN_HEADER: Final = re.compile(rb"\0|\r(?!\n)|[\x0b\x0c]|\n[ \t]+\r?\n")
_STRUCTURE_NAME: Final = re.compile(rb"content-[a-z-]+|mime-version", re.IGNORECASE)


def examine_ambiguity(opened: OpenedMessage) -> tuple[Finding, ...]:
    """Return the places of a message that programs are known to read in different ways."""
    return tuple(islice(_all(opened), MAX_FINDINGS))


def _all(opened: OpenedMessage) -> Iterator[Finding]:
    yield from _whole(opened)
    yield from boundary_findings(opened)
    for part in opened.message.root.walk():
        yield from _fields(part)
        yield from _encoding(opened, part)
        if not part.children:
            yield from _content(opened, part)


def _make(identifier: str, severity: Severity, title: str, evidence: Range | None, rfc: str) -> Finding:
    return Finding(f"ambiguous-{identifier}", severity, title, _WHY, evidence, rfc)


_WHY: Final = (
    "Programs read this in different ways. A filter may see other parts than the reader; it is a way to hide something, "
    "and may also be a mistake."
)
_ALREADY: Final = {
    DefectKind.HEADER_ENDED_EARLY: (
        "header-ended",
        "The header ends at a line that is no field.",
        "RFC 5322 section 2.1",
    ),
    DefectKind.MBOX_FROM_LINE: ("from-line", "The header begins with the mark of a mailbox file.", "RFC 4155"),
    DefectKind.NOT_A_FIELD: ("header-begins", "The header begins with a continuation.", "RFC 5322 section 2.2.3"),
    DefectKind.TOO_DEEP: (
        "depth",
        "Parts are nested so deep that programs stop at different depths.",
        "RFC 2046 section 5.1",
    ),
    DefectKind.TOO_MANY_PARTS: (
        "count",
        "There are so many parts that programs stop at different ones.",
        "RFC 2046 section 5.1",
    ),
    DefectKind.HEADER_BLOCK_TOO_LARGE: (
        "header-size",
        "The header is so long that programs cut it off.",
        "RFC 5322 section 2.1.1",
    ),
    DefectKind.TOO_MANY_FIELDS: (
        "field-count",
        "There are so many fields that programs stop at different ones.",
        "RFC 5322",
    ),
    DefectKind.FIELD_TOO_LONG: ("field-size", "A field is so long that programs cut it off.", "RFC 5322 section 2.1.1"),
    DefectKind.MISSING_BOUNDARY: ("no-boundary", "A multipart names no boundary.", "RFC 2046 section 5.1.1"),
    DefectKind.BOUNDARY_NOT_FOUND: (
        "boundary-absent",
        "The boundary of a multipart does not occur.",
        "RFC 2046 section 5.1.1",
    ),
}


def _whole(opened: OpenedMessage) -> Iterator[Finding]:
    root = opened.message.root
    for defect in opened.message.defects:
        known = _ALREADY.get(defect.kind)
        if known:
            exported = defect.kind is DefectKind.MBOX_FROM_LINE and _MBOX_LINE.match(opened.raw)
            severity = Severity.NOTICE if exported else Severity.WARNING
            yield _make(known[0], severity, known[1], (defect.start, defect.end), known[2])
    if not root.headers.fields and opened.raw.strip():
        where = (0, min(len(opened.raw), 80))
        yield _make(
            "no-header", Severity.NOTICE, "The message begins with no header field.", where, "RFC 5322 section 2.1"
        )
    version = root.headers.raw_first("MIME-Version")
    uses = root.is_multipart or root.encoding in {"base64", "quoted-printable"}
    if version is None and uses:
        title = "The message has parts or encodings, but no MIME-Version."
        yield _make("mime-version", Severity.NOTICE, title, None, "RFC 2045 section 4")
    elif version is not None and _MIME_COMMENT.sub(b"", version) != b"1.0":
        yield _make(
            "mime-version",
            Severity.NOTICE,
            "MIME-Version is not 1.0.",
            _place(root, "MIME-Version"),
            "RFC 2045 section 4",
        )


def _place(part: Part, name: str) -> Range:
    found = part.headers.field(name)
    return (found.start, found.end) if found else part.header_range


def _fields(part: Part) -> Iterator[Finding]:
    for name in _STRUCTURE_FIELDS:
        found = part.headers.all(name)
        if len(found) > 1:
            differ = len({field.value_raw.lower() for field in found}) > 1
            severity = Severity.WARNING if differ else Severity.NOTICE
            title = f"{name} stands {len(found)} times in one header."
            yield _make("double-field", severity, title, (found[1].start, found[1].end), "RFC 2045 section 3")
    for field in part.headers.fields:
        if not _STRUCTURE_NAME.fullmatch(field.name.encode()):
            continue
        where = (field.start, field.end)
        if field.raw[len(field.name) : len(field.name) + 1] != b":":
            title = f"There is a space between {field.name} and its colon."
            yield _make("space-before-colon", Severity.WARNING, title, where, "RFC 5322 section 2.2")
        if _ODD_IN_HEADER.search(field.raw):
            title = f"{field.name} holds a stray carriage return, NUL, form feed or an empty fold."
            yield _make("control-in-field", Severity.WARNING, title, where, "RFC 5322 section 2.2")
        elif (
            not field.value_raw.isascii()
            and field.name.lower() != "content-disposition"
            and b"name" not in field.value_raw
        ):
            title = f"{field.name} holds bytes outside ASCII."
            yield _make("8bit-in-field", Severity.WARNING, title, where, "RFC 2045 section 5.1")
    kind = part.headers.field("Content-Type")
    if kind is not None:
        yield from _content_type(part, kind)
    disposition = part.headers.field("Content-Disposition")
    if disposition is not None:
        yield from _parameters(disposition)


def _content_type(part: Part, field: HeaderField) -> Iterator[Finding]:
    value = field.value_raw
    where = (field.start, field.end)
    yield from _parameters(field)
    if any(b"(" in unquoted for unquoted in value.split(b'"')[::-2]):
        yield _make("comment", Severity.WARNING, "Content-Type holds a comment.", where, "RFC 2045 section 5.1")
    if not _TYPE.match(re.sub(rb"\([^()]*\)", b"", value).strip()):
        title = "Content-Type names no type, several types, or lacks a semicolon."
        severity = Severity.WARNING if b"boundary" in value.lower() or b"," in value else Severity.NOTICE
        yield _make("type", severity, title, where, "RFC 2045 section 5.1")
    boundary = parse_parameters(value).raw.get("boundary")
    written = re.search(rb"boundary\s*=\s*([^\s;\"][^;]*)", value, re.IGNORECASE)
    if part.is_multipart and boundary is not None:
        if written and re.search(rb"[\s()<>@,:/\[\]?=\\]", written[1].strip()):
            title = "The boundary is not quoted, though it holds characters that need it."
            yield _make("boundary-unquoted", Severity.NOTICE, title, where, "RFC 2045 section 5.1")
        if re.search(rb"boundary\s*=\s*\"[^\"]*(?:\\|[ \t]\")", value, re.IGNORECASE):
            title = "The boundary holds a backslash or ends in a blank."
            yield _make("boundary-written", Severity.WARNING, title, where, "RFC 2046 section 5.1.1")
        if len(boundary) > 70:
            title = f"The boundary has {len(boundary)} characters; 70 are allowed."
            yield _make("boundary-long", Severity.NOTICE, title, where, "RFC 2046 section 5.1.1")
    charset = part.charset or ""
    if _ODD_CHARSETS.match(charset):
        title = f"The charset {charset[:30]} moves or hides the signs that programs look for."
        severe = part.is_multipart or "7" in charset
        yield _make("charset", Severity.WARNING if severe else Severity.NOTICE, title, where, "RFC 2045 section 5")


def _parameters(field: HeaderField) -> Iterator[Finding]:
    read = parse_parameters(field.value_raw)
    where = (field.start, field.end)
    for name in dict.fromkeys(read.duplicates):
        severity = Severity.WARNING if name in {"boundary", "filename", "name", "charset"} else Severity.NOTICE
        title = f"{field.name} names {name[:40]} more than once."
        yield _make("double-parameter", severity, title, where, "RFC 2045 section 5.1")
    extended = {match[1].lower() for match in _EXTENDED.finditer(field.value_raw)}
    if b"boundary" in extended or b"charset" in extended:
        title = f"{field.name} splits or encodes its {'boundary' if b'boundary' in extended else 'charset'}."
        yield _make("split-parameter", Severity.WARNING, title, where, "RFC 2231")
    for kind in sorted(extended & {b"filename", b"name"}):
        numbers = [int(m[2]) for m in _EXTENDED.finditer(field.value_raw) if m[1].lower() == kind and m[2]]
        if numbers != list(range(len(numbers))) or len(numbers) > 10:
            title = f"The pieces of {kind.decode()} are out of order, have gaps, or are more than ten."
            yield _make("name-pieces", Severity.WARNING, title, where, "RFC 2231 section 3")
        if kind.decode() in read.raw:
            yield _make(
                "name-forms", Severity.NOTICE, "A file name stands in two notations.", where, "RFC 2231 section 4"
            )


def _encoding(opened: OpenedMessage, part: Part) -> Iterator[Finding]:
    field = part.headers.field("Content-Transfer-Encoding")
    if field is None:
        return
    where = (field.start, field.end)
    written = field.value_raw.strip().lower()
    if written not in _CODINGS:
        known = part.encoding in {"base64", "quoted-printable"} or re.search(rb"64|quoted|uu", written)
        title = f"The transfer encoding is written oddly: “{field.value_raw[:40].decode('ascii', 'replace')}”."
        yield _make("encoding", Severity.WARNING if known else Severity.NOTICE, title, where, "RFC 2045 section 6.1")
    if part.encoding not in {"7bit", "8bit", "binary"} and (
        part.is_multipart or part.content_type.startswith("message/")
    ):
        encoded = part.encoding in {"base64", "quoted-printable"}
        title = f"{part.content_type} is encoded, which only single parts may be."
        if encoded or part.is_multipart:
            # Some form mailers say quoted-printable of the whole and mean the parts; base64 hides the parts from a filter.
            severity = Severity.NOTICE if part.encoding == "quoted-printable" else Severity.WARNING
            yield _make("encoded-structure", severity, title, where, "RFC 2045 section 6.4")
    start, end = part.body_range
    if part.encoding == "base64" and not part.children:
        inside = _PADDING_INSIDE.search(opened.raw, start, end)
        if inside:
            title = "Base64 goes on after its padding."
            yield _make(
                "base64-padding", Severity.WARNING, title, (inside.start(), inside.end()), "RFC 2045 section 6.8"
            )
        junk = _JUNK.search(opened.raw, start, end)
        if junk:
            title = "Base64 holds characters that are none."
            yield _make("base64-junk", Severity.NOTICE, title, (junk.start(), junk.end()), "RFC 2045 section 6.8")


def _content(opened: OpenedMessage, part: Part) -> Iterator[Finding]:
    if part.content_type == "message/partial":
        yield _make(
            "partial", Severity.NOTICE, "The part is a piece of a message.", part.header_range, "RFC 2046 section 5.2.2"
        )
    if part.content_type == "application/ms-tnef" or part.filename.lower() == "winmail.dat":
        title = "The part is Outlook's wrapper, which only some programs open."
        yield _make("wrapper", Severity.NOTICE, title, part.header_range, "MS-OXTNEF")
    if not part.content_type.startswith("text/"):
        return
    data = opened.data(part)
    for file in find_inline_files(data)[:5]:
        severity = Severity.WARNING if is_dangerous(file.name, "") else Severity.NOTICE
        title = f"A file stands in the text ({file.kind.value}): “{file.name[:80]}”. Some programs show it as an attachment."
        yield _make(
            "file-in-text", severity, title, Places(opened.raw, part).raw_range(*file.place), "RFC 2045 section 6"
        )
    if part.content_type == "text/plain" and re.match(
        rb"\s{0,200}<(?:!doctype\s+html|html|body|script)", data, re.IGNORECASE
    ):
        yield _make(
            "html-as-text", Severity.NOTICE, "HTML is declared as plain text.", part.body_range, "RFC 2046 section 4.1"
        )
