"""The name of an attachment explained: how it was written down, and whether it hides what the file is.

Text in, facts and findings out. What a name may be on disk is ``mime.filenames``. RFC 2183 section 2.3, RFC 2231,
RFC 2047 section 5 (an encoded word may not stand in a parameter).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.header import decode_header
from typing import Final

from mailclient.mime.filenames import is_dangerous, safe_filename
from mailclient.mime.headers import HeaderField
from mailclient.mime.tree import Part
from mailclient.mime.words import decode_unstructured, parse_parameters
from mailclient.xray.finding import Finding, Severity

_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE: Final = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u00ad\u3164\u2800]")
_SECTION: Final = re.compile(rb"\b(filename|name)\*(\d{1,4})?(\*)?\s*=", re.IGNORECASE)
_RAW: Final = re.compile(
    rb"\b(filename|name)\s*=\s*(\"(?:[^\"\\]|\\.){0,4000}\"?|[^;]{0,4000})", re.IGNORECASE | re.DOTALL
)
_DOCUMENTS: Final = frozenset("pdf doc docx xls xlsx ppt pptx txt rtf jpg jpeg png gif mp3 mp4 csv odt ods eml".split())
_GAP: Final = re.compile(r"\s{4,}\.?\w{1,5}\Z")


@dataclass(frozen=True, slots=True)
class NameFacts:
    """A file name: what was written, what it reads as, what it becomes on disk."""

    shown: str
    safe: str
    """The name that is used for saving."""
    written: str
    """How it stands in the header, as sentence: which field, which notation."""
    notation: str
    """``plain``, ``rfc2231``, ``encoded-word`` or ``raw-8bit``."""
    other: str
    """The other field's name for the same file when the two differ, else empty."""
    findings: tuple[Finding, ...]


def examine_name(part: Part) -> NameFacts | None:
    """Explain the name of a part; None when it has none."""
    if not part.filename:
        return None
    disposition = part.headers.field("Content-Disposition")
    kind = part.headers.field("Content-Type")
    source = disposition if disposition and parse_parameters(disposition.value_raw).get("filename") else kind
    if source is None:
        return None
    parameter = "filename" if source is disposition else "name"
    value = source.value_raw
    raw_name = _plain_value(value, parameter)
    notation = _notation(value, parameter, raw_name)
    turned = _decoded_but_not_cleaned(raw_name, value) if raw_name or b"%" in value else part.filename
    names = [parse_parameters(value).get(parameter) or ""]
    if kind is not None and kind is not source:
        names.append(parse_parameters(kind.value_raw).get("name") or "")
    other = names[1] if len(names) > 1 and names[1] and names[1] != names[0] else ""
    place = (source.start, source.end)
    findings = tuple(_tricks(part, turned, place)) + tuple(_notation_findings(source, parameter, notation))
    if other:
        title = f"Two names are given for one file: “{names[0][:80]}” and “{other[:80]}”."
        why = "Programs differ on which one counts. The one of Content-Disposition is used here."
        severity = Severity.WARNING if is_dangerous(other, "") != is_dangerous(names[0], "") else Severity.NOTICE
        findings += (Finding("file-name-differs", severity, title, why, place, "RFC 2183 section 2.3"),)
    return NameFacts(
        part.filename, safe_filename(part.filename), _sentence(source, notation), notation, other, findings
    )


def _plain_value(value: bytes, parameter: str) -> bytes:
    for match in _RAW.finditer(value):
        if match[1].lower() == parameter.encode():
            return match[2].strip().strip(b'"')
    return b""


def _notation(value: bytes, parameter: str, raw_name: bytes) -> str:
    if any(match[1].lower() == parameter.encode() for match in _SECTION.finditer(value)):
        return "rfc2231"
    if b"=?" in raw_name:
        return "encoded-word"
    return "plain" if raw_name.isascii() else "raw-8bit"


def _sentence(source: HeaderField, notation: str) -> str:
    ways = {
        "plain": "as plain text",
        "rfc2231": "in the notation of RFC 2231 (charset, per cent signs, sections)",
        "encoded-word": "as an encoded word, which the rules do not allow in a parameter, but many mailers write",
        "raw-8bit": "as bytes outside ASCII without naming their charset",
    }
    return f"Written in {source.name} {ways[notation]}."


def _decoded_but_not_cleaned(raw_name: bytes, value: bytes) -> str:
    """Return the name with the marks that are taken out before showing it: they are what is looked for here."""
    if b"=?" not in raw_name:
        decoded = re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), raw_name or value)
        return decoded.decode("utf-8", "replace")
    try:
        pieces = decode_header(raw_name.decode("latin-1")[:4_000])
        return "".join(p.decode(c or "utf-8", "replace") if isinstance(p, bytes) else p for p, c in pieces)
    except (ValueError, LookupError):
        return decode_unstructured(raw_name)


def _tricks(part: Part, written: str, place: tuple[int, int]) -> list[Finding]:
    found = []

    def add(identifier: str, severity: Severity, title: str, why: str) -> None:
        found.append(Finding(identifier, severity, title, why, place, "RFC 2183 section 2.3"))

    name = part.filename
    last = safe_filename(name)
    dangerous = is_dangerous(name, "")
    if _TURNING.search(written):
        why = "Such marks make the end of a name look like its middle, so that a program can look like a picture."
        add("file-name-turned", Severity.DANGER, "The file name holds marks that turn the direction of reading.", why)
    elif _INVISIBLE.search(written):
        add(
            "file-name-invisible",
            Severity.NOTICE,
            "The file name holds invisible characters.",
            "They are left out here.",
        )
    pieces = last.lower().rsplit(".", 2)
    if len(pieces) == 3 and pieces[1].strip() in _DOCUMENTS and dangerous and pieces[2] not in _DOCUMENTS:
        title = f"The name ends twice: “.{pieces[1]}.{pieces[2]}”. The file is a .{pieces[2]}."
        add(
            "file-name-double-extension",
            Severity.DANGER,
            title,
            "Where extensions are hidden, it looks like a document.",
        )
    if _GAP.search(name):
        why = "Blanks push the true end of the name out of sight."
        add(
            "file-name-gap",
            Severity.DANGER if dangerous else Severity.NOTICE,
            "The name hides its end behind blanks.",
            why,
        )
    if ".." in re.split(r"[/\\]", name) or re.match(r"[A-Za-z]:[\\/]|[/\\]", name):
        why = "It would leave the folder in which a careless program saves. Only the last piece is used here."
        add("file-name-path", Severity.WARNING, "The file name is a path.", why)
    elif "/" in name or "\\" in name:
        add("file-name-path", Severity.NOTICE, "The file name is a path.", "Only the last piece is used here.")
    return found


def _notation_findings(source: HeaderField, parameter: str, notation: str) -> list[Finding]:
    place = (source.start, source.end)
    found = []
    value = source.value_raw
    if notation == "encoded-word":
        why = "Most programs read it, some show it undecoded."
        title = "The file name is an encoded word inside a parameter."
        found.append(Finding("file-name-encoded-word", Severity.NOTICE, title, why, place, "RFC 2047 section 5"))
    if notation == "raw-8bit":
        title = "The file name has bytes outside ASCII without a charset."
        found.append(
            Finding("file-name-raw-8bit", Severity.NOTICE, title, "Programs guess the charset.", place, "RFC 2231")
        )
    numbers = [
        int(match[2]) for match in _SECTION.finditer(value) if match[2] and match[1].lower() == parameter.encode()
    ]
    if numbers and numbers != list(range(len(numbers))):
        title = "The sections of the file name have gaps, or are out of order."
        why = "Programs put it together in different ways, so that they see different names."
        found.append(Finding("file-name-sections", Severity.WARNING, title, why, place, "RFC 2231 section 3"))
    plain = _plain_value(value, parameter)
    if notation == "rfc2231" and plain and plain.isascii():
        joined = parse_parameters(value).get(parameter) or ""
        ends = plain.decode("ascii").rpartition(".")[2].lower(), joined.rpartition(".")[2].lower()
        if ends[0] != ends[1]:
            title = f"The plain and the encoded file name end differently: .{ends[0][:20]} and .{ends[1][:20]}."
            why = "Programs that know RFC 2231 use the encoded name, others the plain one."
            found.append(Finding("file-name-forms-differ", Severity.WARNING, title, why, place, "RFC 2231 section 4"))
    return found
