"""Addresses of machines as trace fields write them, and what kind of address each is.

RFC 5321 section 4.1.3 (address literals); the kinds are those of the IANA special-purpose registries: RFC 1918, 3927, 4193,
4291, 5735, 6598, 6890, 3849, 3056. Values only: nothing is looked up.
"""

from __future__ import annotations

import enum
import ipaddress
import re
from functools import lru_cache
from typing import Final

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_LONGEST: Final = 80
_PORT_AFTER_BRACKET: Final = re.compile(r"\]:?\d{0,5}$")
_IPV4_WITH_PORT: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}")
_LETTERS: Final = re.compile(r"[0-9A-Fa-f:.]+")
_DOCUMENTATION: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
_SHARED: Final = ipaddress.ip_network("100.64.0.0/10")
_UNIQUE_LOCAL: Final = ipaddress.ip_network("fc00::/7")
_SIX_TO_FOUR: Final = ipaddress.ip_network("2002::/16")
_BENCHMARK: Final = tuple(ipaddress.ip_network(text) for text in ("198.18.0.0/15", "2001:2::/48"))


class AddressKind(enum.Enum):
    """Where an address can be reached from; each value is the phrase for a reader."""

    PUBLIC = "a public address"
    PRIVATE = "a private address, used inside a network and the same in many"
    LOOPBACK = "the machine itself (loopback)"
    LINK_LOCAL = "a link-local address, valid on one cable only"
    SHARED = "an address shared behind a provider's translation (CGNAT)"
    DOCUMENTATION = "an address reserved for examples"
    BENCHMARK = "an address reserved for measurements"
    SIX_TO_FOUR = "a 6to4 address; large providers also use these as internal names"
    UNSPECIFIED = "no address at all"
    MULTICAST = "a group address, which nobody can send from"
    RESERVED = "a reserved address"


@lru_cache(maxsize=8_192)
def parse_address(text: str) -> IpAddress | None:
    """Return the address that a word of a trace field means, or None.

    Brackets, the ``IPv6:`` tag, a zone, a port and the question marks of qmail are taken off; an IPv4 address in IPv6
    clothes is the IPv4 address.
    """
    if len(text) > _LONGEST or ("." not in text and ":" not in text):
        return None
    word = text.strip("<>?\"',")
    if word.startswith("["):
        word = _PORT_AFTER_BRACKET.sub("", word.lstrip("["))
    word = word.rstrip("]")
    if word[:5].lower() == "ipv6:":
        word = word[5:]
    word = word.partition("%")[0]
    with_port = _IPV4_WITH_PORT.fullmatch(word)
    if with_port is not None:
        word = with_port[1]
    if _LETTERS.fullmatch(word) is None:
        return None
    try:
        found = ipaddress.ip_address(word)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def is_mapped(text: str) -> bool:
    """True when a word writes an IPv4 address as IPv6 (``::ffff:192.0.2.1``)."""
    return "::ffff:" in text[:_LONGEST].lower() and isinstance(parse_address(text), ipaddress.IPv4Address)


@lru_cache(maxsize=8_192)
def address_kind(address: IpAddress) -> AddressKind:
    """Return what kind of address this is."""
    kind = AddressKind.PUBLIC
    if address.is_unspecified:
        kind = AddressKind.UNSPECIFIED
    elif address.is_loopback:
        kind = AddressKind.LOOPBACK
    elif address.is_link_local:
        kind = AddressKind.LINK_LOCAL
    elif address.is_multicast:
        kind = AddressKind.MULTICAST
    elif any(address in network for network in _DOCUMENTATION):
        kind = AddressKind.DOCUMENTATION
    elif any(address in network for network in _BENCHMARK):
        kind = AddressKind.BENCHMARK
    elif address in _SHARED:
        kind = AddressKind.SHARED
    elif address in _SIX_TO_FOUR:
        kind = AddressKind.SIX_TO_FOUR
    elif isinstance(address, ipaddress.IPv4Address) and address.is_reserved:
        kind = AddressKind.RESERVED
    elif address in _UNIQUE_LOCAL or address.is_private:
        kind = AddressKind.PRIVATE
    elif address.is_reserved:
        kind = AddressKind.RESERVED
    return kind


def is_reachable(address: IpAddress) -> bool:
    """True when the address could be one of the public network; those for examples count, so that specimens work."""
    return address_kind(address) in {AddressKind.PUBLIC, AddressKind.DOCUMENTATION}
