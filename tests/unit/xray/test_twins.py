"""What two examiners see is said once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailclient.xray.finding import Finding, Severity
from mailclient.xray.inspection import inspect
from mailclient.xray.twins import TWINS, without_twins

DEFECTS = Path(__file__).parents[2] / "corpus/defects"


def finding(identifier: str) -> Finding:
    return Finding(identifier, Severity.NOTICE, "", "")


def test_the_more_particular_one_is_kept() -> None:
    both = [finding("ambiguous-depth"), finding("too-deep")]
    assert list(without_twins(both)) == both[1:]
    assert list(without_twins(both[:1])) == both[:1]


@pytest.mark.parametrize("path", sorted(DEFECTS.glob("*.eml")), ids=lambda path: path.stem)
def test_no_message_is_told_one_thing_twice(path: Path) -> None:
    told = {found.id for found in inspect(path.read_bytes()).findings}
    assert not any({less, more} <= told for less, more in TWINS)
