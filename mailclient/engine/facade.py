"""The one face that windows and the command line see of everything that works behind them.

Commands go down (``submit``), frozen events come up (``subscribe``); nothing here waits for a network, except the methods
whose docstring says that they do. Listeners are called from engine threads: a window must hand events to its own thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailclient.domain.account import Account, Credentials
from mailclient.domain.commands import Command
from mailclient.domain.events import AccountStatusChanged, Event
from mailclient.domain.ids import AccountId, ConnectionId
from mailclient.protocol.transcript import Transcript


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One step of testing an account's servers."""

    title: str
    """ "Connect to imap.example.org", "Sign in", "List folders" ..."""
    ok: bool
    sentence: str
    """What happened and, when it failed, what to do."""
    failing_line: str = ""
    """The server's line, secrets struck out."""
    meaning: str = ""
    """What that line means, with its RFC."""
    connection_id: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """The result of testing both servers of an account."""

    incoming: tuple[ProbeStep, ...]
    submission: tuple[ProbeStep, ...]

    @property
    def ok(self) -> bool:
        """True when each step succeeded."""
        return all(step.ok for step in (*self.incoming, *self.submission))


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """One connection of this run, open or closed, for the list of dialogues."""

    connection_id: ConnectionId
    account_id: AccountId | None
    protocol: str
    """IMAP or SMTP."""
    host: str
    purpose: str
    open: bool


class Engine:
    """Accounts, their workers, the writer, and the events they cause."""

    def start(self, *, online: bool = True) -> None:
        """Recover what a crash left, then start the workers."""
        raise NotImplementedError

    def stop(self) -> None:
        """End all work within two seconds; what is committed stays, what is pending goes on next time."""
        raise NotImplementedError

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with every event, from engine threads; returns a function that ends it."""
        raise NotImplementedError

    def submit(self, command: Command) -> None:
        """Take a command and return at once."""
        raise NotImplementedError

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts in their order."""
        raise NotImplementedError

    def status(self, account_id: AccountId) -> AccountStatusChanged:
        """Return what was last announced of an account."""
        raise NotImplementedError

    @property
    def online(self) -> bool:
        """True unless the user works offline."""
        raise NotImplementedError

    def add_account(self, account: Account, credentials: Credentials, *, remember: bool = True) -> str:
        """Store an account and start it. Returns the sentence that says where its password is kept. May block on the
        keyring: never on the window's thread (use ``run_in_background``)."""
        raise NotImplementedError

    def remove_account(self, account_id: AccountId) -> None:
        """Stop an account, forget its password, delete its cache; mail on the server stays. May block."""
        raise NotImplementedError

    def set_password(self, account_id: AccountId, credentials: Credentials, *, remember: bool = True) -> str:
        """Store new credentials and resume a parked account. May block."""
        raise NotImplementedError

    def probe(
        self, account: Account, credentials: Credentials | None, on_step: Callable[[str, ProbeStep], None] | None = None
    ) -> ProbeReport:
        """Test both servers; blocks on the network. ``on_step`` gets "incoming" or "submission" and each step.

        ``credentials`` None: those stored for this account's id."""
        raise NotImplementedError

    def synchronise_now(
        self, account_id: AccountId, *, headers_only: bool = False, cancelled: Callable[[], bool] | None = None
    ) -> None:
        """One complete synchronisation in the calling thread (for the command line); raises PostscopeError."""
        raise NotImplementedError

    def run_in_background(self, work: Callable[[], object], done: Callable[[object | Exception], None]) -> None:
        """Run blocking work on an engine thread; ``done`` is called there with the result or the exception."""
        raise NotImplementedError

    def fetch_remote_image(self, url: str, done: Callable[[bytes | None, str, str], None]) -> None:
        """Fetch an image that the user allowed, without cookies or referrer; ``done(data, content_type, sentence)``
        is called on an engine thread, with None and a sentence when it could not be had."""
        raise NotImplementedError

    def transcript(self, connection_id: ConnectionId) -> Transcript | None:
        """Return the recorded dialogue of a connection of this run, secrets struck out."""
        raise NotImplementedError

    def connections(self) -> tuple[ConnectionInfo, ...]:
        """Return the connections of this run, newest first, at most the last hundred."""
        raise NotImplementedError
