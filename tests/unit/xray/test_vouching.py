"""The sentence of the reading pane is that of the examination, from the header alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.mime.tree import parse_message
from mailclient.xray.inspection import Context, inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.verification import recorded
from mailclient.xray.vouching import explain_vouching

PIECES = (
    b"From: A <a@example.org>\r\n",
    b"From: \r\n",
    b"Received: from a.example ([192.0.2.1]) by mx.example.org; Tue, 24 Nov 2026 08:00:00 +0000\r\n",
    b"Received: by\r\n",
    b"Authentication-Results: mx.example.org; dkim=pass header.d=example.org; spf=",
    b'Received-SPF: pass envelope-from="a@b"@example.org\r\n',
    b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=AAAA; b=AAAA\r\n",
    b"Return-Path: <>\r\n",
    b"List-Id: <x>\r\n",
)
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


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=40), max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_header_has_a_sentence(pieces: list[bytes]) -> None:
    raw = b"".join(pieces) + b"\r\n\r\nbody\r\n"
    for resolve in (None, recorded({})):
        assert explain_vouching(parse_message(raw).headers, OWN, raw, resolve).text.endswith(".")
