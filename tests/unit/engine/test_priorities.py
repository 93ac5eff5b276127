"""What the user looks at comes first: a batch or a piece that is under way is the most that anybody waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from mailclient.domain import commands as c
from mailclient.domain.events import BodyArrived, SynchronisationEnded
from mailclient.domain.ids import MessageId
from mailclient.sync import bodies
from tests.support.fake_folders import letter
from tests.unit.engine.world import ANNA, World

PIECE = 10_000


def once(world: World, call: str, act: Callable[[], None], *, at: int = 1) -> None:
    """Do something while the server is in the midst of the n-th call of a name."""
    seen: list[str] = []
    lock = threading.Lock()

    def hold(name: str) -> None:
        with lock:
            if name != call:
                return
            seen.append(name)
            if len(seen) != at:
                return
        act()

    world.server.on_call = hold


def stored(world: World, subject: str) -> MessageId:
    """Return the id of a message that has arrived and is being written."""
    world.until(lambda: subject in world.subjects(), f"{subject} is stored")
    return world.id_of(subject)


def wish(world: World, subject: str) -> None:
    """The user opens a message; the worker knows of it when this returns."""
    message = stored(world, subject)
    world.submit(c.FetchBody(message))
    world.until(lambda: message in world.engine._threads._workers[ANNA].wishes.bodies, "the wish is known")


def calls_after(world: World, first: str) -> list[str]:
    """Return what was asked of the server from the first call of a name on, without opening folders."""
    calls = [call for call in world.server.calls if not call.startswith(("open_folder", "idle"))]
    return calls[next(at for at, call in enumerate(calls) if call.startswith(first)) :]


def until_complete(world: World) -> None:
    """Wait for the end of a complete pass."""
    world.until_heard(SynchronisationEnded, lambda event: event.complete)


def test_a_message_that_is_opened_comes_before_the_next_batch_of_headers(world: World) -> None:
    world.server.deliver_many(2_000)
    once(world, "fetch_headers", lambda: wish(world, "Subject 2000"), at=2)
    world.start()
    world.until_heard(BodyArrived)
    assert [call.split()[0] for call in calls_after(world, "fetch_headers")][:3] == [
        "fetch_headers",
        "fetch_headers",
        "fetch_bodies",
    ]
    until_complete(world)
    assert world.complete() == 2_000


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large begins at a few pieces."""
    monkeypatch.setattr(bodies, "PIECE_BYTES", PIECE)
    monkeypatch.setattr(bodies, "LARGE_BYTES", 2 * PIECE)


@pytest.mark.usefixtures("pieces")
def test_a_large_message_in_the_background_gives_way_after_a_piece(world: World) -> None:
    world.server.deliver(letter(1, body="x" * 20 * PIECE))
    world.server.deliver(letter(2, body="y" * 20 * PIECE))
    once(world, "fetch_piece", lambda: wish(world, "Subject 1"), at=3)
    world.start()
    world.until_heard(BodyArrived)
    pieces_asked = [call.split()[1] for call in calls_after(world, "fetch_piece") if call.startswith("fetch_piece")]
    assert pieces_asked[:5] == ["2", "2", "2", "1", "1"]
    until_complete(world)
    assert world.complete() == 2
    assert world.server.calls.count("fetch_piece 2") == 21  # None of them twice.


@pytest.mark.usefixtures("pieces")
def test_of_two_opened_messages_the_one_on_the_screen_comes_first(world: World) -> None:
    world.submit(c.SetMetered(True))
    world.server.deliver(letter(1, body="x" * 20 * PIECE))
    world.server.deliver(letter(2))
    world.start()
    until_complete(world)
    once(world, "fetch_piece", lambda: wish(world, "Subject 2"), at=2)
    world.submit(c.FetchBody(world.id_of("Subject 1")))
    world.until(lambda: len(world.heard(BodyArrived)) == 2)
    assert [event.message_id for event in world.heard(BodyArrived)] == [
        world.id_of("Subject 2"),
        world.id_of("Subject 1"),
    ]
    assert [call.split()[0] for call in calls_after(world, "fetch_piece")][:4] == [
        *("fetch_piece", "fetch_piece", "fetch_bodies", "fetch_piece"),
    ]


def test_the_journal_comes_before_headers(world: World) -> None:
    world.server.deliver_many(2_000)

    def mark() -> None:
        world.submit(c.MarkRead((stored(world, "Subject 2000"),)))
        world.until(lambda: world.engine._threads._workers[ANNA].wishes.journal, "the mark is in the journal")

    once(world, "fetch_headers", mark, at=2)
    world.start()
    until_complete(world)
    calls = [call.split()[0] for call in calls_after(world, "fetch_headers")]
    assert calls.index("change_flags") < len(calls) - 1 - calls[::-1].index("fetch_headers")


def test_headers_of_the_folder_that_is_opened_come_before_those_of_others(world: World) -> None:
    world.server.deliver_many(2_000)
    world.server.deliver_many(3, to="Trash")

    def look() -> None:
        world.submit(c.OpenFolder(world.folder("Trash").id))
        world.until(lambda: world.engine._threads._workers[ANNA].wishes.folders, "the wish is known")

    once(world, "fetch_headers", look, at=2)
    world.start()
    world.until(lambda: len(world.rows("Trash")) == 3)
    assert len(world.rows()) < 2_000
    until_complete(world)
    assert (world.complete(), world.complete("Trash")) == (2_000, 3)


def test_bodies_of_the_folder_that_is_open_come_before_those_of_others(world: World) -> None:
    world.submit(c.SetMetered(True))
    world.server.deliver_many(3)
    world.server.deliver_many(3, to="Trash")
    world.start()
    until_complete(world)
    world.submit(c.OpenFolder(world.folder("Trash").id))
    world.until_obeyed()
    world.until_quiet()
    world.server.calls.clear()
    world.submit(c.SetMetered(False))
    world.until(lambda: world.complete() == 3 == world.complete("Trash"))
    opened = [call for call in world.server.calls if call.startswith(("open_folder", "fetch_bodies"))]
    assert (
        opened[next(at for at, call in enumerate(opened) if call.startswith("fetch_bodies")) - 1] == "open_folder Trash"
    )
