"""The names that a sender may resemble: much imitated organisations, and those whom the reader has to do with.

Made once and handed in with an examination; a table of letters comes with it. Values only. See ``lookalikes``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from mailclient.xray.confusables import Letters, skeleton
from mailclient.xray.domain_names import read_domain

MAX_ACQUAINTANCES: Final = 5_000
_BETWEEN: Final = re.compile(r"[^\w]+|_")


@dataclass(frozen=True, slots=True)
class Imitated:
    """Much imitated organisations."""

    domains: Mapping[str, str] = field(default_factory=dict)
    """Their own domains, each with the word that stands for the organisation."""
    looks: Mapping[str, str] = field(default_factory=dict)
    """The skeleton of each domain, with the domain."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The skeleton of each word, with the word."""
    common: frozenset[str] = frozenset()
    """Words that others use in their names as well."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The skeleton of each sender's name as ``squeezed``, with the name as it is written."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownNames:
    """Everything that a sender's domain is compared with, but for what stands in the message itself.

    Compared by identity, so that it can be the key of a cache.
    """

    letters: Letters = field(default_factory=Letters)
    imitated: Imitated = field(default_factory=Imitated)
    acquaintances: Mapping[str, str] = field(default_factory=dict)
    """Organisations that the reader has written to or had mail from: the skeleton of each domain, with the domain."""


NOBODY: Final = KnownNames()


def parse_imitated(table: Mapping[str, object], letters: Letters) -> Imitated:
    """Return the organisations of a table; see ``resources/letters/imitated.toml`` for its form."""
    listed, common, names = table.get("domains"), table.get("common"), table.get("names")
    domains: dict[str, str] = {}
    for word, values in listed.items() if isinstance(listed, Mapping) else ():
        domains.update((str(domain), str(word)) for domain in values)
    return Imitated(
        domains,
        {skeleton(domain, letters): domain for domain in domains},
        {skeleton(word, letters): word for word in dict.fromkeys(domains.values())},
        frozenset(map(str, common)) if isinstance(common, Sequence) else frozenset(),
        {skeleton(squeezed(str(name)), letters): str(name) for name in names} if isinstance(names, Sequence) else {},
    )


@lru_cache(maxsize=4)
def with_acquaintances(names: KnownNames, domains: tuple[str, ...]) -> KnownNames:
    """Return the names with these domains as well; the same object for the same domains, since caches hold on to it."""
    return replace(names, acquaintances=acquaintances(domains, names.letters))


def acquaintances(domains: Iterable[str], letters: Letters) -> dict[str, str]:
    """Return the organisations of domains, each with what it looks like."""
    known: dict[str, str] = {}
    for domain in domains:
        if len(known) >= MAX_ACQUAINTANCES:
            break
        ascii_form, text = read_domain(domain, letters).organisation
        if "." in ascii_form:
            known[skeleton(text, letters)] = ascii_form
    return known


def squeezed(name: str) -> str:
    """Return a name without blanks and signs, in lower case: ``BNP Paribas`` is ``bnpparibas``."""
    return _BETWEEN.sub("", name).casefold()
