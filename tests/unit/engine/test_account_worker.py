"""The worker of an account: what it does first, and what it makes of failures."""

from __future__ import annotations

import threading

import pytest

from mailclient.domain import commands as c
from mailclient.domain.account import Credentials
from mailclient.domain.errors import (
    CertificateRefused,
    DiskFull,
    MalformedReply,
    NetworkGone,
    PostscopeError,
    ServerRefused,
    SignInNeeded,
)
from mailclient.domain.events import (
    AccountStatus,
    AccountStatusChanged,
    BodyArrived,
    BodyFailed,
    Failed,
    MessagesAdded,
    Progressed,
    SynchronisationEnded,
)
from mailclient.domain.flags import Flag
from mailclient.sync.bodies import BATCH_MESSAGES
from tests.support.fake_folders import letter
from tests.unit.engine.world import ANNA, World


def test_a_first_synchronisation_brings_everything_newest_first(world: World) -> None:
    world.server.deliver_many(120)
    world.server.deliver(letter(500), to="Archive")
    world.start()
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert world.subjects() == [f"Subject {number}" for number in range(120, 0, -1)]
    assert world.subjects("Archive") == ["Subject 500"]
    assert world.complete() == 120
    assert world.engine.status(ANNA).status is AccountStatus.IDLE
    first = world.heard(MessagesAdded)[0]
    assert len(first.message_ids) == 50
    statuses = [event.status for event in world.heard(AccountStatusChanged)]
    assert statuses[:3] == [AccountStatus.CONNECTING, AccountStatus.SYNCHRONISING, AccountStatus.IDLE]
    assert any(event.what == "Headers of INBOX" and event.done == event.total for event in world.heard(Progressed))


def test_a_second_one_changes_nothing(world: World) -> None:
    world.server.deliver_many(10)
    world.start()
    world.until_heard(SynchronisationEnded)
    world.server.writes.clear()
    world.events.clear()
    world.submit(c.Synchronise())
    world.until_heard(SynchronisationEnded)
    assert world.server.writes == []
    assert world.heard(MessagesAdded) == []


def test_what_somebody_looks_at_is_fetched_before_everything_else(world: World) -> None:
    world.server.deliver_many(700)
    oldest = threading.Event()

    def hold(call: str) -> None:
        if call == "fetch_bodies" and not oldest.is_set():
            oldest.set()
            world.submit(c.FetchBody(world.id_of("Subject 1")))
            world.until(lambda: world.engine._threads._workers[ANNA].wishes.bodies, "the wish is known")

    world.server.on_call = hold
    world.start()
    world.until_heard(BodyArrived)
    wanted = [call for call in world.server.calls if call.startswith("fetch_bodies")]
    assert wanted[1] == "fetch_bodies 1"
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert world.complete() == 700


def test_a_mark_is_on_the_server_before_the_rest_is_fetched(world: World) -> None:
    world.server.deliver_many(700)
    done = threading.Event()

    def hold(call: str) -> None:
        if call == "fetch_bodies" and not done.is_set():
            done.set()
            world.submit(c.MarkRead((world.id_of("Subject 7"),)))
            world.until(lambda: world.engine._threads._workers[ANNA].wishes.journal, "the mark is in the journal")

    world.server.on_call = hold
    world.start()
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert world.server.flags(7) == Flag.SEEN
    calls = [call.split()[0] for call in world.server.calls]
    assert calls.index("change_flags") < len(calls) - 1 - calls[::-1].index("fetch_bodies")


def test_the_folder_that_is_open_comes_first(world: World) -> None:
    world.server.deliver(to="Trash")
    world.start()
    world.until_quiet()
    world.server.calls.clear()
    world.submit(c.OpenFolder(world.folder("Trash").id))
    world.until(lambda: "open_folder Trash" in world.server.calls)
    world.submit(c.Synchronise())
    world.until(lambda: "list_folders" in world.server.calls)
    world.until_quiet()
    after = world.server.calls[world.server.calls.index("list_folders") :]
    assert next(call for call in after if call.startswith("open_folder")) == "open_folder Trash"


def test_a_broken_network_is_waited_for(world: World) -> None:
    world.server.deliver_many(5)
    world.server.refuse_connections = NetworkGone("imap.example.org cannot be reached.")
    world.start()
    world.until(lambda: len(world.heard(SynchronisationEnded)) >= 2)
    assert world.engine.status(ANNA).status in {AccountStatus.WAITING, AccountStatus.CONNECTING}
    told = world.until_heard(AccountStatusChanged, lambda event: event.status is AccountStatus.WAITING)
    assert told.sentence == "imap.example.org cannot be reached. Postscope will try again by itself."
    world.server.refuse_connections = None
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert world.complete() == 5


@pytest.mark.parametrize("call", ["list_folders", "open_folder", "list_uids", "fetch_headers", "fetch_bodies"])
def test_a_cut_is_resumed_without_doubles(world: World, call: str) -> None:
    world.server.deliver_many(60)
    world.server.fail(call, NetworkGone("The connection broke."))
    world.start()
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert world.subjects() == [f"Subject {number}" for number in range(60, 0, -1)]
    assert world.complete() == 60


def test_a_refused_password_is_asked_for_once(world: World) -> None:
    world.server.deliver_many(2)
    world.server.refuse_connections = SignInNeeded("The server refused the password.")
    world.start()
    world.until_status(AccountStatus.SIGN_IN_NEEDED)
    world.submit(c.MarkRead(()))
    world.submit(c.Synchronise())
    world.until_obeyed()
    asked = [event for event in world.heard(AccountStatusChanged) if event.status is AccountStatus.SIGN_IN_NEEDED]
    assert len(asked) == 1
    assert world.server.turned_away == 1  # Nor is it tried again with what is known to be wrong.
    world.server.refuse_connections = None
    world.engine.set_password(ANNA, Credentials("better", "better"))
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert world.complete() == 2


def test_a_password_that_is_not_known_is_asked_for(world: World) -> None:
    world.services.secrets.forget(ANNA)
    world.start()
    world.until_status(AccountStatus.SIGN_IN_NEEDED)
    assert "password" in world.engine.status(ANNA).sentence
    world.engine.set_password(ANNA, Credentials("secret", "secret"))
    world.until_status(AccountStatus.IDLE)


def test_a_wrong_certificate_needs_the_user(world: World) -> None:
    world.server.refuse_connections = CertificateRefused("The certificate is for another host.")
    world.start()
    world.until_status(AccountStatus.CERTIFICATE_REFUSED)
    assert world.engine.status(ANNA).sentence == "The certificate is for another host."
    world.server.refuse_connections = None
    world.submit(c.GoOnline(True))
    world.until_status(AccountStatus.IDLE)


@pytest.mark.parametrize("error", [MalformedReply("Nonsense."), NetworkGone("Hung up."), ServerRefused("No.")])
def test_one_sick_folder_does_not_keep_the_others_away(world: World, error: PostscopeError) -> None:
    world.server.deliver_many(3)
    world.server.deliver(letter(50), to="Archive")
    world.server.deliver(letter(60), to="Trash")
    world.server.sick["Archive"] = error
    world.start()
    world.until(lambda: world.complete("Trash") == 1 and world.complete() == 3, "the healthy folders")
    assert world.subjects("Archive") == []
    if isinstance(error, ServerRefused):  # Only the one message is left out.
        assert [event.sentence for event in world.heard(Failed)] == [
            "Archive: the server would not give one message. No."
        ]
    else:
        ended = world.until_heard(SynchronisationEnded, lambda event: event.sentence.startswith("Some folders"))
        assert not ended.complete
    world.server.sick.clear()
    world.submit(c.Synchronise())
    world.until(lambda: world.complete("Archive") == 1)


def test_a_fault_of_our_own_is_a_sentence_and_a_line_in_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("a secret detail")

    with monkeypatch.context() as patched:
        patched.setattr("mailclient.engine.rounds.list_folders", broken)
        world.start()
        told = world.until_heard(AccountStatusChanged, lambda event: event.status is AccountStatus.WAITING)
    assert told.sentence.startswith("Postscope made a mistake (ZeroDivisionError); the log tells more.")
    assert "a secret detail" in caplog.text
    world.until_status(AccountStatus.IDLE)


def test_a_full_disk_stops_fetching_and_goes_on_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.server.deliver_many(3)

    def full(*_arguments: object) -> None:
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(world.services.sync_store, "add_messages_later", full)
        world.start()
        told = world.until_heard(AccountStatusChanged, lambda event: event.status is AccountStatus.DISK_FULL)
    assert told.sentence == "The disk is full. Fetching waits and goes on by itself; reading and writing go on."
    world.until(lambda: world.complete() == 3)


def test_cancelling_keeps_what_has_arrived_and_stays_quiet(world: World) -> None:
    world.server.deliver_many(700)
    cancelled = threading.Event()

    def cancel(call: str) -> None:
        if call == "fetch_bodies" and not cancelled.is_set():
            cancelled.set()
            world.submit(c.CancelWork(ANNA))
            world.until(lambda: world.engine._threads._workers[ANNA]._cancelled, "the wish is known")

    world.server.on_call = cancel
    world.start()
    ended = world.until_heard(SynchronisationEnded)
    assert (ended.complete, ended.sentence) == (False, "Stopped. What had arrived is kept.")
    world.until_quiet()
    assert len(world.subjects()) == 500 + 200
    assert world.complete() == BATCH_MESSAGES
    world.submit(c.Synchronise())
    world.until_heard(SynchronisationEnded, lambda event: event.complete)
    assert world.complete() == 700


def test_cancelling_when_nothing_runs_spoils_nothing(world: World) -> None:
    world.start()
    world.until_quiet()
    world.submit(c.CancelWork())
    world.until_obeyed()
    world.server.deliver(letter(1))
    world.until(lambda: world.complete() == 1)
    assert all(event.complete for event in world.heard(SynchronisationEnded))


def test_bytes_that_cannot_be_had_are_explained(world: World) -> None:
    world.server.deliver_many(1)
    world.server.poison.add(1)
    world.start()
    world.until_quiet()
    message = world.id_of("Subject 1")
    world.submit(c.FetchBody(message))
    failed = world.until_heard(BodyFailed)
    assert failed.message_id == message
    assert failed.sentence
    world.server.poison.clear()
    world.submit(c.FetchBody(message))
    world.until_heard(BodyArrived)
    assert world.reader.raw(message) == letter(1)


def test_a_postponed_entry_is_tried_again_when_it_is_due(world: World) -> None:
    world.server.deliver_many(1)
    world.start()
    world.until_quiet()
    world.server.fail("change_flags", NetworkGone("cut"))
    world.submit(c.MarkRead((world.id_of("Subject 1"),)))
    world.until_heard(AccountStatusChanged, lambda event: event.status is AccountStatus.WAITING)
    world.until_quiet()
    assert world.server.flags(1) == Flag.NONE
    world.now += 60
    world.submit(c.Synchronise())
    world.until(lambda: world.server.flags(1) == Flag.SEEN)


def test_a_folder_that_vanishes_takes_its_messages_and_nothing_else(world: World) -> None:
    world.server.deliver_many(2)
    world.server.deliver(letter(9), to="Junk")
    world.start()
    world.until_quiet()
    del world.server.folders["Junk"]
    world.submit(c.Synchronise())
    world.until(lambda: not world.has_folder("Junk"))
    world.until_quiet()
    assert len(world.subjects()) == 2
    assert world.heard(Failed) == []
