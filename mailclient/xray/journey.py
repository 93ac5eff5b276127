"""The journey of a message for a diagram and for a screen reader: who wrote it, handed it in, carried it, delivered it.

The four roles are those of RFC 5598 (MUA, MSA, MTA, MDA) with the hosts that the Received fields name. Pure.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from mailclient.xray.received import Hop, is_hidden_client
from mailclient.xray.route_facts import Route, RouteHop, StepKind, Trust
from mailclient.xray.route_findings import duration_text


class Role(enum.Enum):
    """What a station does, with the words for a reader."""

    MUA = "mail program"
    MSA = "submission server"
    MTA = "mail server"
    MDA = "delivery to the mailbox"


@dataclass(frozen=True, slots=True)
class Station:
    """One place on the journey, and how the message got there."""

    role: Role
    host: str
    """The best name for it; a sentence part when it has none."""
    address: str = ""
    trust: Trust = Trust.CLAIMED
    protocol: str = ""
    """How the message came here: the words after ``with``."""
    encrypted: bool = False
    signed_in: bool = False
    when: datetime | None = None
    delay_s: int | None = None
    """Seconds on the way here; None when clocks do not tell."""
    software: str = ""
    hop: int | None = None
    """The place of the hop in the route; None for the program that began."""


_SUBMISSION_WORDS = frozenset({"http", "https", "httprest", "submission", "mapi"})
_DELIVERY_WORDS = frozenset({"lmtp", "lmtpa", "lmtps", "lmtpsa", "utf8lmtp", "utf8lmtpa", "utf8lmtps", "utf8lmtpsa"})


def journey(route: Route) -> tuple[Station, ...]:
    """Return the stations from the author's program to the mailbox; empty without any Received field."""
    if not route.hops:
        return ()
    first = route.hops[0]
    stations = [_origin(first)]
    for place, judged in enumerate(route.hops):
        if judged.hop.is_fetching:
            role = Role.MUA
        elif place == 0 and _is_submission(judged.hop):
            role = Role.MSA
        elif judged.hop.protocol in _DELIVERY_WORDS or (place and place == len(route.hops) - 1):
            role = Role.MDA
        else:
            role = Role.MTA
        stations.append(_station(role, judged, place))
    return tuple(stations)


def _origin(first: RouteHop) -> Station:
    hop = first.hop
    if is_hidden_client(hop):
        return Station(Role.MUA, "a customer whose address the provider hides", trust=first.trust)
    if _is_submission(hop):
        return Station(Role.MUA, hop.peer_name or f"a program on {hop.host}", hop.ip, first.trust)
    return Station(Role.MTA, hop.peer_name or hop.host or "unknown", hop.ip, first.trust)


def _is_submission(hop: Hop) -> bool:
    return (
        hop.authenticated
        or hop.protocol in _SUBMISSION_WORDS
        or "local" in hop.protocol
        or not (hop.from_name or hop.ip)
    )


def _station(role: Role, judged: RouteHop, place: int) -> Station:
    hop = judged.hop
    return Station(
        role=role,
        host=hop.by or hop.by_ip or "the same server",
        address=hop.by_ip,
        trust=judged.trust,
        protocol=hop.with_text,
        encrypted=hop.encrypted,
        signed_in=hop.authenticated,
        when=hop.date,
        delay_s=judged.delay_s if judged.step is StepKind.DELAY else None,
        software=hop.software,
        hop=place,
    )


def journey_lines(stations: tuple[Station, ...]) -> tuple[str, ...]:
    """Return the journey as numbered sentences: what the diagram shows, for those who do not see it."""
    lines: list[str] = []
    for number, station in enumerate(stations, start=1):
        who = f"{number}. {station.role.value.capitalize()} {station.host}"
        if station.address and station.address != station.host:
            who += f" ({station.address})"
        if station.hop is None:
            lines.append(f"{who}: the message begins here, as far as the lines tell.")
            continue
        told = f"came with {station.protocol}" if station.protocol else "it is not said how the message came"
        told += ", encrypted" if station.encrypted else ""
        told += ", after signing in" if station.signed_in else ""
        if station.delay_s is not None:
            told += (
                f", {duration_text(station.delay_s)} after the one before"
                if station.delay_s
                else ", in the same second"
            )
        lines.append(f"{who}: {told}. {_TRUST_WORDS[station.trust]}")
    return tuple(lines)


_TRUST_WORDS = {
    Trust.OWN: "Your own server says so.",
    Trust.VOUCHED: "A server says so that your own server identified.",
    Trust.CLAIMED: "Nobody vouches for it.",
}
