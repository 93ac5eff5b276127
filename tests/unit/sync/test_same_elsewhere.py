"""On a server that names messages for ever, one that was moved elsewhere is not fetched a second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailclient.domain.flags import Flag
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    server = FakeServer()
    server.names_messages = True
    server.deliver_many(3)
    made = Desk(tmp_path, server)
    made.synchronise()
    made.bodies()
    server.calls.clear()
    yield made
    made.close()


def move_by_another_client(desk: Desk) -> bytes:
    box = desk.server.folders["INBOX"]
    raw = box.messages[2].raw
    desk.server.expunge(2)
    desk.server.deliver(raw, to="Archive", flags=Flag.SEEN)
    return raw


@pytest.mark.parametrize("order", [("INBOX", "Archive"), ("Archive", "INBOX")])
def test_in_whatever_order_the_folders_are_looked_at(desk: Desk, order: tuple[str, str]) -> None:
    raw = move_by_another_client(desk)
    for name in order:
        desk.synchronise(name)
    assert desk.bodies("Archive")
    assert "fetch_bodies" not in " ".join(desk.server.calls)
    (moved,) = desk.ids("Archive")
    assert desk.reader.raw(moved) == raw
    assert [hit.row.id for hit in desk.reader.search("letter 2")] == [moved], "and it is found"


def test_another_message_is_fetched(desk: Desk) -> None:
    move_by_another_client(desk)
    desk.server.deliver(letter(9), to="Archive")
    desk.synchronise_all()
    assert desk.bodies("Archive")
    assert all(desk.reader.raw(key) is not None for key in desk.ids("Archive"))
    assert " ".join(desk.server.calls).count("fetch_bodies") == 1
