"""A-7, T20: the address shown is the one that sent, or the message is marked; never another one without a mark."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.headers import HeaderBlock, parse_header_block
from mailclient.mime.sender import sender_truth


def block(*lines: bytes) -> HeaderBlock:
    """Return a header of these lines."""
    return parse_header_block(b"\r\n".join(lines) + b"\r\n\r\n")


def vectors(kind: str) -> list[Any]:
    """Return the vectors of a file, each by its name."""
    text = (Path(__file__).parents[2] / "corpus" / "senders" / f"{kind}.toml").read_text(encoding="utf-8")
    return [pytest.param(entry, id=name) for name, entry in tomllib.loads(text).items()]


def header_of(entry: Mapping[str, Any]) -> HeaderBlock:
    """Return the header of a vector; one of lone line feeds ends in one."""
    header = str(entry["header"])
    end = "\n\n" if "\n" in header and "\r" not in header else "\r\n\r\n"
    return parse_header_block((header + end).encode(entry.get("encoding", "utf-8")))


def test_there_are_enough_vectors() -> None:
    assert len(vectors("deceptive")) >= 60
    assert len(vectors("calm")) >= 30


@pytest.mark.parametrize("entry", vectors("deceptive"))
def test_a_deceptive_from_shows_the_real_address_or_is_marked(entry: Mapping[str, Any]) -> None:
    truth = sender_truth(header_of(entry))
    assert truth.ambiguous is entry["marked"]
    assert truth.address == entry["shown"] or (truth.ambiguous and not entry["shown"])
    assert not truth.ambiguous or truth.warnings, "a mark comes with a sentence"
    assert not any(ord(letter) < 32 for letter in truth.address + truth.display_name)


@pytest.mark.parametrize("entry", vectors("calm"))
def test_an_honest_from_is_shown_as_it_is_and_nothing_is_said(entry: Mapping[str, Any]) -> None:
    truth = sender_truth(header_of(entry))
    assert (truth.address, truth.ambiguous, truth.warnings) == (entry["address"], False, ())
    assert truth.display_name == entry.get("name", truth.display_name)


@pytest.mark.parametrize(
    "lines",
    [
        (b"From: boss@bank.test", b"From: evil@example.net"),
        (b"From: evil@example.net", b"from: boss@bank.test"),
        (b"From : boss@bank.test", b"From: evil@example.net"),
        (b"From : evil@example.net",),
        (b"From\t: evil@example.net",),
        (b"Subject: nobody",),
        (b" From: boss@bank.test", b"From: evil@example.net", b"FROM: third@example.net"),
    ],
)
def test_several_or_odd_from_fields_are_marked(lines: tuple[bytes, ...]) -> None:
    assert sender_truth(block(*lines)).ambiguous


@pytest.mark.parametrize("domain", ["xn--bcher-kva.example", "b\u00fccher.example"])
def test_letters_outside_english_in_a_domain_are_pointed_out(domain: str) -> None:
    truth = sender_truth(block(f"From: a@{domain}".encode()))
    assert any("compare it with care" in warning for warning in truth.warnings)


@given(st.binary(max_size=300))
def test_any_from_is_a_value(value: bytes) -> None:
    truth = sender_truth(parse_header_block(b"From: " + value + b"\r\n\r\n"))
    (truth.display_name + truth.address).encode("utf-8")
    assert truth.address or truth.ambiguous
