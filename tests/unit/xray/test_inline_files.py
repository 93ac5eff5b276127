"""Files in the middle of a text are found, decoded and checked; prose that begins like one is none."""

from __future__ import annotations

import binascii
import zlib

from hypothesis import given
from hypothesis import strategies as st

from mailclient.xray.inline_files import InlineKind, find_inline_files

DATA = bytes(range(256)) * 2


def uuencoded(data: bytes, name: bytes = b"photo one.jpg") -> bytes:
    lines = b"".join(binascii.b2a_uu(data[start : start + 45]) for start in range(0, len(data), 45))
    return b"begin 644 " + name + b"\n" + lines + b"`\nend\n"


def yencoded(data: bytes, name: bytes = b"a b.bin", crc: int | None = None) -> bytes:
    letters = bytearray()
    for byte in data:
        code = (byte + 42) % 256
        letters += b"=" + bytes([(code + 64) % 256]) if code in b"\0\r\n=" else bytes([code])
    sum_said = zlib.crc32(data) if crc is None else crc
    head = b"=ybegin line=128 size=%d name=%s\r\n" % (len(data), name)
    return head + bytes(letters) + b"\r\n=yend size=%d crc32=%08x\r\n" % (len(data), sum_said)


def test_uuencode_in_a_text() -> None:
    text = b"Hello,\nhere it is:\n\n" + uuencoded(DATA) + b"\nBye\n"
    (file,) = find_inline_files(text)
    assert (file.kind, file.name, file.data, file.complete) == (InlineKind.UUENCODE, "photo one.jpg", DATA, True)
    assert text[slice(*file.place)].startswith(b"begin 644") and text[slice(*file.place)].endswith(b"end\n")


def test_prose_is_no_file() -> None:
    assert find_inline_files(b"begin 644 days ago and it was so nice\nthat we went there again\n") == ()
    assert find_inline_files(b"begin 3 days later\nM\n") == ()


def test_a_file_without_its_end_and_two_in_one_text() -> None:
    whole = uuencoded(DATA, b"one") + b"between\n" + uuencoded(b"two", b"two")
    assert [file.name for file in find_inline_files(whole)] == ["one", "two"]
    (cut,) = find_inline_files(uuencoded(DATA)[:-5])
    assert cut.data == DATA and not cut.complete


def test_blanks_that_transport_took_away() -> None:
    text = b"begin 644 zeros\n" + b"\n".join(line.replace(b"`", b" ").rstrip() for line in [binascii.b2a_uu(b"a\0\0")])
    (file,) = find_inline_files(text + b"\nend\n")
    assert file.data == b"a\0\0"


def test_yenc_with_its_checksum() -> None:
    (file,) = find_inline_files(b"text\r\n" + yencoded(DATA) + b"more\r\n")
    assert (file.kind, file.name, file.data) == (InlineKind.YENC, "a b.bin", DATA)
    assert file.checksum_right is True and file.size_said == len(DATA) and file.complete
    (wrong,) = find_inline_files(yencoded(DATA, crc=1))
    assert wrong.checksum_right is False


def test_a_piece_of_a_yenc_file() -> None:
    text = b"=ybegin part=2 total=3 size=9 name=x\r\n=ypart begin=4 end=6\r\n\x8b\x8c\x8d\r\n=yend size=3 part=2\r\n"
    (file,) = find_inline_files(text)
    assert file.part == (2, 3) and file.data == b"abc" and file.checksum_right is None


def test_begin_base64() -> None:
    (file,) = find_inline_files(b"begin-base64 644 x.txt\naGVsbG8=\n====\nafter")
    assert file.data == b"hello" and file.complete


PIECES = (
    b"begin 644 a\n",
    b"begin-base64 644 b\n",
    b"end\n",
    b"=ybegin size=1 name=x\n",
    b"=yend",
    b"crc32=z",
    b"=ypart ",
)


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=30))
def test_no_text_raises(pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    for file in find_inline_files(text):
        assert 0 <= file.place[0] < file.place[1] <= len(text)
