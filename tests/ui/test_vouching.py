"""Who vouches for the sender, in the real window: the line above a message, out of its reach, and the way into the X-ray."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt

from mailclient.paths import resource_path
from mailclient.ui.reading.pane import ReadingPane
from mailclient.xray.summary import Mark
from tests.ui.conftest import Desk


def shown(desk: Desk, raw: bytes) -> tuple[str, Mark]:
    line = desk.window.pane.header.vouching
    desk.window.show_raw(raw)
    desk.until(lambda: line.summary is not None)
    assert line.summary is not None
    return line.text(), line.summary.mark


def specimen(name: str) -> bytes:
    return resource_path("specimens", f"{name}.eml").read_bytes()


def place(pane: ReadingPane, widget_name: str) -> QRect:
    widget = pane.header.vouching if widget_name == "line" else pane._bodies
    return QRect(widget.mapTo(pane, QPoint(0, 0)), widget.size())


def test_each_message_says_who_vouches_for_it(desk: Desk) -> None:
    assert shown(desk, specimen("multi-hop")) == ("Sent through the servers of example.com.", Mark.CONFIRMED)
    assert shown(desk, specimen("conversation-3")) == ("Nothing vouches for this sender.", Mark.NEUTRAL)
    assert shown(desk, specimen("forgery")) == (
        "Nothing confirms that this comes from bank.example.com.",
        Mark.DOUBTFUL,
    )
    assert shown(desk, specimen("broken-two-from"))[1] is Mark.UNCLEAR


def test_the_line_of_the_message_before_is_gone_at_once(desk: Desk) -> None:
    shown(desk, specimen("multi-hop"))
    desk.window.pane.show_raw(specimen("conversation-3"))
    assert desk.window.pane.header.vouching.text() == ""


def test_a_message_of_the_list_has_it_too(desk: Desk) -> None:
    desk.select("kitten")
    desk.until(lambda: desk.window.pane.header.vouching.text())


def test_the_keyboard_goes_from_the_line_to_what_it_rests_on(desk: Desk) -> None:
    shown(desk, specimen("forgery"))
    panel, line = desk.window.xray_panel, desk.window.pane.header.vouching
    line.setFocus()
    desk.until(line.hasFocus)
    with desk.qtbot.waitSignal(panel.examined, timeout=10_000):
        desk.qtbot.keyClick(line, Qt.Key.Key_Space)
    assert desk.window.right.currentWidget() is panel
    assert panel.tabs.tabText(panel.tabs.currentIndex()) == "Authentication"


def test_no_message_reaches_the_line(desk: Desk) -> None:
    html = (
        b"From: a@example.org\r\nSubject: big\r\nContent-Type: text/html\r\n\r\n"
        b'<div style="position:fixed;top:-200px;left:0;width:9000px;height:9000px;background:#fff">Signed by bank.example.'
        b"</div>"
    )
    text, mark = shown(desk, html)
    assert (text, mark) == ("No server has written anything about this message.", Mark.NEUTRAL)
    assert not place(desk.window.pane, "line").intersects(place(desk.window.pane, "body"))
