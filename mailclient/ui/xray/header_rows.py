"""The header fields of a message as rows, each with all that is known of it: what it is, its value, its form. Pure."""

from __future__ import annotations

from bisect import bisect_right

from mailclient.mime.headers import HeaderField
from mailclient.ui.xray.rows import MAX_CELL, Row
from mailclient.xray.fields import FieldReport
from mailclient.xray.inspection import Inspection, Lookup

WRITER_WORDS = {
    "author": "the author's program",
    "submission": "the server that took the message from its author",
    "relay": "each server on the way",
    "delivery": "the server that put it into the mailbox",
    "list": "a mailing list",
    "reader": "the reader's program",
}
"""Who writes a field, for the glossary's words."""


def header_rows(inspection: Inspection, explain: Lookup, place_field: Lookup) -> tuple[Row, ...]:
    """Return the fields of the message's header in their order."""
    odd: dict[int, list[str]] = {}
    fields = inspection.message.headers.fields
    starts = [field.start for field in fields]
    reports = {report.place[0]: report for report in inspection.fields.fields}
    for found in inspection.findings:
        number = bisect_right(starts, found.evidence[0]) - 1 if found.evidence else -1
        if number >= 0 and found.evidence is not None and found.evidence[0] < fields[number].end:
            odd.setdefault(starts[number], []).append(found.title)
    rows = []
    for field in fields:
        kind, writer = place_field(field.name)
        report = reports.get(field.start)
        oddities = report.oddities if report else ()
        titles = list(dict.fromkeys([*odd.get(field.start, []), *oddities]))
        detail = "\n".join(field_lines(field, report, explain(field.name), titles))
        mark = ("warning", "warning") if titles else ("headers", "muted")
        cells = (field.name, kind, writer, field.text[:MAX_CELL])
        rows.append(Row(cells, (field.start, field.end), detail, *mark, field))
    return tuple(rows)


def field_lines(field: HeaderField, report: FieldReport | None, known: tuple[str, str], odd: list[str]) -> list[str]:
    """Return what is to be said of one field, line by line: what it is, who writes it, what it says, its form."""
    sentence, rfc = known
    lines = [f"{field.name}: {sentence or 'No explanation is known for this field.'} {rfc}".strip()]
    if report is not None:
        meaning = report.meaning
        writer = WRITER_WORDS.get(meaning.writer)
        about = [f"Class: {meaning.field_class}."] if meaning.known else []
        about += [f"Written by {writer}."] if writer else []
        about += [f"{meaning.status.capitalize()}."] if meaning.status else []
        lines += [" ".join(about)] if about else []
        if meaning.known:
            lines.append(
                "Its form is what its standard asks for." if report.well_formed else "Its form is not in order."
            )
    lines += [f"Odd: {title}" for title in odd]
    lines += list(report.notes) if report is not None else []
    value = field.text[:MAX_CELL]
    return [*lines, f"Value, decoded: {value}" if value else "It has no value."]
