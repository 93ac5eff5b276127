"""What is wanted of a folder: its scope, its account's model and the line, brought together. Pure.

Time is the server's received time (INTERNALDATE, RFC 3501 section 2.3.3), which each row's key carries from its first
listing: a Date field that lies can neither fetch nor remove anything. Nothing here ever says that something is to go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mailclient.domain.scope import BodyBounds, ConnectionModel, DownloadScope, Keep

DAY_S: Final = 86_400
OPENED_BYTES: Final = 200 * 1000 * 1000
"""So much of what was opened outside the scope stays here for each account."""


@dataclass(frozen=True, slots=True)
class FolderWish:
    """What to fetch of one folder without being asked for."""

    headers: bool
    bodies: BodyBounds | None
    """None: no whole message."""


def decide_wish(
    scope: DownloadScope, model: ConnectionModel, now_unix_s: float, *, metered: bool = False
) -> FolderWish:
    """Return what is fetched of a folder. A metered line puts bodies off; it never changes what belongs here."""
    if scope.keep is Keep.NOTHING:
        return FolderWish(headers=False, bodies=None)
    if metered:
        return FolderWish(headers=True, bodies=None)
    return FolderWish(headers=True, bodies=decide_bounds(scope, model, now_unix_s))


def decide_bounds(scope: DownloadScope, model: ConnectionModel, now_unix_s: float) -> BodyBounds | None:
    """Return which whole messages belong here, whatever the line is like; None: none."""
    if model is ConnectionModel.ONLINE:
        return None
    match scope.keep:
        case Keep.EVERYTHING:
            return BodyBounds(None, scope.max_size_bytes)
        case Keep.RECENT:
            return BodyBounds(first_second(scope.days, now_unix_s), scope.max_size_bytes)
        case Keep.HEADERS | Keep.NOTHING:
            return None


def first_second(days: int, now_unix_s: float) -> int:
    """Return where a window of days begins: a midnight (UTC), one day early, so that no clock or zone cuts it short."""
    midnight = int(now_unix_s) // DAY_S * DAY_S
    return max(midnight - days * DAY_S, 0)


def is_within(bounds: BodyBounds, received_unix_s: int, size_bytes: int) -> bool:
    """True when a whole message belongs here without being asked for."""
    recent = bounds.since_unix_s is None or received_unix_s >= bounds.since_unix_s
    return recent and (bounds.max_size_bytes is None or size_bytes <= bounds.max_size_bytes)
