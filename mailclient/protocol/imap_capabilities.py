"""Which of the capabilities that a server offers are used: all that are known here, but those the account does without.

Every extension is optional. What protects the connection or signs in is no extension and cannot be switched off by ``*``.
RFC 3501 section 6.1.1 and 7.2.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mailclient.protocol.imap_stream import Response

EVERYTHING: Final = "*"
_ESSENTIAL: Final = frozenset({"IMAP4REV1", "STARTTLS", "LOGINDISABLED", "AUTH"})


def usable(offered: Iterable[str], without: frozenset[str]) -> frozenset[str]:
    """Return what may be used. ``without`` holds names in upper case (``COMPRESS`` for ``COMPRESS=DEFLATE``), or ``*``."""
    found = frozenset(offered)
    if EVERYTHING in without:
        return frozenset(word for word in found if _name(word) in _ESSENTIAL)
    return frozenset(word for word in found if word not in without and _name(word) not in without)


def parse_enabled(response: Response) -> frozenset[str]:
    """Return what an ENABLED response names, nothing for another."""
    first, _, rest = response.line[2:].partition(b" ")
    is_enabled = response.is_untagged and first.upper() == b"ENABLED"
    return frozenset(rest.decode("ascii", "replace").upper().split()) if is_enabled else frozenset()


def _name(word: str) -> str:
    return word.partition("=")[0]
