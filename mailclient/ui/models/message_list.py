"""The message list as a Qt model: 200,000 ids, and only the rows that are looked at.

The first page of ids is there at once, the others follow in slices between two frames. Events touch the rows they name and
no others. Date order is the order of the keys themselves, so a new row finds its place by bisection.
"""

from __future__ import annotations

import bisect
import operator
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from mailclient.domain.flags import Flag
from mailclient.domain.ids import FolderId, MessageId
from mailclient.domain.message import MessageRow, SearchHit, SortOrder
from mailclient.store.reader import Cursor, IdPage
from mailclient.ui.models.sentences import row_sentence

FIRST_PAGE: Final = 300
NEXT_PAGE: Final = 4_000
ROW_PAGE: Final = 64
CACHED_ROWS: Final = 4_096
REFRESH_MS: Final = 1_000
"""How often at most a list that is not in date order is read anew: where a new row belongs there, only the store knows."""
RowRole: Final = int(Qt.ItemDataRole.UserRole) + 1
IdRole: Final = int(Qt.ItemDataRole.UserRole) + 2
Index = QModelIndex | QPersistentModelIndex


class RowSource(Protocol):
    """What the model reads from."""

    def id_page(
        self,
        folder_id: FolderId,
        *,
        order: SortOrder = SortOrder.DATE,
        descending: bool = True,
        unread_only: bool = False,
        after: Cursor | None = None,
        limit: int = 2000,
    ) -> IdPage:
        """Return a page of ids."""

    def rows(self, ids: Sequence[MessageId]) -> tuple[MessageRow, ...]:
        """Return rows."""


class MessageListModel(QAbstractListModel):
    """One folder, or the hits of a search."""

    loaded = Signal()
    """All ids are here."""
    about_to_refresh = Signal()
    """The same list is read anew; whoever shows it should remember its place until ``refreshed``."""
    refreshed = Signal()

    def __init__(self, source: RowSource) -> None:
        super().__init__()
        self._source = source
        self._ids: list[MessageId] = []
        self._rows: OrderedDict[MessageId, MessageRow] = OrderedDict()
        self._next: Cursor | None = None
        self.folder_id: FolderId | None = None
        self.order = SortOrder.DATE
        self.descending = True
        self.unread_only = False
        self.is_search = False
        self._slice = QTimer(self, interval=0)
        self._slice.timeout.connect(self._load_slice)
        self._refresh = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._refresh.timeout.connect(self.refresh)

    def open_folder(
        self,
        folder_id: FolderId,
        order: SortOrder = SortOrder.DATE,
        *,
        descending: bool = True,
        unread_only: bool = False,
    ) -> None:
        """Show a folder in this order."""
        self._refresh.stop()
        self.beginResetModel()
        self.folder_id, self.order, self.descending, self.unread_only = folder_id, order, descending, unread_only
        self.is_search = False
        self._rows.clear()
        page = self._page(None, FIRST_PAGE)
        self._ids, self._next = list(page.ids), page.next
        self.endResetModel()
        self._go_on()

    def refresh(self) -> None:
        """Read the same list anew."""
        if self.folder_id is None or self.is_search:
            return
        self.about_to_refresh.emit()
        self.open_folder(self.folder_id, self.order, descending=self.descending, unread_only=self.unread_only)
        self.refreshed.emit()

    def show_hits(self, hits: Sequence[SearchHit]) -> None:
        """Show what a search found."""
        self.beginResetModel()
        self._slice.stop()
        self._refresh.stop()
        self.is_search = True
        self._next = None
        self._ids = [hit.row.id for hit in hits]
        self._rows = OrderedDict((hit.row.id, hit.row) for hit in hits)
        self.endResetModel()
        self.loaded.emit()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._slice.stop()
        self._refresh.stop()
        self.folder_id, self._ids, self._next = None, [], None
        self._rows.clear()
        self.endResetModel()

    @property
    def complete(self) -> bool:
        """True when all ids are here."""
        return self._next is None

    def _page(self, after: Cursor | None, limit: int) -> IdPage:
        if self.folder_id is None:
            return IdPage((), None)
        return self._source.id_page(
            self.folder_id,
            order=self.order,
            descending=self.descending,
            unread_only=self.unread_only,
            after=after,
            limit=limit,
        )

    def _go_on(self) -> None:
        if self._next is None:
            self._slice.stop()
            self.loaded.emit()
        else:
            self._slice.start()

    def _load_slice(self) -> None:
        if self._next is None:
            self._go_on()
            return
        page = self._page(self._next, NEXT_PAGE)
        known = set(self._ids[-FIRST_PAGE:])
        ids = [message_id for message_id in page.ids if message_id not in known]
        if ids:
            self.beginInsertRows(QModelIndex(), len(self._ids), len(self._ids) + len(ids) - 1)
            self._ids += ids
            self.endInsertRows()
        self._next = page.next
        self._go_on()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """Return a row, its id, or the sentence for a screen reader."""
        if not index.isValid() or not 0 <= index.row() < len(self._ids):
            return None
        if role == IdRole:
            return self._ids[index.row()]
        if role == RowRole:
            return self.row_at(index.row())
        if role in {int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)}:
            row = self.row_at(index.row())
            return row_sentence(row) if row else ""
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows may be selected and dragged."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def row_at(self, position: int) -> MessageRow | None:
        """Return a row, reading the page around it if need be."""
        message_id = self._ids[position]
        found = self._rows.get(message_id)
        if found is not None:
            self._rows.move_to_end(message_id)
            return found
        start = position - position % ROW_PAGE
        wanted = [known for known in self._ids[start : start + ROW_PAGE] if known not in self._rows]
        for row in self._source.rows(wanted):
            self._rows[row.id] = row
        while len(self._rows) > CACHED_ROWS:
            self._rows.popitem(last=False)
        return self._rows.get(message_id)

    def ids_at(self, rows: Sequence[int]) -> tuple[MessageId, ...]:
        """Return the ids of rows."""
        return tuple(self._ids[row] for row in rows if 0 <= row < len(self._ids))

    def position_of(self, message_id: MessageId) -> int:
        """Return the row of a message, -1 when it is not here."""
        return self.positions_of((message_id,)).get(message_id, -1)

    def positions_of(self, ids: Iterable[MessageId]) -> dict[MessageId, int]:
        """Return the rows of those messages that are here; one pass at most, however many are asked for."""
        if self.order is SortOrder.DATE and not self.is_search:
            places = {message_id: self._place(message_id) for message_id in ids}
            return {key: row for key, row in places.items() if row < len(self._ids) and self._ids[row] == key}
        wanted = set(ids)
        return {message_id: row for row, message_id in enumerate(self._ids) if message_id in wanted}

    def _place(self, message_id: MessageId) -> int:
        """Where an id is, or belongs, in date order."""
        if self.descending:
            return bisect.bisect_left(self._ids, -message_id, key=operator.neg)
        return bisect.bisect_left(self._ids, message_id)

    def next_unread(self, after: int) -> int:
        """Return the next unread row after a position, from the top again at the end, -1 when there is none.

        Looks at no more than 2,000 rows: further away is not "next".
        """
        count = min(len(self._ids), 2_000)
        for step in range(1, count + 1):
            position = (after + step) % len(self._ids)
            row = self.row_at(position)
            if row and not row.flags & Flag.SEEN:
                return position
        return -1

    def messages_added(self, folder_id: FolderId, ids: Sequence[MessageId]) -> None:
        """New rows."""
        if folder_id != self.folder_id or self.is_search:
            return
        if self.order is not SortOrder.DATE:
            if not self._refresh.isActive():
                self._refresh.start()
            return
        here = self.positions_of(ids)
        fresh = sorted({known for known in ids if known not in here}, reverse=self.descending)
        if self._next is not None:
            # What lies beyond the page that came last comes with its own page.
            border = self._next.key
            fresh = [known for known in fresh if (known > border) is self.descending]
        if self.unread_only:
            fresh = self._unread_of(fresh)
        for position, members in _runs(fresh, self._place):
            self.beginInsertRows(QModelIndex(), position, position + len(members) - 1)
            self._ids[position:position] = members
            self.endInsertRows()

    def _unread_of(self, ids: list[MessageId]) -> list[MessageId]:
        rows = [row for start in range(0, len(ids), 500) for row in self._source.rows(ids[start : start + 500])]
        return [row.id for row in rows if not row.flags & Flag.SEEN]

    def messages_changed(self, ids: Sequence[MessageId]) -> None:
        """Rows say something else now."""
        stale = [message_id for message_id in ids if self._rows.pop(message_id, None) is not None]
        for position in self.positions_of(stale).values():
            index = self.index(position)
            self.dataChanged.emit(index, index)

    def messages_removed(self, folder_id: FolderId, ids: Sequence[MessageId]) -> None:
        """Rows are gone."""
        if folder_id != self.folder_id and not self.is_search:
            return
        for message_id in ids:
            self._rows.pop(message_id, None)
        positions = sorted(self.positions_of(ids).values(), reverse=True)
        while positions:
            last = first = positions.pop(0)
            while positions and positions[0] == first - 1:
                first = positions.pop(0)
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._ids[first : last + 1]
            self.endRemoveRows()


def _runs(fresh: list[MessageId], place: Callable[[MessageId], int]) -> list[tuple[int, list[MessageId]]]:
    """Group ids that belong next to each other: inserted last run first, so that positions stay right."""
    runs: list[tuple[int, list[MessageId]]] = []
    for message_id in fresh:
        position = place(message_id)
        if runs and runs[-1][0] == position:
            runs[-1][1].append(message_id)
        else:
            runs.append((position, [message_id]))
    return runs[::-1]
