"""Offsets behind a transfer encoding lead back to the bytes of the message."""

from __future__ import annotations

import base64
import quopri

import pytest

from mailclient.mime.tree import parse_message
from mailclient.xray.places import Places

TEXT = "".join(f"Line {number} of a text with ümlauts and = signs in it.\r\n" for number in range(40)).encode()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"8bit", TEXT),
        (b"base64", base64.encodebytes(TEXT).replace(b"\n", b"\r\n")),
        (b"quoted-printable", quopri.encodestring(TEXT.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")),
    ],
)
def test_a_piece_is_found_where_it_stands(encoding: bytes, body: bytes) -> None:
    raw = b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
    message = parse_message(raw)
    assert message.decoded(message.root) == TEXT
    places = Places(raw, message.root)
    for start in (0, 7, 333, 1000, len(TEXT) - 12):
        begin, end = places.raw_range(start, start + 12)
        # Base64 has no borders between bytes: the letters that hold a piece hold a little of its neighbours.
        begin -= (begin - raw.index(b"\r\n\r\n") - 4) % 78 % 4 if encoding == b"base64" else 0
        piece = raw[begin : end + 3] if encoding == b"base64" else raw[begin:end]
        match encoding:
            case b"base64":
                letters = piece.replace(b"\r\n", b"")
                decoded = base64.b64decode(letters[: len(letters) // 4 * 4] + b"")
            case b"quoted-printable":
                decoded = quopri.decodestring(piece)
            case _:
                decoded = piece
        assert TEXT[start : start + 11] in decoded
        assert len(piece) < 80
