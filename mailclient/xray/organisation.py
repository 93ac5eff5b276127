"""Which organisation a domain belongs to: one label below its public suffix. The only user of publicsuffixlist.

The list of public suffixes comes with that package and is never fetched: a table of constants like a codec's, read when it
is first wanted. It says below which names strangers register side by side (``co.uk``, ``github.io``). It is a good guess
and no proof. DMARC asks the DNS instead (``xray.dmarc``, RFC 9989 section 4.10); the list answers while nothing may be
asked (RFC 7489 section 3.2).
"""

from __future__ import annotations

import ipaddress
from functools import cache, lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

_MAX_NAME: Final = 253


@cache
def _suffixes() -> PublicSuffixList:
    # With the list's own letters only: to add both forms of each rule takes four fifths of the reading.
    return PublicSuffixList(accept_encoded_idn=False)


@lru_cache(maxsize=4096)
def organisational_domain(domain: str) -> str:
    """Return the domain of the organisation that a host or domain belongs to, in lower case, A-labels and U-labels kept.

    A public suffix, a name without a dot and an address are returned as they are.
    """
    name = domain.strip(". ").lower()
    suffix = public_suffix(name)
    if not suffix or suffix == name:
        return name
    return ".".join(name.split(".")[-(suffix.count(".") + 2) :])


def public_suffix(domain: str) -> str:
    """Return the part of a name below which anybody can register; empty for what is no domain of several labels."""
    name = domain.strip(". ").lower()
    labels = name.split(".")
    if len(labels) < 2 or len(name) > _MAX_NAME or not all(labels) or _is_address(name):
        return ""
    found: str | None = _suffixes().publicsuffix(_u_labels(name))
    return ".".join(labels[-(found.count(".") + 1) :]) if found else ""


def same_organisation(one: str, other: str) -> bool:
    """True when two domains belong to one organisation, as far as the list knows; never for a public suffix itself."""
    own = organisational_domain(a_labels(one))
    return "." in own and own == organisational_domain(a_labels(other)) and own != public_suffix(own)


def a_labels(name: str) -> str:
    """Return a domain as the DNS knows it, in lower case; a label that has no such form stays as it is."""
    if name.isascii():
        return name.lower()
    return ".".join(label if label.isascii() else _a_label(label) for label in name.lower().split("."))


def _u_labels(name: str) -> str:
    """Return a name in the letters of the list."""
    if "xn--" not in name:
        return name
    return ".".join(_u_label(label) if label.startswith("xn--") else label for label in name.split("."))


def _u_label(label: str) -> str:
    try:
        text = label.encode("ascii").decode("idna")
    except UnicodeError:
        return label
    return text if text and "." not in text else label


def _a_label(label: str) -> str:
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        return label


def _is_address(name: str) -> bool:
    if not name[-1:].isdigit() and ":" not in name:
        return False  # The last label of an address is a number.
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
