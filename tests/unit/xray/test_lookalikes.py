"""A-10: a domain is shown in both forms; one that looks like another is told with the reason; honest names stay calm."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.app.known_names import known_names
from mailclient.xray.confusables import Letters, parse_letters, skeleton
from mailclient.xray.domain_names import Writing, read_domain
from mailclient.xray.known_names import with_acquaintances
from mailclient.xray.lookalikes import OWN, Likeness, claimed_name, find_lookalike

NAMES = known_names()
VECTORS = tomllib.loads((Path(__file__).parents[2] / "corpus/senders/domains.toml").read_text(encoding="utf-8"))


def test_there_are_enough_vectors() -> None:
    assert sum(1 for domain in VECTORS if not domain.isascii() or domain.startswith("xn--")) >= 40


@pytest.mark.parametrize(("domain", "expected"), VECTORS.items(), ids=ascii)
def test_a_domain_is_shown_and_compared(domain: str, expected: Mapping[str, Any]) -> None:
    read = read_domain(domain, NAMES.letters)
    assert (read.writing.value, read.shown) == (expected["writing"], expected["shown"])
    found = find_lookalike(domain, NAMES, {})
    if found is None:
        assert "resembles" not in expected
    else:
        told = (found.resembles, found.likeness.value, found.severity.value)
        assert told == (expected["resembles"], expected["likeness"], expected["severity"])
        assert found.resembles in found.sentence


@pytest.mark.parametrize(("domain", "expected"), VECTORS.items(), ids=ascii)
def test_a_name_that_could_deceive_is_shown_in_ascii_first(domain: str, expected: Mapping[str, Any]) -> None:
    read = read_domain(domain, NAMES.letters)
    assert read.ascii in read.shown
    if read.writing not in {Writing.ASCII, Writing.ONE_LANGUAGE}:
        assert read.shown.startswith(read.ascii)


@pytest.mark.parametrize(
    ("domain", "likeness"),
    [
        ("exarnple-works.test", Likeness.LOOKS_THE_SAME),
        ("example-vvorks.test", Likeness.LOOKS_THE_SAME),
        ("ехаmple-works.test", Likeness.LOOKS_THE_SAME),
        ("exâmple-works.test", Likeness.ACCENTS),
        ("example-works.test.evil.example", Likeness.NAME_INSIDE),
        ("example-work.test", Likeness.ONE_LETTER),
        ("exmaple-works.test", Likeness.ONE_LETTER),
        ("example-works.example", Likeness.OTHER_ENDING),
        ("example-works.test", None),
        ("mail.example-works.test", None),
        ("another.test", None),
        ("works.test", None),
        ("localhost", None),
        ("[192.0.2.1]", None),
        ("", None),
    ],
)
def test_the_readers_own_domain_is_guarded(domain: str, likeness: Likeness | None) -> None:
    found = find_lookalike(domain, NAMES, {"example-works.test": OWN})
    assert (found.likeness if found else None) is likeness


def test_a_domain_that_is_known_is_told_from_one_that_looks_like_it() -> None:
    known = with_acquaintances(NAMES, ("mail.northwind.test",))
    assert with_acquaintances(NAMES, ("mail.northwind.test",)) is known, "caches hold on to it"
    assert find_lookalike("northwind.test", known, {}) is None
    found = find_lookalike("northvvind.test", known, {})
    assert found is not None
    assert (found.resembles, found.likeness) == ("northwind.test", Likeness.LOOKS_THE_SAME)
    assert find_lookalike("nortwind.test", known, {}) is not None


def test_a_stranger_cannot_make_itself_known_by_standing_in_the_message() -> None:
    assert find_lookalike("paypa1.com", NAMES, {"paypa1.com": "the domain of another address here"}) is not None


def test_a_capital_letter_that_deceives_is_shown_as_it_is_written() -> None:
    found = find_lookalike("PayPaI.com", NAMES, {})
    assert found is not None
    assert "PayPaI.com (paypai.com)" in found.sentence


@pytest.mark.parametrize(
    ("name", "domain", "claimed"),
    [
        ("PayPal", "evil.example", "PayPal"),
        ("PayPal Service", "paypal.com", ""),
        ("PayPal Service", "mail.paypal.de", ""),
        ("РауРаl Service", "evil.example", "PayPal"),
        ("Pay Pal", "evil.example", "PayPal"),
        ("American Express", "evil.example", "American Express"),
        ("Microsoft Outlook", "outlook.com", ""),
        ("Ada Lovelace", "example.org", ""),
        ("Amazon Rainforest Trust", "rainforest.example", ""),
        ("Apple Tree Farm", "farm.example", ""),
        ("", "evil.example", ""),
    ],
)
def test_a_name_that_belongs_to_somebody_else(name: str, domain: str, claimed: str) -> None:
    assert claimed_name(name, domain, NAMES) == claimed


def test_words_that_look_alike_have_one_skeleton() -> None:
    letters = NAMES.letters
    assert skeleton("раураl", letters) == skeleton("paypal", letters)
    assert skeleton("paypa1", letters) == skeleton("paypal", letters)
    assert skeleton("g\u200boogle", letters) == skeleton("google", letters)
    assert skeleton("google", letters) != skeleton("goggle", letters)


def test_a_table_has_its_form() -> None:
    letters = parse_letters("# words\nlooks-like 72+6E 6D\nscript Latin 61-7A\nscript Common 30-39 2D\n")
    assert letters.prototypes == {0x6D: "rn"}
    assert letters.scripts_of("b") == frozenset({"Latin"})
    assert letters.scripts_of("5") == frozenset()
    assert letters.scripts_of("{") is None
    assert parse_letters("").prototypes == {}


@given(st.text(max_size=100))
def test_any_text_is_read_as_a_domain(text: str) -> None:
    for letters in (NAMES.letters, Letters()):
        read = read_domain(text, letters)
        read.shown.encode("utf-8", "surrogatepass")
        find_lookalike(text, NAMES, {text: "itself", "example.org": OWN})
