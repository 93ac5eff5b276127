"""The lab's mailboxes, in memory: UIDs, flags, modification sequences, and a bell for whoever waits on IDLE.

One lock for all of it; a session never holds it while it speaks to its client. RFC 3501 section 2.3, RFC 7162.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

INBOX: Final = "INBOX"


@dataclass(slots=True)
class LabMessage:
    """One stored message. Flags are wire names (``\\Seen``)."""

    uid: int
    raw: bytes
    flags: set[str]
    received_unix_s: int
    modseq: int
    email_id: str
    """Stays the same in whatever folder it lies (RFC 8474)."""


@dataclass(slots=True)
class LabMailbox:
    """One folder."""

    name: str
    """Decoded name, ``/`` between levels."""
    uid_validity: int
    special_use: str = ""
    uid_next: int = 1
    modseq: int = 1
    subscribed: bool = True
    messages: list[LabMessage] = field(default_factory=list)
    mailbox_id: str = ""
    """Stays the same whatever the folder is called (RFC 8474)."""
    expunged: dict[int, int] = field(default_factory=dict)
    """Modification sequences of messages that are gone, by UID."""

    def numbered(self) -> list[tuple[int, LabMessage]]:
        """Return messages with their sequence numbers."""
        return list(enumerate(self.messages, 1))

    def touch(self, message: LabMessage) -> None:
        """Give a message the next modification sequence."""
        self.modseq += 1
        message.modseq = self.modseq


class UserMail:
    """All folders of one user. Take ``lock`` around every use of a mailbox."""

    def __init__(self, address: str, password: str) -> None:
        self.address = address
        self.password = password
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.version = 0
        self.quota_kib: int | None = None
        self.folder_limit: int | None = None
        self.namespaces = '(("" "/")) NIL NIL'
        """Personal, of other users, shared (RFC 2342)."""
        self.personal_prefix = ""
        """New folders must begin with it."""
        self._validity = int(time.time())
        self._named = 0
        self.mailboxes: dict[str, LabMailbox] = {}
        self.create(INBOX)
        for name in ("Drafts", "Sent", "Archive", "Junk", "Trash"):
            self.create(name, f"\\{name}")

    def create(self, name: str, special_use: str = "") -> LabMailbox:
        """Make a folder; raises KeyError when it exists."""
        with self.lock:
            if name in self.mailboxes:
                raise KeyError(name)
            self._validity += 1
            self.mailboxes[name] = LabMailbox(name, self._validity, special_use, mailbox_id=f"F{self._validity}")
            return self.mailboxes[name]

    def find(self, name: str) -> LabMailbox | None:
        """Return a folder; INBOX in any case."""
        return self.mailboxes.get(INBOX if name.upper() == INBOX else name)

    def ring(self) -> None:
        """Something changed: whoever waits looks again."""
        with self.lock:
            self.version += 1
            self.changed.notify_all()

    def add(
        self,
        mailbox: LabMailbox,
        raw: bytes,
        flags: Iterable[str] = (),
        received_unix_s: int | None = None,
        email_id: str = "",
    ) -> int:
        """Store a message, or a copy of one that has a name already, and return its UID."""
        with self.lock:
            mailbox.modseq += 1
            uid = mailbox.uid_next
            mailbox.uid_next += 1
            received = int(time.time()) if received_unix_s is None else received_unix_s
            self._named += not email_id
            name = email_id or f"M{self._named}"
            mailbox.messages.append(LabMessage(uid, raw, set(flags), received, mailbox.modseq, name))
            self.ring()
            return uid

    def remove(self, mailbox: LabMailbox, uids: set[int]) -> None:
        """Remove messages for good."""
        with self.lock:
            mailbox.messages = [message for message in mailbox.messages if message.uid not in uids]
            mailbox.modseq += 1
            mailbox.expunged.update(dict.fromkeys(uids, mailbox.modseq))
            self.ring()
