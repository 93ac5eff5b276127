"""The tree model: order, hierarchy, names, counts; rebuilt only when its shape changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.folder import Folder, FolderRole, NamespaceKind
from mailclient.domain.ids import AccountId
from mailclient.ui.models.folder_tree import FolderTreeModel, LocalNode, UnreadRole
from mailclient.ui.models.sentences import folder_path
from tests.support.ui_fakes import account, folder

WORK = folder(7, "Work")
FOLDERS = (
    folder(1, "INBOX", FolderRole.INBOX, total=1234, unread=5),
    folder(2, "Zebra"),
    folder(3, "Trash", FolderRole.TRASH),
    folder(4, "apples"),
    folder(5, "Sent", FolderRole.SENT),
    WORK,
    folder(8, "Work/Old"),
    folder(9, "Gone/Child"),
)


@pytest.fixture
def model(qtbot: QtBot) -> Iterator[FolderTreeModel]:
    del qtbot
    made = FolderTreeModel()
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield made
    del tester


def names(model: FolderTreeModel, parent: QModelIndex) -> list[str]:
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def test_roles_come_first_then_names_and_the_inbox_has_its_human_name(model: FolderTreeModel) -> None:
    model.show([account()], FOLDERS, {}, [])
    assert names(model, model.index_of("a1")) == ["Inbox", "Sent", "Trash", "apples", "Work", "Zebra", "Gone / Child"]
    assert names(model, model.index_of("f7")) == ["Old"]
    assert model.inbox_index() == model.index_of("f1")


def test_counts_change_without_building_anew(model: FolderTreeModel) -> None:
    assert model.show([account()], FOLDERS, {}, [])
    changed: list[str] = []
    model.dataChanged.connect(lambda first, *_rest: changed.append(first.data()))
    fewer = folder(1, "INBOX", FolderRole.INBOX, total=1234, unread=4)
    assert not model.show([account()], (fewer, *FOLDERS[1:]), {}, [])
    assert model.index_of("f1").data(UnreadRole) == 4
    assert "1,234 messages, 4 unread" in model.index_of("f1").data(int(Qt.ItemDataRole.ToolTipRole))
    assert {name for name in changed if name != "alex@example.org"} == {"Inbox"}


def test_another_role_is_another_shape(model: FolderTreeModel) -> None:
    model.show([account()], FOLDERS, {}, [])
    assert model.show([account()], (*FOLDERS[:3], folder(4, "apples", FolderRole.ARCHIVE), *FOLDERS[4:]), {}, [])
    assert names(model, model.index_of("a1"))[:4] == ["Inbox", "Sent", "apples", "Trash"]


def test_accounts_have_folders_of_their_own(model: FolderTreeModel) -> None:
    second = account(2, "alex@example.com")
    theirs = folder(20, "Work/Old", of=AccountId("a2"))
    model.show([account(), second], (*FOLDERS, theirs), {}, [LocalNode("outbox", "Outbox", "outbox", 2)])
    assert names(model, QModelIndex()) == ["alex@example.org", "alex@example.com", "Outbox"]
    assert names(model, model.index_of("a2")) == ["Work / Old"]


def test_trouble_of_an_account_is_said_in_a_sentence(model: FolderTreeModel) -> None:
    trouble = AccountStatusChanged(AccountId("a1"), AccountStatus.SIGN_IN_NEEDED, "The server wants a password.")
    model.show([account()], FOLDERS, {AccountId("a1"): trouble}, [])
    index = model.index_of("a1")
    assert index.data(int(Qt.ItemDataRole.ToolTipRole)).startswith("The server wants a password.\nDisconnected: ")
    said = index.data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert said.startswith("Account alex@example.org. The server wants a password.")


def theirs(number: int, name: str, kind: NamespaceKind, prefix: str) -> Folder:
    return replace(folder(number, name), namespace=kind, namespace_prefix=prefix)


def test_folders_of_others_have_roots_of_their_own(model: FolderTreeModel) -> None:
    shared = (
        theirs(20, "shared/news", NamespaceKind.SHARED, "shared/"),
        theirs(21, "shared/news/old", NamespaceKind.SHARED, "shared/"),
        replace(theirs(22, "shared", NamespaceKind.SHARED, "shared/"), selectable=False),
        theirs(23, "user/lena/Sent", NamespaceKind.OTHERS, "user/"),
    )
    model.show([account()], (*FOLDERS, *shared), {}, [])
    top = model.index_of("a1")
    assert names(model, top)[-2:] == ["Other users", "Shared folders"]
    assert names(model, model.index_of("a1/shared")) == ["news"]
    assert names(model, model.index_of("f20")) == ["old"]
    assert names(model, model.index_of("a1/others")) == ["lena / Sent"]
    assert not model.index_of("a1/shared").flags() & Qt.ItemFlag.ItemIsSelectable
    assert folder_path(shared[3]) == "Other users / lena / Sent"


def test_of_a_folder_that_is_not_synchronised_nothing_is_counted(model: FolderTreeModel) -> None:
    model.show([account()], FOLDERS, {}, [], {FOLDERS[0].id})
    assert model.index_of("f1").data(UnreadRole) == 0
    assert "not synchronised" in model.index_of("f1").data(int(Qt.ItemDataRole.ToolTipRole))
    model.show([account()], FOLDERS, {}, [])
    assert model.index_of("f1").data(UnreadRole) == 5
