"""What the tests of the engine speak with: one profile, its engine, and servers in memory.

Nothing here waits for a time: ``until`` waits for a condition and looks again whenever something happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from mailclient.accounts.records import AccountRecords
from mailclient.accounts.secrets import SecretStore, no_keyring
from mailclient.domain.account import Account, Credentials, Endpoint, Security
from mailclient.domain.commands import Command, SaveDraft, SendDraft
from mailclient.domain.draft import Draft
from mailclient.domain.events import AccountStatus, DraftSaved, Event
from mailclient.domain.flags import Flag
from mailclient.domain.folder import Folder
from mailclient.domain.ids import AccountId, MessageId
from mailclient.domain.message import MessageRow
from mailclient.domain.probe import ProbeReport
from mailclient.engine.facade import Engine
from mailclient.engine.pace import Pace
from mailclient.engine.services import Clock, EngineServices, Network, OnStep, Record
from mailclient.store.database import open_store
from mailclient.store.reader import Reader
from tests.support.fake_mailbox import FakeRemoteMailbox, FakeServer
from tests.support.fake_submission import FakeSubmissionServer

ANNA = AccountId("anna")
BEN = AccountId("ben")
PATIENCE_S = 10.0
E = TypeVar("E")
T = TypeVar("T")

SECRETS = Credentials("secret", "secret too")
QUICK = Pace(first_retry_s=0.01, longest_retry_s=0.02, watcher_retry_s=0.02, outbox_poll_s=0.02, stop_s=2.0)


def account(account_id: AccountId = ANNA) -> Account:
    """Return an account at a host of its own name."""
    return Account(
        account_id,
        account_id,
        account_id.capitalize(),
        f"{account_id}@example.org",
        Endpoint(f"imap.{account_id}.example.org", 993, Security.TLS, account_id),
        Endpoint(f"smtp.{account_id}.example.org", 465, Security.TLS, account_id),
    )


class World:
    """One profile. ``start`` starts its engine; ``again`` ends it and starts another on the same files."""

    def __init__(
        self,
        directory: Path,
        pace: Pace = QUICK,
        *,
        network: Network | None = None,
        accounts: Sequence[Account] = (),
        credentials: Credentials = SECRETS,
    ) -> None:
        self.directory = directory
        self.pace = pace
        self.now = 1_800_000_000.0
        self.servers: dict[AccountId, FakeServer] = {ANNA: FakeServer()}
        self.submission = FakeSubmissionServer()
        self.accounts = list(accounts) or [account()]
        self.credentials = credentials
        self._network = network or Network(self._connect, self.submission.connect, self._probe, self._image)
        self.know_password = True
        self.events: list[Event] = []
        self.happened = threading.Condition()
        self.engine: Engine
        self.build()

    @property
    def server(self) -> FakeServer:
        """Anna's server."""
        return self.servers[ANNA]

    def build(self) -> None:
        """Open the profile and make an engine that does nothing yet."""
        self.opened = open_store(self.directory, lambda: self.now)
        records = AccountRecords(self.directory / "accounts.json")
        secrets = SecretStore("test", no_keyring)
        self.services = EngineServices(
            self.opened,
            records,
            secrets,
            self._network,
            Clock(lambda: self.now, lambda: datetime(2027, 1, 15, 8, 0, tzinfo=UTC), lambda: 0.5),
            pace=self.pace,
        )
        self.engine = Engine(self.services)
        self.engine.subscribe(self._heard)
        self.reader = Reader(self.opened.files.cache, self.opened.files.user)
        for each in self.accounts:
            if self.know_password:
                self.engine.add_account(each, self.credentials)
            else:
                records.put(each)

    def start(self, *, online: bool = True) -> None:
        """Start the threads."""
        self.engine.start(online=online)

    def close(self) -> None:
        """End everything."""
        self.engine.stop()
        self.reader.close()

    def again(self, *, online: bool = True) -> None:
        """End the program and start it again."""
        self.close()
        self.events.clear()
        self.build()
        self.start(online=online)

    def _connect(self, who: Account, password: str, purpose: str, record: Record) -> FakeRemoteMailbox:
        return self.servers[who.id].connect(who, password, purpose, record)

    def _probe(self, _account: Account, _secrets: Credentials, _record: Record, _step: OnStep | None) -> ProbeReport:
        return ProbeReport((), ())

    def _image(self, url: str) -> tuple[bytes | None, str, str]:
        if "broken" in url:
            raise ZeroDivisionError
        return b"picture", "image/png", ""

    def _heard(self, event: Event) -> None:
        with self.happened:
            self.events.append(event)
            self.happened.notify_all()

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait for a condition; looked at again after each event, and now and then."""
        give_up = threading.Event()
        timer = threading.Timer(PATIENCE_S, give_up.set)
        timer.start()
        try:
            with self.happened:
                while not condition():
                    assert not give_up.is_set(), f"never: {what or condition}; heard {self.events[-12:]}"
                    self.happened.wait(0.01)
        finally:
            timer.cancel()

    def heard(self, kind: type[E]) -> list[E]:
        """Return the events of one kind so far."""
        with self.happened:
            return [event for event in self.events if isinstance(event, kind)]

    def until_heard(self, kind: type[E], which: Callable[[E], bool] = lambda _event: True) -> E:
        """Wait for an event and return it."""
        self.until(lambda: any(which(event) for event in self.heard(kind)), kind.__name__)
        return next(event for event in self.heard(kind) if which(event))

    def until_quiet(self, account_id: AccountId = ANNA) -> None:
        """Wait until an account has nothing to do."""
        self.until(lambda: self.engine.status(account_id).status is AccountStatus.IDLE, "idle")

    def until_status(self, status: AccountStatus, account_id: AccountId = ANNA) -> None:
        """Wait for a status."""
        self.until(lambda: self.engine.status(account_id).status is status, status.value)

    def submit(self, command: Command) -> None:
        """The window asks for something."""
        self.engine.submit(command)

    def until_obeyed(self) -> None:
        """Wait until every command so far was carried out."""
        token = f"obeyed {len(self.events)}"
        self.submit(SaveDraft(Draft(None, ANNA), token))
        self.until_heard(DraftSaved, lambda event: event.token == token)

    def send(self, to: str = "ben@example.org", subject: str = "Hello") -> None:
        """The user sends a message."""
        self.submit(SendDraft(Draft(None, ANNA, to=to, subject=subject, text="Hi"), "token"))

    def folder(self, name: str = "INBOX", account_id: AccountId = ANNA) -> Folder:
        """Return a folder."""
        return next(folder for folder in self._folders(account_id) if folder.wire_name == name)

    def has_folder(self, name: str, account_id: AccountId = ANNA) -> bool:
        """True when the folder is known here."""
        return any(folder.wire_name == name for folder in self._folders(account_id))

    def _folders(self, account_id: AccountId) -> tuple[Folder, ...]:
        return self.ask(lambda reader: reader.folders(account_id))

    def ask(self, question: Callable[[Reader], T]) -> T:
        """Ask a reader of this moment; from any thread."""
        with closing(Reader(self.opened.files.cache, self.opened.files.user)) as reader:
            return question(reader)

    def rows(self, name: str = "INBOX", account_id: AccountId = ANNA) -> tuple[MessageRow, ...]:
        """Return what the list of a folder shows, newest first."""

        def question(reader: Reader) -> tuple[MessageRow, ...]:
            folders = [folder.id for folder in reader.folders(account_id) if folder.wire_name == name]
            ids = [message for folder_id in folders for message in reader.id_page(folder_id).ids]
            pages = [reader.rows(ids[at : at + 500]) for at in range(0, len(ids), 500)]
            return tuple(row for page in pages for row in page)

        return self.ask(question)

    def subjects(self, name: str = "INBOX", account_id: AccountId = ANNA) -> list[str]:
        """Return the subjects shown, newest first."""
        return [row.subject for row in self.rows(name, account_id)]

    def id_of(self, subject: str, name: str = "INBOX") -> MessageId:
        """Return a message by its subject."""
        return next(row.id for row in self.rows(name) if row.subject == subject)

    def flags(self, message_id: MessageId) -> Flag:
        """Return the flags shown."""
        row = self.reader.row(message_id)
        assert row is not None
        return row.flags

    def complete(self, name: str = "INBOX") -> int:
        """Return how many bodies of a folder are here."""
        return sum(self.reader.raw(row.id) is not None for row in self.rows(name))
