"""Two texts compared line by line: what stands only in one of them, in the order of reading. Bounded in time and output.

Lines that are alike at the beginning and at the end are set aside first, so that a footer costs nothing; what is left is
compared in full only while it is short. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

MAX_COMPARED: Final = 150
"""Lines on each side: comparing is cubic at worst."""
MAX_LISTED: Final = 100
MAX_LINE: Final = 400


@dataclass(frozen=True, slots=True)
class OneSidedLine:
    """A line that only one of two texts has."""

    is_first: bool
    """True when it is the first text that has it."""
    number: int
    """Of the line in its text, from 1."""
    text: str


@dataclass(frozen=True, slots=True)
class LinesCompared:
    """What two texts do not share."""

    lines: tuple[OneSidedLine, ...]
    """The first of them."""
    only_first: int
    """How many lines only the first text has."""
    only_second: int
    shared: int


NO_LINES: Final = LinesCompared((), 0, 0, 0)


def compare_lines(first: Sequence[str], second: Sequence[str]) -> LinesCompared:
    """Compare two texts."""
    shortest = min(len(first), len(second))
    start = 0
    while start < shortest and first[start] == second[start]:
        start += 1
    end = 0
    while end < shortest - start and first[-1 - end] == second[-1 - end]:
        end += 1
    ones, others = first[start : len(first) - end], second[start : len(second) - end]
    lines: list[OneSidedLine] = []
    only_first = only_second = 0
    for low, high, other_low, other_high in _blocks(ones, others):
        only_first += high - low
        only_second += other_high - other_low
        lines += _listed(True, ones, low, high, start, MAX_LISTED - len(lines))
        lines += _listed(False, others, other_low, other_high, start, MAX_LISTED - len(lines))
    return LinesCompared(tuple(lines), only_first, only_second, len(first) - only_first)


def _blocks(ones: Sequence[str], others: Sequence[str]) -> list[tuple[int, int, int, int]]:
    if not ones and not others:
        return []
    if not ones or not others or len(ones) > MAX_COMPARED or len(others) > MAX_COMPARED:
        return [(0, len(ones), 0, len(others))]
    matcher = SequenceMatcher(None, ones, others, autojunk=False)
    return [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _listed(first: bool, lines: Sequence[str], low: int, high: int, start: int, room: int) -> list[OneSidedLine]:
    shown = range(low, min(high, low + max(room, 0)))
    return [OneSidedLine(first, start + number + 1, lines[number][:MAX_LINE]) for number in shown]
