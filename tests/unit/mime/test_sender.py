"""A-7, T20: the address shown is the one that sent, or the message is marked; never another one without a mark."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.headers import HeaderBlock, parse_header_block
from mailclient.mime.sender import sender_truth


def block(*lines: bytes) -> HeaderBlock:
    """Return a header of these lines."""
    return parse_header_block(b"\r\n".join(lines) + b"\r\n\r\n")


def word(text: str, encoding: str = "b") -> bytes:
    """Return one encoded word."""
    if encoding == "b":
        return b"=?utf-8?b?" + base64.b64encode(text.encode()) + b"?="
    return b"=?utf-8?q?" + b"".join(b"=%02X" % byte for byte in text.encode()) + b"?="


BOSS = "boss@bank.test"
EVIL = "evil@example.net"

DECEPTIVE = [
    # An address in an encoded word, ended by what would end a field, a line or a string elsewhere.
    b"From: " + word(BOSS) + b"@example.net",
    b"From: " + word(BOSS) + word("\0") + b"@example.net",
    b"From: " + word(BOSS + "\0") + b" <evil@example.net>",
    b"From: " + word(BOSS + "\n") + b" <evil@example.net>",
    b"From: " + word(BOSS + "\r\n") + b" <evil@example.net>",
    b"From: " + word(BOSS + "\n\0", "q") + b" <evil@example.net>",
    b"From: " + word(BOSS + "(") + b"@example.net",
    b"From: " + word(f"<{BOSS}>") + b" <evil@example.net>",
    b"From: " + word(f'"{BOSS}"', "q") + b" <evil@example.net>",
    b"From: " + word(f"{BOSS}, ") + b" <evil@example.net>",
    b"From: <" + word(BOSS) + b"@example.net>",
    b"From: <" + word(BOSS + "\0") + b"@example.net>",
    b"From: " + word(f"{BOSS} ", "q") + b"(comment) <evil@example.net>",
    b"From: =?utf-8?b?" + base64.b64encode(BOSS.encode()) + b"?=\r\n <evil@example.net>",
    # Two addresses where one is meant.
    b"From: Boss <boss@bank.test> <evil@example.net>",
    b"From: <boss@bank.test> <evil@example.net>",
    b"From: boss@bank.test <evil@example.net>",
    b"From: boss@bank.test, evil@example.net",
    b"From: Boss <boss@bank.test>, <evil@example.net>",
    b"From: evil@example.net boss@bank.test",
    b"From: <boss@bank.test>evil@example.net",
    b"From: <boss@bank.test>: <evil@example.net>",
    # Quotations.
    b'From: "boss@bank.test" <evil@example.net>',
    b'From: "Boss <boss@bank.test>" <evil@example.net>',
    b'From: "Boss" "boss@bank.test" <evil@example.net>',
    b'From: "boss@bank.test <evil@example.net>',
    b'From: "boss@bank.test> <evil@example.net>',
    b'From: "Boss\\" <boss@bank.test>" <evil@example.net>',
    b'From: ""boss@bank.test"" <evil@example.net>',
    b'From: "<boss@bank.test>"@example.net',
    # Comments.
    b"From: (boss@bank.test) evil@example.net",
    b"From: evil@example.net (boss@bank.test)",
    b"From: boss@bank.test (evil@example.net",
    b"From: (<boss@bank.test>) <evil@example.net>",
    b"From: <boss(@bank.test)evil@example.net>",
    b"From: Boss (\\) <boss@bank.test> () <evil@example.net>",
    # Groups and routes.
    b"From: Board: boss@bank.test;, <evil@example.net>",
    b"From: boss@bank.test: <evil@example.net>;",
    b"From: <@bank.test,@boss.bank.test:evil@example.net>",
    b"From: <boss@bank.test:evil@example.net>",
    # Brackets that do not close, or close too often.
    b"From: <boss@bank.test",
    b"From: Boss <<boss@bank.test> <evil@example.net>>",
    b"From: boss@bank.test> <evil@example.net>",
    b"From: <evil@example.net><boss@bank.test",
    b"From: [boss@bank.test] <evil@example.net>",
    # At signs.
    b"From: boss@bank.test@example.net",
    b"From: <boss@bank.test@example.net>",
    b"From: Boss <@bank.test>",
    b"From: Boss <boss@>",
    b"From: <>",
    b"From: Boss <> <evil@example.net>",
    # Letters that cannot be seen or that turn others round.
    "From: \u202etset.knab@ssob <evil@example.net>".encode(),
    "From: boss@bank\u200b.test <evil@example.net>".encode(),
    "From: boss\uff20bank.test <evil@example.net>".encode(),
    b"From: " + word("\u202etset.knab\u202c") + b" <evil@example.net>",
    b"From: Boss\x00 <boss@bank.test>\x00 <evil@example.net>",
    b"From: boss@bank.test\x0b<evil@example.net>",
    b"From: \xff\xfe <boss@bank.test> <evil@example.net>",
    # Nothing, or nothing readable.
    b"From: ",
    b"From: Boss",
    b"From: ;,;,",
    b"From: undisclosed-recipients:;",
]


@pytest.mark.parametrize("line", DECEPTIVE, ids=lambda line: line.decode("latin-1").encode("unicode_escape").decode())
def test_a_deceptive_from_shows_the_real_address_or_is_marked(line: bytes) -> None:
    truth = sender_truth(block(line))
    assert truth.ambiguous or truth.address == EVIL
    assert not truth.ambiguous or truth.warnings, "a mark comes with a sentence"
    assert not any(ord(letter) < 32 for letter in truth.address + truth.display_name)


@pytest.mark.parametrize("line", DECEPTIVE)
def test_the_address_of_somebody_else_is_never_shown_without_a_mark(line: bytes) -> None:
    truth = sender_truth(block(line))
    if BOSS in (truth.display_name + truth.address):
        assert truth.ambiguous


@pytest.mark.parametrize(
    "lines",
    [
        (b"From: boss@bank.test", b"From: evil@example.net"),
        (b"From: evil@example.net", b"from: boss@bank.test"),
        (b"From : boss@bank.test", b"From: evil@example.net"),
        (b"From : evil@example.net",),
        (b"From\t: evil@example.net",),
        (b"Subject: nobody",),
        (b" From: boss@bank.test", b"From: evil@example.net", b"FROM: third@example.net"),
    ],
)
def test_several_or_odd_from_fields_are_marked(lines: tuple[bytes, ...]) -> None:
    assert sender_truth(block(*lines)).ambiguous


@pytest.mark.parametrize(
    ("line", "name", "address"),
    [
        (b"From: anna@example.org", "", "anna@example.org"),
        (b"From: Anna Example <anna@example.org>", "Anna Example", "anna@example.org"),
        (b'From: "Example, Anna" <anna@example.org>', "Example, Anna", "anna@example.org"),
        (b"From: anna@example.org (Anna Example)", "Anna Example", "anna@example.org"),
        (b"From: =?utf-8?q?J=C3=B6rg?= <j@example.org>", "Jörg", "j@example.org"),
        (b"From: =?iso-2022-jp?b?GyRCOzNFRBsoQg==?= <y@example.org>", "山田", "y@example.org"),
        (b'From: "anna@example.org" <anna@example.org>', "anna@example.org", "anna@example.org"),
        (b"From: Anna\r\n Example\r\n\t<anna@example.org>", "Anna Example", "anna@example.org"),
        (b'From: "john doe"@example.org', "", '"john doe"@example.org'),
        (b"From: a+b_c@[192.0.2.1]", "", "a+b_c@[192.0.2.1]"),
        ("From: Jörg <jörg@example.org>".encode(), "Jörg", "jörg@example.org"),
    ],
)
def test_an_honest_from_is_not_marked(line: bytes, name: str, address: str) -> None:
    truth = sender_truth(block(line))
    assert (truth.display_name, truth.address, truth.ambiguous) == (name, address, False)


@pytest.mark.parametrize("domain", ["xn--bcher-kva.example", "b\u00fccher.example"])
def test_letters_outside_english_in_a_domain_are_pointed_out(domain: str) -> None:
    truth = sender_truth(block(f"From: a@{domain}".encode()))
    assert any("compare it with care" in warning for warning in truth.warnings)


@given(st.binary(max_size=300))
def test_any_from_is_a_value(value: bytes) -> None:
    truth = sender_truth(parse_header_block(b"From: " + value + b"\r\n\r\n"))
    (truth.display_name + truth.address).encode("utf-8")
    assert truth.address or truth.ambiguous
