"""A message of the store as its relatives know it: by its Message-ID, and where it lies.

What comparing copies and following a conversation need, across folders and accounts. Values only; bytes stay in the store.
RFC 5322 section 3.6.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, MessageId


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message that is here, at least its header."""

    id: MessageId
    message_id_field: str
    account_id: AccountId
    folder_name: str
    folder_role: FolderRole
    sender_name: str
    sender_address: str
    subject: str
    date_unix_s: int | None
    """The Date field; None when it is absent or unreadable."""
    size_bytes: int
    references: tuple[str, ...] = ()
    """The Message-IDs that it refers to, the oldest first."""
