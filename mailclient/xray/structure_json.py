"""The parts of a message as JSON, each with what was found out about it. The keys are documented in ``docs/inspect.md``."""

from __future__ import annotations

from mailclient.mime.defects import Defect
from mailclient.xray.charset_facts import CharsetFacts
from mailclient.xray.json_values import Json
from mailclient.xray.parts import PartFacts


def structure_json(parts: tuple[PartFacts, ...]) -> Json:
    """Return nested dictionaries, made from the leaves up without recursion; None when there are no parts."""
    done: dict[int, Json] = {}
    for facts in reversed(parts):
        done[id(facts.part)] = _part(facts, [done.pop(id(child)) for child in facts.part.children])
    return done[id(parts[0].part)] if parts else None


def _part(facts: PartFacts, children: list[Json]) -> Json:
    part = facts.part
    start, end = part.body_range
    return {
        "section": part.section,
        "content_type": part.content_type,
        "charset": part.charset,
        "encoding": part.encoding,
        "disposition": part.disposition or None,
        "filename": part.filename or None,
        "size": end - start,
        "range": [part.start, part.end],
        "header_range": list(part.header_range),
        "body_range": [start, end],
        "place": facts.place.value,
        "decoded_size": facts.decoded_size,
        "overhead": facts.overhead_percent,
        "sha256": facts.sha256 or None,
        "magic": {
            "content_type": facts.magic.content_type,
            "name": facts.magic.name,
            "risk": facts.magic.risk.value,
            "agrees": facts.type_agrees,
        }
        if facts.magic
        else None,
        "charset_found": _charset(facts.charset) if facts.charset else None,
        "encoding_damage": [
            {"id": damage.id, "sentence": damage.sentence, "range": [damage.start, damage.end]}
            for damage in facts.encoding.damage
        ],
        "boundary_ranges": [[line.start, line.end] for line in facts.boundaries],
        "preamble": list(part.preamble) if part.preamble else None,
        "epilogue": list(part.epilogue) if part.epilogue else None,
        "defects": [_defect(defect) for defect in (*part.headers.defects, *part.defects)],
        "children": children,
    }


def _charset(found: CharsetFacts) -> Json:
    return {
        "name": found.found,
        "valid": found.valid,
        "ascii": found.ascii,
        "candidates": [candidate.charset for candidate in found.candidates],
    }


def _defect(defect: Defect) -> Json:
    return {"id": defect.kind.value, "sentence": defect.sentence, "range": [defect.start, defect.end]}
