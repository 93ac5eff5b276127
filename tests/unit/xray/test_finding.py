"""Findings are read from the most serious to the least, and in the order of the bytes."""

from __future__ import annotations

from mailclient.xray.finding import Finding, Severity, most_serious_first


def found(name: str, severity: Severity, start: int | None = None) -> Finding:
    return Finding(name, severity, "It is so.", "Because.", None if start is None else (start, start + 1))


def test_the_most_serious_comes_first_and_then_the_order_of_the_bytes() -> None:
    shown = most_serious_first(
        [
            found("calm", Severity.INFO, 0),
            found("late", Severity.DANGER, 90),
            found("odd", Severity.NOTICE, 5),
            found("missing", Severity.DANGER),
            found("early", Severity.DANGER, 10),
            found("misleading", Severity.WARNING, 1),
        ]
    )
    assert [finding.id for finding in shown] == ["missing", "early", "late", "misleading", "odd", "calm"]
