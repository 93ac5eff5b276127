"""The text report says what was checked, what it rests on, and what it proves and what not."""

from __future__ import annotations

from pathlib import Path

from mailclient.xray.inspection import Context, inspect
from mailclient.xray.report_text import report_as_html, report_as_text
from mailclient.xray.verification import recorded

SPECIMENS = Path(__file__).parents[3] / "resources/specimens"
RAW = (SPECIMENS / "dkim-signed.eml").read_bytes()
KEY = (SPECIMENS / "dkim-public-key.txt").read_text("ascii").partition("\n")[2].strip()


def test_a_check_with_its_reasons_its_answers_and_its_limits() -> None:
    answers = recorded({"specimen._domainkey.example.com TXT": [KEY], "_dmarc.example.com TXT": "nxdomain"})
    text = report_as_text(inspect(RAW, Context(resolve=answers)))
    assert "own check: dkim pass: example.com: The body is what was signed" in text
    assert "  proves: A server that example.com allows signed this" in text
    assert "  does not prove: " in text
    assert "own check: spf: No line shows which address handed the message to your servers." in text
    assert "specimen._domainkey.example.com TXT: v=DKIM1; k=rsa;" in text
    assert "(not validated by DNSSEC)" in text
    assert "_dmarc.example.com TXT: the name does not exist." in text


def test_offline_it_says_which_questions_are_open() -> None:
    found = inspect(RAW)
    assert "specimen._domainkey.example.com TXT: not asked." in report_as_text(found)
    assert "Questions to the DNS" in report_as_html(found)
