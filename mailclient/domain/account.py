"""Accounts: where mail is fetched, where it is submitted, and in whose name.

Holds no secret: passwords live in ``accounts.secrets`` under the account's id. RFC 8314 (implicit TLS preferred).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Final

from mailclient.domain.ids import AccountId
from mailclient.domain.pop import PopPolicy
from mailclient.domain.scope import WHOLE_SCOPE, ConnectionModel, DownloadScope


class Security(enum.Enum):
    """How a connection is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class IncomingProtocol(enum.Enum):
    """Which protocol fetches the mail."""

    IMAP = "imap"
    POP3 = "pop3"


class Purpose(enum.Enum):
    """What a secret is for; an account may have one per server."""

    INCOMING = "incoming"
    SUBMISSION = "submission"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server: host name or address, TCP port, and protection."""

    host: str
    port: int
    security: Security
    username: str
    plain_confirmed: bool = False
    """The user has read and confirmed that this server is spoken to without encryption."""

    @property
    def is_loopback(self) -> bool:
        """True when the host can only be this machine."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")

    @property
    def may_speak_plain(self) -> bool:
        """True when a password may travel unencrypted: on loopback, or after a worded confirmation."""
        return self.is_loopback or self.plain_confirmed


MAX_POLL_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox of the user with its two servers. Sending is always SMTP, whatever fetches."""

    id: AccountId
    label: str
    """What the folder tree shows; by default the address."""
    display_name: str
    address: str
    incoming: Endpoint
    submission: Endpoint
    protocol: IncomingProtocol = IncomingProtocol.IMAP
    extra_ca_file: str | None = None
    """PEM file of an additional certificate authority (a company's or a test's), verified like any other."""
    uses_token: bool = False
    """The secret is a bearer token (OAUTHBEARER, XOAUTH2), not a password."""
    pop: PopPolicy = field(default_factory=PopPolicy)
    """What is to become of the server's copies; means something with POP3 only."""
    save_sent: bool = True
    """Append a copy to the Sent folder; off for providers that do so themselves."""
    without: frozenset[str] = frozenset()
    """Extensions of IMAP that are not used with this server although it offers them, as capability words in upper case
    (``QRESYNC``; ``*`` is all of them): for servers whose extension is faulty."""
    poll_minutes: int = 5
    """The account is gone through so often even when nobody rings: the server has no way to, or what rings is broken."""
    model: ConnectionModel = ConnectionModel.DISCONNECTED
    scope: DownloadScope = WHOLE_SCOPE
    """What folders keep here that say nothing else themselves."""
    own_servers: tuple[str, ...] = ()
    """Hosts or domains of the provider, whose lines in a header are believed; empty: guessed from the account."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account's secrets in memory; never printed (``repr`` hides them)."""

    incoming_password: str = field(repr=False)
    submission_password: str = field(repr=False)
