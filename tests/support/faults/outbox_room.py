"""A room for faults while sending: profiles with one message in the outbox, and an SMTP peer that breaks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Final

import trustme

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.commands import SendDraft
from mailclient.domain.draft import Draft, OutboxState
from mailclient.domain.errors import PostscopeError
from mailclient.domain.ids import AccountId
from mailclient.engine.command_runner import CommandRunner
from mailclient.engine.outbox_worker import submit_next
from tests.support.faults.cut_room import LITTLE_S, LONG_S, Opened
from tests.support.faults.driver import IdleWorkers, make_account_file
from tests.support.faults.oracle import outbox_states
from tests.support.faults.proxy import How
from tests.support.faults.scenarios import ADDRESS, FRIEND
from tests.support.faults.smtp_peer import Break, SmtpPeer

VARIANTS: Final = tuple(
    (security, mechanism)
    for security in (Security.TLS, Security.STARTTLS)
    for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5")
)
_ATTEMPTS: Final = 4


@dataclass(frozen=True, slots=True)
class Ended:
    """How a submission ended."""

    state: str
    delivered: int
    attempts: int


@dataclass(slots=True)
class OutboxRoom:
    """Runs points against one peer."""

    room: Path
    peer: SmtpPeer
    begin: Path

    def run(self, broken: Break, keeps_what_it_has: bool = True) -> Ended:
        """Send the message while this breaks, and then again and again with a good server, as long as anything is due."""
        directory = self.room / "profile"
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(self.begin, directory)
        self.peer.broken, self.peer.keeps_what_it_has = broken, keeps_what_it_has
        self.peer.delivered.clear()
        opened, attempts = Opened(directory), 0
        try:
            opened.wait_for_answers(LITTLE_S if broken.how is How.STALL or broken.say else LONG_S)
            while attempts < _ATTEMPTS and self._submits(opened):
                attempts += 1
                opened.wait_for_answers(LONG_S)
                opened.later()
            assert self.peer.broken is None, "it never broke"
            [(_, state)] = outbox_states(directory)
            shown = [item.state.value for item in opened.reader.outbox()]
            assert state == OutboxState.DONE.value or state in shown, f"{state} is not shown"
            return Ended(state, len(self.peer.delivered), attempts)
        finally:
            opened.close()

    def _submits(self, opened: Opened) -> bool:
        try:
            return submit_next(opened.services, opened.account) is not None
        except PostscopeError as error:
            assert error.sentence and "Traceback" not in error.sentence
            return True


@contextmanager
def outbox_room(room: Path, security: Security, mechanism: str, *, lines: int = 20) -> Iterator[OutboxRoom]:
    """Prepare a profile with a message of so many lines to send, and the peer that will take it."""
    authority = trustme.CA()
    tls = SSLContext(PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    ca_file = room / "authority.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    with SmtpPeer(security, mechanism, tls) as peer:
        endpoint = Endpoint("localhost", peer.port, security, ADDRESS)
        account = Account(
            AccountId("sender"),
            ADDRESS,
            "Alex",
            ADDRESS,
            endpoint,
            endpoint,
            extra_ca_file=str(ca_file),
            save_sent=False,
        )
        begin = room / "begin"
        begin.mkdir(mode=0o700)
        make_account_file(begin, account)
        opened = Opened(begin)
        draft = Draft(None, account.id, to=FRIEND, subject="sent 0", text=".a dot\nand text\n" * (lines // 2))
        CommandRunner(opened.services, IdleWorkers()).carry_out(SendDraft(draft, "token"))
        opened.close()
        yield OutboxRoom(room, peer, begin)
