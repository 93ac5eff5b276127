"""What a fake mail server consists of: folders, messages, and what is to go wrong. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailclient.domain.errors import PostscopeError
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole

EPOCH = 1_700_000_000


def letter(number: int, subject: str = "", *, message_id: str | None = None, body: str = "") -> bytes:
    """Return a small message that differs from every other by its number."""
    identity = f"<{number}@example.org>" if message_id is None else message_id
    field_line = f"Message-ID: {identity}\r\n" if identity else ""
    return (
        f"From: Sender {number} <sender{number}@example.org>\r\nTo: Anna <anna@example.org>\r\n"
        f"Subject: {subject or f'Subject {number}'}\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n{field_line}"
        f"\r\n{body or f'This is letter {number}.'}\r\n"
    ).encode()


@dataclass(slots=True)
class StoredMessage:
    """One message on the server."""

    raw: bytes
    flags: Flag
    received_unix_s: int
    modseq: int


@dataclass(slots=True)
class StoredFolder:
    """One mailbox on the server."""

    role: FolderRole = FolderRole.NONE
    uid_validity: int = 1
    uid_next: int = 1
    highest_modseq: int = 1
    messages: dict[int, StoredMessage] = field(default_factory=dict)
    expunged: dict[int, int] = field(default_factory=dict)
    """Modification sequences of messages that are gone, by UID."""
    selectable: bool = True
    read_only: bool = False
    subscribed: bool = True

    def renumber(self, first: int) -> None:
        """Get another UIDVALIDITY and other UIDs for the same mail."""
        self.uid_validity += 1
        self.expunged.clear()
        self.messages = dict(enumerate(self.messages.values(), first))
        self.uid_next = first + len(self.messages)


@dataclass(slots=True)
class Failure:
    """What goes wrong: at which call, when it is due, and how."""

    call: str
    error: PostscopeError
    skip: int = 0
    after: bool = False
    """The server does it, and the answer is lost."""
    at_item: int | None = None
    """In the middle of an answer, before this item."""
