"""The beginning of every scripted IMAP dialogue, and a session that plays it. For what happens after signing in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.ids import AccountId
from mailclient.net.imap_session import ImapSession, open_imap
from mailclient.protocol.transcript import Transcript
from tests.support.scripted_server import Expect, Played, Say, Step, scripted_server

PASSWORD = "pass word-canary"


def signed_in(capabilities: str) -> tuple[Step, ...]:
    """A greeting, and a LOGIN after which the server offers these. What is agreed upon then is in the script."""
    words = f"IMAP4rev1 {capabilities}".encode().rstrip()
    return (
        Say(b"* OK ready\r\n"),
        Expect(b"CAPABILITY"),
        Say(b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"),
        Expect(b"LOGIN"),
        Say(b"{tag} OK [CAPABILITY " + words + b"] in\r\n"),
    )


def ask(words: bytes, *answer: bytes, done: bytes = b"OK done") -> tuple[Step, ...]:
    """The client asks, the server answers with these lines."""
    return Expect(words), Say(b"".join(line + b"\r\n" for line in (*answer, b"{tag} " + done)))


def opened(exists: int, uid_next: int, *codes: bytes, validity: int = 9) -> tuple[bytes, ...]:
    """The lines of a SELECT answer."""
    told = (b"UIDVALIDITY %d" % validity, b"UIDNEXT %d" % uid_next, *codes)
    return b"* %d EXISTS" % exists, *(b"* OK [%s] ok" % code for code in told)


@contextmanager
def session(*script: Step, without: frozenset[str] = frozenset()) -> Iterator[tuple[ImapSession, Played]]:
    """Sign in to a server that plays this script."""
    with scripted_server(*script) as played:
        endpoint = Endpoint("127.0.0.1", played.port, Security.PLAIN, "alex")
        account = Account(AccountId("a"), "a", "Alex", "alex@example.org", endpoint, endpoint, without=without)
        remote = open_imap(account, PASSWORD, "test", _forget)
        try:
            yield remote, played
        finally:
            remote.close()


def _forget(_transcript: Transcript) -> None:
    return
