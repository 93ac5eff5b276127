"""What the window's parts need of the engine and the store, in memory: an engine that notes commands, a reader of rows.

The reader keeps to the contract of ``store.reader`` (pages by key, at most 500 rows at once) and counts what is asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.commands import Command
from mailclient.domain.events import Event
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder, FolderRole, FolderState, RoleSource
from mailclient.domain.ids import AccountId, FolderId, MessageId, message_key
from mailclient.domain.message import Availability, MessageRow, SortOrder
from mailclient.store.reader import Cursor, IdPage

INBOX = FolderId(1)
MONDAY_UNIX_S = 1_760_000_000
PEOPLE = (
    ("Ada Lovelace", "ada@example.org"),
    ("Grace Hopper", "grace@example.com"),
    ("Łukasz Ørsted", "lukasz@example.net"),
    ("", "no-reply@example.org"),
)
SUBJECTS = ("Notes on the engine", "Re: Compiler lunch", "Zażółć gęślą jaźń", "")


def key(number: int) -> MessageId:
    """Return the id of the message that came in that minute."""
    return message_key(MONDAY_UNIX_S + number * 60, 0)


def message(number: int, flags: Flag = Flag.NONE, folder_id: FolderId = INBOX) -> MessageRow:
    """Return a believable row; the number decides everything."""
    name, address = PEOPLE[number % len(PEOPLE)]
    return MessageRow(
        id=key(number),
        folder_id=folder_id,
        flags=flags,
        sender_name=name,
        sender_address=address,
        recipients="Alex Morgan, Robin Reyes",
        subject=SUBJECTS[number % len(SUBJECTS)],
        preview="Dear Alex, the tables are in the appendix.",
        date_unix_s=MONDAY_UNIX_S + number * 60,
        received_unix_s=MONDAY_UNIX_S + number * 60,
        size_bytes=1_000 + number,
        has_attachment=number % 5 == 0,
        availability=Availability.COMPLETE,
    )


@dataclass
class FakeReader:
    """Rows of one folder."""

    messages: dict[MessageId, MessageRow] = field(default_factory=dict)
    rows_read: int = 0
    pages_read: int = 0

    def add(self, *rows: MessageRow) -> tuple[MessageId, ...]:
        """Take rows in; returns their ids, as an event would tell them."""
        self.messages.update({row.id: row for row in rows})
        return tuple(row.id for row in rows)

    def remove(self, *ids: MessageId) -> tuple[MessageId, ...]:
        """Forget rows."""
        for message_id in ids:
            del self.messages[message_id]
        return ids

    def flag(self, message_id: MessageId, flags: Flag) -> tuple[MessageId, ...]:
        """Set a row's flags."""
        self.messages[message_id] = replace(self.messages[message_id], flags=flags)
        return (message_id,)

    def _value(self, row: MessageRow, order: SortOrder) -> str | int:
        match order:
            case SortOrder.SENDER:
                return (row.sender_name or row.sender_address).casefold()
            case SortOrder.SUBJECT:
                return row.subject.casefold()
            case SortOrder.SIZE:
                return row.size_bytes
            case SortOrder.DATE:
                return row.id

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
        self.pages_read += 1
        rows = [row for row in self.messages.values() if row.folder_id == folder_id]
        keys = sorted(
            ((self._value(row, order), row.id) for row in rows if not (unread_only and row.flags & Flag.SEEN)),
            reverse=descending,
        )
        if after is not None:
            border = (after.key if after.value is None else after.value, after.key)
            keys = [k for k in keys if (k < border if descending else k > border)]
        page = keys[:limit]
        if len(keys) <= limit:
            return IdPage(tuple(k[1] for k in page), None)
        value = None if order is SortOrder.DATE else page[-1][0]
        return IdPage(tuple(k[1] for k in page), Cursor(value, page[-1][1]))

    def rows(self, ids: Sequence[MessageId]) -> tuple[MessageRow, ...]:
        """Return rows."""
        self.rows_read += len(ids)
        return tuple(self.messages[message_id] for message_id in ids[:500] if message_id in self.messages)


@dataclass
class FakeEngine:
    """Notes commands, and tells events from whatever thread ``announce`` is called on."""

    submitted: list[Command] = field(default_factory=list)
    listeners: list[Callable[[Event], None]] = field(default_factory=list)

    def submit(self, command: Command) -> None:
        """Note a command."""
        self.submitted.append(command)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Remember a listener."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def announce(self, event: Event) -> None:
        """Tell an event."""
        for listener in tuple(self.listeners):
            listener(event)


def account(number: int = 1, label: str = "alex@example.org") -> Account:
    """Return an account."""
    server = Endpoint("mail.example.org", 993, Security.TLS, "alex")
    return Account(AccountId(f"a{number}"), label, "Alex Morgan", label, server, server)


def folder(
    number: int,
    name: str,
    role: FolderRole = FolderRole.NONE,
    *,
    total: int = 0,
    unread: int = 0,
    of: AccountId | None = None,
) -> Folder:
    """Return a folder; ``/`` in its name is the hierarchy."""
    return Folder(
        id=FolderId(number),
        account_id=of or AccountId("a1"),
        wire_name=name,
        name=name,
        delimiter="/",
        role=role,
        role_source=RoleSource.ATTRIBUTE,
        selectable=True,
        state=FolderState(),
        total=total,
        unread=unread,
    )
