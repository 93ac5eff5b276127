"""The sentence of the reading pane is that of the examination, from the header alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailclient.mime.tree import parse_message
from mailclient.xray.inspection import Context, inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.verification import recorded
from mailclient.xray.vouching import explain_vouching

SPECIMENS = sorted((Path(__file__).parents[3] / "resources/specimens").glob("*.eml"))
OWN = OwnServers(hosts=("mx.example.org",))


@pytest.mark.parametrize("path", SPECIMENS, ids=lambda path: path.stem)
def test_it_says_what_the_examination_says(path: Path) -> None:
    raw = path.read_bytes()
    assert explain_vouching(parse_message(raw).headers, OWN) == inspect(raw, Context(OWN)).summary


def test_what_was_asked_before_counts() -> None:
    raw = next(path for path in SPECIMENS if path.stem == "dkim-signed").read_bytes()
    key = (SPECIMENS[0].parent / "dkim-public-key.txt").read_text("ascii").partition("\n")[2].strip()
    answers = recorded({"specimen._domainkey.example.com TXT": [key], "_dmarc.example.com TXT": []})
    found = explain_vouching(parse_message(raw).headers, OWN, raw, answers)
    assert found.text == "Signed by example.com."
    assert found == inspect(raw, Context(OWN, resolve=answers)).summary
