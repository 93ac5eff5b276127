"""What is kept here: scopes of account and folder, a metered line, what is opened outside the scope, freeing space."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mailclient.domain import commands as c
from mailclient.domain.events import (
    BeginningArrived,
    BodyArrived,
    FoldersChanged,
    MessagesChanged,
    MeteredChanged,
    SpaceFreed,
    SynchronisationEnded,
)
from mailclient.domain.ids import MessageId
from mailclient.domain.scope import ConnectionModel, DownloadScope, Keep
from mailclient.engine.keeping import Keeping
from mailclient.sync.beginnings import BEGINNING_BYTES
from tests.support.fake_folders import letter
from tests.unit.engine.world import ANNA, World, account

DAY_S = 86_400
RECENT = DownloadScope(Keep.RECENT, 7)
HEADERS = DownloadScope(Keep.HEADERS)


def with_scope(directory: Path, scope: DownloadScope, model: ConnectionModel = ConnectionModel.DISCONNECTED) -> World:
    """Return a world whose account keeps so much."""
    return World(directory, accounts=[replace(account(), scope=scope, model=model)])


def deliver_by_age(world: World, *days: int) -> None:
    """Letters 1, 2, ... arrive so many days ago."""
    for number, age in enumerate(days, 1):
        world.server.deliver(letter(number), received=int(world.now) - age * DAY_S)


def here(world: World, name: str = "INBOX") -> list[str]:
    """Return the subjects whose bytes are here, oldest first."""
    rows = world.rows(name)
    return world.ask(lambda reader: sorted(row.subject for row in rows if reader.raw(row.id) is not None))


def until_synchronised(world: World) -> None:
    """Wait for the end of a complete pass."""
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    world.until_quiet()


def open_message(world: World, subject: str) -> MessageId:
    """The user opens a message whose bytes are not here."""
    message = world.id_of(subject)
    world.submit(c.ShowMessage(message))
    world.submit(c.FetchBody(message))
    world.until_heard(BodyArrived, lambda event: event.message_id == message)
    world.until_quiet()
    world.until_obeyed()
    return message


def dated(number: int, date: str) -> bytes:
    """Return a letter whose Date field says this."""
    return letter(number).replace(b"Tue, 14 Nov 2023 22:13:20 +0000", date.encode())


def test_the_last_days_are_whole_and_of_the_rest_there_are_headers(tmp_path: Path) -> None:
    world = with_scope(tmp_path, RECENT)
    deliver_by_age(world, 400, 30, 6, 0)
    world.start()
    until_synchronised(world)
    assert len(world.rows()) == 4
    assert here(world) == ["Subject 3", "Subject 4"]
    world.close()


def test_a_date_that_lies_fetches_and_removes_nothing(tmp_path: Path) -> None:
    """RELIABILITY 2.3, bug 37: Date and received time disagree, in both directions."""
    world = with_scope(tmp_path, RECENT)
    old, new = int(world.now) - 400 * DAY_S, int(world.now)
    world.server.deliver(dated(1, "Thu, 14 Jan 2027 08:00:00 +0000"), received=old)
    world.server.deliver(dated(2, "Thu, 14 Jan 1999 08:00:00 +0000"), received=new)
    world.start()
    until_synchronised(world)
    assert here(world) == ["Subject 2"]
    world.server.calls.clear()
    for _ in range(2):
        world.events.clear()
        world.submit(c.Synchronise())
        until_synchronised(world)
    world.engine.free_space(ANNA)
    assert here(world) == ["Subject 2"]
    assert not [call for call in world.server.calls if call.startswith(("fetch_bodies", "fetch_headers"))]
    world.close()


def test_large_messages_wait_until_they_are_opened(tmp_path: Path) -> None:
    world = with_scope(tmp_path, DownloadScope(max_size_bytes=5_000))
    world.server.deliver(letter(1, body="x" * 10_000))
    world.server.deliver(letter(2))
    world.start()
    until_synchronised(world)
    assert here(world) == ["Subject 2"]
    message = open_message(world, "Subject 1")
    assert world.ask(lambda reader: reader.raw(message)) == letter(1, body="x" * 10_000)
    world.close()


def test_of_a_very_large_one_the_beginning_comes_first_and_the_rest_when_asked_for(tmp_path: Path) -> None:
    world = with_scope(tmp_path, DownloadScope(max_size_bytes=1_000_000))
    raw = letter(1, body="The text.\r\n" + "x" * 2_000_000)
    world.server.deliver(raw)
    world.start()
    until_synchronised(world)
    message = world.id_of("Subject 1")
    world.submit(c.FetchBody(message))
    arrived = world.until_heard(BeginningArrived)
    assert arrived == BeginningArrived(message, BEGINNING_BYTES, len(raw))
    assert b"The text." in world.ask(lambda reader: reader.beginning(message))
    world.until_quiet()
    assert (here(world), world.heard(BodyArrived)) == ([], [])
    world.submit(c.FetchBody(message, insist=True))
    world.until_heard(BodyArrived)
    assert world.ask(lambda reader: reader.raw(message)) == raw
    world.close()


def test_a_folder_may_keep_less_or_more_than_its_account(world: World) -> None:
    world.server.deliver_many(2)
    world.server.deliver(letter(8), to="Archive")
    world.server.deliver(letter(9), to="Junk")
    world.start()
    until_synchronised(world)
    for name, scope in (("Archive", HEADERS), ("Junk", DownloadScope(Keep.NOTHING))):
        world.submit(c.SetFolderScope(world.folder(name).id, scope))
    world.until_obeyed()
    world.until_quiet()
    assert (here(world, "Archive"), here(world, "Junk")) == (["Subject 8"], ["Subject 9"])  # Nothing went by itself.
    world.server.deliver(letter(10), to="Archive")
    world.server.deliver(letter(11), to="Junk")
    world.server.calls.clear()
    world.events.clear()
    world.submit(c.Synchronise())
    until_synchronised(world)
    assert world.subjects("Archive") == ["Subject 10", "Subject 8"]
    assert here(world, "Archive") == ["Subject 8"]
    assert world.subjects("Junk") == ["Subject 9"]
    assert "open_folder Junk" not in world.server.calls
    for name in ("Archive", "Junk"):
        world.submit(c.SetFolderScope(world.folder(name).id, None))
    world.until(lambda: here(world, "Archive") == ["Subject 10", "Subject 8"] == world.subjects("Archive"))
    world.until(lambda: here(world, "Junk") == ["Subject 11", "Subject 9"])
    assert world.heard(FoldersChanged)


def test_free_space_frees_what_is_outside_but_not_what_is_read(world: World) -> None:
    deliver_by_age(world, 400, 300, 200, 0)
    world.start()
    until_synchronised(world)
    world.submit(c.ShowMessage(world.id_of("Subject 2")))
    world.submit(c.SetFolderScope(world.folder().id, RECENT))
    world.until_obeyed()
    before = world.engine.kept_bytes(ANNA)
    assert (before.messages, before.free_messages) == (4, 3)
    freed = world.engine.free_space(ANNA, world.folder().id)
    assert here(world) == ["Subject 2", "Subject 4"]
    assert (freed.messages, freed.freed_bytes) == (2, len(letter(1)) + len(letter(3)))
    assert world.heard(SpaceFreed) == [freed]
    changed = world.heard(MessagesChanged)[-1].message_ids
    assert set(changed) == {world.id_of("Subject 1"), world.id_of("Subject 3")}
    world.until_quiet()
    assert here(world) == ["Subject 2", "Subject 4"]


def test_a_folder_that_is_not_synchronised_is_emptied_and_filled_again(world: World) -> None:
    world.server.deliver(letter(1), to="Junk")
    world.start()
    until_synchronised(world)
    world.submit(c.SetFolderScope(world.folder("Junk").id, DownloadScope(Keep.NOTHING)))
    world.until_obeyed()
    world.engine.free_space(ANNA)
    assert world.subjects("Junk") == []
    world.submit(c.SetFolderScope(world.folder("Junk").id, None))
    world.until(lambda: here(world, "Junk") == ["Subject 1"])


def test_on_a_metered_line_whole_messages_come_when_they_are_opened(world: World) -> None:
    world.server.deliver_many(3)
    world.submit(c.SetMetered(True))
    world.start()
    until_synchronised(world)
    assert world.engine.metered
    assert (len(world.rows()), here(world)) == (3, [])
    open_message(world, "Subject 2")
    assert here(world) == ["Subject 2"]
    world.submit(c.SetMetered(False))
    world.until(lambda: world.complete() == 3)
    assert [event.metered for event in world.heard(MeteredChanged)] == [True, False]


def test_a_line_that_becomes_metered_stops_what_runs_between_two_batches(world: World) -> None:
    world.server.deliver_many(700)
    asked: list[str] = []

    def meter(call: str) -> None:
        if call == "fetch_bodies" and not asked:
            asked.append(call)
            world.submit(c.SetMetered(True))
            world.until_heard(MeteredChanged)

    world.server.on_call = meter
    world.start()
    until_synchronised(world)
    assert 0 < world.complete() < 700
    world.submit(c.SetMetered(False))
    world.until(lambda: world.complete() == 700)


def test_online_only_what_was_opened_last_stays(tmp_path: Path) -> None:
    world = with_scope(tmp_path, DownloadScope(), ConnectionModel.ONLINE)
    world.services.keeping = Keeping(world.services.writer, lambda: world.now, opened_bytes=2 * len(letter(1)) + 10)
    world.server.deliver_many(4)
    world.start()
    until_synchronised(world)
    assert (len(world.rows()), here(world)) == (4, [])
    for subject in ("Subject 1", "Subject 2"):
        world.now += 1
        open_message(world, subject)
    world.now += 1
    world.submit(c.ShowMessage(world.id_of("Subject 1")))  # Read again: now the other is the one longest unread.
    world.until_obeyed()
    world.now += 1
    open_message(world, "Subject 3")
    world.until(lambda: here(world) == ["Subject 1", "Subject 3"])
    world.close()


def test_narrowing_an_account_frees_nothing_by_itself(world: World) -> None:
    world.server.deliver_many(3)
    world.start()
    until_synchronised(world)
    world.events.clear()
    world.engine.change_account(replace(account(), scope=HEADERS, model=ConnectionModel.ONLINE))
    until_synchronised(world)
    assert world.complete() == 3
    assert world.engine.kept_bytes(ANNA).free_messages == 3
    world.server.deliver(letter(50))
    world.until(lambda: len(world.rows()) == 4)
    world.until_quiet()
    assert world.complete() == 3
    open_message(world, "Subject 50")
    assert world.complete() == 4
