"""The report of a message for people: plain text, or one HTML page that needs nothing from anywhere. Pure.

Everything that comes from the message is escaped, and control characters are shown as marks.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from mailclient.xray.enclosed_json import enclosed_lines
from mailclient.xray.identity_json import identity_lines
from mailclient.xray.inspection import Inspection
from mailclient.xray.journey import journey_lines
from mailclient.xray.result_text import result_lines
from mailclient.xray.sender_report import reply_lines, sender_lines
from mailclient.xray.verification_text import lookup_lines, verification_lines

MAX_VALUE = 500
_WORDS = {"danger": "Danger", "warning": "Warning", "notice": "Notice", "info": "Good to know"}
Section = tuple[str, tuple[tuple[str, str], ...]]
"""A title, and lines of two: a short word and a sentence."""


def visible(text: str) -> str:
    """Return text on one line, with marks for what would steer a terminal or turn the direction of writing."""
    return "".join(letter if letter.isprintable() else "�" if letter not in "\r\n\t" else " " for letter in text)


def report_sections(inspection: Inspection) -> Iterator[Section]:
    """Yield the sections of a report."""
    sender = inspection.sender
    who = f"{sender.display_name} <{sender.address}>" if sender.display_name else sender.address or "unknown"
    subject = inspection.message.headers.first("Subject") or "(no subject)"
    yield "Message", (("From", who), ("Subject", subject), ("Size", f"{len(inspection.raw)} bytes"))
    findings = [
        (
            _WORDS[found.severity.value],
            f"{found.title} {found.explanation} {f'({found.rfc})' if found.rfc else ''}".strip(),
        )
        for found in inspection.findings
    ]
    yield "Findings", tuple(findings) or (("", "Nothing that needs to be said."),)
    yield "Sender", tuple(sender_lines(inspection))
    yield "Answers", tuple(reply_lines(inspection))
    yield "Identity", tuple(identity_lines(inspection.identity))
    way = journey_lines(inspection.stations)
    yield "Route", tuple(("", line) for line in way) or (("", "No server has written a line about this message."),)
    checks = list(result_lines(inspection.results, inspection.received_spf))
    checks += verification_lines(inspection.verification)
    checks.append(("", inspection.summary.text))
    yield "Authentication", tuple(checks)
    lookups = tuple(lookup_lines(inspection.verification))
    if lookups:
        yield "Questions to the DNS", lookups
    yield (
        "Structure",
        tuple(
            (
                f"{'  ' * facts.part.depth}{facts.section or '-'}",
                f"{facts.part.content_type}, {facts.decoded_size} bytes, {facts.place.value}"
                + (f", “{facts.name.shown}”" if facts.name else "")
                + (f", SHA-256 {facts.sha256}" if facts.sha256 and not facts.part.children else ""),
            )
            for facts in inspection.parts
        ),
    )
    inside = tuple(enclosed_lines(inspection))
    if inside:
        yield "Reports, wrappers and enclosed files", inside
    yield "Header", tuple((field.name, field.text[:MAX_VALUE]) for field in inspection.message.headers.fields)


def report_as_text(inspection: Inspection) -> str:
    """Return the report as plain text."""
    lines: list[str] = []
    for title, rows in report_sections(inspection):
        lines += ["", title, "=" * len(title)] if lines else [title, "=" * len(title)]
        for word, sentence in rows:
            lines.append(visible(f"{word}: {sentence}" if word else sentence))
    return "\n".join(lines) + "\n"


def report_as_html(inspection: Inspection) -> str:
    """Return the report as a page of its own; nothing in it is loaded from elsewhere."""
    body = []
    for title, rows in report_sections(inspection):
        cells = "".join(
            f"<tr><th>{html.escape(visible(word))}</th><td>{html.escape(visible(sentence))}</td></tr>"
            for word, sentence in rows
        )
        body.append(f"<h2>{html.escape(title)}</h2>\n<table>{cells}</table>")
    return _PAGE.replace("BODY", "\n".join(body))


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Report of a message</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;width:100%}
th{text-align:left;vertical-align:top;white-space:pre;padding:.2em 1em .2em 0;font-weight:600}
td{padding:.2em 0;overflow-wrap:anywhere}tr{border-bottom:1px solid #8884}
@media(prefers-color-scheme:dark){body{background:#1b1d21;color:#e6e8eb}}</style></head>
<body><h1>Report of a message</h1>
BODY
</body></html>
"""
