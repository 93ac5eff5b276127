"""Read-only views of the two databases, for whoever shows mail: the window and the command line.

Each ``Reader`` owns one ``mode=ro`` connection and belongs to the thread that made it. It cannot write, so it can neither
block nor damage anything. Every query is one bounded page found by key; there is no OFFSET anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mailclient.domain.draft import Draft, OutboxItem
from mailclient.domain.folder import Folder
from mailclient.domain.ids import AccountId, DraftId, FolderId, MessageId, OutboxId
from mailclient.domain.message import MessageLocation, MessageRow, SearchHit, SortOrder
from mailclient.domain.operation import Operation


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the sort value (None for date order) and the key of its last row."""

    value: str | int | None
    key: MessageId


@dataclass(frozen=True, slots=True)
class IdPage:
    """One page of a folder's message ids in list order, and where the next begins (None: that was all)."""

    ids: tuple[MessageId, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class SeenAddress:
    """An address for completion, best first."""

    display_name: str
    address: str


class Reader:
    """Queries over one profile's mail."""

    def __init__(self, cache_database: Path, user_database: Path) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Close the connection."""
        raise NotImplementedError

    def folders(self, account_id: AccountId | None = None) -> tuple[Folder, ...]:
        """Return folders with their counts, ordered by account and name."""
        raise NotImplementedError

    def folder(self, folder_id: FolderId) -> Folder | None:
        """Return one folder."""
        raise NotImplementedError

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
        """Return the next page of a folder's ids; 200,000 messages are 40 pages of 5,000, each a few milliseconds."""
        raise NotImplementedError

    def rows(self, ids: Sequence[MessageId]) -> tuple[MessageRow, ...]:
        """Return the rows of these ids (at most 500), in the order asked for; vanished ids are left out."""
        raise NotImplementedError

    def row(self, message_id: MessageId) -> MessageRow | None:
        """Return one row."""
        raise NotImplementedError

    def location(self, message_id: MessageId) -> MessageLocation | None:
        """Return where the server has the message."""
        raise NotImplementedError

    def raw(self, message_id: MessageId) -> bytes | None:
        """Return the bytes exactly as they came, or None when only headers are here."""
        raise NotImplementedError

    def search(
        self,
        query: str,
        *,
        account_id: AccountId | None = None,
        folder_id: FolderId | None = None,
        before: MessageId | None = None,
        limit: int = 50,
    ) -> tuple[SearchHit, ...]:
        """Return messages that match, newest first.

        Words are joined by AND, the last one matches as a prefix; ``from:`` ``to:`` ``subject:`` ``body:`` restrict a
        word, quotes make a phrase, ``-word`` excludes. Any input is valid: what is not syntax is a word.
        """
        raise NotImplementedError

    def operations(self, account_id: AccountId | None = None) -> tuple[Operation, ...]:
        """Return journal entries that wait, run or were refused, oldest first."""
        raise NotImplementedError

    def drafts(self) -> tuple[Draft, ...]:
        """Return local drafts, newest first, without the data of their attachments."""
        raise NotImplementedError

    def draft(self, draft_id: DraftId) -> Draft | None:
        """Return one draft whole."""
        raise NotImplementedError

    def outbox(self) -> tuple[OutboxItem, ...]:
        """Return submissions that are not DONE, oldest first."""
        raise NotImplementedError

    def outbox_raw(self, outbox_id: OutboxId) -> bytes | None:
        """Return the bytes that go out."""
        raise NotImplementedError

    def addresses_like(self, typed: str, limit: int = 10) -> tuple[SeenAddress, ...]:
        """Return seen addresses whose name or address begins with what was typed, those written to most first."""
        raise NotImplementedError

    def remote_content_allowed(self, address: str) -> bool:
        """True when the user always wants to see this sender's remote content."""
        raise NotImplementedError
