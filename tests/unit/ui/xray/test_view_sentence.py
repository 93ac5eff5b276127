"""What is said of a view through other eyes."""

from __future__ import annotations

from mailclient.ui.xray.other_views_tab import MAILER_WORDS, view_sentence
from mailclient.xray.opened import open_message
from mailclient.xray.other_views import OtherMailer

RAW = (
    b"From: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    b"Gr\xc3\xbc\xc3\x9fe\r\n"
)


def test_each_mailer_has_words() -> None:
    assert set(MAILER_WORDS) == set(OtherMailer)


def test_another_charset_says_how_well_it_fits() -> None:
    opened = open_message(RAW)
    told = {name: view_sentence(opened, OtherMailer.WRONG_CHARSET, name) for name in ("utf-8", "us-ascii")}
    assert told["utf-8"] == "Declared is utf-8. Read as utf-8, every byte can be read."
    assert "cannot be read; the first is byte 2 of the part" in told["us-ascii"]
