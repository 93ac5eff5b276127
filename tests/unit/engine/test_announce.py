"""Listeners are told everything, in order, after it is true."""

from __future__ import annotations

import pytest

from mailclient.domain import commands as c
from mailclient.domain.events import Event, MessagesAdded, SynchronisationEnded
from tests.unit.engine.world import World


def test_a_listener_that_fails_does_not_break_the_others(world: World, caplog: pytest.LogCaptureFixture) -> None:
    later: list[Event] = []

    def broken(_event: Event) -> None:
        raise ZeroDivisionError

    unsubscribe = world.engine.subscribe(broken)
    world.engine.subscribe(later.append)
    world.server.deliver_many(1)
    world.start()
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert any(isinstance(event, MessagesAdded) for event in later)
    assert "A listener failed" in caplog.text
    unsubscribe()
    for count in (2, 3):
        world.submit(c.Synchronise())
        world.until(lambda wanted=count: len(world.heard(SynchronisationEnded)) == wanted)  # type: ignore[misc]
        if count == 2:  # What was being told while it left has been told by now.
            caplog.clear()
    assert "A listener failed" not in caplog.text


def test_events_come_after_the_commit_they_speak_of(world: World) -> None:
    missing: list[Event] = []

    def look(event: Event) -> None:
        if isinstance(event, MessagesAdded):
            there = world.ask(lambda reader: reader.rows(event.message_ids[:500]))
            if len(there) != len(event.message_ids[:500]):
                missing.append(event)

    world.engine.subscribe(look)
    world.server.deliver_many(120)
    world.start()
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert missing == []
