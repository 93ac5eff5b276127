"""Who a message is really from: the names side by side, the one sentence, and what is said; ordinary mail stays calm."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.app.glossary import inspection_context
from mailclient.paths import resource_path
from mailclient.xray.finding import Severity
from mailclient.xray.inspection import Inspection, inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.report import inspection_json
from mailclient.xray.report_text import report_as_text
from mailclient.xray.sender_report import sender_json
from mailclient.xray.senders import Relation, Role

CONTEXT = inspection_context(OwnServers(hosts=("mx.example.org",), addresses=("me@example.org",)))
RECEIVED = (
    "Received: from out.example.net (out.example.net [203.0.113.9]) by mx.example.org with ESMTPS id 1"
    " for <me@example.org>; Tue, 24 Nov 2026 10:00:00 +0100"
)
PASS = "Authentication-Results: mx.example.org; dkim=pass header.d=example.net; dmarc=pass header.from=example.net"
FAIL = "Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=x@other.test; dmarc=fail header.from=example.net"
NONE = "Authentication-Results: mx.example.org; spf=none smtp.mailfrom=x@other.test"
NOTHING = "Nothing vouches for this sender."
NOT_APPLE = "The domain is not apple.com, which it looks like."
ADA = "Ada Lovelace <ada@example.net>"
FROM = f"From: {ADA}"
UNCLEAR = "It is not clear who this is from; the first address in From is"
POST = "List-Post: <mailto:g@lists.example.com>"
LIST = "List-Id: Gardeners <gardeners.lists.example.com>"


def inspected(*lines: str) -> Inspection:
    """Return the inspection of a message with these header lines."""
    found = inspect("\r\n".join([*lines, "Date: Tue, 24 Nov 2026 10:00:00 +0100", "", "x\r\n"]).encode(), CONTEXT)
    assert not found.unexamined
    return found


def said(found: Inspection) -> dict[str, Severity]:
    """Return the findings about senders and answers."""
    return {each.id: each.severity for each in (*found.senders.findings, *found.replies.findings)}


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((PASS, RECEIVED, FROM), "Written as Ada Lovelace <ada@example.net>. Signed by example.net."),
        (
            (PASS, RECEIVED, FROM, LIST),
            f"Written as {ADA}; passed on by the list gardeners.lists.example.com. Signed by example.net.",
        ),
        (
            (RECEIVED, FROM, "Sender: desk@example.com"),
            f"It says it is from {ADA}; handed in by desk@example.com. Nothing vouches for this sender.",
        ),
        (
            ("Return-Path: <b-1@mail.esp.test>", RECEIVED, FROM),
            f"It says it is from {ADA}; undeliverable mail goes back to esp.test. Nothing vouches for this sender.",
        ),
        (
            ("Resent-From: bob@example.com", PASS, RECEIVED, FROM),
            "Written as Ada Lovelace <ada@example.net>; sent on by bob@example.com. Signed by example.net.",
        ),
        (
            (RECEIVED, "From: x@xn--80ak6aa92e.com"),
            f"It says it is from x@xn--80ak6aa92e.com (reads аррӏе.com). {NOTHING} {NOT_APPLE}",
        ),
        (
            (RECEIVED, "From: Boss <boss@example.org> <x@other.test>"),
            f"{UNCLEAR} x@other.test. From is malformed: One mailbox has several addresses in angle brackets.",
        ),
        (
            (RECEIVED,),
            "It is not clear who this is from. The message does not say who it is from: there is no From field.",
        ),
    ],
)
def test_one_sentence_says_who_it_is_from(lines: tuple[str, ...], sentence: str) -> None:
    assert inspected(*lines).senders.sentence == sentence


def test_the_report_tells_senders_and_answers_to_programs_and_to_people() -> None:
    lines = (RECEIVED, FROM, "Reply-To: g@lists.example.com", "To: g@lists.example.com, me@example.org", LIST, POST)
    found = inspected(*lines)
    report = json.loads(json.dumps(inspection_json(found)))
    assert report["sender"]["sentence"] == found.senders.sentence
    assert report["sender"]["domain"] == "example.net"
    named = {one["role"]: one for one in report["sender"]["named"]}
    assert named["list"]["address"] == "gardeners.lists.example.com"
    assert named["reply-to"]["relation"] == "list"
    assert [one["address"] for one in report["reply"]["sender"]["to"]] == ["ada@example.net"]
    assert report["reply"]["sender"]["left_out"][0]["field"] == "Reply-To"
    assert [one["address"] for one in report["reply"]["list"]["to"]] == ["g@lists.example.com"]
    text = report_as_text(found)
    assert "Reply: To ada@example.net. Reply-To is the list itself" in text
    assert "Left out: me@example.org. It is your own address." in text
    alike = json.loads(json.dumps(sender_json(inspected("From: x@paypa1.com"))))["lookalikes"]
    assert [(one["domain"], one["resembles"], one["likeness"]) for one in alike] == [
        ("paypa1.com", "paypal.com", "looks-the-same")
    ]


def test_every_name_of_a_sender_stands_beside_the_others() -> None:
    found = inspected(
        "Return-Path: <bounce@lists.example.com>",
        'Received-SPF: pass (x) client-ip=203.0.113.9; envelope-from="seen@lists.example.com";',
        RECEIVED,
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=a; h=from; bh=x; b=y",
        "Resent-From: Rob <rob@example.com>",
        FROM,
        "Sender: list@lists.example.com",
        "Reply-To: ada@mail.example.net",
        "X-Original-From: Ada <ada@home.example>",
        LIST,
    )
    told = [(each.role, each.address, each.relation) for each in found.senders.named]
    assert told == [
        (Role.FROM, "ada@example.net", Relation.ITSELF),
        (Role.SENDER, "list@lists.example.com", Relation.LIST),
        (Role.REPLY_TO, "ada@mail.example.net", Relation.SAME_ORGANISATION),
        (Role.RESENT, "rob@example.com", Relation.LIST),
        (Role.ORIGINAL, "ada@home.example", Relation.ELSEWHERE),
        (Role.RETURN_PATH, "bounce@lists.example.com", Relation.LIST),
        (Role.ENVELOPE, "seen@lists.example.com", Relation.LIST),
        (Role.DELIVERED, "me@example.org", Relation.NONE),
        (Role.LIST, "gardeners.lists.example.com", Relation.LIST),
        (Role.SIGNER, "example.com", Relation.LIST),
    ]
    for each in found.senders.named:
        assert each.note.endswith(".")
        assert each.place is not None
        assert found.raw[slice(*each.place)].split(b":")[0].decode() == each.source


def test_an_empty_return_path_is_explained() -> None:
    (path,) = inspected("Return-Path: <>", RECEIVED, FROM).senders.of(Role.RETURN_PATH)
    assert path.address == ""
    assert "automatic" in path.note


@pytest.mark.parametrize(
    ("lines", "identifier", "severity"),
    [
        # Somebody else's free address, where nothing vouches for the sender and the reader's server had looked.
        ((FAIL, RECEIVED, FROM, "Reply-To: ada.l@gmail.com"), "reply-to-elsewhere", Severity.WARNING),
        ((NONE, RECEIVED, FROM, "Reply-To: ada.l@gmail.com"), "reply-to-elsewhere", Severity.WARNING),
        # A web form; a message that nobody has checked; a list; a service.
        ((PASS, RECEIVED, FROM, "Reply-To: visitor@gmail.com"), "reply-to-elsewhere", Severity.NOTICE),
        ((RECEIVED, FROM, "Reply-To: visitor@gmail.com"), "reply-to-elsewhere", Severity.NOTICE),
        ((NONE, RECEIVED, FROM, LIST, "Reply-To: visitor@gmail.com"), "reply-to-elsewhere", Severity.NOTICE),
        ((NONE, RECEIVED, FROM, "Reply-To: ticket@desk.test"), "reply-to-elsewhere", Severity.NOTICE),
        ((RECEIVED, "From: g@lists.example.com", LIST, "Reply-To: a@gmail.com"), "reply-to-the-author", Severity.INFO),
        # One that looks like From.
        (
            (PASS, RECEIVED, "From: a@northwind.test", "Reply-To: a@northvvind.test"),
            "reply-to-elsewhere",
            Severity.WARNING,
        ),
        ((RECEIVED, "From: x@paypa1.com"), "sender-looks-the-same", Severity.DANGER),
        ((RECEIVED, "From: x@exarnple.org"), "sender-looks-the-same", Severity.WARNING),
        ((RECEIVED, "From: x@paypal.com.evil.test"), "sender-name-inside", Severity.WARNING),
        ((RECEIVED, "From: x@paypal-help.test"), "sender-word-inside", Severity.NOTICE),
        ((RECEIVED, "From: PayPal <x@evil.test>"), "name-of-another-organisation", Severity.NOTICE),
        ((RECEIVED, "From: PayPal <x@paypal.com.evil.test>"), "name-of-another-organisation", Severity.WARNING),
        ((RECEIVED, 'From: "bank.example" <x@evil.test>'), "name-shows-another-domain", Severity.NOTICE),
        ((RECEIVED, "From: Cлужба <x@evil.test>"), "name-mixes-alphabets", Severity.NOTICE),
        ((RECEIVED, "From: x@müller.test"), "sender-domain-one-language", Severity.INFO),
        ((RECEIVED, "From: x@аbc.test"), "sender-domain-mixed", Severity.DANGER),
        ((RECEIVED, "From: x@ехо.com"), "sender-domain-looks-latin", Severity.WARNING),
        ((RECEIVED, FROM, "Sender: x@other.test"), "sender-of-another-organisation", Severity.INFO),
        (("Return-Path: <x@other.test>", RECEIVED, FROM), "return-path-elsewhere", Severity.INFO),
        ((RECEIVED, FROM, "X-Original-From: x@other.test"), "from-was-replaced", Severity.INFO),
        (("Resent-From: x@other.test", RECEIVED, FROM), "resent", Severity.INFO),
    ],
)
def test_what_is_said_of_a_sender(lines: tuple[str, ...], identifier: str, severity: Severity) -> None:
    found = inspected(*lines)
    assert said(found)[identifier] is severity
    finding = next(each for each in found.senders.findings if each.id == identifier)
    assert finding.evidence is not None
    assert finding.rfc


def test_evidence_is_the_field_that_shows_it() -> None:
    found = inspected(RECEIVED, "From: a@northwind.test", "Reply-To: a@northvvind.test")
    for identifier in ("sender-looks-the-same", "reply-to-elsewhere"):
        finding = next(each for each in found.senders.findings if each.id == identifier)
        assert finding.evidence is not None
        assert found.raw[slice(*finding.evidence)] == b"Reply-To: a@northvvind.test\r\n"


CORPUS = Path(__file__).parents[2] / "corpus/senders"
CALM = tomllib.loads((CORPUS / "calm.toml").read_text(encoding="utf-8"))
DECEPTIVE = tomllib.loads((CORPUS / "deceptive.toml").read_text(encoding="utf-8"))


def header_of(entry: Mapping[str, Any]) -> bytes:
    """Return the header of a vector as a message; one of lone line feeds ends in one."""
    header = str(entry["header"])
    end = "\n\n" if "\n" in header and "\r" not in header else "\r\n\r\n"
    return (header + end).encode(entry.get("encoding", "utf-8"))


@pytest.mark.parametrize("entry", CALM.values(), ids=CALM)
def test_an_ordinary_sender_raises_no_warning(entry: Mapping[str, Any]) -> None:
    found = inspect(header_of(entry), CONTEXT)
    assert not found.unexamined
    assert all(severity.weight <= Severity.NOTICE.weight for severity in said(found).values())


@pytest.mark.parametrize("entry", DECEPTIVE.values(), ids=DECEPTIVE)
def test_a_deceptive_sender_is_not_called_the_writer(entry: Mapping[str, Any]) -> None:
    found = inspect(header_of(entry), CONTEXT)
    assert not found.unexamined
    assert not found.senders.sentence.startswith("Written as")
    assert ("sender-unclear" in said(found)) is bool(entry["marked"])


QUIET = ["newsletter", "list-mail", "receipt", "bounce", "plain-ticket", "multi-hop", "digest", "resent", "smtputf8"]


@pytest.mark.parametrize("name", QUIET)
def test_ordinary_specimens_raise_no_warning(name: str) -> None:
    found = inspect(resource_path("specimens", f"{name}.eml").read_bytes(), CONTEXT)
    assert all(severity.weight <= Severity.NOTICE.weight for severity in said(found).values())


def test_a_list_in_reply_to_is_told() -> None:
    found = inspected(
        RECEIVED, FROM, LIST, "To: g@lists.example.com", "Reply-To: g@lists.example.com",
        "List-Post: <mailto:g@lists.example.com>",
    )  # fmt: skip
    assert said(found)["reply-to-is-the-list"] is Severity.INFO
    assert [one.address for one in found.replies.to_sender.to] == ["ada@example.net"]
    assert [one.address for one in found.replies.to_list.to] == ["g@lists.example.com"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("Reply-To: a@example.net", "Reply-To: b@example.net"), "2 Reply-To fields"),
        (("Reply-To: a@example.net, b@example.net",), "goes to 2 addresses"),
        (("Reply-To: no-reply@example.net",), "Nobody reads"),
        (("Return-Path: <>",), "A program wrote"),
        (("Auto-Submitted: auto-replied",), "A program wrote"),
    ],
)
def test_what_to_know_before_answering(lines: tuple[str, ...], words: str) -> None:
    assert any(words in note for note in inspected(*lines, FROM).replies.notes)


def test_an_ordinary_answer_needs_no_words() -> None:
    assert inspected(FROM, "Auto-Submitted: no").replies.notes == ()


@given(
    st.binary(max_size=200), st.sampled_from(["From", "Reply-To", "Sender", "Return-Path", "List-Id", "DKIM-Signature"])
)
def test_any_field_is_examined(value: bytes, name: str) -> None:
    raw = b"From: a@example.net\r\n" + name.encode() + b": " + value + b"\r\n\r\n"
    found = inspect(raw, CONTEXT)
    assert "names of senders" not in found.unexamined
    assert "answers" not in found.unexamined
    assert found.senders.sentence
