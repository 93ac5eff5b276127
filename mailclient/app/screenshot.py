"""Renders the window into a PNG when it shows what it should: for the README, for a machine without a display, for tests."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from mailclient.domain.draft import DraftKind
from mailclient.domain.events import AccountStatus
from mailclient.domain.message import MessageRow
from mailclient.ui.models.message_list import RowRole

if TYPE_CHECKING:
    from mailclient.app.window import WindowOptions
    from mailclient.ui.window import MainWindow

SETTLE_S = 1.0
"""Chromium paints some time after it says that a page is loaded."""
LONGEST_WAIT_S = 40.0


def process_events_until(application: QApplication, condition: Callable[[], bool], seconds: float) -> bool:
    """Run Qt until a condition holds; False after a while."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        application.processEvents()
        time.sleep(0.005)
    return True


def take_screenshot(application: QApplication, window: MainWindow, options: WindowOptions) -> int:
    """Wait until mail is on the screen, show what was asked for, save, and return the exit code."""

    def quiet() -> bool:
        working = {
            AccountStatus.CONNECTING,
            AccountStatus.SYNCHRONISING,
            AccountStatus.WAITING,
            AccountStatus.DISK_FULL,
        }
        accounts = window.engine.accounts()
        done = all(window.engine.status(account.id).status not in working for account in accounts)
        return done and (window.messages.rowCount() > 0 or not accounts)

    if not process_events_until(application, quiet, LONGEST_WAIT_S):
        print("The mail did not arrive in time; the picture shows what was there.", file=sys.stderr)
    if options.target is None and window.messages.rowCount():
        ready: list[bool] = []
        window.painted.connect(lambda: ready.append(True))
        window.list.select_row(_row(window, options.open_message))
        process_events_until(application, lambda: bool(ready), 10.0)
    elif options.target is not None:
        process_events_until(application, lambda: window.pane.message_bytes() is not None, 10.0)
    shown = _view(window, options.view)
    end = time.monotonic() + SETTLE_S
    process_events_until(application, lambda: time.monotonic() > end, SETTLE_S + 1)
    path = options.screenshot or "postscope.png"
    if not shown.grab().save(path):
        print(f"The picture could not be written to {path}.", file=sys.stderr)
        return 1
    return 0


def _row(window: MainWindow, wanted: str | None) -> int:
    for position in range(window.messages.rowCount()):
        row = window.messages.index(position).data(RowRole)
        if isinstance(row, MessageRow) and wanted and (str(row.id) == wanted or wanted.lower() in row.subject.lower()):
            return position
    return 0


def _view(window: MainWindow, view: str) -> QWidget:
    if view.partition(":")[0] == "xray":
        examined: list[bool] = []
        window.xray_panel.examined.connect(lambda: examined.append(True))
        window.xray()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            process_events_until(application, lambda: bool(examined), 10.0)
        window.xray_panel.show_tab(view.partition(":")[2])
    elif view == "compose":
        window.deeds.compose()
        return window.writing.open[-1]
    elif view == "reply":
        window.deeds.answer(DraftKind.REPLY)
        return window.writing.open[-1]
    elif view == "dialogues":
        window.deeds.show_dialogues()
        return window.dialogues
    elif view == "activity":
        return window.deeds.show_activity()
    elif view == "add-account":
        window.deeds.add_account()
        return QApplication.activeModalWidget() or window
    elif view == "shortcuts":
        window.deeds.show_shortcuts()
        return next((w for w in QApplication.topLevelWidgets() if w.windowTitle() == "Keyboard shortcuts"), window)
    return window
