"""Malformed replies of an SMTP server, as a table: a phase of the submission, and what is said there instead (A-27)."""

from __future__ import annotations

from typing import Final

PLACES: Final = ("greeting", "ehlo", "auth", "auth-answer", "mail", "rcpt", "data", "dot", "quit")
FORMS: Final[dict[str, bytes]] = {
    "another-protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "no-code": b"hello there\r\n",
    "code-of-two-digits": b"25 ok\r\n",
    "code-of-four-digits": b"2500 ok\r\n",
    "code-beyond-599": b"999 what\r\n",
    "bytes-of-no-text": b"\x00\xff\xfe\r\n",
    "empty-line": b"\r\n",
    "codes-that-differ": b"250-one\r\n550 two\r\n",
    "thousand-lines-without-end": b"250-more\r\n" * 1_000,
    "a-long-line": b"250 " + b"a" * 70_000,
    "two-replies": b"250 ok\r\n250 again\r\n",
    "asks-for-the-message": b"354 go on\r\n",
}
