"""Style sheets of mail, reduced to looks: no addresses, no imports, nothing that leaves its place. CSS 2.1 syntax."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\[0-9a-fA-F]{1,6}\s?|\\.")
_URL: Final = re.compile(r"url\s*\(\s*(\"[^\"]*\"|'[^']*'|[^)]*)\)?", re.IGNORECASE)
_AT_RULE: Final = re.compile(
    r"@(?:import|charset|namespace|font-face|property|layer|supports|document)[^;{]*(?:;|\{[^}]*\})?", re.IGNORECASE
)
_DANGEROUS: Final = re.compile(
    r"expression\s*\(|behavior\s*:|-moz-binding|javascript:|vbscript:|image-set\s*\(|image\s*\(|src\s*\(|element\s*\(|"
    r"cross-fade\s*\(|paint\s*\(|attr\s*\(",
    re.IGNORECASE,
)
_PLACE: Final = re.compile(
    r"position\s*:(?!\s*(?:static|relative)\s*(?:!|;|\}|\Z))[^;}]*;?|z-index\s*:[^;}]*;?|content\s*:[^;}]*;?",
    re.IGNORECASE,
)

OnUrl = Callable[[str], str | None]
"""Given an address found in a style, returns what to put there, or None to remove it."""


def clean_css(css: str, on_url: OnUrl) -> str:
    """Return a style sheet or declaration list that loads nothing but what ``on_url`` returns."""
    # What goes leaves a space: else the pieces around it could grow together into what was just removed.
    text = _COMMENT.sub(" ", css)
    if "\\" in text:
        text = _ESCAPE.sub(" ", text)
    text = text.replace("<", " ").replace("\x00", " ")
    text = _AT_RULE.sub(" ", text)
    text = _DANGEROUS.sub("none(", text)
    text = _PLACE.sub(" ", text)

    def replace(match: re.Match[str]) -> str:
        address = on_url(match[1].strip("\"' \t\r\n"))
        if address is None:
            return "none"
        return 'url("' + address.replace('"', "%22").replace("\\", "%5C") + '")'

    return _URL.sub(replace, text)
