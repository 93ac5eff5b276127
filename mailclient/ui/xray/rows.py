"""What the tabs of the X-ray show, as rows of words with the bytes that they stand for. Pure: no widget is touched."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from mailclient.mime.tree import Part
from mailclient.ui.models.sentences import size
from mailclient.xray.finding import Finding, Range, Severity
from mailclient.xray.inspection import Inspection
from mailclient.xray.parts import PartFacts, Place
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
_SEEN = frozenset({Place.BODY, Place.FOLLOWING, Place.INLINE, Place.ATTACHMENT, Place.INSIDE_ATTACHMENT})
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


def structure_rows(inspection: Inspection) -> tuple[Row, ...]:
    """Return the tree of parts, made from the leaves up without recursion."""
    reasons = {step.section: f"{step.reason} {step.rfc}".strip() for step in inspection.choosing.steps}
    by_part = {id(facts.part): facts for facts in inspection.parts}
    done: dict[int, Row] = {}
    for part in reversed(list(inspection.message.root.walk())):
        row = _part_row(part, by_part.get(id(part)), reasons.get(part.section, ""))
        inside = tuple(done.pop(id(child)) for child in part.children)
        done[id(part)] = replace(
            row, children=(*_aside(part.preamble, "Preamble"), *inside, *_aside(part.epilogue, "Epilogue"))
        )
    return (done[id(inspection.message.root)],)


def _aside(place: Range | None, name: str) -> tuple[Row, ...]:
    """Return what stands before the first boundary or after the last, which belongs to no part."""
    if place is None or place[0] == place[1]:
        return ()
    where = "before the first boundary" if name == "Preamble" else "after the last boundary"
    detail = (
        f"{name}: what stands {where} belongs to no part and is not shown. Programs that know no MIME show it. "
        "RFC 2046 section 5.1.1"
    )
    return (Row((name, "", "", size(place[1] - place[0]), "not shown", ""), place, detail, "headers"),)


def _part_row(part: Part, facts: PartFacts | None, reason: str) -> Row:
    start, end = part.body_range
    kind = part.content_type + (f"; {part.charset}" if part.charset else "")
    problems = [defect.sentence for defect in (*part.headers.defects, *part.defects)]
    problems += [found.title for found in facts.findings] if facts else []
    place = facts.place.value.replace("-", " ") if facts else ""
    cells = (part.section or "message", kind, part.encoding, size(end - start), place, part.filename)
    name = "folder" if part.is_multipart else "unread" if part.is_message else "headers"
    name = "attachment" if part.filename and not part.children else name
    mark = ("warning", "warning") if problems else (name, "muted")
    seen = facts is not None and facts.place in _SEEN
    lines = [
        *part_lines(part, facts),
        *([reason] if reason else []),
        *(["Enter goes to it in the message."] if seen else []),
    ]
    detail = "\n".join([*lines, *dict.fromkeys(problems)])
    return Row(cells, (part.start, part.end), detail, *mark, part)


def part_lines(part: Part, facts: PartFacts | None) -> list[str]:
    """Return the facts of a part in sentences."""
    start, end = part.body_range
    lines = [f"Part {part.section or '(whole)'}: {part.content_type}, bytes {part.start} to {part.end}."]
    if facts is None:
        return lines
    lines.append(
        f"Body: {size(end - start)} encoded ({part.encoding}), {size(facts.decoded_size)} decoded; "
        f"overhead {facts.overhead_percent} %."
    )
    if facts.charset is not None:
        verdict = "as declared" if facts.charset.valid else "not as declared"
        lines.append(f"Charset: declared {facts.charset.declared or 'none'}, found {facts.charset.found}: {verdict}.")
    if facts.magic is not None:
        agrees = "agrees with the declared type" if facts.type_agrees else "contradicts the declared type"
        lines.append(f"The data is {facts.magic.name}, which {agrees}.")
    if facts.sha256:
        lines.append(f"SHA-256 {facts.sha256}")
    return lines
