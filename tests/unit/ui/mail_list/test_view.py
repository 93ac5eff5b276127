"""The list view: what is selected and shown, what stays so, and that 200,000 rows cost no more than those on the screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mailclient.domain.flags import Flag
from mailclient.domain.message import SortOrder
from mailclient.ui import theme
from mailclient.ui.mail_list.view import MessageListView
from mailclient.ui.models.message_list import MessageListModel
from tests.support.ui_fakes import INBOX, FakeReader, key, message


@pytest.fixture
def reader() -> FakeReader:
    found = FakeReader()
    found.add(*(message(number) for number in range(20)))
    return found


@pytest.fixture
def view(reader: FakeReader, qtbot: QtBot) -> MessageListView:
    theme.apply("light")
    made = MessageListView(MessageListModel(reader))
    qtbot.addWidget(made)
    made.resize(400, 500)
    made.messages.open_folder(INBOX)
    made.show()
    return made


def choose(view: MessageListView, *rows: int) -> None:
    view.select_row(rows[0])
    for row in rows[1:]:
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        view.selectionModel().select(view.messages.index(row), flags)


def star_of(view: MessageListView, row: int) -> QPoint:
    place, line = view.visualRect(view.messages.index(row)), view.fontMetrics().height()
    return QPoint(place.right() - line, place.top() + line * 2)


def test_choosing_a_row_shows_its_message(view: MessageListView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.message_shown) as shown:
        view.select_row(3)
    assert shown.args == [key(16)]
    assert view.selected_ids() == (key(16),)


def test_keys_walk_through_the_list(view: MessageListView) -> None:
    view.select_row(5)
    for pressed, row in ((Qt.Key.Key_Down, 6), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 19), (Qt.Key.Key_Up, 18)):
        QTest.keyClick(view, pressed)
        assert view.currentIndex().row() == row
        assert view.selected_ids() == (key(19 - row),)


def test_shift_selects_a_range_in_list_order(view: MessageListView) -> None:
    view.select_row(5)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_ids() == (key(16), key(15), key(14))


def test_only_rows_on_the_screen_are_read_of_a_large_folder(qtbot: QtBot) -> None:
    reader = FakeReader()
    reader.add(*(message(number) for number in range(5_000)))
    view = MessageListView(MessageListModel(reader))
    qtbot.addWidget(view)
    view.resize(400, 500)
    view.show()
    with qtbot.waitSignal(view.messages.loaded):
        view.messages.open_folder(INBOX)
    view.scrollToBottom()
    view.grab()
    view.selectAll()
    assert len(view.selected_ids()) == 5_000
    QTest.keyClick(view, Qt.Key.Key_X)  # Qt would look for a row that begins so, and read them all.
    assert reader.rows_read < 300


def test_a_click_on_the_star_stars_and_selects_nothing(view: MessageListView, qtbot: QtBot) -> None:
    view.select_row(0)
    with qtbot.waitSignal(view.delegate.star_clicked) as clicked:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=star_of(view, 4))
    assert clicked.args == [key(15), True]
    assert view.currentIndex().row() == 0


def test_a_second_click_takes_the_star_away(view: MessageListView, reader: FakeReader, qtbot: QtBot) -> None:
    view.messages.messages_changed(reader.flag(key(15), Flag.FLAGGED))
    with qtbot.waitSignal(view.delegate.star_clicked) as clicked:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=star_of(view, 4))
    assert clicked.args == [key(15), False]


@pytest.mark.parametrize(
    ("leaving", "selected"), [((0,), 0), ((5,), 5), ((3, 4, 5), 3), ((19,), 18), ((17, 18, 19), 16), ((2, 6), 5)]
)
def test_the_next_message_is_selected_when_some_leave(
    view: MessageListView, reader: FakeReader, leaving: tuple[int, ...], selected: int
) -> None:
    choose(view, *leaving)
    gone = view.selected_ids()
    after = view.row_after(gone)
    view.messages.messages_removed(INBOX, reader.remove(*gone))
    assert after == selected
    view.select_row(after)
    assert view.current_id() not in gone


def test_the_selection_survives_what_arrives_above_it(view: MessageListView, reader: FakeReader) -> None:
    choose(view, 2, 7)
    chosen, shown = view.selected_ids(), view.current_id()
    view.messages.messages_added(INBOX, reader.add(message(50), message(51)))
    assert view.selected_ids() == chosen
    assert view.current_id() == shown


def test_a_list_read_anew_keeps_the_selection_and_shows_nothing_twice(
    view: MessageListView, reader: FakeReader, qtbot: QtBot
) -> None:
    view.messages.open_folder(INBOX, SortOrder.SUBJECT)
    choose(view, 4, 9)
    chosen, current = set(view.selected_ids()), view.current_id()
    shown: list[object] = []
    view.message_shown.connect(shown.append)
    with qtbot.waitSignal(view.messages.refreshed):
        view.messages.messages_added(INBOX, reader.add(*(message(number) for number in range(20, 60))))
    assert view.messages.rowCount() == 60
    assert set(view.selected_ids()) == chosen
    assert view.current_id() == current
    assert shown == []


def test_a_list_read_anew_without_the_shown_message_shows_none(
    view: MessageListView, reader: FakeReader, qtbot: QtBot
) -> None:
    view.messages.open_folder(INBOX, SortOrder.SUBJECT)
    view.select_row(4)
    gone = view.selected_ids()
    reader.remove(*gone)
    with qtbot.waitSignal(view.message_shown) as shown:
        view.messages.refresh()
    assert shown.args == [None]


def test_rows_grow_with_the_font(view: MessageListView) -> None:
    before = view.rowHeight(0)
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    view.setFont(font)
    assert view.rowHeight(0) > before * 1.7


@pytest.mark.parametrize("look", ["light", "dark"])
def test_an_empty_list_says_something(view: MessageListView, reader: FakeReader, look: str) -> None:
    theme.apply(look)
    view.messages.messages_removed(INBOX, reader.remove(*reader.messages))
    view.empty_words = ""
    blank = view.grab().toImage()
    view.empty_words = "Nothing is in Inbox."
    assert view.grab().toImage() != blank
