"""May the DNS be asked about a message, and is it being asked: the user's word, kept in the settings, and one run at a time.

Begins nothing by itself. The questions are asked by the thread that examines the message; this object lives in the window's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QMessageBox, QWidget

from mailclient.domain.dns import Question
from mailclient.engine.dns_desk import Asking, DnsDesk, KeptAnswers
from mailclient.settings import Settings

MAX_NAMES: Final = 6
ASK_WORDS: Final = (
    "To verify this message, Postscope asks the name server that this machine uses for keys and policies of the domains "
    "that the message names."
)
REVEALS_WORDS: Final = (
    "Your name server, and those of the domains asked about, learn that somebody here looks at mail of these domains. They "
    "learn nothing of what it says. A sender who made up a name for you alone can learn that you opened the message. "
    "The questions are not encrypted."
)
ALWAYS_WORDS: Final = "&Always: verify each message that I open in the X-ray"


class Verifying(QObject):
    """Knows whether the DNS may be asked, and what is under way."""

    changed = Signal()
    """Begun, ended, or one answer further."""
    _counted = Signal(object, int)

    def __init__(
        self,
        desk: DnsDesk,
        is_online: Callable[[], bool],
        settings: Settings,
        save: Callable[[Settings], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._is_online, self._settings, self._save = desk, is_online, settings, save
        self._parent = parent
        self._asking: Asking | None = None
        self.answers = 0
        """How many there are in the run that is under way."""
        self._counted.connect(self._count)

    @property
    def online(self) -> bool:
        """False while the user works offline: then nothing is asked."""
        return self._is_online()

    @property
    def under_way(self) -> bool:
        """True while questions are asked."""
        return self._asking is not None

    @property
    def always(self) -> bool:
        """True when each message that is opened in the X-ray may be verified."""
        return self._settings.verify_with_dns == "always"

    def kept(self, raw: bytes) -> KeptAnswers:
        """Return what was answered about a message in this run."""
        return self._desk.kept(raw)

    def permit(self, questions: Sequence[Question], go: Callable[[], object]) -> None:
        """Call ``go`` when the user agrees, or has agreed before."""
        if self._settings.verify_with_dns != "ask":
            go()
            return
        box = QMessageBox(QMessageBox.Icon.Question, "Verify now", ASK_WORDS, parent=self._parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        names = list(dict.fromkeys(question.name for question in questions))
        listed = ", ".join(names[:MAX_NAMES]) + (" and others" if len(names) > MAX_NAMES else "")
        box.setInformativeText(f"{REVEALS_WORDS}\n\nAsked first: {listed}" if names else REVEALS_WORDS)
        always = QCheckBox(ALWAYS_WORDS, box)
        box.setCheckBox(always)
        ask = box.addButton("As&k now", QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton("&Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(ask)
        box.setEscapeButton(cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def answered(button: object) -> None:
            if button is ask:
                self.allow("always" if always.isChecked() else "asked")
                go()

        box.buttonClicked.connect(answered)
        box.open()

    def allow(self, choice: str) -> None:
        """Keep what the user said: one of ``settings.VERIFY``."""
        self._settings.verify_with_dns = choice
        self._save(self._settings)

    def begin(self, raw: bytes) -> Asking:
        """Return what answers the questions of a message from here on; one run at a time."""
        self.stop()
        asking = self._desk.ask(raw, lambda count: self._counted.emit(asking, count))
        self._asking, self.answers = asking, 0
        self.changed.emit()
        return asking

    def stop(self) -> None:
        """Ask nothing more; what was answered is kept."""
        if self._asking is not None:
            self._asking.cancel()
            self.end(self._asking)

    def end(self, asking: Asking) -> None:
        """A run has ended; another may have begun meanwhile."""
        if self._asking is asking:
            self._asking = None
            self.changed.emit()

    def _count(self, asking: object, count: int) -> None:
        if asking is self._asking:
            self.answers = count
            self.changed.emit()
