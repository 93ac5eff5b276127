"""The charset of a text: what was declared against what the bytes say, and which others would read them.

Ranks candidates by what cannot be read and by how much the result looks like a language; a guess is called one. Never
raises, never alters. RFC 2046 section 4.1.2, RFC 2978.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mailclient.mime.charsets import python_name

SAMPLE_BYTES: Final = 16_384
MAX_BREAKS: Final = 50

CANDIDATES: Final = (
    "utf-8",
    "windows-1252",
    "iso-8859-15",
    "windows-1250",
    "iso-8859-2",
    "windows-1251",
    "koi8-r",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-874",
    "shift_jis",
    "euc-jp",
    "gb18030",
    "big5",
    "euc-kr",
    "cp437",
    "cp866",
    "mac-roman",
)
"""Character sets that old mail is written in, the most frequent first."""
_DOUBLE: Final[dict[str, tuple[int, int]]] = {
    # First bytes of the signs that make up nearly all text of the language.
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "euc-kr": (0xB0, 0xC8),
    "euc-jp": (0xA4, 0xCF),
    "shift_jis": (0x82, 0x97),
}
_USUAL_LETTERS: Final = frozenset("оеаинтсрвлαοιετσνηάίיוהלאתמרבשاليمنورتبةาินรอกเงม่")
"""Of each alphabet the letters that make up more than half of any text."""
_PYTHON: Final[dict[str, str]] = {"windows-874": "cp874", "shift_jis": "cp932", "euc-kr": "cp949", "big5": "big5hkscs"}
_WORD: Final = re.compile(r"[^\W\d_]+")
_8BIT: Final = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A charset that might be meant."""

    charset: str
    undecodable: int
    """Places in the sample that it cannot read."""
    plausibility: float
    """0 to 1: how much the result looks like a language. A guess."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Bytes read in one charset."""

    text: str
    undecodable: int
    breaks: tuple[tuple[int, int], ...]
    """Byte ranges of the data that could not be read; the first of them when there are many."""


@dataclass(frozen=True, slots=True)
class CharsetFacts:
    """Declared against found."""

    declared: str | None
    known: bool
    """False when the declared name is no character set."""
    valid: bool
    """True when every byte can be read as declared; nothing declared means ASCII."""
    ascii: bool
    found: str
    """``us-ascii``, ``utf-8``, or the best guess."""
    breaks: tuple[tuple[int, int], ...]
    candidates: tuple[Candidate, ...]
    """Better ones first; empty when the declaration is right."""


def read_as(data: bytes, charset: str) -> Reading | None:
    """Read data in a charset; None when the charset is unknown."""
    codec = _codec(charset)
    if codec is None:
        return None
    breaks: list[tuple[int, int]] = []
    pieces: list[str] = []
    position = 0
    while len(breaks) < MAX_BREAKS:
        try:
            pieces.append(data[position:].decode(codec))
            return Reading(_storable("".join(pieces)), len(breaks), tuple(breaks))
        except UnicodeDecodeError as error:
            start, end = position + error.start, position + max(error.end, error.start + 1)
            pieces.append(data[position:start].decode(codec, "replace"))
            pieces.append("\ufffd")
            breaks.append((start, end))
            position = end
        except (ValueError, LookupError):
            return None
    rest = data[position:].decode(codec, "replace")
    pieces.append(rest)
    return Reading(_storable("".join(pieces)), len(breaks) + rest.count("\ufffd"), tuple(breaks))


def examine_charset(data: bytes, declared: str | None) -> CharsetFacts:
    """Compare the declared charset of a text with its bytes."""
    pure = data.isascii() and b"\x1b" not in data
    name = python_name(declared) if declared else ""
    known = name is not None
    if pure and b"\0" not in data:
        utf7 = declared is not None and "utf-7" in declared.lower() and b"+" in data
        return CharsetFacts(declared, known, True, True, "utf-7" if utf7 else "us-ascii", (), ())
    strict = "ascii" if not name or _means_ascii(declared) else _codec(declared or "")
    reading = read_as(data, strict or "ascii")
    valid = known and reading is not None and reading.undecodable == 0
    if valid and declared:
        return CharsetFacts(declared, known, True, False, declared.lower(), (), ())
    candidates = rank_charsets(data)
    found = candidates[0].charset if candidates else "unknown"
    return CharsetFacts(declared, known, valid, False, found, reading.breaks if reading else (), candidates)


def rank_charsets(data: bytes) -> tuple[Candidate, ...]:
    """Return the charsets that could have been meant, the likeliest first."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return (Candidate("utf-16", 0, 1.0),)
    if re.search(rb"\x1b(?:\$[@B]|\([BJ])", data[:SAMPLE_BYTES]):
        return (Candidate("iso-2022-jp", 0, 1.0),)
    if data[:SAMPLE_BYTES].isascii() and data.isascii():
        if data[:200].count(b"\0") > len(data[:200]) // 4:
            return (Candidate("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", 0, 0.9),)
        return (Candidate("us-ascii", 0, 1.0),)
    sample = _sample(data)
    ranked: list[Candidate] = []
    for name in CANDIDATES:
        reading = read_as(sample, name)
        if reading is None:
            continue
        likely = _plausibility(reading.text, name)
        if name == "utf-8" and not reading.undecodable:
            likely = 1.0  # Other text that happens to be valid UTF-8 is next to impossible.
        prior = 0.004 * len(ranked)  # Where the bytes do not tell, the charset that is met more often.
        ranked.append(Candidate(name, reading.undecodable, round(min(max(likely - prior, 0.0), 1.0), 3)))
    ranked.sort(key=lambda found: (min(found.undecodable, 1 + found.undecodable // 4), -found.plausibility))
    return tuple(ranked[:8])


def _sample(data: bytes) -> bytes:
    """Return lines that hold something outside ASCII."""
    lines: list[bytes] = []
    size = position = 0
    while size <= SAMPLE_BYTES and (match := _8BIT.search(data, position)) is not None:
        start = data.rfind(b"\n", position, match.start()) + 1 or position
        position = data.find(b"\n", match.end()) + 1 or len(data)
        lines.append(data[start:position][:2_000])
        size += len(lines[-1])
    return b"".join(lines)[:SAMPLE_BYTES]


def _plausibility(text: str, charset: str) -> float:
    double = _DOUBLE.get(charset)
    if double is not None:
        return _double_byte(text, double)
    foreign = [character for character in text if character >= "\x80"]
    if not foreign:
        return 0.0
    good = 0.0
    for character in foreign:
        good += _weight(character)
    odd = 0
    for word in _WORD.findall(text):
        if not word.isascii():
            odd += _odd_word(word)
    likely = min(1.0, good / len(foreign)) - 0.35 * odd / len(foreign)
    letters = [character for character in foreign if character >= "\u0250" and character.isalpha()]
    if letters:
        usual = sum(1 for letter in letters if letter.lower() in _USUAL_LETTERS) / len(letters)
        likely += 0.6 * min(usual - 0.45, 0.0)
    return max(0.0, likely)


@lru_cache(maxsize=4_096)
def _weight(character: str) -> float:
    category = unicodedata.category(character)
    if category in {"Ll", "Lo", "Mn", "Mc"}:
        return 1.0 if character not in "ªº¹²³ƒ" else 0.2
    if category in {"Lu", "Lt"}:
        return 0.8
    if character in "–—‘’“”„…•€«»°§\u00a0":
        return 0.8
    return {"P": 0.4, "S": 0.1, "N": 0.3, "Z": 0.4}.get(category[0], -2.0)


def _odd_word(word: str) -> int:
    """Count what hardly occurs in one word: capitals after small letters, letters of two scripts, three accents in a row."""
    odd = 0
    before = ""
    accents = 0
    latin = sum(1 for letter in word if letter < "\u0250")
    if 0 < latin < len(word):
        odd += min(latin, len(word) - latin)
    for letter in word:
        if letter.isupper() and before.islower():
            odd += 1
        accents = accents + 1 if "\x80" <= letter < "\u0250" else 0
        if accents > 1:
            odd += 1
        before = letter
    return odd


def _double_byte(text: str, common: tuple[int, int]) -> float:
    """Judge East Asian text by the first bytes of its signs: the usual ones stand together in each of the charsets."""
    name = {value: key for key, value in _DOUBLE.items()}[common]
    codec = _PYTHON.get(name, name)
    total = usual = kana = hangul = odd = 0
    for character in text:
        if character < "\x80":
            continue
        total += 1
        if "\u3040" <= character <= "\u30ff":
            kana += 1
        elif "\uac00" <= character <= "\ud7a3":
            hangul += 1
        elif "\uff61" <= character <= "\uff9f" or "\ue000" <= character <= "\uf8ff":
            odd += 1
        lead = character.encode(codec, "replace")[0]
        if common[0] <= lead <= common[1] or "\u3000" <= character <= "\u3020" or "\uff01" <= character <= "\uff5e":
            usual += 1
    if not total:
        return 0.0
    if name in {"euc-jp", "shift_jis"}:
        return max(0.0, (usual + kana) / total / 2 + (0.45 if kana * 5 > total else -0.3) - odd / total)
    if name == "euc-kr":
        return max(0.0, usual / total - (0.0 if hangul * 2 > total else 0.5))
    return max(0.0, usual / total - 0.03 - odd / total - (0.3 if kana * 5 > total else 0.0))


def _means_ascii(declared: str | None) -> bool:
    return declared is None or declared.strip("\"' ").lower() in {"us-ascii", "ascii", "ansi_x3.4-1968", ""}


@lru_cache(maxsize=64)
def _codec(charset: str) -> str | None:
    """Return Python's strict name; iso-8859-1 is not widened here, because what is declared is what is examined."""
    name = charset.strip().strip("\"'").lower()
    if name in _PYTHON:
        return _PYTHON[name]
    if name in {"us-ascii", "ascii"}:
        return "ascii"
    if name in {"iso-8859-1", "latin1"}:
        return "latin-1"
    if name in {"utf-16-le", "utf-16-be", "utf-16le", "utf-16be"}:
        return name
    return python_name(name) or None


def _storable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
