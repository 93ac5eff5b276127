"""Who handed a message over, from the words between ``from`` and ``by``: name given, name looked up, address, sign-in.

Programs order these in a dozen ways (tests/data/received has samples). Knows single comments and words only; ``received``
puts the hop together. RFC 5321 section 4.4 (from-domain, tcp-info).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mailclient.xray.network_address import parse_address
from mailclient.xray.received_lexer import Token, TokenKind, lex

_HELO: Final = re.compile(r'(?:\b(?:EHLO|HELO|LHLO)\s{1,3}"?|\bhelo=)([^\s"()]{1,255})', re.IGNORECASE)
_AUTHENTICATED: Final = re.compile(
    r"\bAuthenticated sender:\s?([^\s(),;]{1,320})"
    r"|\bauthenticated (?:as |user[ =])([^\s(),;]{1,320})"
    r"|\baccount ([^\s(),;]{1,320})"
    r"|\bauthenticated\b",
    re.IGNORECASE,
)
_TLS_MARK: Final = re.compile(
    r"\b(?:using (?:TLS|SSL)|TLS secured|STARTTLS|encrypted|version=|cipher|Google Transport Security)"
    r"|\A\s?(?:TLS|SSL)\b|\A\s?(?:TLS|SSL|UNKNOWN)[v\d._]*[:)]",
    re.IGNORECASE,
)
_VERSION: Final = re.compile(r"\b(TLS|SSL)[\s_]?v?(\d)(?:[._](\d))?(?![\w])", re.IGNORECASE)
_CIPHER: Final = (
    re.compile(r"\bcipher[= ]\s?(?!TLSv\d)([A-Za-z0-9_.-]{3,80})", re.IGNORECASE),
    re.compile(r"\b((?:TLS|TLS13)_[A-Z0-9_]{6,80})"),
    re.compile(r":((?:ECDHE|DHE|RSA|AES|RC4|DES|CHACHA20|CAMELLIA)[A-Z0-9_-]{2,80})"),
    re.compile(r"\b([A-Z0-9-]{4,60}) encrypted\b"),
    re.compile(r",\d{2,4}bits?,([A-Za-z0-9_-]{4,80})"),
)
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_<][A-Za-z0-9_.>-]{0,254}")
_NOT_NAMES: Final = frozenset({"unknown", "unverified", "unknownhost", "<unknown>", "port", "ident", "local", "unix"})


class Piece(NamedTuple):
    """A found text and its place in the message."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Peer:
    """What is known so far of the side that handed over; filled piece by piece."""

    found: dict[str, Piece] = field(default_factory=dict)
    """By the names of Hop's fields: ``from_name``, ``helo``, ``rdns``, ``ip``, ``authenticated_as`` ..."""
    forged: bool = False
    """The writer's own check: the reverse name does not lead back to the address (``may be forged``)."""
    authenticated: bool = False

    def put(self, name: str, text: str, start: int, end: int) -> None:
        """Keep the first finding of a name."""
        if text:
            self.found.setdefault(name, Piece(text, start, end))


def is_tls_comment(text: str) -> bool:
    """True for a comment about encryption."""
    return len(text) < 2_000 and _TLS_MARK.search(text) is not None


def tls_of(text: str) -> tuple[str, tuple[int, int], str, tuple[int, int]]:
    """Return version (``TLSv1.3``) and cipher with their places in the text; empty when not told."""
    version = _VERSION.search(text)
    name, where = "", (0, 0)
    if version is not None:
        major, minor = version[2], version[3]
        name = f"{version[1].upper()}v{major}.{minor or '0'}" if major == "1" else f"{version[1].upper()}v{major}"
        where = version.span()
    for pattern in _CIPHER:
        cipher = pattern.search(text)
        if cipher is not None:
            return name, where, cipher[1], cipher.span(1)
    return name, where, "", (0, 0)


def read_peer_comment(comment: Token, peer: Peer) -> None:
    """Take what one comment says about the peer; offsets are those of the token."""
    text, base = comment.text[:2_000], comment.start + 1
    signed_in = _AUTHENTICATED.search(text)
    if signed_in is not None:
        peer.authenticated = True
        for number in (1, 2, 3):
            if signed_in[number]:
                start, end = signed_in.span(number)
                peer.put("authenticated_as", signed_in[number], base + start, base + end)
    helo = _HELO.search(text)
    if helo is not None:
        peer.put("helo", helo[1], base + helo.start(1), base + helo.end(1))
    if "may be forged" in text.lower():
        peer.forged = True
    if signed_in is not None and helo is None and signed_in[3] is None:
        return
    _read_names(text, base, peer, helo_at=base + helo.start(1) if helo else -1)


def _read_names(text: str, base: int, peer: Peer, *, helo_at: int) -> None:
    """``rdns [ip]``, ``[ip]``, ``ip``, ``[ip]:port``, ``user@host@ip``: the first address, and a name before it."""
    name: Token | None = None
    words = [token for token in lex(text, base) if token.kind is TokenKind.WORD][:12]
    for word in words:
        if word.start <= helo_at < word.end:
            continue  # What the peer called itself is no address that anybody saw.
        address = parse_address(word.text)
        if address is not None:
            peer.put("ip", word.text, word.start, word.end)
            if name is not None and helo_at < 0:
                peer.put("rdns", name.text.rstrip("."), name.start, name.end)
            return
        user, at, last = word.text.rpartition("@")
        if at and parse_address(last) is not None:
            peer.put("ip", last, word.end - len(last), word.end)
            peer.put("authenticated_as", user, word.start, word.start + len(user))
            peer.authenticated = True
            return
        if name is None and word is words[0] and _is_name(word.text):
            name = word
    if name is not None and helo_at < 0 and (len(words) == 1 or words[1].text.startswith("[")):
        peer.put("rdns", name.text.rstrip("."), name.start, name.end)


def _is_name(text: str) -> bool:
    return (
        _PLAIN_NAME.fullmatch(text) is not None
        and text.lower().strip("<>") not in _NOT_NAMES
        and not text.lower().startswith(("port", "rhost-flags"))
    )


def settle_names(peer: Peer, *, names_are_looked_up: bool) -> None:
    """Decide what the first word after ``from`` is: an address, the name that the peer gave, or the name looked up."""
    first = peer.found.get("from_name")
    if first is None:
        return
    address = parse_address(first.text)
    if address is not None and "ip" not in peer.found:
        peer.found["ip"] = first
        return
    if address is not None and "helo" in peer.found:
        return
    if "helo" in peer.found:
        if _is_name(first.text) and address is None:
            peer.put("rdns", first.text.rstrip("."), first.start, first.end)
        return
    if first.text.lower().strip("<>") in _NOT_NAMES:
        return
    peer.found["helo"] = first
    if names_are_looked_up and "rdns" not in peer.found and address is None:
        peer.put("rdns", first.text.rstrip("."), first.start, first.end)
