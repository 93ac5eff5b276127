"""Reports inside messages, field by field: delivery status (bounces), disposition (receipts), feedback (complaints).

What a field or a status number means is data handed in (``resources/glossary``: report_fields, smtp_enhanced). A report is
a claim like everything else in a message: anybody can write one. RFC 6522, RFC 3464, RFC 3463, RFC 8098, RFC 5965.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from mailclient.mime.headers import HeaderBlock, HeaderField, parse_header_block
from mailclient.mime.tree import Part
from mailclient.xray.finding import Finding, Range, Severity
from mailclient.xray.opened import OpenedMessage
from mailclient.xray.places import Places

MAX_GROUPS: Final = 500
MAX_REPORT_BYTES: Final = 1_000_000

Lookup = Callable[[str], tuple[str, str]]
"""Given a word in lower case, returns a sentence and its RFC, empty when it is unknown."""

_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CLASSES: Final = {"2": "It worked.", "4": "It did not work yet; it is tried again.", "5": "It failed for good."}
_ACTIONS: Final = {
    "failed": "The message could not be delivered, and nobody tries any longer.",
    "delayed": "The message could not be delivered yet; the server goes on trying.",
    "delivered": "The message lies in the recipient's mailbox.",
    "relayed": "The message was passed on to a system that does not report.",
    "expanded": "The message was delivered to a list and sent on to its members.",
}
_DISPOSITIONS: Final = {
    "displayed": "The message was shown; whether anybody read it nobody knows.",
    "deleted": "The message was deleted; it may have been seen or not.",
    "dispatched": "The message was sent on without being shown.",
    "processed": "The message was handled by a program without being shown.",
    "denied": "The recipient does not want to say.",
    "failed": "The receipt could not be made.",
}
_MODES: Final = {
    "manual-action": "a person did it",
    "automatic-action": "a program did it by itself",
    "mdn-sent-manually": "a person agreed to send this receipt",
    "mdn-sent-automatically": "the receipt was sent without asking",
}
_FEEDBACK: Final = {
    "abuse": "Somebody marked the message as unwanted.",
    "fraud": "Somebody reported the message as fraud.",
    "virus": "A virus was found in the message.",
    "not-spam": "Somebody said that the message is wanted after all.",
    "auth-failure": "The message failed a check of authenticity.",
    "opt-out": "Somebody wants no more of these messages.",
    "other": "A complaint that fits no other kind.",
}


class ReportKind(enum.Enum):
    """What a report is about."""

    DELIVERY = "delivery-status"
    DISPOSITION = "disposition-notification"
    FEEDBACK = "feedback-report"


@dataclass(frozen=True, slots=True)
class ReportField:
    """One field, and what it says."""

    name: str
    value: str
    meaning: str
    """What such a field tells, and what this value means."""
    rfc: str
    evidence: Range


@dataclass(frozen=True, slots=True)
class ReportGroup:
    """Fields that belong together: about the message, or about one recipient."""

    title: str
    summary: str
    """One sentence; empty for the group about the message."""
    fields: tuple[ReportField, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One report."""

    kind: ReportKind
    section: str
    """Of the part that programs read."""
    summary: str
    groups: tuple[ReportGroup, ...]
    original_section: str | None
    """Where the message that it is about, or its header, is returned."""
    findings: tuple[Finding, ...]


_TYPES: Final = {
    "message/delivery-status": ReportKind.DELIVERY,
    "message/global-delivery-status": ReportKind.DELIVERY,
    "message/disposition-notification": ReportKind.DISPOSITION,
    "message/global-disposition-notification": ReportKind.DISPOSITION,
    "message/feedback-report": ReportKind.FEEDBACK,
}
_ORIGINALS: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})


def examine_reports(opened: OpenedMessage, field_meaning: Lookup, status_meaning: Lookup) -> tuple[Report, ...]:
    """Return every report in a message."""
    found = []
    for part in opened.message.root.walk():
        kind = _TYPES.get(part.content_type)
        if kind is not None and not part.children:
            found.append(_report(opened, part, kind, field_meaning, status_meaning))
    return tuple(found)


def incomplete_report(opened: OpenedMessage) -> tuple[Finding, ...]:
    """Return what is wrong with the outer shape of a multipart/report."""
    root = opened.message.root
    if root.content_type != "multipart/report":
        return ()
    declared = (root.parameters.get("report-type") or "").lower()
    machine = [part.content_type.partition("/")[2] for part in root.children if part.content_type in _TYPES]
    if not machine:
        title = "The message says that it is a report, but has no part for programs."
    elif declared and declared not in machine and f"global-{declared}" not in machine:
        title = f"The message says that it is a report of type {declared[:60]}, but holds {machine[0]}."
    else:
        return ()
    why = "A true report of a mail server has it; bounces that somebody made up often do not."
    return (Finding("report-incomplete", Severity.NOTICE, title, why, root.header_range, "RFC 6522 section 3"),)


def _report(opened: OpenedMessage, part: Part, kind: ReportKind, fields: Lookup, statuses: Lookup) -> Report:
    data = opened.data(part)[:MAX_REPORT_BYTES]
    places = Places(opened.raw, part)
    blocks = list(_blocks(data))
    groups: list[ReportGroup] = []
    for number, block in enumerate(blocks):
        read = tuple(_field(field, kind, places, fields, statuses) for field in block.fields)
        about_recipient = kind is ReportKind.DELIVERY and (number > 0 or block.field("Final-Recipient") is not None)
        groups.append(
            ReportGroup(
                _recipient(block) if about_recipient else "About the message",
                _outcome(block, statuses) if about_recipient else "",
                read,
            )
        )
    summary = _summary(kind, blocks, groups)
    return Report(
        kind, part.section, summary, tuple(groups), _original(opened, part), tuple(_findings(part, kind, blocks))
    )


def _blocks(data: bytes) -> Iterator[HeaderBlock]:
    position = groups = 0
    while position < len(data) and groups < MAX_GROUPS:
        block = parse_header_block(data, position)
        if block.fields:
            groups += 1
            yield block
        if block.body_start <= position or not block.fields:
            # A line that is no field: go on behind it.
            line_end = data.find(b"\n", max(block.body_start, position))
            position = line_end + 1 if line_end >= 0 else len(data)
        else:
            position = block.body_start


def _field(field: HeaderField, kind: ReportKind, places: Places, fields: Lookup, statuses: Lookup) -> ReportField:
    name = field.name.lower()
    sentence, rfc = fields(name)
    special = _value_meaning(name, field.text, kind, statuses)
    meaning = " ".join(piece for piece in (sentence, special) if piece)
    return ReportField(field.name, field.text, meaning, rfc, places.raw_range(field.start, field.end))


def _value_meaning(name: str, value: str, kind: ReportKind, statuses: Lookup) -> str:
    match name:
        case "action":
            return _ACTIONS.get(_word(value), "")
        case "status":
            return status_sentence(value, statuses)
        case "diagnostic-code":
            return status_sentence(value, statuses) if _STATUS.search(value) else ""
        case "disposition":
            return _disposition(value)
        case "feedback-type" if kind is ReportKind.FEEDBACK:
            return _FEEDBACK.get(_word(value), "")
        case _:
            return ""


def status_sentence(text: str, statuses: Lookup) -> str:
    """Return the meaning of the first enhanced status code in a text; empty when there is none (RFC 3463)."""
    match = _STATUS.search(text)
    if match is None:
        return ""
    detail = statuses(f"x.{match[2]}.{match[3]}")[0] or statuses(f"x.{match[2]}.0")[0]
    return f"{match[0]}: {_CLASSES[match[1]]} {detail}".rstrip()


def _word(value: str) -> str:
    return (value.lower().split() or [""])[0].rstrip(";")


def _disposition(value: str) -> str:
    modes, _, kind = value.lower().partition(";")
    word = re.split(r"[/\s]", kind.strip())[0]
    how = ", ".join(_MODES[mode] for piece in modes.split("/") if (mode := piece.strip()) in _MODES)
    meaning = _DISPOSITIONS.get(word, "")
    return f"{meaning} ({how[:1].upper() + how[1:]}.)" if how and meaning else meaning or how


def _address(value: str) -> str:
    kind, semicolon, address = value.partition(";")
    return (address if semicolon else kind).strip()


def _recipient(block: HeaderBlock) -> str:
    value = block.first("Final-Recipient") or block.first("Original-Recipient") or ""
    return _address(value)[:320] or "A recipient"


def _outcome(block: HeaderBlock, statuses: Lookup) -> str:
    action = _word(block.first("Action") or "")
    status = block.first("Status") or block.first("Diagnostic-Code") or ""
    match = _STATUS.search(status)
    detail = (statuses(f"x.{match[2]}.{match[3]}")[0] or statuses(f"x.{match[2]}.0")[0]) if match else ""
    what = _ACTIONS.get(action) or (_CLASSES[match[1]] if match else "What happened is not said.")
    return f"{what} {detail}".rstrip()


def _summary(kind: ReportKind, blocks: list[HeaderBlock], groups: list[ReportGroup]) -> str:
    first = blocks[0] if blocks else None
    match kind:
        case ReportKind.DELIVERY:
            told = [group for group in groups if group.summary]
            if not told:
                return "A report about a delivery that names no recipient."
            more = f" {len(told) - 1} more recipients are reported on." if len(told) > 1 else ""
            return f"{told[0].title}: {told[0].summary}{more}"
        case ReportKind.DISPOSITION:
            said = first.first("Disposition") if first else None
            return _disposition(said or "") or "A receipt that does not say what happened."
        case ReportKind.FEEDBACK:
            said = first.first("Feedback-Type") if first else None
            return _FEEDBACK.get(_word(said or ""), "A complaint about a message.")


def _original(opened: OpenedMessage, part: Part) -> str | None:
    """Return the part after the report, when it is the message that the report is about."""
    for parent in opened.message.root.walk():
        if any(child is part for child in parent.children):
            return next(
                (c.section for c in parent.children if c.start > part.start and c.content_type in _ORIGINALS), None
            )
    return None


_NEEDED: Final = {
    ReportKind.DELIVERY: ("Reporting-MTA", "Final-Recipient", "Action", "Status"),
    ReportKind.DISPOSITION: ("Final-Recipient", "Disposition"),
    ReportKind.FEEDBACK: ("Feedback-Type", "User-Agent", "Version"),
}


def _findings(part: Part, kind: ReportKind, blocks: list[HeaderBlock]) -> Iterator[Finding]:
    present = {name for block in blocks for name in block.by_name}
    missing = [name for name in _NEEDED[kind] if name.lower() not in present]
    if missing:
        title = f"The report lacks what it must have: {', '.join(missing)}."
        why = "Programs cannot read it, and a mail server would hardly have written it so."
        rfc = {ReportKind.DELIVERY: "RFC 3464", ReportKind.DISPOSITION: "RFC 8098", ReportKind.FEEDBACK: "RFC 5965"}[
            kind
        ]
        yield Finding("report-field-missing", Severity.NOTICE, title, why, part.body_range, rfc)
