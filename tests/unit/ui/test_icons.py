"""One set of line icons, drawn alike, in the colour of what is around them, sharp at every scale."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from pytestqt.qtbot import QtBot

from mailclient.paths import resource_path
from mailclient.ui import theme
from mailclient.ui.actions import all_specs
from mailclient.ui.icons import application_icon, icon

ICONS = sorted(path for path in Path(resource_path("icons")).glob("*.svg") if path.stem != "postscope")
UI = Path(theme.__file__).parent


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_icons_are_drawn_alike(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke-width") == "1.75"
    assert "currentColor" in path.read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b", path.read_text(encoding="utf-8"))


def inked(image: QImage) -> set[str]:
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_every_icon_shows_something_in_the_colour_of_the_theme(path: Path, qtbot: QtBot) -> None:
    del qtbot
    shown = icon(path.stem)
    for look in ("light", "dark"):
        theme.apply(look)
        colours = inked(shown.pixmap(QSize(96, 96)).toImage())
        assert colours
        wanted = QColor(theme.current().text)
        assert all(max(abs(QColor(c).red() - wanted.red()), abs(QColor(c).blue() - wanted.blue())) < 3 for c in colours)
    theme.apply("light")


def test_a_disabled_icon_is_quieter(qtbot: QtBot) -> None:
    del qtbot
    shown = icon("reply")
    assert shown.pixmap(QSize(48, 48)).toImage() != shown.pixmap(QSize(48, 48), QIcon.Mode.Disabled).toImage()


def test_every_icon_that_is_named_exists(qtbot: QtBot) -> None:
    del qtbot
    names = {spec.icon_name for spec in all_specs() if spec.icon_name}
    for source in UI.rglob("*.py"):
        names |= set(re.findall(r'(?<![\w.])(?:icon|Bar)\("([a-z-]+)"', source.read_text(encoding="utf-8")))
    assert len(names) > 20
    assert names <= {path.stem for path in ICONS}
    assert not application_icon().pixmap(QSize(64, 64)).isNull()
