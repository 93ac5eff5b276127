"""The Activity window upon a real engine and a server in memory: what is listed, and what the buttons do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mailclient.domain import commands as c
from mailclient.domain.activity import ActivitySnapshot
from mailclient.domain.errors import ServerBusy, ServerRefused, SignInNeeded
from mailclient.domain.events import (
    AccountStatus,
    AccountStatusChanged,
    OperationGivenUp,
    OperationRefused,
    OperationUndone,
)
from mailclient.domain.ids import ConnectionId, MessageId, OutboxId
from mailclient.ui.activity.window import ActivityWindow
from tests.unit.engine.world import World


@dataclass
class Asked:
    """What the window asked others to do."""

    dialogues: list[ConnectionId | None] = field(default_factory=list)
    passwords: list[AccountStatusChanged] = field(default_factory=list)
    sendings: list[OutboxId] = field(default_factory=list)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.server.deliver_many(5)
    made.start()
    made.until_quiet()
    yield made
    made.close()


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def window(world: World, asked: Asked, qtbot: QtBot) -> Iterator[ActivityWindow]:
    made = ActivityWindow(
        world.engine, world.reader, asked.dialogues.append, asked.passwords.append, asked.sendings.append
    )
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


def ids(world: World, count: int) -> tuple[MessageId, ...]:
    return tuple(row.id for row in world.rows()[:count])


def offline(world: World) -> None:
    world.submit(c.GoOnline(False))
    world.until_status(AccountStatus.OFFLINE)


def waiting(window: ActivityWindow) -> list[tuple[str, str]]:
    window.refresh()
    return [(row.cells[0], row.cells[1]) for row in window.waiting.rows]


def choose(window: ActivityWindow, row: int = 0) -> None:
    view = window.tabs.currentWidget()
    view.setCurrentIndex(view.model().index(row, 0))  # type: ignore[attr-defined]


def test_an_empty_list_is_calm(window: ActivityWindow) -> None:
    window.refresh()
    assert window.summary.text().startswith("Nothing waits. Last synchronised at ")
    assert window.accounts.rows[0].cells[1].startswith("Up to date since ")
    assert not window.retry.isEnabled() and not window.stop.isVisible() and not window.help.isVisible()


def test_what_waits_offline_is_listed_in_words(world: World, window: ActivityWindow) -> None:
    offline(world)
    world.submit(c.Archive(ids(world, 3)))
    world.send(subject="Lunch")
    world.until_obeyed()
    assert waiting(window) == [
        ("Archiving 3 messages", "Waits until you go online."),
        ("Sending “Lunch” to ben@example.org", "Waits until you go online."),
    ]
    assert window.summary.text().startswith("2 things wait.")
    assert window.tabs.tabText(0) == "&Waiting (2)"


def test_undo_takes_the_chosen_action_back(world: World, window: ActivityWindow) -> None:
    offline(world)
    chosen = ids(world, 2)
    world.submit(c.Archive(chosen))
    world.submit(c.Star(ids(world, 3)[2:]))
    world.until_obeyed()
    waiting(window)
    choose(window)
    window.undo.click()
    world.until_heard(OperationUndone)
    assert [words for words, _why in waiting(window)] == ["Starring a message"]
    assert set(chosen) <= {row.id for row in world.rows()}


def test_giving_up_shows_what_the_server_has(world: World, window: ActivityWindow) -> None:
    world.server.fail("move", ServerBusy("The mailbox is locked."))
    chosen = ids(world, 1)
    world.submit(c.Delete(chosen))
    world.until(lambda: any(row.attempts for row in world.ask(lambda reader: reader.waiting())), "it was tried")
    world.until_quiet()
    assert waiting(window)[0][1].startswith("The mailbox is locked. Next try in ")
    choose(window)
    window.give_up.click()
    world.until_heard(OperationGivenUp)
    assert waiting(window) == []
    assert chosen[0] in {row.id for row in world.rows()}


def test_a_refused_action_can_be_tried_again(world: World, window: ActivityWindow) -> None:
    world.server.fail("move", ServerRefused("No room."))
    world.submit(c.Archive(ids(world, 1)))
    world.until_heard(OperationRefused)
    world.until_quiet()
    assert waiting(window) == [("Archiving a message", "Refused. No room. It was taken back here.")]
    choose(window)
    assert not window.undo.isEnabled()
    assert window.detail.text().startswith("Archiving a message. Refused. No room.")
    window.retry.click()
    world.until(lambda: not world.ask(lambda reader: reader.waiting()), "it was done")
    assert len(world.rows("Archive")) == 1


def test_a_message_to_be_sent_is_asked_about_before_it_goes_again(
    world: World, window: ActivityWindow, asked: Asked
) -> None:
    offline(world)
    world.send()
    world.until_obeyed()
    waiting(window)
    choose(window)
    window.retry.click()
    assert asked.sendings == [OutboxId(1)]
    window.give_up.click()
    world.until(lambda: not world.ask(lambda reader: reader.outbox()), "it is a draft again")
    assert waiting(window) == []


def test_the_password_is_asked_for_from_here(world: World, window: ActivityWindow, asked: Asked) -> None:
    world.server.refuse_connections = SignInNeeded("Wrong password.")
    offline(world)
    world.submit(c.GoOnline(True))
    world.until_status(AccountStatus.SIGN_IN_NEEDED)
    window.refresh()
    assert window.accounts.rows[0].cells[1] == "Waiting for the password"
    assert window.help.text() == "&Type password…"
    window.help.click()
    assert [event.sentence for event in asked.passwords] == ["Wrong password."]


def test_return_opens_the_dialogue_of_a_connection(
    window: ActivityWindow, asked: Asked, qtbot: QtBot, world: World
) -> None:
    window.tabs.setCurrentIndex(1)
    window.refresh()
    choose(window)
    assert window.dialogue.isVisible() and window.dialogue.isEnabled()
    QTest.keyClick(window.tabs.currentWidget(), Qt.Key.Key_Return)
    assert asked.dialogues == [world.engine.connections()[0].connection_id]


def test_everything_can_be_copied_as_text(world: World, window: ActivityWindow) -> None:
    window.tabs.setCurrentIndex(2)
    window.refresh()
    window.copy_all()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("Nothing waits.")
    assert "Everything was synchronised." in text


def test_many_things_are_pages_and_a_number(world: World, window: ActivityWindow) -> None:
    window.pager._size = 2
    assert not window.pager.isVisible()
    offline(world)
    for key in ids(world, 4):
        world.submit(c.Archive((key,)))
    world.send(subject="Lunch")
    world.until_obeyed()
    first = waiting(window)
    assert len(first) == 3
    assert window.summary.text().startswith("5 things wait.")
    assert window.pager.isVisible()
    assert window.pager.words.text() == "1 to 3, and 2 more."
    window.pager.later.click()
    assert len(window.waiting.rows) == 2
    assert window.pager.words.text() == "4 to 5 of 5."
    assert not window.pager.later.isEnabled()
    choose(window, 1)
    window.undo.click()
    world.until_heard(OperationUndone)
    window.pager.earlier.click()
    assert waiting(window) == first


def test_a_page_that_became_empty_is_left(world: World, window: ActivityWindow) -> None:
    window.pager._size = 1
    offline(world)
    for key in ids(world, 2):
        world.submit(c.Archive((key,)))
    world.until_obeyed()
    window.refresh()
    window.pager.later.click()
    world.submit(c.UndoOperation(window.waiting.rows[0].subject.operation_id))
    world.until_heard(OperationUndone)
    assert len(waiting(window)) == 1
    assert not window.pager.isVisible()


def test_changes_are_read_together_and_only_while_somebody_looks(window: ActivityWindow, qtbot: QtBot) -> None:
    reads: list[int] = []
    usual = window._engine.activity.snapshot

    def counted() -> ActivitySnapshot:
        reads.append(1)
        return usual()

    window._engine.activity.snapshot = counted  # type: ignore[method-assign]
    for _ in range(100):
        window.note_change()
    assert reads == []
    qtbot.waitUntil(lambda: reads == [1], timeout=5_000)
    window.hide()
    window.note_change()
    assert not window._timer.isActive()


def test_every_list_and_button_has_a_name(window: ActivityWindow) -> None:
    lists = (window._account_view, window._waiting_view, window._connection_view, window._event_view)
    assert [view.accessibleName() for view in lists] == ["Accounts", "What waits", "Connections", "Events"]
    for button in (window.retry, window.give_up, window.undo, window.dialogue, window.stop, window.help):
        assert button.text() and button.toolTip() == button.accessibleDescription() != ""
