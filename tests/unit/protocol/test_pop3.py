"""POP3's grammars on any bytes: lines and blocks cut anywhere, listings that lie, and a transcript without mail in it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.domain.errors import BadInput, MalformedReply
from mailclient.protocol.pop3_elider import Pop3Elider
from mailclient.protocol.pop3_replies import (
    command_line,
    parse_capabilities,
    parse_sizes,
    parse_status,
    parse_timestamp,
    parse_uidl,
)
from mailclient.protocol.pop3_stream import MAX_LINE_BYTES, Pop3Stream, stuff

LIMIT = 10_000_000
bodies = st.lists(st.sampled_from([b".", b"..", b"a", b"\r\n", b"\n", b"\r", b"\r\n."]), max_size=30).map(b"".join)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


@given(bodies, st.lists(st.integers(0, 200), max_size=8))
def test_what_was_stuffed_arrives_as_it_was_wherever_it_is_cut(body: bytes, places: list[int]) -> None:
    sent = body if not body or body.endswith(b"\r\n") else body + b"\r\n"
    stream = Pop3Stream()
    taken: list[bytes] = []
    for piece in cut(b"+OK\r\n" + stuff(body) + b"+OK next\r\n", places):
        stream.feed(piece)
        while len(taken) < 3:
            found = stream.take_block(LIMIT) if len(taken) == 1 else stream.take_line()
            if found is None:
                break
            taken.append(found)
    assert taken == [b"+OK", sent, b"+OK next"]
    assert not stream.pending


def test_t13_a_line_of_any_length_is_a_part_of_a_message() -> None:
    raw = b"Subject: x\r\n\r\n" + b"a" * 3_000_000 + b"\r\n"
    stream = Pop3Stream()
    stream.feed(stuff(raw))
    assert stream.take_block(LIMIT) == raw


def test_what_has_no_end_is_refused() -> None:
    stream = Pop3Stream()
    stream.feed(b"+" * (MAX_LINE_BYTES + 1))
    with pytest.raises(MalformedReply):
        stream.take_line()
    stream = Pop3Stream()
    stream.feed(b"x\r\n" * 1000)
    with pytest.raises(MalformedReply):
        stream.take_block(100)


@pytest.mark.parametrize(
    ("line", "is_ok", "code", "is_for_now"),
    [
        (b"+OK", True, "", False),
        (b"+ok maildrop [IN-USE]", True, "", False),
        (b"-ERR [IN-USE] locked", False, "IN-USE", True),
        (b"-ERR [login-delay] wait", False, "LOGIN-DELAY", True),
        (b"-ERR [AUTH] no", False, "AUTH", False),
        (b"-ERR [SYS/PERM] lock broken", False, "SYS/PERM", False),
        (b"-ERR unable to lock maildrop", False, "", True),
        (b"-ERR wrong password", False, "", False),
    ],
)
def test_status_lines(line: bytes, is_ok: bool, code: str, is_for_now: bool) -> None:
    status = parse_status(line)
    assert (status.is_ok, status.code, status.is_for_now) == (is_ok, code, is_for_now)


@pytest.mark.parametrize("line", [b"", b"+OKAY", b"* OK IMAP4rev1", b"220 smtp", b" +OK"])
def test_what_is_no_status_line_is_refused(line: bytes) -> None:
    with pytest.raises(MalformedReply):
        parse_status(line)


def test_listings_keep_what_makes_sense() -> None:
    assert parse_sizes(b"1 120\r\n2 200 extra\r\nx y\r\n0 5\r\n3\r\n4 99999999999999999\r\n") == {1: 120, 2: 200}
    block = b"1 abc\r\n2 \r\n3 d e\r\n4 \xc3\xa4\r\n5 " + b"u" * 71 + b"\r\n6 same\r\n7 same\r\n8 a\r\n8 b\r\n"
    assert parse_uidl(block) == {1: "abc", 6: "same", 7: "same"}


def test_capabilities_and_the_time_stamp_of_apop() -> None:
    found = parse_capabilities(b"TOP\r\nsasl PLAIN scram-sha-1\r\n\r\nUIDL\r\n")
    assert dict(found) == {"TOP": (), "SASL": ("PLAIN", "SCRAM-SHA-1"), "UIDL": ()}
    assert parse_timestamp(b"+OK ready <1896.697170952@dbc.mtview.ca.us>") == b"<1896.697170952@dbc.mtview.ca.us>"
    for no_message_id in (b"+OK ready", b"+OK <>", b"+OK <a b@c>", b"+OK <\xff\x80@x>", b"+OK <nobody>"):
        assert parse_timestamp(no_message_id) is None


@pytest.mark.parametrize("value", ["a\r\nDELE 1", "a\nb", "\x00"])
def test_a_value_cannot_smuggle_a_command(value: str) -> None:
    with pytest.raises(BadInput):
        command_line("USER", value)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    parse_sizes(data)
    parse_uidl(data)
    parse_capabilities(data)
    parse_timestamp(data)
    try:
        parse_status(data)
    except MalformedReply:
        pass


@given(st.lists(st.integers(0, 400), max_size=8))
def test_the_transcript_shows_the_dialogue_without_the_mail(places: list[int]) -> None:
    elider = Pop3Elider()
    elider.said(b"UIDL\r\nRETR 1\r\nRETR 2\r\n")
    elider.said(b"TOP 3 0\r\nQUIT\r\n")
    said = (
        b"+OK\r\n1 a\r\n.\r\n+OK\r\n"
        + stuff(b"+OK secret\r\n.\r\nmail\r\n")
        + b"-ERR none\r\n+OK\r\n.\r\n+OK goodbye\r\n"
    )
    shown = b"".join(elider.heard(piece) for piece in cut(said, places))
    assert b"secret" not in shown
    lines = shown.split(b"\r\n")
    assert lines[:4] == [b"+OK", b"1 a", b".", b"+OK"]
    assert b"not recorded" in lines[4]
    assert lines[5:] == [b".", b"-ERR none", b"+OK", lines[8], b".", b"+OK goodbye", b""]
