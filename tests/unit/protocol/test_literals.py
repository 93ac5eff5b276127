"""The recorder's view of a stream: all of the dialogue, of each literal its head, whatever pieces the stream comes in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailclient.protocol.literals import KEPT_BYTES, LiteralElider

BODY = b"From: a@example.org\r\n" + b"x" * 2_000
STREAM = b"* 1 FETCH (UID 7 BODY[] {%d}\r\n%s)\r\nA1 OK done\r\n* 2 FETCH (X {3}\r\nabc)\r\n" % (len(BODY), BODY)
RECORDED = (
    b"* 1 FETCH (UID 7 BODY[] {%d}\r\n" % len(BODY)
    + BODY[:KEPT_BYTES]
    + b"\r\n[... %d bytes not recorded]\r\n" % (len(BODY) - KEPT_BYTES)
    + b")\r\nA1 OK done\r\n* 2 FETCH (X {3}\r\nabc)\r\n"
)


def recorded(pieces: list[bytes]) -> bytes:
    """Return what is recorded of a stream."""
    elider = LiteralElider()
    return b"".join(map(elider.feed, pieces))


def test_the_inside_of_a_message_is_left_out() -> None:
    assert recorded([STREAM]) == RECORDED


def test_it_does_not_matter_where_the_stream_is_cut() -> None:
    for cut in range(len(STREAM)):
        assert recorded([STREAM[:cut], STREAM[cut:]]) == RECORDED, cut


@given(st.lists(st.integers(1, 40), min_size=1))
def test_small_pieces_are_as_good(sizes: list[int]) -> None:
    pieces, at = [], 0
    while at < len(STREAM):
        size = sizes[at % len(sizes)]
        pieces.append(STREAM[at : at + size])
        at += size
    assert recorded(pieces) == RECORDED


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_any_bytes_are_taken(pieces: list[bytes]) -> None:
    assert len(recorded(pieces)) <= len(b"".join(pieces)) + 60 * len(pieces)


def test_a_literal_that_looks_like_a_mark_is_only_a_literal() -> None:
    inner = b"{99999}\r\n" * 3
    stream = b"A {%d}\r\n%s)\r\nB {2}\r\nxy\r\n" % (len(inner), inner)
    assert recorded([stream]) == stream
