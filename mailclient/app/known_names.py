"""The names in ``resources/letters`` that a sender may resemble, read once when an examination first wants them."""

from __future__ import annotations

import tomllib
from functools import cache

from mailclient.paths import resource_path
from mailclient.xray.confusables import parse_letters
from mailclient.xray.known_names import KnownNames, parse_imitated


@cache
def known_names() -> KnownNames:
    """Return the table of letters and the much imitated names."""
    letters = parse_letters(resource_path("letters", "letters.txt").read_text(encoding="ascii"))
    table = tomllib.loads(resource_path("letters", "imitated.toml").read_text(encoding="utf-8"))
    return KnownNames(letters, parse_imitated(table, letters))
