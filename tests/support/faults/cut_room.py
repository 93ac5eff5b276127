"""A room for faults on the network: one lab, a proxy before its IMAP server, and a fresh copy of a profile for each point.

After a fault the same engine synchronises again, as it does in life: it must converge on what an undisturbed run comes to,
and the next synchronisation must do nothing (I1-I4, I7, I8 of the invariants; what is sent is I5 and I6).
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.draft import OutboxState
from mailclient.domain.errors import NetworkGone, PostscopeError
from mailclient.engine.facade import Engine
from mailclient.engine.rounds import Round
from mailclient.engine.services import Clock, EngineServices, Network, Record
from mailclient.lab.environment import Lab
from mailclient.lab.mailstore import INBOX
from mailclient.net.imap_connect import connect_imap
from mailclient.net.imap_session import ImapSession
from mailclient.net.smtp_submission import SmtpSubmission
from mailclient.net.wire import Patience
from mailclient.protocol.transcript import Direction
from mailclient.store.reader import Reader
from tests.support.faults.driver import PASSWORD, assemble, make_account_file, network
from tests.support.faults.oracle import CHANGING, ServerState, content_of, held_here, on_server, outbox_states
from tests.support.faults.proxy import Cut, How, Proxy, Side
from tests.support.faults.scenarios import ADDRESS, FRIEND

LITTLE_S, LONG_S = 0.25, 20.0
"""A silent server is given up after so long: little where silence is the fault, long where this machine may be busy."""
_LATER_S: Final = 3600.0

Mail = Counter[tuple[str, str, int]]
"""Folder, hash and flags, however the UIDs are."""


class Opened:
    """A profile in use: its engine, without threads of accounts."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._offset_s = 0.0
        clock = Clock(unix_s=lambda: time.time() + self._offset_s, jitter=lambda: 0.5)
        self.engine: Engine
        self.services: EngineServices
        self.account: Account
        self.engine, self.services, self.account = assemble(directory, clock, patient_network(LONG_S))
        self.reader = Reader(directory / "cache.sqlite", directory / "user.sqlite")

    def wait_for_answers(self, read_s: float) -> None:
        """Have so much patience from the next connection on."""
        self.services.network = patient_network(read_s)

    def later(self) -> None:
        """An hour passes: what was postponed is due."""
        self._offset_s += _LATER_S

    def synchronise(self) -> None:
        """Everything, and what waits in the journal and the outbox."""
        self.engine.synchronise_now(self.account.id)

    def replay(self) -> None:
        """The journal alone, on a connection of its own."""
        remote = self.services.connect(self.account, "synchronising")
        try:
            Round(self.services, self.account, remote, lambda: False).journal()
        finally:
            remote.close()

    def unreachable_imap(self, work: Callable[[], object]) -> None:
        """Do something while nobody listens at the IMAP server's port."""
        reach = self.services.network
        self.services.network = replace(reach, connect=_unreachable)
        try:
            work()
        finally:
            self.services.network = reach

    def asked(self) -> str:
        """Return what the newest connection said to the server."""
        said = self.engine.transcript(self.engine.connections()[0].connection_id)
        assert said is not None
        return "\n".join(line.text for line in said.lines() if line.direction is Direction.CLIENT)

    def close(self) -> None:
        """Close the profile."""
        self.reader.close()
        self.engine.stop()


def _unreachable(account: Account, _password: str, _purpose: str, _record: Record) -> ImapSession:
    raise NetworkGone(f"{account.incoming.host} cannot be reached.")


def patient_network(read_s: float) -> Network:
    """Return the real network, waiting so long for answers."""
    patience = Patience(connect_s=LONG_S, read_s=read_s)

    def open_imap(account: Account, password: str, purpose: str, record: Record) -> ImapSession:
        return ImapSession(connect_imap(account, password, purpose, record, patience))

    def submission(account: Account, password: str, record: Record) -> SmtpSubmission:
        return SmtpSubmission(account, password, record, patience)

    return replace(network(), connect=open_imap, submission=submission)


@dataclass(frozen=True, slots=True)
class Start:
    """What every point of a scenario begins with, and what an undisturbed run of it comes to."""

    profile: Path
    server: ServerState
    mail: Mail
    delivered: int
    bytes_of: dict[Side, int]
    """How many bytes each side says in an undisturbed run."""
    sign_in_bytes: int
    """The server's part of them until the client is signed in."""


def mail_of(lab: Lab) -> Mail:
    """Return what the user's mailboxes hold, however they are numbered."""
    return Counter((name, identity, int(flags)) for (name, _), (identity, flags) in on_server(lab).items())


class CutRoom:
    """Prepares scenarios and runs points of them."""

    def __init__(self, room: Path, folders: Sequence[str], hidden: Sequence[str] = ()) -> None:
        self._room = room
        self.lab = Lab({ADDRESS: PASSWORD, FRIEND: PASSWORD}, hidden_capabilities=hidden)
        boxes = self.lab.users[ADDRESS].mailboxes
        for name in set(boxes) - {INBOX, *folders}:
            del boxes[name]
        self._empty = ServerState.of(self.lab)
        self.proxy = Proxy(self.lab.imap_port)

    @contextmanager
    def running(self) -> Iterator[CutRoom]:
        """Run the lab and the proxy."""
        with self.lab, self.proxy:
            yield self

    def account(self) -> Account:
        """Return an account that reaches IMAP through the proxy."""
        account = self.lab.account(ADDRESS, "Alex Morgan")
        return replace(account, incoming=replace(account.incoming, port=self.proxy.port))

    def prepare(self, name: str, arrange: Callable[[Lab, Opened], None], act: Callable[[Opened], None]) -> Start:
        """Make the profile and the mailboxes that a scenario begins with, and run it once undisturbed."""
        self._empty.put_back(self.lab)
        profile = self._room / f"begin-{name}"
        profile.mkdir(mode=0o700)
        make_account_file(profile, self.account())
        opened = Opened(profile)
        arrange(self.lab, opened)
        opened.close()
        self.proxy.settle()
        server = ServerState.of(self.lab)
        opened = self._open(profile)
        self.proxy.arm(None)
        opened.services.connect(opened.account, "synchronising").close()
        sign_in_bytes = self.proxy.passed[Side.SERVER]
        self.proxy.arm(None)
        act(opened)
        self.proxy.settle()
        counted = dict(self.proxy.passed)
        opened.later()
        opened.synchronise()
        opened.close()
        self.proxy.settle()
        return Start(profile, server, mail_of(self.lab), self._delivered(), counted, sign_in_bytes)

    def _open(self, profile: Path) -> Opened:
        directory = self._room / "profile"
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(profile, directory)
        return Opened(directory)

    def _delivered(self) -> int:
        return len(self.lab.users[FRIEND].mailboxes[INBOX].messages)

    def begin(self, start: Start) -> Opened:
        """Put everything where a scenario begins; returns a fresh copy of its profile."""
        self.lab.cut_connections()
        self.proxy.settle()
        start.server.put_back(self.lab)
        return self._open(start.profile)

    def run(self, start: Start, act: Callable[[Opened], None], cut: Cut) -> bool:
        """Run one point; fails with what does not hold. True when the fault came about."""
        opened = self.begin(start)
        try:
            self.proxy.arm(cut)
            opened.wait_for_answers(LITTLE_S if cut.how is How.STALL else LONG_S)
            try:
                act(opened)
            except PostscopeError:
                pass  # Told in words, and tried again.
            opened.wait_for_answers(LONG_S)
            fired = self.proxy.fired
            self.proxy.arm(None)
            self.proxy.settle()
            self.check(opened, start)
        finally:
            opened.close()
            self.proxy.settle()
        return fired

    def check(self, opened: Opened, start: Start) -> None:
        """The next synchronisation converges, and the one after it does nothing."""
        opened.later()
        opened.synchronise()
        self.check_rest(opened)
        mail = mail_of(self.lab)
        assert mail == start.mail, f"too much on the server: {mail - start.mail}, missing: {start.mail - mail}"
        assert not opened.reader.operations(), "the journal still holds something"
        self.check_sent(opened, start)

    def check_rest(self, opened: Opened) -> None:
        """I1-I3, I7, I8: both sides hold the same, the files are sound, and another round writes nothing anywhere."""
        first = content_of(opened.directory)
        opened.synchronise()
        again = content_of(opened.directory)
        assert again == first, f"the second synchronisation wrote: {[row[:200] for row in set(again) ^ set(first)]}"
        asked = opened.asked()
        assert not any(verb in asked for verb in CHANGING), asked
        held, truth = held_here(opened.directory), on_server(self.lab)
        assert held == truth, f"only here {held.items() - truth.items()}, only there {truth.items() - held.items()}"
        found = opened.services.writer.read(_integrity)
        assert found == [("ok",)], found

    def check_sent(self, opened: Opened, start: Start) -> None:
        """I5, I6: every submission is done, and arrived as often as it was sent."""
        states = [state for _, state in outbox_states(opened.directory)]
        assert all(state == OutboxState.DONE.value for state in states), states
        assert self._delivered() == start.delivered


def _integrity(connection: sqlite3.Connection) -> list[object]:
    """I7: one line that says so, and no reference to nothing."""
    return [row for word in ("quick_check", "foreign_key_check") for row in connection.execute(f"PRAGMA {word}")]
