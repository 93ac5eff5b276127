"""INTERNALDATE, both ways. RFC 3501 section 9 (date-time)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE: Final = re.compile(rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})")


def parse_internal_date(value: bytes) -> int | None:
    """Return seconds since 1970, or None when it is no date."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    hour, minute, second = int(match[4]), int(match[5]), min(int(match[6]), 59)
    midnight_s = _midnight_unix_s(match[1], match[2], match[3], match[7], match[8], match[9])
    if midnight_s is None or hour > 23 or minute > 59:
        return None
    return midnight_s + hour * 3600 + minute * 60 + second


@lru_cache(maxsize=4096)
def _midnight_unix_s(
    day: bytes, month: bytes, year: bytes, sign: bytes, zone_hours: bytes, zone_minutes: bytes
) -> int | None:
    """Return the seconds at the beginning of a day in a zone, None when there is none. Mail comes in days."""
    try:
        offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes)) * (-1 if sign == b"-" else 1)
        number = _MONTHS.index(month.decode("ascii").lower()) + 1
        return int(datetime(int(year), number, int(day), tzinfo=timezone(offset)).timestamp())
    except (ValueError, OverflowError):
        return None


def format_internal_date(unix_s: int) -> str:
    """Return seconds since 1970 as a date-time in UTC."""
    when = datetime.fromtimestamp(unix_s, UTC)
    return f"{when.day:02d}-{_MONTHS[when.month - 1].title()}-{when.year:04d} {when:%H:%M:%S} +0000"
