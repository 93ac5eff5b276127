"""Dates as people send them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.dates import date_unix_s, format_date, parse_date, unix_seconds

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 1 Mar 2026 12:00:00 +0000",
        "1 Mar 2026 12:00:00 GMT",
        "Sun, 01 Mar 26 12:00 UT",
        "Sun, 1 Mar 2026 13:00:00 +0100 (CET)",
        "Sun, 1 Mar 2026 07:00:00 EST",
        "sun , 1 mar 2026 12:00:00",
        "Sun, 1 Mar 2026 12:00:00 +9999",
        "Sun, 1 Mar 2026 11:59:60 +0000",
        b"Sun, 1 Mar 2026 12:00:00 -0000",
    ],
)
def test_readable(value: str | bytes) -> None:
    assert parse_date(value) == NOON


@pytest.mark.parametrize(
    "value", [None, "", "yesterday", "32 Mar 2026 12:00:00 +0000", "1 Mar 2026 25:00:00", "1" * 5000, b"\xff\0"]
)
def test_unreadable(value: str | bytes | None) -> None:
    assert parse_date(value) is None


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_anything_is_a_time_or_none(value: str | bytes) -> None:
    found = parse_date(value)
    assert found is None or found.tzinfo is not None
    unix_seconds(found)


@given(
    st.integers(0, 7_000_000_000),
    st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_what_is_written_is_read_again(unix_s: int, zone: timezone) -> None:
    aware = datetime.fromtimestamp(unix_s, zone)
    assert parse_date(format_date(aware)) == aware
    assert unix_seconds(aware) == unix_s


ZONES = st.one_of(
    st.sampled_from(["+0000", "-0000", "+0530", "-0930", "+2359", "+2400", "+0199", "GMT", "EST", "", "+0100 (CET)"]),
    st.text(max_size=6),
)


@given(
    st.sampled_from(["Sun, ", "", "sun, ", "So, "]),
    st.integers(0, 33),
    st.sampled_from(["Jan", "Feb", "Jun", "feb", "Mai"]),
    st.sampled_from(["1899", "1969", "1970", "2024", "2025", "2100", "24", "99"]),
    st.tuples(st.integers(0, 25), st.integers(0, 61), st.integers(0, 61)),
    ZONES,
)
def test_the_quick_way_finds_what_the_thorough_one_finds(
    weekday: str, day: int, month: str, year: str, time: tuple[int, int, int], zone: str
) -> None:
    value = f"{weekday}{day} {month} {year} {time[0]:02}:{time[1]:02}:{time[2]:02} {zone}".encode()
    assert date_unix_s(value) == unix_seconds(parse_date(value))
