"""Whose domain a Message-ID ends in, and who may have written it: by what else the message names. Pure.

A hint and never a proof: the field is text like any other. RFC 5322 section 3.6.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailclient.mime.addresses import idna_domain, parse_addresses
from mailclient.mime.headers import HeaderBlock
from mailclient.xray.finding import Range
from mailclient.xray.message_id import DomainKind, MessageIdentifier, Writer
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.route_facts import Route

_SIGNER: Final = re.compile(rb"(?:^|;)\s*d\s*=\s*([A-Za-z0-9._-]{1,253})")
MIN_QUEUE_ID: Final = 6
"""Shorter queue numbers occur in identifiers by chance."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Two sentences, and where the identifier occurs in trace fields."""

    whose: str
    written_by: str
    in_received: tuple[Range, ...]


def owner_of(found: MessageIdentifier | None, block: HeaderBlock, route: Route, own: OwnServers) -> Owner:
    """Say whose an identifier is."""
    if found is None:
        return Owner("There is no Message-ID.", "", ())
    queued = _queue_number(found, route)
    places = tuple(place for place, _ in queued)
    return Owner(_whose(found, block, route, own), _written_by(found, route, queued), places)


def _whose(found: MessageIdentifier, block: HeaderBlock, route: Route, own: OwnServers) -> str:
    domain = found.domain
    match found.domain_kind:
        case DomainKind.NONE:
            return "It names no domain."
        case DomainKind.INSIDE:
            return f"It ends in “{domain[:100]}”, a name that means something only inside one network."
        case DomainKind.LITERAL:
            return f"It ends in the address {domain[:100]} instead of a domain."
        case DomainKind.NAME:
            pass
    organisation = own.organisation_of(domain)
    for name, what in _domains(block, route):
        if _ascii(name) == _ascii(domain):
            return f"It ends in {domain[:253]}, {what}."
        if organisation and own.organisation_of(name) == organisation:
            return f"It ends in {domain[:253]}, which belongs to {organisation[:253]} like {what} ({name[:253]})."
    return f"It ends in {domain[:253]}, which the message names nowhere else."


def _ascii(domain: str) -> str:
    """Return one form of a domain that may be written with other letters (RFC 5890): in addresses it often is, here not."""
    return domain if domain.isascii() else idna_domain(domain) or domain


def _domains(block: HeaderBlock, route: Route) -> Iterator[tuple[str, str]]:
    """Yield every domain that the message names, the nearest to its author first, with what it is."""
    for name, what in (
        ("From", "the domain of the author's address"),
        ("Sender", "the domain of the sender's address"),
        ("Resent-From", "the domain of who redirected it"),
        ("Return-Path", "the domain of the address for bounces"),
    ):
        value = block.raw_first(name)
        if value:
            for address in parse_addresses(value, limit=5).addresses:
                if address.domain:
                    yield address.domain, what
    for field in block.all("DKIM-Signature")[:5]:
        match = _SIGNER.search(field.value_raw)
        if match is not None:
            yield match[1].decode("ascii").lower(), "a domain that signed it"
    for judged in route.hops[:1]:
        hop = judged.hop
        yield hop.by.lower(), "the server that took the message in first"
        for name in (hop.rdns, hop.helo, hop.from_name):
            yield name.lower(), "the machine that handed the message in"
    for judged in route.hops[1:]:
        yield judged.hop.by.lower(), "a server on the way"
    value = block.raw_first("List-Id") or b""
    if value.rstrip().endswith(b">"):
        yield value.rstrip()[:-1].rpartition(b"<")[2].decode("ascii", "replace").lower(), "the mailing list"


def _queue_number(found: MessageIdentifier, route: Route) -> list[tuple[Range, str]]:
    """Return the lines of servers whose number of the message is in the identifier, or is the identifier."""
    inner = found.text.strip("<>").lower()
    local = inner.rpartition("@")[0]
    result = []
    for judged in route.hops:
        number = judged.hop.id.lower()
        if len(number) >= MIN_QUEUE_ID and (number == inner or number in local):
            result.append((judged.hop.pieces.get("id", judged.hop.range), judged.hop.host))
    return result


def _written_by(found: MessageIdentifier, route: Route, queued: list[tuple[Range, str]]) -> str:
    if queued and queued[0][1]:
        return f"{queued[0][1][:253]} wrote it: the number under which this server handled the message is in it."
    form = found.form
    if form is not None:
        match form.writer:
            case Writer.PROGRAM:
                who = f"the mail program {form.software}"
            case Writer.SERVER:
                who = f"the server software {form.software}, for a message that came without one,"
            case Writer.SERVICE:
                who = form.software
            case Writer.LIST:
                who = f"the list software {form.software}"
        return f"It has the form that {who} writes. A form can be copied."
    first = route.hops[0].hop if route.hops else None
    if first is not None and found.domain and found.domain == first.by.lower():
        return f"Probably {found.domain[:253]}, the server that took the message in: the author's program left it out."
    return "Its form does not tell which program wrote it."
