"""Folders in the real window against the lab: made, renamed, dragged, deleted, given a role; and what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox, QPushButton

from mailclient.domain.folder import Folder, FolderLimits, FolderRole, Quota
from mailclient.lab.demo import DEMO_ADDRESS
from mailclient.ui.folders.naming import FolderNameDialog
from tests.ui.conftest import Desk


def folder(desk: Desk, name: str) -> Folder:
    return next(each for each in desk.window.reader.folders() if each.name == name)


def has(desk: Desk, name: str) -> bool:
    return any(each.name == name for each in desk.window.reader.folders())


def choose(desk: Desk, name: str) -> None:
    """Choose a folder in the tree."""
    index = desk.window.folder_model.index_of(f"f{folder(desk, name).id}")
    desk.window.folders.setCurrentIndex(index)


def answering(act: Callable[[QDialog], object]) -> None:
    """Let the next dialog be answered like this."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            act(dialog)
        else:
            QTimer.singleShot(20, answer)

    QTimer.singleShot(0, answer)


def press(name: str) -> Callable[[QDialog], None]:
    """Press a button by its object name."""

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, QMessageBox)
        button = dialog.findChild(QPushButton, name)
        assert button is not None
        button.click()

    return act


def typing(name: str) -> Callable[[QDialog], None]:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, FolderNameDialog)
        dialog.line.setText(name)
        dialog.ok.click()

    return act


def test_a_folder_is_made_renamed_and_dragged(desk: Desk) -> None:
    boxes = desk.lab.users[DEMO_ADDRESS].mailboxes
    choose(desk, "Lists")
    answering(typing("Weekly"))
    desk.window.run("new_folder")
    desk.until(lambda: "Lists/Weekly" in boxes and has(desk, "Lists/Weekly"))
    desk.until(lambda: desk.window.folder_model.index_of(f"f{folder(desk, 'Lists/Weekly').id}").isValid())
    choose(desk, "Lists/Weekly")
    answering(typing("Monthly"))
    desk.window.run("rename_folder")
    desk.until(lambda: "Lists/Monthly" in boxes)
    desk.window.folders.folder_dropped.emit(folder(desk, "Lists/Monthly"), folder(desk, "Lists").account_id)
    desk.until(lambda: "Monthly" in boxes)
    desk.until(lambda: desk.window.folder is not None and desk.window.folder.name == "Monthly")
    desk.window.run("undo")
    desk.until(lambda: "Lists/Monthly" in boxes)


def test_a_folder_is_put_into_the_trash_and_then_deleted_for_good(desk: Desk) -> None:
    boxes = desk.lab.users[DEMO_ADDRESS].mailboxes
    choose(desk, "Lists")
    answering(press("trash"))
    desk.window.run("delete_folder")
    desk.until(lambda: "Trash/Lists" in boxes and has(desk, "Trash/Lists"))
    choose(desk, "Trash/Lists")

    def first(dialog: QDialog) -> None:
        answering(press("forever"))
        press("forever")(dialog)

    answering(first)
    desk.window.run("delete_folder")
    desk.until(lambda: "Trash/Lists" not in boxes)
    desk.until(lambda: not has(desk, "Trash/Lists"))
    desk.until(lambda: desk.window.folder is None or desk.window.folder.name != "Trash/Lists")


def test_the_inbox_stays_and_that_is_said(desk: Desk) -> None:
    choose(desk, "Inbox")
    desk.window.run("rename_folder")
    assert "The inbox is a fixed part" in desk.window.toast.sentence
    desk.window.run("delete_folder")
    assert "INBOX" in desk.lab.users[DEMO_ADDRESS].mailboxes


def test_a_missing_archive_is_made_from_the_sentence(desk: Desk) -> None:
    user = desk.lab.users[DEMO_ADDRESS]
    desk.window.folder_deeds.special_folders()
    dialog = desk.window.folder_deeds.special
    assert dialog is not None
    box = dialog.choosers[FolderRole.ARCHIVE]
    box.setCurrentIndex(0)
    box.activated.emit(0)
    desk.until(lambda: dialog.reasons[FolderRole.ARCHIVE].text() == "There is none.")
    dialog.reject()
    with user.lock:
        del user.mailboxes["Archive"]
    desk.window.run("synchronise")
    desk.until(lambda: not has(desk, "Archive"))
    desk.select("kitten")
    desk.window.run("archive")
    desk.until(lambda: "no folder for archived mail" in desk.window.toast.sentence)
    next(b for b in desk.window.toast.findChildren(QPushButton) if "Create" in b.text()).click()
    desk.until(lambda: "Archive" in user.mailboxes)
    desk.until(lambda: any(each.role is FolderRole.ARCHIVE for each in desk.window.reader.folders()))
    desk.window.run("archive")
    desk.until(lambda: any(b"im1@example.net" in message.raw for message in user.mailboxes["Archive"].messages))


def test_only_subscribed_folders_are_shown_when_that_is_wanted(desk: Desk) -> None:
    choose(desk, "Lists")
    desk.window.run("toggle_subscribed")
    desk.until(lambda: not folder(desk, "Lists").subscribed)
    choose(desk, "Inbox")
    desk.window.run("toggle_subscribed_only")
    key = f"f{folder(desk, 'Lists').id}"
    assert not desk.window.folder_model.index_of(key).isValid()
    assert desk.window.actions_by_name["toggle_subscribed_only"].isChecked()
    desk.window.run("toggle_subscribed_only")
    assert desk.window.folder_model.index_of(key).isValid()


def test_a_nearly_full_account_is_mentioned_calmly(desk: Desk) -> None:
    account = desk.engine.accounts()[0]
    label = desk.window.status.findChild(QLabel, "warning")
    assert label is not None
    assert label.isHidden()
    desk.engine._services.limits._known[account.id] = FolderLimits((Quota("", "STORAGE", 95, 100),))
    desk.window.folder_deeds.show_limits()
    assert "95 %" in label.text()
    assert not label.isHidden()
    desk.engine._services.limits._known[account.id] = replace(FolderLimits(), quotas=())
    desk.window.folder_deeds.show_limits()
    assert label.isHidden()


def test_what_is_folded_is_remembered(desk: Desk) -> None:
    key = f"f{folder(desk, 'Work').id}" if has(desk, "Work") else desk.engine.accounts()[0].id
    desk.window.folders.collapse(desk.window.folder_model.index_of(key))
    desk.window.close()
    assert desk.window.settings.folded == [key]


def test_the_properties_say_what_the_server_limits(desk: Desk) -> None:
    desk.lab.users[DEMO_ADDRESS].quota_kib = 1_000_000
    choose(desk, "Lists")
    desk.until(lambda: desk.window.folder is not None and desk.window.folder.name == "Lists")
    desk.window.run("folder_properties")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    rows = {label.accessibleName(): label for label in dialog.findChildren(QLabel)}
    assert rows["Used as"].text() == "Ordinary folder. Subscribed."
    desk.until(lambda: "1.0 GB used" in rows["Limits"].text())
    assert "You may: do everything" in rows["Limits"].text()
    dialog.reject()
