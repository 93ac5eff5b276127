"""The header block above a message: who, when, to whom, about what. Native, so that no message can imitate it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from mailclient.mime.addresses import parse_addresses
from mailclient.mime.dates import parse_date
from mailclient.mime.headers import HeaderBlock
from mailclient.mime.sender import SenderTruth, sender_truth
from mailclient.ui import theme
from mailclient.ui.icons import icon
from mailclient.ui.models.sentences import long_date
from mailclient.ui.reading.vouching_line import VouchingLine

MAX_SHOWN_RECIPIENTS = 4


class Avatar(QWidget):
    """Initials on a colour that belongs to the address."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._initials = ""
        self._hue = 0
        side = int(self.fontMetrics().height() * 2.6)
        self.setFixedSize(QSize(side, side))

    def show_sender(self, name: str, address: str) -> None:
        """Show whose message it is."""
        words = [word for word in (name or address.partition("@")[0]).replace(".", " ").split() if word[:1].isalnum()]
        self._initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper()
        self._hue = sum(address.lower().encode()) * 47 % 360
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a disc with the initials."""
        dark = theme.current().dark
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor.fromHsl(self._hue, 90, 70 if dark else 205))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setPen(QColor.fromHsl(self._hue, 120, 220 if dark else 60))
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 1.1)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._initials)


def _label(name: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setWordWrap(True)
    if name:
        label.setObjectName(name)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


class MessageHeader(QFrame):
    """Subject, sender, recipients, date, warnings, and the buttons that answer."""

    answered = Signal(str)
    """``reply``, ``reply-all`` or ``forward``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageHeader")
        self._subject = _label()
        font = self._subject.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self._subject.setFont(font)
        self._subject.setAccessibleName("Subject")
        self._avatar = Avatar(self)
        self._from = _label()
        self._from.setAccessibleName("From")
        bold = self._from.font()
        bold.setBold(True)
        self._from.setFont(bold)
        self._address = _label("muted")
        self.vouching = VouchingLine(self)
        self._date = _label("muted")
        self._date.setWordWrap(False)
        self._date.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._recipients = _label("muted")
        self._recipients.setAccessibleName("Recipients")
        self._more = QToolButton(self)
        self._more.setAutoRaise(True)
        self._more.setCheckable(True)
        self._more.setText("all")
        self._more.setToolTip("Show all recipients")
        self._more.toggled.connect(lambda _on: self._show_recipients())
        self._warning = _label("warning")
        self._warning.setAccessibleName("Warning about the sender")
        self.block: HeaderBlock | None = None
        """The header that is shown."""
        self._all: list[tuple[str, list[str]]] = []
        self._build()

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for name, words in (("reply", "Reply"), ("reply-all", "Reply to all"), ("forward", "Forward")):
            button = QToolButton(self)
            button.setIcon(icon(name))
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(self._emitter(name))
            buttons.addWidget(button)
        top = QHBoxLayout()
        top.addWidget(self._subject, 1)
        top.addLayout(buttons)
        who = QHBoxLayout()
        who.addWidget(self._from, 1)
        who.addWidget(self._date, 0, Qt.AlignmentFlag.AlignTop)
        to = QHBoxLayout()
        to.addWidget(self._recipients, 1)
        to.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addLayout(who)
        column.addWidget(self._address)
        column.addWidget(self.vouching)
        column.addLayout(to)
        column.addWidget(self._warning)
        grid = QGridLayout(self)
        margin = self.fontMetrics().height()
        grid.setContentsMargins(margin, margin // 2, margin // 2, margin // 2)
        grid.setHorizontalSpacing(margin * 2 // 3)
        grid.addLayout(top, 0, 0, 1, 2)
        grid.addWidget(self._avatar, 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(column, 1, 1)
        grid.setColumnStretch(1, 1)

    def _emitter(self, name: str) -> Callable[[], None]:
        return lambda: self.answered.emit(name)

    def show_headers(self, headers: HeaderBlock) -> SenderTruth:
        """Show a message's header and return what was found about its sender."""
        truth = sender_truth(headers)
        self.block = headers
        self.vouching.show_summary(None)  # Of the message before; whoever knows more says it.
        self._subject.setText(headers.first("Subject") or "No subject")
        self._avatar.show_sender(truth.display_name, truth.address)
        self._from.setText(truth.display_name or truth.address or "Unknown sender")
        self._address.setText(truth.address if truth.display_name else "")
        self._address.setVisible(bool(truth.display_name and truth.address))
        date = headers.raw_first("Date")
        when = parse_date(date)
        self._date.setText(long_date(when) if when else "no readable date")
        self._date.setToolTip((date or b"").decode("ascii", "replace"))
        self._warning.setText("\n".join(f"⚠ {warning}" for warning in truth.warnings))
        self._warning.setVisible(bool(truth.warnings))
        self._all = []
        for name in ("To", "Cc", "Bcc", "Reply-To"):
            value = headers.raw_first(name)
            found = [
                f"{a.display_name} <{a.address}>" if a.display_name else a.address
                for a in (parse_addresses(value, 500).addresses if value else ())
            ]
            if found and not (name == "Reply-To" and found == [truth.address]):
                self._all.append((name, found))
        self._more.setChecked(False)
        self._more.setVisible(any(len(found) > MAX_SHOWN_RECIPIENTS for _, found in self._all))
        self._show_recipients()
        return truth

    def _show_recipients(self) -> None:
        lines = []
        for name, found in self._all:
            shown = found if self._more.isChecked() else found[:MAX_SHOWN_RECIPIENTS]
            rest = len(found) - len(shown)
            lines.append(f"{name}: {', '.join(shown)}" + (f" and {rest} more" if rest else ""))
        self._recipients.setText("\n".join(lines))
        self._recipients.setVisible(bool(lines))
