"""The tab Identity in the real window: which parents and copies are here, how they differ, and how to go to one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt

from mailclient.ui.xray.panel import XrayPanel
from tests.ui.conftest import Desk


def texts(panel: XrayPanel) -> list[tuple[str, str, str]]:
    """Return all rows of the tab, each group followed by what is in it."""
    model, found, waiting = panel.identity.model(), [], [QModelIndex()]
    while waiting:
        parent = waiting.pop()
        if parent.isValid():
            found.append(tuple(str(parent.siblingAtColumn(column).data() or "") for column in range(3)))
        waiting += [model.index(row, 0, parent) for row in reversed(range(model.rowCount(parent)))]
    return [(what, says, where) for what, says, where in found]


def index_of(panel: XrayPanel, words: str) -> QModelIndex:
    """Return the first row whose first cell begins with words."""
    model = panel.identity.model()
    flags = Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchRecursive
    return model.match(model.index(0, 0), int(Qt.ItemDataRole.DisplayRole), words, 1, flags)[0]


def test_the_conversation_says_what_is_here_and_enter_goes_there(desk: Desk) -> None:
    desk.select("Re:")
    panel = desk.xray()
    panel.show_tab("identity")
    here = index_of(panel, "1. Here")
    panel.identity.setCurrentIndex(here)
    subject = panel.identity.model().index(here.row(), 1, here.parent()).data().partition(" – ")[0]
    assert b"<" in panel.source.selected_bytes()
    with desk.qtbot.waitSignal(panel.examined, timeout=10_000):
        panel.identity.activated.emit(here)
    assert desk.window.right.currentWidget() is panel
    assert panel.message is not None
    assert panel.message.headers.first("Subject") == subject


def test_copies_tell_why_they_are_here_and_how_they_differ(desk: Desk) -> None:
    desk.select("Meeting point")
    rows = texts(desk.xray())
    assert ("Copies", "One other is here.", "") in rows
    assert any(what == "This one" and "directly" in says for what, says, _ in rows)
    assert ("Changed", "The list coastwalk.lists.example.net sent it.", "Lists") in rows
    assert ("Differs", "Subject: [coastwalk] Meeting point", "header") in rows
    assert ("Only this copy", "coastwalk mailing list", "line 5") in rows


def test_a_file_is_compared_with_what_is_here(desk: Desk) -> None:
    stored = next(each.raw for each in desk.mailbox("Lists").messages if b"<dup1@example.com>" in each.raw)
    desk.window.show_raw(stored)
    rows = texts(desk.xray())
    assert ("Copies", "2 others are here.", "") in rows
    assert any(what == "Identical" for what, _, _ in rows)
