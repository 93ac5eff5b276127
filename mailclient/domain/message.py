"""Messages as lists and views know them: summaries, not their bytes.

Raw bytes are kept by the store exactly as they came and are parsed by ``mime`` when needed.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailclient.domain.flags import Flag
from mailclient.domain.ids import FolderId, MessageId, Uid, UidValidity


class Availability(enum.IntEnum):
    """How much of a message is in the cache. Values are stored: never renumber."""

    HEADERS = 0
    COMPLETE = 1
    UNAVAILABLE = 2
    """The server listed the message and then would not give it; the reason is in the activity log."""


class SortOrder(enum.Enum):
    """Orders of the message list. DATE is key order: received time, the only one that needs no sorting."""

    DATE = "date"
    SENDER = "sender"
    SUBJECT = "subject"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One row of the message list."""

    id: MessageId
    folder_id: FolderId
    flags: Flag
    sender_name: str
    sender_address: str
    recipients: str
    """To and Cc as one readable line; what folders of sent mail show instead of the sender."""
    subject: str
    preview: str
    date_unix_s: int | None
    """The Date field; None when absent or unreadable. The list shows received time then."""
    received_unix_s: int
    size_bytes: int
    has_attachment: bool
    availability: Availability
    has_pending_change: bool = False


@dataclass(frozen=True, slots=True)
class MessageLocation:
    """Where the server has a message; ``uid`` is None while a local move awaits the server's answer."""

    folder_id: FolderId
    uid_validity: UidValidity | None
    uid: Uid | None
    message_id_field: str


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One result of a search, newest first."""

    row: MessageRow
    folder_name: str
    account_id: str
    snippet: str
