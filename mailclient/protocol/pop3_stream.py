"""The bytes of a POP3 connection cut into status lines and blocks, wherever the network cut them.

A block is the multi-line part of an answer: it ends with a line that holds only a dot, and lines that begin with a dot
have one more. Lines may be of any length. RFC 1939 section 3.
"""

from __future__ import annotations

from typing import Final

from mailclient.domain.errors import MalformedReply

MAX_LINE_BYTES: Final = 32_768
"""RFC 2449 allows 512; a SASL challenge may be longer."""
_END: Final = b"\r\n.\r\n"


class Pop3Stream:
    """Fed with what arrives; gives out what is complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._looked_at = 0
        """So far no end of a block begins."""

    @property
    def pending(self) -> int:
        """Bytes received and not taken: must be 0 when TLS starts."""
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take in bytes."""
        self._buffer += data

    def take_line(self) -> bytes | None:
        """Return one line without its end, or None when it is not complete. Raises MalformedReply for an endless one."""
        end = self._buffer.find(b"\n", 0, MAX_LINE_BYTES + 1)
        if end < 0:
            if len(self._buffer) > MAX_LINE_BYTES:
                raise MalformedReply("The server sent a line without an end.")
            return None
        line = bytes(self._buffer[:end]).removesuffix(b"\r")
        del self._buffer[: end + 1]
        return line

    def take_block(self, limit_bytes: int) -> bytes | None:
        """Return a whole block with its dots taken away, or None when its end has not come. Raises MalformedReply."""
        if self._buffer.startswith(b".\r\n"):
            del self._buffer[:3]
            return b""
        end = self._buffer.find(_END, self._looked_at)
        size = end if end >= 0 else len(self._buffer) - len(_END)
        if size > limit_bytes:
            raise MalformedReply(f"The server's answer is longer than {limit_bytes} bytes.")
        if end < 0:
            self._looked_at = max(len(self._buffer) - len(_END) + 1, 0)
            return None
        with memoryview(self._buffer) as view:
            block = bytes(view[: end + 2])
        del self._buffer[: end + len(_END)]
        self._looked_at = 0
        return unstuff(block)


def unstuff(block: bytes) -> bytes:
    """Return a block without the dots that were put before its own."""
    return block.removeprefix(b".").replace(b"\r\n.", b"\r\n")


def stuff(raw: bytes) -> bytes:
    """Return a message as a block carries it, with its end (for the lab)."""
    lines = raw.replace(b"\r\n.", b"\r\n..")
    if lines.startswith(b"."):
        lines = b"." + lines
    return lines + (b".\r\n" if not lines or lines.endswith(b"\r\n") else _END)
