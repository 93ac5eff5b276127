"""A view put together of parts: the message's own sections, or nothing."""

from __future__ import annotations

from dataclasses import replace

from mailclient.domain.exchange import KeptPart
from mailclient.mime.body import choose_body
from mailclient.mime.partial import assembled
from mailclient.mime.tree import parse_message
from tests.support.messages import mixed_messages

HEADER = b'Subject: Plans\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
PARTS = (
    KeptPart("", "multipart/mixed", True, 0, "", HEADER, None),
    KeptPart("1", "text/plain", False, 9, "7bit", b"\r\n", b"The text."),
    KeptPart(
        "2",
        "application/zip",
        False,
        4_000_000,
        "base64",
        b'Content-Type: application/zip; name="big.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n',
        None,
    ),
)


def test_the_text_is_read_and_the_attachment_is_listed() -> None:
    message = assembled(PARTS)
    assert message is not None
    choice = choose_body(message)
    assert choice.text_part is not None
    assert message.decoded(choice.text_part) == b"The text."
    assert [(each.section, each.filename) for each in choice.attachments] == [("2", "big.zip")]
    assert not message.defects


def test_what_does_not_fit_together_is_nothing() -> None:
    another_type = (PARTS[0], PARTS[1], replace(PARTS[2], content_type="application/pdf"))
    smuggled = (PARTS[0], replace(PARTS[1], body=b"x\r\n--b\r\nContent-Type: image/png\r\n\r\ny"), PARTS[2])
    no_boundary = (replace(PARTS[0], header=b"Content-Type: multipart/mixed\r\n\r\n"), *PARTS[1:])
    for parts in (another_type, smuggled, no_boundary, (*PARTS[:2], replace(PARTS[2], section="3")), ()):
        assert assembled(parts) is None


def test_any_message_that_is_here_in_all_its_parts_reads_as_itself() -> None:
    for raw in mixed_messages(60, seed=3):
        message = parse_message(raw)
        parts = []
        waiting = [message.root]
        while waiting:
            part = waiting.pop()
            section = "" if part is message.root and part.is_multipart else part.section
            body = None if part.is_multipart else message.body_bytes(part)
            header = raw[part.headers.start : part.headers.body_start]
            parts.append(
                KeptPart(section, part.content_type, part.is_multipart, len(body or b""), part.encoding, header, body)
            )
            waiting += reversed(part.children if part.is_multipart else [])
        view = assembled(parts)
        assert view is not None
        shown, known = choose_body(view), choose_body(message)
        assert [each.filename for each in shown.attachments] == [each.filename for each in known.attachments]
        assert [view.decoded(each.part) for each in shown.attachments] == [
            message.decoded(each.part) for each in known.attachments
        ]
