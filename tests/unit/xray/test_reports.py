"""Bounces, receipts and complaints are read field by field; what wraps content is told with what it covers."""

from __future__ import annotations

import base64
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.xray.finding import Severity
from mailclient.xray.opened import open_message
from mailclient.xray.reports import Report, ReportKind, examine_reports, incomplete_report, status_sentence
from mailclient.xray.wrappers import Wrapper, WrapperKind, examine_wrappers

ROOT = Path(__file__).resolve().parents[3]
FIELDS = tomllib.loads((ROOT / "resources/glossary/report_fields.toml").read_text(encoding="utf-8"))
STATUSES = tomllib.loads((ROOT / "resources/glossary/smtp_enhanced.toml").read_text(encoding="utf-8"))


def field_meaning(name: str) -> tuple[str, str]:
    entry = FIELDS.get(name)
    return (entry["sentence"], entry["rfc"]) if entry else ("", "")


def status_meaning(code: str) -> tuple[str, str]:
    entry = STATUSES.get(code)
    return (entry["sentence"], entry["rfc"]) if entry else ("", "")


def reports_of(raw: bytes) -> tuple[Report, ...]:
    return examine_reports(open_message(raw), field_meaning, status_meaning)


def wrapper_of(raw: bytes) -> Wrapper:
    (wrapper,) = examine_wrappers(open_message(raw))
    return wrapper


def specimen(name: str) -> bytes:
    return (ROOT / "resources/specimens" / name).read_bytes()


def test_the_glossary_of_report_fields_is_complete() -> None:
    for name, entry in FIELDS.items():
        assert name == name.lower() and entry["sentence"].endswith(".") and entry["rfc"].startswith("RFC ")


def test_a_bounce_is_told_in_a_sentence_and_field_by_field() -> None:
    raw = specimen("bounce.eml")
    (report,) = reports_of(raw)
    assert report.kind is ReportKind.DELIVERY and report.section == "2" and report.original_section == "3"
    assert report.summary.startswith("nobdy@example.net: The message could not be delivered")
    assert "no such mailbox" in report.summary
    about, recipient = report.groups
    assert [field.name for field in about.fields] == ["Reporting-MTA", "Arrival-Date"]
    status = next(field for field in recipient.fields if field.name == "Status")
    assert raw[slice(*status.evidence)].startswith(b"Status: 5.1.1")
    assert status.meaning.endswith("5.1.1: It failed for good. There is no such mailbox.") and status.rfc
    assert report.findings == () and incomplete_report(open_message(raw)) == ()


def test_a_receipt_does_not_claim_that_anybody_read() -> None:
    (report,) = reports_of(specimen("receipt.eml"))
    assert report.kind is ReportKind.DISPOSITION
    assert "nobody knows" in report.summary


def test_a_complaint() -> None:
    raw = (
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\n\r\nA report\r\n--b\r\n"
        b"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\n"
        b"Source-IP: 192.0.2.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@b.test\r\n\r\nx\r\n--b--\r\n"
    )
    (report,) = reports_of(raw)
    assert report.summary == "Somebody marked the message as unwanted." and report.original_section == "3"
    assert all(field.meaning for field in report.groups[0].fields)


def test_several_recipients_and_an_encoded_report() -> None:
    status = (
        b"Reporting-MTA: dns; a.test\r\n\r\n"
        + b"".join(b"Final-Recipient: rfc822; u%d@b.test\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n" % n for n in range(3))
    )  # fmt: skip
    raw = b"Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(
        status
    )
    (report,) = reports_of(raw)
    assert [group.title for group in report.groups[1:]] == ["u0@b.test", "u1@b.test", "u2@b.test"]
    assert "2 more recipients" in report.summary


def test_a_report_without_the_needed_fields_is_noticed() -> None:
    (report,) = reports_of(b"Content-Type: message/delivery-status\r\n\r\nHello: you\r\n")
    assert [found.id for found in report.findings] == ["report-field-missing"]
    raw = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"
    assert [found.id for found in incomplete_report(open_message(raw))] == ["report-incomplete"]


def test_an_unknown_detail_falls_back_on_its_subject() -> None:
    assert status_sentence("smtp; 550 5.1.99 no", status_meaning).startswith("5.1.99: It failed for good.")
    assert status_sentence("no number", status_meaning) == ""


PIECES = (
    b"Final-Recipient: ",
    b"Status: 5",
    b".1.1",
    b"\r\n",
    b"\n",
    b" ",
    b":",
    b"x",
    b"\0",
    b"Action: failed",
    b"\xff",
)


@given(st.lists(st.sampled_from(PIECES)))
def test_no_report_raises(pieces: list[bytes]) -> None:
    for kind in (b"delivery-status", b"disposition-notification", b"feedback-report"):
        raw = b"Content-Type: message/" + kind + b"\r\n\r\n" + b"".join(pieces)
        (report,) = reports_of(raw)
        for group in report.groups:
            for field in group.fields:
                assert 0 <= field.evidence[0] <= field.evidence[1] <= len(raw)


SIGNED = (
    b"Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256; boundary=s\r\n\r\n"
    b"--s\r\n\r\nsigned words\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nxx\r\n--s--\r\n"
)  # fmt: skip


def test_what_a_signature_covers_and_what_not() -> None:
    alone = wrapper_of(SIGNED)
    assert (
        alone.kind is WrapperKind.SIGNED and alone.covered == ("1",) and alone.uncovered == () and alone.findings == ()
    )
    by_list = (
        b"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        + SIGNED
        + b"\r\n--m\r\n\r\nList footer\r\n--m--\r\n"
    )
    wrapper = wrapper_of(by_list)
    assert wrapper.uncovered == ("2",)
    assert [(found.id, found.severity) for found in wrapper.findings] == [("outside-signature", Severity.NOTICE)]
    before = (
        b"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nPay me\r\n--m\r\n" + SIGNED + b"\r\n--m--\r\n"
    )
    assert [found.severity for found in wrapper_of(before).findings] == [Severity.WARNING]


def test_a_weak_hash_is_shown_where_it_is_named() -> None:
    raw = b"From: a@example.org\r\n" + SIGNED.replace(b"pgp-sha256", b"pgp-sha1")
    (weak,) = [found for found in wrapper_of(raw).findings if found.id == "signature-weak-hash"]
    assert weak.evidence is not None
    assert raw[slice(*weak.evidence)].startswith(b"Content-Type: multipart/signed")


def test_secrets_beside_html_are_a_trap() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/html\r\n\r\n<img src='http://x.test/\r\n"
        b"--m\r\nContent-Type: multipart/encrypted; protocol=x; boundary=e\r\n\r\n--e\r\n\r\nVersion: 1\r\n--e\r\n\r\nzz\r\n"
        b"--e--\r\n--m--\r\n"
    )
    assert "encrypted-beside-html" in {found.id for found in wrapper_of(raw).findings}


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("digest.eml", WrapperKind.DIGEST, "2 messages"),
        ("partial.eml", WrapperKind.PARTIAL, "Piece"),
        ("external-body.eml", WrapperKind.EXTERNAL, "Nothing is fetched"),
    ],
)
def test_the_specimens(name: str, kind: WrapperKind, words: str) -> None:
    wrapper = wrapper_of(specimen(name))
    assert wrapper.kind is kind and words in wrapper.summary and wrapper.details


def test_an_invitation() -> None:
    raw = (
        b"Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"
        b"BEGIN:VEVENT\r\nSUMMARY:A walk\\, by the\r\n  sea\r\nDTSTART;TZID=Europe/Rome:20261224T090000\r\n"
        b"DTEND:20261224T103000Z\r\nORGANIZER;CN=\"Robin\":mailto:robin@example.org\r\nATTENDEE:mailto:a@b.test\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    )  # fmt: skip
    wrapper = wrapper_of(raw)
    assert wrapper.summary == "An invitation: A walk, by the sea"
    assert dict(wrapper.details) | {} == {
        "Method": "request",
        "Summary": "A walk, by the sea",
        "Dtstart": "2026-12-24 09:00 Europe/Rome",
        "Dtend": "2026-12-24 10:30 UTC",
        "Organizer": "Robin <robin@example.org>",
        "Attendees": "1",
    }
    assert wrapper.findings == ()
    changed = wrapper_of(raw.replace(b"method=REQUEST", b"method=CANCEL"))
    assert [found.id for found in changed.findings] == ["calendar-method"]
