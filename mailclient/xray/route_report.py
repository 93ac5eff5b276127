"""A route as JSON for ``inspect``; the keys are stable and documented in ``docs/inspect.md``. Pure."""

from __future__ import annotations

from mailclient.xray.journey import journey, journey_lines
from mailclient.xray.json_values import Json, finding_json
from mailclient.xray.network_address import address_kind, is_mapped
from mailclient.xray.route_facts import Route, RouteHop


def route_json(route: Route) -> Json:
    """Return the key ``route`` of the report: hops from the oldest to the newest."""
    return {
        "hops": [_hop(judged) for judged in route.hops],
        "total_seconds": route.total_s,
        "slowest": route.slowest,
        "receiving": route.receiving,
        "own_servers": {"guessed": route.guessed, "domains": sorted(route.organisations)},
        "journey": list(journey_lines(journey(route))),
        "findings": [finding_json(found) for found in route.findings],
    }


def _hop(judged: RouteHop) -> Json:
    hop, address = judged.hop, judged.hop.address
    return {
        "from": hop.from_name or None,
        "helo": hop.helo or None,
        "rdns": hop.rdns or None,
        "ip": hop.ip or None,
        "ip_kind": address_kind(address).name.lower() if address else None,
        "ip_mapped": is_mapped(hop.ip),
        "by": hop.by or None,
        "via": hop.via or None,
        "with": hop.with_text or None,
        "with_explained": hop.protocol_explained or None,
        "tls": {"version": hop.tls_version or None, "cipher": hop.cipher or None} if hop.encrypted else None,
        "authenticated": hop.authenticated,
        "authenticated_as": hop.authenticated_as or None,
        "id": hop.id or None,
        "for": hop.for_address or None,
        "envelope_from": hop.envelope_from or None,
        "date": hop.date.isoformat() if hop.date else None,
        "delay_seconds": judged.delay_s,
        "step": judged.step.value,
        "gap": judged.gap,
        "software": " ".join(part for part in (hop.software, hop.software_version) if part) or None,
        "trust": judged.trust.value,
        "reason": judged.reason,
        "range": list(hop.range),
        "pieces": {name: list(place) for name, place in hop.pieces.items()},
    }
