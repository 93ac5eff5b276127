"""HTML as a stream of tags with their places, in one linear pass: enough to tell what is in it, never to show it.

Bytes are read as Latin-1 where the charset keeps ASCII in its place, so that offsets are offsets of bytes. Builds no
tree, runs nothing. WHATWG HTML section 13.2 (the parts of it that matter for tags and attributes).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

MAX_CHARACTERS: Final = 4_000_000
MAX_TAGS: Final = 300_000
MAX_ATTRIBUTES: Final = 100
MAX_VALUE: Final = 8_192

_TOKEN: Final = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30}))")
_END_OR_QUOTE: Final = re.compile(r">|=\s*([\"'])")
_ATTRIBUTE: Final = re.compile(
    r"([^\s=\"'<>/]{1,60})(?:\s{0,20}=\s{0,20}(\"[^\"]{0,20000}\"?|'[^']{0,20000}'?|[^\s\"'>]{1,20000}))?"
)
_RAW: Final = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "title")}
_HUGE_REFERENCE: Final = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_NOT_ASCII_BASED: Final = re.compile(r"utf-?(?:16|32|7)|iso-?2022|hz|ucs|csunicode", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HtmlSource:
    """HTML ready to be gone through."""

    text: str
    charset: str
    """How pieces of ``text`` are turned into letters; empty when they are letters already."""

    def letters(self, piece: str) -> str:
        """Return a piece of the source as people read it, with its references resolved."""
        text = piece[:MAX_VALUE]
        if self.charset and not text.isascii():
            text = text.encode("latin-1").decode(self.charset, "replace")
        return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text

    @property
    def has_places(self) -> bool:
        """True when offsets in the source are offsets of bytes."""
        return bool(self.charset)


class Tag(NamedTuple):
    """One tag, or what is inside a script or style."""

    name: str
    """Lower case; ``script`` and ``style`` carry their content in ``content``."""
    closing: bool
    start: int
    end: int
    raw: str
    """All between the name and the closing bracket."""
    content: str = ""


def html_source(data: bytes, charset: str | None, decoded: str) -> HtmlSource:
    """Return HTML of a part: its data, the charset that read it, and the text that came of it."""
    if charset and not _NOT_ASCII_BASED.search(charset):
        return HtmlSource(data[:MAX_CHARACTERS].decode("latin-1"), charset)
    return HtmlSource(decoded[:MAX_CHARACTERS], "")


def tags(source: HtmlSource) -> Iterator[Tag]:
    """Yield the tags of HTML in order; comments are passed over, as readers do."""
    text = source.text
    position = 0
    for _ in range(MAX_TAGS):
        match = _TOKEN.search(text, position)
        if match is None:
            return
        if match[2] is None:
            end = text.find("-->", match.end())
            if end < 0:
                return
            position = end + 3
            continue
        position = _tag_end(text, match.end())
        name, raw = match[2].lower(), text[match.end() : position - 1]
        tag_end = position
        content = ""
        if not match[1] and name in _RAW:
            closing = _RAW[name].search(text, position)
            position = closing.start() if closing else len(text)
            content = text[tag_end:position]
        yield Tag(name, bool(match[1]), match.start(), tag_end, raw, content)


def _tag_end(text: str, position: int) -> int:
    """Return the offset after the bracket that closes a tag; brackets inside quoted values do not."""
    while (match := _END_OR_QUOTE.search(text, position)) is not None:
        if match[1] is None:
            return match.end()
        closing = text.find(match[1], match.end())
        if closing < 0:
            # A value never closed eats the rest in browsers. To see more than they do is better here.
            bracket = text.find(">", match.end())
            return bracket + 1 if bracket >= 0 else len(text)
        position = closing + 1
    return len(text)


def attributes(source: HtmlSource, tag: Tag) -> dict[str, str]:
    """Return the attributes of a tag; of two with one name the first counts, as in browsers."""
    found: dict[str, str] = {}
    for count, match in enumerate(_ATTRIBUTE.finditer(tag.raw)):
        if count >= MAX_ATTRIBUTES:
            break
        value = match[2] or ""
        if value[:1] in {'"', "'"}:
            value = value[1:].removesuffix(value[0])
        found.setdefault(match[1].lower(), source.letters(value))
    return found
