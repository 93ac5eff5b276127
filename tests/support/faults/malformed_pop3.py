"""Malformed answers of a POP3 server: instead of, or before, the n-th line that an honest one says (RELIABILITY A-27)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FORMS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "another-protocol": lambda _line: b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "bytes-of-no-text": lambda _line: b"\x00\xff\xfe\r\n",
    "empty-line": lambda _line: b"\r\n",
    "error": lambda _line: b"-ERR [SYS/TEMP] later\r\n",
    "neither-ok-nor-err": lambda _line: b"+MAYBE\r\n",
    "end-too-early": lambda line: b".\r\n" + line,
    "twice": lambda line: line + line,
    "swallowed": lambda _line: b"",
    "numbers-too-large": lambda _line: b"99999999999999999999 99999999999999999999\r\n",
    "number-below-zero": lambda _line: b"-1 -1 -1\r\n",
    "a-long-line": lambda line: b"a" * 100_000 + b"\r\n" + line,
}


@dataclass(slots=True)
class PopBender:
    """Says one line of a connection otherwise; satisfies ``proxy.Bender``."""

    number: int
    form: str
    lines: int = 0
    """So many were said."""
    buffer: bytes = b""

    def client(self, data: bytes) -> None:
        """Nothing to listen to."""

    def server(self, data: bytes) -> bytes:
        """Return what is said instead, as far as lines are complete."""
        *whole, self.buffer = (self.buffer + data).split(b"\n")
        said = b""
        for text in whole:
            line = text + b"\n"
            said += FORMS[self.form](line) if self.lines == self.number else line
            self.lines += 1
        return said
