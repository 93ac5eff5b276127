"""INTERNALDATE, both ways. RFC 3501 section 9 (date-time)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE: Final = re.compile(rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})")


def parse_internal_date(value: bytes) -> int | None:
    """Return seconds since 1970, or None when it is no date."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    try:
        month = _MONTHS.index(match[2].decode("ascii").lower()) + 1
        offset = timedelta(hours=int(match[8]), minutes=int(match[9])) * (-1 if match[7] == b"-" else 1)
        when = datetime(
            int(match[3]),
            month,
            int(match[1]),
            int(match[4]),
            int(match[5]),
            min(int(match[6]), 59),
            tzinfo=timezone(offset),
        )
        return int(when.timestamp())
    except (ValueError, OverflowError):
        return None


def format_internal_date(unix_s: int) -> str:
    """Return seconds since 1970 as a date-time in UTC."""
    when = datetime.fromtimestamp(unix_s, UTC)
    return f"{when.day:02d}-{_MONTHS[when.month - 1].title()}-{when.year:04d} {when:%H:%M:%S} +0000"
