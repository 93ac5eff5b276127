"""The summary for the list says what the full reader says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.headers import parse_header_block
from mailclient.mime.sender import sender_truth
from mailclient.mime.wire import MAX_REFERENCES, summarise_headers

PLAIN = (
    b"Date: Sun, 1 Mar 2026 12:00:00 +0000\r\nFrom: Anna Example <anna@example.org>\r\nTo: Bob <bob@example.org>\r\n"
    b"Cc: c@example.org\r\nSubject: Lunch\r\n at noon\r\nMessage-ID: <1@example.org>\r\nIn-Reply-To: <0@example.org>\r\n"
    b"References: <a@example.org>\r\n <0@example.org>\r\nList-Id: Friends <friends.example.org>\r\n\r\n"
)


def test_a_plain_header() -> None:
    found = summarise_headers(PLAIN)
    assert found.subject == "Lunch at noon"
    assert (found.sender_name, found.sender_address) == ("Anna Example", "anna@example.org")
    assert found.recipients == "Bob <bob@example.org>, c@example.org"
    assert found.date_unix_s == int(datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp())
    assert (found.message_id, found.in_reply_to) == ("<1@example.org>", "<0@example.org>")
    assert found.references == ("<a@example.org>", "<0@example.org>")
    assert found.list_id == "Friends <friends.example.org>"


def test_lf_alone_and_no_headers() -> None:
    assert summarise_headers(PLAIN.replace(b"\r\n", b"\n")) == summarise_headers(PLAIN)
    empty = summarise_headers(b"")
    assert (empty.subject, empty.sender_address, empty.date_unix_s, empty.references) == ("", "", None, ())


def test_references_keep_the_first_and_the_last() -> None:
    raw = b"References: " + b" ".join(b"<%d@x.test>" % number for number in range(500)) + b"\r\n\r\n"
    found = summarise_headers(raw).references
    assert len(found) == MAX_REFERENCES
    assert found[0] == "<0@x.test>"


def test_words_and_bare_utf8() -> None:
    raw = b"Subject: =?utf-8?q?J=C3=B6rg?=\r\nFrom: =?utf-8?q?J=C3=B6rg?= <j@example.org>\r\n\r\n"
    assert summarise_headers(raw).subject == summarise_headers(raw).sender_name == "Jörg"
    assert summarise_headers("Subject: Jörg\r\n\r\n".encode()).subject == "Jörg"


@pytest.mark.parametrize(
    "value",
    [
        b"Boss <boss@bank.test> <evil@example.net>",
        b'"boss@bank.test" <evil@example.net>',
        b"foo, evil@example.net",
        b"Team: evil@example.net;",
        b"evil@example.net (Boss)",
        b'"a\\"b" <evil@example.net>',
    ],
)
def test_the_list_shows_the_sender_that_the_message_shows(value: bytes) -> None:
    raw = b"From: " + value + b"\r\n\r\n"
    assert summarise_headers(raw).sender_address == sender_truth(parse_header_block(raw)).address == "evil@example.net"


@given(
    st.binary(max_size=300)
    | st.binary(max_size=80).map(lambda value: b"From: " + value + b"\nSubject: " + value + b"\n\n")
)
def test_any_bytes_have_a_summary(raw: bytes) -> None:
    found = summarise_headers(raw)
    text = found.subject + found.sender_name + found.sender_address + found.recipients + found.list_id
    text.encode("utf-8")
    assert not any(ord(letter) < 32 for letter in text)
