"""The life of an account's connection: made when there is work, trusted while it is used, dropped when it fails, parked
when only the user can help.

Knows neither a protocol nor a thread: whatever can be closed and asked whether it still lives is a session. The owner
says what failed and asks how long to wait. The lock is the owner's, because the same waiting thread must hear of both.
"""

from __future__ import annotations

import enum
import math
import threading
import time
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

from mailclient.domain.account import Account, Purpose
from mailclient.domain.errors import Cancelled, DiskFull, PostscopeError, TooManyConnections
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.scope import ConnectionModel
from mailclient.engine.connections import UnderWay
from mailclient.engine.failures import decide_verdict
from mailclient.engine.pace import decide_reconnect_delay_s
from mailclient.engine.parking import Parking
from mailclient.engine.services import EngineServices

TRUSTED_S: Final = 30.0
"""A session used more recently is not asked whether it still lives."""


ON_REQUEST: Final = "This account connects only when you press Synchronise."


class Request(enum.IntEnum):
    """What the user asked an account for that connects only when he says so (RFC 1733, the offline model)."""

    NONE = 0
    MESSAGES = 1
    """Single messages that he looks at."""
    EVERYTHING = 2


class Session(Protocol):
    """One signed-in connection of any protocol."""

    def keep_alive(self) -> object:
        """Ask whether the server is still there; raises PostscopeError when not."""

    def close(self) -> None:
        """Close at once, from any thread."""


def _nothing() -> None:
    return


S = TypeVar("S", bound=Session)


class ConnectionLife(Generic[S]):
    """Whether, when and with what session an account's worker may speak to its server."""

    def __init__(
        self,
        services: EngineServices,
        account: Account,
        connect: Callable[[UnderWay], S],
        changed: threading.Condition,
        parking: Parking,
        *,
        online: bool,
    ) -> None:
        self.account = account
        self.status = AccountStatusChanged(account.id, AccountStatus.OFFLINE)
        """What was last announced."""
        self.online = online
        self.has_network = True
        """False while the computer has none: nobody's failure, so it is not counted as one."""
        self.stopped = False
        self.on_crowded: Callable[[], None] = _nothing
        """Called when the server lets no further connection in: another one is to make room."""
        self._services = services
        self._connect = connect
        self._changed = changed
        self._parking = parking
        self._failures = 0
        self._retry_at = 0.0
        self._on_request = account.model is ConnectionModel.OFFLINE
        self._request = Request.NONE
        self._session: S | None = None
        self._under_way = UnderWay(lambda: self.is_wanted)
        self._used_at = 0.0

    @property
    def is_wanted(self) -> bool:
        """True while the network may be used at all."""
        return self.online and self.has_network and not self.stopped

    @property
    def resting(self) -> AccountStatus | None:
        """The status while the network may not be used, None while it may."""
        if not self.online:
            return AccountStatus.OFFLINE
        return None if self.has_network else AccountStatus.NO_NETWORK

    @property
    def is_reachable(self) -> bool:
        """True unless the user must do something first."""
        asked = not self._on_request or self._request is not Request.NONE
        return self.resting is None and asked and self._parking.reason(Purpose.INCOMING) is None

    @property
    def is_errand(self) -> bool:
        """True while the user has asked for single messages and for nothing else."""
        return self._on_request and self._request is Request.MESSAGES

    def ask(self, request: Request) -> None:
        """The user says that the network may be used now; the lock is held."""
        self._request = max(self._request, request)
        self._failures = 0

    def visited(self) -> None:
        """All that was wanted is done: an account that connects only on request hangs up."""
        if self._on_request:
            self._request = Request.NONE
            self.close()
            self.rest()
        else:
            self.announce(AccountStatus.IDLE)

    def rest(self) -> None:
        """Tell why nothing goes on, where nothing does."""
        if self.resting is not None:
            self.announce(self.resting)
        elif self._on_request:
            self.announce(AccountStatus.OFFLINE, ON_REQUEST)

    def session(self) -> S:
        """Return the living session, made anew when there is none. Blocks on the network."""
        session = self._session
        if session is not None and time.monotonic() - self._used_at > TRUSTED_S:
            try:
                session.keep_alive()
            except PostscopeError:
                self.close()
                session = None
        if session is None:
            self.announce(AccountStatus.CONNECTING)
            self._session = session = self._connect(self._under_way)
            if not self.is_wanted:
                self.close()  # Whoever said so could not close what was not there yet.
        return session

    def has(self, session: S) -> bool:
        """True unless this session was closed from outside or replaced."""
        return self._session is session

    def close(self) -> None:
        """Close the session, or give up the one that is being made, from any thread."""
        self._under_way.hang_up()
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def used(self) -> None:
        """The server has just answered."""
        self._used_at = time.monotonic()

    def got_on(self) -> None:
        """Something came of it: whatever breaks next is a new failure, not one more in a row."""
        self._failures = 0

    def hurry(self) -> None:
        """Somebody waits: try at once."""
        self._retry_at = 0.0

    def stop(self) -> None:
        """End for good, whatever is under way."""
        self._tell(stopped=True)
        self.close()

    def go_online(self, online: bool) -> None:
        """Use the network, or not at all."""
        self._tell(online=online)
        if not online:
            self.close()
        else:
            self.rest()

    def note_network(self, here: bool) -> None:
        """The computer lost its network, or has one (again, or another): what was connected is gone either way."""
        self._tell(has_network=here)
        self.close()
        self.resume()
        if here:
            self.rest()

    def resume(self) -> None:
        """What was wrong has been put right: try again at once."""
        with self._changed:
            self._failures = 0
            self._changed.notify_all()

    def _tell(self, **values: bool) -> None:
        with self._changed:
            for name, value in values.items():
                setattr(self, name, value)
            self._changed.notify_all()

    def wait_s(self) -> float:
        """Return how long nothing may be tried: 0 when it may, infinite until somebody says otherwise."""
        if not self.is_reachable:
            return math.inf
        return max(self._retry_at - time.monotonic(), 0.0) if self._failures else 0.0

    def failed(self, error: PostscopeError) -> bool:
        """Drop the session and decide what the failure means; False when it was closed from this side."""
        self.close()
        if isinstance(error, Cancelled) or not self.is_wanted:
            return False
        self._failures += 1
        pace = self._services.pace
        delay_s = decide_reconnect_delay_s(pace, self._failures, self._services.clock.jitter())
        if isinstance(error, DiskFull):
            delay_s = min(delay_s, pace.disk_retry_s)
        self._retry_at = time.monotonic() + delay_s
        if isinstance(error, TooManyConnections):
            self.on_crowded()
        verdict = decide_verdict(error)
        sentence = verdict.sentence
        if verdict.parked:
            self._parking.park(Purpose.INCOMING, error)
        elif self._on_request:
            self._request = Request.NONE
            sentence = f"{error.sentence} Press Synchronise to try again."
        self.announce(verdict.status, sentence, error)
        return True

    def announce(self, status: AccountStatus, sentence: str = "", error: PostscopeError | None = None) -> None:
        """Tell the account's status, once."""
        event = AccountStatusChanged(self.account.id, status, sentence, error.connection_id if error else None)
        if event != self.status:
            self.status = event
            self._services.announcer.announce(event)
