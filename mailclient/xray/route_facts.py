"""What a route is made of: hops with their trust and their delay. Values only; ``route`` fills them.

RFC 5321 section 4.4.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailclient.xray.finding import Finding
from mailclient.xray.received import Hop


class Trust(enum.Enum):
    """How far a line can be believed."""

    OWN = "own"
    """Written by a server of yours."""
    VOUCHED = "vouched"
    """Written by the server that your server talked to and identified: who says it is known, not that it is true."""
    CLAIMED = "claimed"
    """Anybody on the way, or the author, can have written it."""


class StepKind(enum.Enum):
    """What the difference of two times is."""

    FIRST = "first"
    """The oldest hop: there is nothing to compare with."""
    DELAY = "delay"
    ROUNDING = "rounding"
    """A few seconds backwards: two clocks that are as right as clocks are."""
    SKEW = "skew"
    """Backwards: one of the two clocks is wrong."""
    ZONE = "zone"
    """Backwards by whole half hours: one of the two wrote the wrong time zone."""
    UNKNOWN = "unknown"
    """One of the two lines has no readable time."""


@dataclass(frozen=True, slots=True)
class RouteHop:
    """One hop with what the whole route says about it."""

    hop: Hop
    trust: Trust
    reason: str
    """A sentence: why the line has this trust."""
    step: StepKind
    delay_s: int | None
    """Seconds since the hop before by the two clocks; negative for skew."""
    gap: bool = False
    """The server before does not say that it is the one that handed over: a hop may be missing, or lines are invented."""


@dataclass(frozen=True, slots=True)
class Route:
    """The whole way, oldest hop first."""

    hops: tuple[RouteHop, ...]
    total_s: int | None
    """Between the oldest and the newest readable time; None when there are not two, or when clocks contradict."""
    slowest: int | None
    """The place of the hop that took longest, None when none took a second."""
    receiving: int | None
    """The place of the hop where the message came to your servers: the last line to be trusted, and the address for SPF."""
    guessed: bool
    """True when your servers were not named but guessed."""
    organisations: frozenset[str]
    """The domains of your servers."""
    findings: tuple[Finding, ...] = ()

    @property
    def receiving_hop(self) -> Hop | None:
        """The line that your own server wrote when the message came from outside."""
        return None if self.receiving is None else self.hops[self.receiving].hop
