"""The way of a message: who can be believed, what is delay and what a wrong clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.mime.headers import parse_header_block
from mailclient.xray.finding import Severity
from mailclient.xray.journey import Role, journey, journey_lines
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.route import examine_route
from mailclient.xray.route_facts import Route, StepKind, Trust
from mailclient.xray.route_findings import duration_text
from mailclient.xray.route_report import route_json

SPECIMENS = Path(__file__).parents[3] / "resources/specimens"
DATE = "Mon, 23 Nov 2026 {}"


def route(*newest_first: str, own: OwnServers | None = None) -> Route:
    """The route of a header with these Received values."""
    raw = b"".join(b"Received: " + value.encode() + b"\r\n" for value in newest_first)
    return examine_route(parse_header_block(raw + b"\r\n"), own)


def line(peer: str, by: str, time: str, rest: str = "(Postfix) with ESMTPS") -> str:
    return f"from {peer} by {by} {rest} id 1; Mon, 23 Nov 2026 {time} +0000"


def specimen(name: str) -> Route:
    return examine_route(parse_header_block((SPECIMENS / f"{name}.eml").read_bytes()))


def trusts(found: Route) -> list[str]:
    return [judged.trust.value for judged in found.hops]


def test_the_slow_way_round_is_read_oldest_first() -> None:
    found = specimen("multi-hop")
    assert [judged.hop.by for judged in found.hops] == [
        "out.example.com",
        "relay1.example.net",
        "relay2.example.net",
        "mx.example.org",
        "store.example.org",
    ]
    assert [judged.delay_s for judged in found.hops] == [None, -255, 2587, 16, 2]
    assert [judged.step for judged in found.hops][:3] == [StepKind.FIRST, StepKind.SKEW, StepKind.DELAY]
    assert (found.slowest, found.total_s, found.receiving) == (2, 2350, 3)
    assert trusts(found) == ["claimed", "claimed", "vouched", "own", "own"]
    assert "clock-skew" in {finding.id for finding in found.findings}


def test_a_step_of_whole_hours_backwards_is_a_wrong_zone() -> None:
    found = route(
        line("a.example (a.example [192.0.2.1])", "b.example", "07:00:20"), line("c.example", "a.example", "08:00:01")
    )
    assert found.hops[1].step is StepKind.ZONE
    assert found.total_s is None


def test_two_seconds_backwards_are_rounding() -> None:
    found = route(
        line("a.example (a.example [192.0.2.1])", "b.example", "07:00:01"), line("c.example", "a.example", "07:00:03")
    )
    assert found.hops[1].step is StepKind.ROUNDING
    assert not [finding for finding in found.findings if finding.id == "clock-skew"]


def test_lines_below_the_boundary_are_claims_even_with_the_names_of_your_servers() -> None:
    found = route(
        line("liar.example (liar.example [192.0.2.66])", "mx.example.org", "08:00:00"),
        line("bank.example (bank.example [192.0.2.7])", "mx.example.org", "07:59:00"),
        line("bank.example", "store.bank.example", "07:58:00"),
    )
    assert trusts(found) == ["claimed", "claimed", "own"]
    assert found.receiving == 2
    assert found.receiving_hop is not None and found.receiving_hop.ip == "192.0.2.66"
    assert "own-name-below-boundary" in {finding.id for finding in found.findings}


def test_a_given_name_does_not_make_somebody_one_of_us_but_a_looked_up_one_does() -> None:
    spoofed = line("mx2.example.org (liar.example [192.0.2.66])", "mx.example.org", "08:00:00")
    real = line("mx2.example.org (mx2.example.org [192.0.2.9])", "mx.example.org", "08:00:00")
    below = line("out.example.net (out.example.net [198.51.100.1])", "mx2.example.org", "07:59:00")
    assert trusts(route(spoofed, below)) == ["claimed", "own"]
    assert "helo-claims-own-name" in {finding.id for finding in route(spoofed, below).findings}
    assert trusts(route(real, below)) == ["own", "own"]
    forged = real.replace("[192.0.2.9]", "[192.0.2.9] (may be forged)")
    assert trusts(route(forged, below)) == ["claimed", "own"]


def test_named_servers_replace_the_guess() -> None:
    lines = (
        line("relay.example.net (relay.example.net [192.0.2.9])", "mx.example.org", "08:00:00"),
        line("out.example.com (out.example.com [198.51.100.1])", "relay.example.net", "07:59:00"),
    )
    assert trusts(route(*lines)) == ["vouched", "own"]
    assert trusts(route(*lines, own=OwnServers(names=("example.org", "relay.example.net")))) == ["own", "own"]
    elsewhere = route(*lines, own=OwnServers(names=("elsewhere.example",)))
    assert (trusts(elsewhere), elsewhere.receiving, elsewhere.guessed) == (["claimed", "claimed"], None, False)


def test_servers_of_one_house_under_several_domains_are_one() -> None:
    found = route(
        "from A.eurprd01.prod.outlook.com (2603:10a6:1::1) by B.outlook.office365.com (2603:10a6:1::2) with Microsoft SMTP "
        "Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.1.1; Mon, 23 Nov 2026 08:00:02 +0000",
        "from mail.example.org (192.0.2.10) by A.mail.protection.outlook.com (10.0.0.1) with Microsoft SMTP Server (TLS) id "
        "15.20.1.1 via Frontend Transport; Mon, 23 Nov 2026 08:00:01 +0000",
        "from pc (pc.example.org [192.0.2.11]) by mail.example.org (Postfix) with ESMTPSA; Mon, 23 Nov 2026 08:00:00 +0000",
    )
    assert trusts(found) == ["claimed", "own", "own"]
    assert found.receiving_hop is not None and found.receiving_hop.ip == "192.0.2.10"


def test_a_name_in_the_house_of_microsoft_from_elsewhere_is_outside() -> None:
    found = route(
        "from A.prod.outlook.com (192.0.2.66) by B.mail.protection.outlook.com (10.0.0.1) with Microsoft SMTP Server id "
        "15.20.1.1; Mon, 23 Nov 2026 08:00:01 +0000",
        line("bank.example", "A.prod.outlook.com", "07:00:00"),
    )
    assert trusts(found)[0] == "claimed"


def test_a_missing_server_is_a_gap_and_a_filter_on_the_same_machine_is_none() -> None:
    gap = route(
        line("c.example.net (c.example.net [192.0.2.1])", "mx.example.org", "08:00:00"),
        line("x.example", "b.example.com", "07:00:00"),
    )
    assert gap.hops[1].gap
    same = route(
        line("mx.example.org ([127.0.0.1])", "localhost", "08:00:00", "(amavisd-new, port 10024) with ESMTP"),
        line("b.example.com (b.example.com [192.0.2.1])", "mx.example.org", "07:59:59"),
    )
    assert not same.hops[1].gap


def test_fetching_is_no_transport() -> None:
    found = route(
        "from pop.example.org [192.0.2.80] by localhost with POP3 (fetchmail-6.4.37) ; Tue, 24 Nov 2026 09:00:00 +0000",
        line("b.example.com (b.example.com [192.0.2.1])", "mx.example.org", "07:59:59"),
    )
    assert trusts(found) == ["own", "own"]
    assert found.receiving_hop is not None and found.receiving_hop.by == "mx.example.org"
    assert [station.role for station in journey(found)][-1] is Role.MUA


def test_the_journey_names_the_roles_and_has_a_text_twin() -> None:
    stations = journey(specimen("multi-hop"))
    assert [station.role for station in stations] == [Role.MUA, Role.MSA, Role.MTA, Role.MTA, Role.MTA, Role.MDA]
    assert stations[0].address == "192.0.2.99"
    lines = journey_lines(stations)
    assert len(lines) == len(stations)
    assert lines[1].startswith("2. Submission server out.example.com: came with esmtpsa, encrypted, after signing in.")
    assert "43 min 7 s after" in lines[3]
    assert lines[-1].endswith("Your own server says so.")


def test_a_message_without_received_fields_says_so() -> None:
    found = route()
    assert [finding.id for finding in found.findings] == ["no-received"]
    assert journey(found) == ()


@pytest.mark.parametrize(
    "name",
    ["list-mail", "bounce", "newsletter", "multi-hop", "autoreply", "receipt", "resent", "dkim-signed", "same-id-list"],
)
def test_ordinary_mail_gives_nothing_above_notice(name: str) -> None:
    assert not [found for found in specimen(name).findings if found.severity.weight > Severity.NOTICE.weight]


def test_the_json_has_the_keys_of_the_design() -> None:
    report = route_json(specimen("multi-hop"))
    assert isinstance(report, dict)
    hop = report["hops"][3]
    assert {
        "from",
        "helo",
        "rdns",
        "ip",
        "by",
        "with",
        "tls",
        "id",
        "for",
        "date",
        "delay_seconds",
        "trust",
        "range",
    } <= set(hop)
    assert (hop["tls"], hop["trust"], report["total_seconds"]) == (
        {"version": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384"},
        "own",
        2350,
    )


def test_durations_in_words() -> None:
    assert [duration_text(seconds) for seconds in (0, 59, 255, 3600, 93_784)] == [
        "0 s",
        "59 s",
        "4 min 15 s",
        "1 h",
        "1 d 2 h",
    ]


@given(st.lists(st.text(alphabet="from by(){}[];.a1:@ \t", max_size=80), max_size=6))
@settings(max_examples=100, deadline=None)
def test_no_lines_raise(values: list[str]) -> None:
    found = route(*values)
    assert len(journey(found)) == (len(found.hops) + 1 if found.hops else 0)
    assert all(judged.trust in Trust for judged in found.hops)
