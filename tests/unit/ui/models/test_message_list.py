"""The list model: pages of ids, few rows in memory, and events that touch the rows they name and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from mailclient.domain.flags import Flag
from mailclient.domain.ids import FolderId, MessageId, message_key
from mailclient.domain.message import SearchHit, SortOrder
from mailclient.ui.models import message_list
from mailclient.ui.models.message_list import FIRST_PAGE, IdRole, MessageListModel, RowRole
from tests.support.ui_fakes import INBOX, MONDAY_UNIX_S, FakeReader, key, message


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def model(reader: FakeReader, qtbot: QtBot) -> Iterator[MessageListModel]:
    """A model that Qt's own tester watches: it warns, and a warning fails the test."""
    del qtbot
    made = MessageListModel(reader)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield made
    made.clear()
    del tester


def ids(model: MessageListModel) -> list[MessageId]:
    return [model.index(row).data(IdRole) for row in range(model.rowCount())]


def numbered(*numbers: int) -> list[MessageId]:
    return [key(number) for number in numbers]


def test_the_newest_is_first_and_only_what_is_looked_at_is_read(reader: FakeReader, model: MessageListModel) -> None:
    reader.add(*(message(number) for number in range(200)))
    model.open_folder(INBOX)
    assert ids(model) == numbered(*range(199, -1, -1))
    before = reader.rows_read
    assert model.index(0).data(RowRole).id == key(199)
    assert reader.rows_read - before <= message_list.ROW_PAGE


def test_a_large_folder_opens_with_its_first_page_and_the_rest_follows(
    reader: FakeReader, model: MessageListModel, qtbot: QtBot
) -> None:
    count = FIRST_PAGE + message_list.NEXT_PAGE + 10
    reader.add(*(message(number) for number in range(count)))
    model.open_folder(INBOX)
    assert model.rowCount() == FIRST_PAGE
    assert not model.complete
    with qtbot.waitSignal(model.loaded):
        pass
    assert ids(model) == numbered(*range(count - 1, -1, -1))


def test_new_mail_finds_its_place_by_date(reader: FakeReader, model: MessageListModel) -> None:
    reader.add(*(message(number) for number in (10, 20, 30)))
    model.open_folder(INBOX)
    model.messages_added(INBOX, reader.add(message(25), message(5), message(40), message(41)))
    assert ids(model) == numbered(41, 40, 30, 25, 20, 10, 5)


def test_the_oldest_first_puts_new_mail_at_the_end(reader: FakeReader, model: MessageListModel) -> None:
    reader.add(message(10), message(20))
    model.open_folder(INBOX, descending=False)
    model.messages_added(INBOX, reader.add(message(15), message(30)))
    assert ids(model) == numbered(10, 15, 20, 30)


def test_what_is_told_twice_is_listed_once(reader: FakeReader, model: MessageListModel) -> None:
    reader.add(message(1))
    model.open_folder(INBOX)
    model.messages_added(INBOX, (key(1), key(1)))
    assert ids(model) == [key(1)]


def test_mail_of_another_folder_is_nothing_to_this_list(reader: FakeReader, model: MessageListModel) -> None:
    reader.add(message(1))
    model.open_folder(INBOX)
    model.messages_added(FolderId(2), (key(9),))
    model.messages_removed(FolderId(2), (key(1),))
    assert ids(model) == [key(1)]


def test_nothing_is_missed_or_doubled_when_mail_arrives_between_two_pages(
    reader: FakeReader, model: MessageListModel, qtbot: QtBot
) -> None:
    count = FIRST_PAGE + 50
    reader.add(*(message(number * 10) for number in range(count)))
    model.open_folder(INBOX)
    last = ids(model)[-1]
    border = (count - FIRST_PAGE) * 10
    assert last == key(border)
    model.messages_removed(INBOX, reader.remove(last))
    arrivals = [message(border + 5), message(border - 5)]
    just_above_the_border = message_key(MONDAY_UNIX_S + border * 60, 1)
    arrivals.append(replace(message(border), id=just_above_the_border))
    model.messages_added(INBOX, reader.add(*arrivals))
    with qtbot.waitSignal(model.loaded):
        pass
    assert ids(model) == sorted(reader.messages, reverse=True)


def test_removed_rows_go_and_the_others_stay(reader: FakeReader, model: MessageListModel) -> None:
    reader.add(*(message(number) for number in range(10)))
    model.open_folder(INBOX)
    removed: list[tuple[int, int]] = []
    model.rowsRemoved.connect(lambda _parent, first, last: removed.append((first, last)))
    model.messages_removed(INBOX, reader.remove(key(9), key(5), key(4), key(3), key(0)))
    assert ids(model) == numbered(8, 7, 6, 2, 1)
    assert removed == [(9, 9), (4, 6), (0, 0)]


def test_a_changed_row_is_read_again_and_only_it(reader: FakeReader, model: MessageListModel) -> None:
    reader.add(*(message(number) for number in range(5)))
    model.open_folder(INBOX)
    assert not model.index(2).data(RowRole).flags & Flag.FLAGGED
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last, _roles: changed.append(first.row()))
    before = reader.rows_read
    model.messages_changed(reader.flag(key(2), Flag.FLAGGED))
    assert changed == [2]
    assert model.index(2).data(RowRole).flags & Flag.FLAGGED
    assert reader.rows_read - before == 1


def test_unread_only_takes_in_no_read_mail_and_keeps_what_one_reads(
    reader: FakeReader, model: MessageListModel
) -> None:
    reader.add(message(1), message(2, Flag.SEEN), message(3))
    model.open_folder(INBOX, unread_only=True)
    assert ids(model) == numbered(3, 1)
    reset: list[bool] = []
    model.modelReset.connect(lambda: reset.append(True))
    model.messages_added(INBOX, reader.add(message(4), message(5, Flag.SEEN)))
    model.messages_changed(reader.flag(key(3), Flag.SEEN))
    assert ids(model) == numbered(4, 3, 1)
    assert not reset


def test_another_order_is_read_anew_once_however_much_arrives(
    reader: FakeReader, model: MessageListModel, qtbot: QtBot
) -> None:
    reader.add(*(message(number) for number in range(8)))
    model.open_folder(INBOX, SortOrder.SENDER, descending=False)
    pages = reader.pages_read
    with qtbot.waitSignal(model.refreshed):
        for number in range(8, 40):
            model.messages_added(INBOX, reader.add(message(number)))
        assert model.rowCount() == 8
    assert reader.pages_read == pages + 1
    names = [model.index(row).data(RowRole).sender_name.casefold() for row in range(model.rowCount())]
    assert len(names) == 40
    assert [name for name in names if name] == sorted(name for name in names if name)


def test_rows_in_another_order_are_found_and_removed(reader: FakeReader, model: MessageListModel) -> None:
    reader.add(*(message(number) for number in range(6)))
    model.open_folder(INBOX, SortOrder.SIZE, descending=False)
    assert model.position_of(key(4)) == 4
    assert model.position_of(key(99)) == -1
    model.messages_removed(INBOX, reader.remove(key(1), key(2)))
    assert ids(model) == numbered(0, 3, 4, 5)


def test_hits_of_a_search_stay_in_their_order(reader: FakeReader, model: MessageListModel) -> None:
    hits = [SearchHit(message(number), "Inbox", "a1", "") for number in (7, 3, 5)]
    model.show_hits(hits)
    assert ids(model) == numbered(7, 3, 5)
    model.messages_added(INBOX, reader.add(message(8)))
    model.messages_removed(FolderId(9), (key(3),))
    assert ids(model) == numbered(7, 5)


def test_the_next_unread_is_looked_for_from_here_and_then_from_the_top(
    reader: FakeReader, model: MessageListModel
) -> None:
    reader.add(*(message(number, Flag.NONE if number in {2, 7} else Flag.SEEN) for number in range(10)))
    model.open_folder(INBOX)
    assert model.next_unread(0) == 2
    assert model.next_unread(2) == 7
    assert model.next_unread(7) == 2
    model.messages_changed((*reader.flag(key(2), Flag.SEEN), *reader.flag(key(7), Flag.SEEN)))
    assert model.next_unread(0) == -1


def test_a_row_that_vanished_from_the_store_is_an_empty_row(reader: FakeReader, model: MessageListModel) -> None:
    reader.add(message(1))
    model.open_folder(INBOX)
    model.messages_changed(reader.remove(key(1)))
    index = model.index(0)
    assert index.data(RowRole) is None
    assert index.data(int(Qt.ItemDataRole.AccessibleTextRole)) == ""
    assert model.data(QModelIndex()) is None
