"""SCRAM against the vectors printed in its RFCs, and against servers that want something else than to prove."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.domain.errors import MalformedReply
from mailclient.protocol.scram import Scram, decode_base64, prepare

NONCE_1 = "fyko+d2lbbFgONRv9qkxdawL"
FIRST_1 = b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"
NONCE_256 = "rOprNGfwEbeRWgbNEkqO"
FIRST_256 = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"


def test_the_dialogue_of_rfc_5802() -> None:
    scram = Scram("sha1", "user", "pencil", NONCE_1)
    assert scram.initial == b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"
    assert scram.respond(FIRST_1) == (
        b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
    )
    assert not scram.proven
    assert scram.respond(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=") == b""
    assert scram.proven


def test_the_dialogue_of_rfc_7677() -> None:
    scram = Scram("sha256", "user", "pencil", NONCE_256)
    assert scram.respond(FIRST_256) == (
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    scram.respond(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    assert scram.proven


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        (b"r=another,s=QSXCR+Q6sek8bf92,i=4096", "nonce"),
        (b"r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096", "nonce"),
        (b"s=QSXCR+Q6sek8bf92,i=4096", "no nonce"),
        (FIRST_1.replace(b"4096", b"1"), "iterations"),
        (FIRST_1.replace(b"4096", b"2000000000"), "iterations"),
        (FIRST_1.replace(b"4096", b"99999999999999"), "no nonce"),
        (FIRST_1.replace(b"QSXCR+Q6sek8bf92", b"===="), "base64"),
        (b"m=must-know-this," + FIRST_1, "no nonce"),
        (b"", "no nonce"),
    ],
)
def test_a_first_message_that_is_not_one_is_refused(challenge: bytes, words: str) -> None:
    with pytest.raises(MalformedReply, match=words):
        Scram("sha1", "user", "pencil", NONCE_1).respond(challenge)


def test_a_server_that_cannot_prove_itself_is_not_believed() -> None:
    scram = Scram("sha1", "user", "pencil", NONCE_1)
    scram.respond(FIRST_1)
    with pytest.raises(MalformedReply, match="not the right server"):
        scram.respond(b"v=sNF9pqV8S7suAoZWja4dJRkFsKQ=")
    assert not scram.proven


def test_an_error_in_the_place_of_the_proof_is_left_to_the_status_line() -> None:
    scram = Scram("sha1", "user", "pencil", NONCE_1)
    scram.respond(FIRST_1)
    assert scram.respond(b"e=invalid-proof") == b""
    assert not scram.proven


def test_a_comma_and_an_equals_sign_in_the_name_cannot_begin_an_attribute() -> None:
    assert Scram("sha1", "a,b=c", "x", "n").initial == b"n,,n=a=2Cb=3Dc,r=n"


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("I\u00adX", "IX"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
        ("pass", "pass"),
        ("\u0007", "\u0007"),
    ],
)
def test_sasl_prep(typed: str, spelled: str) -> None:
    assert prepare(typed) == spelled


@given(st.lists(st.binary(max_size=200), max_size=3))
def test_any_bytes_are_answered_or_refused(challenges: list[bytes]) -> None:
    scram = Scram("sha256", "user", "pencil", NONCE_256)
    try:
        for challenge in challenges:
            scram.respond(challenge)
    except MalformedReply:
        pass
    assert not scram.proven


@given(st.binary(max_size=100))
def test_base64_is_strict(data: bytes) -> None:
    try:
        decode_base64(data)
    except MalformedReply:
        pass
