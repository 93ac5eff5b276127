"""The report for people: everything is in it, and nothing of the message can act in it."""

from __future__ import annotations

from mailclient.paths import resource_path
from mailclient.xray.inspection import inspect
from mailclient.xray.report_text import report_as_html, report_as_text

HOSTILE = b'From: <script>alert(1)</script> <x@example.org>\r\nSubject: \x1b[31mred\xe2\x80\xae"><img src=http://e.example/>\r\n\r\n'


def test_the_text_has_all_sections() -> None:
    text = report_as_text(inspect(resource_path("specimens", "multi-hop.eml").read_bytes()))
    for title in ("Message", "Findings", "Route", "Authentication", "Structure", "Header"):
        assert f"{title}\n{'=' * len(title)}" in text
    assert "relay1.example.net" in text
    assert "spf pass: example.com, says mx.example.org." in text


def test_nothing_of_the_message_acts_in_a_report() -> None:
    inspection = inspect(HOSTILE)
    text, page = report_as_text(inspection), report_as_html(inspection)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<script" not in page
    assert "<img" not in page
    assert "default-src 'none'" in page


def test_an_empty_message_has_a_report() -> None:
    assert "No server has written" in report_as_text(inspect(b""))
