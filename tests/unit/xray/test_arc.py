"""The public ARC suite, whole (MIT; tests/data/arc-suite)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailclient.domain.dns import Answer, AnswerStatus, Question
from mailclient.mime.headers import parse_header_block
from mailclient.xray.arc import ArcResult, ArcVerdict, check_arc
from mailclient.xray.dkim import covered
from mailclient.xray.dns_questions import offline, run

SUITE = json.loads((Path(__file__).parents[2] / "data/arc-suite/validation-tests.json").read_text("utf-8"))
CASES = [
    (name, case, scenario.get("txt-records") or {}) for scenario in SUITE for name, case in scenario["tests"].items()
]


def check(message: str, records: dict[str, str]) -> ArcResult:
    raw = message.replace("\n", "\r\n").encode()

    def resolve(question: Question) -> Answer:
        text = records.get(question.name)
        return Answer(AnswerStatus.NXDOMAIN) if text is None else Answer(AnswerStatus.FOUND, (text.strip(),))

    return run(check_arc(covered(raw, parse_header_block(raw))), resolve)


@pytest.mark.parametrize(("name", "case", "records"), CASES, ids=[case[0] for case in CASES])
def test_the_suite(name: str, case: dict[str, Any], records: dict[str, str]) -> None:
    found = check(case["message"], records)
    if not case["cv"]:
        assert found.ended
    else:
        assert (found.verdict.value, found.ended) == (case["cv"].lower(), False), found.reasons


def test_the_suite_is_whole() -> None:
    assert len(CASES) == 171


def test_each_set_is_judged_and_rests_on_its_key() -> None:
    case, records = next((case, records) for name, case, records in CASES if name == "cv_pass_i2_1_ams1_invalid")
    found = check(case["message"], records)
    assert [(one.instance, one.message_signature.value, one.seal.value) for one in found.sets] == [
        (1, "fail", "pass"),
        (2, "pass", "pass"),
    ]
    assert [lookup.question.name for lookup in found.lookups] == ["dummy._domainkey.example.org"]


def test_without_answers_the_chain_is_not_judged() -> None:
    case = next(case for name, case, _ in CASES if name == "cv_pass_i1_1")
    raw = case["message"].replace("\n", "\r\n").encode()
    found = run(check_arc(covered(raw, parse_header_block(raw))), offline)
    assert found.verdict is ArcVerdict.NOT_CHECKED
    assert found.lookups
