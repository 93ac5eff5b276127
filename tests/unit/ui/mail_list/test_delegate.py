"""How a row is painted: what is said of whom, and that nothing of a stranger's mail breaks it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QFont, QImage, QPixmap
from pytestqt.qtbot import QtBot

from mailclient.domain.flags import Flag
from mailclient.domain.message import MessageRow
from mailclient.ui import theme
from mailclient.ui.mail_list import delegate
from mailclient.ui.mail_list.row_picture import RowLook, draw_row
from mailclient.ui.mail_list.view import MessageListView
from mailclient.ui.models.message_list import MessageListModel
from tests.support.ui_fakes import INBOX, FakeReader, message

PLAIN = replace(message(1, Flag.SEEN), has_attachment=False)


def painted(qtbot: QtBot, row: MessageRow, *, recipients: bool = False, look: str = "light") -> QImage:
    theme.apply(look)
    reader = FakeReader()
    reader.add(row)
    view = MessageListView(MessageListModel(reader))
    qtbot.addWidget(view)
    view.resize(420, 80)
    view.drawing_s = math.inf
    view.delegate.show_recipients = recipients
    view.messages.open_folder(INBOX)
    view.show()
    return view.grab().toImage()


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAIN, flags=Flag.NONE),
        replace(PLAIN, flags=Flag.SEEN | Flag.FLAGGED),
        replace(PLAIN, flags=Flag.SEEN | Flag.ANSWERED),
        replace(PLAIN, flags=Flag.SEEN | Flag.FORWARDED),
        replace(PLAIN, has_attachment=True),
        replace(PLAIN, has_pending_change=True),
        replace(PLAIN, subject="Another"),
        replace(PLAIN, sender_name="Another"),
        replace(PLAIN, preview="Another"),
    ],
    ids=["unread", "starred", "answered", "forwarded", "attachment", "pending", "subject", "sender", "preview"],
)
@pytest.mark.parametrize("look", ["light", "dark"])
def test_what_differs_is_seen(qtbot: QtBot, other: MessageRow, look: str) -> None:
    assert painted(qtbot, PLAIN, look=look) != painted(qtbot, other, look=look)
    theme.apply("light")


def test_an_unread_message_has_a_dot_in_the_accent(qtbot: QtBot) -> None:
    accent = QColor(theme.LIGHT.accent)

    def dots(image: QImage) -> int:
        return sum(image.pixelColor(x, y) == accent for x in range(18) for y in range(image.height()))

    assert dots(painted(qtbot, replace(PLAIN, flags=Flag.NONE))) > 20
    assert dots(painted(qtbot, PLAIN)) == 0


def test_sent_mail_shows_to_whom(qtbot: QtBot) -> None:
    other = replace(PLAIN, sender_name="Somebody else")
    assert painted(qtbot, PLAIN, recipients=True) == painted(qtbot, other, recipients=True)
    assert painted(qtbot, PLAIN) != painted(qtbot, other)


def test_any_text_fits(qtbot: QtBot) -> None:
    long = "\u202e" + "W\u0301\u0302" * 50_000 + "\n\t\x00🙂" * 100
    image = painted(qtbot, replace(PLAIN, sender_name=long, subject=long, preview=long))
    assert not image.isNull()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[RowLook]:
    """What was drawn anew."""
    looks: list[RowLook] = []

    def note(look: RowLook, font: QFont) -> QPixmap:
        looks.append(look)
        return draw_row(look, font)

    monkeypatch.setattr(delegate, "draw_row", note)
    return looks


def many(qtbot: QtBot, drawing_s: float) -> MessageListView:
    reader = FakeReader()
    reader.add(*(message(number) for number in range(20)))
    view = MessageListView(MessageListModel(reader))
    qtbot.addWidget(view)
    view.drawing_s = drawing_s
    view.resize(400, 500)
    view.messages.open_folder(INBOX)
    return view


def test_a_row_that_looks_the_same_is_drawn_once(qtbot: QtBot, drawn: list[RowLook]) -> None:
    view = many(qtbot, math.inf)
    view.grab()
    assert len({look.row.id for look in drawn}) == len(drawn) > 5
    before = len(drawn)
    view.grab()
    assert len(drawn) == before
    view.select_row(1)
    view.grab()
    assert {look.selected for look in drawn[before:]} == {True}


def test_when_time_is_up_the_window_answers_and_the_rest_follows(qtbot: QtBot, drawn: list[RowLook]) -> None:
    view = many(qtbot, 0.0)
    view.grab()
    assert len(drawn) == 1
    view.show()
    qtbot.waitUntil(lambda: not view.delegate.unfinished)
    assert len({look.row.id for look in drawn}) > 5
    pieces = view.grab().toImage()
    view.drawing_s = math.inf
    assert view.grab().toImage() == pieces


def test_only_so_many_pictures_are_kept(qtbot: QtBot) -> None:
    view = many(qtbot, math.inf)
    for width in range(400, 500, 4):
        view.resize(width, 500)
        view.grab()
    assert len(view.delegate._pictures) == delegate._MAX_PICTURES
