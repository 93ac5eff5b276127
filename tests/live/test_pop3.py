"""POP3 against a real Dovecot: sign-in, collecting, what stays on the server, and large mail."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain.account import Account, IncomingProtocol, Security
from mailclient.domain.commands import MarkRead, Synchronise
from mailclient.domain.errors import SignInNeeded
from mailclient.domain.events import SynchronisationEnded
from mailclient.domain.flags import Flag
from mailclient.domain.pop import PopKeep, PopPolicy
from mailclient.net.pop3_session import Pop3Session, connect_pop3
from mailclient.protocol.transcript import Transcript
from tests.live.conftest import account_of
from tests.support.engines import LiveEngine, wait_until
from tests.support.messages import mixed_messages
from tests.support.servers.dovecot import Dovecot

pytestmark = pytest.mark.live


def pop_account(dovecot: Dovecot, user: str, policy: PopPolicy | None = None) -> Account:
    account = account_of(dovecot, user)
    incoming = replace(account.incoming, port=dovecot.pop3s_port)
    return replace(account, incoming=incoming, protocol=IncomingProtocol.POP3, pop=policy or PopPolicy())


def visit(dovecot: Dovecot, account: Account) -> Pop3Session:
    return connect_pop3(account, dovecot.password, "test", lambda _t: None)


def left(dovecot: Dovecot, account: Account) -> int:
    session = visit(dovecot, account)
    count = len(session.list_messages())
    session.quit()
    return count


def digests(live: LiveEngine) -> list[bytes]:
    return sorted(hashlib.sha256(live.reader.raw(key) or b"").digest() for key in live.ids())


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS, Security.PLAIN])
def test_signing_in_says_no_password(dovecot: Dovecot, security: Security) -> None:
    account = pop_account(dovecot, "piet@example.org")
    port = dovecot.pop3s_port if security is Security.TLS else dovecot.pop3_port
    account = replace(account, incoming=replace(account.incoming, port=port, security=security))
    transcripts: list[Transcript] = []
    connect_pop3(account, dovecot.password, "test", transcripts.append).quit()
    assert "AUTH SCRAM-SHA-256" in transcripts[0].to_text()
    assert dovecot.password not in transcripts[0].to_text()
    with pytest.raises(SignInNeeded):
        connect_pop3(account, "wrong", "test", transcripts.append)


def test_mail_arrives_bit_by_bit_once_and_stays_on_the_server(dovecot: Dovecot, profile_dir: Path) -> None:
    messages = list(mixed_messages(300, seed=5))
    dovecot.put("paul@example.org", messages)
    account = pop_account(dovecot, "paul@example.org")
    with LiveEngine(profile_dir, account, dovecot.password) as live:
        wait_until(lambda: live.seen(SynchronisationEnded), "the first visit")
        expected = sorted(hashlib.sha256(raw).digest() for raw in messages)
        assert digests(live) == expected
        live.events.clear()
        live.engine.submit(Synchronise(account.id))
        wait_until(lambda: live.seen(SynchronisationEnded), "the second visit")
        assert digests(live) == expected
        live.engine.submit(MarkRead((live.ids()[0],)))
        wait_until(lambda: live.reader.row(live.ids()[0]).flags & Flag.SEEN, "the mark")  # type: ignore[union-attr]
    assert left(dovecot, account) == 300


def test_a_server_is_emptied_only_of_what_is_here(dovecot: Dovecot, profile_dir: Path) -> None:
    messages = list(mixed_messages(40, seed=6))
    dovecot.put("pia@example.org", messages)
    account = pop_account(dovecot, "pia@example.org", PopPolicy(PopKeep.REMOVE, headers_only_over_bytes=20_000))
    large = [raw for raw in messages if len(raw) > 20_000]
    assert large
    with LiveEngine(profile_dir, account, dovecot.password) as live:
        wait_until(lambda: live.seen(SynchronisationEnded), "the first visit")
        assert len(live.ids()) == 40
        whole = [key for key in live.ids() if live.reader.raw(key) is not None]
        assert len(whole) == 40 - len(large)
    assert left(dovecot, account) == len(large)
