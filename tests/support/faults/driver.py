"""Works on a profile with the real engine, store and sync, and writes down what was acknowledged.

For the child of the crash and disk tests (``zygote``), and for whoever looks at the profile afterwards. The file says
what was about to be asked for and what was told to be done: what it says survives a kill.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailclient.accounts.records import AccountRecords
from mailclient.accounts.secrets import SecretStore, no_keyring
from mailclient.domain.account import Account, Purpose
from mailclient.domain.commands import Command
from mailclient.domain.errors import PostscopeError
from mailclient.domain.events import (
    DraftQueued,
    DraftSaved,
    Event,
    Failed,
    MessagesAdded,
    OperationQueued,
    OperationUndone,
)
from mailclient.domain.folder import Folder
from mailclient.domain.ids import AccountId, FolderId, MessageId
from mailclient.domain.probe import ProbeReport
from mailclient.engine.command_runner import CommandRunner
from mailclient.engine.facade import Engine
from mailclient.engine.services import Clock, EngineServices, Network
from mailclient.mime.wire import summarise_headers
from mailclient.net.imap_session import open_imap
from mailclient.net.pop3_session import connect_pop3
from mailclient.net.smtp_submission import SmtpSubmission
from mailclient.store.database import open_store
from mailclient.store.reader import Reader
from tests.support.extensions import as_asked

PASSWORD = "secret word"


class IdleWorkers:
    """Takes the place of the accounts' threads: the scenario itself says when to synchronise."""

    def synchronise(self, account_id: AccountId | None, folder_id: FolderId | None, *, asked: bool) -> None:
        """Nothing."""

    def look_at(self, folder: Folder) -> None:
        """Nothing."""

    def fetch(self, account_id: AccountId, message_id: MessageId, *, insist: bool, section: str | None = None) -> None:
        """Nothing."""

    def replay(self, account_ids: Sequence[AccountId]) -> None:
        """Nothing."""

    def send(self, account_id: AccountId) -> None:
        """Nothing."""

    def go_online(self, online: bool) -> None:
        """Nothing."""

    def note_network(self, here: bool) -> None:
        """Nothing."""

    def resume(self, account_id: AccountId) -> None:
        """Nothing."""

    def cancel(self, account_id: AccountId | None) -> None:
        """Nothing."""


class Acknowledgements:
    """A file of JSON lines; a line written is never lost by a kill."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(self, kind: str, key: str, value: object = True) -> None:
        """Write ``intend`` (about to be asked for), ``done`` (acknowledged), ``failed`` or ``crashed``."""
        os.write(self._descriptor, json.dumps([kind, key, value]).encode() + b"\n")


@dataclass(frozen=True, slots=True)
class Work:
    """What a scenario works with."""

    engine: Engine
    runner: CommandRunner
    services: EngineServices
    account: Account
    reader: Reader
    acknowledgements: Acknowledgements

    def attempt(self, keys: dict[str, object], action: Callable[[], object]) -> bool:
        """Say what is about to be done, do it, say that it is done; a failure in words is said and survived."""
        for key, value in keys.items():
            self.acknowledgements.say("intend", key, value)
        try:
            action()
        except PostscopeError as error:
            self.acknowledgements.say("failed", type(error).__name__, error.sentence)
            return False
        for key, value in keys.items():
            self.acknowledgements.say("done", key, value)
        return True

    def command(self, command: Command, keys: dict[str, object]) -> bool:
        """Carry out a command of the user; it is acknowledged by the event that says so, and by nothing else."""
        told: list[Event] = []
        stop = self.engine.subscribe(told.append)
        for key, value in keys.items():
            self.acknowledgements.say("intend", key, value)
        went_well = self.attempt({}, lambda: self.runner.carry_out(command))
        stop()
        if not went_well or not any(
            isinstance(event, OperationQueued | OperationUndone | DraftQueued) for event in told
        ):
            return False
        for key, value in keys.items():
            self.acknowledgements.say("done", key, value)
        return True

    def synchronise(self) -> bool:
        """One complete synchronisation."""
        return self.attempt({}, lambda: self.engine.synchronise_now(self.account.id))

    def save_draft(self, command: Command, key: str, text: str) -> None:
        """Save a draft and acknowledge it when the event says that it is durable."""
        self.acknowledgements.say("intend", key, text)
        told: list[Event] = []
        stop = self.engine.subscribe(told.append)
        self.attempt({}, lambda: self.runner.carry_out(command))
        stop()
        if any(isinstance(event, DraftSaved) for event in told):
            self.acknowledgements.say("done", key, text)

    def ids(self, folder_name: str) -> dict[str, MessageId]:
        """Return the messages of a folder by Message-ID."""
        folder = next(folder for folder in self.reader.folders() if folder.name == folder_name)
        page = self.reader.id_page(folder.id, limit=500)
        return {message_id_of(self.reader.raw(message_id) or b""): message_id for message_id in page.ids}

    def folder(self, name: str) -> FolderId:
        """Return a folder's id."""
        return next(folder.id for folder in self.reader.folders() if folder.name == name)


Scenario = Callable[[Work], None]


def message_id_of(raw: bytes) -> str:
    """Return a message's own name for itself."""
    return summarise_headers(header_of(raw)).message_id


def header_of(raw: bytes) -> bytes:
    """Return the header with its empty line."""
    return raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def network() -> Network:
    """Return the real network without probing and images."""
    return Network(
        open_imap, SmtpSubmission, lambda *_arguments: ProbeReport((), ()), lambda _url: (None, "", ""), connect_pop3
    )


def assemble(
    directory: Path, clock: Clock | None = None, reach: Network | None = None
) -> tuple[Engine, EngineServices, Account]:
    """Open a profile whose account file was written before, without starting the account's threads."""
    records = AccountRecords(directory / "accounts.json")
    secrets = SecretStore("test", no_keyring)
    account = records.all()[0]
    for purpose in Purpose:
        secrets.save(account.id, purpose, PASSWORD, remember=False)
    services = EngineServices(open_store(directory), records, secrets, reach or network(), clock or Clock())
    return Engine(services), services, account


def make_account_file(directory: Path, account: Account) -> None:
    """Write the record of the one account."""
    AccountRecords(directory / "accounts.json").put(as_asked(account))


def run_scenario(scenario: Scenario, directory: Path, acknowledgements: Acknowledgements) -> None:
    """Open the profile, do the work, close it."""
    try:
        engine, services, account = assemble(directory)
    except PostscopeError as error:
        acknowledgements.say("failed", type(error).__name__, error.sentence)
        return
    acknowledgements.say("done", "open")
    reader = Reader(directory / "cache.sqlite", directory / "user.sqlite")

    def note(event: Event) -> None:
        if isinstance(event, MessagesAdded):
            for message_id in event.message_ids:
                acknowledgements.say("done", f"row:{message_id}")
        elif (
            isinstance(event, Failed) and "marked as deleted" not in event.sentence
        ):  # Said where old copies must stay.
            acknowledgements.say("failed", "event", event.sentence)

    engine.subscribe(note)
    work = Work(engine, CommandRunner(services, IdleWorkers()), services, account, reader, acknowledgements)
    try:
        scenario(work)
    finally:
        reader.close()
        engine.stop()
    acknowledgements.say("done", "end")
