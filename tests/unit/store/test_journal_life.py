"""The journal does not grow: what is done is forgotten in time, what waits is kept."""

from __future__ import annotations

import sqlite3

import pytest

from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.ids import OperationId
from mailclient.domain.operation import ChangeFlags, MoveReason, MoveTo, OperationState
from mailclient.store import journal, journal_life, replay_store
from mailclient.store.sources import new_group, sources_of
from tests.unit.store.house import ANNA, House, message

STAR, UNSTAR = FlagChange(add=Flag.FLAGGED), FlagChange(remove=Flag.FLAGGED)


def carry_out(house: House) -> None:
    """The server does everything that is due, and does not tell UIDs."""
    while due := house.sync.runnable_operations(ANNA, house.now):
        for operation in due:
            house.sync.operation_started(operation.id)
            house.sync.operation_done(operation.id, None)


def test_ten_thousand_actions_leave_a_small_file(house: House) -> None:
    house.add("INBOX", *[message(uid) for uid in range(1, 21)])
    ids, target = house.ids("INBOX"), house.folder_row("Archive")

    def act_and_settle(connection: sqlite3.Connection) -> None:
        source = sources_of(connection, ids[:3])[0]
        for _ in range(1_000):
            group = new_group(connection)
            act = MoveTo(target.id, target.wire_name, MoveReason.MOVE)
            key = journal.append(connection, ANNA, act, source.items, house.now, group)
            entry = journal.entry(connection, key)
            assert entry is not None
            replay_store.close(connection, entry.operation, None)
            journal_life.trim(connection)

    for _ in range(10):
        house.writer.run(act_and_settle)
    size = house.reader.journal_size()
    assert (size.waiting, size.refused) == (0, 0)
    assert size.done == journal_life.KEPT_GROUPS
    house.close()
    assert (house.directory / "user.sqlite").stat().st_size < 400_000
    house.open()


def test_the_undo_of_many_messages_is_bounded_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_life, "KEPT_ITEMS", 25)
    house.add("INBOX", *[message(uid) for uid in range(1, 41)])
    ids = house.ids("INBOX")
    for start in range(0, 40, 10):
        house.actions.move(ids[start : start + 10], house.folder("Archive"))
        carry_out(house)
    assert house.reader.journal_size().items == 20


def test_the_newest_action_can_be_undone_however_large_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_life, "KEPT_ITEMS", 5)
    house.add("INBOX", *[message(uid) for uid in range(1, 11)])
    house.actions.move(house.ids("INBOX"), house.folder("Archive"))
    carry_out(house)
    assert house.reader.journal_size().items == 10
    assert house.actions.undo_newest() is not None


def test_what_waits_is_never_dropped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_life, "KEPT_GROUPS", 1)
    house.add("INBOX", *[message(uid) for uid in range(1, 8)])
    for key in house.ids("INBOX"):
        house.actions.move([key], house.folder("Archive"))
    house.sync.operation_done(house.reader.waiting()[0].id, None)
    assert house.reader.journal_size().waiting == 6


def test_a_star_set_and_taken_away_is_one_entry_of_the_last_wish(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    key = house.ids("INBOX")[:1]
    house.actions.change_flags(key, STAR)
    house.actions.change_flags(key, UNSTAR)
    assert len(house.reader.waiting()) == 1
    (entry,) = house.sync.runnable_operations(ANNA, 2e9)
    assert entry.act == ChangeFlags(UNSTAR)
    assert house.flags(key[0]) == Flag.NONE


def test_what_may_have_been_sent_takes_nothing_in(house: House) -> None:
    house.add("INBOX", message(1))
    house.actions.change_flags(house.ids("INBOX"), STAR)
    first = house.reader.waiting()[0].id
    house.sync.operation_started(first)
    house.sync.operation_postponed(first, house.now + 60, "Busy.")
    house.actions.change_flags(house.ids("INBOX"), UNSTAR)
    assert len(house.reader.waiting()) == 2


def test_refused_entries_wait_to_be_read(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    house.actions.move(house.ids("INBOX"), house.folder("Archive"))
    house.sync.operation_refused(house.reader.waiting()[0].id, "No.")
    house.again()
    row = house.reader.waiting()[0]
    assert (row.state, row.last_error, row.messages) == (OperationState.REFUSED, "No.", 2)
    house.actions.dismiss_operation(row.id)
    assert house.reader.waiting() == ()


def test_pages_of_what_waits_go_on_by_key(house: House) -> None:
    house.add("INBOX", *[message(uid) for uid in range(1, 6)])
    for key in house.ids("INBOX"):
        house.actions.move([key], house.folder("Archive"))
    first = house.reader.waiting(limit=2)
    second = house.reader.waiting(after=first[-1].id, limit=2)
    rest = house.reader.waiting(after=second[-1].id, limit=2)
    assert [len(page) for page in (first, second, rest)] == [2, 2, 1]
    assert [row.id for page in (first, second, rest) for row in page] == sorted(
        row.id for row in house.reader.waiting()
    )
    assert {row.messages for row in house.reader.waiting()} == {1}


def test_one_waiting_entry_is_undone_by_itself(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    older, newer = reversed(house.ids("INBOX"))
    house.actions.move([older], house.folder("Archive"))
    house.actions.move([newer], house.folder("Trash"))
    first = house.reader.waiting()[0].id
    result = house.actions.undo_operation(first)
    assert result is not None
    assert house.ids("INBOX") == (older,)
    assert house.ids("Trash") == (newer,)
    assert [row.id for row in house.reader.waiting()] == [OperationId(first + 1)]


def test_an_entry_that_may_have_run_is_reversed(house: House) -> None:
    house.add("INBOX", message(1))
    key = house.ids("INBOX")[0]
    house.actions.change_flags([key], STAR)
    first = house.reader.waiting()[0].id
    house.sync.operation_started(first)
    house.sync.operation_postponed(first, house.now + 60, "Busy.")
    assert house.actions.undo_operation(first) is not None
    assert house.flags(key) == Flag.NONE
    assert len(house.reader.waiting()) == 2  # The server may have it: what takes it away follows.


def test_what_is_gone_cannot_be_undone(house: House) -> None:
    assert house.actions.undo_operation(OperationId(99)) is None


def test_what_fails_again_and_again_does_not_keep_the_rest_of_its_folder_for_ever(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    newer, older = house.ids("INBOX")
    house.actions.move([older], house.folder("Archive"))
    stuck = house.reader.waiting()[0].id
    house.actions.move([newer], house.folder("Archive"))
    for attempt in range(6):
        house.sync.operation_started(stuck)
        house.sync.operation_postponed(stuck, house.now + 60, "Busy.")
        due = [operation.id for operation in house.sync.runnable_operations(ANNA, house.now)]
        assert due == ([stuck + 1] if attempt >= 4 else [])
