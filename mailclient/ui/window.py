"""The main window: folders, list and reading pane, put together. What single things do is in their own modules.

Given everything it needs; reads through the read-only reader, acts by commands, learns by events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mailclient.domain import commands as c
from mailclient.domain.account import Endpoint, IncomingProtocol
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder, FolderRole
from mailclient.domain.ids import MessageId
from mailclient.domain.message import SortOrder
from mailclient.engine.facade import Engine
from mailclient.settings import Settings
from mailclient.store.reader import Reader
from mailclient.ui.activity.dialogue import DialogueWindow, ExplainLine
from mailclient.ui.bridge import Bridge
from mailclient.ui.deeds import ANSWERS, Deeds
from mailclient.ui.folder_deeds import FolderDeeds
from mailclient.ui.folders.view import FolderView
from mailclient.ui.icons import application_icon
from mailclient.ui.keeping import Keeping
from mailclient.ui.looks import Looks
from mailclient.ui.mail_list.heading import ListHeading
from mailclient.ui.mail_list.view import MessageListView
from mailclient.ui.menus import Menus
from mailclient.ui.message_commands import MessageCommands
from mailclient.ui.models.folder_tree import FolderTreeModel, LocalNode
from mailclient.ui.models.message_list import MessageListModel
from mailclient.ui.models.sentences import folder_title
from mailclient.ui.news import News
from mailclient.ui.part_places import show_in_message, show_in_xray
from mailclient.ui.reading.pane import ReadingPane
from mailclient.ui.searching import EMPTY_WORDS, Searching
from mailclient.ui.start_page import StartPage
from mailclient.ui.status import StatusBar
from mailclient.ui.stored_messages import go_to_stored, with_store
from mailclient.ui.toast import Toast
from mailclient.ui.vouching import Vouching
from mailclient.ui.writing_windows import DraftAnswer, DraftMailto, WritingWindows
from mailclient.ui.xray.panel import Explain, XrayPanel
from mailclient.ui.xray.verifying import Verifying
from mailclient.xray.inspection import Context
from mailclient.xray.own_servers import OwnServers

_OWN_ROLES = {FolderRole.SENT, FolderRole.DRAFTS}


@dataclass(frozen=True, slots=True)
class WindowParts:
    """What the assembler hands in."""

    engine: Engine
    reader: Reader
    settings: Settings
    opened_dir: Path
    answer: DraftAnswer
    mailto: DraftMailto
    guess: Callable[[str, IncomingProtocol], tuple[Endpoint, Endpoint]]
    explain_header: Explain
    inspection_context: Callable[[OwnServers], Context]
    explain_line: ExplainLine
    save_settings: Callable[[Settings], None]


class MainWindow(QMainWindow):
    """One window on one profile."""

    painted = Signal()
    """The list and the reading pane show what they should (for screenshots)."""

    def __init__(self, parts: WindowParts) -> None:
        super().__init__()
        self.parts = parts
        self.engine, self.reader, self.settings = parts.engine, parts.reader, parts.settings
        self.folder: Folder | None = None
        """The folder that is listed."""
        self.menus = Menus(self, self.run)
        self.actions_by_name = self.menus.actions
        self.setWindowTitle("Postscope")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self.folder_model, self.messages = FolderTreeModel(), MessageListModel(self.reader)
        self.folders = FolderView(self.folder_model, self)
        self.list = MessageListView(self.messages, self)
        self.commands = MessageCommands(
            self.engine, self.list, self._all_folders, lambda: self.folder, self, self._tell
        )
        self.pane = ReadingPane(self.engine, self.reader, parts.opened_dir, self)
        self.verifying = Verifying(
            self.engine.dns, lambda: self.engine.online, self.settings, parts.save_settings, self
        )
        self.xray_panel = XrayPanel(
            parts.explain_header, self.engine.run_in_background, self.verifying, self._xray_context, self
        )
        self.toast = Toast(self)
        self.status = StatusBar(self)
        self.writing = WritingWindows(self.engine, self.reader, parts.answer, parts.mailto)
        self.dialogues = DialogueWindow(self.engine.connections, self.engine.transcript, parts.explain_line, self)
        self.deeds, self.looks, self.news = Deeds(self), Looks(self), News(self)
        self.folder_deeds = FolderDeeds(self)
        self.keeping = Keeping(self)
        self.vouching = Vouching(self)
        self.searching = Searching(self)
        self._build()
        self._build_menus()
        self._connect()
        self._read_timer = QTimer(self, singleShot=True)
        self._read_timer.timeout.connect(self._mark_shown_read)
        self.bridge = Bridge(self.engine, self)
        self.bridge.happened.connect(self.news.handle)
        self.refresh_folders()
        self._restore()

    def _build(self) -> None:
        self.heading = ListHeading(self.menus.actions["toggle_unread_only"], self.menus.sort_menu(), self)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.list, 1)
        self.right = QStackedWidget(self)
        self.right.addWidget(self.pane)
        self.right.addWidget(self.xray_panel)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        for widget, stretch in ((self.folders, 0), (middle, 0), (self.right, 1)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.indexOf(widget), stretch)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes(self.settings.pane_sizes)
        self.start_page = StartPage(self)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.splitter)
        self.pages.addWidget(self.start_page)
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.toast)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)
        self.status.set_online(self.engine.online)

    def _build_menus(self) -> None:
        self.addToolBar(self.menus.toolbar(self.searching.box))
        self.menus.show_choices(self.settings)
        self._message_menu = self.menus.message_menu()
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(
            lambda place: self._message_menu.popup(self.list.viewport().mapToGlobal(place))
        )
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.activated.connect(self.leave)

    def run(self, name: str) -> None:
        """Do what an action's name says: a method of the window, of its deeds, or of the message commands."""
        # The window comes last: a QWidget has methods of its own, move() among them.
        owners = (self.commands, self.looks, self.deeds, self.folder_deeds, self.keeping, self.searching, self.vouching)
        for owner in (*owners, self):
            act = getattr(owner, name, None)
            if callable(act):
                act()
                break
        else:
            if name in ANSWERS:
                self.deeds.answer(ANSWERS[name])
            else:
                self.looks.choose(name)
        self.menus.show_choices(self.settings)

    def _connect(self) -> None:
        self.folders.node_chosen.connect(self._node_chosen)
        self.folders.messages_dropped.connect(self.commands.move_to)
        self.list.message_shown.connect(self._show_message)
        self.list.selectionModel().selectionChanged.connect(self.offer)
        self.messages.modelReset.connect(self.offer)
        self.heading.scope_changed.connect(self.searching.find)
        self.list.delegate.star_clicked.connect(self.commands.star_one)
        self.pane.answered.connect(lambda name: self.run(name.replace("-", "_")))
        self.pane.link_clicked.connect(self.deeds.open_link)
        self.pane.xray_wanted.connect(self.xray)
        self.pane.attachments.xray_wanted.connect(partial(show_in_xray, self))
        self.xray_panel.part_wanted.connect(partial(show_in_message, self))
        self.xray_panel.identity.opened.connect(partial(go_to_stored, self))
        self.pane.told.connect(self.status.say)
        self.pane.nested_opened.connect(lambda raw, _title: self.show_raw(raw))
        self.pane.message_ready.connect(self._message_ready)
        self.status.online_toggled.connect(lambda online: self.engine.submit(c.GoOnline(online)))
        self.status.cancel_wanted.connect(lambda: self.engine.submit(c.CancelWork()))
        self.status.problem_clicked.connect(self.deeds.show_activity)
        self.start_page.add_wanted.connect(self.deeds.add_account)
        self.start_page.demo_wanted.connect(self.deeds.try_demo)

    def _restore(self) -> None:
        if self.settings.window_geometry:
            self.restoreGeometry(QByteArray.fromHex(self.settings.window_geometry.encode()))
        else:
            self.resize(1400, 900)
        self.offer()
        for sentence in self.settings.problems:
            self.toast.say(sentence)

    def _tell(self, sentence: str) -> None:
        self.toast.say(sentence)

    def _all_folders(self) -> tuple[Folder, ...]:
        return self.reader.folders()

    def refresh_folders(self) -> None:
        """Show accounts, folders and counts as they are now."""
        accounts = self.engine.accounts()
        page = self.splitter if accounts else self.start_page
        if self.pages.currentWidget() is not page or not self.isVisible():
            self.pages.setCurrentWidget(page)
            (self.list if accounts else self.start_page.add_button).setFocus()
        ids = {account.id for account in accounts}
        self.status.keep_only(ids)
        folders = self.folder_deeds.shown(ids)
        waiting, drafts = len(self.reader.outbox()), len(self.reader.drafts())
        local = [LocalNode("outbox", "Outbox", "outbox", waiting)] if waiting else []
        local += [LocalNode("drafts", "Unfinished drafts", "drafts", drafts)] if drafts else []
        status = {account.id: self.engine.status(account.id) for account in accounts}
        resting = self.keeping.unsynchronised(accounts, folders)
        rebuilt = self.folder_model.show(accounts, folders, status, local, resting)
        if rebuilt:
            self.folders.unfold()
        if self.folder is not None:
            self.folder = next((f for f in folders if f.id == self.folder.id), None)
            if self.folder is None:  # It vanished from the server, or its account was removed.
                self.messages.clear()
                self.pane.show_message(None)
        if rebuilt:
            self.select_folder()
        self.show_title()

    def select_folder(self) -> None:
        """Select the listed folder among the folders."""
        key = f"f{self.folder.id}" if self.folder is not None else ""
        index = self.folder_model.index_of(key) if key else self.folder_model.inbox_index()
        if index.isValid():
            selection = self.folders.selectionModel()
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _node_chosen(self, chosen: object) -> None:
        if isinstance(chosen, Folder):
            if self.folder is None or chosen.id != self.folder.id:
                self.engine.submit(c.OpenFolder(chosen.id))
                self.searching.forget()
                self.show_folder(chosen)
            elif self.messages.is_search:
                self.searching.forget()
                self.show_folder(chosen)
        elif chosen in {"outbox", "drafts"}:
            self.select_folder()
            self.deeds.show_outbox() if chosen == "outbox" else self.deeds.show_drafts()

    def show_folder(self, folder: Folder | None) -> None:
        """List a folder."""
        if folder is None or not folder.selectable:
            return
        self.folder = folder
        self.list.delegate.show_recipients = folder.role in _OWN_ROLES
        order = next((o for o in SortOrder if o.value == self.settings.sort_order), SortOrder.DATE)
        unread, descending = self.settings.unread_only, self.settings.sort_descending
        self.messages.open_folder(folder.id, order, descending=descending, unread_only=unread)
        self.pane.show_message(None)
        self.right.setCurrentWidget(self.pane)
        self.show_title()

    def show_title(self) -> None:
        """Say above the list, and in the title, what is listed."""
        folder = self.folder
        if self.messages.is_search:
            self.heading.show_search(self.searching.title(), folder_title(folder) if folder else None)
            self.list.empty_words = EMPTY_WORDS
        elif folder is not None:
            name = folder_title(folder)
            self.heading.show_folder(f"{name} · {self.keeping.counts_of(folder)}")
            self.keeping.show_folder(folder)
            self.setWindowTitle(f"{name} – Postscope")
        else:
            self.heading.show_folder("")
            self.list.empty_words = "Mail appears here as soon as the first folder arrives."

    def offer(self) -> None:
        """Offer what can be done with what is selected and shown."""
        selected = self.list.selectionModel().hasSelection()
        self.menus.enable(selected=selected, shown=self.pane.message_bytes() is not None)
        self.menus.name_junk(self.folder is not None and self.folder.role is FolderRole.JUNK)

    def _show_message(self, message_id: MessageId | None) -> None:
        self._read_timer.stop()
        self.engine.submit(c.ShowMessage(message_id))
        self.pane.show_message(message_id)
        self.offer()
        if message_id is not None:
            self._read_timer.start(self.settings.mark_read_after_ms)

    def _message_ready(self) -> None:
        raw = self.pane.message_bytes()
        if raw is not None and self.right.currentWidget() is self.xray_panel:
            self.xray_panel.show_raw(raw)
        self.offer()
        self.painted.emit()

    def _mark_shown_read(self) -> None:
        message_id = self.pane.message_id
        row = self.reader.row(message_id) if message_id is not None else None
        if row is not None and message_id is not None and not row.flags & Flag.SEEN:
            self.engine.submit(c.MarkRead((message_id,)))

    def show_raw(self, raw: bytes) -> None:
        """Show a message that is not of the store."""
        self.list.selectionModel().clear()  # The current row too: a click on it must bring it back.
        self.pane.show_raw(raw)
        self.pages.setCurrentWidget(self.splitter)

    def xray(self) -> None:
        """Open the shown message up, or close it again."""
        if self.right.currentWidget() is self.xray_panel:
            self.right.setCurrentWidget(self.pane)
            return
        raw = self.pane.message_bytes()
        if raw is not None:
            self.xray_panel.show_raw(raw)
            self.right.setCurrentWidget(self.xray_panel)
        else:
            self.status.say("The message is not here whole. Fetch it to open it up.")

    def show_xray(self, tab: str) -> None:
        """Open the shown message up at a tab."""
        if self.right.currentWidget() is not self.xray_panel:
            self.xray()
        self.xray_panel.show_tab(tab)

    def _xray_context(self) -> Context:
        return with_store(self, self.parts.inspection_context(self.vouching.own_servers()))

    def leave(self) -> None:
        """Escape: out of the X-ray, then out of the search."""
        if self.right.currentWidget() is self.xray_panel:
            self.right.setCurrentWidget(self.pane)
        else:
            self.searching.leave()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Message files may be dropped on the window."""
        if any(url.toLocalFile().lower().endswith(".eml") for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped message file."""
        for url in event.mimeData().urls():
            self.deeds.open_path(Path(url.toLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep sizes and choices; drafts keep themselves."""
        self.settings.window_geometry = bytes(self.saveGeometry().toHex().data()).decode()
        self.settings.pane_sizes = self.splitter.sizes()
        self.settings.folded = sorted(self.folders.folded)
        self.parts.save_settings(self.settings)
        self.writing.close_all()
        self.verifying.stop()
        self.bridge.stop()
        self.news.stop()
        self._read_timer.stop()
        self.messages.clear()
        super().closeEvent(event)
