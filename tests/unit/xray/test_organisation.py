"""Domains and the organisations they belong to: the vectors that come with the public suffix list, and hostile names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.xray.organisation import a_labels, organisational_domain, public_suffix, same_organisation

VECTORS = Path(__file__).parents[2] / "data" / "public-suffixes" / "test_psl.txt"


def test_the_vectors_of_the_public_suffix_list() -> None:
    asked = re.findall(r"^checkPublicSuffix\('([^']+)', (?:null|'([^']+)')\)", VECTORS.read_text("utf-8"), re.MULTILINE)
    assert len(asked) > 70
    for domain, organisation in asked:
        if domain.startswith("."):
            continue  # What is no domain is not asked about.
        expected = organisation or domain.lower()
        assert organisational_domain(domain) == expected, domain


@pytest.mark.parametrize(
    ("domain", "organisation"),
    [
        ("mail.example.org.", "example.org"),
        ("Bounce.News.Example.CO.UK", "example.co.uk"),
        ("ada.github.io", "ada.github.io"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("", ""),
        ("a..b", "a..b"),
        ("www.食狮.公司.cn", "食狮.公司.cn"),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
    ],
)
def test_a_domain_belongs_to_one_organisation(domain: str, organisation: str) -> None:
    assert organisational_domain(domain) == organisation


def test_neighbours_below_a_public_suffix_are_strangers() -> None:
    assert same_organisation("news.example.co.uk", "example.co.uk")
    assert not same_organisation("one.co.uk", "two.co.uk")
    assert not same_organisation("one.github.io", "two.github.io")
    assert not same_organisation("co.uk", "co.uk")
    assert not same_organisation("", "")


def test_a_domain_is_the_same_in_both_of_its_forms() -> None:
    assert a_labels("Bücher.Example") == "xn--bcher-kva.example"
    assert same_organisation("bücher.example", "mail.xn--bcher-kva.example")


@given(st.text(max_size=400))
def test_any_text_has_an_answer(text: str) -> None:
    found = organisational_domain(text)
    assert text.strip(". ").lower().endswith(found)
    assert len(public_suffix(text)) <= len(text) * 4
