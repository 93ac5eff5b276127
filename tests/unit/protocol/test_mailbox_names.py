"""The gate for folder names, and paths at the delimiter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.domain.errors import BadInput
from mailclient.protocol.mailbox_names import (
    checked_name,
    free_name,
    is_within,
    joined,
    leaf_of,
    moved_path,
    name_problem,
    parent_of,
    same_name,
)
from mailclient.protocol.modified_utf7 import decode_mailbox, encode_mailbox


@pytest.mark.parametrize(
    "name", ["Travel", "Reisen & Mehr", "旅行", "R&D", "a.b", "x" * 240, "don't", '"quoted"', "\\back"]
)
def test_these_are_names(name: str) -> None:
    assert name_problem(name, "/") == ""
    assert decode_mailbox(encode_mailbox(checked_name(name, "/"))) == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "needs a name"),
        ("   ", "needs a name"),
        (" Travel", "begin or end with a space"),
        ("Travel ", "begin or end with a space"),
        ("a/b", "puts it between a folder"),
        ("a\r\nA1 DELETE INBOX", "cannot be shown"),
        ("a\0b", "cannot be shown"),
        ("a\x7f", "cannot be shown"),
        ("a\u2028b", "cannot be shown"),
        ("\ud800", "cannot be shown"),
        ("a\u202egnp.exe", "writing direction"),
        ("Tra*", "any name"),
        ("100 %", "any name"),
        ("..", "not names"),
        ("x" * 241, "too long"),
        ("ü" * 100, "too long"),
    ],
)
def test_these_are_not_and_it_is_said_why(name: str, words: str) -> None:
    assert words in name_problem(name, "/")
    with pytest.raises(BadInput):
        checked_name(name, "/")


def test_names_are_composed() -> None:
    assert checked_name("Mu\u0308ll", "/") == "M\u00fcll"


def test_a_server_without_levels_takes_the_slash_and_no_folders_in_folders() -> None:
    assert name_problem("a/b", None) == ""
    with pytest.raises(BadInput, match="no folders inside folders"):
        joined("a", "b", None)
    assert (parent_of("a/b", None), leaf_of("a/b", None)) == ("", "a/b")


def test_paths() -> None:
    assert joined("", "a", "/") == "a"
    assert joined("a", "b", "/") == "a/b"
    assert (parent_of("a/b/c", "/"), leaf_of("a/b/c", "/"), parent_of("a", "/")) == ("a/b", "c", "")
    assert is_within("a/b", "a", "/")
    assert is_within("a", "a", "/")
    assert not is_within("ab", "a", "/")
    assert not is_within("a/b", "a", None)
    assert moved_path("a/b", "a", "x/y", "/") == "x/y/b"
    assert moved_path("ab", "a", "x", "/") == "ab"


def test_what_people_take_for_one_name_is_one() -> None:
    assert same_name("Bills", "bILLS")
    assert same_name("Straße", "STRASSE")
    assert not same_name("Bills", "Bill")
    assert free_name("Bills", ["bills", "Bills (2)"]) == "Bills (3)"
    assert free_name("Bills", ["Other"]) == "Bills"


@given(st.text(max_size=300), st.sampled_from(["/", ".", None]))
def test_any_name_is_judged_and_what_passes_can_be_sent(name: str, delimiter: str | None) -> None:
    if not name_problem(name, delimiter):
        wire = encode_mailbox(name)
        assert wire.isascii()
        assert wire.isprintable()
        assert decode_mailbox(wire) == name
        assert delimiter is None or delimiter not in name
