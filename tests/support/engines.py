"""An engine on a profile of its own, speaking to real servers, and waiting for conditions instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from mailclient.accounts.records import AccountRecords
from mailclient.accounts.secrets import SecretStore, no_keyring
from mailclient.domain.account import Account, Credentials, IncomingProtocol
from mailclient.domain.events import Event
from mailclient.domain.folder import Folder
from mailclient.domain.ids import MessageId
from mailclient.domain.probe import ProbeReport
from mailclient.engine.facade import Engine
from mailclient.engine.pace import Pace
from mailclient.engine.services import EngineServices, Network
from mailclient.net.imap_session import open_imap
from mailclient.net.pop3_session import connect_pop3
from mailclient.net.smtp_submission import SmtpSubmission
from mailclient.store.database import open_store
from mailclient.store.reader import Reader
from tests.support.extensions import paced


def network() -> Network:
    """Return the real network without probing and images."""
    return Network(
        open_imap, SmtpSubmission, lambda *_arguments: ProbeReport((), ()), lambda _url: (None, "", ""), connect_pop3
    )


class LiveEngine:
    """An engine, its reader, and every event it announced."""

    def __init__(self, directory: Path, account: Account, password: str, *, start: bool = True) -> None:
        self.directory = directory
        self.account = account
        self.events: list[Event] = []
        # POP3 is polled in any run: what is switched off concerns it not.
        pace = paced(Pace()) if account.protocol is IncomingProtocol.IMAP else Pace()
        records = AccountRecords(directory / "accounts.json")
        secrets = SecretStore("test", no_keyring)
        self.services = EngineServices(open_store(directory), records, secrets, network(), pace=pace)
        self.engine = Engine(self.services)
        self.engine.subscribe(self.events.append)
        self.engine.add_account(account, Credentials(password, password), remember=False)
        if start:
            self.engine.start()
        self.reader = Reader(directory / "cache.sqlite", directory / "user.sqlite")

    def stop(self) -> None:
        """Stop and close."""
        self.reader.close()
        self.engine.stop()

    def __enter__(self) -> LiveEngine:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def folder(self, name: str) -> Folder:
        """Return a folder by name."""
        return next(folder for folder in self.reader.folders() if folder.name == name)

    def ids(self, name: str = "Inbox") -> tuple[MessageId, ...]:
        """Return all ids of a folder, newest first."""
        folder = next((folder for folder in self.reader.folders() if folder.name == name), None)
        if folder is None:
            return ()
        page = self.reader.id_page(folder.id, limit=5000)
        ids = list(page.ids)
        while page.next is not None:
            page = self.reader.id_page(folder.id, limit=5000, after=page.next)
            ids += page.ids
        return tuple(ids)

    def seen(self, kind: type[Event]) -> list[Event]:
        """Return the events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]


def wait_until(condition: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Return when the condition holds; fail with words when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.01)
