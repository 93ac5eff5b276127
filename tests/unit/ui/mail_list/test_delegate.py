"""How a row is painted: what is said of whom, and that nothing of a stranger's mail breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from mailclient.domain.flags import Flag
from mailclient.domain.message import MessageRow
from mailclient.ui import theme
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
