"""From the engine's threads to the window's: nothing lost, nothing out of order, bursts joined."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from mailclient.domain.events import (
    Event,
    FoldersChanged,
    MessagesAdded,
    MessagesChanged,
    MessagesRemoved,
    OperationUndone,
    Progressed,
)
from mailclient.domain.ids import AccountId, FolderId, MessageId
from mailclient.ui.bridge import Bridge, merged
from tests.support.ui_fakes import FakeEngine

A1, F1, F2 = AccountId("a1"), FolderId(1), FolderId(2)


def added(*ids: int, folder: FolderId = F1) -> MessagesAdded:
    return MessagesAdded(folder, tuple(map(MessageId, ids)))


def removed(*ids: int, folder: FolderId = F1) -> MessagesRemoved:
    return MessagesRemoved(folder, tuple(map(MessageId, ids)))


def test_events_of_another_thread_are_told_on_the_windows_thread(qtbot: QtBot) -> None:
    engine, heard = FakeEngine(), list[tuple[Event, bool]]()
    bridge = Bridge(engine)
    bridge.happened.connect(lambda event: heard.append((event, threading.current_thread() is threading.main_thread())))

    def announce_many() -> None:
        for number in range(500):
            engine.announce(added(number))

    thread = threading.Thread(target=announce_many)
    thread.start()
    thread.join()
    assert heard == []
    qtbot.waitUntil(lambda: sum(len(e.message_ids) for e, _ in heard if isinstance(e, MessagesAdded)) == 500)
    assert all(on_main_thread for _, on_main_thread in heard)
    assert len(heard) == 1
    engine.announce(OperationUndone("Undone"))
    qtbot.waitUntil(lambda: len(heard) == 2)
    bridge.stop()
    assert engine.listeners == []


def test_after_the_end_nothing_is_told(qtbot: QtBot) -> None:
    engine, heard = FakeEngine(), list[Event]()
    bridge = Bridge(engine)
    bridge.happened.connect(heard.append)
    engine.announce(added(1))
    bridge.stop()
    engine.announce(added(2))
    qtbot.wait(80)
    assert heard == []


def test_rows_of_one_folder_are_told_together_but_never_out_of_order() -> None:
    events: list[Event] = [added(1), added(2, 1), added(3, folder=F2), removed(1), removed(2), added(1)]
    assert merged(events) == [added(1, 2), added(3, folder=F2), removed(1, 2), added(1)]


def test_counts_are_told_once_and_progress_as_it_is_now() -> None:
    first, second = Progressed(A1, "Headers of Inbox", 100, 900), Progressed(A1, "Headers of Inbox", 200, 900)
    other = Progressed(A1, "Messages of Inbox", 1, None)
    events: list[Event] = [FoldersChanged(A1), first, FoldersChanged(A1), second, other, FoldersChanged(A1)]
    assert merged(events) == [FoldersChanged(A1), second, other]


ROWS = st.builds(
    lambda kind, folder, ids: kind(folder, tuple(map(MessageId, ids))),
    st.sampled_from([MessagesAdded, MessagesChanged, MessagesRemoved]),
    st.sampled_from([F1, F2]),
    st.lists(st.integers(1, 6), min_size=1, max_size=3),
)


@given(st.lists(st.one_of(ROWS, st.just(FoldersChanged(A1)))))
def test_joining_changes_nothing_about_what_is_listed_in_the_end(events: list[Event]) -> None:
    def listed(told: list[Event]) -> dict[FolderId, set[MessageId]]:
        folders: dict[FolderId, set[MessageId]] = {F1: set(), F2: set()}
        for event in told:
            if isinstance(event, MessagesAdded):
                folders[event.folder_id] |= set(event.message_ids)
            elif isinstance(event, MessagesRemoved):
                folders[event.folder_id] -= set(event.message_ids)
        return folders

    assert listed(merged(events)) == listed(events)
    assert len(merged(events)) <= len(events)
