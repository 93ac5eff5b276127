"""Keeps the inside of messages out of a POP3 transcript: what RETR and TOP bring is replaced by its size.

Follows the dialogue from the outside, as somebody who reads along: it knows which commands have a block for an answer, and
in which order the answers come (PIPELINING). Where it is wrong the worst is a transcript that shows too much or too little.
"""

from __future__ import annotations

from collections import deque
from typing import Final

_BLOCKS: Final = {b"LIST", b"UIDL", b"CAPA"}
_CONTENTS: Final = {b"RETR", b"TOP"}
_SINGLE: Final = {
    b"USER",
    b"PASS",
    b"APOP",
    b"AUTH",
    b"STLS",
    b"STAT",
    b"DELE",
    b"NOOP",
    b"RSET",
    b"QUIT",
    b"UTF8",
    b"LANG",
}
_END: Final = b"\r\n.\r\n"


class Pop3Elider:
    """Sees both directions; gives back what may be recorded of the server's."""

    def __init__(self) -> None:
        self._asked: deque[bytes] = deque()
        self._tail = b""
        self._block = b""
        """The command whose block is arriving."""
        self._size = 0

    def said(self, data: bytes) -> bytes:
        """Note the client's commands."""
        for line in data.split(b"\r\n"):
            verb = line.split(b" ", 1)[0].upper()
            if verb in _BLOCKS | _CONTENTS | _SINGLE:
                self._asked.append(verb)
        return data

    def heard(self, data: bytes) -> bytes:
        """Return what may be recorded of the server's bytes."""
        data = self._tail + data
        self._tail = b""
        shown = bytearray()
        while data:
            if self._block in _CONTENTS:
                data = self._skip(data, shown)
                continue
            line, end, rest = data.partition(b"\r\n")
            if not end:
                self._tail = data
                break
            shown += line + end
            data = rest
            self._note(line)
        return bytes(shown)

    def _note(self, line: bytes) -> None:
        if self._block:
            if line == b".":
                self._block = b""
            return
        if line.startswith((b"+OK", b"-ERR")) and self._asked:
            verb = self._asked.popleft()
            if line.startswith(b"+OK") and verb in _BLOCKS | _CONTENTS:
                self._block, self._size = verb, 0

    def _skip(self, data: bytes, shown: bytearray) -> bytes:
        """Go on behind the end of the content; keep back what may be a part of its end."""
        at = 0 if not self._size and data.startswith(b".\r\n") else data.find(_END)
        if at < 0:
            kept = min(len(data), len(_END) - 1)
            self._size += len(data) - kept
            self._tail = data[len(data) - kept :]
            return b""
        length = 3 if not self._size and data.startswith(b".\r\n") else at + len(_END)
        self._size += length - 3
        shown += b"[... a message of %d bytes, not recorded]\r\n.\r\n" % self._size
        self._block = b""
        return data[length:]
