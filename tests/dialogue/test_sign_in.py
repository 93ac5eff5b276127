"""Signing in to servers that refuse, lie, echo or hang up: by each mechanism, over IMAP and SMTP."""

from __future__ import annotations

import base64

import pytest

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.errors import MalformedReply, NetworkGone, ServerBusy, ServerRefused, SignInNeeded
from mailclient.domain.ids import AccountId
from mailclient.net.imap_session import open_imap
from mailclient.net.smtp_connect import connect_smtp
from mailclient.protocol.transcript import Transcript
from tests.support.scripted_server import Cut, Expect, Played, Say, Step, scripted_server

PASSWORD = "sasl-canary-77"
EXPECTED_PLAIN = base64.b64encode(b"\0alex\0" + PASSWORD.encode())


def imap(mechanisms: bytes) -> tuple[Step, ...]:
    words = b" ".join(b"AUTH=" + word for word in mechanisms.split())
    return (
        Say(b"* OK ready\r\n"),
        Expect(b"CAPABILITY"),
        Say(b"* CAPABILITY IMAP4rev1 SASL-IR " + words + b"\r\n{tag} OK done\r\n"),
    )


def smtp(mechanisms: bytes) -> tuple[Step, ...]:
    return (Say(b"220 ready\r\n"), Expect(b"EHLO"), Say(b"250-server\r\n250 AUTH " + mechanisms + b"\r\n"))


def account(played: Played, *, uses_token: bool = False) -> Account:
    endpoint = Endpoint("127.0.0.1", played.port, Security.PLAIN, "alex")
    return Account(AccountId("a"), "a", "A", "alex@example.org", endpoint, endpoint, uses_token=uses_token)


def imap_in(played: Played, transcripts: list[Transcript] | None = None, *, uses_token: bool = False) -> None:
    record = (transcripts if transcripts is not None else []).append
    open_imap(account(played, uses_token=uses_token), PASSWORD, "test", record).close()


def smtp_in(played: Played, transcripts: list[Transcript] | None = None, *, uses_token: bool = False) -> None:
    record = (transcripts if transcripts is not None else []).append
    connect_smtp(account(played, uses_token=uses_token), PASSWORD, "test", record).wire.close()


def test_the_next_mechanism_is_tried_when_the_server_does_not_know_the_one_before() -> None:
    script = (
        *imap(b"PLAIN CRAM-MD5 SCRAM-SHA-256"),
        Expect(b"AUTHENTICATE SCRAM-SHA-256 "),
        Say(b"{tag} NO [CANNOT] not today\r\n"),
        Expect(b"AUTHENTICATE CRAM-MD5"),
        Say(b"{tag} BAD unknown\r\n"),
        Expect(b"AUTHENTICATE PLAIN " + EXPECTED_PLAIN),
        Say(b"{tag} OK [CAPABILITY IMAP4rev1] in\r\n"),
    )
    with scripted_server(*script) as played:
        imap_in(played)
    script = (
        *smtp(b"LOGIN SCRAM-SHA-1"),
        Expect(b"AUTH SCRAM-SHA-1 "),
        Say(b"504 5.5.4 no\r\n"),
        Expect(b"AUTH LOGIN"),
        Say(b"334 VXNlcm5hbWU6\r\n"),
        Expect(base64.b64encode(b"alex")),
        Say(b"334 UGFzc3dvcmQ6\r\n"),
        Expect(base64.b64encode(PASSWORD.encode())),
        Say(b"235 in\r\n"),
    )
    with scripted_server(*script) as played:
        smtp_in(played)


def test_a_refused_password_is_not_sent_again_by_another_mechanism() -> None:
    refused = (Say(b"P1 NO [AUTHENTICATIONFAILED] wrong\r\n"),)
    script = (*imap(b"PLAIN CRAM-MD5"), Expect(b"CRAM-MD5"), Say(b"+ PDFAeD4=\r\n"), Expect(b""), *refused)
    with scripted_server(*script) as played, pytest.raises(SignInNeeded):
        imap_in(played)
    assert b"PLAIN" not in played.all_heard
    script = (*smtp(b"LOGIN PLAIN"), Expect(b"AUTH PLAIN"), Say(b"535 5.7.8 wrong\r\n"))
    with scripted_server(*script) as played, pytest.raises(SignInNeeded, match="for sending"):
        smtp_in(played)
    assert b"LOGIN" not in played.all_heard


def test_a_server_that_says_yes_without_proving_itself_is_not_believed() -> None:
    script = (*imap(b"SCRAM-SHA-256"), Expect(b"SCRAM"), Say(b"{tag} OK welcome\r\n"))
    with scripted_server(*script) as played, pytest.raises(MalformedReply, match="without proving"):
        imap_in(played)
    with (
        scripted_server(*smtp(b"SCRAM-SHA-1"), Expect(b"SCRAM"), Say(b"235 ok\r\n")) as played,
        pytest.raises(MalformedReply, match="without proving"),
    ):
        smtp_in(played)


@pytest.mark.parametrize(
    "challenge", [b"!!!", b"cj14LHM9eCxpPTE=", b"A" * 60_000, b""], ids=["bad", "weak", "huge", "none"]
)
def test_challenges_that_make_no_sense_end_the_connection(challenge: bytes) -> None:
    script = (*imap(b"SCRAM-SHA-256"), Expect(b"SCRAM"), Say(b"+ " + challenge + b"\r\n"))
    with scripted_server(*script) as played, pytest.raises(MalformedReply):
        imap_in(played)
    with (
        scripted_server(*smtp(b"SCRAM-SHA-1"), Expect(b"SCRAM"), Say(b"334 " + challenge + b"\r\n")) as played,
        pytest.raises(MalformedReply),
    ):
        smtp_in(played)


def test_a_server_that_asks_without_end_is_left() -> None:
    endless = tuple(step for _ in range(30) for step in (Say(b"+ YWdhaW4=\r\n"), Expect(b"")))
    with scripted_server(*imap(b"XOAUTH2"), Expect(b"XOAUTH2"), *endless) as played, pytest.raises(MalformedReply):
        imap_in(played, uses_token=True)


@pytest.mark.parametrize("mechanism", [b"SCRAM-SHA-256", b"CRAM-MD5", b"PLAIN", b"LOGIN"])
def test_t11_a_lost_connection_is_never_a_wrong_password(mechanism: bytes) -> None:
    for said in (b"", b"+", b"+ PDFAeD4=", b"{tag} NO [AUTHENTICATIONFAILED"):
        with scripted_server(*imap(mechanism), Expect(b"AUTH"), Say(said), Cut()) as played, pytest.raises(NetworkGone):
            imap_in(played)
    for said in (b"", b"334", b"535 5.7"):
        with scripted_server(*smtp(mechanism), Expect(b"AUTH"), Say(said), Cut()) as played, pytest.raises(NetworkGone):
            smtp_in(played)


@pytest.mark.parametrize(
    ("mechanism", "uses_token"),
    [(b"PLAIN", False), (b"LOGIN", False), (b"CRAM-MD5", False), (b"XOAUTH2", True), (b"OAUTHBEARER", True)],
)
def test_t16_what_a_server_echoes_is_struck_out(mechanism: bytes, uses_token: bool) -> None:
    plain = PASSWORD.encode()
    token = b"user=alex\x01auth=Bearer " + plain + b"\x01\x01"
    bearer = b"n,a=alex,\x01host=127.0.0.1\x01port=%d\x01auth=Bearer " + plain + b"\x01\x01"
    transcripts: list[Transcript] = []
    steps: list[Step] = [*imap(mechanism), Expect(b"AUTHENTICATE")]
    echo = [plain, base64.b64encode(plain), EXPECTED_PLAIN, plain.hex().encode(), base64.b64encode(token)]
    if not uses_token:
        echo.pop()
    if mechanism in {b"LOGIN", b"CRAM-MD5"}:
        steps += [Say(b"+ PDFAeD4=\r\n"), Expect(b"")]
    if mechanism == b"OAUTHBEARER":
        echo.pop()
    steps += [Say(b"P1 NO [AUTHENTICATIONFAILED] you said " + b" ".join(echo) + b"\r\n")]
    with scripted_server(*steps) as played, pytest.raises(SignInNeeded) as caught:
        imap_in(played, transcripts, uses_token=uses_token)
    shown = transcripts[0].to_text() + caught.value.sentence + (caught.value.protocol_line or "")
    for form in (*echo, base64.b64encode(bearer % played.port)):
        assert form.decode() not in shown
    assert "********" in shown


def test_a_server_that_cannot_tell_just_now_is_asked_again_later() -> None:
    with (
        scripted_server(*imap(b"PLAIN"), Expect(b"PLAIN"), Say(b"{tag} NO [UNAVAILABLE] later\r\n")) as played,
        pytest.raises(ServerBusy),
    ):
        imap_in(played)
    with (
        scripted_server(*smtp(b"PLAIN"), Expect(b"PLAIN"), Say(b"454 4.7.0 later\r\n")) as played,
        pytest.raises(ServerBusy),
    ):
        smtp_in(played)


def test_a_token_is_not_given_to_a_server_that_only_knows_passwords() -> None:
    with scripted_server(*imap(b"PLAIN LOGIN")) as played, pytest.raises(ServerRefused, match="no access token"):
        imap_in(played, uses_token=True)
    assert b"AUTHENTICATE" not in played.all_heard
    assert b"LOGIN" not in played.all_heard.replace(b"CAPABILITY", b"")
