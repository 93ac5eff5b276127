"""What is wanted of a folder, from its scope, its account's model, the day and the line."""

from __future__ import annotations

import pytest

from mailclient.domain.scope import BodyBounds, ConnectionModel, DownloadScope, Keep
from mailclient.sync.scope import DAY_S, FolderWish, decide_bounds, decide_wish, first_second, is_within

ONLINE, DISCONNECTED, OFFLINE = ConnectionModel
NOON = 20_000 * DAY_S + DAY_S / 2
LIMIT = 1_000_000


@pytest.mark.parametrize(
    ("keep", "model", "metered", "wish"),
    [
        (Keep.EVERYTHING, DISCONNECTED, False, FolderWish(True, BodyBounds(None, LIMIT))),
        (Keep.EVERYTHING, OFFLINE, False, FolderWish(True, BodyBounds(None, LIMIT))),
        (Keep.EVERYTHING, ONLINE, False, FolderWish(True, None)),
        (Keep.EVERYTHING, DISCONNECTED, True, FolderWish(True, None)),
        (Keep.RECENT, DISCONNECTED, False, FolderWish(True, BodyBounds(19_993 * DAY_S, LIMIT))),
        (Keep.RECENT, ONLINE, False, FolderWish(True, None)),
        (Keep.RECENT, OFFLINE, True, FolderWish(True, None)),
        (Keep.HEADERS, DISCONNECTED, False, FolderWish(True, None)),
        (Keep.HEADERS, OFFLINE, False, FolderWish(True, None)),
        (Keep.NOTHING, DISCONNECTED, False, FolderWish(False, None)),
        (Keep.NOTHING, ONLINE, True, FolderWish(False, None)),
    ],
)
def test_the_wish(keep: Keep, model: ConnectionModel, metered: bool, wish: FolderWish) -> None:
    assert decide_wish(DownloadScope(keep, 7, LIMIT), model, NOON, metered=metered) == wish


def test_a_metered_line_puts_off_but_lets_nothing_go() -> None:
    scope = DownloadScope(Keep.EVERYTHING)
    assert decide_wish(scope, DISCONNECTED, NOON, metered=True).bodies is None
    assert decide_bounds(scope, DISCONNECTED, NOON) == BodyBounds()


def test_headers_are_listed_whatever_the_window_so_that_conversations_have_no_holes() -> None:
    assert all(
        decide_wish(DownloadScope(keep, 1), DISCONNECTED, NOON).headers for keep in Keep if keep is not Keep.NOTHING
    )


@pytest.mark.parametrize("hour", [0, 1, 12, 23])
def test_a_window_begins_at_a_midnight_a_day_early(hour: int) -> None:
    now = 20_000 * DAY_S + hour * 3600 + 59
    assert first_second(1, now) == 19_999 * DAY_S
    assert now - first_second(1, now) >= DAY_S


def test_a_window_longer_than_time_begins_with_it() -> None:
    assert first_second(36_500, NOON) == 0


@pytest.mark.parametrize(
    ("received", "size", "inside"), [(100, 10, True), (99, 10, False), (100, 11, False), (10**12, 0, True)]
)
def test_the_border_belongs_to_the_inside(received: int, size: int, inside: bool) -> None:
    assert is_within(BodyBounds(100, 10), received, size) is inside
    assert is_within(BodyBounds(), received, size)
