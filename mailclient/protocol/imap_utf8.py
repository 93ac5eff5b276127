"""Mailbox names between a session and the rest of the program. RFC 6855.

Everywhere but on the wire a mailbox is known by its name in modified UTF-7, whether or not a session has enabled UTF-8: one
server must not have two sets of folders, and a journal written under the one must find its folders under the other. The two
spellings say the same and are changed into each other here, at the border. RFC 3501 section 5.1.3, RFC 6855 section 3.
"""

from __future__ import annotations

from mailclient.protocol.imap_gate import Piece, astring
from mailclient.protocol.modified_utf7 import decode_mailbox, encode_mailbox


def mailbox_argument(wire_name: str, utf8: bool) -> Piece:
    """Return a mailbox name, or a pattern for names, as an argument of this session."""
    if not utf8:
        return astring(wire_name.encode("utf-8", "surrogateescape"))
    return astring(decode_mailbox(wire_name).encode("utf-8", "surrogateescape"), utf8=True)


def wire_name_of(told: bytes, utf8: bool) -> str | None:
    """Return the name by which a mailbox is known here; None when what the server told is no name in this session."""
    if not utf8:
        return told.decode("utf-8", "surrogateescape")
    try:
        return encode_mailbox(told.decode("utf-8"))
    except UnicodeError:
        return None
