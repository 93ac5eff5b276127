"""Each part of a message is told with its bytes, encoding, charset, type, name and place; ordinary mail is calm."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from mailclient.xray.choosing import explain_choice
from mailclient.xray.finding import Finding, Severity
from mailclient.xray.opened import open_message
from mailclient.xray.parts import PartFacts, Place, examine_parts

SPECIMENS = Path(__file__).resolve().parents[3] / "resources/specimens"
ODD = {"forgery.eml", "phishing.eml", "spoofed-name.eml", "uuencode.eml", "partial.eml", "external-body.eml"}
"""Specimens that are made to be suspicious."""


def parts_of(raw: bytes) -> dict[str, PartFacts]:
    return {facts.section: facts for facts in examine_parts(open_message(raw))}


def one_part(header: bytes, body: bytes) -> PartFacts:
    return examine_parts(open_message(header + b"\r\n\r\n" + body))[0]


def ids(findings: tuple[Finding, ...]) -> set[str]:
    return {found.id for found in findings}


MIXED = (
    b"Content-Type: multipart/mixed; boundary=out\r\n\r\nread me first\r\n--out\r\n"
    b"Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\n\r\nplain words\r\n"
    b"--in\r\nContent-Type: text/html\r\n\r\n<p>plain words</p>\r\n--in--\r\n"
    b"--out\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(b"\x89PNG\r\n\x1a\n" + bytes(600)).replace(b"\n", b"\r\n")
    + b"--out--\r\nand a footer\r\n"
)


def test_boundaries_preamble_and_epilogue_are_bytes_of_the_message() -> None:
    parts = parts_of(MIXED)
    outer = parts[""]
    assert [(MIXED[line.start : line.end], line.level, line.closing) for line in outer.boundaries] == [
        (b"--out\r\n", 0, False),
        (b"--out\r\n", 0, False),
        (b"--out--\r\n", 0, True),
    ]
    assert {line.level for line in parts["1"].boundaries} == {1}
    assert outer.part.preamble and MIXED[slice(*outer.part.preamble)] == b"read me first"
    assert outer.part.epilogue and MIXED[slice(*outer.part.epilogue)] == b"and a footer\r\n"


def test_sizes_overhead_hash_and_magic() -> None:
    image = parts_of(MIXED)["2"]
    data = b"\x89PNG\r\n\x1a\n" + bytes(600)
    assert image.decoded_size == len(data)
    assert image.sha256 == hashlib.sha256(data).hexdigest()
    assert 33 <= image.overhead_percent <= 38
    assert image.magic is not None and image.magic.content_type == "image/png" and image.type_agrees
    assert image.encoding.well_formed


def test_each_part_has_its_place_and_a_reason() -> None:
    opened = open_message(MIXED)
    places = {step.section: step.place for step in explain_choice(opened).steps}
    assert places == {
        "": Place.CONTAINER,
        "1": Place.CONTAINER,
        "1.1": Place.OTHER_FORM,
        "1.2": Place.BODY,
        "2": Place.ATTACHMENT,
    }
    choosing = explain_choice(opened)
    assert [step.section for step in choosing.not_shown] == ["1.1"]
    assert all(step.reason and step.rfc for step in choosing.steps)
    assert choosing.difference is not None and choosing.difference.common_percent == 100


def test_alternatives_that_say_different_things_are_noted() -> None:
    raw = MIXED.replace(b"<p>plain words</p>", b"<p>something else entirely was written here</p>").replace(
        b"\r\n\r\nplain words", b"\r\n\r\nplain words at http://elsewhere.test/"
    )
    assert ids(explain_choice(open_message(raw)).findings) == {"alternatives-differ", "alternatives-links-differ"}


@pytest.mark.parametrize(
    ("header", "body", "kind", "severity"),
    [
        (b"image/png", b"MZ\x90\0\3\0", "application/x-msdownload", Severity.DANGER),
        (b"application/pdf", b"\x7fELF\2\1\1\0", "application/x-executable", Severity.DANGER),
        (b"text/plain", b"PK\3\4\x14\0", "application/zip", Severity.WARNING),
        (b"image/jpeg", b"GIF89a\1\0", "image/gif", Severity.NOTICE),
        (b"application/octet-stream", b"MZ\x90\0\3\0", "application/x-msdownload", None),
        (b"image/jpg", b"\xff\xd8\xff\xe0", "image/jpeg", None),
        (
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            b"PK\3\4",
            "application/zip",
            None,
        ),
        (b"application/msword", b"{\\rtf1", "application/rtf", None),
        (b"text/xml", b"<?xml version='1.0'?><a/>", "application/xml", None),
        (b"text/x-sh", b"#!/bin/sh\n", "text/x-script", None),
    ],
)
def test_declared_type_against_data(header: bytes, body: bytes, kind: str, severity: Severity | None) -> None:
    facts = one_part(b"Content-Type: " + header + b"\r\nContent-Transfer-Encoding: base64", base64.b64encode(body))
    assert facts.magic is not None and facts.magic.content_type == kind
    contradictions = [found.severity for found in facts.findings if found.id == "type-contradicts-data"]
    assert contradictions == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("name", "charset"),
    [
        ("big5", "big5"),
        ("euc-kr", "euc-kr"),
        ("gb18030", "gb18030"),
        ("koi8-r", "koi8-r"),
        ("shift_jis", "shift_jis"),
        ("windows-1255", "windows-1255"),
        ("windows-1252", "windows-1252"),
    ],
)
def test_the_charset_of_a_text_without_a_label_is_found(name: str, charset: str) -> None:
    opened = open_message((SPECIMENS / f"{name}.eml").read_bytes())
    data = opened.data(opened.message.root)
    found = one_part(b"Content-Type: text/plain", data).charset
    assert found is not None and not found.valid
    assert found.candidates[0].charset == charset


def test_escape_sequences_are_not_ascii() -> None:
    opened = open_message((SPECIMENS / "iso-2022-jp.eml").read_bytes())
    found = one_part(b"Content-Type: text/plain", opened.data(opened.message.root)).charset
    assert found is not None and not found.ascii and found.found == "iso-2022-jp"


def test_a_charset_that_cannot_be_meant_is_told_with_the_places() -> None:
    facts = one_part(b"Content-Type: text/plain; charset=utf-8", "Grüße aus Köln".encode("latin-1"))
    assert facts.charset is not None and not facts.charset.valid
    assert facts.charset.breaks[0] == (2, 3)
    assert "charset-wrong" in ids(facts.findings)
    fine = one_part(b"Content-Transfer-Encoding: 8bit\r\nContent-Type: text/plain; charset=utf-8", "Grüße".encode())
    assert fine.charset is not None and fine.charset.valid and not fine.findings


@pytest.mark.parametrize(
    ("encoding", "body", "damage"),
    [
        (b"base64", b"QUJD!QUJD", "base64-junk"),
        (b"base64", b"QUI=QUJD", "base64-padding-inside"),
        (b"base64", b"QUJDR", "base64-length"),
        (b"quoted-printable", b"a=ZZb", "quoted-printable-bad-escape"),
        (b"quoted-printable", b"a\xffb", "quoted-printable-8bit"),
        (b"7bit", b"a\xffb", "8bit-in-7bit"),
        (b"8bit", b"a\0b", "nul"),
    ],
)
def test_damage_of_an_encoding_is_placed(encoding: bytes, body: bytes, damage: str) -> None:
    header = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: " + encoding
    facts = one_part(header, body)
    assert damage in {found.id for found in facts.encoding.serious}
    place = next(found for found in facts.encoding.damage if found.id == damage)
    assert len(header) + 4 <= place.start < place.end <= len(header) + 4 + len(body)


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        (b'"invoice.pdf.exe"', "file-name-double-extension"),
        ('"photo\u202egnp.exe"'.encode(), "file-name-turned"),
        (b'"..\\\\..\\\\evil.txt"', "file-name-path"),
        (b'"a.txt                 .exe"', "file-name-gap"),
        (b'"=?utf-8?q?a=C3=BC?=.txt"', "file-name-encoded-word"),
        (b"a.txt; filename*=utf-8''a.exe", "file-name-forms-differ"),
    ],
)
def test_tricks_of_file_names(name: bytes, finding: str) -> None:
    facts = one_part(b"Content-Disposition: attachment; filename=" + name, b"x")
    assert facts.name is not None and finding in ids(facts.name.findings)


def test_a_plain_name_is_no_trick() -> None:
    facts = one_part(b'Content-Disposition: attachment; filename="Report 2.1.final.pdf"', b"x")
    assert facts.name is not None and not facts.name.findings and facts.name.notation == "plain"


@pytest.mark.parametrize("path", sorted(SPECIMENS.glob("*.eml")), ids=lambda path: path.name)
def test_ordinary_mail_gives_no_warning(path: Path) -> None:
    opened = open_message(path.read_bytes())
    findings = [found for facts in examine_parts(opened) for found in facts.findings]
    findings += explain_choice(opened).findings
    if path.name not in ODD:
        assert [found for found in findings if found.severity.weight > Severity.NOTICE.weight] == []
