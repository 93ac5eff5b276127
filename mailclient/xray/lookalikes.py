"""Does a domain look like another one that the reader knows? Compared by skeleton, never by what is said of either.

Equal looks are serious, the same name under another ending and one letter more or less are common in honest mail. Nobody is
asked. Pure. UTS 39 section 4; the names to compare with are handed in (``known_names``).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from mailclient.xray.confusables import Letters, skeleton, without_accents
from mailclient.xray.domain_names import DomainName, Writing, look_of, read_domain
from mailclient.xray.finding import Severity
from mailclient.xray.free_mail import FREE_MAIL
from mailclient.xray.known_names import KnownNames, squeezed

MIN_FOR_ONE_LETTER: Final = 6
"""Shorter names are too often one letter apart by accident."""
MAX_NEAR: Final = 200
OWN: Final = "your own domain"
IMITATED: Final = "a name that is much imitated"
ACQUAINTED: Final = "a domain that you know"
_EVERYBODYS: Final = "example"
"""RFC 2606 keeps this name out of use under every ending."""
_PARTS: Final = re.compile(r"[.-]")


class Likeness(enum.Enum):
    """In what way two domains are alike."""

    LOOKS_THE_SAME = "looks-the-same"
    """Letters that look like others."""
    ACCENTS = "accents"
    """The same but for accents."""
    NAME_INSIDE = "name-inside"
    """The whole other name stands inside, below a stranger's."""
    WORD_INSIDE = "word-inside"
    """The word that stands for an organisation is a part of a stranger's name."""
    OTHER_ENDING = "other-ending"
    ONE_LETTER = "one-letter"
    """One letter more, less, other, or two exchanged."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A domain, and the one that it resembles."""

    domain: DomainName
    resembles: str
    relation: str
    """What the other one is to the reader: ``your own domain``."""
    likeness: Likeness
    severity: Severity
    written: str = ""
    """The domain as the message has it."""

    @property
    def sentence(self) -> str:
        """Say it; as the message has it where capitals deceive."""
        shown = self.domain.shown
        if self.domain.writing is Writing.ASCII and self.written.lower() == shown != self.written:
            shown = f"{self.written} ({shown})"
        return _SENTENCES[self.likeness].format(
            shown=shown, other=self.resembles, relation=f" ({self.relation})" if self.relation else ""
        )


_SENTENCES: Final = {
    Likeness.LOOKS_THE_SAME: "The domain {shown} looks like {other}{relation} and is another one.",
    Likeness.ACCENTS: "But for accents, the domain {shown} reads like {other}{relation}.",
    Likeness.NAME_INSIDE: "The domain {shown} has the name {other}{relation} inside and belongs to somebody else.",
    Likeness.WORD_INSIDE: "The domain {shown} uses the name of {other}{relation}; it is not one of its known domains.",
    Likeness.OTHER_ENDING: "The domain {shown} is {other}{relation} with another ending.",
    Likeness.ONE_LETTER: "The domain {shown} is one letter away from {other}{relation}.",
}


def find_lookalike(domain: str, names: KnownNames, near: Mapping[str, str]) -> Lookalike | None:
    """Return what a domain resembles most, None when it resembles nothing or is itself known.

    ``near`` are domains that matter here (the reader's own, of other addresses in the message), each with what it is.
    """
    own, look = look_of(domain, names.letters)
    if "." not in own or own in names.imitated.domains or names.acquaintances.get(look) == own:
        return None
    known: dict[str, tuple[str, str]] = {}
    for name, relation in list(near.items())[:MAX_NEAR]:
        other, other_look = look_of(name, names.letters)
        if other == own and relation == OWN:
            return None
        if "." in other and other != own:
            known[other] = (relation, other_look)
    read = read_domain(domain, names.letters)
    found = _like_those_near(read, own, known, names, domain) if known else None
    among = _like_those_known(domain, names)
    best = min((one for one in (found, among) if one is not None), key=_order, default=None)
    return replace(best, written=domain) if best is not None else None


def _order(one: Lookalike) -> tuple[int, int]:
    return -one.severity.weight, list(Likeness).index(one.likeness)


def _like_those_near(
    read: DomainName, own: str, known: Mapping[str, tuple[str, str]], names: KnownNames, written: str
) -> Lookalike | None:
    """Compare with the reader's own domains and those in the message."""
    text = read.organisation[1]
    looks = _looks(text, written, names.letters)
    plain = "" if text.isascii() else without_accents(text)
    label, _, ending = own.partition(".")
    under = f".{read.ascii}"
    nearly: Lookalike | None = None
    for other, (relation, other_look) in known.items():
        if other_look in looks:
            return Lookalike(read, other, relation, Likeness.LOOKS_THE_SAME, _grave(foreign=bool(plain)))
        if f".{other}." in under:
            return Lookalike(read, other, relation, Likeness.NAME_INSIDE, Severity.WARNING)
        name, _, other_ending = other.partition(".")
        if plain == other:
            nearly = Lookalike(read, other, relation, Likeness.ACCENTS, Severity.NOTICE)
        elif name == label and len(name) > 3 and name != _EVERYBODYS:
            if relation == OWN and not {own, other} & FREE_MAIL:
                nearly = Lookalike(read, other, relation, Likeness.OTHER_ENDING, Severity.NOTICE)
        elif ending == other_ending and _one_letter_apart(label, name):
            nearly = Lookalike(read, other, relation, Likeness.ONE_LETTER, Severity.NOTICE)
    return nearly


@lru_cache(maxsize=1024)
def _like_those_known(domain: str, names: KnownNames) -> Lookalike | None:
    """Compare with acquaintances and with much imitated names; the same for every message, so that it is kept."""
    read = read_domain(domain, names.letters)
    own, text = read.organisation
    return (
        _looks_the_same(read, text, names, domain)
        or _inside(read, own, names)
        or _one_letter_from_known(read, own, names)
    )


def _looks(text: str, written: str, letters: Letters) -> set[str]:
    """What a domain looks like; as it is written, too: a capital I is a small l to the eye."""
    looks = {skeleton(text, letters)}
    tail = written.strip(". ")[-len(text) :]
    return looks if tail == text else looks | {skeleton(tail, letters)}


def _looks_the_same(read: DomainName, text: str, names: KnownNames, written: str) -> Lookalike | None:
    letters, imitated = names.letters, names.imitated
    foreign = not text.isascii()
    for look in _looks(text, written, letters):
        if look in names.acquaintances:
            other = names.acquaintances[look]
            return Lookalike(read, other, ACQUAINTED, Likeness.LOOKS_THE_SAME, _grave(foreign=foreign))
        if look in imitated.looks:
            return Lookalike(read, imitated.looks[look], IMITATED, Likeness.LOOKS_THE_SAME, Severity.DANGER)
    label = text.partition(".")[0]
    word = imitated.words.get(skeleton(label, letters), "")
    if len(word) > 4 and word != label:
        return Lookalike(read, _domain_of(word, names), IMITATED, Likeness.LOOKS_THE_SAME, Severity.DANGER)
    plain = without_accents(text) if foreign else ""
    if plain in imitated.domains:
        return Lookalike(read, plain, IMITATED, Likeness.ACCENTS, Severity.WARNING)
    return None


def _grave(*, foreign: bool) -> Severity:
    """Letters of another alphabet are chosen; ``rn`` for ``m`` can be an honest name."""
    return Severity.DANGER if foreign else Severity.WARNING


def _inside(read: DomainName, own: str, names: KnownNames) -> Lookalike | None:
    below = read.ascii.split(".")[: -own.count(".")]
    for start in range(len(below)):
        for count in (2, 3):
            name = ".".join(below[start : start + count])
            if name in names.imitated.domains:
                return Lookalike(read, name, IMITATED, Likeness.NAME_INSIDE, Severity.WARNING)
    own_label = own.partition(".")[0]
    for part in _PARTS.split(".".join(below)):
        word = names.imitated.words.get(skeleton(part, names.letters), "") if len(part) > 2 else ""
        if not word or own_label == word or word in names.imitated.common:
            continue
        other = _domain_of(word, names)
        if part == word:
            return Lookalike(read, other, "", Likeness.WORD_INSIDE, Severity.NOTICE)
        if len(word) > 4:
            return Lookalike(read, other, IMITATED, Likeness.LOOKS_THE_SAME, Severity.WARNING)
    return None


def _one_letter_from_known(read: DomainName, own: str, names: KnownNames) -> Lookalike | None:
    label, _, ending = own.partition(".")
    for other in _first(names.acquaintances.values()):
        name, _, other_ending = other.partition(".")
        if ending == other_ending and _one_letter_apart(label, name):
            return Lookalike(read, other, ACQUAINTED, Likeness.ONE_LETTER, Severity.NOTICE)
    for other, word in names.imitated.domains.items():
        if word not in names.imitated.common and other == f"{word}.{ending}" and _one_letter_apart(label, word):
            return Lookalike(read, other, IMITATED, Likeness.ONE_LETTER, Severity.NOTICE)
    return None


def _first(domains: Iterable[str]) -> Iterable[str]:
    return (domain for domain, _ in zip(domains, range(MAX_NEAR), strict=False))


def _domain_of(word: str, names: KnownNames) -> str:
    return next((domain for domain, of in names.imitated.domains.items() if of == word), word)


def _one_letter_apart(one: str, other: str) -> bool:
    """True when one letter is put in, left out or changed, or two neighbours are exchanged; not of short names."""
    if one == other or abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < MIN_FOR_ONE_LETTER:
        return False
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[place:], other[place:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    )


def claimed_name(display_name: str, domain: str, names: KnownNames) -> str:
    """Return the name of a much imitated organisation that a sender's name uses and its domain is not known for."""
    known = names.imitated.names
    words = display_name[:200].split() if known else []
    if not words:
        return ""
    own, _ = read_domain(domain, names.letters).organisation
    if own in names.imitated.domains:
        return ""
    own_look = skeleton(own.replace("-", ""), names.letters)
    for start in range(len(words)):
        for count in (1, 2):
            look = skeleton(squeezed("".join(words[start : start + count])), names.letters)
            if look in known and look not in own_look:
                return known[look]
    return ""
