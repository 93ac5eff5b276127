"""The row about limits: asked for without waiting, honest when nothing is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mailclient.domain.errors import NetworkGone
from mailclient.domain.folder import Folder, FolderLimits, Quota
from mailclient.domain.ids import AccountId
from mailclient.ui.folders.limit_row import NOTHING, LimitRow
from tests.support.ui_fakes import folder

FULL = FolderLimits((Quota("", "STORAGE", 1, 2),))
WORDS = "Quota: 1.0 kB of 2.0 kB used (50 %)"


@dataclass
class Source:
    """An engine that answers when it is told to."""

    online: bool = True
    known: FolderLimits | None = None
    waiting: list[Callable[[object], object]] = field(default_factory=list)

    def limits(self, account_id: AccountId) -> FolderLimits | None:
        return self.known

    def ask_limits(self, folder: Folder) -> FolderLimits:
        raise AssertionError("only in the background")

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        self.waiting.append(done)


@pytest.fixture
def label(qtbot: QtBot) -> QLabel:
    made = QLabel()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("known", "answer", "words"),
    [
        (None, FULL, WORDS),
        (None, FolderLimits(), NOTHING),
        (FULL, NetworkGone("No way there."), WORDS),
        (None, NetworkGone("No way there."), "Not known. No way there."),
    ],
)
def test_the_answer_is_shown_when_it_comes(
    label: QLabel, known: FolderLimits | None, answer: object, words: str
) -> None:
    source = Source(known=known)
    row = LimitRow(label, source, folder(1, "Work"))
    assert label.text() == "Asking the server…"
    source.waiting[0](answer)
    assert label.text() == words
    assert row.parent() is label


def test_offline_what_is_known_is_shown(label: QLabel) -> None:
    LimitRow(label, Source(online=False), folder(1, "Work"))
    assert label.text() == "Not known while the server has not been asked."
    LimitRow(label, Source(online=False, known=FULL), folder(1, "Work"))
    assert label.text() == WORDS
