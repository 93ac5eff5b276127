"""Letters that look alike, and the scripts that letters belong to: UTS 39 sections 4 and 5, over a table that is handed in.

The table (``resources/letters``) is made from files of the Unicode Consortium. A skeleton is for comparing with another
skeleton, never for showing. Pure; knows nothing of domains and senders.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

MAX_LETTERS: Final = 1_000
SHARED: Final[frozenset[str]] = frozenset()
"""The scripts of what many scripts share, such as digits: it goes with every other."""
INVISIBLE: Final = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Letters that are not seen (Default_Ignorable_Code_Point, and the blank of Braille)."""
_PAIRS: Final = (("vv", "w"), ("cl", "d"))
"""Two letters that look like one in most fonts; UTS 39 has ``rn`` for ``m`` only."""
_EAST_ASIAN: Final = (
    frozenset({"Han", "Hiragana", "Katakana"}),
    frozenset({"Han", "Bopomofo"}),
    frozenset({"Han", "Hangul"}),
)
"""Scripts that one language is written in together."""


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """The table. The one without entries knows a few letters of ASCII, and takes every letter for allowed.

    Compared by identity, so that it can be the key of a cache.
    """

    prototypes: Mapping[int, str] = field(default_factory=lambda: {ord("1"): "l", ord("I"): "l", ord("m"): "rn"})
    """What a letter looks like, for ``str.translate``."""
    starts: Sequence[int] = ()
    ends: Sequence[int] = ()
    scripts: Sequence[frozenset[str]] = ()

    def scripts_of(self, letter: str) -> frozenset[str] | None:
        """Return the scripts of a letter, ``SHARED`` for many, None when names do not use it."""
        place = bisect_right(self.starts, ord(letter)) - 1
        return self.scripts[place] if place >= 0 and ord(letter) <= self.ends[place] else None


def parse_letters(text: str) -> Letters:
    """Return the table that a file holds; see its first lines for the form."""
    prototypes: dict[int, str] = {}
    ranges: list[tuple[int, int, frozenset[str]]] = []
    for line in text.splitlines():
        words = line.split()
        match words[:1]:
            case ["looks-like"]:
                target = "".join(chr(int(code, 16)) for code in words[1].split("+"))
                prototypes.update((int(code, 16), target) for code in words[2:])
            case ["script"]:
                scripts = SHARED if words[1] == "Common" else frozenset(words[1].split(","))
                for word in words[2:]:
                    first, _, last = word.partition("-")
                    ranges.append((int(first, 16), int(last or first, 16), scripts))
    ranges.sort(key=lambda each: each[0])
    starts, ends, of = zip(*ranges, strict=True) if ranges else ((), (), ())
    return Letters(prototypes, starts, ends, of)


def skeleton(text: str, letters: Letters) -> str:
    """Return what text looks like: texts that look alike have one skeleton (UTS 39 section 4)."""
    text = text[:MAX_LETTERS]
    if not text.isascii():
        text = unicodedata.normalize("NFKD", INVISIBLE.sub("", text))
    text = text.translate(letters.prototypes).casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFD", text)
    for pair, single in _PAIRS:
        text = text.replace(pair, single)
    return text


def without_accents(text: str) -> str:
    """Return text without the marks on its letters, as somebody sees it who does not look closely."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) not in {"Mn", "Me"}
    )


def scripts_together(text: str, letters: Letters) -> tuple[frozenset[str], bool]:
    """Return the scripts of a word, and whether one language mixes them.

    Together go: one script; Han with the other scripts of Japanese, Korean or Chinese; Latin with these ("highly
    restrictive", UTS 39 section 5.2).
    """
    found = [scripts for letter in text[:MAX_LETTERS] if (scripts := letters.scripts_of(letter))]
    all_scripts = frozenset().union(*found)
    one = frozenset.intersection(*found) if found else frozenset()
    together = bool(one) or not found or any(all_scripts - {"Latin"} <= language for language in _EAST_ASIAN)
    return all_scripts, together


def mixes_digits(text: str, *, latin: bool) -> bool:
    """True when digits of two systems stand in one word (UTS 39 section 5.3), or foreign ones among Latin letters."""
    zeros = {ord(letter) - int(unicodedata.decimal(letter)) for letter in text if letter.isdecimal()}
    return len(zeros | ({ord("0")} if latin else set())) > 1


def described(letter: str) -> str:
    """Return a letter by its number and name: ``U+0430 CYRILLIC SMALL LETTER A``."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, 'without a name')}"
