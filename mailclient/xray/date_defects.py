"""What is wrong with the form of a date, and dates that cannot be. RFC 5322 sections 3.3 and 4.3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from mailclient.mime.dates import parse_date
from mailclient.mime.defects import Defect, DefectKind
from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.xray.blanked import blank

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS: Final = "mon tue wed thu fri sat sun".split()
_FORM: Final = re.compile(
    r"(?:(?P<weekday>[A-Za-z]{3}) ?, ?)?(?P<day>\d{1,2}) (?P<month>[A-Za-z]{3}) (?P<year>\d{2,6}) "
    r"(?P<hour>\d{1,2}) ?: ?(?P<minute>\d{1,2})(?: ?: ?(?P<second>\d{1,2}))? ?(?P<zone>[+-]\d{4}|[A-Za-z]{1,5})?"
)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)")
_GREENWICH: Final = frozenset({"GMT", "UT", "UTC"})
"""Old names that nobody misreads."""
_FIRST_YEAR: Final = 1982
"""The year of RFC 822: no message is older."""
_CHECKED_CHARACTERS: Final = 200


def date_defects(block: HeaderBlock) -> Iterator[Defect]:
    """Return what is wrong with the dates that the author and those who passed the message on wrote."""
    for name in ("date", "resent-date"):
        for field in block.by_name.get(name, ())[:5]:
            yield from _field(field)


def _field(field: HeaderField) -> Iterator[Defect]:
    value = field.value_raw
    if not value:
        return

    def tell(kind: DefectKind, sentence: str) -> Defect:
        return Defect(kind, sentence, field.start, field.end)

    bare = blank(value[:_CHECKED_CHARACTERS]).bare.decode("latin-1")
    form = _FORM.fullmatch(" ".join(bare.split()))
    if form is None:
        if parse_date(value) is None and _ISO.match(bare.strip()) is None:
            yield tell(DefectKind.BAD_DATE, f"{field.name} holds no readable date.")
        else:
            yield tell(DefectKind.FOREIGN_DATE_FORMAT, f"{field.name} is written in another form than mail uses.")
        return
    year = int(form["year"])
    if len(form["year"]) < 4:
        year += 2000 if year < 50 else 1900
        yield tell(DefectKind.SHORT_YEAR, f"The year in {field.name} has {len(form['year'])} digits.")
    zone = form["zone"] or ""
    if not zone:
        yield tell(DefectKind.ZONE_MISSING, f"{field.name} names no time zone.")
    elif len(zone) == 1:
        yield tell(DefectKind.MILITARY_ZONE, f"{field.name} names its time zone by one letter: {zone}.")
    elif zone[0] not in "+-" and zone.upper() not in _GREENWICH:
        yield tell(DefectKind.NAMED_ZONE, f"{field.name} names its time zone by letters: {zone}.")
    day = _day(year, form["month"], int(form["day"]))
    hour, minute, second = int(form["hour"]), int(form["minute"]), int(form["second"] or 0)
    is_odd_zone = zone[:1] in {"+", "-"} and (int(zone[1:3]) > 14 or int(zone[3:]) > 59)
    if day is None or hour > 23 or minute > 59 or second > 60 or is_odd_zone:
        yield tell(DefectKind.IMPOSSIBLE_DATE, f"{field.name} names a time that does not exist.")
        return
    weekday = (form["weekday"] or "").lower()
    if weekday and weekday != _DAYS[day.weekday()]:
        right = _DAYS[day.weekday()].capitalize()
        yield tell(DefectKind.WRONG_WEEKDAY, f"{field.name} says {weekday.capitalize()}, and that day was a {right}.")
    if year < _FIRST_YEAR:
        yield tell(DefectKind.EPOCH_DATE, f"{field.name} is of the year {year}, before there was such mail.")


def _day(year: int, month: str, day: int) -> datetime | None:
    try:
        return datetime(year, _MONTHS.index(month.lower()) + 1, day, tzinfo=UTC)
    except ValueError:
        return None
