"""The dialogues of this run."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import Cancelled
from mailclient.domain.ids import ConnectionId
from mailclient.engine.connections import UnderWay
from mailclient.protocol.transcript import Transcript
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


def called() -> tuple[Transcript, list[str]]:
    """A connection, and what is noted when it is hung up on."""
    ended: list[str] = []
    transcript = Transcript(ConnectionId(1), "SMTP", "smtp.example.org", "sending")
    transcript.hang_up = lambda: ended.append("hung up")
    return transcript, ended


def test_a_connection_that_nobody_wants_any_more_ends_as_it_begins() -> None:
    transcript, ended = called()
    UnderWay(lambda: False).note(transcript)
    assert ended == ["hung up"]


def test_a_connection_is_hung_up_on_once() -> None:
    transcript, ended = called()
    under_way = UnderWay(lambda: True)
    under_way.note(transcript)
    under_way.hang_up()
    under_way.hang_up()
    assert ended == ["hung up"]


def test_beyond_recall_only_the_server_ends_it() -> None:
    transcript, ended = called()
    under_way = UnderWay(lambda: True)
    under_way.note(transcript)
    under_way.pass_beyond_recall()
    under_way.hang_up()
    assert ended == []


def test_what_was_hung_up_on_does_not_pass_beyond_recall() -> None:
    transcript, _ended = called()
    under_way = UnderWay(lambda: True)
    under_way.note(transcript)
    under_way.hang_up()
    with pytest.raises(Cancelled):
        under_way.pass_beyond_recall()
