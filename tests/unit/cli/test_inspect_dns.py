"""``inspect`` and the DNS: nothing is asked unless the user says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from mailclient.cli.inspect_command import run_inspect
from mailclient.cli.parser import build_parser
from mailclient.cli.services import Services
from mailclient.domain.dns import Answer, AnswerStatus, Question
from mailclient.domain.errors import BadInput
from mailclient.xray.inspection import Context

SPECIMENS = Path(__file__).parents[3] / "resources/specimens"


class Recording:
    """Services whose look-ups are written down."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.opened = 0

    def inspection_context(self) -> Context:
        return Context()

    def explain_header(self, _name: str) -> tuple[str, str]:
        return "", ""

    def dns(self) -> Any:
        self.opened += 1

        def resolve(question: Question) -> Answer:
            self.asked.append(question)
            return Answer(AnswerStatus.NXDOMAIN)

        return resolve


def run(services: Recording, *words: str) -> int:
    return run_inspect(build_parser().parse_args(["inspect", *words]), cast("Services", services))


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_nothing_is_asked_without_the_users_word(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    services = Recording()
    for path in sorted(SPECIMENS.glob("*.eml")):
        assert run(services, str(path), *words) == 0
    assert (services.opened, services.asked) == (0, [])


def test_dns_asks_for_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    services = Recording()
    run(services, str(SPECIMENS / "dkim-signed.eml"), "--json", "--dns")
    report = json.loads(capsys.readouterr().out)
    assert "specimen._domainkey.example.com" in {question.name for question in services.asked}
    assert report["authentication"]["dkim"][0]["verdict"] == "permerror"


def test_recorded_answers_are_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, kind, record = (SPECIMENS / "dkim-public-key.txt").read_text("utf-8").split(maxsplit=2)
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({f"{name.rstrip('.')} {kind}": [record.strip()]}), "utf-8")
    services = Recording()
    run(services, str(SPECIMENS / "dkim-signed.eml"), "--json", "--dns-answers", str(answers))
    report = json.loads(capsys.readouterr().out)
    assert report["authentication"]["dkim"][0]["verdict"] == "pass"
    assert services.opened == 0


@pytest.mark.parametrize("content", ["[1]", "no json", "[" * 100_000])
def test_answers_that_cannot_be_read_are_a_sentence(content: str, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(content, "utf-8")
    with pytest.raises(BadInput, match=r"answers\.json"):
        run(Recording(), str(SPECIMENS / "minimal.eml"), "--dns-answers", str(answers))


def test_own_servers_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(
        b"Received: from a.example (a.example [192.0.2.1]) by mx.provider.example; Tue, 24 Nov 2026 08:00:00 +0000\r\n"
        b"From: a@a.example\r\n\r\n"
    )
    for words, trust in ((("--own-server", "other.example"), "claimed"), (("--own-server", "provider.example"), "own")):
        assert run(Recording(), str(file), "--json", *words) == 0
        assert json.loads(capsys.readouterr().out)["route"]["hops"][0]["trust"] == trust
