"""IMAP's small grammars: sets of UIDs, the stream cut anywhere, names of mailboxes, the gate, dates, SMTP's lines."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.domain.errors import BadInput, MalformedReply
from mailclient.protocol.imap_dates import format_internal_date, parse_internal_date
from mailclient.protocol.imap_gate import Literal, astring, atom
from mailclient.protocol.imap_responses import parse_copied, parse_fetch, parse_status
from mailclient.protocol.imap_stream import Response, ResponseStream
from mailclient.protocol.modified_utf7 import decode_mailbox, encode_mailbox
from mailclient.protocol.smtp_lines import command_line, path, stuff
from mailclient.protocol.smtp_replies import ReplyParser, parse_extensions
from mailclient.protocol.uid_sets import MAX_UID, UidSet

uids = st.sets(st.integers(1, 300), max_size=60)


@given(uids, uids)
def test_uid_sets_are_sets(first: set[int], second: set[int]) -> None:
    a, b = UidSet.of(first), UidSet.of(second)
    assert set(a) == first
    assert len(a) == len(first)
    assert set(a.minus(b)) == first - second
    assert set(a.union(b)) == first | second
    assert set(a.intersection(b)) == first & second
    assert all(uid in a for uid in first)
    if first:
        assert UidSet.parse(str(a)) == a


@given(uids, st.integers(1, 20))
def test_chunks_hold_everything_newest_first(members: set[int], size: int) -> None:
    chunks = [list(chunk) for chunk in UidSet.of(members).chunks_newest_first(size)]
    assert sorted(uid for chunk in chunks for uid in chunk) == sorted(members)
    assert all(len(chunk) <= size for chunk in chunks)
    assert all(min(earlier) > max(later) for earlier, later in itertools.pairwise(chunks))


def test_a_huge_range_is_one_range() -> None:
    everything = UidSet.parse("1:*")
    assert everything.ranges == ((1, MAX_UID),)
    assert len(everything.minus(UidSet.of([5])).ranges) == 2


@pytest.mark.parametrize("text", ["", "0", "1:", "a", "1,,2", "4294967296", "1:2:3", "-1"])
def test_what_is_no_uid_set_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="UID"):
        UidSet.parse(text)


STREAM = (
    b"* 1 FETCH (UID 7 BODY[] {12}\r\nhello\r\nworld FLAGS ())\r\n* 3 EXISTS\r\n"
    b"* 2 FETCH (UID 8 BODY[] {0}\r\n)\r\nP1 OK done\r\n"
)


def _responses(pieces: list[bytes]) -> list[Response]:
    stream = ResponseStream()
    found = []
    for piece in pieces:
        stream.feed(piece)
        while (response := stream.next_response()) is not None:
            found.append(response)
    assert stream.pending == 0
    return found


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_the_stream_is_the_same_however_it_is_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[a:b] for a, b in itertools.pairwise(edges)]
    assert _responses(pieces) == _responses([STREAM])
    fetched = parse_fetch(_responses(pieces)[0])
    assert fetched is not None
    assert fetched.sections == {"": b"hello\r\nworld"}


@given(st.binary(max_size=300))
def test_no_bytes_make_the_stream_raise_anything_else(data: bytes) -> None:
    stream = ResponseStream(max_literal_bytes=1_000)
    stream.feed(data)
    try:
        while (response := stream.next_response()) is not None:
            parse_status(response)
            parse_fetch(response)
    except MalformedReply:
        return


@given(st.text(max_size=40))
def test_mailbox_names_survive_the_wire(name: str) -> None:
    if not any(0xD800 <= ord(character) <= 0xDFFF for character in name):
        wire = encode_mailbox(name)
        assert wire.isascii()
        assert decode_mailbox(wire) == name


@pytest.mark.parametrize("wire", ["&", "&AOQ", "&&-", "&!!!!-", "x&-y"])
def test_broken_names_are_shown_as_they_are(wire: str) -> None:
    assert decode_mailbox(wire)


@given(st.text(max_size=60))
def test_no_text_leaves_its_argument(text: str) -> None:
    if "\x00" in text or any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        return
    piece = astring(text)
    if isinstance(piece, Literal):
        assert piece.data == text.encode()
    else:
        assert b"\r" not in piece
        assert b"\n" not in piece
        assert piece.startswith(b'"')


def test_the_gate_refuses_what_no_server_takes() -> None:
    with pytest.raises(BadInput):
        astring("a\x00b")
    for bad in ("a b", "a\r\nb", "", "(x)", '"'):
        with pytest.raises(BadInput):
            atom(bad)


@given(st.integers(0, 4_000_000_000))
def test_internal_dates_go_both_ways(unix_s: int) -> None:
    assert parse_internal_date(format_internal_date(unix_s).encode()) == unix_s


def test_copied_uids_of_unequal_number_prove_nothing() -> None:
    status = parse_status(Response((b"P1 OK [COPYUID 9 1:3 7:8] moved",)))
    assert status is not None
    assert parse_copied(status) is None


@given(st.binary(max_size=300))
def test_stuffed_data_cannot_end_early(raw: bytes) -> None:
    data = stuff(raw) + b".\r\n"
    assert data.count(b"\r\n.\r\n") + data.startswith(b".\r\n") == 1
    assert b"\x00" not in data
    assert data.replace(b"\r\n", b"").count(b"\r") == data.replace(b"\r\n", b"").count(b"\n") == 0


@pytest.mark.parametrize("address", ["a b@c", "a>@c", "a\r\n@c", "<a@c", "x" * 300])
def test_a_path_cannot_leave_its_brackets(address: str) -> None:
    with pytest.raises(BadInput):
        path(address)


def test_a_command_is_one_line() -> None:
    assert command_line("MAIL", "FROM:<a@b>") == b"MAIL FROM:<a@b>\r\n"
    with pytest.raises(BadInput):
        command_line("MAIL", "FROM:<a@b>\r\nRSET")


def test_replies_of_many_lines() -> None:
    parser = ReplyParser()
    assert parser.add(b"250-mail.example.org") is None
    assert parser.add(b"250-SIZE 1000") is None
    reply = parser.add(b"250 AUTH=LOGIN PLAIN")
    assert reply is not None
    assert parse_extensions(reply) == {"SIZE": "1000", "AUTH": "LOGIN PLAIN"}
    for bad in (b"hello", b"25", b"999 x"):
        with pytest.raises(MalformedReply):
            ReplyParser().add(bad)
