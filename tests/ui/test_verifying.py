"""Own verification in the real window: asked for, agreed to, stopped, read; against a name server on loopback."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from mailclient.domain.commands import GoOnline
from mailclient.lab.name_server import SERVFAIL, SILENT
from mailclient.paths import resource_path
from mailclient.ui.reading.vouching_line import VouchingLine
from mailclient.ui.xray.panel import XrayPanel
from mailclient.ui.xray.verifying import REVEALS_WORDS
from mailclient.xray.summary import Mark
from tests.ui.conftest import Desk

SIGNED = resource_path("specimens", "dkim-signed.eml").read_bytes()
KEY = "specimen._domainkey.example.com TXT"


@pytest.fixture
def opened(desk: Desk) -> XrayPanel:
    """A signed message, opened up at Authentication."""
    desk.window.show_raw(SIGNED)
    panel = desk.xray()
    panel.show_tab("authentication")
    return panel


def box() -> QMessageBox | None:
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()), None)


def press(found: QMessageBox, words: str) -> None:
    next(button for button in found.buttons() if button.text().replace("&", "") == words).click()


def verify(desk: Desk, panel: XrayPanel) -> None:
    with desk.qtbot.waitSignal(panel.verified, timeout=10_000):
        panel.authentication.verify.click()


def line(desk: Desk) -> VouchingLine:
    return desk.window.pane.header.vouching


def test_nothing_is_asked_before_the_user_agrees(desk: Desk, opened: XrayPanel) -> None:
    assert opened.authentication.state.text().startswith("Nothing was asked of the DNS yet. Open questions: specimen.")
    opened.authentication.verify.click()
    found = box()
    assert found is not None
    assert found.informativeText().startswith(REVEALS_WORDS)
    assert "specimen._domainkey.example.com" in found.informativeText()
    press(found, "Cancel")
    assert desk.lab.names.asked == []
    assert desk.window.settings.verify_with_dns == "ask"
    opened.authentication.verify.click()
    again = box()
    assert again is not None
    with desk.qtbot.waitSignal(opened.verified, timeout=10_000):
        press(again, "Ask now")
    assert KEY in desk.lab.names.asked
    assert desk.window.settings.verify_with_dns == "asked"


def test_what_was_verified_is_said_in_the_tab_above_the_message_and_as_a_dialogue(
    desk: Desk, opened: XrayPanel
) -> None:
    desk.window.verifying.allow("asked")
    verify(desk, opened)
    tab = opened.authentication
    assert tab.sentence.text() == "Signed by example.com. Postscope checked this itself."
    assert tab.state.text().startswith("3 questions were asked of the DNS at ")
    assert tab.table.model().index(0, 2).data() == "pass"
    assert opened.source.selected_bytes().startswith(b"DKIM-Signature:")
    desk.until(lambda: line(desk).text() == "Signed by example.com.")
    summary = line(desk).summary
    assert summary is not None and summary.mark is Mark.CONFIRMED
    tab.dialogue.click()
    shown = desk.window.dialogues._shown
    assert shown is not None and shown.protocol == "DNS"
    assert "TXT specimen._domainkey.example.com." in shown.to_text()
    desk.window.dialogues.close()


def test_answers_are_known_as_long_as_the_program_runs(desk: Desk, opened: XrayPanel) -> None:
    desk.window.verifying.allow("asked")
    verify(desk, opened)
    asked = list(desk.lab.names.asked)
    desk.window.leave()
    desk.window.show_raw(resource_path("specimens", "minimal.eml").read_bytes())
    desk.window.show_raw(SIGNED)
    desk.until(lambda: line(desk).text() == "Signed by example.com.")
    panel = desk.xray()
    assert panel.authentication.table.model().index(0, 2).data() == "pass"
    assert panel.authentication.verify.text().replace("&", "") == "Verify again"
    assert desk.lab.names.asked == asked


def test_who_allowed_it_for_good_presses_nothing(desk: Desk) -> None:
    desk.window.run("toggle_verify_always")
    assert desk.window.settings.verify_with_dns == "always"
    assert desk.window.actions_by_name["toggle_verify_always"].isChecked()
    desk.window.show_raw(SIGNED)
    assert desk.lab.names.asked == []
    panel = desk.window.xray_panel
    with desk.qtbot.waitSignal(panel.verified, timeout=10_000):
        desk.window.xray()
    assert panel.authentication.sentence.text().startswith("Signed by example.com.")
    desk.window.run("toggle_verify_always")
    assert desk.window.settings.verify_with_dns == "asked"


def test_offline_it_says_what_is_missing(desk: Desk, opened: XrayPanel) -> None:
    desk.engine.submit(GoOnline(False))
    desk.until(lambda: not desk.engine.online)
    with desk.qtbot.waitSignal(opened.examined, timeout=10_000):
        opened.show_raw(SIGNED)
    assert opened.authentication.state.text() == (
        "You work offline, so nothing is asked of the DNS. Open questions: specimen._domainkey.example.com TXT, "
        "_dmarc.example.com TXT, _dmarc.com TXT."
    )
    assert not opened.authentication.verify.isEnabled()
    desk.engine.submit(GoOnline(True))
    desk.until(opened.authentication.verify.isEnabled)


def test_it_can_be_stopped_at_once(desk: Desk, opened: XrayPanel) -> None:
    desk.window.verifying.allow("asked")
    desk.lab.names.answer(KEY, SILENT)
    opened.authentication.verify.click()
    tab = opened.authentication
    assert (tab.stop.isVisible(), tab.verify.isVisible()) == (True, False)
    assert tab.state.text() == "Asking the DNS… 0 answers so far."
    desk.until(lambda: desk.lab.names.asked)
    tab.stop.click()
    assert (tab.stop.isVisible(), tab.verify.isVisible()) == (False, True)
    assert tab.state.text().startswith("Nothing was asked of the DNS yet.")


def test_a_name_server_that_fails_is_a_sentence(desk: Desk, opened: XrayPanel) -> None:
    desk.window.verifying.allow("asked")
    desk.lab.names.answer(KEY, SERVFAIL)
    verify(desk, opened)
    tab = opened.authentication
    assert f"No answer came to: {KEY}. Verify again later." in tab.state.text()
    assert tab.table.model().index(0, 2).data() == "no answer"
    desk.lab.names.answer(KEY, None)
    verify(desk, opened)
    assert tab.table.model().index(0, 2).data() == "cannot be checked"


def test_another_message_ends_the_questions_of_the_one_before(desk: Desk, opened: XrayPanel) -> None:
    desk.window.verifying.allow("asked")
    desk.lab.names.answer(KEY, SILENT)
    opened.authentication.verify.click()
    with desk.qtbot.waitSignal(opened.examined, timeout=10_000):
        opened.show_raw(resource_path("specimens", "minimal.eml").read_bytes())
    assert not desk.window.verifying.under_way
    assert opened.authentication.stop.isHidden()
