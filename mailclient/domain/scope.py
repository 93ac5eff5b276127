"""How much of the mail is kept on this machine, and when an account speaks to its server.

Values that the user chooses; what follows from them is decided by ``sync.scope``. The three models are those of RFC 1733
(online, disconnected, offline); RFC 4549 is about the second. Imports nothing of ours.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

DEFAULT_DAYS: Final = 90
MAX_DAYS: Final = 36_500
BYTES_PER_MEGABYTE: Final = 1_000_000


class Keep(enum.Enum):
    """What a folder keeps here. Each but NOTHING lists every message: conversations have no holes (docs/adr/0009)."""

    EVERYTHING = "everything"
    RECENT = "recent"
    """All headers, and whole messages received in the last days."""
    HEADERS = "headers"
    """All headers; a message comes when it is opened."""
    NOTHING = "nothing"
    """The folder is shown and not synchronised."""


class ConnectionModel(enum.Enum):
    """When an account speaks to its server, and what it leaves here (RFC 1733)."""

    ONLINE = "online"
    """Connected while the program runs; only headers, and what was opened last, stay here."""
    DISCONNECTED = "disconnected"
    """Everything in scope is here and can be worked with; what was done without a connection is carried out later."""
    OFFLINE = "offline"
    """Connects only when the user says so."""


@dataclass(frozen=True, slots=True)
class DownloadScope:
    """What is fetched without being asked for. Larger messages and those outside come as headers, whole when opened."""

    keep: Keep = Keep.EVERYTHING
    days: int = DEFAULT_DAYS
    """Of ``Keep.RECENT``, by the time at which the server received a message, never by its Date field."""
    max_size_bytes: int | None = None
    """Messages larger than this come whole only when they are opened; None: no limit."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        if not 1 <= self.days <= MAX_DAYS:
            raise ValueError("days")
        if self.max_size_bytes is not None and self.max_size_bytes < 0:
            raise ValueError("max_size_bytes")


WHOLE_SCOPE: Final = DownloadScope()


@dataclass(frozen=True, slots=True)
class BodyBounds:
    """Which whole messages of a folder are wanted here without being asked for."""

    since_unix_s: int | None = None
    """Received at this time or later; None: however old."""
    max_size_bytes: int | None = None


EVERY_BODY: Final = BodyBounds()


@dataclass(frozen=True, slots=True)
class KeptBytes:
    """What whole messages take up here, and how much of it lies outside the scope."""

    total_bytes: int
    messages: int
    free_bytes: int
    """What “Free space now” would free."""
    free_messages: int


def describe_scope(scope: DownloadScope) -> str:
    """Return a scope in words, for a settings page, a tooltip or the command line."""
    match scope.keep:
        case Keep.EVERYTHING:
            words = "Everything is kept here"
        case Keep.RECENT:
            days = "day" if scope.days == 1 else f"{scope.days:,} days"
            words = f"All headers, and whole messages of the last {days}"
        case Keep.HEADERS:
            words = "Headers only; a message is fetched when you open it"
        case Keep.NOTHING:
            return "Not synchronised."
    if scope.max_size_bytes is None or scope.keep is Keep.HEADERS:
        return f"{words}."
    return f"{words}; messages over {scope.max_size_bytes / BYTES_PER_MEGABYTE:g} MB when you open them."


MODEL_SENTENCES: Final = {
    ConnectionModel.ONLINE: (
        "Online: mail stays on the server. Here are only the headers and what you opened last; actions go to the "
        "server at once."
    ),
    ConnectionModel.DISCONNECTED: (
        "Disconnected: mail is copied here. Everything works without a connection, and what you did then is carried "
        "out when there is one."
    ),
    ConnectionModel.OFFLINE: (
        "Offline: connects only when you press Synchronise. Nothing runs in the background in between."
    ),
}
"""Each model (RFC 1733) in one or two sentences for the person who chooses."""
