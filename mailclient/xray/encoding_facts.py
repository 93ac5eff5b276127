"""Whether a transfer encoding is well formed, and where it is not, in bytes of the message.

Looks, and undoes nothing; what can be read is ``mime.transfer``'s business. Linear, a bounded number of places.
RFC 2045 section 6 (6.7 quoted-printable, 6.8 base64).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

MAX_DAMAGE: Final = 20

_JUNK: Final = re.compile(rb"[^A-Za-z0-9+/=\s]+")
_PADDING_INSIDE: Final = re.compile(rb"=\s{0,4}(?=[A-Za-z0-9+/])")
_WHITE: Final = bytes(range(33))
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n\f\v"
MAX_ENCODED_LINE: Final = 76
MAX_TEXT_LINE: Final = 998
_BAD_ESCAPE: Final = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]{0,80}(?:\r?\n|\Z))[^\r\n]{0,2}")
_LOWER_HEX: Final = re.compile(rb"=(?:[0-9A-F][a-f]|[a-f][0-9A-Fa-f])")
_8BIT: Final = re.compile(rb"[\x80-\xff]+")
_NUL: Final = re.compile(rb"\0+")
_LINE_END: Final = re.compile(rb"[\r\n]|\Z")
_BLANK_END: Final = re.compile(rb"(?<=[^ \t\r\n])[ \t]{1,80}(?=\r?\n)")


@dataclass(frozen=True, slots=True)
class Damage:
    """One place where an encoding breaks its own rules."""

    id: str
    sentence: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EncodingFacts:
    """A transfer encoding as it was done."""

    name: str
    known: bool
    damage: tuple[Damage, ...]
    """Harmless habits are in it too; ``serious`` tells them apart."""

    @property
    def well_formed(self) -> bool:
        """True when nothing at all breaks the rules."""
        return self.known and not self.damage

    @property
    def serious(self) -> tuple[Damage, ...]:
        """What makes programs read different data."""
        return tuple(damage for damage in self.damage if damage.id not in _HABITS)


_HABITS: Final = frozenset(
    {"base64-long-line", "quoted-printable-lower-case", "quoted-printable-long-line", "quoted-printable-blank-end"}
)


def examine_encoding(raw: bytes, start: int, end: int, name: str) -> EncodingFacts:
    """Examine the body from ``start`` to ``end`` under the encoding of this name."""
    match name:
        case "base64":
            found = _base64(raw, start, end)
        case "quoted-printable":
            found = _quoted_printable(raw, start, end)
        case "7bit" | "8bit" | "binary":
            found = _identity(raw, start, end, name)
        case "x-uuencode" | "x-uue" | "uuencode":
            found = iter(())
        case _:
            return EncodingFacts(name, False, ())
    return EncodingFacts(name, True, tuple(sorted(found, key=lambda damage: damage.start)))


def _places(
    pattern: re.Pattern[bytes], raw: bytes, start: int, end: int, identifier: str, sentence: str
) -> Iterator[Damage]:
    for match in islice(pattern.finditer(raw, start, end), MAX_DAMAGE):
        yield Damage(identifier, sentence, match.start(), match.end())


def _long_line(raw: bytes, start: int, end: int, limit: int, identifier: str, sentence: str) -> Iterator[Damage]:
    """Yield the first line longer than ``limit``. Steps from one line end to the last of the next window."""
    line, size = start, limit + 1
    while line + size <= end:
        last = max(raw.rfind(b"\n", line, line + size), raw.rfind(b"\r", line, line + size))
        if last < 0:
            found = _LINE_END.search(raw, line + size, end)
            yield Damage(identifier, sentence, line, found.start() if found else end)
            return
        line = last + 1


def _base64(raw: bytes, start: int, end: int) -> Iterator[Damage]:
    strange = raw[start:end].translate(None, _BASE64)
    junk = "Bytes that are no base64; some programs skip them, some stop."
    if strange:
        yield from _places(_JUNK, raw, start, end, "base64-junk", junk)
    inside = "Padding in the middle; some programs stop here, some go on."
    yield from _places(_PADDING_INSIDE, raw, start, end, "base64-padding-inside", inside)
    yield from _long_line(raw, start, end, MAX_ENCODED_LINE, "base64-long-line", "A line of more than 76 characters.")
    if not strange:
        letters = raw[start:end].translate(None, _WHITE)
        if len(letters) % 4:
            yield Damage(
                "base64-length",
                "The number of letters is no multiple of four: cut off or unpadded.",
                max(end - 4, start),
                end,
            )


def _quoted_printable(raw: bytes, start: int, end: int) -> Iterator[Damage]:
    bad = "An equals sign that escapes nothing; it is shown as it is."
    yield from _places(_BAD_ESCAPE, raw, start, end, "quoted-printable-bad-escape", bad)
    yield from _places(_8BIT, raw, start, end, "quoted-printable-8bit", "Bytes outside ASCII that should be escaped.")
    for pattern, name, sentence in (
        (_LOWER_HEX, "lower-case", "Escapes in lower case; allowed to read, not to write."),
        (_BLANK_END, "blank-end", "A blank at the end of a line, which transport may take away."),
    ):
        yield from islice(_places(pattern, raw, start, end, f"quoted-printable-{name}", sentence), 1)
    long = "A line of more than 76 characters."
    yield from _long_line(raw, start, end, MAX_ENCODED_LINE, "quoted-printable-long-line", long)


def _identity(raw: bytes, start: int, end: int, name: str) -> Iterator[Damage]:
    if name == "binary":
        return
    body = raw[start:end]
    if name == "7bit" and not body.isascii():
        sentence = "Bytes outside ASCII in a part that is declared 7bit."
        yield from islice(_places(_8BIT, raw, start, end, "8bit-in-7bit", sentence), 1)
    if b"\0" in body:
        yield from islice(_places(_NUL, raw, start, end, "nul", "NUL bytes, which neither 7bit nor 8bit may hold."), 1)
    yield from _long_line(raw, start, end, MAX_TEXT_LINE, "line-too-long", "A line of more than 998 bytes.")
