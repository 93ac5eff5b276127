"""Parts on demand: which texts come at once, and what is kept of a message that nobody wants whole."""

from __future__ import annotations

from mailclient.protocol.imap_bodystructure import BodyPart
from mailclient.sync.parts import TEXT_BYTES, decide_texts


def part(section: str, content_type: str = "text/plain", size: int = 100, disposition: str = "") -> BodyPart:
    return BodyPart(section, content_type, "7bit", size, disposition)


def whole(*parts: BodyPart) -> BodyPart:
    return BodyPart("", "multipart/mixed", "", 0, "", parts)


def test_short_texts_come_at_once() -> None:
    assert decide_texts(whole(part("1"), part("2", "text/html"), part("3", "application/pdf"))) == ("1", "2")
    assert decide_texts(part("1")) == ("1",)


def test_files_and_long_texts_do_not() -> None:
    long, file = part("1", size=TEXT_BYTES + 1), part("2", disposition="attachment")
    calendar = part("3", "text/calendar")
    assert decide_texts(whole(long, file, calendar)) == ()


def test_many_texts_are_too_much() -> None:
    many = whole(*(part(str(number), size=TEXT_BYTES) for number in range(1, 9)))
    assert len(decide_texts(many)) == 4
