"""What the keys of the list do to the selected messages: by the folder they are in, also when a search found them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from mailclient.domain import commands as c
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import AccountId, FolderId
from mailclient.domain.message import MessageRow, SearchHit
from mailclient.ui import message_commands
from mailclient.ui.mail_list.view import MessageListView
from mailclient.ui.message_commands import MessageCommands
from mailclient.ui.models.message_list import MessageListModel
from tests.support.ui_fakes import INBOX, FakeEngine, FakeReader, folder, key, message

TRASH, JUNK, ELSEWHERE = FolderId(6), FolderId(5), FolderId(9)
FOLDERS = (
    folder(1, "INBOX", FolderRole.INBOX),
    folder(5, "Junk", FolderRole.JUNK),
    folder(6, "Trash", FolderRole.TRASH),
    folder(7, "Work"),
    folder(9, "INBOX", FolderRole.INBOX, of=AccountId("a2")),
)


class Desk:
    """A list, its commands, and what they sent."""

    def __init__(self, qtbot: QtBot) -> None:
        self.reader, self.engine, self.told = FakeReader(), FakeEngine(), list[str]()
        self.view = MessageListView(MessageListModel(self.reader))
        qtbot.addWidget(self.view)
        self.folder: Folder | None = None
        self.commands = MessageCommands(
            self.engine, self.view, lambda: FOLDERS, lambda: self.folder, self.view, self.told.append
        )

    def open(self, folder_id: FolderId, *rows: MessageRow) -> None:
        self.folder = next(known for known in FOLDERS if known.id == folder_id)
        self.reader.add(*rows)
        self.view.messages.open_folder(folder_id)

    def find(self, *rows: MessageRow) -> None:
        self.view.messages.show_hits([SearchHit(row, "", "", "") for row in rows])


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Press the named button of every question; returns what was asked."""
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        next(b for b in box.findChildren(QPushButton) if b.text() == "&Delete for good").click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return asked


def test_archive_and_delete_name_what_is_selected(desk: Desk) -> None:
    desk.open(INBOX, *(message(number) for number in range(4)))
    desk.view.select_row(1)
    desk.commands.archive()
    desk.commands.delete()
    assert desk.engine.submitted == [c.Archive((key(2),)), c.Delete((key(2),))]
    assert desk.commands.row_to_select == 1


def test_nothing_selected_is_nothing_done(desk: Desk) -> None:
    desk.open(INBOX, message(1))
    for act in ("archive", "delete", "delete_forever", "junk", "star", "mark_read", "mark_unread", "move"):
        getattr(desk.commands, act)()
    assert desk.engine.submitted == []


def test_delete_in_trash_asks_first(desk: Desk, press: list[str]) -> None:
    desk.open(TRASH, message(1, folder_id=TRASH))
    desk.view.select_row(0)
    desk.commands.delete()
    assert press == ["Delete this message for good?"]
    assert desk.engine.submitted == [c.Delete((key(1),), forever=True)]


def test_a_hit_in_the_inbox_goes_to_trash_though_the_search_began_in_trash(desk: Desk, press: list[str]) -> None:
    desk.open(TRASH)
    desk.find(message(3))
    desk.view.select_row(0)
    desk.commands.delete()
    assert press == []
    assert desk.engine.submitted == [c.Delete((key(3),))]


def test_a_hit_in_trash_is_deleted_for_good_though_the_search_began_in_the_inbox(desk: Desk, press: list[str]) -> None:
    desk.open(INBOX)
    desk.find(message(3, folder_id=TRASH))
    desk.view.select_row(0)
    desk.commands.delete()
    assert len(press) == 1
    assert desk.engine.submitted == [c.Delete((key(3),), forever=True)]


def test_junk_takes_back_only_what_is_all_in_junk(desk: Desk) -> None:
    desk.open(JUNK, message(1, folder_id=JUNK))
    desk.view.select_row(0)
    desk.commands.junk()
    desk.find(message(1, folder_id=JUNK), message(2))
    desk.view.selectAll()
    desk.commands.junk()
    assert desk.engine.submitted == [c.MarkJunk((key(1),), junk=False), c.MarkJunk((key(1), key(2)))]


def test_the_star_goes_only_when_all_have_one(desk: Desk) -> None:
    desk.open(INBOX, message(1), message(2, Flag.FLAGGED))
    desk.view.selectAll()
    desk.commands.star()
    desk.view.messages.messages_changed(desk.reader.flag(key(1), Flag.FLAGGED))
    desk.commands.star()
    assert desk.engine.submitted == [c.Star((key(2), key(1))), c.Star((key(2), key(1)), starred=False)]


def test_move_offers_the_other_folders_of_the_account(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[list[str]] = []

    def choose(_parent: object, folders: list[Folder]) -> Folder:
        offered.append([known.name for known in folders])
        return folders[-1]

    monkeypatch.setattr(message_commands, "choose_folder", choose)
    desk.open(INBOX, message(1))
    desk.view.select_row(0)
    desk.commands.move()
    assert offered == [["Junk", "Trash", "Work"]]
    assert desk.engine.submitted == [c.Move((key(1),), FolderId(7))]


def test_messages_of_two_accounts_are_not_moved_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_commands, "choose_folder", lambda *_arguments: pytest.fail("nothing is to be chosen"))
    desk.open(INBOX)
    desk.find(message(1), message(2, folder_id=ELSEWHERE))
    desk.view.selectAll()
    desk.commands.move()
    assert desk.engine.submitted == []
    assert "several accounts" in desk.told[0]
