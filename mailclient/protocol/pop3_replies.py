"""POP3's small grammar: commands that cannot smuggle, status lines with response codes, listings, capabilities.

Pure and total: any bytes give a value or MalformedReply, at the speed of the regular expression machine however long a
listing is. RFC 1939, RFC 2449 (CAPA, response codes), RFC 3206 (SYS, AUTH codes), RFC 5034 (SASL).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from mailclient.domain.errors import BadInput, MalformedReply

T = TypeVar("T")

MAX_MESSAGES: Final = 2_000_000
"""A maildrop that claims more is not listed."""
_STATUS: Final = re.compile(
    rb"(\+OK|-ERR)(?![^\s])[ \t]*(?:\[([A-Za-z0-9/_.-]{1,64})\])?[ \t]*(.*)", re.IGNORECASE | re.DOTALL
)
_SIZE: Final = re.compile(rb"^(\d{1,10})[ \t]+(\d{1,15})(?![^\s])", re.MULTILINE)
_UIDL: Final = re.compile(rb"^(\d{1,10})[ \t]+([\x21-\x7e]{1,70})[ \t]*\r?$", re.MULTILINE)
_TIMESTAMP: Final = re.compile(rb"<[\x21-\x3b\x3d\x3f\x41-\x7e]{1,200}@[\x21-\x3b\x3d\x3f-\x7e]{1,200}>")
_BUSY_CODES: Final = frozenset({"IN-USE", "LOGIN-DELAY", "SYS/TEMP"})
_BUSY_WORDS: Final = re.compile(r"\block|\bin use|\bbusy|try (?:it )?(?:again|later)|temporar", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pop3Status:
    """The first line of an answer."""

    is_ok: bool
    code: str
    """The response code in upper case, empty when there is none."""
    text: str

    @property
    def line(self) -> str:
        """The line for people."""
        code = f"[{self.code}]" if self.code else ""
        return " ".join(part for part in ("+OK" if self.is_ok else "-ERR", code, self.text) if part)

    @property
    def is_for_now(self) -> bool:
        """True when a refusal may be none a little later: another session holds the maildrop, or the server is unwell."""
        if self.is_ok or self.code:
            return not self.is_ok and self.code in _BUSY_CODES
        # Servers older than response codes say it in words only.
        return bool(_BUSY_WORDS.search(self.text))


def parse_status(line: bytes) -> Pop3Status:
    """Return a status line; raises MalformedReply for anything else."""
    match = _STATUS.match(line)
    if match is None:
        raise MalformedReply("The server answered with something that is not POP3.")
    code = (match[2] or b"").decode("ascii").upper()
    return Pop3Status(match[1].startswith(b"+"), code, match[3].decode("utf-8", "replace").strip())


def parse_sizes(block: bytes) -> dict[int, int]:
    """Return message numbers and sizes of a LIST answer. Lines that are none are left out."""
    return _bounded({int(number): int(size) for number, size in _SIZE.findall(block)})


def parse_uidl(block: bytes) -> dict[int, str]:
    """Return message numbers and unique ids of a UIDL answer. Empty, overlong and garbled ids are left out, and a number
    that is told twice with different ids has none."""
    found: dict[int, str] = {}
    contradicted: set[int] = set()
    for number, uidl in _UIDL.findall(block):
        key, text = int(number), uidl.decode("ascii")
        if found.setdefault(key, text) != text:
            contradicted.add(key)
    for key in contradicted:
        del found[key]
    return _bounded(found)


def _bounded(found: dict[int, T]) -> dict[int, T]:
    found.pop(0, None)
    if len(found) > MAX_MESSAGES:
        raise MalformedReply(f"The server lists {len(found)} messages; that cannot be.")
    return found


def parse_capabilities(block: bytes) -> Mapping[str, tuple[str, ...]]:
    """Return the words of a CAPA answer in upper case, with their arguments in upper case."""
    result: dict[str, tuple[str, ...]] = {}
    for line in block.decode("ascii", "replace").upper().splitlines()[:1_000]:
        words = line.split()
        if words:
            result.setdefault(words[0], tuple(words[1:100]))
    return result


def parse_timestamp(greeting: bytes) -> bytes | None:
    """Return the timestamp of a greeting that offers APOP. It must look like a Message-ID, as RFC 1939 says: a server that
    may choose any bytes could find the password out with them (CVE-2007-1558)."""
    match = _TIMESTAMP.search(greeting)
    return match.group() if match else None


def command_line(verb: str, *arguments: str) -> bytes:
    """Return a command with CRLF; a value that contains a line break or NUL is refused."""
    line = " ".join((verb, *arguments))
    if any(character in "\r\n\x00" for character in line):
        raise BadInput("This value contains a line break, which would end the POP3 command.")
    return line.encode("utf-8") + b"\r\n"
