"""Addresses, read with suspicion: what is shown as the sender must be the sender, or be marked as ambiguous.

An own tolerant scanner: encoded words are decoded only in display names, never where an address is looked for, and text
that merely looks like an address inside a name stays a name. RFC 5322 section 3.4, RFC 6531, RFC 3490.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mailclient.mime.words import (
    MAX_DECODED_BYTES,
    decode_unstructured,
    encode_words,
    header_bytes,
    strip_controls,
    unfold,
)

MAX_ADDRESSES: Final = 500
_KEPT_LENGTH: Final = 65_536
"""What longer fields hold is not kept."""

_TOKEN: Final = re.compile(
    rb"(?P<space>[ \t\r\n]+)|(?P<quoted>\"(?:[^\"\\]|\\.)*\")"
    rb"|(?P<special>[<>()@,:;\[\]\\\"])|(?P<atom>[^ \t\r\n<>()@,:;\[\]\\\"]+)",
    re.DOTALL,
)
_TOKEN_UNQUOTED: Final = re.compile(
    rb"(?P<space>[ \t\r\n]+)|(?P<special>[<>()@,:;\[\]\\\"])|(?P<atom>[^ \t\r\n<>()@,:;\[\]\\\"]+)"
)
_ADDR_SPEC: Final = re.compile(r"[^\s<>()\[\],;:\"@\\]+@(?:[^\s<>()\[\],;:\"@\\]+|\[[^\s\[\]]+\])")
_QUOTED_LOCAL: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"@[^\s<>()\[\],;:\"@\\]+")
_LOOKS_LIKE_ADDRESS: Final = re.compile(r"(?<![^\s@<>\"'])[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+")
"""Begins where a word begins: tried from each letter of a long word it would be quadratic."""


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: the name for people, and the address that machines use."""

    display_name: str
    address: str
    """``local@domain`` as it came; not checked for existence."""

    @property
    def domain(self) -> str:
        """The part after the last at sign, lower case."""
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class AddressList:
    """What a field of addresses holds."""

    addresses: tuple[Address, ...]
    groups: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    """Sentences on what is wrong with the syntax; empty for a clean list."""
    truncated: int = 0
    """Number of addresses beyond the limit, which are not listed."""


def parse_addresses(value: bytes | str, limit: int = MAX_ADDRESSES) -> AddressList:
    """Return the mailboxes of an address field; linear in time, never raises."""
    if len(value) < _KEPT_LENGTH:
        return _parsed(value, limit)
    return _Scanner(unfold(header_bytes(value)[:MAX_DECODED_BYTES]), limit).run()


@lru_cache(maxsize=128)
def _parsed(value: bytes | str, limit: int) -> AddressList:
    """Keep what was read: the same field is asked for by the list, the reading pane, a reply and each examiner."""
    return _Scanner(unfold(header_bytes(value)), limit).run()


class _Scanner:
    """One pass over the tokens of a field. State is one mailbox in the making."""

    def __init__(self, data: bytes, limit: int) -> None:
        self._data = data
        self._limit = limit
        self._found: list[Address] = []
        self._groups: list[str] = []
        self._problems: list[str] = []
        self._beyond = 0
        self._reset()

    def _reset(self) -> None:
        self._words: list[bytes] = []
        self._angle: list[bytes] = []
        self._angles: list[str] = []
        self._comment: list[bytes] = []
        self._in_angle = False

    def run(self) -> AddressList:
        """Scan everything."""
        position, data, tokens = 0, self._data, _TOKEN
        while position < len(data):
            match = tokens.match(data, position)
            if match is None:
                position += 1
                continue
            position = match.end()
            token, kind = match.group(), match.lastgroup
            if kind == "special" and token == b"(":
                if self._in_angle:
                    self._problems.append("A comment stands inside an address.")
                position = self._skip_comment(position)
            elif kind == "special" and token == b"[":
                closing = data.find(b"]", position)
                position = closing + 1 if closing >= 0 else len(data)
                self._target().append(data[match.start() : position])
            elif kind == "special" and token == b'"':
                # What follows holds no closing quote, whatever quote one starts from; to look again for each is quadratic.
                tokens = _TOKEN_UNQUOTED
                self._problems.append("A quotation is not closed.")
                self._target().append(token)
            elif kind == "special":
                self._special(token)
            elif kind == "space":
                if not self._in_angle and self._words and self._words[-1] != b" ":
                    self._words.append(b" ")
            else:
                self._target().append(token)
        if self._in_angle:
            self._problems.append("An address is not closed by “>”.")
            self._close_angle()
        self._end_mailbox()
        return AddressList(tuple(self._found), tuple(self._groups), tuple(dict.fromkeys(self._problems)), self._beyond)

    def _target(self) -> list[bytes]:
        return self._angle if self._in_angle else self._words

    def _skip_comment(self, position: int) -> int:
        depth, start = 1, position
        for match in re.compile(rb"\\.|[()]", re.DOTALL).finditer(self._data, position):
            if match.group() == b"(":
                depth += 1
            elif match.group() == b")":
                depth -= 1
                if depth == 0:
                    self._comment.append(self._data[start : match.start()])
                    return match.end()
        self._problems.append("A comment is not closed.")
        return len(self._data)

    def _special(self, token: bytes) -> None:
        if token == b"<":
            if self._in_angle:
                self._problems.append("“<” stands inside an address.")
            self._in_angle = True
        elif token == b">":
            if self._in_angle:
                self._close_angle()
            else:
                self._problems.append("“>” stands without “<”.")
        elif (token == b"," and not self._in_angle) or (token == b";" and not self._in_angle):
            self._end_mailbox()
        elif token == b":" and not self._in_angle and not any(b"@" in word for word in self._words):
            if self._angles:
                self._problems.append("A colon stands after an address.")
            name = _name(self._words)
            self._reset()
            if name:
                self._groups.append(name)
        elif token == b"," and self._in_angle and not any(b"@" in part for part in self._angle):
            self._problems.append("An address is not closed by “>”.")
            self._close_angle()
            self._end_mailbox()
        else:
            self._target().append(token)

    def _close_angle(self) -> None:
        text = b"".join(self._angle).decode("utf-8", "replace").strip()
        if text.startswith("@") and ":" in text:
            self._problems.append("The address carries a source route, which is obsolete.")
            text = text.partition(":")[2]
        self._angles.append(text)
        self._angle = []
        self._in_angle = False

    def _end_mailbox(self) -> None:
        words, angles, comment = self._words, self._angles, self._comment
        self._reset()
        if angles:
            if len(angles) > 1:
                self._problems.append("One mailbox has several addresses in angle brackets.")
            after = _name(words)
            self._add(after, angles[-1])
        elif words and b"".join(words).strip():
            text = b"".join(words).decode("utf-8", "replace").strip()
            found = _QUOTED_LOCAL.fullmatch(text) or _ADDR_SPEC.fullmatch(text.replace(" ", ""))
            if found:
                name = decode_unstructured(b" ".join(comment)).strip() if comment else ""
                self._add(name, found.group())
                return
            inside = _ADDR_SPEC.findall(text)
            self._problems.append(f"“{strip_controls(text)[:60]}” is not an address.")
            if len(inside) == 1:
                self._add(_name([part for part in words if inside[0].encode() not in part]), inside[0])
            elif inside:
                for address in inside[:2]:
                    self._add("", address)
            else:
                self._add(_name(words), "")

    def _add(self, name: str, address: str) -> None:
        if len(self._found) >= self._limit:
            self._beyond += 1
            return
        if address and not is_addr_spec(address):
            self._problems.append(f"“{strip_controls(address)[:60]}” is not an address.")
        self._found.append(Address(name, strip_controls(address)))


def _name(words: Sequence[bytes]) -> str:
    """Decode a phrase: quoted strings lose their quotes; encoded words are decoded, inside quotes too, as people do."""
    parts = []
    for word in words:
        text = word
        if len(word) >= 2 and word[:1] == word[-1:] == b'"':
            text = re.sub(rb"\\(.)", rb"\1", word[1:-1])
        parts.append(text)
    return " ".join(decode_unstructured(b"".join(parts)).split())


def quote_name(name: str) -> str:
    """Return a display name as a phrase: bare, quoted, or as encoded words; never able to end its field."""
    name = strip_controls(name).strip()
    if not name:
        return ""
    if not name.isascii() or len(name) > 200:
        return encode_words(name, 12)
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+", name) and "=?" not in name:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def is_addr_spec(address: str) -> bool:
    """True when text is one address and nothing else, so that it can stand in a header without adding another."""
    return bool(_ADDR_SPEC.fullmatch(address) or _QUOTED_LOCAL.fullmatch(address))


def format_address(address: Address) -> str:
    """Return a mailbox for people: ``Name <local@domain>``."""
    name = strip_controls(address.display_name).strip()
    if not name:
        return address.address
    if re.search(r"[,;:<>@()\[\]\\\"]", name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"'
    return f"{name} <{address.address}>"


def is_sendable(address: str) -> bool:
    """True for an address that may go to a server: one at sign, no spaces or controls, domain with known letters."""
    if len(address) > 254 or not _ADDR_SPEC.fullmatch(address) or strip_controls(address) != address:
        return False
    local, _, domain = address.rpartition("@")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return False
    return domain.startswith("[") or idna_domain(domain) is not None


def idna_domain(domain: str) -> str | None:
    """Return the ASCII form of a domain (A-labels), or None when it is none."""
    try:
        ascii_form = domain.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = ascii_form.split(".")
    valid = all(re.fullmatch(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", label) for label in labels)
    return ascii_form if valid and labels else None


def idna_address(address: str) -> str:
    """Return an address with its domain in ASCII; the local part stays as it is (RFC 6531 may be needed for it)."""
    local, _, domain = address.rpartition("@")
    if domain.startswith("["):
        return address
    return f"{local}@{idna_domain(domain) or domain}"


def looks_like_address(text: str) -> bool:
    """True when text contains something a reader would take for an address, in letters of any width."""
    if not text.isascii():
        # U+3002 ends a sentence in Chinese and Japanese, and is a dot where a name is looked up (UTS 46).
        text = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    return "@" in text and bool(_LOOKS_LIKE_ADDRESS.search(text))
