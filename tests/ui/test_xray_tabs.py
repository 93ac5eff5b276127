"""The tabs of the X-ray in the real window: what is chosen is selected in the bytes, pictures and reports leave it whole."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from mailclient.domain.draft import DraftKind
from mailclient.domain.exchange import QueuedMessage
from mailclient.paths import resource_path
from mailclient.ui.xray.other_views_tab import DOCTOR_WORDS
from mailclient.ui.xray.panel import NOTHING_FOUND, TABS, XrayPanel
from mailclient.ui.xray.route_drawing import station_words
from mailclient.ui.xray.rows import TRUST_WORDS, finding_rows
from mailclient.xray.other_views import OtherMailer
from mailclient.xray.senders import Role
from tests.ui.conftest import Desk


def opened(desk: Desk, name: str) -> XrayPanel:
    desk.window.show_raw(resource_path("specimens", f"{name}.eml").read_bytes())
    return desk.xray()


def test_a_finding_selects_its_bytes(desk: Desk) -> None:
    panel = opened(desk, "spoofed-name")
    panel.show_tab("findings")
    assert panel.findings.model().index(0, 0).data() == "Danger"
    panel.findings.setCurrentIndex(panel.findings.model().index(0, 0))
    assert b"filename" in panel.source.selected_bytes()
    assert "RFC 2183" in panel._detail.text()


def test_a_list_without_rows_says_why_it_is_empty(desk: Desk) -> None:
    panel = opened(desk, "conversation-5")
    assert panel.findings.model().rowCount() == 0
    assert panel.findings.accessibleDescription() == NOTHING_FOUND
    panel = opened(desk, "spoofed-name")
    assert panel.findings.accessibleDescription() == ""


def test_the_sender_tab_tells_who_it_is_and_where_answers_go(desk: Desk) -> None:
    panel = opened(desk, "reply-to-elsewhere")
    panel.show_tab("sender")
    assert panel.senders.sentence.text().startswith("It says it is from Community Garden <garden@example.com>")
    table = panel.senders.table
    assert table.go_to(panel.inspection.senders.of(Role.REPLY_TO)[0] if panel.inspection else None)
    assert panel.source.selected_bytes().startswith(b"Reply-To: ")
    assert "Where the sender wants answers." in panel._detail.text()
    replies = panel.inspection.replies if panel.inspection else None
    assert replies is not None
    assert table.go_to(replies.to_sender.targets[0])
    assert "Reply-To decided." in panel._detail.text()


def test_a_domain_that_looks_like_one_you_write_to_is_told(desk: Desk) -> None:
    account, written = desk.engine.accounts()[0], ("ada@northwind.test",)
    desk.engine._services.outbox.queue(
        QueuedMessage(account.id, account.address, written, "", "<x@x>", b"", b"", None, None, DraftKind.NEW), 1.0
    )
    desk.window.show_raw(b"From: Ada <ada@northvvind.test>\r\n\r\nHello\r\n")
    panel = desk.xray()
    assert panel.senders.table.model().index(0, 0).data() == "Names that look like others"
    assert "northwind.test" in panel.senders.sentence.text()


def test_the_table_says_what_the_drawing_shows(desk: Desk) -> None:
    panel = opened(desk, "multi-hop")
    model = panel.route.table.model()
    drawing = panel.route.drawing
    assert drawing.route is not None
    stations = [station for station in drawing.stations if station.hop is not None]
    assert len(stations) == model.rowCount() == 5
    for station in stations:
        assert station.hop is not None
        host, words = station_words(station, drawing.route)
        assert host == model.index(station.hop, 1).data()
        assert model.index(station.hop, 4).data().removesuffix(" (slowest)") in words
        assert words.endswith(TRUST_WORDS[station.trust])
    panel.route.copy_button.click()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 6


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_drawing_is_saved_as_a_picture(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    target = tmp_path / f"route.{kind}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(target), ""))
    panel = opened(desk, "multi-hop")
    panel.route.save_button.click()
    if kind == "svg":
        root = ElementTree.fromstring(target.read_text(encoding="utf-8"))
        assert root.tag.endswith("svg")
        assert "relay1.example.net" in "".join(root.itertext())
    else:
        assert QImage(str(target)).width() > 400


@pytest.mark.parametrize("suffix", ["txt", "html", "json"])
def test_the_report_is_saved(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    target = tmp_path / f"report.{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(target), ""))
    opened(desk, "spoofed-name")._save_report()
    text = target.read_text(encoding="utf-8")
    assert "The name ends twice" in text
    if suffix == "json":
        assert json.loads(text)["findings"][0]["severity"] == "danger"


def test_other_eyes_see_other_text(desk: Desk) -> None:
    panel = opened(desk, "nested-rfc822")
    panel.show_tab("other")
    assert "Content-Type: message/rfc822" in panel.other.text.toPlainText()
    panel.other.mailer.setCurrentIndex(panel.other.mailer.findData(OtherMailer.TEXT_ONLY))
    assert "Have a look at the message I attach" in panel.other.text.toPlainText()


def test_each_tab_can_be_asked_for(desk: Desk) -> None:
    panel = opened(desk, "newsletter")
    for place, name in enumerate(TABS):
        panel.show_tab(name)
        assert panel.tabs.currentIndex() == place


def test_an_answer_for_another_message_is_dropped(desk: Desk) -> None:
    panel = opened(desk, "multi-hop")
    with desk.qtbot.waitSignal(panel.examined, timeout=10_000):
        panel.show_raw(b"Subject: first\r\n\r\n")
        panel.show_raw(b"Subject: second\r\n\r\n")
    assert panel.message is not None
    assert panel.message.headers.first("Subject") == "second"


def test_each_tab_says_what_is_chosen_in_it(desk: Desk) -> None:
    panel = opened(desk, "multi-hop")
    overview = panel._detail.text()
    panel.show_tab("headers")
    assert panel._detail.text() == overview
    panel.headers.setCurrentIndex(panel.headers.model().index(0, 0))
    assert panel._detail.text().startswith("Return-Path: ")
    panel.show_tab("route")
    panel.route.table.setCurrentIndex(panel.route.table.model().index(0, 0))
    assert panel._detail.text().startswith("Hop 1: ")
    panel.show_tab("headers")
    assert panel._detail.text().startswith("Return-Path: ")
    assert panel.source.selected_bytes().startswith(b"Return-Path:")
    panel.show_tab("other")
    assert panel._detail.text() == overview


def test_long_words_about_a_row_leave_the_list_where_it_is(desk: Desk) -> None:
    panel = opened(desk, "multi-hop")
    panel.show_tab("authentication")
    before = panel.tabs.height()
    panel._detail.setText("One line.\n" * 500)
    assert panel.tabs.height() == before
    assert panel._detail.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize("tab", TABS)
def test_the_tab_key_goes_from_above_to_below(desk: Desk, tab: str) -> None:
    panel = opened(desk, "multi-hop")
    panel.show_tab(tab)
    panel.tabs.tabBar().setFocus()
    order: list[QWidget] = []
    while (focus := QApplication.focusWidget()) not in (None, panel.source):
        assert focus is not None
        order.append(focus)
        assert len(order) < 30
        desk.qtbot.keyClick(focus, Qt.Key.Key_Tab)
    page = panel.tabs.currentWidget()
    assert page is not None
    assert [page is each or page.isAncestorOf(each) for each in order] == [
        False,
        *[True] * (len(order) - 3),
        False,
        False,
    ]
    assert order[-2:] == [panel._detail, panel._find]


def test_a_row_is_heard_with_its_columns_and_its_mark(desk: Desk) -> None:
    panel = opened(desk, "spoofed-name")
    index = panel.findings.model().index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Weight: Danger"
    assert "RFC 2183" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    table = opened(desk, "forgery").authentication.table.model()
    row = next(each for each in range(table.rowCount()) if table.index(each, 0).data() == "SPF")
    assert table.index(row, 3).data(Qt.ItemDataRole.AccessibleTextRole) == "Your servers: fail"
    panel.findings.setCurrentIndex(panel.findings.model().index(0, 0))
    assert "are selected: " in panel.source.accessibleDescription()


def test_what_has_no_bytes_selects_none(desk: Desk) -> None:
    panel = opened(desk, "broken-no-date")
    panel.headers.setCurrentIndex(panel.headers.model().index(0, 0))
    assert panel.source.selected_bytes()
    missing = next(row for row in finding_rows(panel.inspection) if row.place is None) if panel.inspection else None
    assert missing is not None
    panel._chosen(missing)
    assert panel.source.selected_bytes() == b""


def test_the_doctor_lists_what_breaks_and_alters_nothing(desk: Desk) -> None:
    panel = opened(desk, "koi8-r")
    raw = panel.source.selected_bytes(), panel.message
    panel.show_tab("other")
    panel.other.mailer.setCurrentText(DOCTOR_WORDS)
    doctor, model = panel.other.doctor, panel.other.doctor.places.model()
    desk.until(lambda: "nothing breaks" in panel.other.sentence.text())
    doctor.charset.setCurrentText("utf-8")
    desk.until(lambda: model.rowCount() > 0)
    doctor.places.setCurrentIndex(model.index(0, 0))
    assert panel.source.selected_bytes()
    assert "cannot be read" in panel._detail.text().lower()
    doctor.encoding.setCurrentIndex(doctor.encoding.findData("base64"))
    desk.until(lambda: "encoding base64" in panel.other.sentence.text())
    assert panel.message is raw[1]
    panel.other.mailer.setCurrentIndex(0)
    assert not doctor.isVisible()
