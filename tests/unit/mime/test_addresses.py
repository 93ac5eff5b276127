"""Address fields, tolerant of how people write and of what enemies hide (T20)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.addresses import (
    MAX_ADDRESSES,
    Address,
    format_address,
    idna_address,
    idna_domain,
    is_addr_spec,
    is_sendable,
    looks_like_address,
    parse_addresses,
)


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        (b"a@example.org", [("", "a@example.org")]),
        (b"A <a@example.org>, b@example.org", [("A", "a@example.org"), ("", "b@example.org")]),
        (b'"Last, First" <a@example.org>', [("Last, First", "a@example.org")]),
        (b'"a \\"b\\" c" <a@example.org>', [('a "b" c', "a@example.org")]),
        (b"a@example.org (Anna (the (first)))", [("Anna (the (first))", "a@example.org")]),
        (b"=?utf-8?q?a=2C_b?= <a@example.org>", [("a, b", "a@example.org")]),
        (b"=?utf-8?q?=3Cx=40y=2Etest=3E?= <a@example.org>", [("<x@y.test>", "a@example.org")]),
        (b"Anna   B <a@example.org>", [("Anna B", "a@example.org")]),
        (b"Dr. A. B. <a@example.org>", [("Dr. A. B.", "a@example.org")]),
        (b'"john doe"@example.org', [("", '"john doe"@example.org')]),
        (b"a @ example.org", [("", "a@example.org")]),
        (b",,a@example.org,,", [("", "a@example.org")]),
        (b"", []),
    ],
)
def test_clean(value: bytes, pairs: list[tuple[str, str]]) -> None:
    found = parse_addresses(value)
    assert [(address.display_name, address.address) for address in found.addresses] == pairs
    assert found.problems == ()


def test_groups() -> None:
    found = parse_addresses(b"Team: a@example.org, B <b@example.org>;, c@example.org, Nobody:;")
    assert [address.address for address in found.addresses] == ["a@example.org", "b@example.org", "c@example.org"]
    assert found.groups == ("Team", "Nobody")


@pytest.mark.parametrize(
    "value",
    [
        b"<a@example.org",
        b"a <b <c@d.test>>",
        b'"open <a@b.test>',
        b"a (open <b@c.test>",
        b"<a@b.test> <c@d.test>",
        b"x y z",
    ],
)
def test_what_is_wrong_is_said(value: bytes) -> None:
    assert parse_addresses(value).problems


def test_more_than_anybody_reads_are_counted() -> None:
    found = parse_addresses(b"a@b.test," * (MAX_ADDRESSES + 7))
    assert (len(found.addresses), found.truncated) == (MAX_ADDRESSES, 7)


@given(st.binary(max_size=300) | st.text(max_size=200))
def test_any_value_is_a_list(value: bytes | str) -> None:
    found = parse_addresses(value)
    for address in found.addresses:
        text = format_address(address)
        text.encode("utf-8")
        assert "\n" not in text and "\r" not in text


@given(
    st.lists(
        st.sampled_from([b"<", b">", b'"', b"(", b")", b",", b";", b":", b"\\", b"a@b.test", b" ", b"x", b"[", b"]"])
    )
)
def test_brackets_in_any_order(tokens: list[bytes]) -> None:
    for address in parse_addresses(b"".join(tokens)).addresses:
        assert "\r" not in address.address


@pytest.mark.parametrize(
    ("domain", "ascii_form"),
    [
        ("Example.ORG", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a..b", None),
        ("-a.test", None),
        ("", None),
        ("a b.test", None),
        ("x" * 64 + ".test", None),
    ],
)
def test_domains(domain: str, ascii_form: str | None) -> None:
    assert idna_domain(domain) == ascii_form


def test_only_the_domain_is_made_ascii() -> None:
    assert idna_address("jörg@bücher.example") == "jörg@xn--bcher-kva.example"
    assert idna_address("a@[192.0.2.1]") == "a@[192.0.2.1]"


@pytest.mark.parametrize("address", ["a@example.org", "a.b+c@example.org", "jörg@bücher.example", "a@[192.0.2.1]"])
def test_sendable(address: str) -> None:
    assert is_sendable(address) and is_addr_spec(address)


@pytest.mark.parametrize(
    "address", ["", "a", "@b.test", "a@", ".a@b.test", "a..b@c.test", "a@b c", "a@b.test\n", "a@b.test,c@d.test"]
)
def test_not_sendable(address: str) -> None:
    assert not is_sendable(address)


def test_formatting_quotes_what_needs_it() -> None:
    assert format_address(Address("Last, First", "a@example.org")) == '"Last, First" <a@example.org>'
    assert format_address(Address("", "a@example.org")) == "a@example.org"
    assert looks_like_address("mail boss\uff20bank.test") and not looks_like_address("Anna")
