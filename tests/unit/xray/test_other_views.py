"""Another mailer's view and the encoding doctor read again; the message stays as it is. JSON tells what was found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailclient.xray.inspection import Context
from mailclient.xray.opened import open_message
from mailclient.xray.other_views import OtherMailer, as_seen_by, read_again
from mailclient.xray.report import report_json

SPECIMENS = Path(__file__).resolve().parents[3] / "resources/specimens"
RAW = (
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n"
)


@pytest.mark.parametrize(
    ("mailer", "text"),
    [
        (OtherMailer.WITHOUT_MIME, "Gr=C3=BC=C3=9Fe"),
        (OtherMailer.TEXT_ONLY, "Grüße"),
        (OtherMailer.WRONG_CHARSET, "GrÃ¼ÃŸe"),
    ],
)
def test_as_another_mailer_sees_it(mailer: OtherMailer, text: str) -> None:
    opened = open_message(RAW)
    assert text in as_seen_by(opened, mailer)
    assert opened.raw == RAW


def test_the_eighth_bit_taken_away() -> None:
    raw = b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe"
    assert as_seen_by(open_message(raw), OtherMailer.SEVEN_BIT) == "Gr|_e"


def test_text_only_turns_html_into_text() -> None:
    raw = b"Content-Type: text/html\r\n\r\n<p>Hello <b>you</b></p>"
    assert as_seen_by(open_message(raw), OtherMailer.TEXT_ONLY) == "Hello you"


def test_the_doctor_reads_again_and_says_where_it_breaks() -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Привет, как дела".encode("koi8-r")
    opened = open_message(raw)
    root = opened.message.root
    declared = read_again(opened, root)
    assert declared.undecodable > 0 and declared.breaks and declared.candidates[0].charset == "koi8-r"
    healed = read_again(opened, root, charset="koi8-r")
    assert healed.text == "Привет, как дела" and healed.undecodable == 0 and healed.breaks == ()
    assert opened.raw == raw


def test_the_doctor_tries_another_transfer_encoding() -> None:
    raw = b"Content-Type: text/plain\r\n\r\nSGVsbG8=\r\n"
    opened = open_message(raw)
    assert read_again(opened, opened.message.root, encoding="base64").text == "Hello"
    wrong = read_again(opened, opened.message.root, encoding="quoted-printable")
    assert [damage.id for damage in wrong.damage] == []
    assert read_again(opened, opened.message.root, charset="no-such-charset").text.startswith("SGVs")


def test_the_report_tells_parts_and_content() -> None:
    report = report_json((SPECIMENS / "newsletter.eml").read_bytes(), Context())
    told = json.loads(json.dumps(report))
    html = told["structure"]["children"][1]
    assert html["place"] == "body" and len(html["sha256"]) == 64 and html["magic"]["agrees"]
    assert len(told["structure"]["boundary_ranges"]) == 3
    assert told["content"]["hosts"] == {"news.example.com": 1, "track.example.net": 1}
    assert [remote["pixel"] for remote in told["content"]["remote"]] == [False, True]
