"""Folders: names, roles, counts, and what is known of the server's state.

Role attributes are RFC 6154; the state triple is RFC 3501 section 2.3.1.1 and RFC 7162.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailclient.domain.ids import AccountId, FolderId, ModSeq, UidValidity


class FolderRole(enum.Enum):
    """What a folder is for (RFC 6154), or NONE for an ordinary one."""

    INBOX = "inbox"
    DRAFTS = "drafts"
    SENT = "sent"
    ARCHIVE = "archive"
    JUNK = "junk"
    TRASH = "trash"
    ALL = "all"
    FLAGGED = "flagged"
    NONE = "none"


class NamespaceKind(enum.Enum):
    """Whose folders a part of the hierarchy holds (RFC 2342)."""

    PERSONAL = "personal"
    OTHERS = "others"
    SHARED = "shared"


class RoleSource(enum.Enum):
    """Why a folder has its role; the later beats the earlier."""

    NAME = "name"
    ATTRIBUTE = "attribute"
    USER = "user"


@dataclass(frozen=True, slots=True)
class FolderState:
    """What the last completed synchronisation knew of the server's folder. Stored in the same transaction as its rows."""

    uid_validity: UidValidity | None = None
    uid_next: int | None = None
    highest_modseq: ModSeq | None = None
    exists: int | None = None
    """Number of messages the server had."""
    permits_keywords: bool = True
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """What a server tells of a folder without opening it (STATUS); None where it does not tell."""

    uid_validity: UidValidity | None = None
    uid_next: int | None = None
    messages: int | None = None
    unseen: int | None = None
    highest_modseq: ModSeq | None = None
    mailbox_id: str | None = None
    """Names the folder for ever, whatever it is called (RFC 8474)."""


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """One line of the server's LIST answer."""

    wire_name: str
    """The name exactly as the server spells it (modified UTF-7 or UTF-8), the key of a folder within its account."""
    name: str
    """The decoded full path, for people."""
    delimiter: str | None
    role: FolderRole = FolderRole.NONE
    selectable: bool = True
    subscribed: bool | None = True
    """None: the server does not tell."""
    namespace: NamespaceKind = NamespaceKind.PERSONAL
    namespace_prefix: str = ""
    """What its name on the wire begins with, being in that namespace: "INBOX.", "user/"; empty at the top."""
    status: FolderStatus | None = None
    """Told together with the list, where the server can (RFC 5819)."""

    @property
    def is_mine(self) -> bool:
        """False for other users' folders and shared ones."""
        return self.namespace is NamespaceKind.PERSONAL


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit of a quota root (RFC 9208). Storage is counted in units of 1,024 bytes, messages one by one."""

    root: str
    """The server's name of the place that the limit is for; often empty, then it is the whole account."""
    resource: str
    """Upper case: STORAGE, MESSAGE, MAILBOX, ..."""
    used: int
    limit: int

    @property
    def fraction(self) -> float:
        """How much of it is used, 1.0 being all."""
        return self.used / self.limit if self.limit > 0 else 1.0


@dataclass(frozen=True, slots=True)
class FolderLimits:
    """What a server told of its limits for one folder. None: it does not offer to tell."""

    quotas: tuple[Quota, ...] | None = None
    append_limit_bytes: int | None = None
    """RFC 7889: no larger message can be stored there; 0 means none at all."""
    rights: str | None = None
    """RFC 4314: the letters of MYRIGHTS."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder in the cache."""

    id: FolderId
    account_id: AccountId
    wire_name: str
    name: str
    delimiter: str | None
    role: FolderRole
    role_source: RoleSource
    selectable: bool
    state: FolderState
    total: int
    unread: int
    subscribed: bool = True
    awaits_creation: bool = False
    """True while the server does not have it yet: there is nothing to synchronise."""
    namespace: NamespaceKind = NamespaceKind.PERSONAL
    namespace_prefix: str = ""
    """As on the wire."""

    @property
    def path(self) -> tuple[str, ...]:
        """The decoded path split at the hierarchy delimiter."""
        return tuple(self.name.split(self.delimiter)) if self.delimiter else (self.name,)

    @property
    def leaf(self) -> str:
        """The last component of the path."""
        return self.path[-1]
