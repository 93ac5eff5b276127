"""Encoded words and parameters, as they should be and as they come (T3, T5)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.words import (
    decode_unstructured,
    encode_parameter,
    encode_unstructured,
    parse_parameters,
    strip_controls,
    unfold,
)

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf"], exclude_characters="\u2800\u3164"), max_size=300
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?q?a_b=C3=A9?=", "a bé"),
        (b"=?UTF-8?B?w6k=?=", "é"),
        (b"=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        (b"=?utf-8?q?=C3?=\r\n =?utf-8?q?=A9?=", "é"),
        (b"pre=?utf-8?q?=C3=A9?=post", "preépost"),
        (b"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        (b"=?iso-8859-1*en?q?=E9?=", "é"),
        (b"=?gb2312?b?" + base64.b64encode("镕".encode("gbk")) + b"?=", "镕"),
        (b"=?nonsense?q?=C3=A9?=", "é"),
        (b"=?rot13?q?uryyb?=", "uryyb"),
        (b"=?utf-8?q?a b?=", "a b"),
        (b"=?utf-8?x?a?=", "=?utf-8?x?a?="),
        (b"=?utf-8?b?!!!?=", ""),
        (b"=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        ("é bare".encode(), "é bare"),
        (b"\xe9 bare", "é bare"),
    ],
)
def test_decoding(raw: bytes, text: str) -> None:
    assert decode_unstructured(raw) == text


@pytest.mark.parametrize(
    "hidden", ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x85", "\u2028", "\u202e", "\u200b", "\ufeff"]
)
def test_nothing_decoded_breaks_a_line_or_turns_it_round(hidden: str) -> None:
    coded = "".join(f"={byte:02X}" for byte in hidden.encode())
    text = decode_unstructured(f"=?utf-8?q?a{coded}Bcc:_evil?=".encode())
    assert hidden not in text
    assert text.replace(" ", "").startswith("aBcc:")


def test_fifty_thousand_words_are_decoded_as_far_as_the_cap_goes() -> None:
    assert set(decode_unstructured(b" =?utf-8?q?a?=\r\n" * 50_000)) == {"a"}


@pytest.mark.parametrize("text", ["a\ud800b", "\udcff", "a\ud800 <a@example.org>"])
def test_lone_surrogates_are_a_mark_not_an_error(text: str) -> None:
    decode_unstructured(text).encode("utf-8")
    strip_controls(text).encode("utf-8")
    encode_unstructured(text).encode("ascii")


@given(TEXT.map(str.strip))
def test_what_is_encoded_is_decoded_again(text: str) -> None:
    lines = encode_unstructured(text, 9).split("\r\n")
    assert all(line.isascii() for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])
    assert decode_unstructured("\r\n".join(lines)) == text


@given(TEXT.filter(lambda text: not text.isascii()))
def test_lines_with_encoded_words_keep_to_76(text: str) -> None:
    first, *rest = encode_unstructured(text, 9).split("\r\n")
    assert 9 + len(first) <= 76
    assert all(len(line) <= 76 for line in rest)


@given(st.text(max_size=200))
def test_no_text_ends_its_field(text: str) -> None:
    encoded = encode_unstructured(text)
    assert "\r" not in encoded.replace("\r\n ", "") and "\n" not in encoded.replace("\r\n ", "")
    assert "\0" not in encoded


@pytest.mark.parametrize("text", ["a" * 5000, "a" + " " * 2000 + "b", "x " * 3000])
def test_the_longest_line_is_under_998_and_nothing_is_changed(text: str) -> None:
    encoded = encode_unstructured(text.strip(), 9)
    assert max(map(len, encoded.split("\r\n"))) < 998
    assert decode_unstructured(encoded) == text.strip()


@given(st.binary(max_size=400))
def test_any_bytes_are_text(raw: bytes) -> None:
    decode_unstructured(raw).encode("utf-8")
    parameters = parse_parameters(raw)
    "".join([parameters.value, *parameters.parameters, *parameters.parameters.values()]).encode("utf-8")


@pytest.mark.parametrize(
    ("raw", "value", "parameters"),
    [
        (b"text/plain", "text/plain", {}),
        (b"Text/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        (b'a/b; name="x;y\\"z"', "a/b", {"name": 'x;y"z'}),
        (b"a/b; name = x (comment); y=2", "a/b", {"name": "x", "y": "2"}),
        (b"a/b (comment); x=1", "a/b", {"x": "1"}),
        (b"a/b;; x=1;", "a/b", {"x": "1"}),
        (b'a/b; name="not closed', "a/b", {"name": "not closed"}),
        (b"a/b; name=with space.txt", "a/b", {"name": "with space.txt"}),
        (b"a/b; name*=utf-8'en'%C3%A9.txt", "a/b", {"name": "é.txt"}),
        (b"a/b; name*0=one; name*1=two", "a/b", {"name": "onetwo"}),
        (b"a/b; name*1=two; name*0=one", "a/b", {"name": "onetwo"}),
        (b"a/b; name*0*=utf-8''%C3; name*1*=%A9; name*2=x", "a/b", {"name": "éx"}),
        (b"a/b; name=plain; name*=utf-8''%C3%A9", "a/b", {"name": "é"}),
        (b'a/b; name="=?utf-8?q?=C3=A9?="', "a/b", {"name": "é"}),
        (b"a/b; name*=nonsense''%C3%A9", "a/b", {"name": "é"}),
        (b"", "", {}),
    ],
)
def test_parameters(raw: bytes, value: str, parameters: dict[str, str]) -> None:
    found = parse_parameters(raw)
    assert (found.value, found.parameters) == (value, parameters)


def test_a_parameter_given_twice_is_told() -> None:
    found = parse_parameters(b"multipart/mixed; boundary=a; boundary=b")
    assert found.get("boundary") == "a"
    assert found.duplicates == ("boundary",)


def test_the_bytes_of_a_parameter_are_kept() -> None:
    assert parse_parameters(b'a/b; boundary="=?utf-8?q?a?="').raw["boundary"] == b"=?utf-8?q?a?="


@given(TEXT.filter(lambda text: text == text.strip() and "=?" not in text))
def test_an_encoded_parameter_is_read_again(text: str) -> None:
    encoded = encode_parameter("filename", text)
    assert all(len(line) <= 78 for line in encoded.split("\r\n"))
    assert parse_parameters(b"attachment; " + unfold(encoded.encode("ascii"))).get("filename") == text
