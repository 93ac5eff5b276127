"""Ten certificates, each protocol, encrypted at once or by STARTTLS (RELIABILITY P2): one of the ten is accepted, and nine
are refused before a name or a password is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.errors import CertificateRefused, PostscopeError
from mailclient.domain.ids import AccountId
from mailclient.net.imap_session import open_imap
from mailclient.net.pop3_session import connect_pop3
from mailclient.net.smtp_connect import connect_smtp
from tests.support.faults.bad_certificates import CERTIFICATES, HOST, make_authority, server_context
from tests.support.faults.figures import record
from tests.support.scripted_server import Expect, Say, StartTls, Step, scripted_server

PASSWORD = "canary-password"
_CAPABILITY = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n"
_IMAP_IN: tuple[Step, ...] = (
    Expect(b"CAPABILITY"),
    Say(_CAPABILITY),
    Expect(b"LOGIN"),
    Say(b"{tag} OK [CAPABILITY IMAP4rev1] in\r\n"),
)
_SMTP_IN: tuple[Step, ...] = (
    Expect(b"EHLO"),
    Say(b"250-peer\r\n250 AUTH PLAIN\r\n"),
    Expect(b"AUTH"),
    Say(b"235 in\r\n"),
)
_POP_IN: tuple[Step, ...] = (
    Expect(b"CAPA"),
    Say(b"+OK\r\nUSER\r\nSTLS\r\nUIDL\r\n.\r\n"),
    Expect(b"USER"),
    Say(b"+OK\r\n"),
    Expect(b"PASS"),
    Say(b"+OK in\r\n"),
    Expect(b"CAPA"),
    Say(b"+OK\r\nUIDL\r\n.\r\n"),
)
SCRIPTS: dict[tuple[str, Security], tuple[Step, ...]] = {
    ("imap", Security.TLS): (Say(b"* OK ready\r\n"), *_IMAP_IN),
    ("imap", Security.STARTTLS): (
        Say(b"* OK ready\r\n"),
        Expect(b"CAPABILITY"),
        Say(_CAPABILITY),
        Expect(b"STARTTLS"),
        Say(b"{tag} OK go\r\n"),
        StartTls(),
        *_IMAP_IN,
    ),
    ("pop3", Security.TLS): (Say(b"+OK ready\r\n"), *_POP_IN),
    ("pop3", Security.STARTTLS): (
        Say(b"+OK ready\r\n"),
        *_POP_IN[:2],
        Expect(b"STLS"),
        Say(b"+OK go\r\n"),
        StartTls(),
        *_POP_IN,
    ),
    ("smtp", Security.TLS): (Say(b"220 ready\r\n"), *_SMTP_IN),
    ("smtp", Security.STARTTLS): (
        Say(b"220 ready\r\n"),
        Expect(b"EHLO"),
        Say(b"250-peer\r\n250 STARTTLS\r\n"),
        Expect(b"STARTTLS"),
        Say(b"220 go\r\n"),
        StartTls(),
        *_SMTP_IN,
    ),
}


def sign_in(protocol: str, account: Account) -> Callable[[], object]:
    """Connect and sign in; returns how to close."""
    if protocol == "imap":
        return open_imap(account, PASSWORD, "test", lambda _transcript: None).close
    if protocol == "pop3":
        return connect_pop3(account, PASSWORD, "test", lambda _transcript: None).close
    return connect_smtp(account, PASSWORD, "test", lambda _transcript: None).wire.close


@pytest.mark.parametrize(("protocol", "security"), SCRIPTS, ids=lambda value: getattr(value, "value", value))
def test_one_certificate_of_ten_proves_who_the_server_is(tmp_path: Path, protocol: str, security: Security) -> None:
    authority = make_authority("Trusted here")
    ca_file = tmp_path / "authority.pem"
    ca_file.write_bytes(authority.pem())
    wrong: list[str] = []
    for name, issue in CERTIFICATES.items():
        tls = server_context(issue(authority), tmp_path)
        accepted, refused = False, ""
        with scripted_server(*SCRIPTS[protocol, security], tls=tls, implicit_tls=security is Security.TLS) as played:
            endpoint = Endpoint(HOST, played.port, security, "alex")
            account = Account(AccountId("a"), "a", "A", "a@example.org", endpoint, endpoint, extra_ca_file=str(ca_file))
            try:
                sign_in(protocol, account)()
                accepted = True
            except PostscopeError as error:
                refused = type(error).__name__
        said = [word for word in (PASSWORD, "AUTH PLAIN", "LOGIN", "USER") if word.encode() in played.all_heard]
        if accepted != (name == "valid") or (said and not accepted):
            wrong.append(f"{name}: accepted {accepted}, {refused}, heard {played.heard}")
        if not accepted and name != "key-of-1024-bits" and refused != CertificateRefused.__name__:
            wrong.append(f"{name}: told as {refused}")
    record("tls-matrix", name=f"{protocol}-{security.value}", full=True, points=len(CERTIFICATES), wrong=len(wrong))
    assert not wrong, "\n".join(wrong)
