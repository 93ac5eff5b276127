"""Puts one profile's services together for the command line: everything is made when it is asked for. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from mailclient.accounts.discovery import guess_servers
from mailclient.accounts.records import AccountRecords
from mailclient.accounts.secrets import SecretStore, no_keyring
from mailclient.app.glossary import explain_line, inspection_context
from mailclient.cli.services import LabAddresses
from mailclient.domain.account import Account, Credentials, Endpoint, IncomingProtocol
from mailclient.domain.dns import DnsConversation
from mailclient.domain.probe import ProbeReport
from mailclient.engine.facade import Engine
from mailclient.engine.services import EngineServices, Network, OnStep, Record
from mailclient.logs import start_log
from mailclient.net.imap_session import open_imap
from mailclient.net.pop3_session import connect_pop3
from mailclient.net.probe import probe_account
from mailclient.net.remote_images import fetch_image
from mailclient.net.smtp_submission import SmtpSubmission
from mailclient.paths import Profile, default_profile
from mailclient.store.database import open_store
from mailclient.store.reader import Reader
from mailclient.xray.dns_questions import Resolve
from mailclient.xray.inspection import Context
from mailclient.xray.own_servers import own_servers


def _probe(account: Account, credentials: Credentials, record: Record, on_step: OnStep | None) -> ProbeReport:
    return probe_account(
        account, credentials, record, lambda protocol, line: explain_line(protocol, line, False), on_step
    )


def _fetch_image(url: str) -> tuple[bytes | None, str, str]:
    found = fetch_image(url)
    return found.data, found.content_type, found.sentence


def _open_dns(record: Record, lab_port: int | None = None) -> DnsConversation:
    from mailclient.net.dns_lookup import DnsLookup  # Loaded by whoever wants it: most runs ask nothing.

    return DnsLookup(record=record) if lab_port is None else DnsLookup(["127.0.0.1"], lab_port, record=record)


def real_network(lab_names_port: int | None = None) -> Network:
    """Return the network as it is; with a port the DNS is the lab's, and no question leaves this machine."""
    dns = partial(_open_dns, lab_port=lab_names_port)
    return Network(open_imap, SmtpSubmission, _probe, _fetch_image, connect_pop3, dns)


def assemble_engine(profile: Profile, *, use_keyring: bool = True, lab_names_port: int | None = None) -> Engine:
    """Return an engine on a profile that was created and locked by the caller."""
    name = profile.root.name
    secrets = SecretStore(name) if use_keyring else SecretStore(name, no_keyring)
    return Engine(
        EngineServices(
            open_store(profile.root), AccountRecords(profile.accounts_file), secrets, real_network(lab_names_port)
        )
    )


def open_reader(profile: Profile) -> Reader:
    """Return a reader of the profile."""
    return Reader(profile.cache_database, profile.user_database)


class ProfileServices:
    """Satisfies ``cli.services.Services``."""

    def __init__(self, directory: str | None) -> None:
        self._profile = Profile(Path(directory)) if directory else default_profile()

    def accounts(self) -> tuple[Account, ...]:
        """Return the account records."""
        return AccountRecords(self._profile.accounts_file).all()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Open the profile's mail read-only, making empty files for a new profile."""
        self._profile.create()
        if not self._profile.cache_database.exists():
            open_store(self._profile.root).writer.stop()
        reader = open_reader(self._profile)
        try:
            yield reader
        finally:
            reader.close()

    @contextmanager
    def engine(self, *, online: bool = True) -> Iterator[Engine]:
        """Open the engine without its background workers."""
        del online  # The command line connects when a command needs it.
        self._profile.create()
        with self._profile.lock():
            start_log(self._profile.log_file)
            engine = assemble_engine(self._profile)
            try:
                yield engine
            finally:
                engine.stop()

    def guess_servers(self, address: str, protocol: IncomingProtocol) -> tuple[Endpoint, Endpoint]:
        """Return the likely servers of an address."""
        return guess_servers(address, protocol)

    def inspection_context(self) -> Context:
        """Return what an examination is given."""
        return inspection_context(own_servers(self.accounts()))

    def dns(self) -> Resolve:
        """Return what asks the DNS, for one message."""
        return _open_dns(lambda _transcript: None)

    @contextmanager
    def lab(self) -> Iterator[LabAddresses]:
        """Start the lab with the specimens."""
        from mailclient.lab.demo import demo_lab  # Its servers are loaded by whoever wants them.

        with demo_lab(datetime.now().astimezone()) as lab:
            yield lab


def open_services(directory: str | None) -> ProfileServices:
    """Return the services of a profile directory, or of the user's own."""
    return ProfileServices(directory)
