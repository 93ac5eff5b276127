"""What the tabs of the X-ray show, as rows of words with the bytes that they stand for. Pure: no widget is touched."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from mailclient.xray.finding import Finding, Range, Severity
from mailclient.xray.inspection import Inspection
from mailclient.xray.route_facts import Route, RouteHop, StepKind, Trust
from mailclient.xray.route_findings import duration_text

MAX_CELL = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a tab."""

    cells: tuple[str, ...]
    place: Range | None
    """The bytes it stands for."""
    detail: str
    """What is said of it when it is chosen."""
    icon: str = ""
    token: str = "muted"
    thing: object = None
    children: tuple[Row, ...] = ()
    folded: bool = False
    """Its children are seen when somebody unfolds it."""


SEVERITY_WORDS = {
    Severity.DANGER: ("Danger", "error", "danger"),
    Severity.WARNING: ("Warning", "warning", "warning"),
    Severity.NOTICE: ("Notice", "info", "accent"),
    Severity.INFO: ("Good to know", "info", "muted"),
}
TRUST_WORDS = {
    Trust.OWN: "your server",
    Trust.VOUCHED: "seen by your server",
    Trust.CLAIMED: "only claimed",
}


def finding_rows(inspection: Inspection) -> tuple[Row, ...]:
    """Return the findings, the most serious first."""
    return tuple(_finding_row(found) for found in inspection.findings)


def _finding_row(found: Finding) -> Row:
    word, name, token = SEVERITY_WORDS[found.severity]
    detail = f"{found.title}\n{found.explanation}" + (f"\n{found.rfc}" if found.rfc else "")
    return Row((word, found.title), found.evidence, detail, name, token, found)


def findings_summary(inspection: Inspection) -> str:
    """Return one line that says how serious it is."""
    counted = Counter(found.severity for found in inspection.findings)
    grave = [
        (counted[severity], SEVERITY_WORDS[severity][0].lower()) for severity in SEVERITY_WORDS if counted[severity]
    ]
    if not grave:
        return "Nothing that needs to be said."
    return ", ".join(f"{number} × {word}" for number, word in grave)


def delay_words(judged: RouteHop) -> str:
    """Return what the clocks say about the way to a hop."""
    if judged.step is StepKind.FIRST:
        return "begins"
    if judged.delay_s is None:
        return "unknown"
    match judged.step:
        case StepKind.SKEW | StepKind.ZONE:
            return f"clock {duration_text(judged.delay_s)} behind"
        case StepKind.ROUNDING:
            return "0 s"
        case _:
            return duration_text(judged.delay_s)


def route_rows(route: Route) -> tuple[Row, ...]:
    """Return the hops, the oldest first: the table that says what the drawing shows."""
    rows = []
    for place, judged in enumerate(route.hops):
        hop = judged.hop
        delay = delay_words(judged) + (" (slowest)" if place == route.slowest else "")
        peer = hop.peer_name + (f" [{hop.ip}]" if hop.ip and hop.ip != hop.peer_name else "")
        how = hop.with_text + (", encrypted" if hop.encrypted else "")
        date = hop.date.strftime("%Y-%m-%d %H:%M:%S %z") if hop.date else hop.date_text or "no readable date"
        cells = (str(place + 1), hop.host or "unknown", peer, how, delay, date, TRUST_WORDS[judged.trust])
        explained = hop.protocol_explained
        protocol = f"\n{explained[0].upper()}{explained[1:]}." if explained else ""
        gap = "\nThe server before is not named here: a hop may be missing." if judged.gap else ""
        detail = f"Hop {place + 1}: {judged.reason}{protocol}{gap}"
        rows.append(Row(cells, hop.range, detail, thing=judged))
    return tuple(rows)


def route_summary(route: Route) -> str:
    """Return one line about the whole route."""
    if not route.hops:
        return "No server has written a line about this message."
    hops = f"{len(route.hops)} {'hop' if len(route.hops) == 1 else 'hops'}"
    total = f" in {duration_text(route.total_s)}" if route.total_s is not None else ""
    guess = " Your servers are guessed from the account and the newest line." if route.guessed else ""
    return f"{hops}{total}.{guess}"
