"""Three models: when an account connects, what it keeps, and what it does with an action (RFC 1733, RFC 4549)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain import commands as c
from mailclient.domain.draft import OutboxState
from mailclient.domain.errors import NetworkGone
from mailclient.domain.events import (
    AccountStatus,
    AccountStatusChanged,
    BodyArrived,
    BodyFailed,
    OutboxChanged,
    SynchronisationEnded,
)
from mailclient.domain.flags import Flag
from mailclient.domain.scope import ConnectionModel, DownloadScope, Keep
from mailclient.engine.connection_life import ON_REQUEST
from tests.support.fake_folders import letter
from tests.unit.engine.world import ANNA, World, account


def world_of(directory: Path, model: ConnectionModel, scope: DownloadScope | None = None) -> World:
    """Return a world whose account follows a model."""
    return World(directory, accounts=[replace(account(), model=model, scope=scope or DownloadScope())])


@pytest.fixture
def offline(tmp_path: Path) -> Iterator[World]:
    """Anna's account connects only when she says so."""
    made = world_of(tmp_path, ConnectionModel.OFFLINE)
    made.server.deliver_many(3)
    yield made
    made.close()


def synchronise(world: World) -> None:
    """The user presses Synchronise; wait until the account rests again."""
    world.events.clear()
    world.submit(c.Synchronise())
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    world.until_status(AccountStatus.OFFLINE)


def test_offline_nothing_happens_until_the_user_says_so(offline: World) -> None:
    offline.start()
    offline.until_heard(AccountStatusChanged)
    assert offline.engine.status(ANNA) == AccountStatusChanged(ANNA, AccountStatus.OFFLINE, ON_REQUEST)
    offline.submit(c.GoOnline(False))
    offline.submit(c.GoOnline(True))
    offline.until_obeyed()
    assert offline.server.connections == []
    assert offline.engine.status(ANNA).sentence == ON_REQUEST


def test_offline_one_press_does_everything_and_hangs_up(offline: World) -> None:
    offline.start()
    synchronise(offline)
    assert offline.complete() == 3
    assert all(remote.closed for remote in offline.server.connections)
    assert [remote.purpose for remote in offline.server.connections] == ["synchronising"]
    offline.server.deliver(letter(50))
    offline.submit(c.OpenFolder(offline.folder().id))
    offline.submit(c.MarkRead((offline.id_of("Subject 1"),)))
    offline.until_obeyed()
    assert len(offline.server.connections) == 1
    assert offline.server.flags(1) == Flag.NONE
    synchronise(offline)
    assert offline.server.flags(1) == Flag.SEEN
    assert offline.complete() == 4


def test_offline_mail_goes_out_when_the_user_synchronises(offline: World) -> None:
    offline.start()
    offline.send()
    offline.until_heard(OutboxChanged)
    offline.until_obeyed()
    assert offline.submission.taken == []
    synchronise(offline)
    offline.until_heard(OutboxChanged, lambda event: event.state is OutboxState.DONE)
    assert len(offline.submission.taken) == 1
    offline.send(subject="The next one waits again")
    offline.until_obeyed()
    assert len(offline.submission.taken) == 1


def test_offline_a_message_comes_when_the_user_insists_and_nothing_else_does(tmp_path: Path) -> None:
    world = world_of(tmp_path, ConnectionModel.OFFLINE, DownloadScope(Keep.HEADERS))
    world.server.deliver_many(2)
    world.start()
    synchronise(world)
    assert world.complete() == 0
    message = world.id_of("Subject 2")
    world.submit(c.FetchBody(message))
    failed = world.until_heard(BodyFailed)
    assert failed.sentence == f"Only the headers of this message are here. {ON_REQUEST}"
    world.server.deliver(letter(60))
    world.submit(c.MarkRead((message,)))
    world.submit(c.FetchBody(message, insist=True))
    world.until_heard(BodyArrived)
    world.until_status(AccountStatus.OFFLINE)
    assert world.ask(lambda reader: reader.raw(message)) == letter(2)
    assert len(world.rows()) == 2
    assert world.server.writes == []
    world.close()


def test_offline_a_failure_is_told_and_waits_for_the_user(offline: World) -> None:
    offline.server.refuse_connections = NetworkGone("imap.example.org cannot be reached.")
    offline.start()
    offline.submit(c.Synchronise())
    told = offline.until_heard(AccountStatusChanged, lambda event: event.status is AccountStatus.WAITING)
    assert told.sentence == "imap.example.org cannot be reached. Press Synchronise to try again."
    offline.server.refuse_connections = None
    offline.until_obeyed()
    assert offline.server.connections == []
    synchronise(offline)
    assert offline.complete() == 3


def test_online_actions_reach_the_server_at_once_and_the_folder_is_watched(tmp_path: Path) -> None:
    world = world_of(tmp_path, ConnectionModel.ONLINE)
    world.server.deliver_many(2)
    world.start()
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert (len(world.rows()), world.complete()) == (2, 0)
    world.submit(c.MarkRead((world.id_of("Subject 1"),)))
    world.until(lambda: world.server.flags(1) == Flag.SEEN)
    world.until(lambda: any(remote.idling.is_set() for remote in world.server.connections))
    world.server.deliver(letter(70))
    world.until(lambda: len(world.rows()) == 3)
    world.close()


def test_a_model_can_be_changed_while_the_engine_runs(world: World) -> None:
    world.server.deliver_many(1)
    world.start()
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    world.engine.change_account(replace(account(), model=ConnectionModel.OFFLINE))
    world.until_status(AccountStatus.OFFLINE)
    world.until(lambda: all(remote.closed for remote in world.server.connections))
    world.server.deliver(letter(80))
    world.submit(c.OpenFolder(world.folder().id))
    world.until_obeyed()
    assert len(world.rows()) == 1
    world.engine.change_account(account())
    world.until(lambda: world.complete() == 2)
