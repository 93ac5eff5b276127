"""Message flags as a bit set, and changes to them as deltas.

RFC 3501 section 2.3.2 system flags; keywords that clients agree on are RFC 5788. Deltas, because an offline change
must survive what another client did to the other flags meanwhile.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Flag(enum.IntFlag):
    """The flags this program acts on. Values are stored: never renumber."""

    NONE = 0
    SEEN = 1
    ANSWERED = 2
    FLAGGED = 4
    DELETED = 8
    DRAFT = 16
    FORWARDED = 32
    JUNK = 64
    NOT_JUNK = 128
    MDN_SENT = 256


WIRE_NAMES: dict[Flag, str] = {
    Flag.SEEN: "\\Seen",
    Flag.ANSWERED: "\\Answered",
    Flag.FLAGGED: "\\Flagged",
    Flag.DELETED: "\\Deleted",
    Flag.DRAFT: "\\Draft",
    Flag.FORWARDED: "$Forwarded",
    Flag.JUNK: "$Junk",
    Flag.NOT_JUNK: "$NotJunk",
    Flag.MDN_SENT: "$MDNSent",
}
_BY_WIRE_NAME = {name.lower(): flag for flag, name in WIRE_NAMES.items()}
SYSTEM_FLAGS = Flag.SEEN | Flag.ANSWERED | Flag.FLAGGED | Flag.DELETED | Flag.DRAFT


def flags_from_wire(names: Iterable[str]) -> Flag:
    """Return the known flags among IMAP flag names; unknown keywords and ``\\Recent`` are left out."""
    result = Flag.NONE
    for name in names:
        result |= _BY_WIRE_NAME.get(name.lower(), Flag.NONE)
    return result


def flags_to_wire(flags: Flag) -> tuple[str, ...]:
    """Return the IMAP names of the set flags, system flags first."""
    return tuple(name for flag, name in WIRE_NAMES.items() if flag & flags)


@dataclass(frozen=True, slots=True)
class FlagChange:
    """A change of flags as a delta: ``(flags | add) & ~remove``."""

    add: Flag = Flag.NONE
    remove: Flag = Flag.NONE

    def applied_to(self, flags: Flag) -> Flag:
        """Return ``flags`` after this change."""
        return (flags | self.add) & ~self.remove

    def then(self, later: FlagChange) -> FlagChange:
        """Return the single change equal to this one followed by ``later``."""
        return FlagChange((self.add & ~later.remove) | later.add, (self.remove & ~later.add) | later.remove)


def effective_flags(server: Flag, pending: Iterable[FlagChange]) -> Flag:
    """Return the server's flags with pending local changes laid on top, oldest first."""
    result = server
    for change in pending:
        result = change.applied_to(result)
    return result
