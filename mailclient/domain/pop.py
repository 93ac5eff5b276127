"""POP3: what is to become of the server's copies, and what is known of them here.

A maildrop has no folders, no flags and no memory: everything but the messages lives on this machine. RFC 1939.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailclient.domain.ids import AccountId


class PopKeep(enum.Enum):
    """How long the server keeps a message that is here."""

    ALWAYS = "always"
    DAYS = "days"
    """For some days, or until it is deleted here."""
    UNTIL_DELETED = "until-deleted"
    """Until it is deleted here: moved to the trash, or removed for ever."""
    REMOVE = "remove"
    """Removed as soon as it is safely here."""


@dataclass(frozen=True, slots=True)
class PopPolicy:
    """What the user chose for one POP3 account."""

    keep: PopKeep = PopKeep.ALWAYS
    keep_days: int = 14
    headers_only_over_bytes: int | None = None
    """Of larger messages only the headers are fetched at first; None: all are fetched whole."""
    deliver_to: AccountId | None = None
    """Another POP3 account whose inbox gets the mail (one common inbox); None: its own."""


@dataclass(frozen=True, slots=True)
class ListedMail:
    """One message as the server lists it in this session."""

    number: int
    size_bytes: int
    uidl: str | None
    """None when the server told none, or a useless one."""


@dataclass(frozen=True, slots=True)
class KnownMail:
    """A message of the maildrop that was met before."""

    key: str
    """Its unique id, or what stands in for one (see ``sync.pop_plan``)."""
    size_bytes: int
    message_id_field: str
    header_digest: bytes
    fetched_unix_s: float
    is_here: bool
    """All of its bytes are on this machine."""
    has_headers: bool
    """Only its headers are."""
    is_missing: bool = False
    """The server did not list it the last time."""
    is_trashed: bool = False
    is_expunged: bool = False
    """The user removed it here for ever."""


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """A message, or only its headers, that has just arrived from a maildrop."""

    key: str
    size_bytes: int
    raw: bytes
    is_whole: bool
    received_unix_s: int
    message_id_field: str
    header_digest: bytes
