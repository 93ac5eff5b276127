"""Texts come back as they went in, and a long one takes less room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailclient.store.texts import pack, unpack

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS, st.integers(1, 60))
def test_a_text_comes_back(text: str, times: int) -> None:
    assert unpack(pack(text * times)) == text * times


@given(TEXTS.filter(bool), st.integers(1, 2_000))
def test_a_beginning_is_a_beginning(text: str, limit: int) -> None:
    whole = text * 100
    beginning = unpack(pack(whole), limit)
    assert whole.startswith(beginning)
    assert len(beginning.encode()) > limit - 4 or beginning == whole


def test_a_long_text_takes_less_room() -> None:
    text = "The walrus and the carpenter were walking close at hand. " * 100
    assert len(pack(text)) < len(text) // 2


def test_a_short_one_stays_readable() -> None:
    assert pack("Dear Anna") == "Dear Anna"
