"""Each fuzzed grammar reads its seeds, and a few hundred bent ones, without guidance: the harness itself must not rot."""

from __future__ import annotations

import pytest

from tests.fuzz.targets import TARGETS
from tests.support.mutation import mutated

COUNT = 300
LONGEST = 4_096


@pytest.mark.parametrize("name", TARGETS)
def test_a_grammar_reads_its_seeds(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].read(seed)


@pytest.mark.parametrize("name", TARGETS)
def test_a_grammar_reads_bent_seeds(name: str) -> None:
    target = TARGETS[name]
    for number in range(COUNT):
        data = mutated(target.seeds, number, target.words)[:LONGEST]
        try:
            target.read(data)
        except Exception as error:
            pytest.fail(f"{name} cannot read {data!r}: {error!r}")
