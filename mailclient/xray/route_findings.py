"""What is odd about a route, in sentences. Honest mail shows much of it, so nearly all is told and not warned of.

Pure; the facts are those of ``route``. RFC 5321 sections 4.1.1.1, 4.4 and 6.3.
"""

from __future__ import annotations

import itertools
from typing import Final

from mailclient.xray.finding import Finding, Severity
from mailclient.xray.network_address import AddressKind, address_kind, is_reachable, parse_address
from mailclient.xray.own_servers import OwnServers, belongs
from mailclient.xray.received import Hop
from mailclient.xray.received_words import SELDOM_HONEST
from mailclient.xray.route_facts import Route, RouteHop, StepKind, Trust

_TRACE: Final = "RFC 5321 section 4.4"
_LONG_S: Final = 3_600
_MANY_HOPS: Final = 30


def duration_text(seconds: int) -> str:
    """Return seconds as people say them: ``4 min 15 s``; two units at most."""
    left = abs(seconds)
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def route_findings(route: Route, own: OwnServers) -> tuple[Finding, ...]:
    """Return the findings of a route."""
    if not route.hops:
        return (
            Finding(
                "no-received",
                Severity.INFO,
                "No server has written a line about this message.",
                "It is a draft, a copy that your own program kept, or its trace was removed. There is no way to show.",
                rfc=_TRACE,
            ),
        )
    findings: list[Finding] = []
    for before, hop in itertools.pairwise(route.hops):
        findings += _time_findings(before, hop)
        if hop.gap:
            findings.append(_gap(before.hop, hop.hop))
    receiving = route.receiving_hop
    if receiving is not None:
        findings += _receiving_findings(receiving, route, own)
    findings += _claimed_findings(route, own)
    if len(route.hops) > _MANY_HOPS:
        findings.append(
            Finding(
                "many-hops",
                Severity.NOTICE,
                f"The message has {len(route.hops)} lines of servers, far more than usual.",
                "Mail in a loop collects such lines until a server gives up; some forwarding chains are long too.",
                rfc="RFC 5321 section 6.3",
            )
        )
    return tuple(findings)


def _time_findings(before: RouteHop, hop: RouteHop) -> list[Finding]:
    place = hop.hop.pieces.get("date", hop.hop.range)
    hosts = f"{before.hop.host or 'the server before'} and {hop.hop.host or 'the server after'}"
    if hop.step is StepKind.SKEW and hop.delay_s is not None:
        return [
            Finding(
                "clock-skew",
                Severity.INFO,
                f"The clocks of {hosts} differ by at least {duration_text(hop.delay_s)}.",
                "The later line tells an earlier time: no delay and no sign of forgery, but one of the two clocks is wrong.",
                place,
                _TRACE,
            )
        ]
    if hop.step is StepKind.ZONE and hop.delay_s is not None:
        return [
            Finding(
                "wrong-time-zone",
                Severity.INFO,
                f"One of {hosts} wrote the wrong time zone: {duration_text(hop.delay_s)} backwards.",
                "The step back is a whole number of half hours, which a clock that runs wrong hardly is.",
                place,
                _TRACE,
            )
        ]
    if hop.step is StepKind.DELAY and hop.delay_s is not None and hop.delay_s >= _LONG_S:
        return [
            Finding(
                "slow-hop",
                Severity.INFO,
                f"{hop.hop.host or 'A server'} got the message {duration_text(hop.delay_s)} after the server before it.",
                "The sending server tried again and again, the receiving one let strangers wait (greylisting), somebody "
                "released it from a quarantine, or the clocks differ.",
                place,
                _TRACE,
            )
        ]
    return []


def _gap(before: Hop, hop: Hop) -> Finding:
    return Finding(
        "gap",
        Severity.INFO,
        f"{before.host} got the message, but {hop.host or 'the next server'} had it from {hop.peer_name}.",
        "Servers inside one organisation often carry other names, and some write no line. Below your own servers it can "
        "also mean that the older lines were invented.",
        hop.pieces.get("from_name", hop.range),
        _TRACE,
    )


def _receiving_findings(hop: Hop, route: Route, own: OwnServers) -> list[Finding]:
    findings: list[Finding] = []
    address, helo = hop.address, hop.helo.strip("[]")
    literal = parse_address(hop.helo)
    who = hop.ip or hop.peer_name
    place = hop.pieces.get("helo", hop.range)
    if address is None or hop.authenticated or not is_reachable(address):
        return findings
    if (
        helo
        and literal is None
        and hop.rdns
        and belongs(helo, own, route.organisations)
        and not belongs(hop.rdns, own, route.organisations)
    ):
        findings.append(
            Finding(
                "helo-claims-own-name",
                Severity.WARNING,
                f"{who} introduced itself as {helo}, a name of your own servers.",
                f"Your server looked the address up and found {hop.rdns}. Honest servers give their own name.",
                place,
                "RFC 5321 section 4.1.1.1",
            )
        )
    elif literal is not None and literal != address:
        findings.append(_helo(f"{who} introduced itself with another address, {literal}.", place))
    elif helo and hop.rdns and helo.lower().rstrip(".") != hop.rdns.lower():
        findings.append(_helo(f"{who} introduced itself as {helo}; its address is registered as {hop.rdns}.", place))
    if hop.forged:
        findings.append(
            Finding(
                "reverse-name-unconfirmed",
                Severity.NOTICE,
                f"The name {hop.rdns} of {who} does not lead back to that address.",
                "Who owns an address can give it any reverse name; only a name that leads back says who it is.",
                hop.pieces.get("rdns", hop.range),
                "RFC 1912 section 2.1",
            )
        )
    elif hop.from_name.lower() == "unknown" or (not hop.rdns and hop.software in {"Postfix", "Sendmail", "Gmail"}):
        findings.append(
            Finding(
                "no-reverse-name",
                Severity.NOTICE,
                f"The address {who} has no name.",
                "Servers that send mail nearly always have one; connections of homes and offices often have not.",
                hop.pieces.get("ip", hop.range),
                "RFC 1912 section 2.1",
            )
        )
    if not hop.encrypted and hop.protocol in {"smtp", "esmtp"}:
        findings.append(
            Finding(
                "came-unencrypted",
                Severity.INFO,
                f"Nothing says that the connection from {hop.peer_name} to your server was encrypted.",
                "Anybody on the way could have read the message. Some servers encrypt without writing it down.",
                hop.pieces.get("with_text", hop.range),
                "RFC 3207",
            )
        )
    return findings


def _helo(title: str, place: tuple[int, int]) -> Finding:
    return Finding(
        "helo-differs",
        Severity.INFO,
        title,
        "Many honest servers do so. The name given is only a claim; the address is what your server saw.",
        place,
        "RFC 5321 section 4.1.1.1",
    )


def _claimed_findings(route: Route, own: OwnServers) -> list[Finding]:
    findings: list[Finding] = []
    for hop in (judged.hop for judged in route.hops if judged.trust is Trust.CLAIMED):
        if hop.protocol in SELDOM_HONEST and hop.software != "qmail":
            findings.append(
                Finding(
                    "odd-protocol",
                    Severity.NOTICE,
                    f"A line below your servers says that the message came with {hop.with_text}.",
                    "Programs for unwanted mail like to invent such lines; real servers write this word seldom.",
                    hop.pieces.get("with_text", hop.range),
                    "RFC 3848",
                )
            )
        if hop.by and belongs(hop.by, own, route.organisations):
            findings.append(
                Finding(
                    "own-name-below-boundary",
                    Severity.INFO,
                    f"A line that others handed over names {hop.by}, one of your servers.",
                    "That is so when own mail comes back from a list. It can be invented too: no server of yours saw it.",
                    hop.pieces.get("by", hop.range),
                    _TRACE,
                )
            )
        address = hop.address
        if address is not None and address_kind(address) is AddressKind.RESERVED:
            findings.append(
                Finding(
                    "impossible-address",
                    Severity.NOTICE,
                    f"A line names {address}, which nobody can send from.",
                    "The line is invented or damaged.",
                    hop.pieces.get("ip", hop.range),
                    "RFC 6890",
                )
            )
    return findings
