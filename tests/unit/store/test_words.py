"""Words of the index and queries, without a database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailclient.store.words import indexed, parse_query


def test_plain_text_stays_as_it_is() -> None:
    assert indexed("Hello world") == "Hello world"


def test_runs_without_spaces_become_pairs() -> None:
    assert indexed("東京都").split() == ["東京", "京都", "都"]
    assert indexed("ab東京cd").split() == ["ab", "東京", "京", "cd"]


def test_compatibility_forms_become_plain() -> None:
    assert indexed("ｆｕｌｌ ﬁne") == "full fine"


def test_what_cannot_be_stored_is_replaced() -> None:
    assert indexed("a\0b\ud800c") == "a b?c"


def test_words_are_joined_and_the_last_is_a_prefix() -> None:
    assert parse_query("big fish").wanted == '("big") AND ("fish" *)'
    assert parse_query("big fish ").wanted == '("big") AND ("fish")'


def test_a_short_beginning_is_a_word() -> None:
    assert parse_query("fi").wanted == '("fi")'
    assert parse_query("都").wanted == '("都" *)'


def test_fields_phrases_and_exclusions() -> None:
    query = parse_query('from:anna "two words" -spam ')
    assert query.wanted == '({sender} : "anna") AND ("two words")'
    assert query.excluded == '("spam")'
    assert query.words == ("anna", "two words")


def test_an_unknown_field_is_a_word() -> None:
    assert parse_query("http://x ").wanted == '("http://x")'


def test_a_field_without_a_word_is_a_word() -> None:
    assert parse_query("from: ").words == ("from:",)


def test_punctuation_alone_is_nothing() -> None:
    assert parse_query(' - "" : *** -"" ').is_empty


@given(st.text())
def test_any_text_can_be_indexed_and_asked_for(text: str) -> None:
    indexed(text).encode()
    query = parse_query(text)
    query.wanted.encode()
    query.excluded.encode()
