"""The structure of a message as a tree of rows: its parts, what stands beside them, and the files inside of them. Pure."""

from __future__ import annotations

from dataclasses import replace

from mailclient.mime.tree import Part
from mailclient.ui.models.sentences import size
from mailclient.ui.xray.enclosed_rows import enclosed_parts
from mailclient.ui.xray.rows import Row
from mailclient.xray.finding import Range
from mailclient.xray.inspection import Inspection
from mailclient.xray.parts import PartFacts, Place

_SEEN = frozenset({Place.BODY, Place.FOLLOWING, Place.INLINE, Place.ATTACHMENT, Place.INSIDE_ATTACHMENT})


def structure_rows(inspection: Inspection) -> tuple[Row, ...]:
    """Return the tree of parts, made from the leaves up without recursion."""
    reasons = {step.section: f"{step.reason} {step.rfc}".strip() for step in inspection.choosing.steps}
    by_part = {id(facts.part): facts for facts in inspection.parts}
    done: dict[int, Row] = {}
    for part in reversed(list(inspection.message.root.walk())):
        row = _part_row(part, by_part.get(id(part)), reasons.get(part.section, ""))
        inside = tuple(done.pop(id(child)) for child in part.children)
        files = enclosed_parts(inspection.enclosed, part)
        done[id(part)] = replace(
            row, children=(*_aside(part.preamble, "Preamble"), *inside, *files, *_aside(part.epilogue, "Epilogue"))
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
