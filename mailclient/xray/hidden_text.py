"""When a style makes text unseen: by not showing it, by its size, or by its colour. A judgement of single declarations.

CSS 2.1 sections 9.2.4, 11.2, 15.7. Knows no cascade: what classes say is not looked up.
"""

from __future__ import annotations

import re
from typing import Final

_NOT_SHOWN: Final = re.compile(
    r"(?:^|[;\s{])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE
)
_TINY: Final = re.compile(
    r"(?:^|[;\s{])font-size\s*:\s*(?:0(?:\.\d+)?|1)(?:px|pt|em|rem|%|\s*(?:;|!|$))", re.IGNORECASE
)
_FAINT: Final = re.compile(r"(?:^|[;\s{])opacity\s*:\s*0?(?:\.0\d*)?\s*(?:;|!|$)", re.IGNORECASE)
_NO_ROOM: Final = re.compile(r"(?:^|[;\s{])max-(?:height|width)\s*:\s*0(?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_OUTSIDE: Final = re.compile(r"(?:^|[;\s{])(?:text-indent|left|top|margin-left)\s*:\s*-\d{3,}", re.IGNORECASE)
_COLOUR: Final = re.compile(r"(?:^|[;\s{])color\s*:\s*(#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([^)]{5,40}\))", re.IGNORECASE)
_BACKGROUND: Final = re.compile(
    r"(?:^|[;\s{])background(?:-color)?\s*:\s*(#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([^)]{5,40}\))", re.IGNORECASE
)
_NAMES: Final = {"white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "whitesmoke": (245, 245, 245)}
NEAR: Final = 12
"""Colours that differ by less in each of red, green and blue look the same."""

Colour = tuple[int, int, int]


def why_hidden(style: str) -> str:
    """Return how a style hides what it is for, empty when it does not."""
    if _NOT_SHOWN.search(style):
        return "not displayed"
    if _TINY.search(style):
        return "font size of nearly nothing"
    if _FAINT.search(style):
        return "fully transparent"
    if _NO_ROOM.search(style):
        return "no room to be seen in"
    if _OUTSIDE.search(style):
        return "moved out of sight"
    return ""


def colour_of(style: str) -> Colour | None:
    """Return the colour that a style gives to text."""
    match = _COLOUR.search(style)
    return colour(match[1]) if match else None


def background_of(style: str) -> Colour | None:
    """Return the colour that a style puts behind text."""
    match = _BACKGROUND.search(style)
    return colour(match[1]) if match else None


def colour(word: str) -> Colour | None:
    """Return red, green and blue of a colour; None when it is not understood."""
    text = word.strip().lower()
    if text in _NAMES:
        return _NAMES[text]
    digits = text.removeprefix("#")
    if re.fullmatch(r"[0-9a-f]{6}(?:[0-9a-f]{2})?", digits):
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if text.startswith("#") and re.fullmatch(r"[0-9a-f]{3,4}", digits):
        return int(digits[0] * 2, 16), int(digits[1] * 2, 16), int(digits[2] * 2, 16)
    numbers = re.findall(r"\d{1,3}", text) if text.startswith("rgb") else []
    return (int(numbers[0]), int(numbers[1]), int(numbers[2])) if len(numbers) >= 3 else None


def look_alike(first: Colour, second: Colour) -> bool:
    """True when nobody can read one on the other."""
    return all(abs(one - other) < NEAR for one, other in zip(first, second, strict=True))
