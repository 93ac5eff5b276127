"""The way of a message: its hops oldest first, how long each took, where the reader's own servers begin.

What stands below the trust boundary was written by others and can be invented; this module says so for each hop. Clocks
differ: a step back in time is skew and no delay. Pure. RFC 5321 section 4.4, RFC 5598.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailclient.mime.headers import HeaderBlock
from mailclient.xray.network_address import is_reachable
from mailclient.xray.own_servers import (
    OwnServers,
    belongs,
    in_house_network,
    is_inside,
    is_inside_name,
    own_organisations,
)
from mailclient.xray.received import Hop, received_hops
from mailclient.xray.route_facts import Route, RouteHop, StepKind, Trust
from mailclient.xray.route_findings import route_findings

ROUNDING_S: Final = 5
_ZONE_STEP_S: Final = 1_800
_ZONE_NEAR_S: Final = 120


def examine_route(block: HeaderBlock, own: OwnServers | None = None) -> Route:
    """Return the route of a message; any header has one."""
    known = own or OwnServers()
    newest_first = [hop for hop in received_hops(block) if hop.field_name.lower() == "received"]
    organisations = own_organisations(
        known, next((hop.host for hop in newest_first if hop.host and not hop.is_fetching), "")
    )
    judged = _trust(newest_first, known, organisations)
    oldest_first = list(reversed(list(zip(newest_first, judged, strict=True))))
    hops: list[RouteHop] = []
    for place, (hop, (trust, reason)) in enumerate(oldest_first):
        before = oldest_first[place - 1][0] if place else None
        step, delay_s = _step(before, hop)
        gap = before is not None and _is_gap(before, hop, known)
        hops.append(RouteHop(hop, trust, reason, step, delay_s, gap))
    receiving = next(
        (place for place, hop in enumerate(hops) if hop.trust is Trust.OWN and not hop.hop.is_fetching), None
    )
    route = Route(
        hops=tuple(hops),
        total_s=_total_s(hops),
        slowest=_slowest(hops),
        receiving=receiving,
        guessed=not known.names,
        organisations=organisations,
    )
    return replace(route, findings=route_findings(route, known))


def _trust(newest_first: Sequence[Hop], own: OwnServers, organisations: frozenset[str]) -> list[tuple[Trust, str]]:
    """Walk down from the newest line. Own lines end where a line of ours saw somebody from outside."""
    judged: list[tuple[Trust, str]] = []
    inside = True
    boundary: Hop | None = None
    for place, hop in enumerate(newest_first):
        if inside and hop.is_fetching:
            judged.append((Trust.OWN, "Your own program wrote this line when it fetched the message from the mailbox."))
            continue
        if inside and _wrote(hop, own, organisations, is_newest=place == 0):
            outside = _saw_outside(hop, own, organisations)
            judged.append((Trust.OWN, _own_reason(hop, own, place, outside=outside)))
            if outside:
                inside, boundary = False, hop
            continue
        inside = False
        if boundary is not None and _is_the_peer(hop, boundary, own):
            judged.append(
                (
                    Trust.VOUCHED,
                    f"{hop.host} wrote this line, and your server saw that it was {hop.host} that handed over.",
                )
            )
            boundary = hop if not hop.ip or is_inside_name(hop.ip) else None
            continue
        boundary = None
        judged.append(
            (Trust.CLAIMED, "Nobody you know vouches for this line; everybody below your servers can write such lines.")
        )
    return judged


def _own_reason(hop: Hop, own: OwnServers, place: int, *, outside: bool) -> str:
    name = hop.host or "your server"
    if own.names:
        start = f"You named {name} as your own server."
    elif place == 0:
        start = f"{name} wrote the newest line, so it is taken for your own server."
    else:
        start = f"{name} belongs to your provider."
    if not outside:
        return start
    if hop.authenticated:
        return f"{start} It saw somebody sign in and hand the message in."
    return f"{start} It saw {hop.ip or hop.peer_name} hand the message over: from here down, all is told by others."


def _wrote(hop: Hop, own: OwnServers, organisations: frozenset[str], *, is_newest: bool) -> bool:
    host = hop.host
    if belongs(host, own, organisations):
        return True
    if own.names:
        return not host or is_inside_name(host)
    return is_newest or not host or is_inside_name(host)


def _saw_outside(hop: Hop, own: OwnServers, organisations: frozenset[str]) -> bool:
    """True when the other side was no server of ours. A name that the other side gave itself proves nothing."""
    address = hop.address
    if address is not None:
        if is_inside(address):
            return False
        if in_house_network(address, organisations):
            return False
        return not belongs(hop.rdns, own, organisations) or hop.forged or not is_reachable(address)
    if not hop.from_name:
        return False
    return not belongs(hop.from_name, own, organisations) and not is_inside_name(hop.from_name)


def _is_the_peer(hop: Hop, boundary: Hop, own: OwnServers) -> bool:
    """True when the line was written by the host that the line above identified."""
    seen = "" if boundary.forged else boundary.rdns
    if hop.by_ip and hop.by_ip == boundary.ip:
        return True
    return bool(seen and hop.by) and own.organisation_of(hop.by) == own.organisation_of(seen)


def _step(before: Hop | None, hop: Hop) -> tuple[StepKind, int | None]:
    if before is None:
        return StepKind.FIRST, None
    if before.date is None or hop.date is None:
        return StepKind.UNKNOWN, None
    seconds = int((hop.date - before.date).total_seconds())
    if seconds >= 0:
        return StepKind.DELAY, seconds
    if seconds >= -ROUNDING_S:
        return StepKind.ROUNDING, seconds
    back = -seconds
    nearest = round(back / _ZONE_STEP_S) * _ZONE_STEP_S
    if nearest and abs(back - nearest) <= _ZONE_NEAR_S:
        return StepKind.ZONE, seconds
    return StepKind.SKEW, seconds


def _total_s(hops: Sequence[RouteHop]) -> int | None:
    dates = [hop.hop.date for hop in hops if hop.hop.date is not None]
    if len(dates) < 2:
        return None
    total_s = int((dates[-1] - dates[0]).total_seconds())
    return total_s if total_s >= 0 else None


def _slowest(hops: Sequence[RouteHop]) -> int | None:
    delays = [(hop.delay_s or 0, -place) for place, hop in enumerate(hops) if hop.step is StepKind.DELAY]
    longest, place = max(delays, default=(0, 0))
    return -place if longest > 0 else None


def _is_gap(before: Hop, hop: Hop, own: OwnServers) -> bool:
    """True when nothing in the later line names the server that wrote the earlier one."""
    names = [name for name in (hop.from_name, hop.helo, hop.rdns) if name]
    if not names and not hop.ip:
        return False  # A line without "from": taken over on the same machine.
    if not before.host or is_inside_name(before.host) or (before.by_ip and before.by_ip == hop.ip):
        return False
    address = hop.address
    if address is not None and is_inside(address):
        return False
    if names and all(is_inside_name(name) for name in names) and not hop.ip:
        return False
    wanted = own.organisation_of(before.host)
    return all(own.organisation_of(name) != wanted for name in names)
