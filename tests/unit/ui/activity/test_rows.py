"""The table keeps its place while rows come, change and go."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from mailclient.domain.activity import Tone
from mailclient.ui.activity.rows import Row, RowsModel, SubjectRole


def rows(*keys: str, words: str = "x") -> list[Row]:
    return [Row(key, (key, words), key.upper()) for key in keys]


def watched(qtbot: QtBot) -> tuple[RowsModel, list[str]]:
    """A model, and what it told."""
    model = RowsModel(("Name", "Words"))
    told: list[str] = []
    model._tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)  # type: ignore[attr-defined]
    model.rowsInserted.connect(lambda _p, first, _l: told.append(f"+{first}"))
    model.rowsRemoved.connect(lambda _p, first, _l: told.append(f"-{first}"))
    model.dataChanged.connect(lambda top, _b: told.append(f"~{top.row()}"))
    model.modelReset.connect(lambda: told.append("reset"))
    return model, told


def keys(model: QAbstractItemModel) -> list[str]:
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_only_what_changed_is_told(qtbot: QtBot) -> None:
    model, told = watched(qtbot)
    model.show(rows("a", "b", "c"))
    told.clear()
    model.show(rows("a", "b", "c"))
    assert told == []
    model.show([*rows("a"), *rows("b", words="y"), *rows("c")])
    assert told == ["~1"]


def test_rows_come_and_go_in_their_places(qtbot: QtBot) -> None:
    model, told = watched(qtbot)
    model.show(rows("b", "d"))
    told.clear()
    model.show(rows("a", "b", "c", "e"))
    assert keys(model) == ["a", "b", "c", "e"]
    assert "reset" not in told
    model.show([])
    assert keys(model) == []


def test_another_order_is_shown_as_it_is(qtbot: QtBot) -> None:
    model, told = watched(qtbot)
    model.show(rows("a", "b"))
    told.clear()
    model.show(rows("b", "a"))
    assert keys(model) == ["b", "a"]
    assert told == ["reset"]


def test_rows_say_what_they_are(qtbot: QtBot) -> None:
    model, _told = watched(qtbot)
    model.show([Row("a", ("Archiving", "Refused."), 12, Tone.WARNING)])
    index = model.index(0, 1)
    assert index.data(SubjectRole) == 12
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Words: Refused."
    assert index.data(Qt.ItemDataRole.ForegroundRole) is not None
    assert model.to_text() == "Name\tWords\nArchiving\tRefused.\n"
