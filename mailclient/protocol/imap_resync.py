"""Quick resynchronisation: what is asked when a folder is opened, and which messages the server says are gone.

RFC 7162 section 3.2.5 (the QRESYNC parameter) and 3.2.10 (VANISHED).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mailclient.domain.errors import MalformedReply
from mailclient.domain.exchange import LastSeen
from mailclient.protocol.imap_stream import Response
from mailclient.protocol.uid_sets import UidSet

_VANISHED: Final = re.compile(rb"\* VANISHED (?P<earlier>\(EARLIER\) )?(?P<uids>[0-9:,]+) *\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Vanished:
    """Messages that are gone."""

    uids: UidSet
    earlier: bool
    """They went before the folder was opened: EXISTS does not count them, and sequence numbers do not move."""


def resync_parameter(seen: LastSeen) -> bytes:
    """Return the parameter of SELECT.

    One range names the known UIDs: what the server reports beyond those that are really known is ignored here, and the
    command line stays short however full of holes the folder is.
    """
    return b"(QRESYNC (%d %d 1:%d))" % (seen.uid_validity, seen.modseq, seen.last_uid)


def parse_vanished(response: Response) -> Vanished | None:
    """Return what a VANISHED response says, None for other responses. Raises MalformedReply."""
    if response.line[:11].upper() != b"* VANISHED ":
        return None
    match = _VANISHED.match(response.line)
    try:
        if match is not None:
            return Vanished(UidSet.parse(match["uids"].decode("ascii")), match["earlier"] is not None)
    except ValueError:
        pass
    raise MalformedReply("The server named vanished messages in a way that cannot be read.")
