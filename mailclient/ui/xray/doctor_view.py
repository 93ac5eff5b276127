"""The encoding doctor: choose a part, an encoding and a charset; see the text, and each place where that breaks.

Choosing a place selects its bytes in the source. Read in the background; the message is never altered.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from mailclient.mime.tree import Part
from mailclient.ui.xray.rows import Row
from mailclient.ui.xray.thing_tree import ThingTree
from mailclient.xray.doctor import ENCODINGS, SecondReading, TroubledPlace, read_second_time
from mailclient.xray.inspection import Inspection

RunInBackground = Callable[[Callable[[], object], Callable[[object], object]], None]
MAX_PARTS = 300
AS_DECLARED = "As declared"
NO_PLACES = "Nothing breaks: every byte can be read so, and reads as declared."
ENCODING_WORDS = {
    "binary": "none (bytes as they are)",
    "quoted-printable": "quoted-printable",
    "base64": "base64",
    "x-uuencode": "uuencode",
}


class DoctorView(QWidget):
    """Three choices and the list of places."""

    read = Signal(str, str)
    """What is said of the reading, and its text."""
    _arrived = Signal(object)

    def __init__(self, run_in_background: RunInBackground, charsets: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._run = run_in_background
        self._inspection: Inspection | None = None
        self._number = 0
        self._filling = False
        self.part = self._choice("Part to read again")
        self.part.setMinimumContentsLength(8)
        self.part.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.encoding = self._choice("Transfer encoding")
        self.charset = self._choice("Charset to read with")
        self.encoding.addItem(f"Encoding: {AS_DECLARED.lower()}", "")
        for name in ENCODINGS:
            words = ENCODING_WORDS[name]
            self.encoding.addItem(words[0].upper() + words[1:] if name == "binary" else words, name)
        self.charset.addItem(f"Charset: {AS_DECLARED.lower()}", "")
        for name in charsets:
            self.charset.addItem(name, name)
        self.places = ThingTree("Places where it breaks", ("Byte", "Line", "Bytes", "Trouble", "Becomes"), self)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 6)
        row.addWidget(self.part, 1)
        row.addWidget(self.encoding)
        row.addWidget(self.charset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.places, 1)
        self._arrived.connect(self._show)

    def _choice(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.currentIndexChanged.connect(self.refresh)
        return box

    def show_inspection(self, inspection: Inspection) -> None:
        """Take another message; it is read when somebody looks."""
        self._inspection = inspection
        self._number += 1
        self._filling = True
        self.part.clear()
        shown = inspection.opened.choice.text_part or inspection.opened.choice.html_part
        leaves = [facts.part for facts in inspection.parts if not facts.part.children][:MAX_PARTS]
        for part in leaves:
            charset = f", {part.charset}" if part.charset else ""
            self.part.addItem(f"{part.section or 'The message'}: {part.content_type}{charset}, {part.encoding}", part)
        self.part.setCurrentIndex(max(next((n for n, part in enumerate(leaves) if part is shown), 0), 0))
        self._filling = False
        self.places.show_rows(())

    def refresh(self) -> None:
        """Read the chosen part in the chosen way."""
        inspection, part = self._inspection, self.part.currentData()
        if self._filling or inspection is None or not isinstance(part, Part) or not self.isVisible():
            return
        self._number += 1
        number, charset, encoding = self._number, self.charset.currentData(), self.encoding.currentData()
        self._run(
            lambda: (number, part, read_second_time(inspection.opened, part, charset, encoding)), self._arrived.emit
        )

    def _show(self, arrived: object) -> None:
        match arrived:
            case (int(number), Part() as part, SecondReading() as found) if number == self._number:
                self.places.show_rows([place_row(one) for one in found.places], NO_PLACES)
                self.read.emit(reading_sentence(part, found), found.read.text)
            case _:
                pass  # Another reading was asked for meanwhile.


def place_row(one: TroubledPlace) -> Row:
    """Return a place as a row."""
    data = one.data.hex(" ")
    becomes = f"“{one.becomes}” instead of “{one.declared}”" if one.declared else one.becomes
    detail = f"Byte {one.place[0]}, line {one.line}: {data}\n{one.trouble.value.capitalize()}: {becomes}"
    cells = (str(one.place[0]), str(one.line), data, one.trouble.value, becomes)
    return Row(cells, one.place, detail, "warning", "warning", one)


def reading_sentence(part: Part, found: SecondReading) -> str:
    """Return what is said of a reading: how it was read, how much breaks, and what would fit."""
    read = found.read
    declared = f"Declared is {part.charset or 'no charset'} in {part.encoding}."
    count = len(found.places)
    places = "one place breaks" if count == 1 else f"{'more than ' if found.more else ''}{count} places break"
    encoding = ENCODING_WORDS.get(read.encoding, read.encoding)
    told = f"Read as {read.charset}, encoding {encoding}: {places if count else 'nothing breaks'}."
    names = [candidate.charset for candidate in read.candidates if not candidate.undecodable][:3]
    fits = f" By its bytes it may be {' or '.join(names)}." if names else ""
    return f"{declared} {told}{fits} The message stays as it is."
