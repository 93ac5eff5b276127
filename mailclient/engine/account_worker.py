"""One thread per account: it owns the session and does first what somebody is waiting for.

What the steps are is the protocol's business (``imap_steps``); when the network may be used is that of ``connection_life``.
Here is only the thread: it waits for wishes, and takes the next step until none is left.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from mailclient.domain.account import Account
from mailclient.domain.errors import Cancelled, PostscopeError, ProgramFault
from mailclient.domain.events import AccountStatus, AccountStatusChanged, BodyFailed, SynchronisationEnded
from mailclient.domain.ids import FolderId, MessageId
from mailclient.engine.connection_life import ConnectionLife, Request, Session
from mailclient.engine.connections import UnderWay
from mailclient.engine.pace import decide_poll_s
from mailclient.engine.parking import Parking
from mailclient.engine.services import EngineServices
from mailclient.engine.wishes import Wishes

_log = logging.getLogger(__name__)

_STOPPED = "Stopped. What had arrived is kept."

S = TypeVar("S", bound=Session)
Taken = TypeVar("Taken", bound=Session, contravariant=True)


class Desk(Protocol):
    """What the steps see of their worker."""

    @property
    def account(self) -> Account:
        """Whose mail it is."""

    @property
    def wishes(self) -> Wishes:
        """What is wanted; touched only while ``changed`` is held."""

    @property
    def changed(self) -> threading.Condition:
        """Guards the wishes."""

    @property
    def open_folder(self) -> FolderId | None:
        """The folder on the screen."""

    @property
    def was_cancelled(self) -> bool:
        """True when the user has just stopped the work."""

    @property
    def is_wanted(self) -> bool:
        """False when the thread is to end, or the account to go offline."""

    def should_pause(self) -> bool:
        """Between two batches: is there something more urgent, or should everything stop?"""

    def got_on(self) -> None:
        """Something was stored."""


class Steps(Protocol[Taken]):
    """The work that a kind of server needs, in steps. Made once; each step may raise PostscopeError."""

    def begin(self, session: Taken) -> None:
        """Go on with this session."""

    def next_step(self) -> bool:
        """Do the most urgent thing; True when it was the last of a complete pass."""

    @property
    def sentence(self) -> str:
        """After a complete pass: what could not be read in it, empty when nothing."""


class AccountWorker(Generic[S]):
    """Synchronises one account in the background. Public methods return at once and may be called from any thread."""

    def __init__(
        self,
        services: EngineServices,
        account: Account,
        connect: Callable[[UnderWay], S],
        make_steps: Callable[[Desk], Steps[S]],
        parking: Parking,
        *,
        online: bool,
    ) -> None:
        self.account = account
        self.wishes = Wishes()
        self.changed = threading.Condition()
        self.open_folder: FolderId | None = None
        self._services = services
        self._life = ConnectionLife(services, account, connect, self.changed, parking, online=online)
        self._steps = make_steps(self)
        self._cancelled = False
        self._poll_at = time.monotonic() + decide_poll_s(services.pace, account)
        self._thread = threading.Thread(target=self._run, name=f"account-{account.id}", daemon=True)

    @property
    def status(self) -> AccountStatusChanged:
        """What was last announced of the account."""
        return self._life.status

    @property
    def was_cancelled(self) -> bool:
        """True when the user has just stopped the work."""
        return self._cancelled

    @property
    def is_wanted(self) -> bool:
        """False when the thread is to end, or the account to go offline."""
        return self._life.is_wanted

    def make_room_by(self, give_way: Callable[[], None]) -> None:
        """Name what is to be called when the server lets no further connection in."""
        self._life.on_crowded = give_way

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the thread end; its connection is closed under it."""
        self._life.stop()

    def join(self, seconds: float) -> None:
        """Wait for the end, at most so long."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def synchronise(self, folder_id: FolderId | None = None, *, asked: bool = False) -> None:
        """Bring everything, or one folder, up to date soon; ``asked``: the user himself said so."""
        with self.changed:
            if asked:
                self._life.ask(Request.EVERYTHING)
            if folder_id is None:
                self.wishes.wish_everything()
            else:
                self.wishes.wish_folder(folder_id)
            self._cancelled = False
            self._life.got_on()
            self.changed.notify_all()

    def look_at(self, folder_id: FolderId) -> None:
        """This folder is on the screen: it goes first from now on."""
        self.open_folder = folder_id
        self.synchronise(folder_id)

    def replay(self) -> None:
        """The journal has something new."""
        with self.changed:
            self.wishes.journal = True
            self.changed.notify_all()

    def fetch(self, message_id: MessageId, *, insist: bool = False, section: str | None = None) -> None:
        """Somebody waits for these bytes; ``insist``: and wants a connection for them. ``section``: for this part alone."""
        with self.changed:
            if insist or section is not None:
                self._life.ask(Request.MESSAGES)
            reachable = self._life.is_reachable
            if reachable:
                self.wishes.wish_body(message_id, whole=insist, section=section)
                self._life.hurry()
                self.changed.notify_all()
        if not reachable:
            what = "Only the headers of this message are" if section is None else "This attachment is not"
            remedy = "Go online to fetch the rest." if section is None else "Go online to fetch it."
            if self._life.resting is not AccountStatus.OFFLINE:
                remedy = self.status.sentence
            sentence = f"{what} here. {remedy}".strip()
            self._services.announcer.announce(BodyFailed(message_id, sentence))

    def cancel(self) -> None:
        """Stop what runs; what has arrived is kept."""
        with self.changed:
            self._cancelled = True
            self.wishes.forget_work()
            self.changed.notify_all()

    def go_online(self, online: bool) -> None:
        """Use the network, or not at all."""
        self._life.go_online(online)
        if online:
            self.resume()

    def note_network(self, here: bool) -> None:
        """The computer lost its network, or has another one, or woke up."""
        with self.changed:
            self.wishes.wish_everything()
            self._life.note_network(here)

    def resume(self) -> None:
        """The password or the configuration changed: try again."""
        with self.changed:
            self.wishes.wish_everything()
            self._life.resume()

    def should_pause(self) -> bool:
        """Between two batches: is there something more urgent, or should everything stop?"""
        return not self._life.is_wanted or self._cancelled or bool(self.wishes.bodies or self.wishes.journal)

    def got_on(self) -> None:
        """Something was stored: whatever breaks next is a new failure."""
        self._life.got_on()

    def _run(self) -> None:
        self._life.rest()
        while not self._life.stopped:
            if self._life.resting is not None:
                self._life.rest()
            if not self._wait():
                continue
            try:
                self._work()
            except PostscopeError as error:
                self._failed(error)
            except Exception as error:
                _log.exception("The worker of an account failed")
                self._failed(ProgramFault(f"Postscope made a mistake ({type(error).__name__}); the log tells more."))
        self._life.close()

    def _wait(self) -> bool:
        """Wait until there is work; False when the thread should look around again first."""
        with self.changed:
            while not self._life.stopped:
                delay_s = self._delay_s()
                if delay_s <= 0:
                    return True
                self.changed.wait(None if delay_s == math.inf else delay_s)
                if self._life.resting not in {None, self.status.status}:
                    return False
        return False

    def _delay_s(self) -> float:
        """Return how long there is nothing to do; notices what has become due by the time."""
        waits_s = self._life.wait_s()
        if waits_s > 0:
            return waits_s
        now = time.monotonic()
        if self._poll_at <= now:
            self._poll_at = now + decide_poll_s(self._services.pace, self.account)
            self.wishes.wish_everything()
        until_journal_s = self.wishes.notice_time(self._services.clock.unix_s())
        return 0.0 if self._is_busy() else min(self._poll_at - now, until_journal_s)

    def _is_busy(self) -> bool:
        """True while something is wanted that may be done now."""
        return bool(self.wishes.bodies if self._life.is_errand else self.wishes)

    def _failed(self, error: PostscopeError) -> None:
        if not self._life.failed(error):
            return
        with self.changed:
            waiting = list(self.wishes.bodies)
            self.wishes.bodies.clear()
            self.wishes.parts.clear()
        for message_id in waiting:
            self._services.announcer.announce(BodyFailed(message_id, error.sentence, error.connection_id))
        self._services.announcer.announce(SynchronisationEnded(self.account.id, False, error.sentence))

    def _work(self) -> None:
        session = self._life.session()
        self._steps.begin(session)
        complete = False
        self._cancelled = False  # Whoever cancels between two pieces of work has taken the wish for work away.
        self._life.announce(AccountStatus.SYNCHRONISING)
        while self._life.has(session) and self._is_busy():
            try:
                complete = self._steps.next_step() or complete
            except Cancelled:
                complete = False
                if not (self._cancelled or self.should_pause()):
                    self._life.close()  # Hung up on from this side, and yet wanted: made anew.
            self._life.used()
            if self._cancelled:
                self._cancelled = False
                self._services.announcer.announce(SynchronisationEnded(self.account.id, False, _STOPPED))
                break
        if not self._life.has(session):
            return  # Closed from outside: stopped, offline, or about to connect anew.
        self._life.got_on()
        self._life.visited()
        if complete:
            sentence = self._steps.sentence
            self._services.announcer.announce(SynchronisationEnded(self.account.id, not sentence, sentence))
