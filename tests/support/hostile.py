"""Messages made to break readers, generated when asked for so that no large file is kept.

Each entry of ``BOMBS`` is a way in which a small program, or an enemy, makes a message that costs a naive reader minutes,
gigabytes or its stack. Nothing here knows what the reader does with them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

FROM: Final = b"From: a@example.org\r\n"
MIXED: Final = FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def nested_multiparts(depth: int, *, same_boundary: bool = False) -> bytes:
    """Return multiparts inside each other, none of them closed."""
    levels = (b"b" if same_boundary else b"b%d" % level for level in range(depth))
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n' % (name, name) for name in levels)
    return opened + b"\r\nhello"


def nested_messages(depth: int) -> bytes:
    """Return messages attached to each other, innermost last."""
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"\r\nhello"


def near_boundaries(levels: int, lines: int) -> bytes:
    """Return nested multiparts over lines that begin like the boundary of every one of them."""
    names = [b"b" + b"c" * level for level in range(levels)]
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n' % (name, name) for name in names)
    return opened + (b"--b" + b"c" * (levels + 10) + b"\n") * lines


def in_from(value: bytes) -> bytes:
    """Return a message with this From value."""
    return b"From: " + value + b"a@example.org\r\n\r\nx"


def in_subject(value: bytes) -> bytes:
    """Return a message with this Subject value."""
    return FROM + b"Subject: " + value + b"\r\n\r\nx"


def in_type(value: bytes) -> bytes:
    """Return a message whose Content-Type goes on like this."""
    return FROM + b"Content-Type: text/plain" + value + b"\r\n\r\nx"


def in_name(value: bytes) -> bytes:
    """Return a message with this attachment name."""
    return FROM + b'Content-Disposition: attachment; filename="' + value + b'"\r\n\r\nx'


def encoded(encoding: bytes, body: bytes) -> bytes:
    """Return a text message under a transfer encoding."""
    return FROM + b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body


def html(body: bytes) -> bytes:
    """Return an HTML message."""
    return FROM + b"Content-Type: text/html\r\n\r\n" + body


def many_charsets(count: int) -> bytes:
    """Return a Subject that changes its charset at every word."""
    names = (b"utf-8", b"latin1", b"koi8-r")
    return in_subject(b"".join(b"=?%s?q?=ff?= " % names[index % 3] for index in range(count)))


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "nothing": lambda: b"",
    "only NUL": lambda: b"\0" * 1_000_000,
    "only CR": lambda: b"\r" * 1_000_000,
    "only LF": lambda: b"\n" * 2_000_000,
    "only colons": lambda: b":" * 1_000_000,
    "10,000 multiparts deep": lambda: nested_multiparts(10_000),
    "10,000 deep with one boundary": lambda: nested_multiparts(10_000, same_boundary=True),
    "10,000 messages deep": lambda: nested_messages(10_000),
    "100,000 parts": lambda: MIXED + b"--b\r\n\r\nx\r\n" * 100_000 + b"--b--\r\n",
    "a million empty parts": lambda: MIXED + b"--b\n" * 1_000_000,
    "20,000 multiparts side by side": lambda: (
        MIXED + b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n" * 20_000
    ),
    "a million near boundaries": lambda: MIXED + b"--bx\n" * 1_000_000,
    "near boundaries at 60 levels": lambda: near_boundaries(60, 60_000),
    "a boundary of one dash": lambda: FROM + b'Content-Type: multipart/mixed; boundary="-"\r\n\r\n' + b"-" * 3_000_000,
    "a boundary line of spaces": lambda: MIXED + b"\n--b" + b" " * 3_000_000,
    "50,000 encoded words": lambda: in_subject(b" =?utf-8?q?a?=\r\n" * 50_000),
    "50,000 encoded words in a row": lambda: in_subject(b"=?utf-8?b?YQ==?=" * 50_000),
    "encoded words never closed": lambda: in_subject(b"=?a?q?" * 200_000),
    "encoded words hardly begun": lambda: in_subject(b"=?" * 500_000),
    "a charset for each word": lambda: many_charsets(30_000),
    "a megabyte of Subject": lambda: in_subject(b"a" * 1_000_000),
    "300,000 empty folds": lambda: in_subject(b"a\r\n" + b" \r\n" * 300_000),
    "a Subject of spaces": lambda: in_subject(b"a" + b" " * 1_000_000 + b"b"),
    "100,000 fields": lambda: b"A: b\r\n" * 100_000 + b"\r\nx",
    "5,000 Content-Types": lambda: b"Content-Type: text/plain\r\n" * 5_000 + b"\r\nx",
    "40,000 continuations": lambda: in_type(b"".join(b"; filename*%d=a" % number for number in range(40_000))),
    "semicolons": lambda: in_type(b";" * 60_000),
    "an unclosed parameter of backslashes": lambda: in_type(b'; a="' + b"\\" * 60_000),
    "parameters that open quotations": lambda: in_type(b';a="b' * 15_000),
    "comments in Content-Type": lambda: in_type(b"(" * 60_000 + b";a=b"),
    "comments in From": lambda: in_from(b"(" * 60_000),
    "quotation marks in From": lambda: in_from(b'"' * 60_000),
    "escaped quotation marks in From": lambda: in_from(b'"\\' * 30_000),
    "angle brackets in From": lambda: in_from(b"<" * 60_000),
    "square brackets in From": lambda: in_from(b"[" * 60_000),
    "at signs in From": lambda: in_from(b"a@" * 30_000),
    "10,000 senders": lambda: in_from(b"a@b.test," * 10_000),
    "12,000 angle addresses": lambda: in_from(b"<a@b.test>" * 12_000),
    "30,000 groups": lambda: in_from(b"a:" * 30_000),
    "a Date of digits": lambda: FROM + b"Date: " + b"1" * 60_000 + b"\r\n\r\nx",
    "100,000 references": lambda: FROM + b"References: " + b"<a@b.test> " * 100_000 + b"\r\n\r\nx",
    "references never closed": lambda: FROM + b"References: " + b"<" * 60_000 + b"\r\n\r\nx",
    "a name of dots and spaces": lambda: in_name(b". " * 30_000),
    "a name of extensions": lambda: in_name(b"a." * 30_000),
    "base64 padded at every letter": lambda: encoded(b"base64", b"YQ==!" * 2_000_000),
    "base64 of padding": lambda: encoded(b"base64", b"A" + b"=\n" * 5_000_000),
    "quoted-printable of equals signs": lambda: encoded(b"quoted-printable", b"=" * 10_000_000),
    "quoted-printable of spaces": lambda: encoded(b"quoted-printable", (b" " * 100_000 + b"x") * 50),
    "uuencode of empty lines": lambda: encoded(b"x-uuencode", b"\n" * 5_000_000),
    "a line of quote marks": lambda: FROM + b"\r\n" + b">" * 5_000_000,
    "500,000 quoted lines": lambda: FROM + b"\r\n" + b"> > > > a\n" * 500_000,
    "flowed without end": lambda: FROM + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \n" * 2_000_000,
    "HTML of less-than signs": lambda: html(b"<" * 3_000_000),
    "HTML of ampersands": lambda: html(b"&" * 3_000_000),
    "HTML of half references": lambda: html(b"&#" * 1_500_000),
    "HTML with one endless number": lambda: html(b"&#" + b"9" * 1_000_000 + b";"),
    "500,000 divs": lambda: html(b"<div>" * 500_000),
    "2,000 tables deep": lambda: html(b"<table><tr><td>" * 2_000),
    "HTML comments never closed": lambda: html(b"<!--" * 700_000),
    "scripts never closed": lambda: html(b"<script>" * 300_000),
    "styles never closed": lambda: html(b"<style>" * 300_000),
    "CSS of url(": lambda: html(b"<style>" + b"url(" * 700_000 + b"</style>"),
    "CSS of comments": lambda: html(b"<style>" + b"/*" * 1_400_000 + b"</style>"),
    "CSS of positions": lambda: html(b"<style>" + b"position:" * 300_000 + b"</style>"),
    "100,000 remote images": lambda: html(b"<img src=http://a.test/x.png>" * 100_000),
    "formatting reopened in every paragraph": lambda: html((b"<b>" * 150 + b"<p>") * 5_000),
    "an image with 100,000 widths": lambda: html(b"<img " + b"width=1 " * 100_000),
}
