"""Which bytes of a message are coloured in its source: names of fields, and boundaries by their level."""

from __future__ import annotations

from mailclient.ui.xray.source_view import Colouring
from mailclient.xray.inspection import Inspection


def colourings(inspection: Inspection) -> list[Colouring]:
    """Return the names of all header fields and every boundary line."""
    result: list[Colouring] = []
    for part in inspection.message.root.walk():
        result += [Colouring(field.start, field.value_start, "name") for field in part.headers.fields]
    for facts in inspection.parts:
        result += [Colouring(line.start, line.end, "boundary", line.level) for line in facts.boundaries]
    return result
