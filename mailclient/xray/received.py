"""One Received field as a hop: who handed the message to whom, how, when, in every dialect that is in use.

Tolerant: any bytes give a hop, what is not understood stays in ``rest``. Linear in time. Judges nothing: that is ``route``.
RFC 5321 section 4.4, RFC 5322 section 3.6.7, RFC 3848.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.xray.finding import Range
from mailclient.xray.network_address import IpAddress, parse_address
from mailclient.xray.received_lexer import Token, TokenKind, lex, without_comments
from mailclient.xray.received_peer import Peer, is_tls_comment, read_peer_comment, settle_names, tls_of
from mailclient.xray.received_words import AUTHENTICATED, ENCRYPTED, FETCHED, PROTOCOLS, guess_software, protocol_word
from mailclient.xray.trace_date import TraceDate, first_date, last_date

MAX_VALUE: Final = 16_384
MAX_HOPS: Final = 200
_KEYWORDS: Final = frozenset({"from", "by", "via", "with", "id", "for", "envelope-from", "tls"})
_ENVELOPE: Final = re.compile(r"\benvelope-from\s{1,3}<?([^\s<>()]{1,320})", re.IGNORECASE)
_ORIGINAL_RECIPIENT: Final = re.compile(r"\bORCPT\s{1,3}<?(?:rfc822;)?([^\s<>()]{1,320})", re.IGNORECASE)
_PRIVACY_NAMES: Final = frozenset({"client.hidden.invalid"})


@dataclass(frozen=True, slots=True)
class Hop:
    """What one Received field says. Every text is empty when the field does not tell; ``pieces`` gives places by name."""

    field_name: str
    """``Received``, or ``X-Received`` for steps inside one provider."""
    range: Range
    from_name: str = ""
    """The first word after ``from``, whatever it is."""
    helo: str = ""
    """The name that the sending side gave itself: a claim."""
    rdns: str = ""
    """The name that the writer of this line looked up for the address."""
    ip: str = ""
    """The address that the writer of this line saw; normal form."""
    by: str = ""
    by_ip: str = ""
    via: str = ""
    with_text: str = ""
    protocol: str = ""
    """The known word in ``with_text``, lower case: a key of ``received_words.PROTOCOLS``."""
    tls_version: str = ""
    cipher: str = ""
    encrypted: bool = False
    """The line says that the connection was encrypted."""
    authenticated: bool = False
    authenticated_as: str = ""
    id: str = ""
    for_address: str = ""
    envelope_from: str = ""
    date: datetime | None = None
    zone_known: bool = True
    date_text: str = ""
    software: str = ""
    software_version: str = ""
    forged: bool = False
    """The writer found that the reverse name does not lead back to the address."""
    remark: str = ""
    """A comment at the beginning: ``qmail 12345 invoked from network``."""
    rest: str = ""
    """Words that were not understood."""
    pieces: Mapping[str, Range] = field(default_factory=dict)

    @property
    def protocol_explained(self) -> str:
        """What the protocol word says, in plain words."""
        return PROTOCOLS.get(self.protocol, "")

    @property
    def address(self) -> IpAddress | None:
        """The sending side's address."""
        return parse_address(self.ip)

    @property
    def is_fetching(self) -> bool:
        """True when the line tells of fetching from a mailbox, which is no transport."""
        return self.protocol in FETCHED or self.software in {"fetchmail", "getmail"}

    @property
    def peer_name(self) -> str:
        """The best name for the sending side: looked up, given, or the address."""
        return self.rdns or self.helo or self.ip or self.from_name

    @property
    def host(self) -> str:
        """The best name for the side that wrote the line."""
        return self.by or self.by_ip


def received_hops(block: HeaderBlock) -> tuple[Hop, ...]:
    """Return the hops of a header in the order of the message: the newest first."""
    fields = [found for found in block.fields if found.name.lower() in {"received", "x-received"}]
    return tuple(parse_received(found) for found in fields[:MAX_HOPS])


def parse_received(found: HeaderField) -> Hop:
    """Return what a Received field says; never raises."""
    value = found.raw[found.value_start - found.start :].decode("latin-1")[:MAX_VALUE]
    return _Reading(value, found).hop()


class _Reading:
    """One pass over one field: the tokens are dealt to their clauses, then each clause is read."""

    def __init__(self, value: str, found: HeaderField) -> None:
        self._value, self._field = value, found
        self._base = found.value_start
        self._tokens = lex(value)
        self._date = _find_date(value, self._tokens)
        self._clauses: dict[str, list[Token]] = {}
        self._before: list[Token] = []
        self._peer = Peer()
        self._encrypted = False
        self._rest: list[str] = []
        self._deal()

    def _deal(self) -> None:
        start, end = (self._date.start, self._date.end) if self._date else (len(self._value) + 1, 0)
        clause = self._before
        for token in self._tokens:
            if start <= token.start < end or token.kind is TokenKind.SEMICOLON:
                continue
            word = token.text.lower() if token.kind is TokenKind.WORD else ""
            after_date = token.start > end > 0
            if word in _KEYWORDS and word not in self._clauses and not (after_date and word not in {"for", "id"}):
                clause = self._clauses[word] = []
            elif after_date and clause is not self._before and token.kind is TokenKind.WORD and word not in _KEYWORDS:
                self._rest.append(token.text)
            else:
                clause.append(token)

    def hop(self) -> Hop:
        """Return the hop."""
        put = self._put
        self._read_peer()
        by = self._read_by()
        words = [token for token in self._clauses.get("with", []) if token.kind is TokenKind.WORD]
        with_text = " ".join(token.text for token in words)
        if words:
            put("with_text", with_text, words[0].start, words[-1].end)
        via = [token for token in self._clauses.get("via", []) if token.kind is TokenKind.WORD]
        if via:
            put("via", " ".join(token.text for token in via), via[0].start, via[-1].end)
        self._first_word("id", "id")
        self._first_word("for", "for_address")
        self._first_word("envelope-from", "envelope_from")
        self._first_word("tls", "cipher")
        self._read_comments()
        self._read_tls(with_text, words[0].start if words else 0)
        protocol = protocol_word(with_text)
        settle_names(self._peer, names_are_looked_up=self._names_are_looked_up(protocol))
        texts = {name: piece.text for name, piece in self._peer.found.items()}
        software, version = guess_software(" ".join(self._value.split()))
        seen = parse_address(texts.get("ip", ""))
        return Hop(
            field_name=self._field.name,
            range=(self._field.start, self._field.end),
            from_name=texts.get("from_name", ""),
            helo=texts.get("helo", ""),
            rdns=texts.get("rdns", ""),
            ip=str(seen) if seen else "",
            by=by,
            by_ip=texts.get("by_ip", ""),
            via=texts.get("via", ""),
            with_text=with_text,
            protocol=protocol,
            tls_version=texts.get("tls_version", ""),
            cipher=texts.get("cipher", ""),
            encrypted=self._encrypted or bool(texts.get("cipher")) or protocol in ENCRYPTED,
            authenticated=self._peer.authenticated or protocol in AUTHENTICATED,
            authenticated_as=texts.get("authenticated_as", ""),
            id=texts.get("id", "").strip("<>"),
            for_address=texts.get("for_address", "").strip("<>,"),
            envelope_from=texts.get("envelope_from", "").strip("<>"),
            date=self._date.when if self._date else None,
            zone_known=self._date.zone_known if self._date else False,
            date_text=" ".join(self._value[self._date.start : self._date.end].split()) if self._date else "",
            software=software,
            software_version=version,
            forged=self._peer.forged,
            remark=self._before[0].text if self._before and self._before[0].kind is TokenKind.COMMENT else "",
            rest=" ".join([token.text for token in self._before if token.kind is TokenKind.WORD] + self._rest),
            pieces=self._pieces(),
        )

    def _put(self, name: str, text: str, start: int, end: int) -> None:
        self._peer.put(name, text, start, end)

    def _pieces(self) -> dict[str, Range]:
        pieces = {name: (self._base + piece.start, self._base + piece.end) for name, piece in self._peer.found.items()}
        if self._date:
            pieces["date"] = (self._base + self._date.start, self._base + self._date.end)
        return pieces

    def _read_peer(self) -> None:
        clause = self._clauses.get("from", [])
        words = [token for token in clause if token.kind is TokenKind.WORD]
        if words:
            first = words[0]
            self._put("from_name", first.text, first.start, first.end)
            for word in words[1:3]:
                if word.text.startswith("[") and parse_address(word.text) is not None:
                    self._put("ip", word.text, word.start, word.end)
        for token in clause:
            if token.kind is not TokenKind.COMMENT:
                continue
            if is_tls_comment(token.text) and parse_address(token.text) is None:
                self._take_tls(token.text, token.start + 1)
                if "authenticated" not in token.text.lower():
                    continue
            read_peer_comment(token, self._peer)

    def _read_by(self) -> str:
        clause = self._clauses.get("by", [])
        words = [token for token in clause if token.kind is TokenKind.WORD]
        by = ""
        if words:
            by = words[0].text.rstrip(".,")
            self._put("by", by, words[0].start, words[0].start + len(by))
            address = parse_address(by)
            if address is not None:
                self._put("by_ip", str(address), words[0].start, words[0].end)
        for token in clause:
            if token.kind is TokenKind.COMMENT and not is_tls_comment(token.text):
                inner = token.text.split()[:3]
                for word in inner:
                    address = parse_address(word)
                    if address is not None and (word.startswith("[") or len(inner) == 1):
                        place = token.start + 1 + token.text.find(word)
                        self._put("by_ip", str(address), place, place + len(word))
        return by

    def _first_word(self, clause: str, name: str) -> None:
        words = [token for token in self._clauses.get(clause, []) if token.kind is TokenKind.WORD]
        if words:
            self._put(name, words[0].text, words[0].start, words[0].end)
            if clause in {"id", "for"}:
                self._rest += [token.text for token in words[1:5]]

    def _read_comments(self) -> None:
        """What stands in brackets anywhere after ``by``, and the first comment of lines that begin with one."""
        for name, clause in (("", self._before), *self._clauses.items()):
            if name == "from" and "by" in self._clauses:
                for token in clause:
                    self._read_envelope(token)
                continue
            for token in clause:
                if token.kind is not TokenKind.COMMENT:
                    continue
                self._read_envelope(token)
                if is_tls_comment(token.text):
                    self._take_tls(token.text, token.start + 1)
                elif name and "uthenticated" in token.text:
                    read_peer_comment(token, self._peer)

    def _read_envelope(self, token: Token) -> None:
        if token.kind is TokenKind.COMMENT:
            for pattern, name in ((_ENVELOPE, "envelope_from"), (_ORIGINAL_RECIPIENT, "for_address")):
                match = pattern.search(token.text[:2_000])
                if match is not None:
                    start, end = match.span(1)
                    self._put(name, match[1], token.start + 1 + start, token.start + 1 + end)

    def _read_tls(self, with_text: str, base: int) -> None:
        head, slash, cipher = with_text.partition("/TLS/")
        if slash:
            self._encrypted = True
            self._put("cipher", cipher.split()[0] if cipher else "", base + len(head) + 5, base + len(with_text))
        elif is_tls_comment(with_text) or "over TLS" in self._value:
            self._take_tls(with_text, base)

    def _take_tls(self, text: str, base: int) -> None:
        self._encrypted = True
        version, at, cipher, cipher_at = tls_of(text[:2_000])
        self._put("tls_version", version, base + at[0], base + at[1])
        self._put("cipher", cipher, base + cipher_at[0], base + cipher_at[1])

    def _names_are_looked_up(self, protocol: str) -> bool:
        """Exim and qmail leave the given name out when it equals the name that they looked up."""
        if "smtp" not in protocol or "local" in protocol:
            return False
        return "(Exim " in self._value or (
            self._date is not None and self._value[self._date.end - 5 : self._date.end] == "-0000"
        )


def _find_date(value: str, tokens: Sequence[Token]) -> TraceDate | None:
    """The time after the last semicolon outside comments, or the last readable one."""
    plain = without_comments(value, tokens)
    semicolon = plain.rfind(";")
    return (first_date(plain, semicolon + 1) if semicolon >= 0 else None) or last_date(plain)


def is_hidden_client(hop: Hop) -> bool:
    """True when the provider hides its customer's address on purpose."""
    return hop.from_name.lower() in _PRIVACY_NAMES
