"""A compressed stream gives the same bytes whatever pieces it comes in, and never more at once than was asked for."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.domain.errors import MalformedReply
from mailclient.protocol.deflate import Deflater, Inflater


def everything(inflater: Inflater, limit: int) -> bytes:
    """Take until nothing comes."""
    whole = b""
    while inflater.has_output(limit):
        piece = inflater.take(limit)
        assert 0 < len(piece) <= limit
        whole += piece
    return whole


@given(lines=st.lists(st.binary(max_size=300), max_size=6), cut=st.integers(1, 40), limit=st.integers(1, 100))
def test_any_cut_gives_the_same_bytes(lines: list[bytes], cut: int, limit: int) -> None:
    deflater, inflater = Deflater(), Inflater()
    packed = b"".join(map(deflater.pack, lines))
    found = b""
    for start in range(0, len(packed), cut):
        inflater.feed(packed[start : start + cut])
        found += everything(inflater, limit)
    assert found == b"".join(lines)


def test_a_line_can_be_read_as_soon_as_it_was_sent() -> None:
    deflater, inflater = Deflater(), Inflater()
    for number in range(20):
        line = b"* %d EXISTS\r\n" % number
        inflater.feed(deflater.pack(line))
        assert inflater.take(1_000) == line
        assert not inflater.has_output(1_000)


def test_a_bomb_is_unpacked_piece_by_piece() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(50)) + packer.flush()
    inflater = Inflater()
    inflater.feed(bomb)
    for _ in range(20):
        assert len(inflater.take(1_000)) == 1_000


@pytest.mark.parametrize("packed", [b"\xff\xff\xff\xff", b"* 3 EXISTS\r\n"])
def test_nonsense_is_malformed(packed: bytes) -> None:
    inflater = Inflater()
    inflater.feed(packed)
    with pytest.raises(MalformedReply):
        inflater.take(100)


def test_a_stream_that_ends_is_malformed() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    inflater = Inflater()
    inflater.feed(packer.compress(b"bye") + packer.flush() + b"in clear")
    assert inflater.take(100) == b"bye"
    inflater.feed(b"more")
    with pytest.raises(MalformedReply):
        inflater.take(100)
