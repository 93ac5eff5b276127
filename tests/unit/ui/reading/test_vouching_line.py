"""The line that says who vouches for the sender: words for every eye and ear, nothing cut off, nothing turned round."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mailclient.ui.reading.vouching_line import MARK_WORDS, MARKS, MORE_WORDS, VouchingLine
from mailclient.xray.summary import Mark, Summary


def line(qtbot: QtBot, summary: Summary | None) -> VouchingLine:
    made = VouchingLine()
    qtbot.addWidget(made)
    made.show_summary(summary)
    return made


@pytest.mark.parametrize("mark", list(Mark))
def test_the_mark_is_said_to_those_who_do_not_see_it(qtbot: QtBot, mark: Mark) -> None:
    made = line(qtbot, Summary("Signed by example.org.", mark, "So says mx.example.net."))
    assert made.accessibleName() == f"Who vouches for the sender. {MARK_WORDS[mark]}: Signed by example.org."
    assert made.accessibleDescription() == made.toolTip() == f"So says mx.example.net.\n{MORE_WORDS}"
    made.resize(400, 30)
    assert not made.grab().isNull()


def test_only_doubt_is_painted_as_danger() -> None:
    assert [mark for mark in Mark if "danger" in MARKS[mark]] == [Mark.DOUBTFUL]


def test_it_keeps_its_place_while_nothing_is_known(qtbot: QtBot) -> None:
    made = line(qtbot, None)
    height = made.heightForWidth(400)
    assert not made.isEnabled()
    made.show_summary(Summary("Signed by example.org.", Mark.CONFIRMED))
    assert made.heightForWidth(400) == height
    assert made.isEnabled()


def test_the_end_of_a_long_sentence_is_wrapped_and_not_cut_off(qtbot: QtBot) -> None:
    made = line(qtbot, Summary(f"Signed by {'a' * 200}.example, not by bank.example.", Mark.NEUTRAL))
    assert made.text().endswith("not by bank.example.")
    assert made.heightForWidth(300) > 4 * made.fontMetrics().height()


def test_letters_that_turn_the_words_round_are_shown_as_what_they_are(qtbot: QtBot) -> None:
    made = line(qtbot, Summary("Signed by \u202emoc.knab\n\x00.", Mark.NEUTRAL))
    assert made.text() == "Signed by \ufffdmoc.knab\ufffd\ufffd."


def test_the_keyboard_presses_it(qtbot: QtBot) -> None:
    made = line(qtbot, Summary("Signed by example.org.", Mark.CONFIRMED))
    made.show()
    made.setFocus()
    with qtbot.waitSignal(made.clicked):
        QTest.keyClick(made, Qt.Key.Key_Space)
