"""What the standard library does with certain mail, and what ours does (T3, T4, T5, T19, T20).

Where the library's fault is the same in every Python, the test shows it too, so that the reason for an own reader stays
visible; where patch releases differ, only ours is tested.
"""

from __future__ import annotations

import email
import email.message
import email.policy
from datetime import UTC, datetime

import pytest

from mailclient.mime.addresses import Address, parse_addresses
from mailclient.mime.build import OutgoingMessage, build_message
from mailclient.mime.headers import parse_header_block
from mailclient.mime.sender import sender_truth
from mailclient.mime.tree import parse_message

WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = Address("Anna", "anna@example.org")


def reply(*, subject: str = "x", to: str = "b@example.org", references: tuple[str, ...] = ()) -> bytes:
    """Build a reply."""
    return build_message(
        OutgoingMessage(ANNA, (Address("", to),), subject, "text", WHEN, "<1@example.org>", references=references),
        "token",
    )


def test_t3_a_subject_of_fifty_thousand_words_is_capped_and_kept() -> None:
    raw = b"Subject: " + b"=?utf-8?q?a?=\r\n " * 50_000 + b"\r\n\r\nbody"
    block = parse_header_block(raw)
    assert len(block.first("Subject") or "") < 65_536
    assert raw[block.fields[0].start : block.fields[0].end] == block.fields[0].raw


def test_t4_a_charset_that_is_none_stops_the_library_and_not_us() -> None:
    raw = b'Content-Type: text/plain; charset="unheard-of"\r\n\r\nbody'
    theirs = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(theirs, email.message.EmailMessage)
    with pytest.raises(LookupError):
        theirs.get_content()
    ours = parse_message(raw)
    assert ours.text(ours.root).text == "body"
    assert not ours.text(ours.root).known


@pytest.mark.parametrize(
    "value", [b"<[:", b"(" * 1_000, b":" * 1_000, b"a:b:c;;,,<", b'"\\', b"\xff\xfe", b"Group: a@b.test"]
)
def test_t4_no_value_of_a_header_raises(value: bytes) -> None:
    for name in (b"From", b"To", b"Message-ID", b"Date", b"Content-Type", b"Content-Disposition"):
        message = parse_message(name + b": " + value + b"\r\n\r\nbody")
        sender_truth(message.headers)
        parse_addresses(value)
        assert message.raw.endswith(b"body")


@pytest.mark.parametrize("end", ["=0D=0A", "=0A", "=0D", "=0D=0A=20", "=C2=85", "=E2=80=A8"])
def test_t5_a_decoded_subject_adds_no_header_to_the_reply(end: str) -> None:
    hostile = parse_header_block(f"Subject: =?utf-8?q?a{end}Bcc:_evil=40example.net?=\r\n\r\n".encode())
    for subject in (hostile.first("Subject") or "", f"Re: =?utf-8?q?a{end}Bcc:_evil=40example.net?="):
        fields = parse_header_block(reply(subject=subject)).fields
        assert [field.name for field in fields if field.name.lower() in {"bcc", "cc", "to"}] == ["To"]


def test_t19_long_references_are_encoded_by_the_library_and_not_by_us() -> None:
    long_id = "<" + "x" * 100 + "@example.org>"
    theirs = email.message.EmailMessage(policy=email.policy.SMTP)
    theirs["References"] = f"{long_id} {long_id}"
    assert b"=?" in theirs.as_bytes()
    assert b"=?" not in reply(references=(long_id, long_id))


def test_t19_a_domain_is_written_as_dns_has_it() -> None:
    assert b"To: b@xn--bcher-kva.example\r\n" in reply(to="b@bücher.example")


def test_t20_two_addresses_are_never_shown_as_one() -> None:
    spoof = b"Boss <boss@bank.test> <evil@example.net>"
    theirs = email.message_from_bytes(b"From: " + spoof + b"\r\n\r\n", policy=email.policy.default)
    assert "evil@example.net" not in [address.addr_spec for address in theirs["From"].addresses]
    truth = sender_truth(parse_header_block(b"From: " + spoof + b"\r\n\r\n"))
    assert (truth.address, truth.ambiguous) == ("evil@example.net", True)
