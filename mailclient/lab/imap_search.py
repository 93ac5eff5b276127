"""SEARCH in the lab: the keys that clients use. RFC 3501 section 6.4.4. An unknown key is refused with BAD."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from mailclient.lab.mailstore import LabMessage
from mailclient.mime.body import readable_text
from mailclient.mime.tree import parse_message
from mailclient.protocol.imap_tokens import Value
from mailclient.protocol.uid_sets import UidSet

Test = Callable[[int, LabMessage], bool]
_FLAGS = {
    "SEEN": "\\Seen",
    "ANSWERED": "\\Answered",
    "FLAGGED": "\\Flagged",
    "DELETED": "\\Deleted",
    "DRAFT": "\\Draft",
}


class BadSearch(Exception):
    """The command is not understood."""


def build_test(values: list[Value]) -> Test:
    """Return the test that all keys together make."""
    tests: list[Test] = []
    rest = list(values)
    while rest:
        tests.append(_key(rest))
    return lambda number, message: all(test(number, message) for test in tests)


def _text(rest: list[Value]) -> str:
    if not rest or not isinstance(rest[0], bytes):
        raise BadSearch("a string is missing")
    value = rest.pop(0)
    return value.decode("utf-8", "replace").lower() if isinstance(value, bytes) else ""


def _day(rest: list[Value]) -> int:
    return int(datetime.strptime(_text(rest).title(), "%d-%b-%Y").replace(tzinfo=UTC).timestamp())


def _key(rest: list[Value]) -> Test:
    first = rest.pop(0)
    if isinstance(first, list):
        return build_test(first)
    word = (first or b"").decode("ascii", "replace").upper()
    if word == "ALL":
        return lambda _n, _m: True
    if word in _FLAGS:
        return lambda _n, m: _FLAGS[word] in m.flags
    if word.startswith("UN") and word[2:] in _FLAGS:
        return lambda _n, m: _FLAGS[word[2:]] not in m.flags
    if word == "NOT":
        inner = _key(rest)
        return lambda n, m: not inner(n, m)
    if word == "OR":
        left, right = _key(rest), _key(rest)
        return lambda n, m: left(n, m) or right(n, m)
    if word == "UID":
        wanted = UidSet.parse(_text(rest))
        return lambda _n, m: m.uid in wanted
    if word in {"KEYWORD", "UNKEYWORD"}:
        keyword = _text(rest)
        return lambda _n, m: (keyword in {flag.lower() for flag in m.flags}) is (word == "KEYWORD")
    if word == "HEADER":
        name, text = _text(rest), _text(rest)
        return lambda _n, m: any(text in field.text.lower() for field in parse_message(m.raw).headers.all(name))
    if word in {"SUBJECT", "FROM", "TO", "CC", "BCC"}:
        text = _text(rest)
        return lambda _n, m: text in (parse_message(m.raw).headers.first(word) or "").lower()
    if word in {"BODY", "TEXT"}:
        text = _text(rest)
        return lambda _n, m: (
            text in readable_text(parse_message(m.raw)).lower() or (word == "TEXT" and text.encode() in m.raw.lower())
        )
    if word in {"SINCE", "BEFORE"}:
        day = _day(rest)
        return lambda _n, m: (m.received_unix_s >= day) is (word == "SINCE")
    if word in {"LARGER", "SMALLER"}:
        size = int(_text(rest))
        return lambda _n, m: len(m.raw) > size if word == "LARGER" else len(m.raw) < size
    if word[:1].isdigit() or word.startswith("*"):
        numbers = UidSet.parse(word)
        return lambda n, _m: n in numbers
    raise BadSearch(f"unknown key {word}")
