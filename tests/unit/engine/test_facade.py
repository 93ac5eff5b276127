"""The engine as a window or the command line sees it."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain import commands as c
from mailclient.domain.account import Credentials, Purpose
from mailclient.domain.draft import OutboxState
from mailclient.domain.errors import BadInput, Cancelled, NetworkGone, SignInNeeded
from mailclient.domain.events import (
    AccountsChanged,
    AccountStatus,
    AccountStatusChanged,
    BodyFailed,
    MessagesAdded,
    SynchronisationEnded,
)
from mailclient.domain.flags import Flag
from mailclient.domain.ids import AccountId, MessageId
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.engine.world import ANNA, BEN, QUICK, World, account


def test_synchronise_now_brings_everything_and_a_second_time_writes_nothing(world: World) -> None:
    world.server.deliver_many(60)
    world.server.deliver(letter(99), to="Sent")
    world.engine.synchronise_now(ANNA)
    assert world.complete() == 60
    assert world.complete("Sent") == 1
    assert all(remote.logged_out for remote in world.server.connections)
    world.server.calls.clear()
    world.engine.synchronise_now(ANNA)
    assert world.server.writes == []
    assert not any(call.startswith(("fetch", "list_uids")) for call in world.server.calls)


@pytest.mark.parametrize("error", [NetworkGone("Gone."), ZeroDivisionError(), KeyboardInterrupt()])
def test_synchronise_now_leaves_no_connection_behind_whatever_happens(world: World, error: BaseException) -> None:
    def fail(call: str) -> None:
        if call.startswith("open_folder"):
            raise error

    world.server.on_call = fail
    with pytest.raises(type(error)):
        world.engine.synchronise_now(ANNA)
    assert [remote.closed for remote in world.server.connections] == [True]


def test_synchronise_now_can_leave_bodies_alone(world: World) -> None:
    world.server.deliver_many(3)
    world.engine.synchronise_now(ANNA, headers_only=True)
    assert len(world.subjects()) == 3
    assert world.complete() == 0


def test_what_came_without_its_body_is_found_when_synchronise_now_returns(world: World) -> None:
    world.server.deliver_many(450)
    world.engine.synchronise_now(ANNA, headers_only=True)
    assert [hit.row.subject for hit in world.reader.search("subject:7")] == ["Subject 7"]


def test_synchronise_now_carries_out_the_journal_and_the_outbox(world: World) -> None:
    world.server.deliver_many(3)
    world.start(online=False)
    world.engine.synchronise_now(ANNA)
    world.submit(c.MarkRead((world.id_of("Subject 1"),)))
    world.submit(c.Archive((world.id_of("Subject 2"),)))
    world.send()
    world.until_obeyed()
    world.engine.synchronise_now(ANNA)
    assert world.server.flags(1) == Flag.SEEN
    assert world.server.subjects("Archive") == ["Subject 2"]
    assert len(world.submission.taken) == 1
    assert world.subjects("Sent") == ["Hello"]
    world.server.writes.clear()
    world.engine.synchronise_now(ANNA)
    assert world.server.writes == []


def test_synchronise_now_brings_mail_even_when_it_cannot_send(world: World) -> None:
    world.server.deliver_many(2)
    world.start(online=False)
    world.send()
    world.until_obeyed()
    world.submission.answers = [SignInNeeded("The password for sending was refused.")]
    with pytest.raises(SignInNeeded):
        world.engine.synchronise_now(ANNA)
    assert world.complete() == 2


def test_a_message_can_be_sent_before_the_first_synchronisation(world: World) -> None:
    item = world.engine.send_message_now(ANNA, letter(1))
    assert item.state is OutboxState.DONE
    assert item.recipients == ("anna@example.org",)
    assert world.server.subjects("Sent") == ["Subject 1"]


def test_synchronise_now_converges_without_uidplus(world: World) -> None:
    world.servers[ANNA] = FakeServer(uidplus=False)
    world.server.deliver_many(3)
    world.start(online=False)
    world.engine.synchronise_now(ANNA)
    world.submit(c.Archive((world.id_of("Subject 2"),)))
    world.until_obeyed()
    world.engine.synchronise_now(ANNA)
    world.server.calls.clear()
    world.server.writes.clear()
    world.engine.synchronise_now(ANNA)
    assert world.server.writes == []
    assert not any(call.startswith("fetch") for call in world.server.calls)
    assert (world.subjects(), world.subjects("Archive")) == (["Subject 3", "Subject 1"], ["Subject 2"])


def test_synchronise_now_says_what_went_wrong_and_can_be_stopped(world: World) -> None:
    world.server.deliver_many(700)
    world.server.fail("list_folders", NetworkGone("It broke."))
    with pytest.raises(NetworkGone):
        world.engine.synchronise_now(ANNA)
    answers = itertools.chain([False] * 3, itertools.repeat(True))
    with pytest.raises(Cancelled):
        world.engine.synchronise_now(ANNA, cancelled=lambda: next(answers))
    assert 0 < len(world.subjects()) <= 700
    assert all(remote.closed for remote in world.server.connections)


def test_unknown_accounts_are_named_as_such(world: World) -> None:
    with pytest.raises(BadInput):
        world.engine.synchronise_now(BEN)
    with pytest.raises(BadInput):
        world.engine.remove_account(BEN)
    assert world.engine.status(BEN).status is AccountStatus.OFFLINE


def test_two_accounts_do_not_wait_for_each_other(world: World) -> None:
    world.servers[BEN] = FakeServer()
    world.servers[BEN].deliver(letter(7))
    hangs = threading.Event()
    world.server.on_call = lambda _call: hangs.wait(5)
    world.start()
    world.engine.add_account(account(BEN), Credentials("b", "b"))
    world.until_heard(SynchronisationEnded, lambda event: event.account_id == BEN and event.complete)
    assert world.subjects("INBOX", BEN) == ["Subject 7"]
    assert world.subjects() == []
    hangs.set()
    world.until_status(AccountStatus.IDLE)


def test_a_removed_account_leaves_nothing_here_and_everything_there(world: World) -> None:
    world.server.deliver_many(3)
    world.start()
    world.until_heard(SynchronisationEnded)
    world.engine.remove_account(ANNA)
    assert world.engine.accounts() == ()
    assert world.reader.folders() == ()
    assert len(world.server.uids()) == 3
    assert all(remote.closed for remote in world.server.connections)
    assert [world.services.secrets.load(ANNA, purpose) for purpose in Purpose] == [None, None]
    assert len(world.heard(AccountsChanged)) == 2


def test_an_account_that_was_changed_starts_anew(world: World) -> None:
    world.start()
    world.until_quiet()
    before = list(world.server.connections)
    moved = replace(account(), incoming=replace(account().incoming, host="new.example.org"))
    world.engine.add_account(moved, Credentials("secret", "secret"))
    world.until(lambda: len(world.server.connections) > len(before))
    world.until_quiet()
    assert all(remote.closed for remote in before)
    transcript = world.engine.transcript(world.server.connections[-1].connection_id)
    assert transcript is not None
    assert transcript.host == "new.example.org"
    assert len(world.engine.accounts()) == 1


def test_it_stops_in_time_even_when_every_server_hangs(tmp_path: Path) -> None:
    world = World(tmp_path, replace(QUICK, stop_s=0.2))
    for name in (BEN, AccountId("clara"), AccountId("dora")):
        world.servers[name] = FakeServer()
        world.engine.add_account(account(name), Credentials("x", "x"))
    hangs = threading.Event()
    for server in world.servers.values():
        server.on_call = lambda _call: hangs.wait(20)
    world.start()
    world.until(lambda: all(server.connections for server in world.servers.values()))
    began = time.monotonic()
    world.close()
    took = time.monotonic() - began
    hangs.set()
    assert took < 2.0


def test_stopping_while_mail_arrives_loses_nothing(world: World) -> None:
    world.server.deliver_many(700)
    world.start()
    world.until_heard(MessagesAdded)
    world.again()
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert world.subjects() == [f"Subject {number}" for number in range(700, 0, -1)]
    assert world.complete() == 700


def test_offline_means_no_connection_at_all(world: World) -> None:
    world.start(online=False)
    world.submit(c.Synchronise())
    world.submit(c.FetchBody(MessageId(1)))
    world.until_heard(BodyFailed)
    assert world.server.connections == []
    assert world.submission.passwords == []
    assert not world.engine.online
    world.submit(c.GoOnline(True))
    world.until_status(AccountStatus.IDLE)
    assert world.engine.online


def test_going_offline_closes_every_connection(world: World) -> None:
    world.start()
    world.until_quiet()
    world.until(lambda: any(remote.idling.is_set() for remote in world.server.connections), "the watcher idles")
    world.submit(c.GoOnline(False))
    world.until_status(AccountStatus.OFFLINE)
    world.until(lambda: all(remote.closed for remote in world.server.connections))
    made = len(world.server.connections)
    world.submit(c.Synchronise())
    world.until_obeyed()
    assert len(world.server.connections) == made
    assert AccountStatus.WAITING not in [event.status for event in world.heard(AccountStatusChanged)]


def test_going_offline_while_a_retry_is_due_does_not_connect(world: World) -> None:
    world.close()
    world.pace = replace(QUICK, first_retry_s=3600.0, longest_retry_s=3600.0)
    world.server.refuse_connections = NetworkGone("No network.")
    world.build()
    world.start()
    world.until_status(AccountStatus.WAITING)
    tried: list[str] = []
    world.servers[ANNA].refuse_connections = None
    world.servers[ANNA].on_call = tried.append
    world.submit(c.GoOnline(False))
    world.until_status(AccountStatus.OFFLINE)
    assert tried == []
    assert world.server.connections == []


def test_an_image_comes_or_a_sentence(world: World) -> None:
    answers: list[tuple[bytes | None, str, str]] = []
    heard = threading.Event()

    def done(data: bytes | None, content_type: str, sentence: str) -> None:
        answers.append((data, content_type, sentence))
        if len(answers) == 2:
            heard.set()

    world.engine.fetch_remote_image("https://example.org/a.png", done)
    world.engine.fetch_remote_image("https://example.org/broken.png", done)
    assert heard.wait(5)
    good, bad = sorted(answers, key=lambda answer: answer[0] is None)
    assert good == (b"picture", "image/png", "")
    assert bad[0] is None
    assert bad[2]


def test_a_profile_without_keyring_says_so(world: World) -> None:
    assert "this session only" in world.engine.secrets_sentence()
    assert "this session only" in world.engine.add_account(account(), Credentials("x", "x"), remember=False)
