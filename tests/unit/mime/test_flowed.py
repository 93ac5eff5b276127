"""format=flowed: paragraphs in, paragraphs out (RFC 3676)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.flowed import MAX_LINES, decode_fixed, decode_flowed, encode_flowed


def flowed(text: str, *, delete_space: bool = False) -> list[tuple[int, str]]:
    """Return depth and text of each paragraph."""
    return [(line.depth, line.text) for line in decode_flowed(text, delete_space=delete_space)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one\r\ntwo\r\n", [(0, "one"), (0, "two")]),
        ("one \r\ntwo\r\n", [(0, "one two")]),
        ("> one \r\n> two\r\n", [(1, "one two")]),
        (">> a \r\n> b\r\n", [(2, "a "), (1, "b")]),
        (" >not a quote\r\n", [(0, ">not a quote")]),
        ("  two spaces\r\n", [(0, " two spaces")]),
        ("-- \r\nAnna\r\n", [(0, "-- "), (0, "Anna")]),
        ("text \r\n-- \r\nAnna", [(0, "text "), (0, "-- "), (0, "Anna")]),
        ("> -- \r\n> Anna", [(1, "-- "), (1, "Anna")]),
        ("ends softly ", [(0, "ends softly ")]),
        ("", []),
    ],
)
def test_decoding(text: str, lines: list[tuple[int, str]]) -> None:
    assert flowed(text) == lines


def test_delsp_joins_without_the_space() -> None:
    assert flowed("日本 \r\n語", delete_space=True) == [(0, "日本語")]


def test_fixed_text_keeps_its_lines_and_counts_marks() -> None:
    assert [(line.depth, line.text) for line in decode_fixed("a \n> b\n> > c\n>>d\n")] == [
        (0, "a "),
        (1, "b"),
        (2, "c"),
        (2, "d"),
    ]


def test_beyond_the_limit_lines_are_counted() -> None:
    *_, last = decode_fixed("x\n" * (MAX_LINES + 3))
    assert last.text.startswith("[3 more lines")
    assert len(decode_fixed("x\n" * MAX_LINES)) == MAX_LINES


def test_a_long_text_that_somebody_typed_is_never_cut() -> None:
    assert encode_flowed("x\n" * (MAX_LINES + 3)).count("\r\n") == MAX_LINES + 3


LINE = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=200).map(str.rstrip)


@given(st.lists(LINE.filter(lambda line: not line.startswith(">")), min_size=1, max_size=10))
def test_what_is_typed_is_read_again(lines: list[str]) -> None:
    encoded = encode_flowed("\n".join([*lines, "end"]))
    assert flowed(encoded) == [(0, line) for line in [*lines, "end"]]
    for line in encoded.split("\r\n"):
        assert len(line) <= 78 or " " not in line[1:-1].strip()
        assert not line.startswith("From ")
