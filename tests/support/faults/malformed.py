"""Malformed answers of an IMAP server, as a table: a place in the session, and what is said there instead (A-27)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tests.support.faults.bending import Bend

PLACES: Final[dict[str, tuple[bytes, bytes]]] = {
    "greeting": (rb"\A\* OK \[CAPABILITY.*", b""),
    "capabilities": (rb"\A\* CAPABILITY .*", b""),
    "signed-in": (rb"\A[A-Z]+\d+ OK.*", b"AUTHENTICATE"),
    "enabled": (rb"\A\* ENABLED.*", b"ENABLE"),
    "identity": (rb"\A\* ID .*", b"ID"),
    "list": (rb"\A\* LIST .*", b"LIST"),
    "listed": (rb"\A[A-Z]+\d+ OK.*", b"LIST"),
    "flags-of-folder": (rb"\A\* FLAGS .*", b"SELECT"),
    "exists": (rb"\A\* \d+ EXISTS.*", b"SELECT"),
    "uidvalidity": (rb"\A\* OK \[UIDVALIDITY.*", b"SELECT"),
    "modseq": (rb"\A\* OK \[HIGHESTMODSEQ.*", b"SELECT"),
    "selected": (rb"\A[A-Z]+\d+ OK.*", b"SELECT"),
    "uids": (rb"\A\* E?SEARCH.*", b"UID SEARCH"),
    "searched": (rb"\A[A-Z]+\d+ OK.*", b"UID SEARCH"),
    "header": (rb"\A\* \d+ FETCH .*BODY\[HEADER.*", b"UID FETCH"),
    "body": (rb"\A\* \d+ FETCH .*BODY\[\].*", b"UID FETCH"),
    "fetched": (rb"\A[A-Z]+\d+ OK.*", b"UID FETCH"),
    "stored": (rb"\A[A-Z]+\d+ OK.*", b"UID STORE"),
    "moved": (rb"\A.*COPYUID.*", b"UID MOVE"),
    "expunged": (rb"\A\* (?:\d+ EXPUNGE|VANISHED).*", b"UID MOVE"),
    "appended": (rb"\A[A-Z]+\d+ OK.*", b"APPEND"),
}

OF_EXTENSIONS: Final = {
    "enabled": "ENABLE",
    "identity": "ID",
    "modseq": "CONDSTORE",
    "moved": "MOVE",
    "expunged": "MOVE",
}
"""Places that a session has only where an extension is used."""

Form = Callable[[bytes], bytes]


def _instead(said: bytes) -> Form:
    return lambda _raw: said


def _before(said: bytes) -> Form:
    return lambda raw: said + raw


FORMS: Final[dict[str, Form]] = {
    "bytes-of-no-text": _instead(b"\x00\xff\xfe\r\n"),
    "empty-line": _before(b"\r\n"),
    "cut-in-the-middle": lambda raw: raw[: len(raw) // 2],
    "without-spaces": lambda raw: raw.replace(b" ", b""),
    "deeply-nested": _before(b"* 1 FETCH " + b"(" * 500 + b"\r\n"),
    "not-closed": _before(b"* 1 FETCH (UID 1 FLAGS (\\Seen\r\n"),
    "literal-of-a-hundred-terabytes": _before(b"* 1 FETCH (UID 1 BODY[] {99999999999999}\r\n"),
    "literal-of-four-gigabytes": _before(b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n"),
    "literal-of-less-than-nothing": _before(b"* 1 FETCH (UID 1 BODY[] {-1}\r\nab)\r\n"),
    "number-of-twenty-digits": _before(b"* 99999999999999999999 EXISTS\r\n"),
    "uid-too-large": _before(b"* 1 FETCH (UID 4294967296 FLAGS (\\Deleted))\r\n"),
    "tag-of-nobody": _before(b"P999 OK done\r\n"),
    "asks-for-more": _before(b"+ what\r\n"),
    "another-protocol": _instead(b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"),
    "a-long-line": _before(b"* OK " + b"a" * 300_000 + b"\r\n"),
    "unknown-word": lambda raw: raw.replace(b" OK", b" MAYBE").replace(b" FETCH ", b" FETCHED ", 1),
    "thousand-unasked": _before(b"* 1 EXISTS\r\n* 1 EXPUNGE\r\n" * 1_000),
}


def malformed_bend(place: str, form: str) -> Bend:
    """Return the bend for one cell of the table."""
    pattern, during = PLACES[place]
    make = FORMS[form]

    def say(match: re.Match[bytes]) -> bytes:
        return make(match.group())

    return Bend(pattern, say, during, times=1)
