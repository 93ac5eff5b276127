"""Reports, wrappers and enclosed files as JSON and as lines for people. The keys are documented in ``docs/inspect.md``."""

from __future__ import annotations

from collections.abc import Iterator

from mailclient.xray.enclosed import Enclosure
from mailclient.xray.inspection import Inspection
from mailclient.xray.json_values import Json
from mailclient.xray.reports import Report
from mailclient.xray.wrappers import Wrapper

MAX_TEXT = 100_000


def reports_json(reports: tuple[Report, ...]) -> Json:
    """Return reports field by field."""
    return [
        {
            "kind": report.kind.value,
            "section": report.section,
            "summary": report.summary,
            "original_section": report.original_section,
            "groups": [
                {
                    "title": group.title,
                    "summary": group.summary,
                    "fields": [
                        {
                            "name": field.name,
                            "value": field.value,
                            "meaning": field.meaning,
                            "rfc": field.rfc,
                            "range": list(field.evidence),
                        }
                        for field in group.fields
                    ],
                }
                for group in report.groups
            ],
        }
        for report in reports
    ]


def wrappers_json(wrappers: tuple[Wrapper, ...]) -> Json:
    """Return what wraps or stands for something else."""
    return [
        {
            "kind": wrapper.kind.value,
            "section": wrapper.section,
            "summary": wrapper.summary,
            "details": [{"name": name, "value": value} for name, value in wrapper.details],
            "covered": list(wrapper.covered),
            "uncovered": list(wrapper.uncovered),
        }
        for wrapper in wrappers
    ]


def enclosed_json(enclosed: tuple[Enclosure, ...]) -> Json:
    """Return the files that are inside of parts."""
    return [
        {
            "section": enclosure.section,
            "summary": enclosure.summary,
            "files": [
                {
                    "way": file.way,
                    "name": file.name,
                    "filename": file.safe_name,
                    "content_type": file.content_type,
                    "size": len(file.data),
                    "sha256": file.sha256,
                    "range": list(file.place),
                    "problems": list(file.problems),
                }
                for file in enclosure.files
            ],
            "values": [
                {"name": value.name, "value": value.value, "range": list(value.place)} for value in enclosure.values
            ],
            "text": enclosure.text[:MAX_TEXT] or None,
        }
        for enclosure in enclosed
    ]


def enclosed_lines(inspection: Inspection) -> Iterator[tuple[str, str]]:
    """Yield what reports, wrappers and enclosed files say, for people."""
    for report in inspection.reports:
        yield f"Report ({report.kind.value})", report.summary
        for group in report.groups:
            for field in group.fields:
                yield f"  {field.name}", f"{field.value} – {field.meaning}" if field.meaning else field.value
    for wrapper in inspection.wrappers:
        yield wrapper.kind.value.capitalize(), f"Part {wrapper.section or '(whole)'}: {wrapper.summary}"
        for name, value in wrapper.details:
            if value:
                yield f"  {name}", value
    for enclosure in inspection.enclosed:
        yield "Enclosed", f"Part {enclosure.section or '(whole)'}: {enclosure.summary}"
        for file in enclosure.files:
            told = f"{file.content_type}, {len(file.data)} bytes, SHA-256 {file.sha256}"
            yield f"  {file.name or '(no name)'}", " ".join((told, *file.problems))
