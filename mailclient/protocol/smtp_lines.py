"""What goes over the wire to an SMTP server: command lines that cannot smuggle, data that cannot end early.

RFC 5321 sections 2.3.8 (lines), 4.1.1 (commands), 4.5.2 (dot stuffing).
"""

from __future__ import annotations

import re
from typing import Final

from mailclient.domain.errors import BadInput

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_PATH: Final = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,254}")
END_OF_DATA: Final = b".\r\n"


def command_line(verb: str, argument: str = "") -> bytes:
    """Return a command with CRLF; an argument that contains a line break or NUL is refused."""
    line = f"{verb} {argument}".strip()
    if any(character in "\r\n\x00" for character in line):
        raise BadInput("This value contains a line break, which would end the SMTP command.")
    return line.encode("utf-8") + b"\r\n"


def path(address: str) -> str:
    """Return ``<address>`` for MAIL and RCPT (the empty path too); anything that could leave the brackets is refused."""
    if address and not _PATH.fullmatch(address):
        raise BadInput(f"“{address[:60]}” cannot be used as an address.")
    return f"<{address}>"


def stuff(raw: bytes) -> bytes:
    """Return a message as DATA carries it: only CRLF, dots doubled at line starts, no NUL, ending in CRLF.

    The final dot is not included.
    """
    data = _LINE_END.sub(b"\r\n", raw.replace(b"\x00", b""))
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    if data.startswith(b"."):
        data = b"." + data
    return data.replace(b"\r\n.", b"\r\n..")


def is_7bit(raw: bytes) -> bool:
    """True when a message can travel without 8BITMIME."""
    return raw.isascii()
