"""What ``inspect --json`` says of each message that is kept here, as a person has read it.

``tests/golden/<kind>/<name>.json`` belongs to a specimen of the demo or to a file of ``tests/corpus``. Left out is what
other tests look at and what only makes it long: the glossary's sentences, raw fields, what is empty, the rest of
long texts and lists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from mailclient.app.glossary import inspection_context
from mailclient.paths import resource_path
from mailclient.xray.inspection import inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.report import inspection_json

HERE: Final = Path(__file__).parent
_CORPUS: Final = HERE.parent / "corpus"
_READER: Final = OwnServers(hosts=("mx.example.org",), addresses=("alex@example.org",))
"""Whom all these messages are for."""
_GLOSSARY_KEYS: Final = ("explanation", "rfc", "raw", "class", "writer", "status")
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
_LONG: Final = 300
_MANY: Final = 25
_DEEP: Final = 20


class Kept(NamedTuple):
    """A message, and where its golden JSON is."""

    message: Path
    golden: Path

    @property
    def name(self) -> str:
        """For people: ``specimens/bounce``."""
        return f"{self.golden.parent.name}/{self.golden.stem}"


def all_kept() -> Iterator[Kept]:
    """Return every message that has a golden, or should have one."""
    places = [("specimens", resource_path("specimens"))]
    places += [(place.name, place) for place in sorted(_CORPUS.iterdir()) if place.is_dir()]
    for kind, place in places:
        for message in sorted(place.glob("*.eml")):
            yield Kept(message, HERE / kind / f"{message.stem}.json")


def golden_of(message: Path) -> str:
    """Return what the golden of a message should say."""
    found = inspection_json(inspect(message.read_bytes(), inspection_context(_READER)))
    return json.dumps(_shorter(found), ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def _shorter(value: object, key: str = "", depth: int = 0) -> object:
    match value:
        case dict() | list() if depth > _DEEP:
            return "... (deeper)"
        case dict():
            left_out = _GLOSSARY_KEYS if key == "headers" else ()
            inside = {name: _shorter(inner, name, depth + 1) for name, inner in value.items() if name not in left_out}
            return {name: inner for name, inner in inside.items() if inner not in _EMPTY}
        case list() if all(isinstance(inner, int) for inner in value) and len(value) == 2:
            return f"{value[0]}-{value[1]}"  # A range: on one line.
        case list():
            more = [f"... ({len(value)} in all)"] if len(value) > _MANY else []
            return [_shorter(inner, key, depth + 1) for inner in value[:_MANY]] + more
        case str() if len(value) > _LONG:
            return f"{value[:_LONG]} ... ({len(value)} characters)"
        case _:
            return value
