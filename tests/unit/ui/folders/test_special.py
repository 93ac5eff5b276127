"""Which folder is for what: shown, chosen, created, given back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mailclient.domain import commands as c
from mailclient.domain import folder_commands as f
from mailclient.domain.folder import Folder, FolderRole, RoleSource
from mailclient.domain.ids import AccountId, FolderId
from mailclient.ui.folders.special import SpecialFoldersDialog
from tests.support.ui_fakes import FakeEngine, account, folder


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.folders: list[Folder] = [
            folder(1, "INBOX", FolderRole.INBOX),
            folder(2, "Sent", FolderRole.SENT),
            replace(folder(3, "Papierkorb", FolderRole.TRASH), role_source=RoleSource.NAME),
            replace(folder(4, "Attic", FolderRole.ARCHIVE), role_source=RoleSource.USER),
            folder(5, "Other", FolderRole.JUNK, of=AccountId("a2")),
        ]
        self.engine = FakeEngine()
        self.dialog = SpecialFoldersDialog(self.engine, account(), lambda: self.folders)
        qtbot.addWidget(self.dialog)

    def choose(self, role: FolderRole, text: str) -> None:
        box = self.dialog.choosers[role]
        row = box.findText(text)
        assert row >= 0, [box.itemText(at) for at in range(box.count())]
        box.setCurrentIndex(row)
        box.activated.emit(row)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_each_role_has_its_folder_and_its_reason(desk: Desk) -> None:
    shown = {role: (box.currentText(), desk.dialog.reasons[role].text()) for role, box in desk.dialog.choosers.items()}
    assert shown == {
        FolderRole.INBOX: ("Inbox", "Every account has it."),
        FolderRole.DRAFTS: ("None", "There is none."),
        FolderRole.SENT: ("Sent", "The server says so."),
        FolderRole.ARCHIVE: ("Attic", "You chose it."),
        FolderRole.JUNK: ("None", "There is none."),
        FolderRole.TRASH: ("Papierkorb", "Because of its name."),
    }
    assert all(box.accessibleName() for box in desk.dialog.choosers.values())
    assert not desk.dialog.choosers[FolderRole.INBOX].isEnabled()


def test_another_folder_none_and_a_new_one(desk: Desk) -> None:
    desk.choose(FolderRole.TRASH, "Attic")
    desk.choose(FolderRole.SENT, "None")
    desk.choose(FolderRole.JUNK, "Create “Junk”")
    desk.choose(FolderRole.ARCHIVE, "Attic")
    assert desk.engine.submitted == [
        c.SetFolderRole(FolderId(4), FolderRole.TRASH),
        c.SetFolderRole(FolderId(2), FolderRole.NONE),
        f.CreateFolder(AccountId("a1"), "Junk", None, FolderRole.JUNK),
    ]


def test_what_changed_is_shown_and_the_servers_words_come_back(desk: Desk) -> None:
    desk.folders[1] = replace(desk.folders[1], role=FolderRole.NONE)
    desk.dialog.refresh()
    assert desk.dialog.choosers[FolderRole.SENT].currentText() == "None"
    next(b for b in desk.dialog.findChildren(QPushButton) if "server" in b.text()).click()
    assert desk.engine.submitted == [f.ResetFolderRoles(AccountId("a1"))]
