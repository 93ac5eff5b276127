"""What is fuzzed: each grammar that reads a stranger's bytes, with good seeds and the words it knows.

A target takes any bytes, must not raise, and checks what its grammar promises (ranges inside the message, text that can be
written down). Nothing here knows who makes the bytes: ``tests/fuzz/atheris_driver.py`` is guided by coverage, the test of
this folder mutates the seeds a little. How to run: docs/reliability.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mailclient.domain.dns import Answer, AnswerStatus, Question
from mailclient.mime.addresses import format_address, is_sendable, parse_addresses
from mailclient.mime.body import choose_body, readable_text
from mailclient.mime.charsets import decode_text
from mailclient.mime.dates import date_unix_s, parse_date
from mailclient.mime.filenames import safe_filename
from mailclient.mime.flowed import decode_fixed, decode_flowed
from mailclient.mime.headers import HeaderField, parse_header_block
from mailclient.mime.html_text import html_to_text
from mailclient.mime.safe_html import sanitise
from mailclient.mime.sender import sender_truth
from mailclient.mime.transfer import decode_transfer
from mailclient.mime.tree import MAX_DEPTH, MAX_PARTS, parse_message
from mailclient.mime.words import decode_unstructured, parse_parameters
from mailclient.xray.charset_facts import examine_charset
from mailclient.xray.dkim_tags import parse_key_record, parse_signature
from mailclient.xray.dmarc_record import parse_dmarc
from mailclient.xray.dns_questions import run
from mailclient.xray.html_content import read_html
from mailclient.xray.html_tags import html_source
from mailclient.xray.inspection import inspect
from mailclient.xray.network_address import parse_address
from mailclient.xray.opened import open_message
from mailclient.xray.received import parse_received
from mailclient.xray.reports import examine_reports
from mailclient.xray.results import parse_received_spf, parse_results
from mailclient.xray.rtf import decompress_rtf, rtf_to_text
from mailclient.xray.spf import check_spf
from mailclient.xray.spf_record import BrokenRecord, parse_record
from mailclient.xray.tnef import read_tnef
from tests.fuzz.seeds import CHARSETS, DKIM, MESSAGE, PAGE, RECEIVED, REPORT, RESULTS, RTF, TNEF
from tests.support.mutation import SPECIALS

WHERE: Final = parse_address("192.0.2.7")
MAX_UNPACKED: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Target:
    """One grammar."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]
    """Tokens of the grammar, put in by whoever mutates."""


def _field(name: bytes, value: bytes) -> HeaderField:
    fields = parse_header_block(name + b": " + value + b"\r\n\r\n").fields
    return next(field for field in fields if field.name.encode() == name)


def _inside(length: int, *ranges: tuple[int, int] | None) -> None:
    for found in ranges:
        assert found is None or 0 <= found[0] <= found[1] <= length, found


def read_addresses(data: bytes) -> object:
    """Read a list of addresses; what may be sent to can be written down again."""
    found = parse_addresses(data)
    for address in found.addresses:
        format_address(address).encode("utf-8")
        if is_sendable(address.address):
            assert "\r" not in address.address and "\n" not in address.address
    return sender_truth(parse_header_block(b"From: " + data + b"\r\n\r\n"))


def read_date(data: bytes) -> object:
    """Read a date."""
    return parse_date(data), date_unix_s(data)


def read_words(data: bytes) -> object:
    """Read an unstructured field with encoded words."""
    text = decode_unstructured(data)
    assert "\n" not in text and "\0" not in text
    return text.encode("utf-8")


def read_parameters(data: bytes) -> object:
    """Read a value with parameters, and its names as names of files."""
    parameters = parse_parameters(data)
    for name in ("name", "filename", "charset", "boundary"):
        value = parameters.get(name)
        if value is not None:
            assert "/" not in safe_filename(value)
            value.encode("utf-8")
    return parameters


def read_received(data: bytes) -> object:
    """Read a line that a server wrote."""
    hop = parse_received(_field(b"Received", data))
    _inside(len(data) + 14, hop.range, *hop.pieces.values())
    return repr(hop).encode("utf-8")


def read_results(data: bytes) -> object:
    """Read what a server wrote about its checks."""
    results = parse_results(_field(b"Authentication-Results", data))
    return repr((results, parse_received_spf(_field(b"Received-SPF", data)))).encode("utf-8")


def read_signature(data: bytes) -> object:
    """Read a signature, a seal and a key."""
    text = data.decode("utf-8", "replace")
    return parse_signature(text), parse_signature(text, arc=True), parse_key_record(text)


def read_spf(data: bytes) -> object:
    """Read and evaluate a policy; every name that it asks for has the same policy."""
    text = data.decode("ascii", "replace")
    asked: list[Question] = []

    def answer(question: Question) -> Answer:
        asked.append(question)
        assert len(asked) < 200, "the limits of the standard"
        return Answer(AnswerStatus.FOUND, (text,))

    try:
        parse_record(text)
    except BrokenRecord:
        pass  # That is its answer to a record that is none.
    assert WHERE is not None
    return run(check_spf(WHERE, "anna@example.org", "mx.example.org"), answer)


def read_dmarc(data: bytes) -> object:
    """Read a policy."""
    return parse_dmarc(data.decode("utf-8", "replace"), "example.org")


def read_page(data: bytes) -> object:
    """Read HTML as the examiner does, and make it harmless as the window does."""
    decoded = decode_text(data, "utf-8").text
    content = read_html(html_source(data, "utf-8", decoded))
    _inside(len(data), *((one.start, one.end) for one in content.anchors))
    _inside(len(data), *((one.start, one.end) for one in content.loads))
    html_to_text(decoded)
    assert "<script" not in sanitise(decoded).html.lower()
    return repr(content).encode("utf-8")


def read_container(data: bytes) -> object:
    """Read a winmail.dat."""
    return read_tnef(data)


def read_rtf(data: bytes) -> object:
    """Read packed and plain RTF."""
    unpacked = decompress_rtf(data, MAX_UNPACKED)
    assert unpacked is None or len(unpacked.data) <= MAX_UNPACKED
    return rtf_to_text(data).encode("utf-8"), rtf_to_text(unpacked.data) if unpacked else None


def read_charset(data: bytes) -> object:
    """Read text under the name that stands before the first line end, and look for a better one."""
    name, _, text = data.partition(b"\n")
    declared = name.decode("ascii", "replace")
    decode_text(text, declared).text.encode("utf-8")
    facts = examine_charset(text, declared)
    return repr(facts).encode("utf-8")


def read_flowed(data: bytes) -> object:
    """Read paragraphs, fixed and flowed."""
    text = decode_text(data, "utf-8").text
    return decode_flowed(text), decode_flowed(text, delete_space=True), decode_fixed(text)


def read_tree(data: bytes) -> object:
    """Read a message; every part lies inside the one around it."""
    message = parse_message(data)
    count = 0
    for part in message.root.walk():
        count += 1
        assert part.depth <= MAX_DEPTH
        _inside(len(data), part.header_range, part.body_range, part.preamble, part.epilogue)
        for child in part.children:
            assert part.start <= child.start <= child.end <= part.end
    assert count <= MAX_PARTS
    _inside(len(data), *((defect.start, defect.end) for defect in message.defects))
    return readable_text(message, choose_body(message)).encode("utf-8")


def read_transfer(data: bytes) -> object:
    """Undo each transfer encoding; a line of uuencode may say that blanks were lost at its end, up to 63 bytes."""
    for encoding in ("base64", "quoted-printable", "x-uuencode", "7bit"):
        assert len(decode_transfer(data, encoding).data) <= 64 * len(data) + 100
    return None


def read_report(data: bytes) -> object:
    """Read a report of a delivery."""
    head = b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
    raw = head + b"Content-Type: message/delivery-status\r\n\r\n" + data + b"\r\n--b--\r\n"
    reports = examine_reports(open_message(raw), lambda _name: ("", ""), lambda _name: ("", ""))
    return repr(reports).encode("utf-8")


def read_whole(data: bytes) -> object:
    """Examine a whole message: nothing fails, and every place lies in it."""
    inspection = inspect(data)
    assert not inspection.unexamined, inspection.unexamined
    _inside(len(data), *(found.evidence for found in inspection.findings))
    return inspection


TARGETS: Final[dict[str, Target]] = {
    "addresses": Target(
        read_addresses,
        (b'"A, B" <a@example.org>, Team: b@example.net, =?utf-8?q?C?= <c@d>;, (x) d@[192.0.2.1]', b"<@a,@b:c@d> e@f"),
        (b"<", b">", b'"', b"\\", b"(", b")", b",", b";", b":", b"@", b"[", b"]", b"=?utf-8?b?YQ==?=", b"\r\n "),
    ),
    "dates": Target(
        read_date,
        (b"Sun, 1 Mar 2026 12:00:00 +0100 (CET)", b"1 Mar 26 12:00 EST", b"Sun Mar  1 12:00:00 2026"),
        (b"Jan", b"Feb", b"GMT", b"-0000", b":", b"(", b"9999", b"+9999", b"\r\n "),
    ),
    "words": Target(
        read_words,
        (b"=?utf-8?q?Gr=C3=BC=C3?= =?utf-8*de?q?=9Fe?= x =?iso-2022-jp?b?GyRCJDMbKEI=?=", b"a\r\n b =?x?b?YQ?="),
        (b"=?", b"?=", b"?q?", b"?b?", b"utf-8", b"utf-7", b"iso-2022-jp", b"\r\n ", b"=", b"\x1b$B"),
    ),
    "parameters": Target(
        read_parameters,
        (
            b"attachment; filename*0*=utf-8'de'%C3%BC; filename*1=\"b.txt\"; filename=x (c)",
            b'text/plain; charset="utf-8"',
        ),
        (b";", b"=", b"*0*=", b"*1=", b"''", b'"', b"\\", b"(", b"%", b"filename", b"boundary=", b"charset", b"\r\n "),
    ),
    "received": Target(
        read_received,
        RECEIVED,
        (b"from", b"by", b"with", b"id", b"for", b"via", b";", b"(", b")", b"[", b"]", b"HELO"),
    ),
    "results": Target(
        read_results, RESULTS, (b"dkim=", b"spf=", b"pass", b"header.d=", b"policy.", b";", b"(", b'"', b"/1")
    ),
    "dkim": Target(
        read_signature, DKIM, (b"v=1", b"a=", b"b=", b"bh=", b"c=", b"l=", b"t=", b"x=", b"k=", b"p=", b";", b"i=")
    ),
    "spf": Target(
        read_spf,
        (
            b"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a mx/24//64 include:%{d} exists:%{ir}.%{l1r-}.x ?all",
            b"v=spf1 redirect=a.b",
        ),
        (b"v=spf1", b"include:", b"%{", b"}", b"ptr", b"exp=", b"redirect=", b"/", b"//", b"-all", b"a:", b"%%", b"%_"),
    ),
    "dmarc": Target(
        read_dmarc,
        (b"v=DMARC1; p=reject; sp=none; np=none; adkim=s; aspf=r; rua=mailto:a@b!10m; fo=1:d; t=y; psd=n; pct=50",),
        (b"v=DMARC1", b"p=", b"sp=", b";", b"psd=", b"t=", b"mailto:", b"!"),
    ),
    "html": Target(
        read_page,
        PAGE,
        (
            b"<a href=",
            b"<!--",
            b"-->",
            b"<style>",
            b"<script",
            b"url(",
            b"data:",
            b"&#",
            b"<svg",
            b"style=",
            b"<base",
            b"<form",
        ),
    ),
    "tnef": Target(
        read_container,
        (TNEF,),
        (bytes.fromhex("789f3e22"), b"\x02\x10\x80", b"\x03\x90\x06", b"\x1e\x00", b"\x0d\x00"),
    ),
    "rtf": Target(
        read_rtf,
        (RTF, b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl x}{\\*\\htmltag64 <p>}\\'e4\\u228?\\par{\\bin3 abc}}"),
        (b"\\bin", b"\\'", b"\\u", b"{\\*", b"}", b"\\uc", b"LZFu", b"MELA", b"\\par"),
    ),
    "charsets": Target(
        read_charset,
        CHARSETS,
        (b"utf-16", b"utf-7", b"hz-gb-2312", b"\x1b$B", b"\x1b(B", b"+AGE-", b"~{", b"\xff\xfe"),
    ),
    "flowed": Target(
        read_flowed, (b"> a \n> b\n>> c \n-- \nd \n", b" >x \r\ny \r\n"), (b" \n", b">", b"-- \n", b"\r", b" ")
    ),
    "tree": Target(
        read_tree,
        MESSAGE,
        (b"--a", b"--b", b"--", b"\r\n\r\n", b"boundary=", b"multipart/", b"message/rfc822", b"begin 644 x\n"),
    ),
    "transfer": Target(
        read_transfer,
        (b"YWJj\r\nZA==", b"=C3=BC=\r\n=", b"begin 644 x\n#86)C\n`\nend\n"),
        (b"=", b"==", b"=\r\n", b"begin "),
    ),
    "reports": Target(
        read_report,
        (REPORT,),
        (b"\r\n\r\n", b"rfc822;", b"Status:", b"5.", b"Action:", b"smtp;", b"Will-Retry-Until:"),
    ),
    "whole": Target(
        read_whole,
        (*MESSAGE, b"Received: " + RECEIVED[0] + b"\r\nDKIM-Signature: " + DKIM[0] + b"\r\n" + MESSAGE[0]),
        SPECIALS,
    ),
}
