"""DMARC by RFC 9989: the walk up the tree, alignment, policies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.domain.dns import Answer, AnswerStatus, Question
from mailclient.xray.dkim import DkimResult, DkimVerdict
from mailclient.xray.dmarc import DmarcResult, DmarcVerdict, check_dmarc, walk_names
from mailclient.xray.dmarc_record import parse_dmarc
from mailclient.xray.dns_questions import offline, run
from mailclient.xray.spf import SpfResult, SpfVerdict


def check(
    domain: str,
    records: dict[str, str],
    *,
    signed_by: str = "",
    spf: str = "",
    dkim_verdict: DkimVerdict = DkimVerdict.PASS,
    exists: bool = True,
) -> DmarcResult:
    def resolve(question: Question) -> Answer:
        if question.name == domain:
            return Answer(AnswerStatus.NO_DATA if exists else AnswerStatus.NXDOMAIN)
        text = records.get(question.name.removeprefix("_dmarc."))
        if text == "timeout":
            return Answer(AnswerStatus.TIMEOUT)
        return Answer(AnswerStatus.NXDOMAIN) if text is None else Answer(AnswerStatus.FOUND, tuple(text.split("|")))

    dkim = [DkimResult(dkim_verdict, (0, 1), domain=signed_by)] if signed_by else []
    return run(check_dmarc(domain, dkim, SpfResult(SpfVerdict.PASS, domain=spf) if spf else None), resolve)


def test_the_walk_of_the_rfc_asks_at_most_eight_names() -> None:
    assert walk_names("a.b.c.d.e.f.g.h.i.j.mail.example.com") == (
        "a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "g.h.i.j.mail.example.com",
        "h.i.j.mail.example.com",
        "i.j.mail.example.com",
        "j.mail.example.com",
        "mail.example.com",
        "example.com",
        "com",
    )
    assert walk_names("mail.example.com") == ("mail.example.com", "example.com", "com")
    assert all(len(walk_names(".".join("a" * count))) <= 8 for count in range(1, 40))


@pytest.mark.parametrize(
    ("domain", "records", "signed_by", "spf", "verdict"),
    [
        ("example.org", {"example.org": "v=DMARC1; p=reject"}, "example.org", "", DmarcVerdict.PASS),
        ("example.org", {"example.org": "v=DMARC1; p=reject"}, "mail.example.org", "", DmarcVerdict.PASS),
        ("example.org", {"example.org": "v=DMARC1; p=reject; adkim=s"}, "mail.example.org", "", DmarcVerdict.FAIL),
        ("example.org", {"example.org": "v=DMARC1; p=reject"}, "", "bounce.example.org", DmarcVerdict.PASS),
        ("example.org", {"example.org": "v=DMARC1; p=reject; aspf=s"}, "", "bounce.example.org", DmarcVerdict.FAIL),
        ("example.org", {"example.org": "v=DMARC1; p=reject"}, "elsewhere.example", "other.org", DmarcVerdict.FAIL),
        ("news.example.org", {"example.org": "v=DMARC1; p=reject"}, "example.org", "", DmarcVerdict.PASS),
        ("a.example.org", {"example.org": "v=DMARC1; p=reject"}, "b.example.org", "", DmarcVerdict.PASS),
        ("a.example.org", {"a.example.org": "v=DMARC1;p=none;psd=n", "example.org": "v=DMARC1;p=none"}, "b.example.org", "",
         DmarcVerdict.FAIL),
        ("a.bank", {"bank": "v=DMARC1; p=reject; psd=y"}, "b.bank", "", DmarcVerdict.FAIL),
        ("x.a.bank", {"bank": "v=DMARC1; p=reject; psd=y"}, "a.bank", "", DmarcVerdict.PASS),
        ("example.org", {}, "example.org", "", DmarcVerdict.NONE),
        ("example.org", {"example.org": "v=DMARC1; p=none|v=DMARC1; p=reject"}, "example.org", "", DmarcVerdict.NONE),
        ("example.org", {"example.org": "p=reject; v=DMARC1"}, "example.org", "", DmarcVerdict.NONE),
        ("example.org", {"example.org": "timeout"}, "", "", DmarcVerdict.TEMPERROR),
    ],
)  # fmt: skip
def test_alignment(domain: str, records: dict[str, str], signed_by: str, spf: str, verdict: DmarcVerdict) -> None:
    found = check(domain, records, signed_by=signed_by, spf=spf)
    assert found.verdict is verdict, found.steps
    assert found.proves and found.proves_not and found.lookups


def test_a_signature_that_is_not_good_confirms_nothing() -> None:
    found = check(
        "example.org", {"example.org": "v=DMARC1; p=reject"}, signed_by="example.org", dkim_verdict=DkimVerdict.POLICY
    )
    assert (found.verdict, found.confirmed) == (DmarcVerdict.FAIL, False)


@pytest.mark.parametrize(
    ("domain", "record", "exists", "policy"),
    [
        ("example.org", "v=DMARC1; p=reject", True, "reject"),
        ("a.example.org", "v=DMARC1; p=reject; sp=quarantine", True, "quarantine"),
        ("a.example.org", "v=DMARC1; p=none; sp=none; np=reject", False, "reject"),
        ("a.example.org", "v=DMARC1; p=none; np=reject", True, "none"),
        ("example.org", "v=DMARC1; p=reject; t=y", True, "quarantine"),
        ("example.org", "v=DMARC1; p=quarantine; t=y", True, "none"),
        ("example.org", "v=DMARC1; p=wrong; rua=mailto:a@example.org", True, "none"),
    ],
)
def test_the_policy_that_applies(domain: str, record: str, exists: bool, policy: str) -> None:
    assert check(domain, {"example.org": record}, exists=exists).policy == policy


def test_a_record_without_policy_or_reports_does_not_count() -> None:
    assert check("example.org", {"example.org": "v=DMARC1; p=wrong"}).verdict is DmarcVerdict.NONE


def test_the_old_pct_is_explained_and_does_not_count() -> None:
    found = check("example.org", {"example.org": "v=DMARC1; p=reject; pct=20"})
    assert (found.verdict, found.policy) == (DmarcVerdict.FAIL, "reject")
    assert any("pct=20" in step for step in found.steps)


def test_without_answers_it_says_what_is_missing() -> None:
    found = run(check_dmarc("example.org", [], None), offline)
    assert found.verdict is DmarcVerdict.NOT_CHECKED
    assert [lookup.question.name for lookup in found.lookups] == ["_dmarc.example.org", "_dmarc.org"]


@given(st.text(alphabet="vDMARC1=; psnpqujectrarilo:@,", max_size=100))
@settings(max_examples=200, deadline=None)
def test_no_record_raises(text: str) -> None:
    parse_dmarc("v=DMARC1;" + text, "example.org")


def test_where_the_older_rule_would_say_otherwise_it_is_named() -> None:
    found = check("news.example.org", {"news.example.org": "v=DMARC1; p=reject; psd=n"}, signed_by="example.org")
    assert found.verdict is DmarcVerdict.FAIL
    assert any("By the older rule (RFC 7489) both would belong to example.org" in step for step in found.steps)
    strangers = check("example.org", {"example.org": "v=DMARC1; p=reject"}, signed_by="example.net")
    assert "The good signature of example.net is not of the domain in From." in strangers.steps
    strict = check("example.org", {"example.org": "v=DMARC1; p=reject; adkim=s"}, signed_by="news.example.org")
    assert any("wants it to be the very same" in step for step in strict.steps)


def test_what_could_not_be_found_out_is_not_said_to_be_so() -> None:
    records = {"example.org": "v=DMARC1; p=reject", "news.example.org": "timeout"}
    found = check("example.org", {**records, "example.org": "timeout"}, signed_by="news.example.org")
    assert any("not every answer could be had. By name they seem to be of one owner." in step for step in found.steps)
