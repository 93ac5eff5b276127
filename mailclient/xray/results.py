"""What servers wrote about their checks: Authentication-Results, the copy in an ARC set, Received-SPF.

Every dialect that is in use, Microsoft's without a name included. A comment is never read as a result: it repeats what the
sender chose. Whom to believe is decided by place and name (RFC 8601 sections 2.5 and 5).
RFC 8617 section 4.1.1, RFC 7208 section 9.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.xray.finding import Range
from mailclient.xray.own_servers import OwnServers, belongs
from mailclient.xray.received_lexer import Token, TokenKind, lex
from mailclient.xray.route_facts import Route

MAX_VALUE: Final = 32_768
MAX_FIELDS: Final = 100
MAX_RESULTS: Final = 100
_METHOD: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,60})(?:/(\d{1,5}))?=(.{0,200})", re.DOTALL)
_PROPERTY: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,60}(?:\.[A-Za-z0-9_-]{1,60})?)=(.{0,1000})", re.DOTALL)
_SPF_WORD: Final = re.compile(r"[A-Za-z]{2,16}")
_POLICY: Final = re.compile(r"\b(?:p|policy)=(none|quarantine|reject)\b", re.IGNORECASE)
_ACTIONS: Final = {"quarantine": "quarantine", "oreject": "reject", "reject": "reject", "pct.quarantine": "quarantine"}
"""Microsoft tells what it did; ``none`` there may also be a kindness to a domain that asks for more."""
NO_RESULT: Final = ""


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One check: ``dkim=pass header.d=example.org``."""

    method: str
    """Lower case: ``spf``, ``dkim``, ``dmarc``, ``arc``, ``iprev``, ``compauth`` ..."""
    result: str
    """Lower case."""
    properties: tuple[tuple[str, str], ...] = ()
    """``(ptype.property, value)`` in order; a name may come more than once. ``action`` and ``reason`` are among them."""
    comment: str = ""
    """The comments together: the server's remark, which may repeat words of the sender."""
    range: Range = (0, 0)

    def get(self, name: str) -> str:
        """Return the first value of a property, empty when there is none."""
        return next((value for key, value in self.properties if key == name), "")

    @property
    def policy(self) -> str:
        """What the domain's owner asks for as DMARC found it: ``none``, ``quarantine``, ``reject``; empty when not told."""
        names = ("policy.dmarc", "policy.published-domain-policy", "policy")
        told = next((value for name in names if (value := self.get(name))), "")
        if not told and (match := _POLICY.search(self.comment)):
            told = match[1]
        if not told and self.get("action") in _ACTIONS:
            told = _ACTIONS[self.get("action")]
        return told.lower()

    @property
    def domain(self) -> str:
        """The domain that the result is about: of the signature, the envelope sender or From."""
        for name in ("header.d", "header.i", "smtp.mailfrom", "smtp.mfrom", "smtp.mail", "header.from", "smtp.helo"):
            value = self.get(name)
            if value and value != "none":
                return value.rpartition("@")[2].strip("<>").lower()
        return ""


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """One field."""

    field_name: str
    range: Range
    authserv_id: str = ""
    """Who says so; empty in Microsoft's form."""
    version: str = ""
    instance: int | None = None
    """The number of the ARC set, None outside ARC."""
    results: tuple[MethodResult, ...] = ()
    unread: tuple[str, ...] = ()
    """Pieces that are no result."""
    trusted: bool = False
    reason: str = ""
    """A sentence: why it is believed or not."""


@dataclass(frozen=True, slots=True)
class ReceivedSpf:
    """One Received-SPF field."""

    range: Range
    result: str
    """Lower case."""
    comment: str = ""
    values: tuple[tuple[str, str], ...] = ()
    trusted: bool = False
    reason: str = ""

    def get(self, name: str) -> str:
        """Return a value (``client-ip``, ``envelope-from``, ``helo``, ``receiver``, ``identity``), empty without it."""
        return next((value for key, value in self.values if key == name), "")

    @property
    def as_results(self) -> AuthenticationResults:
        """The same in the form of the newer field, so that both can stand side by side."""
        identity = ("smtp.helo", self.get("helo")) if self.get("identity") == "helo" else None
        about = identity or ("smtp.mailfrom", self.get("envelope-from"))
        properties = (about,) if about[1] else ()
        result = MethodResult("spf", self.result, properties, self.comment, self.range)
        who = self.get("receiver")
        return AuthenticationResults(
            "Received-SPF", self.range, who, results=(result,), trusted=self.trusted, reason=self.reason
        )


def authentication_results(
    block: HeaderBlock, route: Route, own: OwnServers | None = None
) -> tuple[AuthenticationResults, ...]:
    """Return every Authentication-Results and ARC-Authentication-Results field in order, each judged."""
    found: list[AuthenticationResults] = []
    for field in block.fields:
        if field.name.lower() in {"authentication-results", "arc-authentication-results"} and len(found) < MAX_FIELDS:
            parsed = parse_results(field)
            trusted, reason = _judge(parsed, field, route, own or OwnServers())
            found.append(
                AuthenticationResults(
                    parsed.field_name,
                    parsed.range,
                    parsed.authserv_id,
                    parsed.version,
                    parsed.instance,
                    parsed.results,
                    parsed.unread,
                    trusted,
                    reason,
                )
            )
    return tuple(found)


def received_spf(block: HeaderBlock, route: Route) -> tuple[ReceivedSpf, ...]:
    """Return every Received-SPF field in order, each judged by its place."""
    found: list[ReceivedSpf] = []
    for field in block.all("Received-SPF")[:MAX_FIELDS]:
        parsed = parse_received_spf(field)
        trusted, reason = _judge_place(field, route)
        found.append(ReceivedSpf(parsed.range, parsed.result, parsed.comment, parsed.values, trusted, reason))
    return tuple(found)


def parse_results(field: HeaderField) -> AuthenticationResults:
    """Return what a field says, without judging it; never raises."""
    segments = [_joined(segment) for segment in _segments(_value(field))]
    instance: int | None = None
    if segments and field.name.lower().startswith("arc-"):
        text = _plain(segments[0])
        if text[:2].lower() == "i=" and text[2:].strip().isdecimal():
            instance = int(text[2:].strip()[:9])
            segments = segments[1:]
    authserv_id = version = ""
    if segments:
        words = [token for token in segments[0] if token.kind is TokenKind.WORD]
        if words and "=" not in words[0].text:
            authserv_id = words[0].text.strip('"')
            if len(words) > 1 and words[1].text.isdecimal():
                version = words[1].text
            # Rarely a result follows without a semicolon.
            rest = [token for token in segments[0] if token.start > words[0].start and token.text != version]
            segments[0] = rest
    results: list[MethodResult] = []
    unread: list[str] = []
    for segment in segments:
        if len(results) >= MAX_RESULTS:
            break
        _read_segment(segment, field, results, unread)
    return AuthenticationResults(
        field.name, (field.start, field.end), authserv_id, version, instance, tuple(results), tuple(unread)
    )


def _value(field: HeaderField) -> str:
    return field.raw[field.value_start - field.start :].decode("latin-1")[:MAX_VALUE]


def _segments(value: str) -> Iterator[list[Token]]:
    segment: list[Token] = []
    for token in lex(value):
        if token.kind is TokenKind.SEMICOLON:
            yield segment
            segment = []
        else:
            segment.append(token)
    if segment:
        yield segment


def _joined(segment: Sequence[Token]) -> list[Token]:
    """Join ``name = value`` written with spaces, which the grammar allows."""
    joined: list[Token] = []
    for token in segment:
        before = joined[-1] if joined else None
        if (
            before is not None
            and token.kind is before.kind is TokenKind.WORD
            and (before.text.endswith("=") or token.text.startswith("="))
            and len(before.text) < 1_000
            and not (before.text.endswith("=") and "=" in token.text.strip("="))
        ):
            joined[-1] = Token(TokenKind.WORD, before.text + token.text, before.start, token.end)
        else:
            joined.append(token)
    return joined


def _plain(segment: Sequence[Token]) -> str:
    return "".join(token.text for token in segment if token.kind is TokenKind.WORD)


def _read_segment(segment: Sequence[Token], field: HeaderField, results: list[MethodResult], unread: list[str]) -> None:
    words = [token for token in segment if token.kind is TokenKind.WORD]
    if not words or (len(words) == 1 and words[0].text.lower() == "none"):
        return
    match = _METHOD.fullmatch(words[0].text)
    if match is None:
        # Microsoft writes the tenant's domain between results; others a property without a method.
        unread.append(" ".join(token.text for token in words)[:200])
        return
    properties: list[tuple[str, str]] = []
    for token in words[1:]:
        found = _PROPERTY.fullmatch(token.text)
        if found is not None:
            properties.append((found[1].lower(), found[2].strip('"<>')))
    comments = [" ".join(token.text.split()) for token in segment if token.kind is TokenKind.COMMENT]
    place = (field.value_start + segment[0].start, field.value_start + segment[-1].end)
    results.append(
        MethodResult(
            match[1].lower(), match[3].strip('"').lower(), tuple(properties), "; ".join(comments)[:1_000], place
        )
    )


def parse_received_spf(field: HeaderField) -> ReceivedSpf:
    """Return what a Received-SPF field says; never raises."""
    tokens = [token for token in lex(_value(field)) if token.kind is not TokenKind.SEMICOLON]
    words = [token for token in _joined(tokens) if token.kind is TokenKind.WORD]
    comments = [" ".join(token.text.split()) for token in tokens if token.kind is TokenKind.COMMENT]
    result = words[0].text.lower() if words and _SPF_WORD.fullmatch(words[0].text) else NO_RESULT
    values = [
        (name.lower(), value.strip('"<>;'))
        for name, equals, value in (token.text.partition("=") for token in words[1:])
        if equals
    ]
    return ReceivedSpf((field.start, field.end), result, comments[0][:1_000] if comments else "", tuple(values[:50]))


def _judge_place(field: HeaderField, route: Route) -> tuple[bool, str]:
    receiving = route.receiving_hop
    if receiving is None:
        return False, "No line shows where your own servers begin, so anybody can have written this."
    if field.start < receiving.range[0]:
        return (
            True,
            f"It stands above the line of {receiving.host or 'your server'}, where only your own servers write.",
        )
    return False, "It stands below the line of your own server, where the sender and everybody on the way can write."


def _judge(parsed: AuthenticationResults, field: HeaderField, route: Route, own: OwnServers) -> tuple[bool, str]:
    if parsed.instance is not None or field.name.lower().startswith("arc-"):
        return False, "It is as good as the ARC seal that covers it, and as the server that made the seal."
    trusted, reason = _judge_place(field, route)
    if not trusted:
        return False, reason
    if not parsed.authserv_id:
        return True, reason + " It names nobody, as Microsoft's servers write it."
    if belongs(parsed.authserv_id, own, route.organisations):
        return True, f"{reason} {parsed.authserv_id} is one of them."
    return False, f"It is signed by {parsed.authserv_id}, which is none of your own servers."
