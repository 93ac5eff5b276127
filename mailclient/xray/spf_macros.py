"""SPF macros: ``%{i}``, ``%{d2}``, ``%{lr-}`` and the others, filled in. RFC 7208 section 7.

Only ``%{p}`` needs the DNS; its name is handed in. Values only.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from mailclient.xray.network_address import IpAddress

_MACRO: Final = re.compile(r"%(?:\{([A-Za-z])(\d{0,3})([rR]?)([.+,/_=-]*)\}|([%_-]))")
_DELIMITER: Final = {"%": "%", "_": " ", "-": "%20"}


@dataclass(frozen=True, slots=True)
class MacroValues:
    """What the letters stand for."""

    sender: str
    domain: str
    """The domain whose record is read just now."""
    address: IpAddress
    helo: str
    validated: str = "unknown"
    """``%{p}``."""
    receiver: str = "unknown"
    unix_s: int = 0

    def get(self, letter: str) -> str:
        """Return the value of a letter in lower case."""
        local, _, sender_domain = self.sender.rpartition("@")
        match letter:
            case "s":
                return self.sender
            case "l":
                return local
            case "o":
                return sender_domain
            case "d":
                return self.domain
            case "i":
                return _dotted(self.address)
            case "p":
                return self.validated
            case "v":
                return "in-addr" if isinstance(self.address, ipaddress.IPv4Address) else "ip6"
            case "h":
                return self.helo
            case "c":
                return str(self.address)
            case "r":
                return self.receiver
            case _:
                return str(self.unix_s)


def _dotted(address: IpAddress) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return ".".join(address.exploded.replace(":", "").upper())


def needs_validated_name(text: str) -> bool:
    """True when a text uses ``%{p}``."""
    return any((match[1] or "").lower() == "p" for match in _MACRO.finditer(text))


def expand(text: str, values: MacroValues) -> str:
    """Return a text with its macros filled in."""

    def fill(match: re.Match[str]) -> str:
        if match[5]:
            return _DELIMITER[match[5]]
        letter, digits, turned, delimiters = match[1], match[2], match[3], match[4]
        value = values.get(letter.lower())
        parts = re.split(f"[{re.escape(delimiters)}]", value) if delimiters else value.split(".")
        if turned:
            parts.reverse()
        if digits and 0 < int(digits) < len(parts):
            parts = parts[-int(digits) :]
        joined = ".".join(parts)
        return quote(joined, safe="") if letter.isupper() else joined

    return _MACRO.sub(fill, text)


def expand_domain(text: str, values: MacroValues) -> str:
    """Return a domain-spec as a name of at most 253 characters: labels fall off on the left (section 7.3)."""
    name = expand(text, values).removesuffix(".")
    while len(name) > 253 and "." in name:
        name = name.partition(".")[2]
    return name.lower()
