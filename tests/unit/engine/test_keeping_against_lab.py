"""Scopes, models and priorities against a real protocol on loopback."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mailclient.domain import commands as c
from mailclient.domain.events import (
    AccountStatus,
    BeginningArrived,
    BodyArrived,
    Event,
    Progressed,
    SynchronisationEnded,
)
from mailclient.domain.scope import ConnectionModel, DownloadScope, Keep
from mailclient.sync.beginnings import BEGINNING_BYTES
from tests.support.fake_folders import EPOCH, letter
from tests.unit.engine.test_against_lab import ADDRESSES, commands_sent, fill, opened
from tests.unit.engine.world import ANNA, World

DAY_S = 86_400


def here(world: World) -> list[str]:
    """Return the subjects of the inbox whose bytes are here, newest first."""
    rows = world.rows()
    return world.ask(lambda reader: [row.subject for row in rows if reader.raw(row.id) is not None])


def until_synchronised(world: World) -> None:
    """Wait for the end of a complete pass."""
    world.until_heard(SynchronisationEnded, lambda event: event.complete)


def test_a_message_that_is_opened_overtakes_what_is_under_way(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        fill(lab, 1_500)
        when_it_came: list[int] = []
        wished: list[Event] = []

        def listen(event: Event) -> None:
            if isinstance(event, Progressed) and event.what.startswith("Messages of") and not wished:
                wished.append(event)
                world.submit(c.FetchBody(world.id_of("Subject 1")))
            elif isinstance(event, BodyArrived):
                when_it_came.append(len(here(world)))

        world.engine.subscribe(listen)
        world.start()
        world.until(lambda: when_it_came, "the oldest message was opened")
        assert when_it_came[0] < 1_500
        until_synchronised(world)
        assert len(here(world)) == 1_500
        fetched = [line for line in commands_sent(world) if "BODY.PEEK[]" in line]
        assert next(at for at, line in enumerate(fetched) if "FETCH 1 " in line) < len(fetched) - 1


def test_the_last_days_by_the_servers_time_and_a_size_limit(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        world.engine.change_account(
            replace(world.engine.accounts()[0], scope=DownloadScope(Keep.RECENT, 10, max_size_bytes=5_000))
        )
        now = int(world.now)
        for number, (age, body) in enumerate(((300, ""), (30, ""), (5, "x" * 9_000), (5, ""), (0, "")), 1):
            raw = letter(number, body=body)
            lab.deliver(ADDRESSES[ANNA], raw, folder="INBOX", received_unix_s=now - age * DAY_S)
        world.start()
        until_synchronised(world)
        assert len(world.rows()) == 5
        assert here(world) == ["Subject 5", "Subject 4"]
        world.submit(c.FetchBody(world.id_of("Subject 3")))
        world.until(lambda: "Subject 3" in here(world))
        world.engine.change_account(replace(world.engine.accounts()[0], scope=DownloadScope()))
        world.until(lambda: len(here(world)) == 5)


def test_an_offline_account_hangs_up_after_each_visit(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        world.engine.change_account(replace(world.engine.accounts()[0], model=ConnectionModel.OFFLINE))
        fill(lab, 3)
        world.start()
        world.until_obeyed()
        assert world.engine.connections() == ()
        world.submit(c.Synchronise())
        until_synchronised(world)
        world.until_status(AccountStatus.OFFLINE)
        assert len(here(world)) == 3
        world.until(lambda: not any(connection.open for connection in world.engine.connections()))
        lab.deliver(ADDRESSES[ANNA], letter(9), folder="INBOX", received_unix_s=EPOCH + 9)
        world.submit(c.MarkRead((world.id_of("Subject 1"),)))
        world.until_obeyed()
        assert len(world.engine.connections()) == 1


def test_a_large_message_comes_in_pieces(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        raw = letter(1, body="The text.\r\n" + "0123456789abcde\r\n" * 600_000)
        lab.deliver(ADDRESSES[ANNA], raw, folder="INBOX", received_unix_s=EPOCH)
        world.engine.change_account(replace(world.engine.accounts()[0], scope=DownloadScope(max_size_bytes=1_000_000)))
        world.start()
        until_synchronised(world)
        message = world.id_of("Subject 1")
        world.submit(c.FetchBody(message))
        world.until_heard(BeginningArrived)
        assert world.ask(lambda reader: reader.beginning(message)) == raw[:BEGINNING_BYTES]
        world.submit(c.FetchBody(message, insist=True))
        world.until_heard(BodyArrived)
        assert world.ask(lambda reader: reader.raw(message)) == raw
