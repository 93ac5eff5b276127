"""The X-ray panel: what was found above, the exact bytes below, tied together both ways.

Choosing something selects its bytes; a click into the bytes goes to the innermost part or field. The examination runs in the
background; an answer for a message that is no longer shown is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSplitter, QTabWidget, QVBoxLayout, QWidget

from mailclient.engine.dns_desk import Asking
from mailclient.mime.tree import Message, Part
from mailclient.ui.models.sentences import size
from mailclient.ui.xray import rows as r
from mailclient.ui.xray.authentication_tab import AuthenticationTab
from mailclient.ui.xray.colouring import colourings
from mailclient.ui.xray.content_rows import WORDS_ONLY, content_rows
from mailclient.ui.xray.detail import Detail
from mailclient.ui.xray.header_rows import header_rows
from mailclient.ui.xray.identity_rows import identity_rows
from mailclient.ui.xray.other_views_tab import OtherViewsTab
from mailclient.ui.xray.route_tab import RouteTab
from mailclient.ui.xray.saving import save_enclosed, save_message, save_part, save_report
from mailclient.ui.xray.sender_tab import SenderTab
from mailclient.ui.xray.source_view import SourceView
from mailclient.ui.xray.structure_rows import structure_rows
from mailclient.ui.xray.thing_tree import ThingTree
from mailclient.ui.xray.verifying import Verifying
from mailclient.xray.enclosed import EnclosedFile
from mailclient.xray.inspection import Context, Inspection, Lookup, inspect
from mailclient.xray.report_text import report_as_text

Explain = Lookup
RunInBackground = Callable[[Callable[[], object], Callable[[object], object]], None]
TABS = ("findings", "sender", "headers", "route", "authentication", "identity", "structure", "content", "other")
"""The tabs by short names, in their order."""
NOTHING_FOUND = "Nothing about this message needs to be said.\nThat does not prove who wrote it: see Authentication."


class XrayPanel(QWidget):
    """One message opened up."""

    examined = Signal()
    """The message is examined and shown."""
    part_wanted = Signal(object, object)
    """A part (``Part``) whose ``Place`` in the message is to be shown."""
    verified = Signal()
    """The DNS was asked about it, and it is examined and shown anew."""
    _arrived = Signal(object)

    def __init__(
        self,
        explain: Explain,
        run_in_background: RunInBackground,
        verifying: Verifying,
        context: Callable[[], Context] = Context,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._explain = explain
        self._run_in_background = run_in_background
        self._context = context
        self._verifying = verifying
        self._number = 0
        self._raw = b""
        self._linking = False
        self._overview = ""
        """What is said while nothing is chosen."""
        self._section = ""
        """The part to go to when the message is examined."""
        self.inspection: Inspection | None = None
        self.findings = ThingTree("Findings", ("Weight", "Finding"), self)
        self.senders = SenderTab(self)
        self.headers = ThingTree("Header fields", ("Field", "Class", "Written by", "Value"), self)
        self.route = RouteTab(self)
        self.authentication = AuthenticationTab(verifying, self)
        self.identity = ThingTree("Identity", ("What", "Says", "Where"), self, tree=True, widest=1)
        self.structure = ThingTree(
            "Structure of the message", ("Part", "Type", "Encoding", "Size", "Place", "File name"), self, tree=True
        )
        self.content = ThingTree("Content", ("What", "Says", "Where"), self, tree=True, widest=1)
        self.other = OtherViewsTab(run_in_background, self)
        self.source = SourceView(self)
        self._arrived.connect(self._show)
        self._build()

    def _build(self) -> None:
        self._detail = Detail(self)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName("Views of the message")
        self.tabs.tabBar().setAccessibleName("Views of the message")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        for page, words in (
            (self.findings, "Findings"),
            (self.senders, "Sender"),
            (self.headers, "Headers"),
            (self.route, "Route"),
            (self.authentication, "Authentication"),
            (self.identity, "Identity"),
            (self.structure, "Structure"),
            (self.content, "Content"),
            (self.other, "Other"),
        ):
            self.tabs.addTab(page, words)
        for tree in self._trees():
            tree.chosen.connect(self._chosen)
        self.structure.opened.connect(self._show_in_message)
        self.route.told.connect(self._detail.setText)
        self.authentication.verify_wanted.connect(self.verify)
        self.source.clicked.connect(self._source_clicked)
        self.tabs.currentChanged.connect(self._tab_changed)
        self._find = QLineEdit(self)
        self._find.setPlaceholderText("Find in the source")
        self._find.setAccessibleName("Find in the source")
        self._find.returnPressed.connect(lambda: self.source.find_bytes(self._find.text().encode()))
        below = QWidget(self)
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._find)
        column.addWidget(self.source, 1)
        # One above the other: side by side the last tabs were out of sight, and lines of the source were cut in the middle.
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        for place, (widget, share) in enumerate(((self.tabs, 3), (self._detail, 0), (below, 2))):
            splitter.addWidget(widget)
            splitter.setStretchFactor(place, share)
            splitter.setCollapsible(place, False)
        splitter.setSizes([430, self._detail.sizeHint().height(), 320])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(splitter, 1)
        layout.addLayout(self._buttons())
        self._order_by_sight()

    def _order_by_sight(self) -> None:
        """Let the Tab key go from above to below: the tab, what is on it, what is said of it, the source, the buttons."""
        pages = [self.tabs.widget(place) for place in range(self.tabs.count())]
        inside = [widget for page in pages if page is not None for widget in (page, *page.findChildren(QWidget))]
        buttons = self.findChildren(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
        order = [self.tabs.tabBar(), *inside, self._detail, self._find, self.source, *buttons]
        # The list of a combo box is a window of its own.
        here = [widget for widget in order if widget.window() is self.window()]
        stops = [widget for widget in here if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)

    def _trees(self) -> tuple[ThingTree, ...]:
        tables = self.senders.table, self.route.table, self.authentication.table
        return (
            self.findings,
            self.headers,
            *tables,
            self.identity,
            self.structure,
            self.content,
            self.other.doctor.places,
        )

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 6)
        row.addStretch(1)
        for words, act in (
            ("Copy &report", self._copy_report),
            ("Save repor&t…", self._save_report),
            ("&Copy bytes", self._copy),
            ("Save &decoded…", lambda: self._save_part(decoded=True)),
            ("Save as it &is…", lambda: self._save_part(decoded=False)),
            ("Save me&ssage…", self.save_message),
        ):
            button = QPushButton(words, self)
            button.clicked.connect(act)
            row.addWidget(button)
        return row

    @property
    def message(self) -> Message | None:
        """The message that is opened up, None while it is examined."""
        return self.inspection.message if self.inspection else None

    def show_tab(self, name: str) -> None:
        """Go to a tab by its short name."""
        if name in TABS:
            self.tabs.setCurrentIndex(TABS.index(name))

    def show_raw(self, raw: bytes) -> None:
        """Open up these bytes: they are seen at once, what was found follows."""
        self._number += 1
        self._raw, self.inspection, self._section = raw, None, ""
        self.source.show_bytes(raw, [])
        for tree in self._trees():
            tree.show_rows(())
        self._verifying.stop()
        self.senders.sentence.clear()
        self.authentication.clear()
        self._detail.setText("The message is being examined…")
        number, context, kept = self._number, self._context(), self._verifying.kept
        self._run_in_background(
            lambda: (number, inspect(raw, replace(context, resolve=kept(raw))), None), self._arrived.emit
        )

    def verify(self) -> None:
        """Verify the message with answers of the DNS, when the user agrees."""
        if self.inspection is not None and self._verifying.online and not self._verifying.under_way:
            self._verifying.permit(self.inspection.verification.missing, self._ask_dns)

    def _ask_dns(self) -> None:
        raw, number = self._raw, self._number
        asking = self._verifying.begin(raw)
        context = replace(self._context(), resolve=asking)

        def work() -> object:
            try:
                return number, inspect(raw, context), asking
            finally:
                asking.close()

        self._run_in_background(work, self._arrived.emit)

    def _show(self, arrived: object) -> None:
        match arrived:
            case (int(number), Inspection() as found, Asking() as asking) if number == self._number:
                self._verifying.end(asking)
                self._show_verified(found)
            case (int(number), Inspection() as found, None) if number == self._number:
                self._fill(found)
                missing = found.verification.missing
                if (
                    missing
                    and self._verifying.always
                    and self._verifying.online
                    and not self._verifying.kept(found.raw)
                ):
                    self._ask_dns()
            case Exception():
                self._verifying.stop()
                self._detail.setText(str(arrived))
            case _:
                pass  # Of a message that is no longer shown.

    def _show_verified(self, found: Inspection) -> None:
        """Show everything anew where the reader was; what he looks at is not moved but in the tab that changed."""
        selection = self.source.selection
        self._fill(found)
        self.source.select(*selection)
        if self.tabs.currentWidget() is self.authentication:
            self.authentication.go_to_first()
        self.verified.emit()

    def _fill(self, found: Inspection) -> None:
        self.inspection = found
        self.source.show_bytes(found.raw, colourings(found))
        self.findings.show_rows(r.finding_rows(found), NOTHING_FOUND)
        self.senders.show_inspection(found)
        self.headers.show_rows(header_rows(found, self._explain, self._context().place_field))
        self.route.show_inspection(found)
        self.authentication.show_inspection(found, self._verifying.kept(found.raw))
        self.identity.show_rows(identity_rows(found))
        self.structure.show_rows(structure_rows(found))
        self.content.show_rows(content_rows(found), WORDS_ONLY)
        self.other.show_inspection(found)
        count = len(found.findings)
        self.tabs.setTabText(0, f"Findings ({count})" if count else "Findings")
        parts = "one part" if found.message.part_count == 1 else f"{found.message.part_count} parts"
        self._overview = (
            f"{size(len(found.raw))}, {parts}. {r.findings_summary(found)}\nSelect something to see its bytes."
        )
        self._detail.setText(self._overview)
        self.examined.emit()
        if self._section:
            self.select_section(self._section)

    def _chosen(self, row: object) -> None:
        if not isinstance(row, r.Row):
            return
        self._detail.setText(row.detail)
        if self._linking:
            return
        if row.place is not None:
            self.source.select(*row.place)
        else:
            self.source.select_nothing()

    def _tab_changed(self, number: int) -> None:
        """Go back to the row that is chosen there: its words, its bytes."""
        page = self.tabs.widget(number)
        shown = [each for each in self._trees() if page is not None and (page is each or page.isAncestorOf(each))]
        row = shown[0].current_row() if shown else None
        if row is not None:
            self._chosen(row)
        else:
            self._detail.setText(self._overview)

    def _source_clicked(self, offset: int) -> None:
        """Go to what the byte belongs to: a header field of the message, else the innermost part."""
        message = self.message
        if message is None:
            return
        self._linking = True
        try:
            for field in message.headers.fields:
                if field.start <= offset < field.end:
                    self.show_tab("headers")
                    self.headers.go_to(field)
                    return
            inner = max(
                (part for part in message.root.walk() if part.start <= offset < part.end or part is message.root),
                key=lambda part: part.depth,
            )
            self.show_tab("structure")
            self.structure.go_to(inner)
        finally:
            self._linking = False

    def select_section(self, section: str) -> None:
        """Select a part by its section number, as soon as the message is examined."""
        self._section = "" if self.message else section
        part = self.message.part(section) if self.message else None
        if part is not None:
            self.show_tab("structure")
            self.structure.go_to(part)

    def _show_in_message(self, thing: object) -> None:
        for facts in self.inspection.parts if self.inspection else ():
            if facts.part is thing:
                self.part_wanted.emit(facts.part, facts.place)

    def current_part(self) -> Part | None:
        """Return the selected part, the whole message when none is selected."""
        thing = self.structure.current_thing()
        return thing if isinstance(thing, Part) else (self.message.root if self.message else None)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.source.selected_bytes().decode("utf-8", "replace"))

    def _copy_report(self) -> None:
        if self.inspection is not None:
            QGuiApplication.clipboard().setText(report_as_text(self.inspection))
            self._detail.setText("The report is in the clipboard.")

    def _save_report(self) -> None:
        if self.inspection is not None:
            save_report(self, self.inspection, self._detail.setText)

    def _save_part(self, *, decoded: bool) -> None:
        trees = (each.current_thing() for each in (self.structure, self.content) if each.isVisible())
        file = next((thing for thing in trees if isinstance(thing, EnclosedFile)), None)
        if file is not None and self.inspection is not None:
            save_enclosed(self, self.inspection, file, self._detail.setText, decoded=decoded)
            return
        part = self.current_part()
        if part is not None and self.inspection is not None:
            save_part(self, self.inspection, part, self._detail.setText, decoded=decoded)

    def save_message(self) -> None:
        """Save the whole message, bit by bit as it came."""
        if self._raw:
            save_message(self, self._raw, self._detail.setText)
