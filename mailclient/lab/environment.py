"""The lab as a whole: users, and servers for IMAP, POP3, SMTP and the DNS, all on loopback ports that were free."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import TracebackType

from mailclient.domain.account import Account, Endpoint, IncomingProtocol, Security
from mailclient.domain.ids import AccountId
from mailclient.lab.imap_server import ImapLabServer
from mailclient.lab.mailstore import INBOX, UserMail
from mailclient.lab.name_server import NameServer, demo_table
from mailclient.lab.pop3_server import Pop3LabServer
from mailclient.lab.smtp_server import SmtpLabServer


class Lab:
    """A mail environment; a context manager."""

    def __init__(
        self,
        users: Mapping[str, str],
        *,
        hidden_capabilities: Iterable[str] = (),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``users`` are addresses with their passwords; ``hidden_capabilities`` make the IMAP server a poorer one."""
        self.users = {address.lower(): UserMail(address, password) for address, password in users.items()}
        self._imap = ImapLabServer(self.users, hidden=frozenset(hidden_capabilities), tls=tls)
        self.pop3 = Pop3LabServer(self.users, hidden=frozenset(hidden_capabilities))
        self._smtp = SmtpLabServer(self.users)
        self.names = NameServer(demo_table())

    @property
    def imap_port(self) -> int:
        """TCP port of IMAP on 127.0.0.1."""
        return self._imap.port

    @property
    def pop3_port(self) -> int:
        """TCP port of POP3 on 127.0.0.1."""
        return self.pop3.port

    @property
    def smtp_port(self) -> int:
        """TCP port of submission on 127.0.0.1."""
        return self._smtp.port

    @property
    def logins(self) -> list[tuple[str, str]]:
        """Addresses with their passwords."""
        return [(user.address, user.password) for user in self.users.values()]

    def start(self) -> None:
        """Start the servers."""
        self._imap.start()
        self.pop3.start()
        self._smtp.start()
        self.names.start()

    def stop(self) -> None:
        """Stop the servers."""
        self.names.stop()
        self._smtp.stop()
        self.pop3.stop()
        self._imap.stop()

    def cut_connections(self) -> None:
        """Cut every IMAP connection, as a network does."""
        self._imap.drop_connections()

    def offer(self, capability: str) -> None:
        """Offer one thing more to whoever connects to IMAP from now on, as after an update of a server."""
        self._imap.capabilities = (*self._imap.capabilities, capability)

    def deliver(
        self,
        address: str,
        raw: bytes,
        *,
        folder: str = INBOX,
        flags: Iterable[str] = (),
        received_unix_s: int | None = None,
    ) -> int:
        """Put a message straight into a mailbox, making the folder if need be; returns its UID."""
        user = self.users[address.lower()]
        with user.lock:
            mailbox = user.find(folder) or user.create(folder)
            return user.add(mailbox, raw, flags, received_unix_s)

    def account(self, address: str, display_name: str, account_id: str = "lab") -> Account:
        """Return an account that speaks to this lab."""
        return Account(
            id=AccountId(account_id),
            label=address,
            display_name=display_name,
            address=address,
            incoming=Endpoint("127.0.0.1", self.imap_port, Security.PLAIN, address),
            submission=Endpoint("127.0.0.1", self.smtp_port, Security.PLAIN, address),
        )

    def pop3_account(self, address: str, display_name: str, account_id: str = "lab-pop3") -> Account:
        """Return an account that fetches from this lab by POP3."""
        return replace(
            self.account(address, display_name, account_id),
            incoming=Endpoint("127.0.0.1", self.pop3_port, Security.PLAIN, address),
            protocol=IncomingProtocol.POP3,
        )

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
