"""Bytes become text whatever their label says."""

from __future__ import annotations

import encodings
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.charsets import decode_text


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        (b"abc", None, "abc"),
        ("é".encode(), None, "é"),
        (b"\xe9", None, "é"),
        (b"\x93quoted\x94", "iso-8859-1", "“quoted”"),
        ("é".encode(), "us-ascii", "é"),
        ("é".encode(), "nonsense", "é"),
        (b"\xe9", "nonsense", "é"),
        ("镕".encode("gbk"), "gb2312", "镕"),
        ("①".encode("cp932"), "x-sjis", "①"),
        ("①".encode("cp932"), "Shift_JIS", "①"),
        ("똠".encode("cp949"), "ks_c_5601-1987", "똠"),
        ("똠".encode("cp949"), "euc-kr", "똠"),
        ("שלום".encode("iso-8859-8"), "iso-8859-8-i", "שלום"),
        ("山".encode("iso-2022-jp"), "iso-2022-jp", "山"),
        ("привет".encode("koi8-r"), "koi8-r", "привет"),
        ("привет".encode("koi8-r"), ' "KOI8-R" ', "привет"),
        (b"+AOk-", "utf-7", "é"),
        (b"\x81\x8d", None, "\x81\x8d"),
        (b"a\xff", "utf-8", "a\ufffd"),
    ],
)
def test_reading(raw: bytes, declared: str | None, text: str) -> None:
    assert decode_text(raw, declared).text == text


@pytest.mark.parametrize(
    "name",
    [
        "rot13",
        "rot_13",
        "base64",
        "hex",
        "zlib",
        "bz2",
        "quopri",
        "uu",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "../x",
        "",
        " ",
        "utf-8\0",
        "x" * 999,
    ],
)
def test_what_is_no_charset_is_never_used(name: str) -> None:
    assert decode_text(b"uryyb \\x41", name).text == "uryyb \\x41"


def test_the_label_and_the_truth_are_both_told() -> None:
    wrong = decode_text("é".encode(), "iso-8859-1")
    assert (wrong.charset, wrong.as_declared) == ("utf-8", False)
    assert not decode_text(b"a", "nonsense").known
    assert decode_text(b"a", "utf-8").as_declared
    assert decode_text(b"\xff", "utf-8").replaced


@given(
    st.binary(max_size=200),
    st.text(max_size=20) | st.sampled_from(["utf-7", "utf-16", "hz", "gb2312", "big5", "johab"]),
)
def test_any_bytes_under_any_label_can_be_stored(raw: bytes, declared: str) -> None:
    decode_text(raw, declared).text.encode("utf-8")


@pytest.mark.parametrize("name", sorted(module.name for module in pkgutil.iter_modules(encodings.__path__)))
def test_no_codec_of_python_raises_or_leaves_surrogates(name: str) -> None:
    for raw in (bytes(range(256)), b"+2AA-", b"\xed\xa0\x80", b"\\ud800", b"\x1b$B\x80"):
        decode_text(raw, name).text.encode("utf-8")
