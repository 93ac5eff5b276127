"""Certificates that prove nothing are refused with a reason; one that was renewed and proves the name is only noted."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from mailclient.domain.account import Endpoint, Security
from mailclient.domain.errors import CertificateRefused, PostscopeError
from mailclient.net.wire import Wire
from mailclient.protocol.transcript import Transcript
from tests.support.scripted_server import Say, scripted_server


def context_for(authority: trustme.CA, name: str, *, expires: datetime | None = None) -> ssl.SSLContext:
    """A server's side, with a certificate for a name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=expires).configure_cert(context)
    return context


def connect(port: int, ca_file: Path | None) -> Transcript:
    """Connect with TLS and hang up."""
    transcripts: list[Transcript] = []
    endpoint = Endpoint("127.0.0.1", port, Security.TLS, "alex")
    try:
        Wire(endpoint, "IMAP", "testing", str(ca_file) if ca_file else None, transcripts.append).close()
    except PostscopeError as error:
        error.connection_id = transcripts[0].connection_id
        raise
    return transcripts[0]


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, Path]:
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return made, tmp_path / "ca.pem"


@pytest.mark.parametrize(
    ("name", "days", "known", "reason"),
    [
        ("mail.example.net", 1, True, "it belongs to another server than 127.0.0.1"),
        ("127.0.0.1", -1, True, "it has expired"),
        ("127.0.0.1", 1, False, "unknown, or a certificate in between is missing"),
    ],
    ids=["host", "validity", "issuer"],
)
def test_a_refusal_says_what_is_wrong(
    authority: tuple[trustme.CA, Path], name: str, days: int, known: bool, reason: str
) -> None:
    made, ca_file = authority
    server = context_for(made, name, expires=datetime.now(UTC) + timedelta(days=days))
    with scripted_server(Say(b""), tls=server, implicit_tls=True) as played, pytest.raises(CertificateRefused) as told:
        connect(played.port, ca_file if known else None)
    assert reason in told.value.sentence
    assert "Nothing was sent" in told.value.sentence


def test_a_renewed_certificate_is_noted_and_not_refused(authority: tuple[trustme.CA, Path]) -> None:
    made, ca_file = authority
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    notes = []
    for server in (context_for(made, "127.0.0.1"), context_for(made, "127.0.0.1")):
        with scripted_server(Say(b""), tls=server, implicit_tls=True, port=port):
            notes.append(connect(port, ca_file).to_text())
    assert "certificate of 127.0.0.1: issued by" in notes[0]
    assert "another one than before" not in notes[0]
    assert "one than before, and it proves the same name" in notes[1]
