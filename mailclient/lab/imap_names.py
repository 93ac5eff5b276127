"""How the lab spells the names of folders in one session: modified UTF-7, or UTF-8 once the client has enabled that.

RFC 3501 section 5.1.3, RFC 6855 section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailclient.lab.imap_search import BadSearch
from mailclient.lab.imap_structure import quoted
from mailclient.protocol.imap_tokens import Value
from mailclient.protocol.modified_utf7 import decode_mailbox, encode_mailbox


@dataclass(slots=True)
class Spelling:
    """One session's way to write names."""

    utf8: bool = False

    def told(self, name: str) -> bytes:
        """Return a name as an answer tells it."""
        if not self.utf8:
            return quoted(encode_mailbox(name))
        return b'"' + name.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'

    def heard(self, value: Value) -> str:
        """Return the name that an argument means; raises BadSearch (answered with BAD) when it is none."""
        if not isinstance(value, bytes):
            raise BadSearch("an argument is missing")
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadSearch("a name is not in UTF-8") from error
        if self.utf8:
            return text
        if not text.isascii():
            raise BadSearch("enable UTF8=ACCEPT first")
        return decode_mailbox(text)
