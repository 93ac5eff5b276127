"""Each field is explained, its form is checked by its grammar, and Microsoft's codes become sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.app.glossary import explain_field
from mailclient.mime.headers import parse_header_block
from mailclient.mime.tree import parse_message
from mailclient.xray.antispam import decode_antispam
from mailclient.xray.field_grammar import form_problem
from mailclient.xray.field_meaning import CLASSES, WRITERS
from mailclient.xray.fields import examine_fields

ROOT = Path(__file__).resolve().parents[3]
REGISTRY = [
    line.split("\t")[0] for line in (ROOT / "tests/corpus/iana_message_headers.tsv").read_text("utf-8").splitlines()
]
HONEST = [path for path in (ROOT / "resources/specimens").glob("*.eml") if "broken" not in path.name]


@pytest.mark.parametrize("name", REGISTRY)
def test_every_registered_field_has_an_entry_of_its_own(name: str) -> None:
    meaning = explain_field(name)
    assert meaning.known
    assert meaning.status != "not registered"
    assert meaning.field_class in CLASSES
    assert meaning.writer in WRITERS - {"unknown"}


def test_the_registry_is_whole() -> None:
    assert len(REGISTRY) == len(set(REGISTRY)) == 169


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("X-MS-Exchange-Organization-Something-New", "your own organisation"),
        ("x-ms-exchange-new", "Exchange"),
        ("X-Acme-MailScanner-Watermark", "MailScanner"),
        ("X-Spam-Anything", "anybody can write it"),
    ],
)
def test_a_family_explains_the_names_that_have_no_entry(name: str, words: str) -> None:
    assert words.lower() in explain_field(name).sentence.lower()


def test_a_name_nobody_knows_has_an_empty_meaning() -> None:
    assert (explain_field("Zzz").known, explain_field("Zzz").writer) == (False, "unknown")


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("Date: Tue, 24 Nov 2026 10:00:00 +0100 (CET)", True),
        ("Date: 24 Nov 2026 10:00 -0000", True),
        ("Date: 2026-11-24T10:00:00Z", False),
        ("Date: Tue, 24 Nov 2026 10:00:00 GMT", False),
        ("From: Anna <a@example.org>", True),
        ("From: Anna", False),
        ("Sender: a@example.org, b@example.org", False),
        ("Sender: a@example.org", True),
        ("To: undisclosed-recipients:;", True),
        ("To: a@example.org b@example.org", False),
        ("Message-ID: <a.b@example.org>", True),
        ("Message-ID: <a@[192.0.2.1]>", True),
        ("Message-ID: a@example.org", False),
        ("Message-ID: <a@b> <c@d>", False),
        ("References: <a@b>  <c@d>", True),
        ("In-Reply-To: Your message of Monday", False),
        ("Return-Path: <>", True),
        ("Return-Path: a@example.org", False),
        ('Content-Type: text/plain; charset="utf-8"; format=flowed', True),
        ('Content-Type: text/plain; name="a;b"', True),
        ("Content-Type: text/plain; name=my file", False),
        ("Content-Type: text", False),
        ("Content-Disposition: attachment", True),
        ("Content-Transfer-Encoding: 8bit", True),
        ("Content-Transfer-Encoding: 8 bit", False),
        ("MIME-Version: 1.0 (made by hand)", True),
        ("MIME-Version: one", False),
        ("Lines: 12", True),
        ("Lines: many", False),
        ("List-Unsubscribe: <mailto:a@example.org>, <https://example.org/x>", True),
        ("List-Post: NO (closed)", True),
        ("List-Help: https://example.org", False),
        ("List-Id: A list <list.example.org>", True),
        ("List-Id: A list", False),
        ("Keywords: one, two", True),
        ("Keywords: one,,two", False),
        ("Subject:", True),
    ],
)
def test_the_form_of_a_field_is_checked_by_its_grammar(line: str, good: bool) -> None:
    field = parse_header_block(line.encode() + b"\r\n\r\n").fields[0]
    assert (form_problem(field.name, field.value_raw) == "") is good


def test_each_field_is_told_in_order_with_its_bytes() -> None:
    raw = b"Received: x\r\nSubject: a\r\n b\r\nX-Spam-Flag: NO\r\n\r\n"
    report = examine_fields(parse_header_block(raw), explain_field)
    assert [field.name for field in report.fields] == ["Received", "Subject", "X-Spam-Flag"]
    assert b"".join(field.raw for field in report.fields) == raw[:-2]
    assert [field.meaning.field_class for field in report.fields] == ["trace", "other", "vendor"]
    assert [raw[slice(*field.place)] == field.raw for field in report.fields] == [True] * 3


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("X-Forefront-Antispam-Report", "CIP:2001:db8::1;CTRY:DE;SCL:-1;SFV:SKN;", "2001:db8::1"),
        ("X-Forefront-Antispam-Report", "CIP:255.255.255.255", "inside the service"),
        ("X-Forefront-Antispam-Report", "CAT:SPOOF;", "forged"),
        ("X-Forefront-Antispam-Report", "SFS:(1)(2);", "does not explain"),
        ("X-Forefront-Antispam-Report-Untrusted", "SCL:1", "only a claim"),
        ("X-Microsoft-Antispam", "BCL:9;", "many complain"),
        ("X-MS-Exchange-Organization-SCL", "5", "level 5: spam"),
        ("X-Microsoft-Antispam-Mailbox-Delivery", "ucf:0;dest:J;OFR:SpamFilterAuthJ", "went to junk"),
    ],
)
def test_the_codes_of_microsoft_become_sentences(name: str, value: str, words: str) -> None:
    assert words in " ".join(decode_antispam(name, value.encode()))


@pytest.mark.parametrize("path", HONEST, ids=lambda path: path.name)
def test_the_fields_of_ordinary_mail_give_nothing_above_a_notice(path: Path) -> None:
    report = examine_fields(parse_message(path.read_bytes()).headers, explain_field)
    assert all(finding.severity.weight <= 1 for finding in report.findings)
    assert all(field.meaning.known for field in report.fields)


@given(st.sampled_from(REGISTRY), st.binary(max_size=400))
def test_any_value_has_a_report(name: str, value: bytes) -> None:
    examine_fields(parse_header_block(name.encode() + b": " + value + b"\r\n\r\n"), explain_field)
