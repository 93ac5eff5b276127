"""What is said of each specimen and each ordinary message is what a person has seen; ``make golden`` writes it anew."""

from __future__ import annotations

import difflib

import pytest

from tests.golden.goldens import HERE, golden, messages, place

MESSAGES = messages()


@pytest.mark.parametrize("name", MESSAGES)
def test_what_is_said_of_a_message_is_what_was_said(name: str) -> None:
    there = place(name).read_text(encoding="utf-8") if place(name).exists() else ""
    now = golden(MESSAGES[name].read_bytes())
    difference = "\n".join(
        difflib.unified_diff(there.splitlines(), now.splitlines(), "golden", "now", lineterm="", n=1)
    )
    assert not difference, f"{name}: read this, and if it is right: make golden\n{difference}"


def test_no_golden_is_left_of_a_message_that_is_gone() -> None:
    assert {f"{path.parent.name}/{path.stem}" for path in HERE.glob("*/*.json")} == set(MESSAGES)
