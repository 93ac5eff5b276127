"""Large messages come in pieces that are kept: a cut costs one piece, and what is stored is the message to its last byte."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import NetworkGone, ServerRefused
from mailclient.domain.message import Availability
from mailclient.sync import bodies
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk

LARGE = letter(1, body="0123456789" * 100)


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PIECE_BYTES", 100)
    monkeypatch.setattr(bodies, "LARGE_BYTES", 800)


def asked(server: FakeServer) -> int:
    """Return how many pieces were asked for."""
    return sum(call.startswith("fetch_piece") for call in server.calls)


def test_a_large_message_arrives_in_pieces_after_the_small_ones(desk: Desk, server: FakeServer) -> None:
    server.deliver(LARGE)
    server.deliver(letter(2))
    desk.synchronise()
    server.calls.clear()
    assert desk.bodies()
    assert desk.reader.raw(desk.id_of("Subject 1")) == LARGE
    assert desk.reader.raw(desk.id_of("Subject 2")) == letter(2)
    assert next(call.split()[0] for call in server.calls if call.startswith("fetch")) == "fetch_bodies"
    assert asked(server) == len(LARGE) // 100 + 1


def test_a_cut_costs_one_piece(desk: Desk, server: FakeServer) -> None:
    server.deliver(LARGE)
    desk.synchronise()
    server.fail("fetch_piece", NetworkGone("cut"), skip=5)
    with pytest.raises(NetworkGone):
        desk.bodies()
    assert desk.reader.raw(desk.id_of("Subject 1")) is None
    server.calls.clear()
    assert desk.bodies()
    assert asked(server) == len(LARGE) // 100 + 1 - 5
    assert desk.reader.raw(desk.id_of("Subject 1")) == LARGE
    pieces = desk.opened.writer.read(lambda connection: connection.execute("SELECT count(*) FROM piece").fetchone())
    assert pieces == (0,)


def test_a_size_that_is_a_multiple_of_a_piece_ends_with_an_empty_one(desk: Desk, server: FakeServer) -> None:
    even = LARGE + b"." * (-len(LARGE) % 100)
    server.deliver(even)
    desk.synchronise()
    assert desk.bodies()
    assert desk.reader.raw(desk.id_of("Subject 1")) == even


def test_something_more_urgent_waits_for_one_piece_only(desk: Desk, server: FakeServer) -> None:
    server.deliver(LARGE)
    desk.synchronise()
    snapshot = desk.remote.open_folder("INBOX", read_only=True)
    server.calls.clear()
    answers = iter([False] * 4 + [True] * 10)
    finished = bodies.fetch_folder_bodies(
        desk.remote, desk.store, desk.folder(), snapshot, desk.reporter, lambda: next(answers)
    )
    assert not finished
    assert 0 < asked(server) <= 3
    assert desk.bodies()
    assert desk.reader.raw(desk.id_of("Subject 1")) == LARGE


def test_a_refused_piece_is_noted_and_the_others_come(desk: Desk, server: FakeServer) -> None:
    server.deliver(LARGE)
    server.deliver(letter(2))
    desk.synchronise()
    server.fail("fetch_piece", ServerRefused("Too large."), skip=2)
    assert desk.bodies()
    row = desk.reader.row(desk.id_of("Subject 1"))
    assert row is not None and row.availability is Availability.UNAVAILABLE
    assert desk.reader.raw(desk.id_of("Subject 2")) == letter(2)


def test_pieces_of_an_old_numbering_are_thrown_away(desk: Desk, server: FakeServer) -> None:
    server.deliver(LARGE)
    desk.synchronise()
    server.fail("fetch_piece", NetworkGone("cut"), skip=3)
    with pytest.raises(NetworkGone):
        desk.bodies()
    server.renumber(first=40)
    desk.synchronise()
    server.calls.clear()
    assert desk.bodies()
    assert asked(server) == len(LARGE) // 100 + 1
    assert desk.reader.raw(desk.id_of("Subject 1")) == LARGE
