"""IMAP servers that break, lie or tamper: every trap that naive client code falls into."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.errors import (
    CertificateRefused,
    InsecureConnection,
    MalformedReply,
    NetworkGone,
    PostscopeError,
    SignInNeeded,
)
from mailclient.domain.flags import Flag
from mailclient.domain.ids import AccountId, Uid
from mailclient.net.imap_session import ImapSession, open_imap
from mailclient.protocol.transcript import Transcript
from mailclient.protocol.uid_sets import UidSet
from tests.support.scripted_server import Cut, Expect, Played, Say, StartTls, Step, scripted_server

PASSWORD = "pass word-canary"
GREETING = Say(b"* OK ready\r\n")
CAPABILITY = (Expect(b"CAPABILITY"), Say(b"* CAPABILITY IMAP4rev1 ESEARCH UIDPLUS MOVE LITERAL+\r\n{tag} OK done\r\n"))
LOGIN = (Expect(b"LOGIN"), Say(b"{tag} OK [CAPABILITY IMAP4rev1 ESEARCH UIDPLUS MOVE LITERAL+ IDLE] in\r\n"))
SELECT = (
    Expect(b"SELECT"),
    Say(b"* 3 EXISTS\r\n* OK [UIDVALIDITY 9] ok\r\n* OK [UIDNEXT 8] ok\r\n{tag} OK [READ-WRITE] ok\r\n"),
)


def account(
    port: int, security: Security = Security.PLAIN, ca_file: str | None = None, host: str = "127.0.0.1"
) -> Account:
    endpoint = Endpoint(host, port, security, "alex")
    return Account(AccountId("a"), "a", "Alex", "alex@example.org", endpoint, endpoint, extra_ca_file=ca_file)


OPENED: list[ImapSession] = []


@pytest.fixture(autouse=True)
def close_sessions() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def session(played: Played) -> ImapSession:
    OPENED.append(open_imap(account(played.port), PASSWORD, "test", lambda _transcript: None))
    return OPENED[-1]


def test_t1_a_fetch_without_uid_is_attributed_to_nobody() -> None:
    script = (
        GREETING,
        *CAPABILITY,
        *LOGIN,
        *SELECT,
        Expect(b"UID FETCH"),
        Say(b"* 4 FETCH (FLAGS (\\Deleted))\r\n* 2 FETCH (UID 4 FLAGS (\\Seen))\r\n{tag} OK done\r\n"),
    )
    with scripted_server(*script) as played:
        found = session(played)
        found.open_folder("INBOX")
        records = list(found.fetch_flags(UidSet.of([4])))
    assert [(record.uid, record.flags) for record in records] == [(4, Flag.SEEN)]


def test_t2_a_hostile_value_cannot_end_its_command() -> None:
    hostile = 'x"\r\nP9 DELETE INBOX\r\n'
    script = (GREETING, *CAPABILITY, *LOGIN, *SELECT, Expect(b"UID SEARCH"))
    with scripted_server(*script, Say(b"* SEARCH\r\n{tag} OK done\r\n")) as played:
        found = session(played)
        found.open_folder("INBOX")
        found.dialogue.wire.socket.settimeout(1)
        with pytest.raises(PostscopeError):
            # The script answers before it has read the literal, so the tag differs: what matters is what was sent.
            found.find_message_id(hostile)
            found.keep_alive()
    search = next(line for line in played.heard if b"SEARCH" in line)
    assert search.rstrip().endswith(b"{%d+}" % len(hostile.encode()))


def test_t10_answers_before_encryption_do_not_survive_it(tmp_path: Path) -> None:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    script = (
        Say(b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready\r\n"),
        Expect(b"CAPABILITY"),
        Say(b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR\r\n{tag} OK done\r\n"),
        Expect(b"STARTTLS"),
        Say(b"* 9 EXISTS\r\n{tag} OK go\r\n"),
        StartTls(),
        Expect(b"CAPABILITY"),
        Say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n"),
        Expect(b"AUTHENTICATE PLAIN"),
        Say(b"+ \r\n"),
        Expect(b""),
        Say(b"P2 OK [CAPABILITY IMAP4rev1] in\r\n"),
    )
    with scripted_server(*script, tls=server) as played:
        found = open_imap(
            account(played.port, Security.STARTTLS, str(ca_file), "localhost"), PASSWORD, "test", lambda _t: None
        )
        OPENED.append(found)
        assert found.capabilities == {"IMAP4REV1"}
        assert not found.dialogue.changed
    assert b"SASL-IR" not in b"".join(word.encode() for word in found.capabilities)


def test_t10_bytes_after_the_starttls_answer_are_fatal() -> None:
    script = (
        GREETING,
        Expect(b"CAPABILITY"),
        Say(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n"),
        Expect(b"STARTTLS"),
        Say(b"{tag} OK go\r\n* PREAUTH trust me\r\n"),
    )
    with scripted_server(*script) as played, pytest.raises(MalformedReply, match="tampering"):
        open_imap(account(played.port, Security.STARTTLS), PASSWORD, "test", lambda _t: None)
    assert PASSWORD.encode() not in played.all_heard


@pytest.mark.parametrize(
    "script",
    [
        (
            Say(b"* PREAUTH in already\r\n"),
            Expect(b"CAPABILITY"),
            Say(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n"),
        ),
        (GREETING, Expect(b"CAPABILITY"), Say(b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")),
        (
            GREETING,
            Expect(b"CAPABILITY"),
            Say(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n"),
            Expect(b"STARTTLS"),
            Say(b"{tag} NO not today\r\n"),
        ),
    ],
    ids=["PREAUTH", "not offered", "refused"],
)
def test_starttls_is_never_done_without(script: tuple[Step, ...]) -> None:
    with scripted_server(*script) as played, pytest.raises(InsecureConnection):
        open_imap(account(played.port, Security.STARTTLS), PASSWORD, "test", lambda _t: None)
    assert PASSWORD.encode() not in played.all_heard


def test_t11_a_cut_during_sign_in_is_not_a_wrong_password() -> None:
    answer = b"P1 NO [AUTHENTICATIONFAILED] wrong\r\n"
    for cut in range(len(answer)):
        script = (GREETING, *CAPABILITY, Expect(b"LOGIN"), Say(answer[:cut]), Cut())
        with scripted_server(*script) as played, pytest.raises(NetworkGone):
            session(played)


def test_only_a_tagged_no_means_a_wrong_password() -> None:
    script = (GREETING, *CAPABILITY, Expect(b"LOGIN"), Say(b"{tag} NO [AUTHENTICATIONFAILED] wrong\r\n"))
    with scripted_server(*script) as played, pytest.raises(SignInNeeded):
        session(played)


def test_t16_a_server_that_echoes_the_password_does_not_get_it_into_the_transcript() -> None:
    transcripts: list[Transcript] = []
    script = (
        GREETING,
        *CAPABILITY,
        Expect(b"LOGIN"),
        Say(b"{tag} NO user alex password " + PASSWORD.encode() + b"\r\n"),
    )
    with scripted_server(*script) as played, pytest.raises(SignInNeeded) as caught:
        open_imap(account(played.port), PASSWORD, "test", transcripts.append)
    assert PASSWORD not in transcripts[0].to_text()
    assert PASSWORD not in caught.value.sentence
    assert PASSWORD not in (caught.value.protocol_line or "")


def test_t14_two_hundred_thousand_uids_are_one_answer() -> None:
    numbers = b" ".join(b"%d" % number for number in range(1, 400_001, 2))
    script = (
        GREETING,
        Expect(b"CAPABILITY"),
        Say(b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"),
        Expect(b"LOGIN"),
        Say(b"{tag} OK [CAPABILITY IMAP4rev1] in\r\n"),
        *SELECT,
        Expect(b"UID SEARCH"),
        Say(b"* SEARCH " + numbers + b"\r\n{tag} OK done\r\n"),
    )
    with scripted_server(*script) as played:
        found = session(played)
        found.open_folder("INBOX")
        uids = found.list_uids(Uid(1))
    assert len(uids) == 200_000


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 1 BODY[] {99999999999999}\r\n",
        b"* 1 FETCH (UID 1 BODY[] {9223372036854775808}\r\n",
        b"* 1 FETCH (UID 4294967296 FLAGS ())\r\n",
        b"* 1 FETCH " + b"(" * 500 + b"\r\n",
        b"* 1 FETCH (UID 1 FLAGS (\\Seen\r\n",
        b"* 1 FETCH nonsense\r\n",
        b"P999 OK another tag\r\n",
        b"+ what\r\n",
        b"\x00\xff\xfe\r\n",
    ],
)
def test_t15_a_malformed_answer_ends_this_connection_and_nothing_else(answer: bytes) -> None:
    script = (GREETING, *CAPABILITY, *LOGIN, *SELECT, Expect(b"UID FETCH"), Say(answer + b"{tag} OK done\r\n"))
    with scripted_server(*script) as played:
        found = session(played)
        found.open_folder("INBOX")
        with pytest.raises(MalformedReply):
            list(found.fetch_bodies(iter([UidSet.of([1])])))


@pytest.mark.parametrize("number", [b"0", b"x", b"4294967296", b"99999999999999999999999"])
def test_t15_a_uidvalidity_that_cannot_be_one_ends_this_connection(number: bytes) -> None:
    said = Say(b"* 3 EXISTS\r\n* OK [UIDVALIDITY " + number + b"] ok\r\n{tag} OK done\r\n")
    with scripted_server(GREETING, *CAPABILITY, *LOGIN, Expect(b"SELECT"), said) as played:
        found = session(played)
        with pytest.raises(MalformedReply, match="UIDVALIDITY"):
            found.open_folder("INBOX")


def test_t15_numbers_larger_than_the_store_can_hold_are_not_taken_over() -> None:
    codes = b"* OK [UIDNEXT 99999999999] ok\r\n* OK [HIGHESTMODSEQ 9223372036854775808] ok\r\n"
    said = Say(b"* 3 EXISTS\r\n* OK [UIDVALIDITY 9] ok\r\n" + codes + b"{tag} OK done\r\n")
    with scripted_server(GREETING, *CAPABILITY, *LOGIN, Expect(b"SELECT"), said) as played:
        snapshot = session(played).open_folder("INBOX")
    assert (snapshot.uid_next, snapshot.highest_modseq) == (None, None)


def test_t15_one_bad_folder_name_costs_one_folder() -> None:
    listing = (
        b'* LIST () "/" Good\r\n* LIST () "/" "B\xff\xfed"\r\n* LIST () "/" (broken\r\n* LIST () "/" "evil\x01"\r\n'
        b'* LIST (\\Sent) "/" "Gesendete Objekte"\r\n* LIST () "/" {7}\r\n&AOQ-x"\r\n{tag} OK done\r\n'
    )
    unknown = (Expect(b"LSUB"), Say(b"{tag} BAD what is that\r\n"))
    script = (GREETING, *CAPABILITY, *LOGIN, Expect(b"LIST"), Say(listing), *unknown)
    with scripted_server(*script) as played:
        names = [folder.name for folder in session(played).list_folders()]
    assert "Good" in names
    assert "Gesendete Objekte" in names
    assert 'äx"' in names
    assert len(names) == 4
    assert not any("evil" in name for name in names)


def test_a_name_inside_a_structure_cannot_pose_as_a_flag() -> None:
    """The attacker names an attachment; the scanner must walk over it."""
    evil = b'"FLAGS (\\\\Deleted) UID 7)"'
    answer = (
        b'* 1 FETCH (BODYSTRUCTURE ("text" "plain" ("name" ' + evil + b') NIL NIL "7bit" 1 1) UID 5 FLAGS (\\Seen))\r\n'
        b"{tag} OK done\r\n"
    )
    script = (GREETING, *CAPABILITY, *LOGIN, *SELECT, Expect(b"UID FETCH"), Say(answer))
    with scripted_server(*script) as played:
        found = session(played)
        found.open_folder("INBOX")
        records = list(found.fetch_flags(UidSet.of([5, 7])))
    assert [(record.uid, record.flags) for record in records] == [(5, Flag.SEEN)]


@pytest.mark.parametrize("pieces", [1, 2, 3, 7])
def test_idle_hears_a_line_that_comes_in_pieces(pieces: int) -> None:
    script = (
        GREETING,
        *CAPABILITY,
        *LOGIN,
        *SELECT,
        Expect(b"IDLE"),
        Say(b"+ idling\r\n"),
        Say(b"* 5 EXISTS\r\n", pieces=pieces),
        Expect(b"DONE"),
        Say(b"P3 OK done\r\n"),
    )
    with scripted_server(*script) as played:
        found = session(played)
        found.open_folder("INBOX")
        assert found.idle(5.0)


def test_a_connection_cut_anywhere_in_a_body_gives_no_body() -> None:
    answer = b"* 1 FETCH (UID 1 BODY[] {11}\r\nhello world)\r\nP3 OK done\r\n"
    for cut in range(len(answer) - 8):
        script = (
            GREETING,
            *CAPABILITY,
            *LOGIN,
            *SELECT,
            Expect(b"UID FETCH"),
            Say(answer[:cut]),
            Cut(reset=cut % 2 == 1),
        )
        with scripted_server(*script) as played:
            found = session(played)
            found.open_folder("INBOX")
            bodies: list[bytes] = []
            with pytest.raises(NetworkGone):
                bodies.extend(record.raw for record in found.fetch_bodies(iter([UidSet.of([1])])))
            assert bodies in ([], [b"hello world"])
            if cut < answer.index(b")\r\n"):
                assert bodies == []


@pytest.mark.parametrize(
    ("host", "names", "trusted"),
    [
        ("localhost", ("localhost",), False),
        ("localhost", ("other.example.org",), True),
        ("127.0.0.1", ("localhost",), True),
    ],
    ids=["unknown authority", "another name", "a name for an address"],
)
def test_t9_a_certificate_that_proves_nothing_is_refused_before_a_password(
    tmp_path: Path, host: str, names: tuple[str, ...], trusted: bool
) -> None:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(server)
    ca_file = tmp_path / "ca.pem"
    (authority if trusted else trustme.CA()).cert_pem.write_to_path(str(ca_file))
    with scripted_server(GREETING, tls=server, implicit_tls=True) as played, pytest.raises(CertificateRefused):
        open_imap(account(played.port, Security.TLS, str(ca_file), host), PASSWORD, "test", lambda _t: None)
    assert played.heard == []


def test_a_password_never_travels_in_clear_without_a_confirmation() -> None:
    plain = Endpoint("mail.example.org", 143, Security.PLAIN, "alex")
    unconfirmed = Account(AccountId("a"), "a", "A", "a@example.org", plain, plain)
    with pytest.raises(InsecureConnection, match="anybody on the way"):
        open_imap(unconfirmed, PASSWORD, "test", lambda _t: None)
