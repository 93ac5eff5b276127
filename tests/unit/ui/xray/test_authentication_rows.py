"""Own checks and what servers wrote stand side by side; each row leads to its bytes and says what it rests on."""

from __future__ import annotations

from mailclient.domain.dns import Answer, AnswerStatus, Question
from mailclient.ui.xray.authentication_rows import TITLES, authentication_rows
from mailclient.ui.xray.rows import Row
from mailclient.xray.dns_questions import Resolve, offline
from mailclient.xray.inspection import Context, Inspection, inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.verification import recorded
from tests.support.dkim_signer import key_record, rsa_key, sign

TRACE = (
    b"Return-Path: <joe@example.org>\r\n"
    b"Received: from out.example.org (out.example.org [192.0.2.10]) by mx.example.net with ESMTPS id 1;\r\n"
    b" Tue, 24 Nov 2026 08:00:01 +0000\r\n"
)
MESSAGE = (
    b"From: Joe <joe@example.org>\r\nTo: suzie@example.net\r\nSubject: Is dinner ready?\r\n"
    b"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nHi.\r\n"
)
WRITTEN = (
    b"Authentication-Results: mx.example.net; dkim=pass (2048-bit key) header.d=example.org header.s=s1;\r\n"
    b" spf=softfail smtp.mailfrom=joe@example.org; iprev=pass\r\n"
)
CLAIMED = b"Authentication-Results: forged.example; dkim=fail header.d=example.org\r\n"
ANSWERS: dict[str, object] = {
    "s1._domainkey.example.org TXT": [key_record(rsa_key())],
    "example.org TXT": ["v=spf1 ip4:192.0.2.0/24 -all"],
    "_dmarc.example.org TXT": ["v=DMARC1; p=reject"],
    "_dmarc.org TXT": "nxdomain",
}


def examined(above: bytes = WRITTEN, below: bytes = b"", resolve: Resolve = offline) -> Inspection:
    raw = above + TRACE + below + sign(MESSAGE, rsa_key())
    return inspect(raw, Context(OwnServers(hosts=("mx.example.net",)), resolve=resolve))


def rows_of(found: Inspection) -> dict[str, Row]:
    return {row.cells[0]: row for row in authentication_rows(found)}


def texts(row: Row) -> list[str]:
    return [child.cells[0] for child in row.children]


def test_each_check_stands_beside_what_the_servers_say() -> None:
    rows = rows_of(examined(below=CLAIMED, resolve=recorded(ANSWERS)))
    assert list(rows) == ["DKIM signature 1", "SPF", "DMARC", "iprev", "Written by servers (2)"]
    assert all(len(row.cells) == len(TITLES) for row in rows.values())
    assert rows["DKIM signature 1"].cells[1:] == ("example.org (key “s1”)", "pass", "pass", "fail")
    assert rows["SPF"].cells[1:] == ("192.0.2.10 for example.org", "pass", "softfail", "")
    assert rows["DMARC"].cells[1:] == ("From: example.org", "pass", "", "")
    assert rows["iprev"].cells[2:] == ("not made here", "pass", "")


def test_a_check_leads_to_its_bytes_and_says_what_it_rests_on() -> None:
    found = examined(resolve=recorded(ANSWERS))
    row = rows_of(found)["DKIM signature 1"]
    assert row.place is not None
    assert found.raw[slice(*row.place)].startswith(b"DKIM-Signature:")
    told = texts(row)
    assert any("its hash is the one in the signature" in text for text in told)
    assert any(text.startswith("DNS, not validated by DNSSEC: s1._domainkey.example.org TXT: v=DKIM1") for text in told)
    assert [text.partition(":")[0] for text in told if "rove" in text] == ["Proves", "Does not prove"]
    assert "mx.example.net says" in told
    assert row.detail.startswith("DKIM signature 1, example.org (key “s1”): pass.")
    assert (row.icon, row.folded) == ("check", True)


def test_without_answers_each_check_says_what_it_waits_for() -> None:
    rows = rows_of(examined())
    assert [rows[name].cells[2] for name in ("DKIM signature 1", "SPF", "DMARC")] == ["not asked yet"] * 3
    assert "DNS: _dmarc.example.org TXT: not asked" in texts(rows["DMARC"])


def test_what_the_name_server_validated_is_said() -> None:
    def resolve(question: Question) -> Answer:
        text = ANSWERS.get(f"{question.name} {question.type.value}")
        if not isinstance(text, list):
            return Answer(AnswerStatus.NXDOMAIN)
        return Answer(AnswerStatus.FOUND, tuple(text), aliases=("key.example.com",), authenticated=True)

    row = rows_of(examined(resolve=resolve))["DKIM signature 1"]
    [answer] = [child for child in row.children if child.cells[0].startswith("DNS")]
    assert answer.cells[0].startswith("DNS, validated by DNSSEC: ")
    assert "Found by way of key.example.com." in answer.detail


def test_when_servers_disagree_it_is_said_who_says_what() -> None:
    second = b"Authentication-Results: mx2.example.net; dkim=fail header.d=example.org\r\n"
    row = rows_of(examined(second + WRITTEN))["DKIM signature 1"]
    assert row.cells[3] == "fail (mx2.example.net), pass (mx.example.net)"


def test_where_spf_is_not_for_it_the_reason_stands() -> None:
    row = rows_of(inspect(MESSAGE))["SPF"]
    assert row.cells[2] == "does not apply"
    assert texts(row) == ["No line shows which address handed the message to your servers."]


def test_the_older_field_of_spf_stands_in_the_same_row() -> None:
    field = b"Received-SPF: pass (ok) receiver=mx.example.net; envelope-from=joe@example.org; client-ip=192.0.2.10\r\n"
    assert rows_of(examined(field))["SPF"].cells[3] == "pass"


def test_a_mark_says_what_was_found_and_not_only_who_found_it() -> None:
    rows = rows_of(examined(below=CLAIMED))
    [own] = [child for child in rows["SPF"].children if child.cells[0] == "mx.example.net says"]
    assert (own.cells[3], own.icon) == ("softfail", "warning")
    fields = rows["Written by servers (2)"].children
    assert [(row.cells[0], row.icon) for row in fields] == [("mx.example.net", "lock"), ("forged.example", "info")]


def test_a_chain_of_seals_is_one_check() -> None:
    sets = b"".join(
        f"ARC-Seal: i={n}; a=rsa-sha256; cv={'pass' if n > 1 else 'none'}; d=d{n}.example; s=s; b=AAAA\r\n"
        f"ARC-Message-Signature: i={n}; a=rsa-sha256; d=d{n}.example; s=s; h=from; bh=AAAA; b=AAAA\r\n"
        f"ARC-Authentication-Results: i={n}; x.example; none\r\n".encode()
        for n in (2, 1)
    )
    row = rows_of(examined(sets))["ARC chain"]
    assert row.cells[1] == "d1.example, d2.example"
    assert any(text.startswith("Set 2 of d2.example: seal not asked yet") for text in texts(row))


def test_a_flood_of_results_becomes_few_rows() -> None:
    many = b"; ".join(b"m%d=pass header.d=d%d.example" % (number % 50, number) for number in range(100))
    flood = (b"Authentication-Results: mx.example.net; " + many + b"\r\n") * 100
    rows = list(authentication_rows(inspect(flood + MESSAGE)))
    assert rows[-1].cells[0].startswith("Written by servers (")
    for row in rows:
        rows.extend(row.children)
    assert len(rows) < 3_000
    assert any(row.cells[0] == "and 70 more results" for row in rows)
