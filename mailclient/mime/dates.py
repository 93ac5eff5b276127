"""Dates of messages: read whatever people send, write only what the RFC says. RFC 5322 section 3.3."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_tz
from typing import Final

_OBSOLETE_SPACE: Final = re.compile(r"(?:\s|\([^()]*\))*,(?:\s|\([^()]*\))*")
"""Space and comments may surround the comma (RFC 5322 section 4.3)."""


def parse_date(value: bytes | str | None) -> datetime | None:
    """Return the aware time that a Date value means, or None; an unknown zone counts as UTC. Never raises."""
    if value is None:
        return None
    text = value[:200].decode("ascii", "replace") if isinstance(value, bytes) else value[:200]
    try:
        found = parsedate_tz(text) or parsedate_tz(_OBSOLETE_SPACE.sub(", ", text))
        if found is None:
            return None
        year, month, day, hour, minute, second = found[:6]
        offset_s = found[9] or 0
        if abs(offset_s) >= 86_400:
            offset_s = 0
        leap = 1 if second == 60 else 0
        zone = timezone(timedelta(seconds=offset_s))
        return datetime(year, month, day, hour, minute, second - leap, tzinfo=zone) + timedelta(seconds=leap)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def unix_seconds(when: datetime | None) -> int | None:
    """Return seconds since 1970, or None."""
    try:
        return int(when.timestamp()) if when else None
    except (OverflowError, ValueError, OSError):
        return None


def format_date(when: datetime) -> str:
    """Return an aware time as the RFC writes it."""
    return format_datetime(when)
