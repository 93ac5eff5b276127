"""What is hostile to the examiners of a message, beside what is hostile to every reader. Made when asked for."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Final

from tests.support import hostile

FROM: Final = hostile.FROM


def header(line: bytes, count: int) -> bytes:
    """Return a message with this line many times in its header."""
    return FROM + (line + b"\r\n") * count + b"\r\nx"


def in_field(name: bytes, value: bytes) -> bytes:
    """Return a message with this field, folded so that no line is too long for the readers' limits."""
    return FROM + name + b": " + value + b"\r\n\r\nx"


def part(content_type: bytes, body: bytes, encoding: bytes = b"7bit") -> bytes:
    """Return a message that is one part of this type."""
    return FROM + b"Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (content_type, encoding, body)


def _signature(number: int) -> bytes:
    return (
        b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=d%d.example; s=s; h=%s; bh=YQ==; b=%s"
        % (number, b"from:" * 200 + b"from", b"YWFh" * 60)
    )  # fmt: skip


def _signatures(count: int, body: bytes) -> bytes:
    return FROM + b"".join(_signature(number) + b"\r\n" for number in range(count)) + b"\r\n" + body


def _arc(count: int) -> bytes:
    sets = b"".join(
        b"ARC-Seal: i=%d; a=rsa-sha256; cv=pass; d=a.example; s=s; b=YWFh\r\n"
        b"ARC-Authentication-Results: i=%d; a.example; spf=pass\r\n"
        b"ARC-Message-Signature: i=%d; a=rsa-sha256; c=relaxed/relaxed; d=a.example; s=s; h=from:to; bh=YQ==; b=YWFh\r\n"
        % (number, number, number)
        for number in range(1, count + 1)
    )
    return FROM + sets + b"\r\nx"


def _received(count: int) -> bytes:
    line = b"Received: from a%d.example (b.example [192.0.2.1]) by c%d.example with SMTP;\r\n 1 Mar 2026 12:00:00 +0000\r\n"
    return b"".join(line % (number, number) for number in range(count)) + FROM + b"\r\nx"


def _files(count: int) -> bytes:
    each = b'--b\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjc=\r\n'
    return hostile.MIXED + each * count + b"--b--\r\n"


def _names(size: int) -> bytes:
    """Return a winmail.dat with a very long message class."""
    data = b"A" * size
    return TNEF + b"\x01\x08\x80\x07\x00" + size.to_bytes(4, "little") + data + b"\0\0"


TNEF: Final = bytes.fromhex("789f3e220100")
ROTTEN: Final = base64.encodebytes(bytes(range(256)) * 12_000).replace(b"\n", b"\r\n")
LINK: Final = b'<a href="https://a.example/?u=http%3A%2F%2Fb.example">https://c.example/</a>\r\n'
CONTENT: Final[dict[str, Callable[[], bytes]]] = {
    "Received of names": lambda: in_field(b"Received", b"from a by b " * 8_000),
    "Received of brackets": lambda: in_field(b"Received", b"(" * 90_000),
    "Received of closed brackets": lambda: in_field(b"Received", b"from a (b [192.0.2.1]) " * 4_000),
    "Received of semicolons": lambda: in_field(b"Received", b"; 1 Jan 2026 00:00:00 +0000" * 3_000),
    "Received of colons": lambda: in_field(b"Received", b"from [" + b":" * 90_000 + b"]"),
    "Received of equals signs": lambda: in_field(b"Received", b"from a (HELO=" * 7_000),
    "10,000 Received": lambda: _received(10_000),
    "Authentication-Results of semicolons": lambda: in_field(b"Authentication-Results", b"a" + b"; a=b" * 18_000),
    "Results of properties": lambda: in_field(b"Authentication-Results", b"a; dkim=pass" + b" a.b=c" * 14_000),
    "Authentication-Results of brackets": lambda: in_field(b"Authentication-Results", b"a; dkim=pass " + b"(" * 90_000),
    "5,000 Authentication-Results": lambda: header(b"Authentication-Results: a.example; spf=pass smtp.mailfrom=b", 5_000),
    "1,000 signatures": lambda: _signatures(300, b"x") + b"",
    "signatures over a large body": lambda: _signatures(200, b"a b \r\n" * 1_500_000),
    "signatures over lines of spaces": lambda: _signatures(3, (b" " * 1_000 + b"x\r\n") * 8_000),
    "signatures over empty lines": lambda: _signatures(3, b"\r\n" * 3_000_000 + b"x"),
    "a signature of tags": lambda: in_field(b"DKIM-Signature", b"v=1; a=b; " * 9_000),
    "a signature of empty tags": lambda: in_field(b"DKIM-Signature", b";" * 90_000),
    "a signature that names 20,000 fields": lambda: in_field(b"DKIM-Signature", b"v=1; d=a.b; s=c; h=" + b"a:" * 40_000),
    "1,000 seals": lambda: _arc(400),
    "List-Unsubscribe of brackets": lambda: in_field(b"List-Unsubscribe", b"<" * 90_000),
    "Message-ID of at signs": lambda: in_field(b"Message-ID", b"<" + b"a@" * 45_000 + b">"),
    "Date of brackets": lambda: in_field(b"Date", b"(" * 90_000),
    "X-Forefront of semicolons": lambda: in_field(b"X-Forefront-Antispam-Report", b"SFV:NSPM;" * 10_000),
    "20,000 strange fields": lambda: header(b"X-A: \xff\xfe=?utf-8?q?=FF?=", 20_000),
    "50,000 links": lambda: hostile.html(LINK * 50_000),
    "50,000 links in text": lambda: FROM + b"\r\n" + b"https://a.example/b?c=d http://192.0.2.1/ \r\n" * 50_000,
    "a link of a megabyte": lambda: hostile.html(b'<a href="https://a.example/' + b"%41" * 330_000 + b'">x</a>'),
    "a host of dots": lambda: hostile.html(b'<a href="https://' + b"a." * 500_000 + b'">x</a>'),
    "a megabyte of h": lambda: FROM + b"\r\n" + b"http" * 250_000 + b"\r\n" + b"://" * 100_000,
    "words that begin like links": lambda: FROM + b"\r\n" + b"https://" * 125_000,
    "words that begin like hosts": lambda: FROM + b"\r\n" + b"www." * 250_000,
    "hidden inside hidden": lambda: hostile.html(b'<div style="display:none">' * 40_000),
    "styles of colours": lambda: hostile.html((b'<p style="' + b"color:#fff;" * 700 + b'">x</p>') * 130),
    "forms inside forms": lambda: hostile.html(b"<form action=a><input type=password name=b>" * 23_000),
    "anchors never closed": lambda: hostile.html(b"<a href=https://a.example>" * 40_000),
    "scripts by event": lambda: hostile.html(b"<p onclick=a() onload=b()>" * 40_000),
    "zero widths": lambda: hostile.html("\u200b\u200c\u200d".encode() * 110_000),
    "soft hyphens": lambda: hostile.html("a\u00ad".encode() * 330_000),
    "references": lambda: hostile.html(b"&amp;&#8203;" * 90_000),
    "attributes never closed": lambda: hostile.html(b'<a href="' * 110_000),
    "tags never closed": lambda: hostile.html(b"<a b=c " * 140_000),
    "equals signs in a tag": lambda: hostile.html(b"<a " + b"=" * 1_000_000),
    "quotes in a tag": lambda: hostile.html(b"<a " + b"=\"'" * 330_000),
    "base64 of 10 MB": lambda: part(b"application/octet-stream", ROTTEN * 2, b"base64"),
    "base64 with blanks": lambda: part(b"application/pdf", b"JVBE \r\n" * 400_000, b"base64"),
    "quoted-printable that is damaged": lambda: part(b"text/html", b"=G1=3D=\r\n" * 330_000, b"quoted-printable"),
    "text of no charset": lambda: part(b"text/plain; charset=utf-8", b"\xe4\xf6\xfc\x80\x1b$B" * 500_000, b"8bit"),
    "charset with escapes": lambda: part(b"text/plain; charset=iso-2022-jp", b"\x1b$B\x1b(B" * 200_000),
    "charset utf-7": lambda: part(b"text/plain; charset=utf-7", b"+AGE-" * 200_000),
    "charset hz": lambda: part(b"text/plain; charset=hz-gb-2312", b"~{VPNA~}" * 130_000),
    "begin lines": lambda: FROM + b"\r\n" + b"begin 644 a.txt\r\n" * 60_000,
    "yEnc and PGP lines": lambda: FROM + b"\r\n" + b"=ybegin line=128\r\n-----BEGIN PGP MESSAGE-----\r\n" * 25_000,
    "1,000 files": lambda: _files(1_000),
    "10,000 parts": lambda: _files(10_000),
    "winmail.dat of one name": lambda: part(b"application/ms-tnef", _names(5_000_000), b"binary"),
    "a winmail.dat of headers": lambda: part(b"application/ms-tnef", TNEF + b"\x01" * 5_000_000, b"binary"),
    "RTF of groups": lambda: part(b"application/rtf", b"{" * 1_000_000, b"binary"),
    "a report of fields": lambda: part(b"message/delivery-status", b"Status: 5.1.1\r\n\r\n" * 60_000),
    "a report of groups": lambda: (
        FROM + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\n\r\nx\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\n" + b"Final-Recipient: rfc822; a@b\r\nAction: failed\r\n\r\n" * 25_000
    ),
    "alternatives": lambda: (
        FROM + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: text/html\r\n\r\na b c\r\n" * 30_000
    ),
    "alternatives of a megabyte": lambda: (
        FROM + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n" + b"a b c d\r\n" * 100_000
        + b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<p>d c b a</p>\r\n" * 100_000 + b"--b--\r\n"
    ),
    "a line of 10 MB": lambda: FROM + b"\r\n" + b"a" * 10_000_000,
    "encoded boundaries": lambda: (
        hostile.nested_multiparts(60) + b"\r\n--b59\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"LS1i\r\n" * 150_000
    ),
    "many near boundaries at 60 levels": lambda: hostile.near_boundaries(60, 100_000),
    "encoded words inside an angle": lambda: hostile.in_from(b"<" + b"=?" * 32_000),
    "encoded words that end in an at sign": lambda: hostile.in_from(b"=?utf-8?q?a?=" * 4_900),
    "at signs before a semicolon": lambda: hostile.in_from(b"a@b" * 21_000),
    "quotations in a quotation": lambda: hostile.in_from(b'"x" "' + b'\\"' * 32_000),
    "percent signs that escape nothing": lambda: hostile.in_type(b"; a*=b" * 10_000 + b"%"),
    "quotations in Content-Type": lambda: hostile.in_type(b'("' * 32_000),
    "beginnings of base64": lambda: FROM + b"\r\n" + b"begin-base64 644 a.txt\r\nYWJ\r\n" * 35_000,
    "escaped brackets in MIME-Version": lambda: in_field(b"MIME-Version", b"1.0 (" + b"\\(" * 32_000),
    "one letter outside ASCII after a long line": lambda: part(b"text/plain", b"a" * 1_000_000 + b"\n\xe4\n", b"8bit"),
    "names in many writings": lambda: hostile.in_name("аa\u202eß".encode() * 20_000),
}  # fmt: skip
"""Hostile to one examiner."""
BOMBS: Final = hostile.BOMBS | CONTENT
