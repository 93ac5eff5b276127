"""What subcommands are given to work with; ``app`` provides it. Nothing is opened before it is asked for. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from mailclient.domain.account import Account, Endpoint, IncomingProtocol
from mailclient.domain.errors import BadInput
from mailclient.engine.facade import Engine
from mailclient.store.reader import Reader
from mailclient.xray.dns_questions import Resolve
from mailclient.xray.inspection import Context


class Services(Protocol):
    """One profile's services, made on demand."""

    def accounts(self) -> tuple[Account, ...]:
        """Return the account records, without starting anything."""

    def reader(self) -> AbstractContextManager[Reader]:
        """Open the profile's mail read-only."""

    def engine(self, *, online: bool = True) -> AbstractContextManager[Engine]:
        """Open the engine without starting its background workers; leaving the context stops it."""

    def guess_servers(self, address: str, protocol: IncomingProtocol) -> tuple[Endpoint, Endpoint]:
        """Return the likely servers of an address, without asking anybody."""

    def inspection_context(self) -> Context:
        """Return what an examination is given: the reader's servers, and the explanations."""

    def dns(self) -> Resolve:
        """Return what asks the DNS, for one message. Called only when the user wants that."""

    def lab(self) -> AbstractContextManager[LabAddresses]:
        """Start the mail environment on loopback, filled with the specimens."""


class LabAddresses(Protocol):
    """Where the lab's servers listen, and who may sign in."""

    @property
    def imap_port(self) -> int:
        """TCP port of IMAP on 127.0.0.1."""

    @property
    def pop3_port(self) -> int:
        """TCP port of POP3 on 127.0.0.1."""

    @property
    def smtp_port(self) -> int:
        """TCP port of submission on 127.0.0.1."""

    @property
    def logins(self) -> Sequence[tuple[str, str]]:
        """Addresses with their passwords."""


def find_account(accounts: Sequence[Account], wanted: str) -> Account:
    """Return the account with this id, address or label; raise BadInput with the known ones."""
    for account in accounts:
        if wanted == account.id or wanted.lower() in {account.address.lower(), account.label.lower()}:
            return account
    if not accounts:
        raise BadInput("There is no account yet. Add one with: postscope account add --address YOU@EXAMPLE.ORG ...")
    known = ", ".join(account.address for account in accounts)
    raise BadInput(f"There is no account “{wanted}”. Known accounts: {known}.")


def read_input(name: str, standard_input: bytes | None = None) -> bytes:
    """Return the bytes of a file argument, ``-`` being standard input; raise BadInput with a sentence."""
    if name == "-":
        if standard_input is None:
            raise BadInput("Nothing can be read from standard input here; name a file instead.")
        return standard_input
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadInput(f"“{name}” cannot be read: {error.strerror or error}.") from error
