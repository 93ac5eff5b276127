"""Where an encoding breaks its rules is found in few steps, and is what a plain expression finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.xray.encoding_facts import Damage, examine_encoding

LINES = st.lists(st.sampled_from([b"a" * 75, b"b", b"c" * 499, b"d" * 998, b"\r\n", b"\n", b"\r"]), max_size=12).map(
    b"".join
)


def of(body: bytes, encoding: str, identifier: str) -> list[Damage]:
    raw = b"\r\n" + body
    return [found for found in examine_encoding(raw, 2, len(raw), encoding).damage if found.id == identifier]


@pytest.mark.parametrize(("encoding", "longest"), [("base64", 76), ("quoted-printable", 76), ("8bit", 998)])
@given(body=LINES)
def test_the_first_line_that_is_too_long_is_told(encoding: str, longest: int, body: bytes) -> None:
    identifier = "line-too-long" if encoding == "8bit" else f"{encoding}-long-line"
    wanted = re.search(rb"(?<![^\r\n])[^\r\n]{%d,}" % (longest + 1), body)
    found = [(one.start - 2, one.end - 2) for one in of(body, encoding, identifier)]
    assert found == ([wanted.span()] if wanted else [])


def test_junk_in_base64_is_told_with_its_place_and_white_space_is_none() -> None:
    assert [(one.start, one.end) for one in of(b"YW\t Jj\r\n\x0b\x0c!!YQ==", "base64", "base64-junk")] == [(12, 14)]
    assert of(b"YW\t Jj\r\n\x0b\x0cYQ==", "base64", "base64-junk") == []
