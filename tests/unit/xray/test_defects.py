"""Each kind of defect by its smallest message: the name, the bytes that show it, and what else is found."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from mailclient.app.glossary import inspection_context
from mailclient.mime.defects import DefectKind
from mailclient.mime.tree import parse_message
from mailclient.xray.defects import ALL_RULES, examine_defects
from mailclient.xray.inspection import Inspection, inspect
from mailclient.xray.own_servers import OwnServers

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT / "tests/corpus/defects"
FILES = sorted(CORPUS.glob("*.eml"))
EXPECTED = tomllib.loads((CORPUS / "expected.toml").read_text(encoding="utf-8"))
READER = OwnServers(hosts=("mx.example.org",), addresses=("alex@example.org",))


def examined(raw: bytes) -> Inspection:
    return inspect(raw, inspection_context(READER))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_defect_is_named_with_its_bytes_and_nothing_else_is_said(path: Path) -> None:
    expected, raw = EXPECTED[path.stem], path.read_bytes()
    found = examined(raw)
    assert found.unexamined == ()
    assert sorted({finding.id for finding in found.findings}) == sorted([expected["id"], *expected.get("also", [])])
    named = next(finding for finding in found.findings if finding.id == expected["id"])
    assert named.severity.value == expected["severity"]
    shown = raw[slice(*named.evidence)].decode("latin-1") if named.evidence else ""
    assert shown.startswith(expected["evidence"])
    assert bool(shown) == bool(expected["evidence"])


def test_every_kind_has_a_message_and_a_rule() -> None:
    assert {kind.value for kind in DefectKind} <= {path.stem for path in FILES} == set(EXPECTED)
    assert set(ALL_RULES) == set(DefectKind)
    assert len(DefectKind) > 80


def test_the_rules_are_sentences_that_name_their_document() -> None:
    for kind, rule in ALL_RULES.items():
        assert rule.why.endswith("."), kind
        assert re.fullmatch(r"RFC \d{3,5}( section [\d.]+)?|Unicode U\w+ \d+", rule.rfc), kind


def test_the_list_in_the_documentation_is_the_one_of_the_code() -> None:
    listed = dict(
        re.findall(r"^\| `([\w-]+)` \| (\w+) \|", (ROOT / "docs/defects.md").read_text("utf-8"), re.MULTILINE)
    )
    assert listed == {kind.value: rule.severity.value for kind, rule in ALL_RULES.items()}


def test_a_clean_message_has_none() -> None:
    raw = (
        b"From: Ada <ada@example.org>\r\nTo: alex@example.org\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
        b"Message-ID: <1@example.org>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello.\r\n"
    )
    assert examine_defects(parse_message(raw)) == ()


@pytest.mark.parametrize("path", sorted((ROOT / "resources/specimens").glob("*.eml")), ids=lambda path: path.stem)
def test_an_ordinary_specimen_has_no_defect_that_warns(path: Path) -> None:
    warnings = {
        finding.id
        for finding in examined(path.read_bytes()).findings
        if finding.id in {kind.value for kind in DefectKind} and finding.severity.weight > 1
    }
    assert bool(warnings) == (path.stem == "broken-header-end"), warnings


def test_a_field_in_json_tells_its_own_defects_only() -> None:
    found = examined((CORPUS / "wrong-weekday.eml").read_bytes())
    told = {field.name: [defect.kind for defect in field.defects] for field in found.fields.fields if field.defects}
    assert told == {"Date": [DefectKind.WRONG_WEEKDAY]}
