"""Mailbox names on the wire: modified UTF-7. RFC 3501 section 5.1.3. Decoding never raises; encoding is exact."""

from __future__ import annotations

import binascii
import re
from typing import Final

_SHIFTED: Final = re.compile(r"&([^-]*)-")


def decode_mailbox(wire_name: str) -> str:
    """Return the readable name; what is not valid modified UTF-7 stays as the server spelled it."""

    def decode(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        try:
            data = match[1].replace(",", "/")
            text = binascii.a2b_base64(data + "=" * (-len(data) % 4), strict_mode=True).decode("utf-16-be")
            return text or match[0]
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return match[0]

    return _SHIFTED.sub(decode, wire_name)


def encode_mailbox(name: str) -> str:
    """Return the wire form of a name."""
    result: list[str] = []
    shifted = ""

    def flush() -> None:
        nonlocal shifted
        if shifted:
            data = binascii.b2a_base64(shifted.encode("utf-16-be"), newline=False).decode("ascii")
            result.append("&" + data.rstrip("=").replace("/", ",") + "-")
            shifted = ""

    for character in name:
        if " " <= character <= "~":
            flush()
            result.append("&-" if character == "&" else character)
        else:
            shifted += character
    flush()
    return "".join(result)
