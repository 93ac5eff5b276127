"""Every window of the program: each control has a name for a screen reader, and Escape leads out of each dialog."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QTabWidget, QWidget

import mailclient.ui
from mailclient.domain.account import Purpose
from mailclient.domain.draft import DraftKind
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.ui.dialogs import choose_account, choose_draft, choose_outbox_item
from mailclient.ui.folders.deleting import ask_to_delete
from mailclient.ui.folders.picker import choose_folder
from tests.ui.conftest import Desk

Open = Callable[[Desk], object]


def ask_password(desk: Desk) -> None:
    desk.window.deeds.help_account(
        AccountStatusChanged(
            desk.engine.accounts()[0].id, AccountStatus.SIGN_IN_NEEDED, "Refused.", purpose=Purpose.SUBMISSION
        )
    )


DIALOGS: dict[str, Open] = {
    "add account": lambda desk: desk.window.deeds.add_account(),
    "account settings": lambda desk: desk.window.keeping.account_settings(),
    "password": ask_password,
    "which account": lambda desk: choose_account(desk.window, desk.engine.accounts(), "Which?"),
    "remove account": lambda desk: desk.window.deeds.remove_account(),
    "folder properties": lambda desk: desk.window.keeping.folder_properties(),
    "new folder": lambda desk: desk.window.run("new_folder"),
    "special folders": lambda desk: desk.window.run("special_folders"),
    "which folder": lambda desk: choose_folder(desk.window, desk.window.reader.folders()),
    "delete folder": lambda desk: ask_to_delete(
        desk.window, desk.window.reader.folders()[-1], desk.window.reader.folders()
    ),
    "activity": lambda desk: desk.window.deeds.show_activity(),
    "dialogues": lambda desk: desk.window.deeds.show_dialogues(),
    "drafts": lambda desk: choose_draft(desk.window, ()),
    "outbox": lambda desk: choose_outbox_item(desk.window, ()),
    "shortcuts": lambda desk: desk.window.deeds.show_shortcuts(),
    "verify": lambda desk: desk.window.verifying.permit((), lambda: None),
    "about": lambda desk: desk.window.deeds.about(),
    "open link": lambda desk: desk.window.deeds.open_link("https://evil.example/", "https://bank.example/"),
}


def nameless(window: QWidget) -> list[str]:
    """Return the controls that a keyboard reaches and a screen reader cannot name."""
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        can_focus = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(window) and widget.isEnabled()
        if not can_focus or widget is window or _is_inner(widget):
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        name = face.text(QAccessible.Text.Name) if face is not None and face.isValid() else ""
        if not (name or widget.accessibleName()):
            found.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parentWidget()).__name__}")
    return found


def _is_inner(widget: QWidget) -> bool:
    """Parts of Qt's own controls, which speak for them; each tab has its text."""
    return widget.objectName().startswith("qt_") or isinstance(widget.parentWidget(), QTabWidget)


def pages(window: QWidget) -> Iterator[None]:
    """Turn to each page of a window with tabs."""
    tabs = window.findChildren(QTabWidget)
    if not tabs:
        yield
    for tab in tabs:
        for page in range(tab.count()):
            tab.setCurrentIndex(page)
            yield


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_can_be_heard_and_left(desk: Desk, name: str) -> None:
    before = {widget for widget in QApplication.topLevelWidgets() if widget.isVisible()}
    left: list[bool] = []
    unnamed: list[str] = []

    def look() -> None:
        escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        for widget in set(QApplication.topLevelWidgets()) - before:
            if isinstance(widget, QDialog) and widget.isVisible():
                assert widget.windowTitle()
                for _ in pages(widget):
                    unnamed.extend(nameless(widget))
                # Straight to the dialog: while it is not the active window, which is not for a test to say, the shortcut of
                # the main window takes the key.
                widget.keyPressEvent(escape)
                left.append(not widget.isVisible())
                widget.close()

    QTimer.singleShot(50, look)
    DIALOGS[name](desk)
    desk.until(lambda: left)
    assert unnamed == []
    assert all(left), "Escape does not leave it"


def test_the_main_window_can_be_heard(desk: Desk) -> None:
    assert nameless(desk.window) == []
    desk.select("tickets")
    assert nameless(desk.window) == []
    desk.xray()
    for _ in pages(desk.window):
        assert nameless(desk.window) == []


@pytest.mark.parametrize("kind", [None, DraftKind.REPLY])
def test_the_composer_can_be_heard(desk: Desk, kind: DraftKind | None) -> None:
    desk.select("tickets")
    if kind is None:
        desk.window.deeds.compose()
    else:
        desk.window.deeds.answer(kind)
    composer = desk.window.writing.open[-1]
    assert nameless(composer) == []
    composer.close()


def test_every_dialog_of_the_program_is_among_them(desk: Desk) -> None:
    """A new dialog belongs into the list above; a name is enough to find out which one is missing."""
    for module in pkgutil.walk_packages(mailclient.ui.__path__, "mailclient.ui."):
        importlib.import_module(module.name)
    ours = {kind for kind in _below(QDialog) if kind.__module__.startswith("mailclient.")}
    missing = {kind.__name__ for kind in ours - {_dialog_class(desk, opener) for opener in DIALOGS.values()}}
    assert missing == set()


def _dialog_class(desk: Desk, opener: Open) -> type | None:
    before = {widget for widget in QApplication.topLevelWidgets() if widget.isVisible()}
    found: list[type] = []

    def look() -> None:
        for widget in set(QApplication.topLevelWidgets()) - before:
            if isinstance(widget, QDialog) and widget.isVisible():
                found.append(type(widget))
                widget.reject()
                widget.close()

    QTimer.singleShot(20, look)
    opener(desk)
    desk.until(lambda: found)
    return found[0]


def _below(kind: type) -> set[type]:
    nearest: list[type] = type.__subclasses__(kind)
    return {kind}.union(*(_below(each) for each in nearest))
