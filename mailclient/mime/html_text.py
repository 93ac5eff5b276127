"""HTML to readable text, for the list, the index, quotations and the plain view. Linear in time; runs nothing."""

from __future__ import annotations

import html
import re
from typing import Final

MAX_HTML_CHARACTERS: Final = 4_000_000

_INVISIBLE: Final = re.compile(
    r"<(script|style|head|title|template|noscript|svg|math)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)|<![^<>]*>|<\?[^<>]*>", re.DOTALL)
_BREAK: Final = re.compile(r"<(?:br|hr)\b[^<>]*>", re.IGNORECASE)
_BLOCK: Final = re.compile(
    r"</?(?:p|div|table|tr|ul|ol|dl|dt|dd|h[1-6]|section|article|header|footer|pre|form|center|address)\b[^<>]*>",
    re.IGNORECASE,
)
_ITEM: Final = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_QUOTE: Final = re.compile(r"<(/?)blockquote\b[^<>]*>", re.IGNORECASE)
_CELL: Final = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_INLINE_NAMES: Final = (
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|tt|u|wbr)"
    r"(?:\s[^<>]*)?>"
)
_INLINE: Final = re.compile(rf"<(?<=[^\s>]<){_INLINE_NAMES[1:]}(?:{_INLINE_NAMES})*(?=[^\s<])", re.IGNORECASE)
"""Tags in the middle of a word. Elsewhere they are tags like any other, and few begin behind a letter."""
_TAG: Final = re.compile(r"<[^<>]{0,100000}>")
_HUGE_REFERENCE: Final = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
"""No character has such a number, and Python refuses to read a decimal number of thousands of digits."""
_BLANKS: Final = re.compile(r"[ \t\u00a0]+")


def html_to_text(source: str) -> str:
    """Return the visible text of HTML with its paragraphs, lists and quotations (as ``>`` lines)."""
    text = source[:MAX_HTML_CHARACTERS]
    text = _COMMENT.sub("", text)
    text = _INVISIBLE.sub("", text)
    text = re.sub(r"\s+", " ", text)
    text = _QUOTE.sub(lambda match: "\n\x02\n" if match[1] else "\n\x01\n", text)
    text = _BREAK.sub("\n", text)
    text = _ITEM.sub("\n• ", text)
    text = _CELL.sub(" ", text)
    text = _BLOCK.sub("\n\n", text)
    text = _TAG.sub("", text)
    return _layout(_unescape(text))


def html_to_words(source: str) -> str:
    """Return the visible words of HTML on one line, for the index: no layout, a few passes at the speed of C.

    Between words there may be more than one space: to tidy that up would take a quarter of the time.
    """
    text = source[:MAX_HTML_CHARACTERS]
    if "<!" in text or "<?" in text:
        text = _COMMENT.sub("", text)
    text = _TAG.sub(" ", _INLINE.sub("", _INVISIBLE.sub("", text)))
    return one_line(_unescape(text))


def one_line(text: str) -> str:
    """Return a text with its line ends as spaces."""
    return text.replace("\n", " ").replace("\r", " ").strip()


def _unescape(text: str) -> str:
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _layout(text: str) -> str:
    lines: list[str] = []
    depth = 0
    for raw_line in _BLANKS.sub(" ", text).split("\n"):
        line = raw_line.strip(" ")
        if line in {"\x01", "\x02"}:
            while line == "\x02" and lines and not lines[-1].strip("> "):
                lines.pop()
            depth = max(0, min(depth + (1 if line == "\x01" else -1), 20))
            continue
        line = line.replace("\x01", "").replace("\x02", "")
        if not line and (not lines or not lines[-1].strip("> ")):
            continue
        lines.append(">" * depth + (" " if depth and line else "") + line)
    return "\n".join(lines).strip("\n")
