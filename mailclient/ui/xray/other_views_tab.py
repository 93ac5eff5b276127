"""The message as other mailers see it, one choice each. The message itself is never altered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from mailclient.ui.xray.doctor_view import DoctorView, RunInBackground
from mailclient.xray.inspection import Inspection
from mailclient.xray.opened import OpenedMessage
from mailclient.xray.other_views import OtherMailer, as_seen_by, read_again

CHARSETS = (
    "utf-8", "us-ascii", "iso-8859-1", "windows-1252", "iso-8859-2", "windows-1251", "koi8-r", "iso-8859-7",
    "windows-1255", "windows-1256", "iso-2022-jp", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr", "utf-16",
)  # fmt: skip


NO_TEXT = "There is no text to show."
MAILER_WORDS = {
    OtherMailer.WITHOUT_MIME: (
        "A mailer without MIME",
        "The message as it came: parts, boundaries and encodings are plain text to it.",
    ),
    OtherMailer.TEXT_ONLY: (
        "A mailer that shows plain text only",
        "The plain text of the message, or what can be made of its HTML.",
    ),
    OtherMailer.SEVEN_BIT: ("A mailer with seven bits", "What is left when a server takes the eighth bit away."),
    OtherMailer.WRONG_CHARSET: ("A mailer that takes another charset", "There is no text to read in another charset."),
}
"""Whose eyes to use, and what they see."""
DOCTOR_WORDS = "The encoding doctor: read a part in another way"


class OtherViewsTab(QWidget):
    """A choice, a sentence, and the text."""

    def __init__(self, run_in_background: RunInBackground, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection: Inspection | None = None
        self.mailer = QComboBox(self)
        self.mailer.setAccessibleName("As seen by")
        for each in OtherMailer:
            self.mailer.addItem(MAILER_WORDS[each][0], each)
        self.mailer.addItem(DOCTOR_WORDS)
        self.doctor = DoctorView(run_in_background, CHARSETS, self)
        self.doctor.hide()
        self.doctor.read.connect(self._second_reading)
        self.charset = QComboBox(self)
        self.charset.setAccessibleName("Charset")
        self.charset.addItems(CHARSETS)
        self.charset.setEnabled(False)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setContentsMargins(8, 0, 8, 4)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("What it would show")
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 8, 6)
        row.addWidget(self.mailer, 1)
        row.addWidget(self.charset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.doctor, 2)
        layout.addWidget(self.sentence)
        layout.addWidget(self.text, 1)
        self.mailer.currentIndexChanged.connect(self.refresh)
        self.charset.currentIndexChanged.connect(self.refresh)

    def show_inspection(self, inspection: Inspection) -> None:
        """Take another message; its text is made when somebody looks."""
        self._inspection = inspection
        self.doctor.show_inspection(inspection)
        self.text.clear()
        self.sentence.clear()
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: object) -> None:
        """Make the text now."""
        del event
        self.refresh()

    def refresh(self) -> None:
        """Show the message through the chosen eyes."""
        mailer = self.mailer.currentData()
        self.charset.setVisible(mailer is not None)
        self.charset.setEnabled(mailer is OtherMailer.WRONG_CHARSET)
        self.doctor.setVisible(mailer is None)
        if self._inspection is None:
            return
        if mailer is None:
            self.doctor.refresh()
            return
        charset = self.charset.currentText()
        self.sentence.setText(view_sentence(self._inspection.opened, mailer, charset))
        self.text.setPlainText(as_seen_by(self._inspection.opened, mailer, charset) or NO_TEXT)

    def _second_reading(self, sentence: str, text: str) -> None:
        if self.mailer.currentData() is None:
            self.sentence.setText(sentence)
            self.text.setPlainText(text or NO_TEXT)


def view_sentence(opened: OpenedMessage, mailer: OtherMailer, charset: str) -> str:
    """Return what is to be known about a view; of another charset, how well it fits."""
    part = opened.choice.text_part or opened.choice.html_part
    if mailer is not OtherMailer.WRONG_CHARSET or part is None:
        return MAILER_WORDS[mailer][1]
    read = read_again(opened, part, charset)
    places = f"{read.undecodable} {'place' if read.undecodable == 1 else 'places'} cannot be read"
    fits = places if read.undecodable else "every byte can be read"
    where = f"; the first is byte {read.breaks[0][0]} of the part" if read.breaks else ""
    return f"Declared is {part.charset or 'nothing'}. Read as {charset}, {fits}{where}."
