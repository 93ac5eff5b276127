"""Servers that hang: whoever waits for them can be called away at every stage, and the whole program ends."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.errors import Cancelled
from mailclient.domain.events import AccountStatus
from mailclient.domain.ids import AccountId
from mailclient.net.imap_session import open_imap
from mailclient.protocol.transcript import Transcript
from tests.support.engines import LiveEngine, wait_until


@dataclass
class Hanging:
    """Accepts, says something, and nothing more."""

    port: int
    listener: socket.socket
    accepted: list[socket.socket] = field(default_factory=list)

    def serve(self, words: bytes) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.accepted.append(connection)
                connection.sendall(words)


@contextlib.contextmanager
def hanging(words: bytes = b"") -> Iterator[Hanging]:
    """A server that accepts connections and then hangs."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Hanging(int(listener.getsockname()[1]), listener)
    thread = threading.Thread(target=server.serve, args=(words,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for connection in server.accepted:
            connection.close()


def account(port: int, security: Security) -> Account:
    endpoint = Endpoint("127.0.0.1", port, security, "alex")
    return Account(AccountId("a"), "a", "A", "alex@example.org", endpoint, endpoint)


STAGES = [
    pytest.param(Security.TLS, b"", id="in the TLS handshake"),
    pytest.param(Security.PLAIN, b"", id="before the greeting"),
    pytest.param(Security.PLAIN, b"* OK [CAPABILITY IMAP4rev1] ready\r\n", id="in the sign-in"),
    pytest.param(Security.STARTTLS, b"* OK ready\r\n", id="in STARTTLS"),
]


@pytest.mark.parametrize(("security", "words"), STAGES)
def test_hanging_up_ends_it_at_once(security: Security, words: bytes) -> None:
    with hanging(words) as server:
        transcripts: list[Transcript] = []
        outcome: list[Exception] = []

        def connect() -> None:
            try:
                open_imap(account(server.port, security), "secret", "testing", transcripts.append)
            except Exception as error:
                outcome.append(error)

        thread = threading.Thread(target=connect)
        thread.start()
        wait_until(lambda: server.accepted, "the connection")
        transcripts[0].hang_up()
        thread.join(10)
        assert not thread.is_alive()
        assert isinstance(outcome[0], Cancelled)
        assert not transcripts[0].open


@pytest.mark.parametrize(("security", "words"), STAGES)
def test_the_program_ends_cleanly_whatever_hangs(tmp_path: Path, security: Security, words: bytes) -> None:
    with hanging(words) as server:
        live = LiveEngine(tmp_path, account(server.port, security), "secret")
        wait_until(lambda: server.accepted, "the connection")
        live.stop()
        left = {thread.name for thread in threading.enumerate()} & {"account-a", "watcher-a", "outbox-a", "commands"}
        assert not left


def test_going_offline_calls_back_whoever_waits(tmp_path: Path) -> None:
    with hanging() as server, LiveEngine(tmp_path, account(server.port, Security.TLS), "secret") as live:
        wait_until(lambda: server.accepted, "the connection")
        live.engine.go_online(False)
        wait_until(lambda: live.engine.status(AccountId("a")).status is AccountStatus.OFFLINE, "offline")
        assert not any(info.open for info in live.engine.connections())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (b"* BYE [UNAVAILABLE] Closed for repairs\r\n", "127.0.0.1 ended the connection: Closed for repairs"),
        (b"* BYE Too many connections from your address\r\n", "127.0.0.1 lets no further connection in."),
    ],
)
def test_a_farewell_instead_of_a_greeting_is_said_and_waited_out(tmp_path: Path, words: bytes, sentence: str) -> None:
    with hanging(words) as server, LiveEngine(tmp_path, account(server.port, Security.PLAIN), "secret") as live:
        who = AccountId("a")
        wait_until(lambda: live.engine.status(who).status is AccountStatus.WAITING, "the failure is told")
        assert live.engine.status(who).sentence.startswith(sentence)
        assert live.engine.status(who).sentence.endswith("Postscope will try again by itself.")
