"""The composer: one window for one message being written, in plain text.

Everything typed is a draft at once (``autosave``); *Send* hands the draft to the engine, and the window closes when the
engine has queued it durably. Decides nothing about the message: ``send`` does. RFC 5322, RFC 3676.
"""

from __future__ import annotations

import mimetypes
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QFontDatabase, QKeySequence, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QPlainTextEdit,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain.account import Account
from mailclient.domain.commands import Command, SendDraft
from mailclient.domain.draft import Draft, DraftAttachment
from mailclient.domain.events import DraftQueued, DraftSaved, Event, Failed, SendRefused
from mailclient.domain.ids import DraftId
from mailclient.ui.icons import icon
from mailclient.ui.writing.address_field import AddressField
from mailclient.ui.writing.attachment_bar import AttachmentBar
from mailclient.ui.writing.autosave import Autosave

MAX_ATTACHED_BYTES: Final = 100 * 1024 * 1024
_MENTIONS_ATTACHMENT: Final = re.compile(
    r"\b(attach(ed|ment|ments|ing)?|enclosed|anbei|angehängt|Anhang|ci-joint)\b", re.IGNORECASE
)


class ComposerEngine(Protocol):
    """What the composer needs of the engine."""

    def submit(self, command: Command) -> None:
        """Take a command."""

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts to send from."""

    def run_in_background(self, work: Callable[[], object], done: Callable[[object], object]) -> None:
        """Run blocking work elsewhere."""


Complete = Callable[[str], Sequence[str]]


class Composer(QMainWindow):
    """One message being written."""

    closed = Signal(object)
    """Emitted with this window when it is gone for good."""
    _file_read = Signal(str, object)

    def __init__(self, engine: ComposerEngine, draft: Draft, complete: Complete, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.token = secrets.token_hex(8)
        self._engine = engine
        self._draft = draft
        self._finished = False
        self._sending = False
        self._build(complete)
        self._fill(draft)
        self._autosave = Autosave(self.token, draft.id, self.current_draft, engine.submit)
        self._autosave.state_changed.connect(self._state.setText)
        self._file_read.connect(self._attach_read)
        for field in (self._to, self._cc, self._bcc, self._subject):
            field.textEdited.connect(self._touched)
        self._text.textChanged.connect(self._touched)
        self._attachments.changed.connect(self._touched)
        self._from.currentIndexChanged.connect(self._touched)
        self._retitle()

    def _build(self, complete: Complete) -> None:
        self._from = QComboBox(self)
        self._from.setAccessibleName("From")
        for account in self._engine.accounts():
            self._from.addItem(f"{account.display_name} <{account.address}>".strip(), account.id)
        self._to, self._cc, self._bcc = (AddressField(name, complete, self) for name in ("To", "Cc", "Bcc"))
        self._to.setPlaceholderText("Names or addresses, separated by commas")
        self._bcc.setPlaceholderText("Hidden from the others: removed from what is sent")
        self._subject = QLineEdit(self)
        self._subject.setAccessibleName("Subject")
        self._text = QPlainTextEdit(self)
        self._text.setAccessibleName("Message text")
        self._text.setTabChangesFocus(False)
        self._text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.document().setDocumentMargin(12)
        self._attachments = AttachmentBar(self)
        self._notice = QLabel(self)
        self._notice.setObjectName("notice")
        self._notice.setWordWrap(True)
        self._notice.setMargin(8)
        self._notice.setVisible(False)
        self._state = QLabel(self)
        self._form = QFormLayout()
        self._form.setContentsMargins(12, 10, 12, 10)
        self._form.setVerticalSpacing(6)
        self._form.setHorizontalSpacing(12)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.addRow("&From", self._from)
        self._form.addRow("&To", self._to)
        self._form.addRow("&Cc", self._cc)
        self._form.addRow("&Bcc", self._bcc)
        self._form.addRow("&Subject", self._subject)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._notice)
        layout.addLayout(self._form)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._attachments)
        self.setCentralWidget(page)
        self.addToolBar(self._build_toolbar())
        self.statusBar().addPermanentWidget(self._state)
        self.statusBar().setSizeGripEnabled(False)
        self.resize(QSize(760, 640))

    def _build_toolbar(self) -> QToolBar:
        bar = QToolBar("Message", self)
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._send_action = self._action(bar, "send", "Send", "Ctrl+Return", self.send)
        self._action(bar, "attachment", "Attach…", "Ctrl+Shift+A", self.choose_files)
        self._hidden = self._action(bar, "read", "Cc and Bcc", "Ctrl+Shift+B", self._show_copies)
        self._hidden.setCheckable(True)
        self._action(bar, "trash", "Discard", "Ctrl+Shift+D", self.discard)
        close = QAction("Close", self)
        close.setShortcut(QKeySequence.StandardKey.Close)
        close.triggered.connect(self.close)
        self.addAction(close)
        return bar

    def _action(self, bar: QToolBar, icon_name: str, text: str, shortcut: str, act: Callable[[], object]) -> QAction:
        action = QAction(icon(icon_name), text, self)
        action.setShortcut(QKeySequence(shortcut))
        action.setToolTip(f"{text} ({QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(lambda _checked=False: act())
        bar.addAction(action)
        button = bar.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setAccessibleName(text)
        return action

    def _fill(self, draft: Draft) -> None:
        index = self._from.findData(draft.account_id)
        self._from.setCurrentIndex(max(index, 0))
        self._to.setText(draft.to)
        self._cc.setText(draft.cc)
        self._bcc.setText(draft.bcc)
        self._subject.setText(draft.subject)
        self._text.setPlainText(draft.text)
        self._attachments.set_attachments(draft.attachments)
        self._hidden.setChecked(bool(draft.cc or draft.bcc))
        self._show_copies()
        (self._text if draft.to else self._to).setFocus()
        self._text.moveCursor(QTextCursor.MoveOperation.Start)

    def _show_copies(self) -> None:
        for field in (self._cc, self._bcc):
            self._form.setRowVisible(field, self._hidden.isChecked())

    def current_draft(self) -> Draft:
        """Return the draft as it stands in the fields."""
        return replace(
            self._draft,
            account_id=self._from.currentData() or self._draft.account_id,
            to=self._to.text(),
            cc=self._cc.text(),
            bcc=self._bcc.text(),
            subject=self._subject.text(),
            text=self._text.toPlainText(),
            attachments=self._attachments.attachments(),
        )

    @property
    def draft_id(self) -> DraftId | None:
        """The stored draft, None before the first save."""
        return self._autosave.draft_id

    def is_untouched(self) -> bool:
        """True when nothing was typed beyond what the window was opened with."""
        return self._autosave.draft_id is None and not self._autosave.unsaved

    def _touched(self) -> None:
        self._autosave.touch()
        self._retitle()

    def _retitle(self) -> None:
        self.setWindowTitle(self._subject.text().strip() or "New message")

    def _say(self, sentence: str) -> None:
        self._notice.setText(sentence)
        self._notice.setVisible(bool(sentence))

    def choose_files(self) -> None:
        """Ask for files and attach them."""
        paths, _ = QFileDialog.getOpenFileNames(self, "Attach files")
        self.attach_paths([Path(path) for path in paths])

    def attach_paths(self, paths: Sequence[Path]) -> None:
        """Read files in the background and attach each when it is here."""
        for path in paths:
            self._engine.run_in_background(path.read_bytes, partial(self._file_read.emit, str(path)))

    def _attach_read(self, path: str, result: object) -> None:
        name = Path(path).name
        if not isinstance(result, bytes):
            self._say(f"“{name}” could not be read and was not attached: {result}")
            return
        if self._attachments.total_bytes() + len(result) > MAX_ATTACHED_BYTES:
            self._say(f"“{name}” was not attached: together the attachments would be larger than 100 MB.")
            return
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._attachments.add(DraftAttachment(name, content_type, result))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere in the window."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach dropped files."""
        self.attach_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def send(self) -> None:
        """Hand the message to the engine; the window closes when it is durable in the outbox."""
        draft = self.current_draft()
        if self._sending or not self._confirmed(draft):
            return
        self._sending = True
        self._say("")
        self._send_action.setEnabled(False)
        self._state.setText("Sending…")
        if not self._autosave.in_flight:
            self._submit_for_sending()

    def _submit_for_sending(self) -> None:
        """Only when the draft's id is known: otherwise a first save under way would leave a second, orphaned draft."""
        self._autosave.stop()
        self._engine.submit(SendDraft(replace(self.current_draft(), id=self._autosave.draft_id), self.token))

    def _allow_sending(self) -> None:
        self._sending = False
        self._send_action.setEnabled(True)
        self._state.setText("")

    def _confirmed(self, draft: Draft) -> bool:
        own_words = "\n".join(line for line in draft.text.splitlines() if not line.startswith(">"))
        questions = []
        if not draft.subject.strip():
            questions.append("The message has no subject.")
        if not draft.attachments and _MENTIONS_ATTACHMENT.search(own_words):
            questions.append("The text speaks of an attachment, but nothing is attached.")
        if not questions or not (draft.to or draft.cc or draft.bcc):
            return True
        box = QMessageBox(QMessageBox.Icon.Question, "Send message", " ".join(questions), parent=self)
        send = box.addButton("&Send anyway", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton("&Go on writing", QMessageBox.ButtonRole.RejectRole))
        box.exec()
        return box.clickedButton() is send

    def discard(self) -> None:
        """Forget the message, after a question when there is something to lose."""
        if not self.is_untouched():
            box = QMessageBox(QMessageBox.Icon.Question, "Discard", "Discard this message for good?", parent=self)
            discard = box.addButton("&Discard", QMessageBox.ButtonRole.DestructiveRole)
            box.setDefaultButton(box.addButton("&Keep", QMessageBox.ButtonRole.RejectRole))
            box.exec()
            if box.clickedButton() is not discard:
                return
        self._finished = True
        self._autosave.discard()
        self.close()

    def handle_event(self, event: Event) -> None:
        """Take the engine's answers that concern this message."""
        match event:
            case DraftSaved(token=self.token):
                self._autosave.saved(event)
                if self._sending and not self._autosave.in_flight:
                    self._submit_for_sending()
            case SendRefused(token=self.token):
                self._allow_sending()
                self._autosave.touch()
                self._say(event.sentence)
            case DraftQueued(token=self.token):
                self._finished = True
                self._autosave.stop()
                self.close()
            case Failed() if self._autosave.in_flight:
                self._autosave.failed()
                self._allow_sending()
                self._say(f"The draft could not be saved: {event.sentence}")
            case _:
                pass

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing keeps the draft."""
        if not self._finished:
            self._autosave.save_now()
        self.closed.emit(self)
        super().closeEvent(event)
