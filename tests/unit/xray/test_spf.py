"""The public suite for RFC 7208, whole (BSD; tests/data/spf-rfc7208)."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.domain.dns import Answer, AnswerStatus, Question
from mailclient.xray.dns_questions import offline, run
from mailclient.xray.spf import SpfResult, SpfVerdict, check_spf
from mailclient.xray.spf_record import BrokenRecord, parse_record

SUITE = json.loads((Path(__file__).parents[2] / "data/spf-rfc7208/rfc7208-tests.json").read_text("utf-8"))
CASES = [(name, case, scenario["zonedata"]) for scenario in SUITE for name, case in scenario["tests"].items()]


class Zone:
    """The suite's way of writing names down."""

    def __init__(self, data: dict[str, list[Any]]) -> None:
        self._data = {name.lower(): entries for name, entries in data.items()}

    def __call__(self, question: Question, depth: int = 0) -> Answer:
        entries = self._data.get(question.name)
        if entries is None:
            return Answer(AnswerStatus.NXDOMAIN)
        kinds = {kind for entry in entries if isinstance(entry, dict) for kind in entry}
        found: list[str] = []
        for entry in entries:
            if entry == "TIMEOUT":
                if found:
                    break
                return Answer(AnswerStatus.TIMEOUT)
            for kind, value in entry.items():
                # What is written as SPF stands for TXT too, unless TXT is written.
                if kind == question.type.value or (
                    kind == "SPF" and question.type.value == "TXT" and "TXT" not in kinds
                ):
                    if value == "TIMEOUT":
                        return Answer(AnswerStatus.TIMEOUT)
                    if value != "NONE":
                        found.append(self._text(value))
                elif kind == "CNAME" and depth < 5:
                    return self(Question(value.lower(), question.type), depth + 1)
        return Answer(AnswerStatus.FOUND, tuple(found)) if found else Answer(AnswerStatus.NO_DATA)

    @staticmethod
    def _text(value: object) -> str:
        if isinstance(value, list):
            if value and isinstance(value[0], int):
                return f"{value[0]} {value[1]}"
            return "".join(str(piece) for piece in value)
        return str(value)


def check(host: str, mail_from: str, helo: str, zone: dict[str, list[Any]]) -> SpfResult:
    return run(check_spf(ipaddress.ip_address(host), mail_from, helo), Zone(zone))


@pytest.mark.parametrize(("name", "case", "zone"), CASES, ids=[case[0] for case in CASES])
def test_the_suite(name: str, case: dict[str, Any], zone: dict[str, list[Any]]) -> None:
    found = check(case["host"], case["mailfrom"] or "", case["helo"] or "", zone)
    wanted = case["result"] if isinstance(case["result"], list) else [case["result"]]
    assert found.verdict.value in wanted, [step.text for step in found.steps]
    if case.get("explanation") not in {None, "DEFAULT"}:
        assert found.explanation == case["explanation"]
    elif case.get("explanation") == "DEFAULT":
        assert found.explanation == ""


def test_the_suite_is_whole() -> None:
    assert len(CASES) == 203


def test_each_step_and_answer_is_told() -> None:
    zone = {
        "example.org": [{"TXT": "v=spf1 include:out.example.net -all"}],
        "out.example.net": [{"TXT": "v=spf1 ip4:192.0.2.0/24 ~all"}],
    }
    found = check("192.0.2.7", "joe@example.org", "mail.example.org", zone)
    assert (found.verdict, found.matched, found.identity) == (SpfVerdict.PASS, "include:out.example.net", "mailfrom")
    assert [(step.depth, step.text) for step in found.steps] == [
        (0, "example.org: v=spf1 include:out.example.net -all"),
        (1, "out.example.net: v=spf1 ip4:192.0.2.0/24 ~all"),
        (1, "ip4:192.0.2.0/24: matches."),
        (0, "include:out.example.net: matches."),
    ]
    assert [lookup.question.name for lookup in found.lookups] == ["example.org", "out.example.net"]
    assert "192.0.2.7" in found.proves and found.proves_not


def test_a_bounce_is_judged_by_the_name_given_in_helo() -> None:
    found = check(
        "192.0.2.7", "", "mail.example.org", {"mail.example.org": [{"TXT": "v=spf1 a -all"}, {"A": "192.0.2.7"}]}
    )
    assert (found.verdict, found.identity, found.sender) == (SpfVerdict.PASS, "helo", "postmaster@mail.example.org")


def test_without_answers_it_says_what_is_missing() -> None:
    found = run(check_spf(ipaddress.ip_address("192.0.2.7"), "joe@example.org", "x.example"), offline)
    assert found.verdict is SpfVerdict.NOT_CHECKED
    assert found.steps[-1].text == "example.org TXT was not asked for."


@given(st.text(alphabet="v=spf1 +-~?aimxptrncludeslo:/.%{}0123456789_", max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_record_raises_anything_else(text: str) -> None:
    try:
        parse_record("v=spf1 " + text)
    except BrokenRecord as error:
        assert str(error).endswith(".")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a ", "%{d}", "a:%{", "a:x.", "/1", "ip4:1", "%%", "-"])
def test_a_long_record_is_read_at_once(piece: str) -> None:
    zone = {"example.org": [{"TXT": "v=spf1 " + piece * (500_000 // len(piece))}]}
    assert check("192.0.2.7", "joe@example.org", "x.example", zone).verdict in SpfVerdict
