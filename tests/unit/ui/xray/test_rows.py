"""What the tabs of the X-ray say, without a window: each row has its words and its bytes."""

from __future__ import annotations

import pytest

from mailclient.app.glossary import explain_header, inspection_context, place_header
from mailclient.paths import resource_path
from mailclient.ui.xray import rows as r
from mailclient.ui.xray.authentication_rows import authentication_rows
from mailclient.ui.xray.content_rows import content_rows
from mailclient.ui.xray.header_rows import header_rows
from mailclient.ui.xray.identity_rows import identity_rows
from mailclient.ui.xray.structure_rows import structure_rows
from mailclient.xray.inspection import Inspection, inspect
from mailclient.xray.own_servers import OwnServers

SPECIMENS = sorted(path.stem for path in resource_path("specimens").glob("*.eml"))


def opened(name: str) -> Inspection:
    return inspect(resource_path("specimens", f"{name}.eml").read_bytes(), inspection_context(OwnServers()))


def everything(rows: tuple[r.Row, ...]) -> list[r.Row]:
    found = list(rows)
    for row in found:
        found.extend(row.children)
    return found


@pytest.mark.parametrize("name", SPECIMENS)
def test_every_row_has_words_and_its_bytes(name: str) -> None:
    found = opened(name)
    tabs = (
        r.finding_rows(found),
        header_rows(found, explain_header, place_header),
        r.route_rows(found.route),
        authentication_rows(found),
        structure_rows(found),
        content_rows(found),
        identity_rows(found),
    )
    for tab in tabs:
        assert len({len(row.cells) for row in everything(tab)}) <= 1
        for row in everything(tab):
            assert row.detail
            assert row.place is None or 0 <= row.place[0] <= row.place[1] <= len(found.raw)


def test_findings_say_their_weight_first() -> None:
    found = opened("spoofed-name")
    assert [row.cells[0] for row in r.finding_rows(found)][:3] == ["Danger", "Danger", "Warning"]
    assert r.findings_summary(found).startswith("2 × danger")
    assert r.findings_summary(inspect(b"")) != ""


def test_a_header_row_says_who_writes_it_and_what_is_odd() -> None:
    found = opened("multi-hop")
    rows = header_rows(found, explain_header, place_header)
    assert rows[0].cells[:3] == ("Return-Path", "trace", "delivery")
    odd = [row for row in rows if row.icon == "warning"]
    assert [row.cells[0] for row in odd] == ["Received"]
    assert "clocks" in odd[0].detail
    for words in ("Class: trace.", "Written by each server on the way.", "Value, decoded: from out.example.com"):
        assert words in odd[0].detail
    assert "Its form is what its standard asks for." in odd[0].detail


def test_the_route_says_each_delay_and_marks_the_slowest() -> None:
    found = opened("multi-hop")
    rows = r.route_rows(found.route)
    assert [row.cells[4] for row in rows] == [
        "begins",
        "clock 4 min 15 s behind",
        "43 min 7 s (slowest)",
        "16 s",
        "2 s",
    ]
    assert [row.cells[6] for row in rows][-2:] == ["your server", "your server"]
    assert r.route_summary(found.route).startswith("5 hops in 39 min 10 s.")
    assert r.route_summary(inspect(b"").route) == "No server has written a line about this message."


def test_a_part_tells_its_size_charset_and_hash() -> None:
    (root,) = structure_rows(opened("nested-rfc822"))
    assert [child.cells[0] for child in root.children] == ["1", "2"]
    assert "Charset: declared us-ascii, found us-ascii: as declared." in root.children[0].detail
    assert "SHA-256" in root.children[0].detail


def test_a_link_that_misleads_is_marked() -> None:
    rows = everything(content_rows(opened("phishing")))
    assert [row.cells[2] for row in rows if row.icon == "warning" and row.cells[0] == "http"] == ["203.0.113.66"]
    assert content_rows(opened("minimal")) == ()


def test_a_bounce_shows_its_report() -> None:
    assert content_rows(opened("bounce"))[0].cells[0] == "Report (delivery-status)"


def test_a_header_row_says_what_is_malformed() -> None:
    found = inspect(b"From: a@example.org\r\nMIME-Version: nonsense\r\n\r\n", inspection_context(OwnServers()))
    row = header_rows(found, explain_header, place_header)[1]
    assert row.icon == "warning"
    assert len(row.detail.splitlines()) > 1
    assert "malformed-mime-version" in [finding.id for finding in found.findings]


def test_what_stands_outside_all_parts_is_a_row_of_its_own() -> None:
    raw = (
        b'From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"You need MIME.\r\n--b\r\n\r\ntext\r\n--b--\r\nafter it\r\n"
    )
    (root,) = structure_rows(inspect(raw))
    assert [(child.cells[0], child.cells[4]) for child in root.children] == [
        ("Preamble", "not shown"),
        ("1", "body"),
        ("Epilogue", "not shown"),
    ]
    before, _, after = (child.place for child in root.children)
    assert before is not None
    assert after is not None
    assert b"You need MIME." in raw[slice(*before)]
    assert b"after it" in raw[slice(*after)]
