"""Everything about one message: each examiner has its place, and none takes the others down."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mailclient.mime.defects import Defect, DefectKind
from mailclient.paths import resource_path
from mailclient.xray import inspection
from mailclient.xray.defects import defect_findings
from mailclient.xray.finding import Severity
from mailclient.xray.inspection import Context, inspect
from mailclient.xray.own_servers import OwnServers

SPECIMENS = sorted(resource_path("specimens").glob("*.eml"))


@pytest.mark.parametrize("path", SPECIMENS, ids=lambda path: path.stem)
def test_every_specimen_is_examined_by_everybody(path: Path) -> None:
    raw = path.read_bytes()
    found = inspect(raw)
    assert found.unexamined == ()
    assert len(found.parts) == found.message.part_count
    for finding in found.findings:
        assert finding.title
        assert finding.explanation
        assert finding.evidence is None or 0 <= finding.evidence[0] <= finding.evidence[1] <= len(raw)
    weights = [finding.severity.weight for finding in found.findings]
    assert weights == sorted(weights, reverse=True)


ORDINARY = {"newsletter", "list-mail", "bounce", "autoreply", "dkim-signed", "digest", "receipt", "multi-hop", "koi8-r"}


@pytest.mark.parametrize("name", sorted(ORDINARY))
def test_ordinary_mail_alarms_nobody(name: str) -> None:
    found = inspect(resource_path("specimens", f"{name}.eml").read_bytes())
    assert [f.title for f in found.findings if f.severity.weight > Severity.NOTICE.weight] == []


def test_damaged_messages_are_examined_too() -> None:
    chance = random.Random(4)
    for path in SPECIMENS:
        raw = bytearray(path.read_bytes())
        for _ in range(20):
            place = chance.randrange(len(raw))
            raw[place : place + chance.randrange(4)] = chance.randbytes(chance.randrange(4))
        assert inspect(bytes(raw)).unexamined == (), path.name
    assert inspect(b"").unexamined == ()


def test_what_fails_leaves_the_rest_and_is_told() -> None:
    def broken(_host: str) -> str:
        raise RuntimeError("a mistake of ours")

    raw = resource_path("specimens", "multi-hop.eml").read_bytes()
    found = inspect(raw, Context(OwnServers(hosts=("mx.example.org",), organisation=broken)))
    assert "route" in found.unexamined
    assert found.route.hops == ()
    assert found.parts
    assert "The route of this message could not be examined." in [finding.title for finding in found.findings]


@pytest.mark.parametrize(
    "examiner",
    """sender_truth examine_route journey authentication_results received_spf verify summarise examine_senders
    examine_replies examine_parts explain_choice examine_defects defect_findings examine_fields examine_content
    examine_reports examine_wrappers examine_enclosed examine_identity incomplete_report result_findings
    examine_ambiguity""".split(),
)
def test_no_examiner_takes_another_with_it(examiner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_named: object) -> object:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(inspection, examiner, broken)
    found = inspect(resource_path("specimens", "bounce.eml").read_bytes())
    assert len(found.unexamined) == 1
    assert "not-examined" in {finding.id for finding in found.findings}


def test_the_same_is_said_once() -> None:
    raw = b"From: a@example.org\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n"
    told = [(finding.id, finding.evidence) for finding in inspect(raw).findings]
    assert len(told) == len(set(told))


def test_a_defect_that_readers_take_differently_is_a_warning() -> None:
    serious, harmless = defect_findings(
        (Defect(DefectKind.NUL, "A NUL.", 3, 4), Defect(DefectKind.BARE_LF, "Bare LF.", 5, 6))
    )
    assert (serious.severity, serious.evidence) == (Severity.WARNING, (3, 4))
    assert harmless.severity is Severity.NOTICE
