"""DKIM: the vectors of the RFCs, every canonical form, every way to be bad, and dkimpy as the other opinion."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.domain.dns import Answer, AnswerStatus, Question
from mailclient.mime.headers import parse_header_block
from mailclient.xray.dkim import DkimResult, DkimVerdict, check_dkim, covered, signature_fields
from mailclient.xray.dkim_canonical import canonical_body, canonical_field, with_crlf
from mailclient.xray.dkim_tags import parse_key_record, parse_signature, parse_tags
from mailclient.xray.dns_questions import offline, run
from mailclient.xray.finding import Severity
from tests.support.dkim_signer import key_record, rsa_key, sign

ROOT = Path(__file__).parents[3]
RECEIVED = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MESSAGE = (
    b"From: Joe <joe@example.org>\r\nTo: suzie@example.net\r\nSubject: Is dinner\r\n  ready?\r\n"
    b"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nHi.\r\n\r\nWe  lost. \r\n\r\n\r\n"
)


def check(
    raw: bytes, *records: str, received: datetime | None = RECEIVED, status: AnswerStatus = AnswerStatus.FOUND
) -> DkimResult:
    """The first signature of a message, judged with these key records."""
    block = parse_header_block(raw)

    def resolve(_question: Question) -> Answer:
        return Answer(status, records)

    return run(check_dkim(covered(raw, block, received), next(signature_fields(block))), resolve)


def ids(found: DkimResult) -> set[str]:
    return {finding.id for finding in found.findings}


RFC8463_KEYS = json.loads((ROOT / "tests/data/dkim/rfc8463-keys.json").read_text("utf-8"))


def test_the_example_of_rfc_8463_both_signatures() -> None:
    raw = (ROOT / "tests/data/dkim/rfc8463-a3.eml").read_bytes().replace(b"\n", b"\r\n")
    block = parse_header_block(raw)
    results = [
        run(
            check_dkim(covered(raw, block), field),
            lambda asked: Answer(AnswerStatus.FOUND, (RFC8463_KEYS[asked.name],)),
        )
        for field in signature_fields(block)
    ]
    assert [(found.verdict, found.algorithm) for found in results] == [
        (DkimVerdict.PASS, "ed25519-sha256"),
        (DkimVerdict.PASS, "rsa-sha256"),
    ]
    assert results[1].key_bits == 1024 and "dkim-short-key" in ids(results[1])
    assert "dkim-oversigned" in ids(results[0])


def test_the_hashes_and_forms_of_rfc_6376_section_3_4() -> None:
    def hashed(body: bytes, form: str) -> tuple[str, str]:
        data = canonical_body(body, form)
        return base64.b64encode(hashlib.sha1(data).digest()).decode(), base64.b64encode(
            hashlib.sha256(data).digest()
        ).decode()

    assert hashed(b"", "simple") == ("uoq1oCgLlTqpdDX/iUbLy7J1Wic=", "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=")
    assert hashed(b"", "relaxed") == ("2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    body = b" C \r\nD \t E\r\n\r\n\r\n"
    assert (canonical_body(body, "relaxed"), canonical_body(body, "simple")) == (b" C\r\nD E\r\n", b" C \r\nD \t E\r\n")
    assert canonical_field(b"A: X\r\n", "relaxed") == b"a:X\r\n"
    assert canonical_field(b"B : Y\t\r\n\tZ  \r\n", "relaxed") == b"b:Y Z\r\n"
    assert canonical_field(b"B : Y\t\r\n\tZ  \r\n", "simple") == b"B : Y\t\r\n\tZ  \r\n"


@given(st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"\n", b"\r", b"a", b"  \r\n"]), max_size=40).map(b"".join))
def test_the_relaxed_form_is_what_two_expressions_say(body: bytes) -> None:
    lines = re.sub(rb"(?<!\r)\n", b"\r\n", body)
    assert with_crlf(body) == lines
    short = re.sub(rb"[ \t]+(\r\n|\Z)", rb"\1", re.sub(rb"[ \t]+", b" ", lines))
    wanted = re.sub(rb"(\r\n)*\Z", b"", short)
    assert canonical_body(lines, "relaxed") == (wanted + b"\r\n" if wanted else b"")


def test_the_body_hash_of_rfc_6376_appendix_a() -> None:
    body = b"Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n"
    wanted = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="
    assert base64.b64encode(hashlib.sha256(canonical_body(body, "simple")).digest()).decode() == wanted


@pytest.mark.parametrize(
    "canonical", ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed", "relaxed", "simple"]
)
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_each_form_and_algorithm_is_good_until_something_changes(canonical: str, kind: str) -> None:
    key = rsa_key() if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    raw = sign(MESSAGE, key, canonical=canonical)
    found = check(raw, key_record(key))
    assert (found.verdict, found.body_unchanged, found.header_unchanged) == (DkimVerdict.PASS, True, True), found.steps
    other_body = check(raw.replace(b"We  lost", b"We won"), key_record(key))
    assert (other_body.verdict, other_body.body_unchanged, other_body.header_unchanged) == (
        DkimVerdict.FAIL,
        False,
        True,
    )
    other_subject = check(raw.replace(b"Is dinner", b"Is supper"), key_record(key))
    assert (other_subject.verdict, other_subject.body_unchanged, other_subject.header_unchanged) == (
        DkimVerdict.FAIL,
        True,
        False,
    )
    assert check(raw.replace(b"\r\n", b"\n"), key_record(key)).verdict is DkimVerdict.PASS


def test_the_specimen_is_good() -> None:
    raw = (ROOT / "resources/specimens/dkim-signed.eml").read_bytes()
    record = (ROOT / "resources/specimens/dkim-public-key.txt").read_text().splitlines()[1]
    assert check(raw, record, received=None).verdict is DkimVerdict.PASS


@pytest.mark.parametrize(
    ("tags", "verdict"),
    [
        ({"v": "2"}, DkimVerdict.PERMERROR),
        ({"a": "rsa-md5"}, DkimVerdict.PERMERROR),
        ({"c": "loose"}, DkimVerdict.PERMERROR),
        ({"i": "joe@elsewhere.example"}, DkimVerdict.PERMERROR),
        ({"i": "joe@sub.example.org"}, DkimVerdict.PASS),
        ({"q": "http"}, DkimVerdict.PERMERROR),
        ({"bh": "***"}, DkimVerdict.PERMERROR),
        ({"t": "x"}, DkimVerdict.PERMERROR),
        ({"t": "20", "x": "10"}, DkimVerdict.PERMERROR),
        ({"x": "1795000000"}, DkimVerdict.FAIL),
        ({"x": "1899999999"}, DkimVerdict.PASS),
        ({"d": ""}, DkimVerdict.PERMERROR),
        ({"l": "99999"}, DkimVerdict.FAIL),
        ({"z": "whatever"}, DkimVerdict.PASS),
    ],
)
def test_tags_that_are_wrong(tags: dict[str, str], verdict: DkimVerdict) -> None:
    found = check(sign(MESSAGE, rsa_key(), tags=tags), key_record(rsa_key()))
    assert found.verdict is verdict, found.steps
    assert found.steps and found.proves and found.proves_not


def test_from_must_be_signed() -> None:
    assert check(sign(MESSAGE, rsa_key(), names=("to", "date")), key_record(rsa_key())).verdict is DkimVerdict.PERMERROR


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda text: text.replace("v=DKIM1", "v=DKIM2"), DkimVerdict.PERMERROR),
        (lambda text: text.replace("k=rsa", "k=dsa"), DkimVerdict.PERMERROR),
        (lambda text: text.replace("k=rsa", "k=ed25519"), DkimVerdict.PERMERROR),
        (lambda text: text + "; h=sha1", DkimVerdict.PERMERROR),
        (lambda text: text + "; s=tlsrpt", DkimVerdict.PERMERROR),
        (lambda text: text + "; t=y; n=a note", DkimVerdict.PASS),
        (lambda text: text.partition("p=")[0] + "p=", DkimVerdict.PERMERROR),
        (lambda text: text.partition("p=")[0] + "p=AAAA", DkimVerdict.PERMERROR),
        (lambda text: text.partition("; k=")[0], DkimVerdict.PERMERROR),
        (lambda text: text.partition("p=")[2].join(("p=", "")), DkimVerdict.PASS),
    ],
)
def test_keys_that_are_wrong(change: object, verdict: DkimVerdict) -> None:
    assert callable(change)
    assert check(sign(MESSAGE, rsa_key()), change(key_record(rsa_key()))).verdict is verdict


def test_a_key_that_is_missing_late_or_not_asked_for() -> None:
    raw = sign(MESSAGE, rsa_key())
    verdicts = [check(raw, status=status).verdict for status in AnswerStatus if status is not AnswerStatus.FOUND]
    assert [verdict.value for verdict in verdicts] == [
        "permerror",
        "permerror",
        "temperror",
        "temperror",
        "not-checked",
    ]
    block = parse_header_block(raw)
    found = run(check_dkim(covered(raw, block), block.fields[0]), offline)
    assert found.body_unchanged is True
    assert "was not asked for" in " ".join(found.steps)
    assert found.lookups[0].question.name == "s1._domainkey.example.org"


def test_of_several_records_the_right_one_counts_and_it_is_said() -> None:
    raw = sign(MESSAGE, rsa_key())
    found = check(raw, key_record(rsa_key(1024)), "some other text", key_record(rsa_key()))
    assert found.verdict is DkimVerdict.PASS
    assert "dkim-several-keys" in ids(found)


def test_a_length_that_covers_all_of_the_canonical_body_leaves_nothing_unsigned() -> None:
    """Blanks and empty lines that the form takes away are not text that somebody added."""
    found = check(sign(MESSAGE, rsa_key(), tags={"l": "17"}), key_record(rsa_key()))
    assert found.verdict is DkimVerdict.PASS
    assert ids(found) >= {"dkim-length"} and "dkim-partial-body" not in ids(found)


def test_weak_arithmetic_is_no_pass() -> None:
    assert check(sign(MESSAGE, rsa_key(), algorithm="rsa-sha1"), key_record(rsa_key())).verdict is DkimVerdict.POLICY


def test_what_is_weak_is_told() -> None:
    partly = check(sign(MESSAGE, rsa_key(), tags={"l": "3"}), key_record(rsa_key()))
    assert partly.verdict is DkimVerdict.PASS
    assert {finding.severity for finding in partly.findings if finding.id == "dkim-partial-body"} == {Severity.WARNING}
    assert "dkim-unsigned-fields" in ids(check(sign(MESSAGE, rsa_key(), names=("from",)), key_record(rsa_key())))
    twice = ("from", "from", "to", "subject", "date", "message-id")
    assert "dkim-oversigned" in ids(check(sign(MESSAGE, rsa_key(), names=twice), key_record(rsa_key())))
    assert "dkim-testing" in ids(check(sign(MESSAGE, rsa_key()), key_record(rsa_key()) + "; t=y"))
    future = check(sign(MESSAGE, rsa_key(), tags={"t": "1899999999"}), key_record(rsa_key()))
    assert "dkim-signed-in-future" in ids(future)


def test_a_second_from_above_the_signed_one_is_danger() -> None:
    raw = sign(MESSAGE, rsa_key())
    added = b"From: bank@example.com\r\n" + raw
    found = check(added, key_record(rsa_key()))
    assert found.verdict is DkimVerdict.PASS
    assert [finding.severity for finding in found.findings if finding.id == "dkim-added-field"] == [Severity.DANGER]
    assert (
        check(
            b"From: bank@example.com\r\n" + sign(MESSAGE, rsa_key(), names=("from", "from")), key_record(rsa_key())
        ).verdict
        is DkimVerdict.FAIL
    )


def test_ordinary_signatures_give_nothing_above_notice() -> None:
    found = check(sign(MESSAGE, rsa_key()), key_record(rsa_key()))
    assert (
        max(finding.severity.weight for finding in found.findings) <= Severity.NOTICE.weight if found.findings else True
    )


@pytest.mark.parametrize("canonical", ["simple/simple", "relaxed/relaxed", "relaxed/simple", "simple/relaxed"])
def test_dkimpy_is_of_the_same_opinion_on_bent_messages(canonical: str) -> None:
    chance = random.Random(canonical)
    raw = sign(MESSAGE, rsa_key(), canonical=canonical)
    record = key_record(rsa_key())
    goods = 0
    for _ in range(150):
        bent = bytearray(raw)
        for _ in range(chance.choice((0, 1, 1, 2))):
            place = chance.randrange(raw.index(b"From:"), len(bent))
            match chance.randrange(3):
                case 0:
                    bent[place] = chance.choice(b" \txX.")
                case 1:
                    bent[place:place] = chance.choice((b" ", b"\t", b"\r\n ", b"x", b"\r\n"))
                case _:
                    del bent[place]
        data = bytes(bent)
        if any(byte in data.replace(b"\r\n", b"") for byte in b"\r\n") or parse_header_block(data).defects:
            continue  # Other line ends are read differently on purpose.
        ours = check(data, record).verdict is DkimVerdict.PASS
        try:
            theirs = bool(dkimpy.verify(data, dnsfunc=lambda *_args, **_named: record.encode()))
        except dkimpy.DKIMException:
            theirs = False
        assert ours == theirs, data
        goods += ours
    assert goods


@given(st.text(alphabet="abdhsvpltxiq=;: \r\n\t/0129simplerelaxed-", max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_tags_raise(text: str) -> None:
    parse_tags(text)
    parse_signature(text)
    parse_signature(text, arc=True)
    parse_key_record(text)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_bytes_raise(data: bytes) -> None:
    raw = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from; bh=AAAA; b=AAAA\r\n" + data
    check(raw, key_record(rsa_key()))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", [b" ", b"\t ", b"\r\n", b" \r\n", b"a=", b";", b"b=; "])
def test_a_megabyte_is_checked_at_once(piece: bytes) -> None:
    field = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from; bh=AAAA; b=AAAA"
    check(field + b"\r\n\r\n" + piece * (1_000_000 // len(piece)), key_record(rsa_key()))
    check(field + b"; z=" + piece.replace(b"\r\n", b" ") * 60_000 + b"\r\n\r\nx", key_record(rsa_key()))
