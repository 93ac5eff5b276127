"""Reading and opening up: HTML without a network, quotations, attachments, and bytes tied to structure."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from mailclient.mime.tree import Part
from mailclient.ui.reading.saving import save_new
from mailclient.ui.xray.thing_tree import ThingRole
from tests.ui.conftest import Desk


def test_remote_images_are_blocked_and_counted(desk: Desk) -> None:
    desk.select("five quiet places")
    assert "2 remote images are blocked" in desk.window.pane.remote_bar.sentence()
    assert "to see that you read" in desk.window.pane.remote_bar.sentence()


def test_an_attachment_that_can_run_needs_a_second_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()))
    junk = next(f for f in desk.window.reader.folders() if f.name == "Junk")
    desk.window.show_folder(junk)
    desk.select("invoice")
    attachment = desk.window.pane.attachments.current()
    assert attachment is not None
    assert attachment.filename == "invoice.pdf.exe"
    assert attachment.dangerous
    desk.window.pane.attachments.open_wanted.emit(attachment)
    assert asked == ["“invoice.pdf.exe” can run programs on this computer."]
    assert list(desk.window.parts.opened_dir.iterdir()) == []


def test_saving_never_replaces_a_file(tmp_path: Path) -> None:
    first = save_new(tmp_path, "a.pdf", b"1")
    second = save_new(tmp_path, "a.pdf", b"2")
    third = save_new(tmp_path, "../../a.pdf", b"3")
    assert [first.name, second.name, third.name] == ["a.pdf", "a (2).pdf", "a (3).pdf"]
    assert {path.parent for path in (first, second, third)} == {tmp_path}
    assert first.read_bytes() == b"1"


def test_choosing_a_part_selects_its_bytes(desk: Desk) -> None:
    desk.select("kitten")
    panel = desk.xray()
    panel.select_section("1.2")
    start, end = panel.source.selection
    message = panel.message
    assert message is not None
    part = message.part("1.2")
    assert part is not None
    assert (start, end) == (part.start, part.end)
    assert panel.source.selected_bytes().startswith(b"Content-Type: image/png")


def test_a_click_into_the_bytes_selects_the_innermost_part(desk: Desk) -> None:
    desk.select("kitten")
    panel = desk.xray()
    raw = desk.window.pane.message_bytes()
    assert raw is not None
    panel.source.clicked.emit(raw.index(b"We call her <b>"))
    chosen = panel.structure.currentIndex().siblingAtColumn(0).data(ThingRole)
    assert isinstance(chosen, Part)
    assert chosen.section == "1.1.2"


def test_choosing_a_header_selects_its_bytes_and_explains_it(desk: Desk) -> None:
    desk.select("slow way round")
    panel = desk.xray()
    names = [panel.headers.model().index(row, 0).data() for row in range(panel.headers.model().rowCount())]
    panel.headers.setCurrentIndex(panel.headers.model().index(names.index("Received"), 0))
    assert panel.source.selected_bytes().startswith(b"Received: ")
    assert "RFC 5321" in panel._detail.text()


def test_a_message_is_saved_bit_by_bit(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "saved.eml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(target), ""))
    desk.select("contract, second version")
    desk.window.run("save_message")
    assert target.read_bytes() == desk.window.pane.message_bytes()


def test_an_eml_file_opens_in_the_same_viewer(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "x.eml"
    path.write_bytes(b"From: Ada <ada@example.net>\r\nSubject: From disk\r\n\r\nHello from a file\r\n")
    desk.window.deeds.open_path(path)
    assert "Hello from a file" in desk.window.pane.plain.toPlainText()
    desk.window.deeds.open_path(tmp_path / "missing.eml")
    assert "cannot be read" in desk.window.toast.sentence


def test_long_quotations_fold_and_unfold(desk: Desk) -> None:
    quoted = "".join(f"> line {number}\r\n" for number in range(30))
    desk.window.show_raw(f"From: a@example.net\r\nSubject: q\r\n\r\nMine.\r\n{quoted}".encode())
    plain = desk.window.pane.plain
    assert "30 quoted lines" in plain.toPlainText()
    assert "line 17" not in plain.toPlainText()
    plain.toggle_fold(1)
    assert "line 17" in plain.toPlainText()


VECTORS = """
<img src="{u}/1"><img srcset="{u}/2 2x"><picture><source srcset="{u}/3"><img src="{u}/3b"></picture>
<div style="background:url({u}/4)">x</div>
<style>@import "{u}/5"; p{{background:url({u}/6)}} @font-face{{font-family:f;src:url({u}/7)}}
body{{cursor:url({u}/8),auto;list-style:url({u}/9)}}</style><link rel=stylesheet href="{u}/10">
<link rel=preconnect href="{u}/11">
<link rel=dns-prefetch href="{u}/12"><link rel=preload as=image href="{u}/13">
<link rel=prefetch href="{u}/14"><link rel=icon href="{u}/15">
<meta http-equiv=refresh content="0;url={u}/16"><iframe src="{u}/17"></iframe>
<iframe srcdoc="<img src='{u}/18'>"></iframe>
<object data="{u}/19"></object><embed src="{u}/20"><video src="{u}/21" poster="{u}/22" autoplay></video>
<audio src="{u}/23" autoplay></audio>
<svg><image href="{u}/24"/><use href="{u}/25#a"/></svg><table background="{u}/26"><tr>
<td background="{u}/27">x</td></tr></table>
<script src="{u}/28"></script><img src=x onerror="fetch('{u}/29')"><form action="{u}/30">
<input type=image src="{u}/31"></form>
<base href="{u}/"><img src="32"><p style="background-image:image-set('{u}/33' 1x)">x</p>
<p style="content:url({u}/34)">x</p>
<a href="{u}/35" ping="{u}/36">x</a><body background="{u}/37"><input src="{u}/38" type=image>
<track src="{u}/39">
<p style="background:u\\72l({u}/40)">x</p><math><mtext><img src="{u}/41"></mtext></math><noscript>
<img src="{u}/42"></noscript>
"""


def test_no_html_reaches_the_network(desk: Desk) -> None:
    connections: list[object] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                connections.append(listener.accept()[1])
            except TimeoutError:
                continue

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        html = VECTORS.format(u=url)
        raw = f"From: a@example.net\r\nSubject: v\r\nContent-Type: text/html\r\n\r\n{html}".encode()
        desk.window.show_raw(raw)
        view = desk.window.pane._html
        assert view is not None
        with desk.qtbot.waitSignal(view.shown, timeout=15_000):
            view.show_html(html, on_paper=True)  # Without the sanitiser: the other layers alone must hold.
        desk.qtbot.wait(1500)
    finally:
        stop.set()
        thread.join()
        listener.close()
    assert connections == []


def test_a_dead_renderer_leaves_the_text(desk: Desk) -> None:
    desk.select("five quiet places")
    view = desk.window.pane._html
    assert view is not None
    view.died.emit()
    assert "nothing but the water" in desk.window.pane.plain.toPlainText()
    assert desk.window.pane._bodies.currentWidget() is desk.window.pane.plain


def test_a_renderer_that_grows_too_large_is_ended_and_the_text_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.select("five quiet places")
    view = desk.window.pane._html
    assert view is not None
    desk.until(lambda: view._page.renderProcessPid() > 0 and not view._loading)
    monkeypatch.setattr("mailclient.ui.reading.html_view.MAX_RENDERER_BYTES", 1)
    desk.window.pane._show_body()
    desk.until(lambda: desk.window.pane._bodies.currentWidget() is desk.window.pane.plain)
    assert "nothing but the water" in desk.window.pane.plain.toPlainText()
    monkeypatch.undo()
    desk.select("kitten")
    assert desk.window.pane._bodies.currentWidget() is not desk.window.pane.plain


def test_dangerous_links_are_not_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtGui import QDesktopServices

    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    for url in ("file:///etc/passwd", "javascript:alert(1)", "smb://host/x", "data:text/html,x"):
        desk.window.deeds.open_link(url, "")
    assert opened == []
    desk.window.deeds.open_link("https://example.org/a", "")
    assert opened == ["https://example.org/a"]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_window_changes_its_colours_at_once(desk: Desk, look: str) -> None:
    desk.window.run(f"theme_{look}")
    assert desk.window.palette().base().color().lightness() > 128 if look == "light" else True
    assert desk.window.settings.theme == look
    assert desk.window.windowFlags() & Qt.WindowType.Window


def test_a_part_leads_to_its_place_in_the_message_and_back(desk: Desk) -> None:
    desk.select("kitten")
    panel, window = desk.xray(), desk.window
    panel.select_section("2")
    panel.structure.setFocus()
    QTest.keyClick(panel.structure, Qt.Key.Key_Return)
    assert window.right.currentWidget() is window.pane
    chosen = window.pane.attachments.current()
    assert chosen is not None
    assert chosen.section == "2"
    assert window.status.words() == "Part 2 is an attachment."

    window.pane.attachments.xray_wanted.emit("1.2")
    assert window.right.currentWidget() is panel
    desk.until(lambda: isinstance(panel.structure.current_thing(), Part))
    assert panel.source.selected_bytes().startswith(b"Content-Type: image/png")


def test_a_part_that_is_not_shown_says_so_and_stays(desk: Desk) -> None:
    desk.select("five quiet places")
    panel, window = desk.xray(), desk.window
    panel.select_section("1")
    QTest.keyClick(panel.structure, Qt.Key.Key_Return)
    assert window.right.currentWidget() is panel
    assert "in another form" in window.status.words()
