"""Messages that parsers are known to read differently are flagged, or our parts hold all that the others find."""

from __future__ import annotations

import email
import email.policy
from email.message import Message as StandardMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.xray.ambiguity import examine_ambiguity
from mailclient.xray.finding import Severity
from mailclient.xray.opened import OpenedMessage, open_message

SPECIMENS = Path(__file__).resolve().parents[3] / "resources/specimens"
V = b"MIME-Version: 1.0\r\n"
ONE = b"Content-Type: text/plain\r\n\r\none\r\n"
APPLICATION = b"--b\r\nContent-Type: app"
TWO = b"Content-Type: application/x-evil; name=a.exe\r\n\r\ntwo\r\n"
BODY = b"--b\r\n" + ONE + b"--b\r\n" + TWO + b"--b--\r\n"
MIXED = V + b"Content-Type: multipart/mixed; boundary=b\r\n"


def typed(value: bytes, body: bytes = BODY) -> bytes:
    return V + b"Content-Type: " + value + b"\r\n\r\n" + body


def encoded(coding: bytes, body: bytes = b"aGVsbG8=\r\n", kind: bytes = b"text/plain") -> bytes:
    return V + b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + coding + b"\r\n\r\n" + body


def nested(inner: bytes, body: bytes) -> bytes:
    return (
        MIXED + b"\r\n--b\r\nContent-Type: multipart/mixed; boundary=" + inner + b"\r\n\r\n" + body + b"\r\n--b--\r\n"
    )


def attached(value: bytes) -> bytes:
    return V + b"Content-Disposition: attachment; " + value + b"\r\n\r\nx"


IN_FORM = b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n"
LEVELS = b"".join(b"Content-Type: multipart/mixed; boundary=b%dz\r\n\r\n--b%dz\r\n" % (n, n) for n in range(70))

CASES: dict[str, tuple[bytes, str]] = {
    "two Content-Types": (MIXED + b"Content-Type: text/plain\r\n\r\n" + BODY, "double-field"),
    "two Content-Types, plain first": (V + b"Content-Type: text/plain\r\n" + MIXED + b"\r\n" + BODY, "double-field"),
    "two boundaries": (typed(b"multipart/mixed; boundary=b; boundary=c"), "double-parameter"),
    "two boundaries, second used": (typed(b"multipart/mixed; boundary=c; boundary=b"), "double-parameter"),
    "boundary in pieces": (typed(b'multipart/mixed; boundary*0="b"; boundary*1=""'), "split-parameter"),
    "boundary plain and in pieces": (typed(b"multipart/mixed; boundary=c; boundary*0=b"), "split-parameter"),
    "boundary encoded": (typed(b"multipart/mixed; boundary*=us-ascii''b"), "split-parameter"),
    "boundary with a backslash": (typed(b'multipart/mixed; boundary="\\b"'), "boundary-written"),
    "boundary ends in a blank": (typed(b'multipart/mixed; boundary="b "'), "boundary-written"),
    "comment after the type": (typed(b"multipart/mixed (x; boundary=c); boundary=b"), "comment"),
    "comment after the boundary": (typed(b"multipart/mixed; boundary=b (c)"), "comment"),
    "comment in the type": (typed(b"multipart(x)/mixed; boundary=b"), "comment"),
    "boundary with blanks": (
        typed(b"multipart/mixed; boundary=b c", BODY.replace(b"--b", b"--b c")),
        "boundary-unquoted",
    ),
    "boundary with an equals sign": (
        typed(b"multipart/mixed; boundary=b=c", BODY.replace(b"--b", b"--b=c")),
        "boundary-unquoted",
    ),
    "empty boundary": (typed(b'multipart/mixed; boundary=""', BODY.replace(b"--b", b"--")), "no-boundary"),
    "no boundary": (typed(b"multipart/mixed"), "no-boundary"),
    "absent boundary": (typed(b"multipart/mixed; boundary=zzz"), "boundary-absent"),
    "the same boundary inside": (nested(b"b", b"--b\r\n" + TWO + b"--b--"), "boundary-repeated"),
    "a longer boundary inside": (nested(b"bc", b"--bc\r\n" + TWO + b"--bc--"), "boundary-prefix"),
    "a shorter boundary inside": (
        typed(b"multipart/mixed; boundary=bc", nested(b"b", BODY).partition(b"\r\n\r\n")[2].replace(b"--b", b"--bc")),
        "boundary-absent",
    ),
    "text after a boundary": (
        MIXED + b"\r\n" + BODY.replace(APPLICATION, b"--b x\r\nContent-Type: app"),
        "near-boundary",
    ),
    "text after the end": (MIXED + b"\r\n" + BODY.replace(b"--b--", b"--b--x"), "near-boundary"),
    "blank before a boundary": (
        MIXED + b"\r\n" + BODY.replace(APPLICATION, b" --b\r\nContent-Type: app"),
        "near-boundary",
    ),
    "dot before a boundary": (
        MIXED + b"\r\n" + BODY.replace(APPLICATION, b".--b\r\nContent-Type: app"),
        "near-boundary",
    ),
    "part after the end": (MIXED + b"\r\n" + BODY + b"--b\r\n" + TWO, "epilogue"),
    "header after the end": (MIXED + b"\r\n" + BODY + TWO, "epilogue"),
    "words after the end": (MIXED + b"\r\n" + BODY + b"hello", "epilogue"),
    "part before the start": (MIXED + b"\r\n--c\r\n" + TWO + b"\r\n" + BODY, "preamble"),
    "header before the start": (MIXED + b"\r\n" + TWO + BODY, "preamble"),
    "inner part not closed": (nested(b"c", b"--c\r\n" + TWO), "not-closed"),
    "outer part not closed": (MIXED + b"\r\n--b\r\n" + TWO, "not-closed"),
    "boundary ends in CR": (MIXED + b"\r\n" + BODY.replace(b"--b\r\n", b"--b\r"), "line-ends"),
    "boundaries end differently": (MIXED + b"\r\n" + BODY.replace(b"--b\r\n", b"--b\n", 1), "line-ends"),
    "base64 multipart": (encoded(b"base64", BODY, b"multipart/mixed; boundary=b"), "encoded-structure"),
    "quoted-printable multipart": (
        encoded(b"quoted-printable", BODY, b"multipart/mixed; boundary=b"),
        "encoded-structure",
    ),
    "base64 message": (encoded(b"base64", b"RnJvbTogYQoKYg==", b"message/rfc822"), "encoded-structure"),
    "two encodings": (
        V + b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\naGk=",
        "double-field",
    ),
    "encoding with a semicolon": (encoded(b"base64;"), "encoding"),
    "encoding in quotes": (encoded(b'"base64"'), "encoding"),
    "encoding with a comment": (encoded(b"base64 (x)"), "encoding"),
    "encoding misspelt": (encoded(b"b64"), "encoding"),
    "encoding with a blank inside": (encoded(b"base 64"), "encoding"),
    "encoding x-base64": (encoded(b"x-base64"), "encoding"),
    "encoding x-uuencode": (encoded(b"x-uuencode", b"begin 644 a\n#86)C\n`\nend\n"), "encoding"),
    "base64 padded in the middle": (encoded(b"base64", b"aGk=aGk="), "base64-padding"),
    "base64 with junk": (encoded(b"base64", b"aG!Vs*bG8="), "base64-junk"),
    "base64 of another alphabet": (encoded(b"base64", b"_-_-"), "base64-junk"),
    "uuencode in text": (typed(b"text/plain", b"begin 644 x.exe\n#86)C\n`\nend\n"), "file-in-text"),
    "yEnc in text": (
        typed(b"text/plain", b"=ybegin line=128 size=1 name=x.exe\r\n\x8b\r\n=yend size=1\r\n"),
        "file-in-text",
    ),
    "header ended by a line": (V + b"no field\r\nContent-Type: text/html\r\n\r\nx", "header-ended"),
    "From line inside the header": (V + b"From a@b.test Mon\r\nContent-Type: text/html\r\n\r\nx", "header-ended"),
    "part header ended by a line": (
        MIXED + b"\r\n--b\r\nhello\r\nContent-Type: text/html\r\n\r\nx\r\n--b--",
        "header-ended",
    ),
    "space before the colon": (V + b"Content-Type : multipart/mixed; boundary=b\r\n\r\n" + BODY, "space-before-colon"),
    "an empty fold": (V + b"Content-Type: multipart/mixed;\r\n \r\n boundary=b\r\n\r\n" + BODY, "control-in-field"),
    "a lone CR in a field": (V + b"Content-Type: text/plain\rContent-Type: text/html\r\n\r\nx", ""),
    "NUL in a field": (V + b"Content-Type: multipart/mi\0xed; boundary=b\r\n\r\n" + BODY, "control-in-field"),
    "form feed in a field": (V + b"Content-Type:\x0cmultipart/mixed; boundary=b\r\n\r\n" + BODY, "control-in-field"),
    "two types": (typed(b"text/plain, text/html", b"x"), "type"),
    "two types without a comma": (typed(b"text/plain text/html", b"x"), "type"),
    "no semicolon": (typed(b"multipart/mixed boundary=b"), "type"),
    "no slash": (typed(b"multipart; boundary=b"), "type"),
    "8-bit blank": (typed(b"multipart/mixed;\xa0boundary=b"), "8bit-in-field"),
    "UTF-16": (typed(b"text/plain; charset=utf-16", b"a\0b\0"), "charset"),
    "UTF-7": (typed(b"text/html; charset=utf-7", b"+ADw-script+AD4-"), "charset"),
    "EBCDIC multipart": (typed(b"multipart/mixed; boundary=b; charset=ibm037"), "charset"),
    "two dispositions": (
        V + b"Content-Disposition: inline\r\nContent-Disposition: attachment\r\n\r\nx",
        "double-field",
    ),
    "two file names": (attached(b"filename=a.txt; filename=a.exe"), "double-parameter"),
    "file name in two notations": (attached(b"filename=a.txt; filename*=utf-8''a.exe"), "name-forms"),
    "pieces out of order": (attached(b"filename*1=exe; filename*0=a."), "name-pieces"),
    "pieces with a gap": (attached(b"filename*0=a.; filename*2=exe"), "name-pieces"),
    "piece of a message": (typed(b"message/partial; id=x; number=1; total=2", b"x"), "partial"),
    "no MIME-Version": (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + BODY, "mime-version"),
    "another MIME-Version": (MIXED.replace(b"1.0", b"0.9") + b"\r\n" + BODY, "mime-version"),
    "the same form twice": (typed(b"multipart/alternative; boundary=b", BODY.replace(TWO, ONE)), "same-forms"),
    "attachments inside a form": (
        typed(
            b"multipart/alternative; boundary=b", b"--b\r\n" + ONE + b"--b\r\n" + IN_FORM + TWO + b"--c--\r\n--b--\r\n"
        ),
        "attachment-in-form",
    ),
    "winmail.dat": (typed(b"application/ms-tnef", b"x"), "wrapper"),
    "a byte order mark": (b"\xef\xbb\xbf" + MIXED + b"\r\n" + BODY, "header-ended"),
    "a blank line first": (b"\r\n" + MIXED + b"\r\n" + BODY, "no-header"),
    "a continuation first": (b" x\r\n" + MIXED + b"\r\n" + BODY, "header-begins"),
    "boundary behind base64": (
        MIXED + b"\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nCi0tYgpYOiB5Cgp6Cg==\r\n--b--",
        "boundary-encoded",
    ),
    "boundary in capitals": (MIXED + b"\r\n" + BODY.replace(APPLICATION, b"--B\r\nContent-Type: app"), "boundary-case"),
    "boundary of 80": (
        typed(b"multipart/mixed; boundary=" + b"b" * 80, BODY.replace(b"--b", b"--" + b"b" * 80)),
        "boundary-long",
    ),
    "HTML as text": (typed(b"text/plain", b"<html><script>x</script>"), "html-as-text"),
    "1,100 parts": (MIXED + b"\r\n" + b"--b\r\n\r\nx\r\n" * 1_100 + b"--b--\r\n", "count"),
    "70 deep": (LEVELS + b"\r\nx", "depth"),
}


def leaves_of(parsed: StandardMessage) -> set[bytes]:
    found = set()
    for part in parsed.walk():
        if not part.is_multipart():
            data = part.get_payload(decode=True)
            found.add(data.strip() if isinstance(data, bytes) else b"")
    return found - {b""}


def ours(opened: OpenedMessage) -> set[bytes]:
    return {opened.data(part).strip() for part in opened.message.root.walk() if not part.children}


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("name", CASES)
def test_an_ambiguous_message_is_flagged_with_its_reason(name: str) -> None:
    raw, identifier = CASES[name]
    found = examine_ambiguity(open_message(raw))
    assert found
    assert not identifier or f"ambiguous-{identifier}" in {finding.id for finding in found}
    for finding in found:
        assert finding.evidence is None or 0 <= finding.evidence[0] <= finding.evidence[1] <= len(raw)


@pytest.mark.parametrize("policy", [email.policy.default, email.policy.compat32], ids=["default", "compat32"])
@pytest.mark.parametrize("name", CASES)
def test_what_another_parser_finds_we_find_or_flag(name: str, policy: email.policy.Policy) -> None:
    raw = CASES[name][0]
    opened = open_message(raw)
    if not examine_ambiguity(opened):
        others = leaves_of(email.message_from_bytes(raw, policy=policy))
        assert others <= ours(opened)


@pytest.mark.parametrize("path", sorted(SPECIMENS.glob("*.eml")), ids=lambda path: path.name)
def test_ordinary_mail_is_read_the_same_by_others(path: Path) -> None:
    raw = path.read_bytes()
    opened = open_message(raw)
    found = examine_ambiguity(opened)
    assert [
        finding for finding in found if finding.severity.weight > Severity.NOTICE.weight
    ] == [] or path.name.startswith(("broken-", "forgery", "phishing", "spoofed"))
    if not found:
        others = leaves_of(email.message_from_bytes(raw))
        assert {other.replace(b"\r\n", b"\n") for other in others} <= {
            own.replace(b"\r\n", b"\n") for own in ours(opened)
        }


PIECES = (
    *(b"--b\r\n", b"--b--", b"--B", b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: text/plain\r\n"),
    *(
        b"x",
        b"\r",
        b"\n",
        b"\r\n",
        b" ",
        b"Content-Transfer-Encoding: base64\r\n",
        b"(",
        b'"',
        b"boundary*0=",
        b"\0",
        b"=",
    ),
    b"begin 644 a\n",
)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_nothing_raises(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    for finding in examine_ambiguity(open_message(raw)):
        assert finding.evidence is None or 0 <= finding.evidence[0] <= finding.evidence[1] <= len(raw)
