"""``postscope activity`` upon a profile with things that wait."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from mailclient.cli import main
from mailclient.cli.services import Services
from mailclient.domain import commands as c
from mailclient.domain.errors import ServerRefused
from mailclient.domain.events import OperationRefused
from mailclient.domain.exchange import SubmissionOutcome
from mailclient.engine.facade import Engine
from mailclient.store.reader import Reader
from tests.unit.engine.world import World


class ProfileOfWorld:
    """The services that these subcommands ask for."""

    def __init__(self, world: World) -> None:
        self._world = world

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        yield self._world.reader

    @contextmanager
    def engine(self, *, online: bool = True) -> Iterator[Engine]:
        yield self._world.engine


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.server.deliver_many(3)
    made.start()
    made.until_quiet()
    yield made
    made.close()


def run(world: World, *words: str) -> int:
    return main(["activity", *words], lambda _directory: cast(Services, ProfileOfWorld(world)))


def waiting(world: World, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capsys.readouterr()
    assert run(world, "list", "--json") == 0
    return cast(list[dict[str, object]], json.loads(capsys.readouterr().out))


def test_nothing_waits_is_said_calmly(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world) == 0
    assert capsys.readouterr().err == "Nothing waits.\n"
    assert waiting(world, capsys) == []


def test_what_was_refused_is_given_up(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.server.fail("move", ServerRefused("No room."))
    world.submit(c.Archive((world.rows()[0].id,)))
    world.until_heard(OperationRefused)
    world.until_quiet()
    (row,) = waiting(world, capsys)
    assert (row["what"], row["why"]) == ("Archiving a message", "Refused. No room. It was taken back here.")
    assert row["needs_you"] is True
    assert run(world, "give-up", str(row["id"])) == 0
    assert "given up" in capsys.readouterr().err
    assert waiting(world, capsys) == []


def test_what_was_refused_is_tried_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.server.fail("move", ServerRefused("No room."))
    world.submit(c.Archive((world.rows()[0].id,)))
    refused = world.until_heard(OperationRefused)
    world.until_quiet()
    assert run(world, "retry", f"action-{refused.operation_id}") == 0
    world.until(lambda: len(world.rows("Archive")) == 1)


def test_what_may_have_been_sent_needs_a_word_more(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.submission.answers = [SubmissionOutcome.UNCERTAIN]
    world.send()
    world.until(lambda: [i.state.value for i in world.ask(lambda r: r.outbox())] == ["uncertain"])
    assert run(world, "retry", "message-1") == 1
    assert "twice" in capsys.readouterr().err
    assert run(world, "retry", "message-1", "--may-arrive-twice") == 0
    world.until(lambda: world.submission.taken)


def test_an_unknown_name_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "give-up", "action-99") == 1
    assert "action-99" in capsys.readouterr().err
