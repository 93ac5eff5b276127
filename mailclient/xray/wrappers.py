"""Parts that hold or stand for something else: digests, pieces, outside bodies, signed and encrypted content, invitations.

Says what they are, and for signatures what is covered and what is not. Verifies, decrypts and fetches nothing.
RFC 2046 sections 5.1.5 and 5.2, RFC 1847, RFC 3156, RFC 8551, RFC 5545, RFC 5546, RFC 6047.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailclient.mime.headers import parse_header_block
from mailclient.mime.tree import Part
from mailclient.xray.finding import Finding, Severity
from mailclient.xray.opened import OpenedMessage

MAX_CALENDAR_BYTES: Final = 200_000
MAX_VALUE: Final = 500


class WrapperKind(enum.Enum):
    """What a wrapper is."""

    DIGEST = "digest"
    PARTIAL = "partial"
    EXTERNAL = "external-body"
    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Wrapper:
    """One of them, explained."""

    kind: WrapperKind
    section: str
    summary: str
    details: tuple[tuple[str, str], ...]
    """Names and values to be shown as a table."""
    covered: tuple[str, ...] = ()
    """Sections that a signature or an encryption covers."""
    uncovered: tuple[str, ...] = ()
    """Sections with content that it does not cover."""
    findings: tuple[Finding, ...] = ()


_ACCESS: Final = {
    "ftp": "a file on an FTP server, with a name and a password",
    "anon-ftp": "a file on an FTP server that anybody may read",
    "tftp": "a file on a TFTP server",
    "local-file": "a file on the reader's own machine",
    "mail-server": "to be asked for by mail",
    "url": "a page on the web",
    "content-id": "another part, named by its Content-ID",
}
_CALENDAR_METHODS: Final = {
    "request": "An invitation",
    "reply": "An answer to an invitation",
    "cancel": "An event is cancelled",
    "publish": "An event is announced",
    "counter": "Another time is proposed",
    "declinecounter": "A proposed other time is declined",
    "refresh": "The newest state of an event is asked for",
    "add": "Dates are added to an event",
}


def examine_wrappers(opened: OpenedMessage) -> tuple[Wrapper, ...]:
    """Return what wraps or stands for something, in the order of the bytes."""
    found = []
    for part in opened.message.root.walk():
        wrapper = _wrapper(opened, part)
        if wrapper is not None:
            found.append(wrapper)
    return tuple(found)


def _wrapper(opened: OpenedMessage, part: Part) -> Wrapper | None:
    match part.content_type:
        case "multipart/digest":
            return _digest(part)
        case "message/partial":
            return _partial(part)
        case "message/external-body":
            return _external(opened, part)
        case "multipart/signed":
            return _signed(opened, part)
        case "multipart/encrypted":
            return _encrypted(opened, part)
        case "application/pkcs7-mime" | "application/x-pkcs7-mime":
            return _smime(opened, part)
        case "text/calendar":
            return _calendar(opened, part)
        case _:
            return None


def _digest(part: Part) -> Wrapper:
    details = []
    for child in part.children[:200]:
        subject = child.children[0].headers.first("Subject") if child.children else None
        details.append((child.section, (subject or child.content_type)[:MAX_VALUE]))
    count = len(part.children)
    return Wrapper(WrapperKind.DIGEST, part.section, f"A collection of {count} messages.", tuple(details))


def _partial(part: Part) -> Wrapper:
    number, total = part.parameters.get("number") or "?", part.parameters.get("total") or "?"
    title = f"Piece {number[:9]} of {total[:9]} of a message that was cut up to be sent."
    why = "A filter that looks at each piece alone does not see the whole. The other pieces are not fetched or joined."
    finding = Finding("partial-message", Severity.NOTICE, title, why, part.header_range, "RFC 2046 section 5.2.2")
    details = (
        ("Identity", (part.parameters.get("id") or "")[:MAX_VALUE]),
        ("Number", number[:9]),
        ("Total", total[:9]),
    )
    return Wrapper(WrapperKind.PARTIAL, part.section, title, details, findings=(finding,))


def _external(opened: OpenedMessage, part: Part) -> Wrapper:
    access = (part.parameters.get("access-type") or "").lower()
    inner = parse_header_block(opened.raw, *part.body_range)
    what = _ACCESS.get(access, f"by a way that is unknown here ({access[:40] or 'not said'})")
    title = f"The content is not in the message: {what}. Nothing is fetched."
    why = "To fetch it would tell a stranger that the message was read, and what comes may change at any time."
    severity = Severity.WARNING if access == "local-file" else Severity.NOTICE
    finding = Finding("external-body", severity, title, why, part.header_range, "RFC 2046 section 5.2.3")
    details = [(name, value[:MAX_VALUE]) for name, value in part.parameters.parameters.items()]
    details += [(field.name, field.text[:MAX_VALUE]) for field in inner.fields[:20]]
    return Wrapper(WrapperKind.EXTERNAL, part.section, title, tuple(details), findings=(finding,))


def _leaves(part: Part) -> list[Part]:
    return [inner for inner in part.walk() if not inner.children]


def _outside(opened: OpenedMessage, part: Part) -> list[Part]:
    """Return the leaves of the message with content that are not inside this part."""
    inside = {id(inner) for inner in part.walk()}
    leaves = [leaf for leaf in _leaves(opened.message.root) if id(leaf) not in inside]
    return [leaf for leaf in leaves if opened.data(leaf).strip()]


def _signed(opened: OpenedMessage, part: Part) -> Wrapper:
    protocol = (part.parameters.get("protocol") or "").lower()
    name = {"application/pgp-signature": "OpenPGP"}.get(protocol, "S/MIME" if "pkcs7" in protocol else protocol[:60])
    covered = _leaves(part.children[0]) if part.children else []
    outside = _outside(opened, part)
    findings: list[Finding] = []
    if len(part.children) != 2 or not protocol or not part.parameters.get("micalg"):
        title = "The signed part does not have the shape that signatures have."
        why = "It must have two parts, and name its protocol and its hash; programs may read it in different ways."
        findings.append(Finding("signed-shape", Severity.NOTICE, title, why, part.header_range, "RFC 1847 section 2.1"))
    if outside:
        first = min(outside, key=lambda leaf: leaf.start)
        title = f"{len(outside)} part{'s lie' if len(outside) > 1 else ' lies'} outside what is signed."
        why = "A signature says nothing about it; often a mailing list added it. It must not look as if it were signed."
        severity = Severity.WARNING if first.start < part.start else Severity.NOTICE
        findings.append(Finding("outside-signature", severity, title, why, first.body_range, "RFC 1847 section 2.1"))
    hash_name = (part.parameters.get("micalg") or "").lower()
    if hash_name.removeprefix("pgp-") in {"md5", "sha1", "sha-1"}:
        title = f"The signature is made with the weak hash {hash_name}."
        why = "Such signatures can be forged."
        rfc = "RFC 8551 section 2.1"
        named = part.headers.field("Content-Type")
        where = (named.start, named.end) if named else part.header_range
        findings.append(Finding("signature-weak-hash", Severity.NOTICE, title, why, where, rfc))
    summary = f"Signed with {name or 'an unknown protocol'}. The signature has not been verified."
    details = (("Protocol", protocol), ("Hash", hash_name))
    return Wrapper(
        WrapperKind.SIGNED, part.section, summary, details,
        tuple(leaf.section for leaf in covered), tuple(leaf.section for leaf in outside), tuple(findings),
    )  # fmt: skip


def _encrypted(opened: OpenedMessage, part: Part) -> Wrapper:
    protocol = (part.parameters.get("protocol") or "").lower()
    findings: list[Finding] = []
    if len(part.children) != 2:
        title = "The encrypted part does not have the shape that encryption has."
        why = "It must have two parts: one that says how, and the secret."
        findings.append(
            Finding("encrypted-shape", Severity.NOTICE, title, why, part.header_range, "RFC 1847 section 2.2")
        )
    outside = _outside(opened, part)
    findings += _mixed_with_html(outside)
    secret = tuple(leaf.section for leaf in _leaves(part))
    summary = f"Encrypted ({protocol[:60] or 'protocol not named'}). It is not decrypted here."
    beside = tuple(leaf.section for leaf in outside)
    return Wrapper(
        WrapperKind.ENCRYPTED, part.section, summary, (("Protocol", protocol),), secret, beside, tuple(findings)
    )


def _smime(opened: OpenedMessage, part: Part) -> Wrapper:
    kind = (part.parameters.get("smime-type") or "").lower()
    signed = kind in {"signed-data", "certs-only", "compressed-data"}
    summary = (
        "Content inside an S/MIME wrapper that is not opened here."
        if signed
        else "Encrypted with S/MIME. It is not decrypted here."
    )
    outside = _outside(opened, part)
    findings = () if signed else tuple(_mixed_with_html(outside))
    beside = tuple(leaf.section for leaf in outside)
    wrapper_kind = WrapperKind.SIGNED if signed else WrapperKind.ENCRYPTED
    return Wrapper(wrapper_kind, part.section, summary, (("Type", kind),), (part.section,), beside, findings)


def _mixed_with_html(outside: list[Part]) -> Iterator[Finding]:
    html = next((leaf for leaf in outside if leaf.content_type == "text/html"), None)
    if html is not None:
        title = "An encrypted part stands beside HTML that is not encrypted."
        why = "Programs that show both as one page have sent the decrypted text to strangers in this way (EFAIL)."
        yield Finding("encrypted-beside-html", Severity.WARNING, title, why, html.body_range, "RFC 9787")


_CALENDAR_LINE: Final = re.compile(r"([A-Za-z-]{1,40})((?:;[^:\"\n]{0,400}(?:\"[^\"\n]{0,400}\")?){0,20}):([^\n]*)")
_SHOWN: Final = (
    "SUMMARY",
    "DTSTART",
    "DTEND",
    "DURATION",
    "LOCATION",
    "ORGANIZER",
    "STATUS",
    "RRULE",
    "UID",
    "SEQUENCE",
)


def _calendar(opened: OpenedMessage, part: Part) -> Wrapper:
    text = opened.text(part).text[:MAX_CALENDAR_BYTES].replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    values: dict[str, str] = {}
    method = ""
    attendees = 0
    component = ""
    for line in text.split("\n")[:5_000]:
        match = _CALENDAR_LINE.match(line[:4_000])
        if match is None:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3].strip()
        if name == "BEGIN":
            component = value.upper()
        elif name == "METHOD":
            method = value.lower()
        elif component in {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"}:
            attendees += name == "ATTENDEE"
            if name in _SHOWN and name not in values:
                values[name] = _calendar_value(name, parameters, value)
    declared = (part.parameters.get("method") or "").lower()
    findings: list[Finding] = []
    if method != declared:
        title = f"The invitation says {method or 'no method'} inside and {declared or 'no method'} in its header."
        why = "Calendars look at one or the other, so that they may do different things."
        findings.append(
            Finding("calendar-method", Severity.NOTICE, title, why, part.header_range, "RFC 6047 section 2.4")
        )
    what = _CALENDAR_METHODS.get(method or declared, "A calendar entry")
    summary = f"{what}: {values['SUMMARY']}" if values.get("SUMMARY") else f"{what}."
    details = [("Method", method or declared), *((name.title(), value) for name, value in values.items())]
    details.append(("Attendees", str(attendees)))
    return Wrapper(WrapperKind.CALENDAR, part.section, summary, tuple(details), findings=tuple(findings))


def _calendar_value(name: str, parameters: str, value: str) -> str:
    text = re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", " ", value))[:MAX_VALUE]
    if name in {"DTSTART", "DTEND"}:
        match = re.match(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?", text)
        if match:
            zone = re.search(r"TZID=\"?([^;:\"]{1,80})", parameters)
            hours = f" {match[4]}:{match[5]}" if match[4] else ""
            text = f"{match[1]}-{match[2]}-{match[3]}{hours}" + (" UTC" if match[7] else f" {zone[1]}" if zone else "")
    if name == "ORGANIZER":
        common = re.search(r"CN=\"?([^;:\"]{1,200})", parameters)
        address = text.removeprefix("mailto:").removeprefix("MAILTO:")
        text = f"{common[1]} <{address}>" if common else address
    return text
