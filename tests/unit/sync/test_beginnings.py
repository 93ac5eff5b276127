"""The beginning of a message that is too large to be fetched whole: when, how much, and that it is never the whole."""

from __future__ import annotations

import pytest

from mailclient.domain.exchange import WantedBody
from mailclient.domain.ids import Uid
from mailclient.domain.message import Availability
from mailclient.domain.scope import DownloadScope
from mailclient.sync import bodies
from mailclient.sync.beginnings import BEGINNING_BYTES, decide_beginning, fetch_beginning
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk

MB = 1_000_000


@pytest.mark.parametrize(
    ("limit", "metered", "size", "bounded"),
    [
        (None, False, 500 * MB, False),
        (5 * MB, False, 5 * MB, False),
        (5 * MB, False, 5 * MB + 1, True),
        (5 * MB, True, 2 * MB, True),
        (None, True, 2 * MB, True),
        (None, True, MB, False),
        (1_000, False, 2 * BEGINNING_BYTES, False),
    ],
)
def test_only_what_the_user_bounded_comes_in_part(limit: int | None, metered: bool, size: int, bounded: bool) -> None:
    assert decide_beginning(DownloadScope(max_size_bytes=limit), size, metered=metered) is bounded


def test_a_beginning_is_kept_apart_and_the_whole_goes_on_from_it(
    desk: Desk, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "LARGE_BYTES", BEGINNING_BYTES)
    raw = letter(1, body="The text.\r\n" + "x" * 3 * BEGINNING_BYTES)
    server.deliver(raw)
    desk.synchronise()
    message = desk.id_of("Subject 1")
    wanted = WantedBody(message, Uid(1), len(raw))
    desk.session().open_folder("INBOX", read_only=True)
    assert fetch_beginning(desk.remote, desk.store, wanted) == BEGINNING_BYTES
    assert desk.reader.beginning(message) == raw[:BEGINNING_BYTES]
    row = desk.reader.row(message)
    assert row is not None
    assert row.availability is Availability.HEADERS
    assert desk.reader.raw(message) is None
    server.calls.clear()
    assert fetch_beginning(desk.remote, desk.store, wanted) == BEGINNING_BYTES
    assert server.calls == []
    assert desk.bodies()
    assert desk.reader.raw(message) == raw
    assert desk.reader.beginning(message) == b""


def test_a_message_that_is_gone_has_no_beginning(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(1)
    desk.synchronise()
    message = desk.id_of("Subject 1")
    server.expunge(1)
    desk.session().open_folder("INBOX", read_only=True)
    assert fetch_beginning(desk.remote, desk.store, WantedBody(message, Uid(1), MB)) == 0
