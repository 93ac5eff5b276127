"""Reports, wrappers and enclosed files in the real window: listed, tied to their bytes, and saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from mailclient.paths import resource_path
from mailclient.ui.xray.thing_tree import ThingTree
from tests.ui.conftest import Desk


def choose(tree: ThingTree, words: str, column: int) -> None:
    """Go to the row with these words."""
    model = tree.model()
    flags = Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive
    tree.setCurrentIndex(model.match(model.index(0, column), int(Qt.ItemDataRole.DisplayRole), words, 1, flags)[0])


def test_a_file_in_the_text_is_listed_and_saved(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "hello.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(target), ""))
    desk.window.show_raw(resource_path("specimens", "uuencode.eml").read_bytes())
    panel = desk.xray()
    for name, tree, column in (("structure", panel.structure, 5), ("content", panel.content, 1)):
        panel.show_tab(name)
        choose(tree, "hello.txt", column)
        assert panel.source.selected_bytes().startswith(b"begin 644 hello.txt")
        panel._save_part(decoded=True)
        assert target.read_bytes() == b"Hello, lighthou"
        panel._save_part(decoded=False)
        assert target.read_bytes().startswith(b"begin 644")


def test_a_bounce_is_explained_field_by_field(desk: Desk) -> None:
    desk.window.show_raw(resource_path("specimens", "bounce.eml").read_bytes())
    panel = desk.xray()
    panel.show_tab("content")
    choose(panel.content, "Action", 0)
    assert panel.source.selected_bytes().startswith(b"Action:")
    assert "nobody tries any longer" in panel._detail.text()
