"""Colours that can be read (WCAG 2.2 level AA), and a change of them that reaches what is open."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mailclient.ui import theme
from mailclient.ui.theme import DARK, LIGHT, Tokens, contrast_ratio

TEXT = ("text", "muted", "accent", "danger", "warning", "success", "link")
BEHIND = ("surface", "raised", "selection", "hover", "warning_surface")


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("text", TEXT)
def test_text_has_the_contrast_it_needs(tokens: Tokens, behind: str, text: str) -> None:
    assert contrast_ratio(getattr(tokens, text), getattr(tokens, behind)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_quotations_and_levels_can_be_read(tokens: Tokens) -> None:
    for colour in (*tokens.quotes, *tokens.levels):
        assert contrast_ratio(colour, tokens.surface) >= 4.5
    assert contrast_ratio(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast_ratio(tokens.star, tokens.selection) >= 3  # A picture, not a text.


def test_the_contrast_is_that_of_the_standard() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_change_is_told_and_reaches_the_palette(qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    for look, tokens in (("dark", DARK), ("light", LIGHT)):
        with qtbot.waitSignal(theme.signals().changed):
            theme.apply(look)
        assert theme.current() is tokens
        assert application.palette().color(QPalette.ColorRole.Base).name() == tokens.surface
    theme.apply("system")
    assert theme.current() in {LIGHT, DARK}
    theme.apply("light")


def test_the_style_sheet_sets_no_font_size(qapp: QApplication) -> None:
    theme.apply("light")
    assert not re.search(r"font-size|\d(pt|px)\s*['\"]?\s*font", qapp.styleSheet())
