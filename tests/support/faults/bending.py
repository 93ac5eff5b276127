"""Bends what an honest IMAP server says, response by response: the server's mailboxes stay true while its words do not.

A bend is a pattern and what to say instead, so that a lie or a malformed answer is one line of a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mailclient.protocol.imap_stream import Response, ResponseStream

Say = bytes | Callable[[re.Match[bytes]], bytes]
_COMMAND: Final = re.compile(rb"^([A-Z]+[0-9]+) (\S.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bend:
    """What matches in a response is said otherwise. ``say`` may name groups (``\\g<0>`` is all that matched)."""

    pattern: bytes
    say: Say
    during: bytes = b""
    """Only while a command that begins like this is under way."""
    times: int = 1_000_000
    """So often on each connection."""


class ImapBender:
    """What one connection's responses go through."""

    def __init__(self, bends: Sequence[Bend]) -> None:
        self._stream = ResponseStream()
        self._rules = [[bend, re.compile(bend.pattern, re.DOTALL | re.IGNORECASE), bend.times] for bend in bends]
        self._under_way: dict[bytes, bytes] = {}
        self.bent = 0
        self.bodies = 0

    def client(self, data: bytes) -> None:
        """Note which commands are under way."""
        for match in _COMMAND.finditer(data):
            self._under_way[match[1]] = match[2].strip()

    def server(self, data: bytes) -> bytes:
        """Return what to say instead of these bytes, as far as responses are complete."""
        self._stream.feed(data)
        said = bytearray()
        while (response := self._stream.next_response()) is not None:
            self.bodies += b" BODY[] " in response.line
            said += self._bend(_wire_bytes(response))
            self._under_way.pop(response.line.partition(b" ")[0], None)
        return bytes(said)

    def _bend(self, raw: bytes) -> bytes:
        command = next(iter(self._under_way.values()), b"")
        for rule in self._rules:
            bend, pattern, left = rule
            assert isinstance(bend, Bend) and isinstance(pattern, re.Pattern) and isinstance(left, int)
            if left > 0 and command.upper().startswith(bend.during) and pattern.search(raw):
                say = bend.say
                raw = pattern.sub(say, raw, count=1)
                rule[2] = left - 1
                self.bent += 1
        return raw


def _wire_bytes(response: Response) -> bytes:
    literals = (*response.literals, b"")
    return b"".join(text + b"\r\n" + literal for text, literal in zip(response.texts, literals, strict=True))
