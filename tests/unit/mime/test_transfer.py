"""Transfer encodings: what can be read is read, damage is named."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.defects import DefectKind
from mailclient.mime.transfer import decode_transfer, encode_quoted_printable

TEXT = b"0123456789 the text of a file\n" * 4


@pytest.mark.parametrize(
    ("encoding", "raw", "data", "defect"),
    [
        ("7bit", b"a=41", b"a=41", None),
        ("binary", b"\0\xff", b"\0\xff", None),
        ("base64", b"YWJj", b"abc", None),
        ("base64", b"YW\r\nJj\r\n", b"abc", None),
        ("base64", b"YWI", b"ab", DefectKind.BAD_BASE64),
        ("base64", b"YW!Jj", b"abc", DefectKind.BAD_BASE64),
        ("base64", b"YWI=YWI=", b"abab", DefectKind.BAD_BASE64),
        ("base64", b"YWJjY", b"abc", DefectKind.BAD_BASE64),
        ("base64", b"", b"", None),
        ("base64", b"YWJj\r\n-- \r\nlist footer", None, DefectKind.BAD_BASE64),
        ("quoted-printable", b"a=C3=A9=\r\nb", b"a\xc3\xa9b", None),
        ("quoted-printable", b"a=c3", b"a\xc3", None),
        ("quoted-printable", b"a=XYb", b"a=XYb", DefectKind.BAD_QUOTED_PRINTABLE),
        ("rot13", b"uryyb", b"uryyb", DefectKind.UNKNOWN_ENCODING),
    ],
)
def test_decoding(encoding: str, raw: bytes, data: bytes | None, defect: DefectKind | None) -> None:
    decoded = decode_transfer(raw, encoding)
    assert decoded.defect is defect
    if data is None:
        assert decoded.data.startswith(b"abc")
    else:
        assert decoded.data == data


def test_uuencode_is_read_also_without_its_last_spaces() -> None:
    lines = b"".join(binascii.b2a_uu(TEXT[at : at + 45]) for at in range(0, len(TEXT), 45))
    raw = b"begin 644 x.txt\n" + lines + b"`\nend\n"
    assert decode_transfer(raw, "x-uuencode").data == TEXT
    assert decode_transfer(raw.replace(b"\n", b"\r\n"), "uuencode").data == TEXT


@given(st.binary(max_size=300), st.sampled_from(["base64", "quoted-printable", "x-uuencode", "8bit", ""]))
def test_any_bytes_decode(raw: bytes, encoding: str) -> None:
    assert isinstance(decode_transfer(raw, encoding).data, bytes)


@given(st.binary(max_size=300))
def test_base64_survives_junk_in_every_gap(data: bytes) -> None:
    letters = base64.b64encode(data)
    assert decode_transfer(b"".join(b"!" + bytes([letter]) for letter in letters), "base64").data == data


@given(
    st.lists(
        st.binary(max_size=200).map(lambda line: line.replace(b"\r", b"").replace(b"\n", b"")), min_size=1, max_size=5
    )
)
def test_quoted_printable_keeps_76_and_gives_back_every_byte(lines: list[bytes]) -> None:
    data = b"\r\n".join(lines)
    encoded = encode_quoted_printable(data)
    assert max(map(len, encoded.split(b"\r\n"))) <= 76
    assert encoded.isascii()
    decoded = decode_transfer(encoded, "quoted-printable")
    assert (decoded.data, decoded.defect) == (data, None)


def test_relays_find_nothing_to_change() -> None:
    encoded = encode_quoted_printable(b".hidden\r\nFrom me\r\nend \r\n.\r\n")
    assert encoded == b"=2Ehidden\r\n=46rom me\r\nend=20\r\n=2E\r\n"
