"""The Authentication tab: the sentence, what may be asked of the DNS, and all checks side by side.

Says what is missing while nothing was asked, and where the conversation can be read afterwards. Asks nothing itself.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from mailclient.domain.dns import Question
from mailclient.engine.dns_desk import NOTHING_KEPT, KeptAnswers
from mailclient.ui.icons import icon
from mailclient.ui.reading.vouching_line import MARK_WORDS, MARKS, plain
from mailclient.ui.xray.authentication_rows import TITLES, authentication_rows
from mailclient.ui.xray.thing_tree import ThingTree
from mailclient.ui.xray.verifying import Verifying
from mailclient.xray.inspection import Inspection

MAX_NAMES: Final = 4


class AuthenticationTab(QWidget):
    """Sentence and buttons above, the table below."""

    verify_wanted = Signal()
    dialogue_wanted = Signal(object)
    """The connection in which it was asked."""

    def __init__(self, verifying: Verifying, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verifying = verifying
        self._inspection: Inspection | None = None
        self._kept: KeptAnswers = NOTHING_KEPT
        self._mark = QLabel(self)
        self.sentence = _words(self)
        self.sentence.setAccessibleName("Who vouches for the sender")
        self.state = _words(self)
        self.state.setObjectName("muted")
        self.state.setAccessibleName("What was asked of the DNS")
        self.verify = QPushButton("Verif&y now", self)
        self.verify.setAccessibleDescription("Ask the DNS for keys and policies, and check signatures and sender.")
        self.stop = QPushButton("Sto&p", self)
        self.dialogue = QPushButton("Show dialog&ue", self)
        self.dialogue.setAccessibleDescription("Show what was asked of the DNS and answered, line by line.")
        self.table = ThingTree("Results of checks", TITLES, self, tree=True, widest=1)
        self.verify.clicked.connect(self.verify_wanted)
        self.stop.clicked.connect(self._stop)
        self.dialogue.clicked.connect(lambda: self.dialogue_wanted.emit(self._kept.connection_id))
        verifying.changed.connect(self._offer)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.state)
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(self.fontMetrics().height() // 2)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for button in (self.verify, self.stop, self.dialogue):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        self.clear()

    def clear(self) -> None:
        """Show nothing: another message is being examined."""
        self._inspection, self._kept = None, NOTHING_KEPT
        self._mark.clear()
        self.sentence.clear()
        self.table.show_rows(())
        self._offer()

    def show_inspection(self, inspection: Inspection, kept: KeptAnswers) -> None:
        """Show what was checked, and what the DNS had answered."""
        self._inspection, self._kept = inspection, kept
        summary = inspection.summary
        name, token, _ = MARKS[summary.mark]
        side = self.fontMetrics().height()
        self._mark.setPixmap(icon(name, token).pixmap(side, side))
        self._mark.setAccessibleName(MARK_WORDS[summary.mark])
        self.sentence.setText(plain(f"{summary.text} {summary.rests_on}".strip()))
        self.table.show_rows(authentication_rows(inspection))
        self._offer()

    def go_to_first(self) -> None:
        """Make the first check the current one."""
        self.table.setCurrentIndex(self.table.model().index(0, 0))

    def _stop(self) -> None:
        self._verifying.stop()

    def _offer(self) -> None:
        """Say how it stands with the questions, and offer what can be done."""
        verifying, found = self._verifying, self._inspection
        self.stop.setVisible(verifying.under_way)
        self.verify.setVisible(not verifying.under_way)
        self.verify.setText("Verif&y again" if self._kept else "Verif&y now")
        self.verify.setEnabled(found is not None and verifying.online and _can_ask(found))
        self.dialogue.setVisible(self._kept.connection_id is not None and not verifying.under_way)
        if verifying.under_way:
            answers = "one answer" if verifying.answers == 1 else f"{verifying.answers} answers"
            self.state.setText(f"Asking the DNS… {answers} so far.")
        else:
            self.state.setText(questions_words(found, self._kept, online=verifying.online) if found else "")


def questions_words(inspection: Inspection, kept: KeptAnswers, *, online: bool) -> str:
    """Return what was asked and which questions are open, in sentences."""
    missing = inspection.verification.missing
    if kept:
        return _asked_words(kept, missing)
    if not _can_ask(inspection):
        return "There is nothing here that the DNS could be asked about."
    words = "Nothing was asked of the DNS yet." if online else "You work offline, so nothing is asked of the DNS."
    return f"{words} Open questions: {_names(missing)}."


def _asked_words(kept: KeptAnswers, missing: Sequence[Question]) -> str:
    count = len(kept.answers)
    questions = "One question was" if count == 1 else f"{count} questions were"
    words = f"{questions} asked of the DNS at {time.strftime('%H:%M', time.localtime(kept.unix_s))}."
    failed = [question for question, answer in kept.answers.items() if answer.failed]
    if len(failed) == count:
        return f"{words} No name server answered. Look whether there is a network, and verify again."
    if failed:
        words += f" No answer came to: {_names(failed)}. Verify again later."
    return f"{words} Not asked any more: {_names(missing)}." if missing else words


def _can_ask(inspection: Inspection) -> bool:
    return bool(inspection.verification.lookups)


def _names(questions: Sequence[Question]) -> str:
    shown = ", ".join(f"{question.name} {question.type.value}" for question in questions[:MAX_NAMES])
    more = len(questions) - MAX_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def _words(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
