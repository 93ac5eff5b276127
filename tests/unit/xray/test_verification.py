"""All own checks together: with answers, with some, with none; and the sentence for the reading pane."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailclient.domain.dns import Answer, AnswerStatus, Question
from mailclient.xray.dkim import DkimVerdict
from mailclient.xray.dmarc import DmarcVerdict
from mailclient.xray.finding import Severity
from mailclient.xray.inspection import Context, Inspection, inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.report import inspection_json
from mailclient.xray.spf import SpfVerdict
from mailclient.xray.summary import Mark
from mailclient.xray.verification import MAX_QUESTIONS, as_recorded, recorded
from tests.support.dkim_signer import key_record, rsa_key, sign

SPECIMENS = Path(__file__).parents[3] / "resources/specimens"
RECEIVED = (
    b"Return-Path: <joe@example.org>\r\n"
    b"Received: from out.example.org (out.example.org [192.0.2.10]) by mx.example.net (Postfix) with ESMTPS id 1;\r\n"
    b" Tue, 24 Nov 2026 08:00:01 +0000\r\n"
)
MESSAGE = (
    b"From: Joe <joe@example.org>\r\nTo: suzie@example.net\r\nSubject: Is dinner ready?\r\n"
    b"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nHi.\r\n"
)
ANSWERS: dict[str, object] = {
    "s1._domainkey.example.org TXT": [key_record(rsa_key())],
    "example.org TXT": ["v=spf1 ip4:192.0.2.0/24 -all"],
    "_dmarc.example.org TXT": ["v=DMARC1; p=reject"],
    "_dmarc.org TXT": "nxdomain",
}


def examine(raw: bytes, answers: dict[str, object] | None = None) -> Inspection:
    return inspect(raw, Context(resolve=recorded(answers)) if answers is not None else None)


def test_a_signed_message_from_its_own_server_is_confirmed() -> None:
    found = examine(RECEIVED + sign(MESSAGE, rsa_key()), ANSWERS)
    own = found.verification
    assert own.spf is not None and own.dmarc is not None
    assert [one.verdict for one in own.dkim] == [DkimVerdict.PASS]
    assert (own.spf.verdict, own.dmarc.verdict, own.missing) == (SpfVerdict.PASS, DmarcVerdict.PASS, ())
    assert (found.summary.text, found.summary.mark) == (
        "Signed by example.org, sent through its servers.",
        Mark.CONFIRMED,
    )
    assert not [finding for finding in own.findings if finding.severity.weight > Severity.NOTICE.weight]


def test_without_answers_nothing_is_claimed_and_what_is_missing_is_told() -> None:
    found = examine(RECEIVED + sign(MESSAGE, rsa_key()))
    own = found.verification
    assert [question.name for question in own.missing] == [
        "s1._domainkey.example.org",
        "example.org",
        "_dmarc.example.org",
        "_dmarc.org",
    ]
    assert (own.dkim[0].verdict, own.dkim[0].body_unchanged, own.asked) == (DkimVerdict.NOT_CHECKED, True, False)
    assert (found.summary.text, found.summary.mark) == ("Nothing vouches for this sender.", Mark.NEUTRAL)


def test_a_changed_body_is_seen_without_any_answer() -> None:
    found = examine(RECEIVED + sign(MESSAGE, rsa_key()).replace(b"Hi.", b"Ho."))
    assert found.verification.dkim[0].verdict is DkimVerdict.FAIL
    assert "dkim-not-good" in {finding.id for finding in found.findings}


def test_a_forgery_of_a_domain_that_says_how_it_sends_is_doubtful() -> None:
    forged = RECEIVED.replace(b"192.0.2.10", b"203.0.113.66").replace(
        b"out.example.org (out.example.org", b"x.test (x.test"
    )
    found = examine(forged + MESSAGE, ANSWERS)
    own = found.verification
    assert own.spf is not None and own.spf.verdict is SpfVerdict.FAIL
    assert (found.summary.text, found.summary.mark) == (
        "Nothing confirms that this comes from example.org.",
        Mark.DOUBTFUL,
    )
    assert {finding.id: finding.severity for finding in own.findings} == {
        "spf-not-allowed": Severity.NOTICE,
        "dmarc-fail": Severity.WARNING,
    }


def test_where_no_policy_is_published_the_list_of_suffixes_says_who_belongs_together() -> None:
    raw = RECEIVED + sign(MESSAGE.replace(b"joe@example.org", b"joe@news.example.org"), rsa_key())
    names = ("_dmarc.news.example.org", "_dmarc.example.org", "_dmarc.org")
    unpublished = ANSWERS | dict.fromkeys([f"{name} TXT" for name in names], "nxdomain")
    found = examine(raw, unpublished)
    assert found.verification.dmarc is not None and found.verification.dmarc.verdict is DmarcVerdict.NONE
    assert (found.summary.text, found.summary.mark) == ("Signed by example.org.", Mark.CONFIRMED)


def test_a_list_that_breaks_the_signature_is_only_noticed() -> None:
    raw = (
        RECEIVED.replace(b"192.0.2.10", b"203.0.113.66")
        + b"List-Id: <x.example.com>\r\n"
        + sign(MESSAGE, rsa_key())
        + b"-- \r\nlist\r\n"
    )
    found = examine(raw, ANSWERS)
    assert "dmarc-fail" in {finding.id for finding in found.verification.findings}
    assert not [finding for finding in found.verification.findings if finding.severity.weight > Severity.NOTICE.weight]


def test_no_mark_of_trust_when_the_sender_is_not_clear() -> None:
    raw = RECEIVED + b"From: bank@example.com\r\n" + sign(MESSAGE, rsa_key())
    found = examine(raw, ANSWERS)
    assert found.verification.dkim[0].verdict is DkimVerdict.PASS
    assert (found.summary.mark, found.verification.dmarc and found.verification.dmarc.verdict) == (
        Mark.UNCLEAR,
        DmarcVerdict.PERMERROR,
    )


@pytest.mark.parametrize(
    ("results", "text", "mark"),
    [
        ("dkim=pass header.d=example.org; spf=pass smtp.mailfrom=example.org; dmarc=pass header.from=example.org",
         "Signed by example.org, sent through its servers.", Mark.CONFIRMED),
        ("dkim=pass header.d=example.org", "Signed by example.org.", Mark.CONFIRMED),
        ("spf=pass smtp.mailfrom=example.org", "Sent through the servers of example.org.", Mark.CONFIRMED),
        ("dkim=pass header.d=lists.example.com", "Signed by lists.example.com, not by example.org.", Mark.NEUTRAL),
        ("dmarc=fail header.from=example.org", "Nothing confirms that this comes from example.org.", Mark.DOUBTFUL),
        ("dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=example.org",
         "Nothing confirms that this comes from example.org.", Mark.NEUTRAL),
        ("dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=example.org",
         "Nothing confirms that this comes from example.org.", Mark.DOUBTFUL),
        ("dmarc=fail action=oreject header.from=example.org",
         "Nothing confirms that this comes from example.org.", Mark.DOUBTFUL),
        ("arc=pass (i=1); dmarc=fail (p=REJECT) header.from=example.org",
         "Nothing confirms example.org; a list or forwarder passed it on.", Mark.NEUTRAL),
        ("dkim=pass header.d=org", "Signed by org, not by example.org.", Mark.NEUTRAL),
        ("dkim=pass header.d=news.example.org", "Signed by news.example.org.", Mark.CONFIRMED),
        ("none", "Nothing vouches for this sender.", Mark.NEUTRAL),
    ],
)  # fmt: skip
def test_the_sentence_from_what_the_own_server_wrote(results: str, text: str, mark: Mark) -> None:
    field = f"Authentication-Results: mx.example.net; {results}\r\n".encode()
    above = examine(field + RECEIVED + MESSAGE).summary
    assert (above.text, above.mark) == (text, mark)
    below = examine(RECEIVED + field + MESSAGE).summary
    assert (below.text, below.mark) == ("Nothing vouches for this sender.", Mark.NEUTRAL)


def test_what_a_server_wrote_in_the_older_field_counts_too() -> None:
    field = b"Received-SPF: pass (ok) receiver=mx.example.net; envelope-from=joe@example.org; client-ip=192.0.2.10\r\n"
    above = examine(field + RECEIVED + MESSAGE).summary
    assert (above.text, above.mark) == ("Sent through the servers of example.org.", Mark.CONFIRMED)
    claimed = examine(RECEIVED + field + MESSAGE).summary
    assert claimed.text == "Nothing vouches for this sender."
    tricked = field.replace(b"joe@example.org", b'"joe@example.org"@evil.example')
    assert examine(tricked + RECEIVED + MESSAGE).summary.mark is Mark.NEUTRAL


def test_mail_of_a_list_is_not_painted_as_doubtful() -> None:
    field = b"Authentication-Results: mx.example.net; dmarc=fail (p=REJECT) header.from=example.org\r\n"
    found = examine(field + RECEIVED + b"List-Id: <a.lists.example.com>\r\n" + MESSAGE)
    assert (found.summary.text, found.summary.mark) == (
        "Nothing confirms example.org; a list or forwarder passed it on.",
        Mark.NEUTRAL,
    )


def test_ones_own_copy_is_said_to_be_that() -> None:
    own = OwnServers(addresses=("suzie@example.net",), other_addresses=("Joe@example.org",))
    assert inspect(MESSAGE, Context(own)).summary.text == "From your own address; it has passed no server."
    assert inspect(RECEIVED + MESSAGE, Context(own)).summary.text == "Nothing vouches for this sender."


def test_a_domain_in_its_two_forms_is_one_domain_and_named_in_the_one_that_deceives_nobody() -> None:
    message = MESSAGE.replace(b"joe@example.org", "joe@bücher.example".encode())
    field = b"Authentication-Results: mx.example.net; dkim=pass header.d=xn--bcher-kva.example\r\n"
    assert examine(field + RECEIVED + message).summary.text == "Signed by xn--bcher-kva.example."


def test_what_the_own_server_found_against_it_is_a_finding_and_a_claim_is_none() -> None:
    field = b"Authentication-Results: mx.example.net; spf=fail; dkim=fail; dmarc=fail header.from=a.example\r\n"
    found = {
        one.id: one.severity for one in examine(field + RECEIVED + MESSAGE).findings if one.id.startswith("server-")
    }
    assert found == {
        "server-dmarc-fail": Severity.WARNING,
        "server-spf-fail": Severity.NOTICE,
        "server-dkim-fail": Severity.NOTICE,
    }
    assert not [one for one in examine(RECEIVED + field + MESSAGE).findings if one.id.startswith("server-")]
    by_list = examine(field + RECEIVED + b"List-Id: <l.example>\r\n" + MESSAGE)
    assert max(one.severity.weight for one in by_list.findings) <= Severity.NOTICE.weight


@pytest.mark.parametrize(("words", "weight"), [("(p=NONE)", Severity.NOTICE), ("(p=REJECT)", Severity.WARNING)])
def test_a_domain_that_asks_for_nothing_is_no_cause_for_a_warning(words: str, weight: Severity) -> None:
    field = f"Authentication-Results: mx.example.net; dmarc=fail {words} header.from=example.org\r\n".encode()
    found = [one for one in examine(field + RECEIVED + MESSAGE).findings if one.id == "server-dmarc-fail"]
    assert [one.severity for one in found] == [weight]


def test_own_mail_and_inside_addresses_are_no_case_for_spf() -> None:
    inside = examine(RECEIVED.replace(b"192.0.2.10", b"10.0.0.7") + MESSAGE, ANSWERS).verification
    assert inside.spf is None and inside.spf_reason
    signed_in = examine(RECEIVED.replace(b"ESMTPS", b"ESMTPSA") + MESSAGE, ANSWERS).verification
    assert signed_in.spf is None and "signed in" in signed_in.spf_reason


def test_each_question_is_asked_once_and_not_more_than_sixty() -> None:
    asked: list[Question] = []

    def resolve(question: Question) -> Answer:
        asked.append(question)
        return Answer(AnswerStatus.NXDOMAIN)

    sets = b"".join(
        f"ARC-Seal: i={n}; a=rsa-sha256; cv={'pass' if n > 1 else 'none'}; d=d{n}.example; s=s; b=AAAA\r\n"
        f"ARC-Message-Signature: i={n}; a=rsa-sha256; d=e{n}.example; s=s; h=from; bh=AAAA; b=AAAA\r\n"
        f"ARC-Authentication-Results: i={n}; x; none\r\n".encode()
        for n in range(50, 0, -1)
    )
    inspect(sets + RECEIVED + sign(MESSAGE, rsa_key()), Context(resolve=resolve))
    assert len(asked) == len(set(asked)) == MAX_QUESTIONS


def test_answers_can_be_kept_and_given_again() -> None:
    raw = RECEIVED + sign(MESSAGE, rsa_key())
    first = examine(raw, ANSWERS)
    again = examine(raw, dict(as_recorded(first.verification.lookups)))
    assert again.verification == first.verification


def test_the_json_has_the_keys_of_the_design() -> None:
    report = inspection_json(examine(RECEIVED + sign(MESSAGE, rsa_key()), ANSWERS))
    assert isinstance(report, dict)
    found = report["authentication"]
    assert {"spf", "dkim", "dmarc", "arc", "authentication_results", "summary", "missing", "dns"} <= set(found)
    assert (
        found["spf"]["verdict"],
        found["dkim"][0]["verdict"],
        found["dmarc"]["verdict"],
        found["arc"]["verdict"],
    ) == (
        "pass",
        "pass",
        "pass",
        "none",
    )


@pytest.mark.parametrize("path", sorted(SPECIMENS.glob("*.eml")), ids=lambda path: path.stem)
def test_no_specimen_fails_or_asks(path: Path) -> None:
    found = inspect(path.read_bytes())
    assert found.unexamined == ()
    assert not found.verification.asked
    assert found.summary.text.endswith(".")
