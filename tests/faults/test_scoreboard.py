"""The scoreboard says what was measured, what failed, and what was not run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.faults.scoreboard import MEASURES, judge, latest, main, table


def recorded(**figures: object) -> str:
    return json.dumps({"full": True, **figures})


def test_a_gate_is_passed_by_enough_points_without_a_fault() -> None:
    measure = next(each for each in MEASURES if each.id == "P7")
    many = [recorded(id="kill-sync", points=700, wrong=0), recorded(id="kill-move", points=400, wrong=0)]
    assert judge(measure, latest(many)).verdict == "pass"
    assert judge(measure, latest(many[:1])).verdict == "fail"
    assert judge(measure, latest([*many, recorded(id="kill-draft", points=9, wrong=1)])).verdict == "fail"


def test_a_short_form_is_not_the_full_one_and_what_was_not_run_is_said() -> None:
    short = [json.dumps({"id": "kill-sync", "full": False, "points": 6, "wrong": 0})]
    lines = [judge(measure, latest(short)) for measure in MEASURES]
    assert {line.verdict for line in lines} == {"not run"}
    assert "not run" in table(lines)


def test_the_later_of_two_runs_counts_and_each_server_has_its_own_gate() -> None:
    measure = next(each for each in MEASURES if each.id == "P10")
    runs = [recorded(id="convergence-dovecot", operations=9), recorded(id="convergence-dovecot", operations=3_000)]
    assert judge(measure, latest(runs)).verdict == "pass"
    runs.append(recorded(id="convergence-courier", operations=1_999))
    assert judge(measure, latest(runs)).verdict == "fail"


def test_the_parts_of_a_long_instrument_are_added_up() -> None:
    measure = next(each for each in MEASURES if each.id == "P7")
    parts = [recorded(id="kill-sync", part=part, points=600, wrong=0) for part in (0, 1)]
    assert judge(measure, latest([*parts, parts[0]])).figure == 1_200


def test_it_ends_well_only_when_every_gate_is_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures"
    good = {"points": 99_999, "operations": 99_999, "wrong": 0}
    lines = [
        recorded(id=measure.prefixes[0], part=part, **good)
        for measure in MEASURES
        for part in range(1 if measure.unit else measure.gate)
    ]
    file.write_text("\n".join(lines))
    assert main([str(file)]) == 0
    assert {line["verdict"] for line in json.loads(capsys.readouterr().out.splitlines()[-1])} == {"pass"}
    file.write_text("\n".join(lines[1:]))
    assert main([str(file)]) == 1
