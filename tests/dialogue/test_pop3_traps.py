"""POP3 servers that break, lie or tamper before and during the sign-in, and answers that make no sense after it."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

import pytest
import trustme

from mailclient.domain.account import Account, Endpoint, IncomingProtocol, Security
from mailclient.domain.errors import (
    Cancelled,
    InsecureConnection,
    MalformedReply,
    NetworkGone,
    PostscopeError,
    ServerBusy,
    ServerRefused,
    SignInNeeded,
)
from mailclient.domain.ids import AccountId
from mailclient.net.pop3_session import Pop3Session, connect_pop3
from mailclient.protocol.transcript import Transcript
from tests.support.scripted_server import Cut, Expect, Played, Say, StartTls, Step, scripted_server

PASSWORD = "pop canary-9"
GREETING = Say(b"+OK ready\r\n")
PLAIN_CAPA = (Expect(b"CAPA"), Say(b"+OK\r\nUSER\r\nTOP\r\nUIDL\r\n.\r\n"))
NO_CAPA = (Expect(b"CAPA"), Say(b"-ERR what?\r\n"))
USER = (Expect(b"USER alex"), Say(b"+OK\r\n"), Expect(b"PASS"))
IN = (GREETING, *PLAIN_CAPA, *USER, Say(b"+OK in\r\n"), *PLAIN_CAPA)


def account(
    port: int, security: Security = Security.PLAIN, ca_file: str | None = None, host: str = "127.0.0.1"
) -> Account:
    endpoint = Endpoint(host, port, security, "alex")
    return Account(
        AccountId("a"), "a", "A", "a@example.org", endpoint, endpoint, IncomingProtocol.POP3, extra_ca_file=ca_file
    )


def session(played: Played, transcripts: list[Transcript] | None = None) -> Pop3Session:
    return connect_pop3(account(played.port), PASSWORD, "test", (transcripts if transcripts is not None else []).append)


def test_an_old_server_without_capa_is_asked_in_the_old_way() -> None:
    with scripted_server(GREETING, *NO_CAPA, *USER, Say(b"+OK in\r\n"), *NO_CAPA) as played:
        session(played).close()
    assert b"AUTH" not in played.all_heard


def test_apop_goes_before_a_readable_password_and_never_after_a_strange_greeting() -> None:
    stamp = b"<1896.697170952@dbc.mtview.ca.us>"
    digest = hashlib.md5(stamp + PASSWORD.encode()).hexdigest().encode()
    greeting = Say(b"+OK POP3 server ready " + stamp + b"\r\n")
    with scripted_server(greeting, *NO_CAPA, Expect(b"APOP alex " + digest), Say(b"+OK\r\n"), *NO_CAPA) as played:
        session(played).close()
    assert b"PASS" not in played.all_heard
    strange = Say(b"+OK <no message id>\r\n")
    with scripted_server(strange, *NO_CAPA, *USER, Say(b"+OK\r\n"), *NO_CAPA) as played:
        session(played).close()


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (b"-ERR [AUTH] wrong", SignInNeeded),
        (b"-ERR wrong", SignInNeeded),
        (b"-ERR [IN-USE] locked by another session", ServerBusy),
        (b"-ERR unable to lock the maildrop", ServerBusy),
        (b"-ERR [LOGIN-DELAY] not so often", ServerBusy),
        (b"-ERR [SYS/TEMP] database", ServerBusy),
        (b"-ERR [SYS/PERM] disabled", ServerRefused),
    ],
)
def test_only_a_refused_password_is_a_wrong_password(refusal: bytes, error: type[PostscopeError]) -> None:
    with scripted_server(GREETING, *PLAIN_CAPA, *USER, Say(refusal + b"\r\n")) as played, pytest.raises(error):
        session(played)


def test_t11_a_cut_at_any_byte_of_the_refusal_is_no_wrong_password() -> None:
    answer = b"-ERR [AUTH] wrong\r\n"
    for at in range(len(answer)):
        script = (GREETING, *PLAIN_CAPA, *USER, Say(answer[:at]), Cut(bool(at % 2)))
        with scripted_server(*script) as played, pytest.raises(NetworkGone):
            session(played)


def test_t16_an_echoed_password_is_struck_out() -> None:
    transcripts: list[Transcript] = []
    script = (GREETING, *PLAIN_CAPA, *USER, Say(b"-ERR [AUTH] no: " + PASSWORD.encode() + b"\r\n"))
    with scripted_server(*script) as played, pytest.raises(SignInNeeded) as caught:
        session(played, transcripts)
    assert PASSWORD not in transcripts[0].to_text() + caught.value.sentence + (caught.value.protocol_line or "")


@pytest.mark.parametrize(
    "script",
    [
        (GREETING, *PLAIN_CAPA),
        (GREETING, Expect(b"CAPA"), Say(b"+OK\r\nSTLS\r\n.\r\n"), Expect(b"STLS"), Say(b"-ERR no\r\n")),
        (GREETING, *NO_CAPA, Expect(b"STLS"), Say(b"-ERR no\r\n")),
        (GREETING, Expect(b"CAPA"), Say(b"+OK\r\nSTLS\r\n.\r\n"), Expect(b"STLS"), Say(b"+OK\r\n+OK injected\r\n")),
        (Say(b"+OK ready\r\n+OK again\r\n"), *PLAIN_CAPA),
    ],
    ids=["not offered", "refused", "unknown", "surplus", "two greetings"],
)
def test_stls_is_never_done_without(script: tuple[Step, ...]) -> None:
    with scripted_server(*script) as played, pytest.raises((InsecureConnection, MalformedReply)):
        connect_pop3(account(played.port, Security.STARTTLS), PASSWORD, "test", lambda _t: None)
    assert b"PASS" not in played.all_heard
    assert b"USER" not in played.all_heard


def test_after_stls_everything_is_asked_anew(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    script = (
        Say(b"+OK <1.2@pretended.example>\r\n"),
        Expect(b"CAPA"),
        Say(b"+OK\r\nSTLS\r\nSASL LOGIN\r\n.\r\n"),
        Expect(b"STLS"),
        Say(b"+OK\r\n"),
        StartTls(),
        *PLAIN_CAPA,
        *USER,
        Say(b"+OK\r\n"),
        *PLAIN_CAPA,
    )
    with scripted_server(*script, tls=context) as played:
        found = connect_pop3(
            account(played.port, Security.STARTTLS, str(tmp_path / "ca.pem"), "localhost"),
            PASSWORD,
            "t",
            lambda _t: None,
        )
        found.close()
    assert b"APOP" not in played.all_heard
    assert b"AUTH" not in played.all_heard


def test_a_password_is_not_even_begun_in_clear_without_the_users_word() -> None:
    endpoint = Endpoint("mail.example.invalid", 110, Security.PLAIN, "alex")
    never = Account(AccountId("a"), "a", "A", "a@example.org", endpoint, endpoint, IncomingProtocol.POP3)
    with pytest.raises(InsecureConnection, match="anybody on the way"):
        connect_pop3(never, PASSWORD, "test", lambda _t: None)


@pytest.mark.parametrize(
    "answer", [b"* OK imap\r\n", b"220 smtp\r\n", b"-ERR go away\r\n", b"\x00\xff\r\n", b"+" * 40_000], ids=str
)
def test_what_is_no_pop3_greeting_is_said_so(answer: bytes) -> None:
    with scripted_server(Say(answer)) as played, pytest.raises((MalformedReply, ServerBusy)):
        session(played)


def test_a_listing_that_lies_gives_what_makes_sense() -> None:
    script = (
        *IN,
        Expect(b"LIST"),
        Say(b"+OK\r\n1 100\r\n2 200\r\nnonsense\r\n3 -5\r\n.\r\n", pieces=1),
        Expect(b"UIDL"),
        Say(b"+OK\r\n1 a\r\n2\r\n9 z\r\n.\r\n"),
    )
    with scripted_server(*script) as played:
        found = session(played)
        assert [(mail.number, mail.size_bytes, mail.uidl) for mail in found.list_messages()] == [
            (1, 100, "a"),
            (2, 200, None),
        ]
        found.close()


def test_a_message_with_a_line_of_a_megabyte_is_fetched() -> None:
    line = b"a" * 1_000_000
    script = (*IN, Expect(b"RETR 1"), Say(b"+OK\r\n" + line + b"\r\n.\r\n"), Expect(b"RETR 2"), Say(b"-ERR none\r\n"))
    with scripted_server(*script) as played:
        found = session(played)
        assert list(found.fetch([1, 2])) == [(1, line + b"\r\n"), (2, None)]
        found.close()


def test_a_silent_server_is_left_within_a_moment_when_the_user_wants_to_stop() -> None:
    stop: list[bool] = []
    with scripted_server(*IN, Expect(b"RETR"), Say(b"+OK\r\nbegun")) as played:
        found = connect_pop3(account(played.port), PASSWORD, "test", lambda _t: None, lambda: bool(stop))
        stop.append(True)
        with pytest.raises(Cancelled):
            list(found.fetch([1]))
