"""The reading pane: one message, from its row to its body. Large ones are parsed elsewhere; stale results are dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from mailclient.domain.commands import AllowRemoteContent, FetchBody
from mailclient.domain.events import BeginningArrived, BodyArrived, BodyFailed, Event, PartsArrived
from mailclient.domain.ids import MessageId
from mailclient.domain.message import MessageRow
from mailclient.mime.body import Attachment
from mailclient.mime.flowed import Paragraph
from mailclient.mime.safe_html import SafeHtml
from mailclient.mime.tree import Message
from mailclient.ui.models.sentences import size
from mailclient.ui.reading.addresses import CID_PREFIX, REMOTE_PREFIX
from mailclient.ui.reading.attachment_actions import AttachmentActions
from mailclient.ui.reading.attachments import AttachmentBar
from mailclient.ui.reading.bars import Bar
from mailclient.ui.reading.header import MessageHeader
from mailclient.ui.reading.plain_view import PlainView
from mailclient.ui.reading.ports import PaneEngine, PaneReader
from mailclient.ui.reading.prepared import Prepared, parts_words, prepare, prepare_parts, row_headers
from mailclient.ui.reading.remote import RemoteImages, blocked_words

if TYPE_CHECKING:
    from mailclient.ui.reading.html_view import HtmlView


@dataclass(frozen=True, slots=True)
class _Awaited:
    """What is to be done with an attachment as soon as it is here."""

    section: str | None
    """None: with all of them, when the message is here whole."""
    act: Callable[[Prepared], object]


class ReadingPane(QWidget):
    """Shows one message of the store, or one opened from a file."""

    answered = Signal(str)
    link_clicked = Signal(str, str)
    xray_wanted = Signal()
    message_ready = Signal()
    nested_opened = Signal(bytes, str)
    told = Signal(str)
    """A sentence for the status bar."""
    _prepared = Signal(object)

    def __init__(self, engine: PaneEngine, reader: PaneReader, opened_dir: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._reader = reader
        self._number = 0
        self._message_id: MessageId | None = None
        self._raw: bytes | None = None
        self._current: Prepared | None = None
        self._awaited: _Awaited | None = None
        self._prefer_text = False
        self._html: HtmlView | None = None
        self._html_broken = False
        self._remote = RemoteImages(engine.fetch_remote_image)
        self._remote.ready.connect(self._show_body)
        self._actions = AttachmentActions(self, opened_dir)
        self._actions.nested_opened.connect(self.nested_opened)
        self._actions.told.connect(self.told)
        self._prepared.connect(self._show_prepared)
        self._build()
        self.show_message(None)

    def _build(self) -> None:
        self.header = MessageHeader(self)
        self.header.answered.connect(self.answered)
        self.remote_bar = Bar("image-blocked", self)
        self.remote_bar.add_button("Show once", self.show_remote_once)
        self._always = self.remote_bar.add_button("Always for this sender", self.always_show_remote)
        self.malformed_bar = Bar("warning", self)
        self.malformed_bar.add_button("Show in X-ray", self.xray_wanted.emit)
        self.missing_bar = Bar("clock", self)
        self._retry = self.missing_bar.add_button("Fetch now", lambda: self._fetch(insist=True))
        self.plain = PlainView(self)
        self.plain.link_clicked.connect(self.link_clicked)
        self._empty = QLabel("Select a message to read it.", self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setObjectName("muted")
        self._bodies = QStackedWidget(self)
        self._bodies.addWidget(self._empty)
        self._bodies.addWidget(self.plain)
        self._find = QLineEdit(self)
        self._find.setPlaceholderText("Find in this message")
        self._find.setAccessibleName("Find in this message")
        self._find.setVisible(False)
        self._find.textChanged.connect(self._find_text)
        self._find.returnPressed.connect(lambda: self._find_text(self._find.text()))
        self.attachments = AttachmentBar(self)
        self.attachments.open_wanted.connect(self._open_attachment)
        self.attachments.save_wanted.connect(self._save_attachment)
        self.attachments.save_all_wanted.connect(self._save_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.header, self.remote_bar, self.malformed_bar, self.missing_bar, self._find):
            layout.addWidget(widget)
        layout.addWidget(self._bodies, 1)
        layout.addWidget(self.attachments)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._find)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self._close_find)

    @property
    def message(self) -> Message | None:
        """The message that is shown, None while it is not here whole."""
        return self._current.message if self._current and self._raw is not None else None

    @property
    def message_id(self) -> MessageId | None:
        """The store's id of the message, None for one from a file."""
        return self._message_id

    def message_bytes(self) -> bytes | None:
        """Return the bytes of the message that is shown."""
        return self._raw

    def show_message(self, message_id: MessageId | None) -> None:
        """Show a message of the store, or nothing."""
        self._start(message_id)
        row = self._reader.row(message_id) if message_id is not None else None
        if message_id is None or row is None:
            self._show_nothing()
            return
        raw = self._reader.raw(message_id)
        if raw is not None:
            self._show_bytes(raw, self._reader.remote_content_allowed(row.sender_address))
            return
        self._show_row(row)
        self._remote.allowed = self._reader.remote_content_allowed(row.sender_address)
        if not self._show_parts():
            self._fetch()

    def show_raw(self, raw: bytes) -> None:
        """Show a message from a file."""
        self._start(None)
        self._show_bytes(raw, False)

    def _start(self, message_id: MessageId | None) -> None:
        self._number += 1
        if message_id != self._message_id:
            self._awaited = None
        self._message_id = message_id
        self._raw = None
        self._current = None
        self._remote.reset()
        self._close_find()

    def _show_nothing(self) -> None:
        for widget in (self.header, self.remote_bar, self.malformed_bar, self.missing_bar, self.attachments):
            widget.setVisible(False)
        self._bodies.setCurrentWidget(self._empty)

    def _show_row(self, row: MessageRow) -> None:
        """Only the headers are here: show what the row knows."""
        self.header.show_headers(row_headers(row))
        self.header.setVisible(True)
        self.attachments.show_attachments(())
        self.plain.show_paragraphs([Paragraph(0, row.preview)] if row.preview else [])
        self._bodies.setCurrentWidget(self.plain)
        self.remote_bar.say("")
        self.malformed_bar.say("")

    def _fetch(self, *, insist: bool = False) -> None:
        row = self._reader.row(self._message_id) if self._message_id is not None else None
        if row is not None:
            self.missing_bar.say(f"Only the headers were here. Fetching this message ({size(row.size_bytes)})…")
            self._retry.setText("Fetch now")
            self._retry.setVisible(False)
            self._engine.submit(FetchBody(row.id, insist))

    def handle_event(self, event: Event) -> None:
        """Take news about the message that is shown."""
        match event:
            case BodyArrived(message_id=self._message_id) if self._raw is None:
                self.show_message(self._message_id)
            case BeginningArrived(message_id=self._message_id) if self._raw is None:
                self._show_beginning(event)
            case PartsArrived(message_id=self._message_id) if self._raw is None:
                self._show_parts()
            case BodyFailed(message_id=self._message_id) if self._raw is None:
                self._awaited = None
                self.missing_bar.say(event.sentence)
                self._retry.setVisible(True)
            case _:
                pass

    def _show_parts(self) -> bool:
        """Show what is here of a message that is kept in parts; False when it is not."""
        row = self._reader.row(self._message_id) if self._message_id is not None else None
        parts = self._reader.parts(row.id) if row is not None else ()
        if row is None or not parts:
            return False
        number, prefix = self._number, REMOTE_PREFIX if self._remote.allowed else None
        self._engine.run_in_background(lambda: prepare_parts(number, parts, prefix, CID_PREFIX), self._prepared.emit)
        self.missing_bar.say(parts_words(parts, size(row.size_bytes)))
        self._retry.setText("Fetch all of it")
        self._retry.setVisible(True)
        return True

    def _show_beginning(self, event: BeginningArrived) -> None:
        """Show the text in the first bytes; nothing else is made of a message that is not here whole."""
        beginning, number = self._reader.beginning(event.message_id), self._number
        self._engine.run_in_background(lambda: prepare(number, beginning, None, CID_PREFIX), self._prepared.emit)
        have, total = size(event.have_bytes), size(event.total_bytes)
        self.missing_bar.say(f"This is the beginning: {have} of {total}. Attachments come with the rest.")
        self._retry.setText("Fetch the rest")
        self._retry.setVisible(True)

    def _show_bytes(self, raw: bytes, remote_allowed: bool) -> None:
        self._raw = raw
        self.missing_bar.say("")
        self._remote.allowed = remote_allowed
        number, prefix = self._number, REMOTE_PREFIX if remote_allowed else None
        if len(raw) < 60_000:
            self._show_prepared(prepare(number, raw, prefix, CID_PREFIX))
        else:
            self._engine.run_in_background(lambda: prepare(number, raw, prefix, CID_PREFIX), self._prepared.emit)

    def _show_prepared(self, prepared: object) -> None:
        if not isinstance(prepared, Prepared) or prepared.number != self._number:
            return
        self._current = prepared
        self.header.show_headers(prepared.message.headers)
        self.header.setVisible(True)
        is_whole = self._raw is not None
        has_attachments = is_whole or prepared.in_parts
        self.attachments.show_attachments(prepared.choice.attachments if has_attachments else (), prepared.absent)
        defects = len(prepared.message.defects) if is_whole else 0
        many = "one way" if defects == 1 else f"{defects} ways"
        self.malformed_bar.say(
            f"This message is malformed in {many}. It is shown as well as it can be." if defects else ""
        )
        if prepared.html is not None and self._remote.allowed and prepared.html.remote:
            self._remote.fetch(prepared.html.remote)
        self._show_body()
        self.message_ready.emit()
        awaited = self._awaited
        if awaited is not None and (is_whole or (awaited.section and awaited.section not in prepared.absent)):
            self._awaited = None
            awaited.act(prepared)

    def _show_body(self) -> None:
        prepared = self._current
        if prepared is None:
            return
        html = prepared.html
        self._say_remote(html)
        if (
            html is not None
            and not self._prefer_text
            and not html.simplified
            and (view := self._html_view()) is not None
        ):
            self._bodies.setCurrentWidget(view)
            view.show_html(html.html, on_paper=html.sets_colours)
            return
        note = ""
        if html is not None and (html.simplified or self._html_broken):
            note = "This message is too complex to be shown safely as HTML, so its text is shown."
        elif not prepared.text and not prepared.choice.attachments:
            note = "This message has no text."
        self.plain.show_paragraphs(prepared.text, note)
        self._bodies.setCurrentWidget(self.plain)

    def _say_remote(self, html: SafeHtml | None) -> None:
        if html is None or not html.remote or self._remote.allowed:
            self.remote_bar.say("")
            return
        self.remote_bar.say(blocked_words(html))
        self._always.setVisible(self._message_id is not None)

    def show_remote_once(self) -> None:
        """Fetch and show the remote images of this message, this time."""
        if self._raw is not None:
            self._show_bytes(self._raw, True)
        elif self._current is not None and self._current.in_parts:
            self._remote.allowed = True
            self._show_parts()

    def always_show_remote(self) -> None:
        """Remember this sender, and show."""
        row = self._reader.row(self._message_id) if self._message_id is not None else None
        if row is not None:
            self._engine.submit(AllowRemoteContent(row.sender_address))
        self.show_remote_once()

    def toggle_html(self) -> None:
        """Switch between HTML and plain text."""
        self._prefer_text = not self._prefer_text
        self._show_body()

    def restyle(self) -> None:
        """The theme changed."""
        self.plain.restyle()
        self._show_body()

    def _html_view(self) -> HtmlView | None:
        if self._html is None and not self._html_broken:
            try:
                from mailclient.ui.reading.html_view import HtmlView
            except ImportError:
                self._html_broken = True
                return None
            view = HtmlView(self._content, self)
            view.link_clicked.connect(lambda url: self.link_clicked.emit(url, ""))
            view.link_hovered.connect(self.told)
            view.died.connect(self._html_died)
            self._bodies.addWidget(view)
            self._html = view
        return self._html

    def _html_died(self) -> None:
        """The renderer gave up: the text is shown, and the next message gets a new one."""
        if self._html is not None:
            self._bodies.removeWidget(self._html)
            self._html.deleteLater()
            self._html = None
        self._html_broken = True
        self._show_body()
        self._html_broken = False

    def _content(self, path: str) -> tuple[bytes, str] | None:
        kind, _, name = path.partition("/")
        if self._current is None:
            return None
        if kind == "cid":
            part = self._current.choice.inline.get(unquote(name))
            return (self._current.message.decoded(part), part.content_type) if part else None
        return self._remote.image(unquote(name)) if kind == "remote" else None

    def _open_attachment(self, attachment: Attachment) -> None:
        self._with(attachment, self._actions.open)

    def _save_attachment(self, attachment: Attachment) -> None:
        self._with(attachment, self._actions.save)

    def _with(self, attachment: Attachment, act: Callable[[Message, Attachment], None]) -> None:
        """Do something with an attachment, when it is here."""

        def do(prepared: Prepared) -> None:
            here = next((each for each in prepared.choice.attachments if each.section == attachment.section), None)
            if here is not None:
                act(prepared.message, here)

        self._when_here(attachment.section, f"“{attachment.filename}” ({size(attachment.size_bytes)})", do)

    def _save_all(self) -> None:
        self._when_here(None, "the message", lambda it: self._actions.save_all(it.message, it.choice.attachments))

    def _when_here(self, section: str | None, what: str, act: Callable[[Prepared], object]) -> None:
        current, message_id = self._current, self._message_id
        if current is None:
            return
        if section not in current.absent if section else not current.absent:
            act(current)
        elif message_id is not None:
            self._awaited = _Awaited(section, act)
            self.missing_bar.say(f"Fetching {what}…")
            self._retry.setVisible(False)
            self._engine.submit(FetchBody(message_id, insist=section is None, section=section))

    def open_find(self) -> None:
        """Open the find line."""
        self._find.setVisible(True)
        self._find.setFocus()
        self._find.selectAll()

    def _close_find(self) -> None:
        self._find.setVisible(False)

    def _find_text(self, text: str) -> None:
        if self._html is not None and self._bodies.currentWidget() is self._html:
            self._html.find_text(text)
        elif not self.plain.find(text):
            self.plain.moveCursor(self.plain.textCursor().MoveOperation.Start)
            self.plain.find(text)

    def page_down(self) -> bool:
        """Scroll one page; False at the end."""
        bar = self.plain.verticalScrollBar()
        if self._bodies.currentWidget() is not self.plain or bar.value() >= bar.maximum():
            return False
        bar.setValue(bar.value() + bar.pageStep())
        return True
