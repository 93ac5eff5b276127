"""What the engine is given: the network as a few factories, the store, the accounts, the clock. Assembled by ``app``."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mailclient.accounts.records import AccountRecords
from mailclient.accounts.secrets import SecretStore
from mailclient.domain.account import Account, Credentials, IncomingProtocol, Purpose
from mailclient.domain.dns import DnsConversation
from mailclient.domain.errors import PostscopeError, ProgramFault, SignInNeeded
from mailclient.domain.events import Failed
from mailclient.domain.ids import AccountId
from mailclient.domain.probe import ProbeReport, ProbeStep
from mailclient.engine.announce import Announcer
from mailclient.engine.connections import Connections, UnderWay
from mailclient.engine.failures import decide_meaning
from mailclient.engine.keeping import Keeping
from mailclient.engine.limits import Limits
from mailclient.engine.pace import Pace
from mailclient.protocol.transcript import Transcript
from mailclient.send.ports import Submission
from mailclient.store.actions import Actions
from mailclient.store.database import OpenStore
from mailclient.store.drafts import DraftStore
from mailclient.store.folder_actions import FolderActions
from mailclient.store.local_mailbox import LocalMailbox
from mailclient.store.outbox_store import OutboxStore
from mailclient.store.pop_store import PopStore
from mailclient.store.sync_store import SyncStore
from mailclient.sync.pop_ports import PopMaildrop
from mailclient.sync.ports import RemoteMailbox

Record = Callable[[Transcript], None]
OnStep = Callable[[str, ProbeStep], None]


def _no_maildrop(*_arguments: object) -> PopMaildrop:
    raise ProgramFault("There is no POP3 here.")


def _no_dns(_record: Record) -> DnsConversation:
    raise ProgramFault("There is no DNS here.")


@dataclass(frozen=True, slots=True)
class Network:
    """How to reach servers; tests put fakes here."""

    connect: Callable[[Account, str, str, Record], RemoteMailbox]
    """Account, password, purpose, recorder of the transcript: a signed-in mailbox."""
    submission: Callable[[Account, str, Record], Submission]
    probe: Callable[[Account, Credentials, Record, OnStep | None], ProbeReport]
    fetch_image: Callable[[str], tuple[bytes | None, str, str]]
    maildrop: Callable[[Account, str, str, Record, Callable[[], bool]], PopMaildrop] = _no_maildrop
    """Account, password, purpose, recorder, whether to stop: a signed-in POP3 session."""
    dns: Callable[[Record], DnsConversation] = _no_dns
    """Recorder of the transcript: what can be asked for one message."""


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, replaceable in tests."""

    unix_s: Callable[[], float] = time.time
    local: Callable[[], datetime] = _local_now
    jitter: Callable[[], float] = random.random


@dataclass
class EngineServices:
    """Everything the engine's threads share."""

    open_store: OpenStore
    records: AccountRecords
    secrets: SecretStore
    network: Network
    clock: Clock = field(default_factory=Clock)
    pace: Pace = field(default_factory=Pace)
    announcer: Announcer = field(default_factory=Announcer)
    connections: Connections = field(default_factory=Connections)

    def __post_init__(self) -> None:
        writer = self.open_store.writer
        self.writer = writer
        self._told: set[tuple[AccountId, str]] = set()
        self.sync_store = SyncStore(writer)
        self.pop_store = PopStore(writer)
        self.renamed_accepted: set[AccountId] = set()
        """Accounts whose user said that mail may be fetched again (see ``MaildropRenamed``)."""
        self.outbox = OutboxStore(writer, self.clock.unix_s)
        self.drafts = DraftStore(writer, self.clock.unix_s)
        self.actions = Actions(writer, self.clock.unix_s)
        self.limits = Limits()
        self.folder_actions = FolderActions(writer, self.clock.unix_s)
        self.keeping = Keeping(writer, self.clock.unix_s)

    def recorder(self, account_id: AccountId | None, under_way: UnderWay | None = None) -> Record:
        """Return what records the connections of an account."""

        def record(transcript: Transcript) -> None:
            self.connections.record(account_id, transcript)
            if under_way is not None:
                under_way.note(transcript)

        return record

    def password(self, account: Account, purpose: Purpose) -> str:
        """Return a password; raise SignInNeeded when none is known. May block on the keyring."""
        secret = self.secrets.load(account.id, purpose)
        if secret is None:
            raise SignInNeeded(f"The password of {account.address} is not known. Type it to go on.")
        return secret

    def connect(self, account: Account, purpose: str, under_way: UnderWay | None = None) -> RemoteMailbox:
        """Return a signed-in mailbox, which blocks on the network; of a POP3 account the one on this machine.

        ``under_way`` can give it up from another thread.
        """
        if account.protocol is IncomingProtocol.POP3:
            return LocalMailbox(self.writer, account.id, self.clock.unix_s)
        password = self.password(account, Purpose.INCOMING)
        try:
            return self.network.connect(account, password, purpose, self.recorder(account.id, under_way))
        except PostscopeError as error:
            meaning = decide_meaning(error, account.incoming.host)
            if meaning is error:
                raise
            raise meaning from error

    def tell_once(self, sentence: str, account_id: AccountId) -> None:
        """Announce a failure that every poll meets again only the first time in this run."""
        if (account_id, sentence) not in self._told:
            self._told.add((account_id, sentence))
            self.tell(sentence, account_id)

    def tell(self, sentence: str, account_id: AccountId | None = None) -> None:
        """Announce a failure in words."""
        self.announcer.announce(Failed(sentence, account_id))
