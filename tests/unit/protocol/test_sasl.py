"""Which mechanism is chosen, what each answers, and when a server asks for more than there is."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.domain.errors import MalformedReply
from mailclient.protocol.sasl import Exchange, Identity, Mechanism, choose_mechanisms

ALL = [mechanism.value for mechanism in Mechanism] + ["GSSAPI", "NTLM"]
TIM = Identity("tim", "tanstaaftanstaaf", "mail.example.org", 143)


def encoded(data: bytes) -> bytes:
    return base64.b64encode(data)


def begun(mechanism: Mechanism, identity: Identity = TIM) -> Exchange:
    return Exchange(mechanism, identity, "nonce")


@pytest.mark.parametrize(
    ("may_show_secret", "has_token", "chosen"),
    [
        (True, False, "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN"),
        (False, False, "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5"),
        (True, True, "OAUTHBEARER XOAUTH2"),
        (False, True, ""),
    ],
)
def test_the_strongest_comes_first_and_nothing_readable_goes_in_clear(
    may_show_secret: bool, has_token: bool, chosen: str
) -> None:
    found = choose_mechanisms(reversed(ALL), may_show_secret=may_show_secret, has_token=has_token)
    assert [mechanism.value for mechanism in found] == chosen.split()


def test_only_what_is_offered_is_chosen_however_it_is_spelled() -> None:
    found = choose_mechanisms(["plain", "Scram-Sha-1", "X"], may_show_secret=True, has_token=False)
    assert found == (Mechanism.SCRAM_SHA_1, Mechanism.PLAIN)
    assert choose_mechanisms([], may_show_secret=True, has_token=False) == ()


def test_cram_md5_as_in_rfc_2195() -> None:
    exchange = begun(Mechanism.CRAM_MD5)
    assert exchange.initial_response() is None
    challenge = encoded(b"<1896.697170952@postoffice.reston.mci.net>")
    assert exchange.respond(challenge) == encoded(b"tim b913a602c7eda7a495b4e6e7334d3890")
    with pytest.raises(MalformedReply, match="empty"):
        begun(Mechanism.CRAM_MD5).respond(b"")


def test_plain_goes_with_the_command_or_answers_the_empty_challenge() -> None:
    assert begun(Mechanism.PLAIN).initial_response() == encoded(b"\0tim\0tanstaaftanstaaf")
    exchange = begun(Mechanism.PLAIN)
    assert exchange.respond(b"") == encoded(b"\0tim\0tanstaaftanstaaf")
    with pytest.raises(MalformedReply, match="more"):
        exchange.respond(b"")


def test_login_says_name_and_password_whatever_the_prompts_are() -> None:
    exchange = begun(Mechanism.LOGIN)
    assert exchange.respond(encoded(b"Username:")) == encoded(b"tim")
    assert exchange.respond(encoded(b"Kennwort:")) == encoded(b"tanstaaftanstaaf")
    with pytest.raises(MalformedReply, match="more"):
        exchange.respond(encoded(b"And?"))


def test_tokens_are_said_as_their_specifications_print_them() -> None:
    user = Identity("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", "server.example.com", 143)
    assert begun(Mechanism.XOAUTH2, user).initial == (
        b"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"
    )
    # RFC 7628 section 4.1 prints the same header of a user without a reserved character.
    assert begun(Mechanism.OAUTHBEARER, user).initial == (
        b"n,a=someuser@example.com,\x01host=server.example.com\x01port=143\x01"
        b"auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"
    )


@pytest.mark.parametrize(("mechanism", "answer"), [(Mechanism.XOAUTH2, b""), (Mechanism.OAUTHBEARER, b"AQ==")])
def test_the_reason_why_a_token_is_refused_is_acknowledged(mechanism: Mechanism, answer: bytes) -> None:
    exchange = begun(mechanism)
    exchange.initial_response()
    assert exchange.respond(encoded(b'{"status":"invalid_token"}')) == answer


def test_a_success_without_the_servers_proof_is_none() -> None:
    exchange = begun(Mechanism.SCRAM_SHA_256)
    exchange.initial_response()
    with pytest.raises(MalformedReply, match="without proving"):
        exchange.check_success()
    begun(Mechanism.PLAIN).check_success()


@pytest.mark.parametrize("challenge", [b"***", b"abc", encoded(b"x" * 20_000), "Ä".encode()])
def test_a_challenge_that_is_none_is_refused(challenge: bytes) -> None:
    with pytest.raises(MalformedReply):
        begun(Mechanism.CRAM_MD5).respond(challenge)


def test_a_server_that_never_stops_asking_is_left() -> None:
    exchange = begun(Mechanism.XOAUTH2)
    with pytest.raises(MalformedReply, match="went on asking"):
        for _ in range(100):
            exchange.respond(encoded(b"again"))


@given(st.sampled_from(Mechanism), st.lists(st.binary(max_size=100), max_size=10))
def test_any_challenges_are_answered_in_base64_or_refused(mechanism: Mechanism, challenges: list[bytes]) -> None:
    exchange = begun(mechanism)
    try:
        for challenge in challenges:
            base64.b64decode(exchange.respond(challenge), validate=True)
    except MalformedReply:
        pass
