"""Every header field in the order and bytes it came in: what it is, who writes it, its form, and what is odd about it.

Pure; what the names mean is handed in. RFC 5322 section 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mailclient.mime.defects import Defect
from mailclient.mime.headers import HeaderBlock
from mailclient.xray.antispam import decode_antispam
from mailclient.xray.field_grammar import form_problem
from mailclient.xray.field_meaning import ExplainField, FieldMeaning
from mailclient.xray.finding import Finding, Range, Severity

MAX_NOTES: Final = 200


@dataclass(frozen=True, slots=True)
class FieldReport:
    """One field as it came, and what there is to say about it."""

    name: str
    value: str
    """Decoded, on one line."""
    raw: bytes
    place: Range
    meaning: FieldMeaning
    well_formed: bool
    oddities: tuple[str, ...]
    """Sentences on what is odd about this one."""
    notes: tuple[str, ...] = ()
    """What the value says, in sentences, where a program encoded it (Microsoft's spam fields)."""
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldsReport:
    """All fields of a header, and the findings that they give."""

    fields: tuple[FieldReport, ...]
    findings: tuple[Finding, ...]


def examine_fields(headers: HeaderBlock, explain: ExplainField, defects: tuple[Defect, ...] = ()) -> FieldsReport:
    """Return what there is to say about each field. ``defects`` are those that a further pass found."""
    reports: list[FieldReport] = []
    findings: list[Finding] = []
    known = sorted({*headers.defects, *defects}, key=lambda defect: (defect.start, defect.kind.value))
    position = 0
    for field in headers.fields:
        while position < len(known) and known[position].start < field.start:
            position += 1
        mine: list[Defect] = []
        while position < len(known) and known[position].start < field.end:
            if known[position].end <= field.end:  # Not of the header as a whole.
                mine.append(known[position])
            position += 1
        value = field.value_raw
        problem = form_problem(field.name, value)
        oddities = tuple(dict.fromkeys([*([problem] if problem else []), *(defect.sentence for defect in mine)]))
        reports.append(
            FieldReport(
                field.name,
                field.text,
                field.raw,
                (field.start, field.end),
                explain(field.name),
                not problem,
                oddities,
                decode_antispam(field.name, value)[:MAX_NOTES],
                tuple(mine),
            )
        )
        if problem and not mine:  # A defect says it more particularly.
            findings.append(
                Finding(
                    f"malformed-{field.name.lower()[:60]}",
                    Severity.NOTICE,
                    f"The field {field.name} is not of the form that its standard asks for.",
                    f"{problem} Programs differ on what they make of it. Careless programs write such fields too.",
                    (field.start, field.end),
                    reports[-1].meaning.rfc,
                )
            )
    return FieldsReport(tuple(reports), tuple(findings))
