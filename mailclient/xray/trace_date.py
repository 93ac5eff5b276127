"""The time in a trace field, in every form that programs write it. RFC 5322 section 3.3, RFC 5321 section 4.4.

Search, not parsing: the time may stand after the last semicolon, without one, or in the middle. Linear in time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen",
            "feb fev fév",
            "mar mär mrz mrt",
            "apr abr avr",
            "may mai mei maj mag",
            "jun juin giu",
            "jul juil lug",
            "aug ago aou aoû",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec dez dic dis déc",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES_H: Final = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7,
    "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "BST": 1, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9,
    "WET": 0, "WEST": 1,
}  # fmt: skip
_TIME: Final = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?:\s{0,2}(?P<half>[AaPp][Mm])\b)?"
)
_ZONE: Final = r"(?:\s{0,4}(?P<zone>[+-]\d{4}|[+-]\d{2}:\d{2}|[A-Z]{1,5}\b))?"
_DAY_FIRST: Final = re.compile(
    r"(?<![\w.])(?:[^\W\d_]{2,10},\s{0,4}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s{1,4})?(?P<day>\d{1,2})(?:\s{1,4}|-)(?P<month>[^\W\d_]{3,12})\.?(?:\s{1,4}|-)(?P<year>\d{4}|\d{2})[\s,]{1,6}"
    + _TIME
    + _ZONE
)
_ASCTIME: Final = re.compile(
    r"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s{1,4})?(?P<month>[A-Z][a-z]{2})\s{1,4}(?P<day>\d{1,2})\s{1,4}"
    + _TIME
    + r"(?:\s{1,2}(?P<zone>[+-]\d{4}|[A-Z]{1,5}))?\s{1,4}(?P<year>\d{4})\b"
)
_ISO: Final = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})[T ]{1,2}" + _TIME + _ZONE)
_DOTTED: Final = re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})\s{1,4}" + _TIME + _ZONE)


@dataclass(frozen=True, slots=True)
class TraceDate:
    """A time that was found, and where."""

    when: datetime
    zone_known: bool
    """False for ``-0000`` and for no zone: then the time is taken as UTC."""
    start: int
    end: int


def first_date(text: str, start: int = 0) -> TraceDate | None:
    """Return the first readable time from ``start`` on. Comments should have been blanked."""
    # Nearly all stand at once, in the usual form: no other can be found earlier.
    usual = _DAY_FIRST.match(text, start + len(text[start:]) - len(text[start:].lstrip()))
    date = _read(usual) if usual else None
    if date is not None:
        return date
    found = list(_dates(text, start, only_first=True))
    return min(found, key=lambda date: date.start, default=None)


def last_date(text: str) -> TraceDate | None:
    """Return the last readable time of a text."""
    return max(_dates(text, 0, only_first=False), key=lambda date: date.end, default=None)


def _dates(text: str, start: int, *, only_first: bool) -> Iterator[TraceDate]:
    for pattern in (_DAY_FIRST, _ASCTIME, _ISO, _DOTTED):
        for match in pattern.finditer(text, start):
            date = _read(match)
            if date is not None:
                yield date
                if only_first:
                    break


def _read(match: re.Match[str]) -> TraceDate | None:
    year, month_text = int(match["year"]), match["month"]
    month = (
        int(month_text)
        if month_text.isdecimal()
        else _MONTHS.get(month_text.lower()[:4]) or _MONTHS.get(month_text.lower()[:3], 0)
    )
    if len(match["year"]) == 2:
        year += 2000 if year < 50 else 1900
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    zone, known = _zone(match["zone"] or "")
    try:
        # 24:00:00 and a leap second are written now and then; both are the moment after.
        midnight = datetime(year, month, int(match["day"]), tzinfo=zone)
        if hour > 24 or minute > 59 or second > 60:
            return None
        when = midnight + timedelta(hours=hour, minutes=minute, seconds=second)
        when.astimezone(UTC)  # A year that is out of range in UTC is found here.
    except (ValueError, OverflowError):
        return None
    return TraceDate(when, known, match.start(), match.end())


def _zone(text: str) -> tuple[timezone, bool]:
    if text[:1] in {"+", "-"}:
        hours, minutes = int(text[1:3]), int(text[-2:])
        if hours > 15 or minutes > 59:
            return UTC, False
        offset = timedelta(hours=hours, minutes=minutes)
        return timezone(-offset if text[0] == "-" else offset), text not in {"-0000", "-00:00"}
    if text in _ZONES_H:
        return timezone(timedelta(hours=_ZONES_H[text])), True
    return UTC, False
