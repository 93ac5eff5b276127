"""Received fields of every program that is in use, and of those that invent them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.mime.headers import parse_header_block
from mailclient.xray.network_address import AddressKind, address_kind, is_mapped, parse_address
from mailclient.xray.received import Hop, received_hops
from mailclient.xray.received_words import PROTOCOLS

SAMPLES = json.loads((Path(__file__).parents[2] / "data/received/samples.json").read_text("utf-8"))


def hop(value: str) -> Hop:
    """The hop of one field value, folds written as they come."""
    return received_hops(parse_header_block(b"Received: " + value.encode("latin-1") + b"\r\n\r\n"))[0]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["dialect"])
def test_every_dialect_is_understood(sample: dict[str, Any]) -> None:
    raw = sample["field"].encode()
    [found] = received_hops(parse_header_block(raw + b"\r\n"))
    told = {name: getattr(found, name) for name in sample["says"]}
    told["date"] = found.date.isoformat() if found.date else None
    assert told == {"date": None, **sample["says"]}
    unexpected = {"helo", "rdns", "ip", "by", "id", "for_address", "authenticated_as", "cipher"} - set(sample["says"])
    assert {name: getattr(found, name) for name in unexpected if getattr(found, name)} == {}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["dialect"])
def test_the_place_of_each_piece_holds_the_piece(sample: dict[str, Any]) -> None:
    raw = b"Subject: before\r\n" + sample["field"].encode()
    [found] = received_hops(parse_header_block(raw + b"\r\n"))
    assert raw[slice(*found.range)] == sample["field"].encode()
    for name in ("helo", "rdns", "by", "authenticated_as", "envelope_from", "from_name"):
        if text := getattr(found, name):
            assert text in raw[slice(*found.pieces[name])].decode(), name
    if found.ip:
        assert parse_address(raw[slice(*found.pieces["ip"])].decode()) == found.address
    assert set(found.pieces) >= {"date"} if found.date else True


def test_every_dialect_that_is_listed_has_a_sample() -> None:
    assert len(SAMPLES) >= 120
    assert len({sample["dialect"] for sample in SAMPLES}) >= 40


def test_the_date_is_the_one_after_the_last_semicolon() -> None:
    found = hop("from a.example by b.example with ESMTP; id 7; Tue, 24 Nov 2026 08:00:00 +0100 (CET; winter)")
    assert found.date is not None and found.date.isoformat() == "2026-11-24T08:00:00+01:00"


@pytest.mark.parametrize(
    ("written", "meant", "zone_known"),
    [
        ("24 Nov 2026 07:00:01 -0000", "2026-11-24T07:00:01+00:00", False),
        ("Tue, 24 Nov 26 08:00:00 +0100", "2026-11-24T08:00:00+01:00", True),
        ("Tue Nov 24 10:00:00 2026", "2026-11-24T10:00:00+00:00", False),
        ("Tue, 24 Nov 2026 24:00:00 +0000", "2026-11-25T00:00:00+00:00", True),
        ("Tue, 24 Nov 2026 23:59:60 GMT", "2026-11-25T00:00:00+00:00", True),
        ("Tue, 24 Nov 2026 10:00:00.123 +0000", "2026-11-24T10:00:00+00:00", True),
        ("Tue, 24 Nov 2026 03:05:00 PM -0800", "2026-11-24T15:05:00-08:00", True),
        ("Di, 24 Dez 2026 10:00:00 +0100", "2026-12-24T10:00:00+01:00", True),
        ("24.11.2026 08:00:00", "2026-11-24T08:00:00+00:00", False),
        ("Tue, 24 Nov 2026 15:00:01 +0800 (GMT-8)", "2026-11-24T15:00:01+08:00", True),
    ],
)
def test_times_as_programs_write_them(written: str, meant: str, zone_known: bool) -> None:
    found = hop(f"from a.example by b.example; {written}")
    assert found.date is not None
    assert (found.date.isoformat(), found.zone_known) == (meant, zone_known)


def test_an_invented_line_gives_no_address_from_its_brackets() -> None:
    found = hop("from rly04.example ([Tue, 24 Nov 2026 05:29:36 -0700]) by host.example with NNFMP; no date")
    assert (found.ip, found.by, found.protocol) == ("", "host.example", "nnfmp")


def test_the_words_of_rfc_3848_are_explained() -> None:
    for word in ("ESMTP", "ESMTPA", "ESMTPS", "ESMTPSA", "LMTP", "LMTPA", "LMTPS", "LMTPSA", "UTF8SMTPSA"):
        assert hop(f"from a.example by b.example with {word}; x").protocol_explained == PROTOCOLS[word.lower()]
    assert hop("from a.example by b.example with ESMTPSA; x").authenticated
    assert hop("from a.example by b.example with ESMTPS; x").encrypted
    assert not hop("from a.example by b.example with ESMTP; x").encrypted


@pytest.mark.parametrize(
    ("written", "normal", "kind"),
    [
        ("[192.168.1.5]", "192.168.1.5", AddressKind.PRIVATE),
        ("(127.0.0.1)".strip("()"), "127.0.0.1", AddressKind.LOOPBACK),
        ("[fe80::1%11]", "fe80::1", AddressKind.LINK_LOCAL),
        ("[IPv6:2001:db8::1]", "2001:db8::1", AddressKind.DOCUMENTATION),
        ("::ffff:100.64.3.2", "100.64.3.2", AddressKind.SHARED),
        ("2002:a05:6f02::", "2002:a05:6f02::", AddressKind.SIX_TO_FOUR),
        ("[fd00::1]:25", "fd00::1", AddressKind.PRIVATE),
        ("?8.8.8.8?", "8.8.8.8", AddressKind.PUBLIC),
        ("198.18.4.4:2525", "198.18.4.4", AddressKind.BENCHMARK),
        ("0.0.0.0", "0.0.0.0", AddressKind.UNSPECIFIED),
        ("240.0.0.1", "240.0.0.1", AddressKind.RESERVED),
        ("ff02::1", "ff02::1", AddressKind.MULTICAST),
    ],
)
def test_addresses_and_what_they_are(written: str, normal: str, kind: AddressKind) -> None:
    address = parse_address(written)
    assert address is not None
    assert (str(address), address_kind(address)) == (normal, kind)
    assert is_mapped(written) == ("::ffff:" in written)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise(data: bytes) -> None:
    for found in received_hops(parse_header_block(b"Received: " + data)):
        assert found.range[0] == 0


_WORDS = [
    "from",
    "by",
    "with",
    "id",
    "for",
    "(",
    ")",
    "[",
    "]",
    ";",
    '"',
    "192.0.2.1",
    "HELO",
    "helo=",
    "TLSv1.3",
    "24 Nov 2026",
    "10:00:00",
    "\\",
    "x@y",
]


@given(st.lists(st.sampled_from(_WORDS), max_size=60).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_no_order_of_words_raises(value: str) -> None:
    found = hop(value)
    assert all(start <= end for start, end in found.pieces.values())


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["(", ")", '"', "from ", "[", "(a", "helo=", "24 Nov ", "10:00:00 ", "TLS_A", ";", "\\(", "a@", "x" * 99]
)
def test_a_megabyte_of_anything_is_read_at_once(piece: str) -> None:
    hop("from " + piece * (1_000_000 // len(piece)))
