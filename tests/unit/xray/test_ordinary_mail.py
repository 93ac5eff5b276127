"""No cry-wolf: ordinary mail of every kind, and what a person has read and found right about each message.

``expected.toml`` lists for each file the findings that stand out (NOTICE) and the sentence of the reading pane. A new one
fails here: look whether it is true for this message, calm, and worth its place, before it is added.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from mailclient.app.glossary import inspection_context
from mailclient.xray.ambiguity import examine_ambiguity
from mailclient.xray.finding import Severity
from mailclient.xray.inspection import Context, Inspection, inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.verification import recorded

CORPUS = Path(__file__).parents[2] / "corpus" / "ordinary"
MESSAGES = sorted(CORPUS.glob("*.eml"))
EXPECTED = tomllib.loads((CORPUS / "expected.toml").read_text(encoding="utf-8"))
ANSWERS = json.loads((CORPUS / "dns.json").read_text(encoding="utf-8"))
MOST_NOTICES = 6
CONDITIONS = ("own", "guessed", "dns")
"""The reader named his servers; nothing is known of him; he named them and recorded answers of the DNS are at hand."""


def _context(name: str, condition: str) -> Context:
    if condition == "guessed":
        return inspection_context(OwnServers())
    expected = EXPECTED[name]
    own = OwnServers(
        names=tuple(expected.get("own", "example.org").split(",")),
        addresses=(expected.get("address", "alex@example.org"),),
    )
    context = inspection_context(own)
    return replace(context, resolve=recorded(ANSWERS)) if condition == "dns" else context


@cache
def _inspected(path: Path, condition: str) -> Inspection:
    return inspect(path.read_bytes(), _context(path.stem, condition))


def _expected(name: str, key: str, condition: str) -> object:
    entry: Mapping[str, object] = EXPECTED[name]
    return entry.get(f"{key}_{condition}", entry[key])


def test_each_file_has_its_expectation() -> None:
    assert [path.stem for path in MESSAGES] == sorted(EXPECTED)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_ordinary_mail_alarms_nobody(path: Path, condition: str) -> None:
    found = _inspected(path, condition)
    assert found.unexamined == ()
    assert [f"{one.id}: {one.title}" for one in found.findings if one.severity.weight > Severity.NOTICE.weight] == []
    notices = [one for one in found.findings if one.severity is Severity.NOTICE]
    assert sorted({one.id for one in notices}) == _expected(path.stem, "notices", condition)
    assert len(notices) <= MOST_NOTICES
    assert bool(examine_ambiguity(found.opened)) is EXPECTED[path.stem].get("ambiguous", False)
    assert not found.sender.ambiguous


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_one_sentence_tells_who_vouches(path: Path, condition: str) -> None:
    assert _inspected(path, condition).summary.text == _expected(path.stem, "summary", condition)


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_each_field_of_ordinary_mail_is_explained(path: Path) -> None:
    fields = _inspected(path, "own").fields.fields
    assert fields
    assert sorted({field.name for field in fields if not field.meaning.known}) == []
    odd = sorted({field.name for field in fields if field.oddities})
    assert odd == EXPECTED[path.stem].get("odd_fields", [])


def test_nobodys_address_or_server_is_in_the_corpus() -> None:
    """Only domains that RFC 2606 and RFC 6761 set aside, and no address that anybody can have."""
    reserved = ("example", "test", "invalid", "local", "localhost", "localdomain", "internal", "lan")
    for path in MESSAGES:
        for hop in _inspected(path, "own").route.hops:
            assert hop.hop.address is None or not hop.hop.address.is_global, f"{path.stem}: {hop.hop.ip}"
        for domain in re.findall(rb"@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", path.read_bytes()):
            name = domain.decode().lower()
            known = name.endswith(reserved) or re.fullmatch(r"(?:.+\.)?example\.(?:org|com|net)", name)
            assert known, f"{path.stem}: {name}"
