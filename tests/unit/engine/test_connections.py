"""The dialogues of this run."""

from __future__ import annotations

from tests.unit.engine.world import ANNA, World, account


def test_connections_are_listed_newest_first_with_their_purpose(world: World) -> None:
    world.start()
    world.until(lambda: len(world.engine.connections()) == 2)
    purposes = {info.purpose for info in world.engine.connections()}
    assert purposes == {"synchronising", "watching"}
    newest = world.engine.connections()[0]
    assert newest.account_id == ANNA
    transcript = world.engine.transcript(newest.connection_id)
    assert transcript is not None
    assert transcript.host == "imap.anna.example.org"


def test_only_so_many_closed_connections_are_remembered(world: World) -> None:
    for _ in range(130):
        world.services.connect(account(), "counting").close()
    assert len(world.engine.connections()) <= 101
