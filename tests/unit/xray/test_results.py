"""Results of other servers' checks: read in every dialect, believed only from one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.mime.headers import parse_header_block
from mailclient.xray.result_words import explain_result
from mailclient.xray.results import (
    AuthenticationResults,
    ReceivedSpf,
    authentication_results,
    parse_results,
    received_spf,
)
from mailclient.xray.route import examine_route

BOUNDARY = "Received: from out.example.com (out.example.com [192.0.2.1]) by mx.example.org (Postfix) with ESMTPS; x\r\n"


def samples(name: str) -> list[Any]:
    data = Path(__file__).parents[2] / f"data/results/{name}.json"
    return list(json.loads(data.read_text("utf-8")))


def read(value: str, name: str = "Authentication-Results") -> AuthenticationResults:
    return parse_results(parse_header_block(f"{name}: {value}\r\n\r\n".encode()).fields[0])


def told(value: str, name: str = "Authentication-Results") -> list[tuple[str, str, str]]:
    return [(found.method, found.result, found.domain) for found in read(value, name).results]


def judged(header: str) -> tuple[AuthenticationResults, ...]:
    block = parse_header_block(header.encode() + b"\r\n")
    return authentication_results(block, examine_route(block))


def spf(value: str) -> ReceivedSpf:
    block = parse_header_block(f"Received-SPF: {value}\r\n{BOUNDARY}\r\n".encode())
    return received_spf(block, examine_route(block))[0]


@pytest.mark.parametrize("sample", samples("authentication_results"), ids=lambda sample: sample["value"][:30])
def test_the_dialects(sample: dict[str, Any]) -> None:
    assert read(sample["value"]).authserv_id == sample["authserv_id"]
    assert told(sample["value"]) == [tuple(result) for result in sample["results"]]


def test_the_copy_in_an_arc_set_has_its_number_and_microsofts_lists_in_comments() -> None:
    value = (
        "i=2; mx.microsoft.com 1; spf=fail (sender ip is 198.51.100.9) smtp.mailfrom=example.org; "
        "arc=pass (0 oda=1 ltdi=1 spf=[1,1,smtp.mailfrom=example.org] dkim=[1,1,header.d=example.org])"
    )
    found = read(value, "ARC-Authentication-Results")
    assert (found.instance, found.authserv_id, found.version) == (2, "mx.microsoft.com", "1")
    assert [(result.method, result.result) for result in found.results] == [("spf", "fail"), ("arc", "pass")]


def test_words_of_the_sender_in_a_comment_are_no_result() -> None:
    value = "mx; spf=fail (domain of dkim=pass@evil.example; dkim=pass does not designate) smtp.mailfrom=evil.example"
    assert told(value) == [("spf", "fail", "evil.example")]


def test_two_domains_of_one_method_are_kept() -> None:
    [found] = read(
        "mx; dkim=pass (signature was verified) header.d=a.example (signature was verified) header.d=b.example"
    ).results
    assert found.properties == (("header.d", "a.example"), ("header.d", "b.example"))


def test_only_your_own_servers_above_the_boundary_are_believed() -> None:
    own = "Authentication-Results: mx.example.org; dkim=pass header.d=example.com\r\n"
    other = "Authentication-Results: mx.elsewhere.example; dkim=pass header.d=example.com\r\n"
    assert [found.trusted for found in judged(own + other + BOUNDARY + own)] == [True, False, False]
    assert [found.trusted for found in judged(own)] == [False]
    assert "below" in judged(BOUNDARY + own)[0].reason


def test_microsofts_nameless_field_is_believed_by_its_place() -> None:
    field = "Authentication-Results: spf=pass smtp.mailfrom=example.com\r\n"
    assert [found.trusted for found in judged(field + BOUNDARY + field)] == [True, False]


def test_an_arc_copy_is_never_believed_by_itself() -> None:
    assert not judged("ARC-Authentication-Results: i=1; mx.example.org; dkim=pass\r\n" + BOUNDARY)[0].trusted


@pytest.mark.parametrize("sample", samples("received_spf"), ids=lambda sample: sample["value"][:30])
def test_received_spf(sample: dict[str, str]) -> None:
    found = spf(sample["value"])
    assert (found.result, found.get("client-ip"), found.get("helo")) == (
        sample["result"],
        sample["client_ip"],
        sample["helo"],
    )
    assert found.trusted


def test_each_result_has_its_place_in_the_message() -> None:
    raw = b"A: b\r\nAuthentication-Results: mx; dkim=pass header.d=x.example; spf=fail (no)\r\n\r\n"
    found = parse_results(parse_header_block(raw).fields[1])
    assert [raw[slice(*result.range)] for result in found.results] == [
        b"dkim=pass header.d=x.example",
        b"spf=fail (no)",
    ]


def test_results_in_words() -> None:
    assert explain_result("dkim", "pass") == "Checked was whether a signature in the message is good: yes."
    assert "probably not" in explain_result("spf", "softfail")


@given(st.text(alphabet='abdkim=spf;. ()"<>@/\\i1\t', max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_raises(value: str) -> None:
    read(value)
    read(value, "ARC-Authentication-Results")
    spf("x" + value)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["(", "a=", "; ", "= ", '"', "x.y=z ", "dkim=pass;"])
def test_a_megabyte_of_anything_is_read_at_once(piece: str) -> None:
    read("mx; " + piece * (1_000_000 // len(piece)))
