"""Where a piece of decoded data stands in the message: from offsets behind the transfer encoding back to raw bytes.

Exact for data that is not encoded and for well-formed lines; never wider than the body. RFC 2045 section 6.
"""

from __future__ import annotations

import binascii
import re
from bisect import bisect_right
from typing import Final

from mailclient.mime.tree import Part
from mailclient.xray.finding import Range

_LINE: Final = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_STEP: Final = re.compile(rb"=[0-9A-Fa-f]{2}|=[ \t]*\r?\n|.|\n", re.DOTALL)


class Places:
    """The map of one part. Made when the first place is asked for."""

    def __init__(self, raw: bytes, part: Part, encoding: str = "") -> None:
        """``encoding``: the one that was undone, when it is not the declared one."""
        self._raw = raw
        self._start, self._end = part.body_range
        self._encoding = encoding or part.encoding
        self._decoded: list[int] = []
        self._lines: list[int] = []

    def raw_range(self, start: int, end: int) -> Range:
        """Return the bytes of the message that hold the decoded bytes from ``start`` to ``end``."""
        match self._encoding:
            case "7bit" | "8bit" | "binary":
                return min(self._start + start, self._end), min(self._start + end, self._end)
            case "base64" | "quoted-printable":
                return self._place(start, last=False), self._place(end, last=True)
            case _:
                return self._start, self._end

    def _place(self, offset: int, *, last: bool) -> int:
        if not self._lines:
            self._read_lines()
        index = max(bisect_right(self._decoded, offset) - 1, 0)
        if last and index and self._decoded[index] == offset:
            index -= 1
        rest = offset - self._decoded[index]
        begin = self._lines[index]
        if self._encoding == "base64":
            return min(begin + (rest * 4 + 2) // 3 if last else begin + rest * 4 // 3, self._end)
        line_end = self._lines[index + 1] if index + 1 < len(self._lines) else self._end
        position = begin
        while rest > 0 and position < line_end and (step := _STEP.match(self._raw, position, line_end)):
            position = step.end()
            rest -= 0 if step[0][:1] == b"=" and b"\n" in step[0] else 1
        return position

    def _read_lines(self) -> None:
        decoded = 0
        letters = 0
        for match in _LINE.finditer(self._raw, self._start, self._end):
            self._decoded.append(decoded)
            self._lines.append(match.start())
            if self._encoding == "base64":
                letters += len(match[0].strip())
                decoded = letters * 3 // 4
            else:
                decoded += len(binascii.a2b_qp(match[0]))
        if not self._lines:
            self._decoded, self._lines = [0], [self._start]
