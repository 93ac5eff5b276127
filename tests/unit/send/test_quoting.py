"""Quotations: marks, depth, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime

from mailclient.send.quoting import MAX_QUOTED_CHARACTERS, attribution, forward_text, quote_text, reply_text


def test_each_line_is_marked_and_deeper_quotes_grow_without_a_space() -> None:
    assert quote_text("Hello\n\n> earlier\n") == "> Hello\n>\n>> earlier"


def test_the_signature_is_not_quoted() -> None:
    assert quote_text("Hello\n-- \nAda\nDirector") == "> Hello"


def test_two_dashes_without_a_space_are_no_signature() -> None:
    assert quote_text("Hello\n--\nAda") == "> Hello\n> --\n> Ada"


def test_any_line_ending_counts() -> None:
    assert quote_text("a\r\nb\rc") == "> a\n> b\n> c"


def test_a_huge_text_is_quoted_in_part() -> None:
    assert len(quote_text("x" * 1_000_000)) <= MAX_QUOTED_CHARACTERS + 2


def test_attribution_names_author_and_time() -> None:
    written = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
    assert attribution("Ada", written) == "On Tue, 24 Nov 2026 at 09:05, Ada wrote:"
    assert attribution("", None) == "Somebody wrote:"


def test_a_reply_leaves_room_above_the_quotation() -> None:
    assert reply_text("Ada", None, "Hi") == "\n\nAda wrote:\n> Hi\n"


def test_a_forward_names_the_fields_that_have_a_value() -> None:
    text = forward_text([("From", "Ada <ada@example.org>"), ("Cc", ""), ("Subject", "Hi")], "Body\n\n")
    assert text == ("\n\n---------- Forwarded message ----------\nFrom: Ada <ada@example.org>\nSubject: Hi\n\nBody\n")
