"""What a report is made of when a program reads it. Values only; the keys are documented in ``docs/inspect.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailclient.xray.finding import Finding

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None


def finding_json(found: Finding) -> Json:
    """Return one finding."""
    return {
        "id": found.id,
        "severity": found.severity.value,
        "title": found.title,
        "explanation": found.explanation,
        "evidence": list(found.evidence) if found.evidence else None,
        "rfc": found.rfc,
    }
