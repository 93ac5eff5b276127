"""The encoding doctor: a part read again with another charset or transfer encoding, and every place where that breaks.

A place is bytes of the message, its line, and what becomes of it: what cannot be read, what reads as other letters than
declared, and what breaks the encoding's rules. The message is never altered. Pure and bounded.
RFC 2045 section 6, RFC 2046 section 4.1.2.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mailclient.mime.tree import Part
from mailclient.xray.charset_facts import read_as
from mailclient.xray.finding import Range
from mailclient.xray.opened import OpenedMessage
from mailclient.xray.other_views import Doctored, read_again
from mailclient.xray.places import Places

MAX_PLACES: Final = 300
MAX_RUN: Final = 24
ENCODINGS: Final = ("binary", "quoted-printable", "base64", "x-uuencode")
"""Those that can be tried; ``binary`` takes the bytes as they are."""
MAX_LETTERS: Final = 40
MAX_RUNS: Final = 20_000
_FOREIGN: Final = re.compile(rb"[\x80-\xff]+")
_NOT_BY_BYTE: Final = (
    "utf-16", "utf-32", "utf-7", "utf16", "utf32", "utf7", "iso-2022", "hz", "big5", "gb", "shift", "sjis", "cp9", "johab",
    "ms9", "windows-31j", "windows-9", "ks_c",
)  # fmt: skip
"""In these a letter can hold bytes of ASCII, so that bytes outside it do not stand for themselves."""


class Trouble(enum.Enum):
    """What is wrong at a place."""

    UNREADABLE = "cannot be read"
    OTHER_LETTERS = "reads differently"
    ENCODING = "against the encoding's rules"


@dataclass(frozen=True, slots=True)
class TroubledPlace:
    """One place."""

    trouble: Trouble
    place: Range
    """The bytes of the message that hold it."""
    line: int
    """Of the message, from 1."""
    data: bytes
    """The bytes there, the first of them; behind the transfer encoding when it is the charset that does not fit."""
    becomes: str
    """What is shown for them, or what happens to them."""
    declared: str = ""
    """What they read as declared."""


@dataclass(frozen=True, slots=True)
class SecondReading:
    """A part read again."""

    read: Doctored
    places: tuple[TroubledPlace, ...]
    """The first of them, in their order."""
    more: bool
    """There are more places than are listed."""


def read_second_time(opened: OpenedMessage, part: Part, charset: str = "", encoding: str = "") -> SecondReading:
    """Read a part with another charset, another transfer encoding, or both; empty means as declared."""
    read = read_again(opened, part, charset, encoding)
    found = sorted(islice(_places(opened, part, read), MAX_PLACES + 1), key=lambda one: one[1])
    numbered = _with_lines(opened.raw, found[:MAX_PLACES])
    more = len(found) > MAX_PLACES or (not _by_byte(read.charset) and read.undecodable > len(read.breaks))
    return SecondReading(read, tuple(numbered), more)


_Found = tuple[Trouble, Range, bytes, str, str]


def _places(opened: OpenedMessage, part: Part, read: Doctored) -> Iterator[_Found]:
    for damage in read.damage:
        place = (damage.start, damage.end)
        yield Trouble.ENCODING, place, opened.raw[damage.start : damage.end][:MAX_RUN], damage.sentence, ""
    places = Places(opened.raw, part, read.encoding)
    declared = (part.charset or "us-ascii") if _same(read.encoding, part.encoding) else ""
    if _by_byte(read.charset):
        if not read.undecodable and read.charset.lower() == declared.lower():
            return
        for match in islice(_FOREIGN.finditer(read.data), MAX_RUNS):
            found = _foreign(match[0], declared if _by_byte(declared) else "", read.charset)
            if found is not None:
                trouble, becomes, was = found
                yield trouble, places.raw_range(*match.span()), match[0][:MAX_RUN], becomes, was
        return
    for start, end in read.breaks:
        yield Trouble.UNREADABLE, places.raw_range(start, end), read.data[start:end][:MAX_RUN], "�", ""


def _by_byte(charset: str) -> bool:
    return not charset.lower().startswith(_NOT_BY_BYTE)


def _foreign(data: bytes, declared: str, charset: str) -> tuple[Trouble, str, str] | None:
    """Judge a run of bytes outside ASCII; None when it is read as declared."""
    before, after = read_as(data, declared) if declared else None, read_as(data, charset)
    was = before.text[:MAX_LETTERS] if before and not before.undecodable else ""
    if after is None:
        return None
    if after.undecodable:
        return Trouble.UNREADABLE, after.text[:MAX_LETTERS], was
    if before is not None and before.text != after.text:
        return Trouble.OTHER_LETTERS, after.text[:MAX_LETTERS], was
    return None


def _same(one: str, other: str) -> bool:
    return one == other or {one, other} <= {"7bit", "8bit", "binary"}


def _with_lines(raw: bytes, found: list[_Found]) -> Iterator[TroubledPlace]:
    line, position = 1, 0
    for trouble, place, data, becomes, declared in found:
        line += raw.count(b"\n", position, place[0])
        position = place[0]
        yield TroubledPlace(trouble, place, line, data, becomes, declared)
