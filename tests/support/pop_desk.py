"""A maildrop of the lab, a store, and what collects from one into the other, without an engine around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mailclient.domain.account import Account, Endpoint, IncomingProtocol, Security
from mailclient.domain.ids import AccountId, Uid
from mailclient.domain.pop import PopPolicy
from mailclient.lab.mailstore import INBOX, UserMail
from mailclient.lab.pop3_server import Pop3LabServer
from mailclient.net.pop3_session import connect_pop3
from mailclient.net.wire import Patience
from mailclient.protocol.transcript import Transcript
from mailclient.store.database import open_store
from mailclient.store.local_mailbox import LocalMailbox
from mailclient.store.pop_store import PopStore
from mailclient.store.writer import Writer
from mailclient.sync.pop_collect import Collection
from mailclient.sync.progress import Reporter

ADDRESS = "alex@example.org"
PASSWORD = "pop-canary-1"
POP = AccountId("pop")
NOW = 1_800_000_000.0


def mail(number: int, body: str = "body", size: int = 0) -> bytes:
    """Return a message; one with a dot in a dangerous place."""
    text = (
        f"Message-ID: <{number}@pop.example>\r\nSubject: Mail {number}\r\nFrom: a@example.org\r\n\r\n.{body}\r\n..\r\n"
    )
    return text.encode() + b"x" * size + (b"\r\n" if size else b"")


@dataclass
class PopDesk:
    """One server with one maildrop, and one store."""

    server: Pop3LabServer
    writer: Writer
    port: int = 0
    account_id: AccountId = POP
    now: float = NOW
    read_s: float = 5.0
    """So long a silent server is waited for."""
    noticed: list[str] = field(default_factory=list)
    transcripts: list[Transcript] = field(default_factory=list)

    @property
    def user(self) -> UserMail:
        """The maildrop's owner."""
        return self.server.users[ADDRESS]

    @property
    def store(self) -> PopStore:
        """What is kept."""
        return PopStore(self.writer)

    @property
    def mailbox(self) -> LocalMailbox:
        """The account's folders."""
        return LocalMailbox(self.writer, self.account_id, lambda: self.now)

    def fill(self, messages: Iterable[bytes]) -> None:
        """Let the maildrop hold these."""
        mailbox = self.user.mailboxes[INBOX]
        with self.user.lock:
            mailbox.messages.clear()
            for raw in messages:
                self.user.add(mailbox, raw)

    def left(self) -> list[bytes]:
        """Return what the server has."""
        return [message.raw for message in self.user.mailboxes[INBOX].messages]

    def collect(self, policy: PopPolicy | None = None, *, accept_renamed: bool = False) -> None:
        """Visit the maildrop from end to end."""
        endpoint = Endpoint("127.0.0.1", self.port or self.server.port, Security.PLAIN, ADDRESS)
        account = Account(
            self.account_id, "a", "A", ADDRESS, endpoint, endpoint, IncomingProtocol.POP3, pop=policy or PopPolicy()
        )
        maildrop = connect_pop3(
            account,
            PASSWORD,
            "test",
            self.transcripts.append,
            lambda: False,
            Patience(connect_s=5.0, read_s=self.read_s),
        )
        try:
            collection = Collection(
                maildrop,
                self.store,
                self.account_id,
                account.pop,
                Reporter(noticed=self.noticed.append),
                lambda: self.now,
                accept_renamed=accept_renamed,
            )
            collection.begin()
            while not collection.step():
                pass
        finally:
            maildrop.close()

    def here(self, folder: str = "INBOX") -> list[bytes]:
        """Return the whole messages of a folder on this machine."""
        mailbox = self.mailbox
        mailbox.list_folders()
        mailbox.open_folder(folder)
        uids = mailbox.list_uids(Uid(1))
        return [record.raw for record in mailbox.fetch_bodies(iter([uids]))]

    def asked(self, verb: str) -> int:
        """Return how often a command was given."""
        return sum(command.startswith(verb) for command in self.server.commands)


@contextmanager
def pop_desk(directory: Path, hidden: Iterable[str] = ()) -> Iterator[PopDesk]:
    """Start a server and open a store."""
    server = Pop3LabServer({ADDRESS: UserMail(ADDRESS, PASSWORD)}, hidden=frozenset(hidden))
    server.start()
    opened = open_store(directory)
    try:
        yield PopDesk(server, opened.writer)
    finally:
        opened.writer.stop()
        server.stop()
