"""Which servers are the reader's own: those that the user named, or a guess from the account and the newest line.

Names are compared as text, by the organisation that each belongs to (``xray.organisation``). Values only.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.ids import AccountId
from mailclient.xray.network_address import AddressKind, IpAddress, address_kind, parse_address
from mailclient.xray.organisation import organisational_domain

Organisation = Callable[[str], str]
"""Given a host or domain, returns the domain of the organisation that it belongs to."""

_HOUSES: Final = {
    domain: names[0]
    for names in (
        ("outlook.com", "office365.com", "hotmail.com", "microsoft.com", "exchangelabs.com"),
        ("google.com", "gmail.com", "googlemail.com"),
        ("yahoo.com", "yahoodns.net", "aol.com", "ymail.com"),
        ("icloud.com", "apple.com", "me.com", "mac.com"),
        ("messagingengine.com", "fastmail.com", "fastmail.fm"),
        ("gmx.net", "gmx.de", "web.de", "kundenserver.de", "gmx.com"),
        ("protonmail.ch", "proton.me", "protonmail.com"),
    )
    for domain in names
}
"""Large providers whose servers stand under several domains, by each domain."""
_HOUSE_NETWORKS: Final = (("outlook.com", ipaddress.ip_network("2603:1000::/24")),)
"""Where servers of a house are when its lines show no looked-up name."""
_INSIDE: Final = frozenset(
    {AddressKind.PRIVATE, AddressKind.LOOPBACK, AddressKind.LINK_LOCAL, AddressKind.SHARED, AddressKind.SIX_TO_FOUR}
)


@dataclass(frozen=True, slots=True)
class OwnServers:
    """What is known of the reader's servers."""

    names: tuple[str, ...] = ()
    """Hosts or domains that the user named: then nothing is guessed."""
    hosts: tuple[str, ...] = ()
    """The account's receiving and sending servers."""
    addresses: tuple[str, ...] = ()
    """The account's addresses; below their domains its servers are guessed."""
    other_addresses: tuple[str, ...] = ()
    """Those of the reader's other accounts: his own, and nothing is guessed from them."""
    organisation: Organisation = organisational_domain

    @property
    def all_addresses(self) -> frozenset[str]:
        """Every address of the reader's, in lower case."""
        return frozenset(address.lower() for address in (*self.addresses, *self.other_addresses))

    def organisation_of(self, host: str) -> str:
        """Return the organisation's domain of a host, lower case; large providers count as one house."""
        return _house_of(host, self.organisation)


@lru_cache(maxsize=8_192)
def _house_of(host: str, organisation: Organisation) -> str:
    name = host.strip("[]. ").lower()
    if parse_address(name) is not None or "." not in name:
        return name
    found = organisation(name)
    return _HOUSES.get(found, found)


def own_servers(accounts: Iterable[Account], holder: AccountId | None = None) -> OwnServers:
    """Return what is the reader's own: the servers of the account that holds the message, and all accounts' addresses.

    Of a message from a file nobody knows the account: the servers of all of them are tried. What the user named for one
    account replaces the guess for its messages only. Loopback says nothing about anybody.
    """
    known = tuple(accounts)
    asked = [account for account in known if account.id == holder] or list(known)
    servers = [server for account in asked for server in (account.incoming, account.submission)]
    named = tuple(dict.fromkeys(name for account in asked for name in account.own_servers))
    hosts = tuple(dict.fromkeys(server.host for server in servers if not server.is_loopback))
    addresses = tuple(account.address for account in asked)
    others = tuple(account.address for account in known if account not in asked)
    if len(asked) == 1:
        return OwnServers(named, hosts, addresses, others)
    return OwnServers((), (*hosts, *named), addresses, others)


def own_organisations(own: OwnServers, newest_host: str) -> frozenset[str]:
    """Return the domains under which own servers stand; from the newest line only when the user named none."""
    if own.names:
        return frozenset(name.strip(". ").lower() for name in own.names)
    guessed = [own.organisation_of(host) for host in own.hosts]
    guessed += [own.organisation_of(address.rpartition("@")[2]) for address in own.addresses]
    if newest_host and not is_inside_name(newest_host):
        guessed.append(own.organisation_of(newest_host))
    return frozenset(name for name in guessed if name)


def belongs(host: str, own: OwnServers, organisations: frozenset[str]) -> bool:
    """True when a host is one of the organisations', or stands under one of the named domains."""
    name = host.strip("[]. ").lower()
    if not name:
        return False
    if name in organisations or own.organisation_of(name) in organisations:
        return True
    return any(name.endswith("." + known) for known in organisations)


def is_inside_name(host: str) -> bool:
    """True for a name that no other network can use: no dot, ``localhost``, ``.internal``, a private address."""
    name = host.strip("[]. ").lower()
    address = parse_address(name)
    if address is not None:
        return is_inside(address)
    return "." not in name or name.endswith((".internal", ".local", ".localdomain", ".lan", ".invalid"))


def is_inside(address: IpAddress) -> bool:
    """True for an address inside one network, where nobody from outside can come from."""
    return address_kind(address) in _INSIDE


def in_house_network(address: IpAddress, organisations: frozenset[str]) -> bool:
    """True for an address in a range that belongs to one of the large providers among the organisations."""
    return any(house in organisations and address in network for house, network in _HOUSE_NETWORKS)
