"""Dates of messages: read whatever people send, write only what the RFC says. RFC 5322 section 3.3."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_tz
from functools import lru_cache
from typing import Final

_OBSOLETE_SPACE: Final = re.compile(r"(?:\s|\([^()]*\))*,(?:\s|\([^()]*\))*")
"""Space and comments may surround the comma (RFC 5322 section 4.3)."""
_MONTHS: Final = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"]
_USUAL: Final = re.compile(
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?"
    rb"([0-3]?\d) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (19[7-9]\d|20\d\d) "
    rb"([01]\d|2[0-3]):([0-5]\d):([0-5]\d) ([+-])([01]\d|2[0-3])([0-5]\d)(?: \([A-Z]{2,5}\))?"
)
"""What nearly every program writes."""


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


def date_unix_s(value: bytes) -> int | None:
    """Return seconds since 1970 for a Date value: the same as ``parse_date`` finds, at once for what the RFC says."""
    match = _USUAL.fullmatch(value)
    if match is not None:
        day_s = _midnight_unix_s(match[1], match[2], match[3])
        if day_s is not None:
            offset_s = int(match[8]) * 3600 + int(match[9]) * 60
            local_s = day_s + int(match[4]) * 3600 + int(match[5]) * 60 + int(match[6])
            return local_s - offset_s if match[7] == b"+" else local_s + offset_s
    return unix_seconds(parse_date(value))


@lru_cache(maxsize=4096)
def _midnight_unix_s(day: bytes, month: bytes, year: bytes) -> int | None:
    """Return the seconds at the beginning of a day in UTC, None when there is no such day. Mail comes in days."""
    try:
        return int(datetime(int(year), _MONTHS.index(month) + 1, int(day), tzinfo=UTC).timestamp())
    except ValueError:
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
