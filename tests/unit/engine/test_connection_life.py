"""The life of an account's connections: networks come and go, computers sleep, servers have no room, passwords change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mailclient.domain import commands as c
from mailclient.domain.account import Account, Credentials, Endpoint, Security
from mailclient.domain.errors import Cancelled, CertificateRefused, NetworkGone, SignInNeeded, TooManyConnections
from mailclient.domain.events import AccountStatus, AccountStatusChanged, Failed, SynchronisationEnded
from mailclient.domain.ids import ConnectionId
from mailclient.engine.services import Network
from mailclient.protocol.transcript import Transcript
from tests.support.fake_mailbox import FakeServer
from tests.support.fake_session import FakeRemoteMailbox
from tests.unit.engine.world import ANNA, BEN, QUICK, World, account


def watching(world: World) -> list[FakeRemoteMailbox]:
    """The doorbell's living connections."""
    return [each for each in world.server.connections if each.purpose == "watching" and not each.closed]


def working(world: World) -> list[FakeRemoteMailbox]:
    """The worker's living connections."""
    return [each for each in world.server.connections if each.purpose == "synchronising" and not each.closed]


def settled(world: World) -> None:
    """Wait until everything was fetched and the doorbell is armed."""
    world.until(lambda: world.heard(SynchronisationEnded), "the first pass is over")
    world.until_quiet()
    world.until(lambda: watching(world) and watching(world)[-1].idling.is_set(), "the doorbell is armed")


def test_a_lost_network_closes_everything_and_counts_as_nobodys_failure(world: World) -> None:
    world.server.deliver_many(3)
    world.start()
    settled(world)
    world.events.clear()
    world.submit(c.NoteNetwork(False))
    world.until_status(AccountStatus.NO_NETWORK)
    world.until(lambda: not watching(world) and not working(world), "all connections are closed")
    before = len(world.server.connections)
    world.submit(c.Synchronise())
    world.until_obeyed()
    assert len(world.server.connections) == before
    assert world.heard(SynchronisationEnded) == []
    assert world.heard(Failed) == []


def test_a_network_that_is_back_is_used_at_once(world: World) -> None:
    world.pace = replace(QUICK, first_retry_s=1e6, longest_retry_s=1e6, watcher_retry_s=1e6)
    world.close()
    world.build()
    world.server.refuse_connections = NetworkGone("There is no network.")
    world.start()
    world.until_status(AccountStatus.WAITING)
    world.submit(c.NoteNetwork(False))
    world.until_status(AccountStatus.NO_NETWORK)
    world.server.refuse_connections = None
    world.server.deliver_many(2)
    world.submit(c.NoteNetwork(True))
    settled(world)
    assert world.complete() == 2


def test_this_computers_own_servers_need_no_network(tmp_path: Path) -> None:
    here = Endpoint("127.0.0.1", 1, Security.PLAIN, "anna")
    world = World(tmp_path, accounts=[replace(account(), incoming=here, submission=here)])
    world.start()
    settled(world)
    world.submit(c.NoteNetwork(False))
    world.until_obeyed()
    assert world.engine.status(ANNA).status is AccountStatus.IDLE
    world.close()


def test_what_slept_is_made_anew(world: World) -> None:
    world.start()
    settled(world)
    slept = [*watching(world), *working(world)]
    world.server.deliver_many(2)
    world.submit(c.NoteNetwork(True))
    world.until(lambda: world.complete() == 2, "what came meanwhile")
    settled(world)
    assert all(each.closed for each in slept)


def test_a_session_that_was_closed_from_this_side_is_made_anew(world: World) -> None:
    world.start()
    settled(world)
    working(world)[-1].close()
    world.server.deliver_many(2)
    world.submit(c.Synchronise())
    world.until(lambda: world.complete() == 2)
    assert working(world)


def test_a_server_without_room_gets_the_doorbell_back(world: World) -> None:
    world.start()
    settled(world)
    world.events.clear()
    world.server.refuse_connections = TooManyConnections("One too many.")
    world.server.fail("list_folders", NetworkGone("The server hung up."))
    world.submit(c.Synchronise())
    world.until(lambda: not watching(world), "the doorbell made room")
    world.server.refuse_connections = None
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    world.until_quiet()
    assert watching(world) == []  # It comes back with the next poll, not at once.


def test_one_question_is_asked_for_all_threads(world: World) -> None:
    world.server.deliver_many(1)
    world.submission.answers = [SignInNeeded("No.")]
    world.server.refuse_connections = SignInNeeded("The server refused the password.")
    world.start()
    world.until_status(AccountStatus.SIGN_IN_NEEDED)
    world.send()
    world.until_obeyed()
    asked = [event for event in world.heard(AccountStatusChanged) if event.status is AccountStatus.SIGN_IN_NEEDED]
    assert len(asked) == 1
    assert world.submission.passwords == []  # The password that is known to be wrong was not offered again.
    world.server.refuse_connections = None
    world.submission.answers = []
    world.engine.set_password(ANNA, Credentials("better", "better"))
    world.until(lambda: world.submission.taken, "the message went out")
    settled(world)
    assert world.submission.passwords == ["better"]


def test_a_refused_sending_password_does_not_stop_the_reading(world: World) -> None:
    world.start()
    settled(world)
    world.submission.answers = [SignInNeeded("No.")]
    world.send()
    world.until_heard(AccountStatusChanged, lambda event: event.status is AccountStatus.SIGN_IN_NEEDED)
    world.server.deliver_many(1)
    world.submit(c.Synchronise())
    world.until(lambda: world.complete() == 1)


def test_a_certificate_is_tried_again_when_the_user_says_so(world: World) -> None:
    world.server.refuse_connections = CertificateRefused("The certificate has expired.")
    world.start()
    world.until_status(AccountStatus.CERTIFICATE_REFUSED)
    world.submit(c.Synchronise())
    world.until_obeyed()
    assert len([e for e in world.heard(AccountStatusChanged) if e.status is AccountStatus.CERTIFICATE_REFUSED]) == 1
    world.server.refuse_connections = None
    world.submit(c.ResumeAccount(ANNA))
    settled(world)


def test_accounts_do_not_disturb_each_other(tmp_path: Path) -> None:
    world = World(tmp_path, accounts=[account(ANNA), account(BEN)])
    world.servers[BEN] = FakeServer()
    world.servers[BEN].refuse_connections = SignInNeeded("Not Ben's.")
    world.server.deliver_many(3)
    world.start()
    world.until_status(AccountStatus.SIGN_IN_NEEDED, BEN)
    settled(world)
    assert world.complete() == 3
    assert world.engine.status(ANNA).status is AccountStatus.IDLE
    world.close()


class Hanging:
    """A server in memory that lets nobody in and nobody go, until it is hung up on."""

    def __init__(self, world_server: FakeServer) -> None:
        self.server = world_server
        self.calling: list[Transcript] = []
        self.answers = threading.Event()

    def connect(
        self, who: Account, password: str, purpose: str, record: Callable[[Transcript], None]
    ) -> FakeRemoteMailbox:
        if self.answers.is_set():
            return self.server.connect(who, password, purpose, record)
        gone = threading.Event()
        transcript = Transcript(ConnectionId(1_000_000 + len(self.calling)), "IMAP", who.incoming.host, purpose)
        transcript.hang_up = gone.set
        self.calling.append(transcript)
        record(transcript)
        gone.wait()
        raise Cancelled("Given up.")


def hanging_world(directory: Path) -> tuple[World, Hanging]:
    """A world whose mail server never answers."""
    hanging = Hanging(FakeServer())
    world = World(directory)
    world.close()
    usual = world._network
    world._network = Network(hanging.connect, usual.submission, usual.probe, usual.fetch_image)
    world.servers[ANNA] = hanging.server
    world.build()
    world.start()
    world.until(lambda: hanging.calling, "a connection is being made")
    return world, hanging


def test_stopping_calls_back_whoever_is_connecting(tmp_path: Path) -> None:
    world, _hanging = hanging_world(tmp_path)
    world.close()
    assert not [thread for thread in threading.enumerate() if thread.name in {"account-anna", "watcher-anna"}]


def test_going_offline_calls_back_whoever_is_connecting_and_it_may_be_tried_again(tmp_path: Path) -> None:
    world, hanging = hanging_world(tmp_path)
    world.submit(c.GoOnline(False))
    world.until_status(AccountStatus.OFFLINE)
    hanging.answers.set()
    world.submit(c.GoOnline(True))
    world.until_quiet()
    world.close()


def test_a_message_that_the_server_does_not_have_yet_stays_queued_when_one_goes_offline(world: World) -> None:
    world.submission.gate.clear()
    world.start()
    world.send()
    world.until(lambda: world.submission.passwords, "it is being submitted")
    world.submit(c.GoOnline(False))
    world.until_obeyed()
    world.submission.gate.set()
    world.until(lambda: [item.state.value for item in world.ask(lambda r: r.outbox())] == ["queued"], "queued again")
    assert world.submission.taken == []
    world.submit(c.GoOnline(True))
    world.until(lambda: world.submission.taken, "it goes out later")
