"""The explanations exist for what the program says and hears, and a line of a dialogue is explained by them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailclient.app.glossary import explain_header, explain_line, table
from mailclient.domain.dns import RecordType
from mailclient.protocol.sasl import Mechanism

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("protocol", "line", "from_client", "words"),
    [
        ("SMTP", "EHLO [127.0.0.1]", True, "extensions"),
        ("SMTP", "550 5.1.1 <x@example.org>: unknown", False, "There is no such mailbox."),
        ("SMTP", "AUTH PLAIN ********", True, "base64, which hides nothing"),
        ("IMAP", "P1 AUTHENTICATE SCRAM-SHA-256 biws", True, "Both sides prove"),
        ("POP3", "RETR 7", True, "stays on the server"),
        ("DNS", "TXT s1._domainkey.example.org.", True, "public keys"),
        ("DNS", "NXDOMAIN", False, "does not exist"),
        ("DNS", "NOERROR AD", False, "DNSSEC"),
        ("DNS", "example.org. 300 IN MX 10 mx.example.org.", False, "take mail"),
        ("POP3", "AUTH SCRAM-SHA-256 biws", True, "Both sides prove"),
        ("POP3", "-ERR [IN-USE] locked", False, "Another session"),
        ("POP3", "PIPELINING", False, "without waiting"),
        ("SMTP", "599 what", False, "for good"),
        ("IMAP", "P3 UID FETCH 1:3 (UID BODY.PEEK[])", True, "without marking"),
        ("IMAP", "P1 NO [AUTHENTICATIONFAILED] wrong", False, "password is wrong"),
        ("IMAP", "* 3 EXISTS", False, "How many messages"),
        ("IMAP", "* OK [UIDVALIDITY 7] valid", False, "edition"),
    ],
)
def test_a_line_of_a_dialogue_is_explained(protocol: str, line: str, from_client: bool, words: str) -> None:
    assert words in explain_line(protocol, line, from_client)


def test_unknown_lines_and_headers_have_no_explanation() -> None:
    assert explain_line("IMAP", "gibberish", False) == ""
    assert explain_header("X-Never-Heard-Of") == ("", "")


def test_every_way_to_sign_in_is_explained() -> None:
    assert {mechanism.value for mechanism in Mechanism} == set(table("sasl_mechanisms"))


def test_every_imap_command_that_the_program_sends_is_explained() -> None:
    source = "".join(path.read_text() for path in (ROOT / "mailclient/net").glob("imap_*.py"))
    sent = set(re.findall(r"b[\"']((?:UID )?[A-Z]{2,}(?: [A-Z]+)?)[ \"']", source))
    verbs = {" ".join(words.split()[: 2 if words.startswith("UID") else 1]) for words in sent}
    known = set(table("imap_commands"))
    expected = {
        "LIST",
        "SELECT",
        "EXAMINE",
        "UID FETCH",
        "UID STORE",
        "UID MOVE",
        "UID COPY",
        "UID EXPUNGE",
        "APPEND",
        "IDLE",
    }
    assert expected <= verbs & known


def test_every_smtp_command_that_the_program_sends_is_explained() -> None:
    source = "".join(path.read_text() for path in (ROOT / "mailclient/net").glob("smtp_*.py"))
    sent = set(re.findall(r"command\(\"([A-Z]{4,8})\"", source))
    assert sent
    assert sent <= set(table("smtp_commands"))


def test_every_imap_capability_that_the_program_uses_is_explained() -> None:
    places = [*(ROOT / "mailclient/net").glob("imap_*.py"), *(ROOT / "mailclient/sync").glob("*.py")]
    source = "".join(path.read_text() for path in (*places, ROOT / "mailclient/engine/doorbell.py"))
    used = set(
        re.findall(r"\"([A-Z][A-Z0-9=+-]+)\" (?:not )?in (?:\w+\.)*(?:_?dialogue\.)?(?:capabilities|words)", source)
    )
    assert {"QRESYNC", "NOTIFY", "COMPRESS=DEFLATE", "LIST-STATUS", "OBJECTID", "LITERAL+", "MOVE"} <= used
    assert used <= set(table("imap_capabilities"))


def test_every_pop3_command_and_code_that_the_program_knows_is_explained() -> None:
    source = "".join(path.read_text() for path in (ROOT / "mailclient/net").glob("pop3_*.py"))
    sent = set(re.findall(r"[(\[]\"([A-Z]{3,4})\"", source)) - {"SASL"}
    assert {"CAPA", "STLS", "AUTH", "USER", "PASS", "APOP", "LIST", "UIDL", "RETR", "TOP", "DELE", "QUIT"} <= sent
    assert sent <= set(table("pop3_commands"))
    grammar = (ROOT / "mailclient/protocol/pop3_replies.py").read_text()
    codes = re.findall(r"_BUSY_CODES: Final = frozenset\(\{(.*?)\}\)", grammar)[0]
    assert set(re.findall(r'"([A-Z/-]+)"', codes)) | {"AUTH", "SYS/PERM"} <= set(table("pop3_replies"))
    assert {"TOP", "UIDL", "PIPELINING", "SASL", "STLS"} <= set(table("pop3_capabilities"))


def test_every_question_and_every_answer_of_the_dns_is_explained() -> None:
    usual = {"NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR", "NOTIMP", "AD", "CNAME"}
    assert {kind.value for kind in RecordType} | usual <= set(table("dns"))
