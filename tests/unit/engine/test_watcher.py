"""The doorbell."""

from __future__ import annotations

import threading

import pytest

from mailclient.domain import commands as c
from mailclient.domain.errors import NetworkGone
from mailclient.domain.events import MessagesAdded, MessagesChanged
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeRemoteMailbox, FakeServer
from tests.unit.engine.world import ANNA, World


def watcher(world: World) -> FakeRemoteMailbox | None:
    """Return the connection that idles now."""
    return next((remote for remote in world.server.connections if remote.idling.is_set()), None)


def until_it_idles(world: World) -> FakeRemoteMailbox:
    """Wait for the doorbell to be armed."""
    world.until(lambda: watcher(world), "the watcher idles")
    found = watcher(world)
    assert found is not None
    return found


def test_new_mail_rings_and_is_there(world: World) -> None:
    world.start()
    world.until_quiet()
    until_it_idles(world)
    world.server.deliver(letter(1))
    world.until(lambda: world.complete() == 1)
    assert world.subjects() == ["Subject 1"]
    assert len(world.heard(MessagesAdded)) == 1


def test_marks_of_another_client_ring(world: World) -> None:
    world.server.deliver_many(1)
    world.start()
    world.until_quiet()
    until_it_idles(world)
    world.server.set_flags(1, Flag.SEEN)
    world.until(lambda: world.flags(world.id_of("Subject 1")) == Flag.SEEN)
    assert world.heard(MessagesChanged)


def test_it_goes_where_the_user_looks(world: World) -> None:
    world.start()
    world.until_quiet()
    until_it_idles(world)
    world.submit(c.OpenFolder(world.folder("Archive").id))
    world.until(lambda: "open_folder Archive" in world.server.calls)
    world.until_obeyed()
    world.until(lambda: (idle := watcher(world)) is not None and idle._name == "Archive")
    world.server.deliver(letter(5), to="Archive")
    world.until(lambda: world.subjects("Archive") == ["Subject 5"])


def test_what_came_before_it_was_armed_is_not_missed(world: World) -> None:
    arrived = False

    def deliver_late(call: str) -> None:
        nonlocal arrived
        if call == "idle" and not arrived:
            arrived = True
            world.server.deliver(letter(1))

    world.server.on_call = deliver_late
    world.start()
    world.until(lambda: world.complete() == 1)


@pytest.mark.parametrize("condstore", [True, False])
def test_marks_made_before_it_was_armed_are_not_missed(world: World, condstore: bool) -> None:
    world.servers[ANNA] = FakeServer(condstore=condstore)
    world.server.deliver_many(1)
    world.start()
    world.until_quiet()
    armed, changed = until_it_idles(world), False

    def change_before_it_looks(call: str) -> None:
        nonlocal changed
        if call == "open_folder" and not changed and threading.current_thread().name.startswith("watcher-"):
            changed = True
            world.server.set_flags(1, Flag.SEEN)

    world.server.on_call = change_before_it_looks
    armed.close()  # It connects anew, and the worker has no reason to.
    world.until(lambda: changed and world.flags(world.id_of("Subject 1")) == Flag.SEEN, "the mark")


def test_a_broken_doorbell_is_hung_up_again(world: World) -> None:
    world.server.fail("idle", NetworkGone("The connection broke."))
    world.start()
    world.until_quiet()
    until_it_idles(world)
    world.server.deliver(letter(1))
    world.until(lambda: world.complete() == 1)


def test_without_idle_there_is_no_second_connection_to_keep(world: World) -> None:
    world.servers[ANNA] = FakeServer(idle=False)
    world.start()
    world.until_quiet()
    world.until(lambda: any(remote.purpose == "watching" and remote.closed for remote in world.server.connections))
    world.server.deliver(letter(1))
    world.submit(c.Synchronise())  # What the poll does every five minutes.
    world.until(lambda: world.complete() == 1)
    assert "idle" not in world.server.calls


def test_it_comes_back_with_the_network(world: World) -> None:
    world.start()
    world.until_quiet()
    first = until_it_idles(world)
    world.submit(c.GoOnline(False))
    world.until(lambda: first.closed)
    world.submit(c.GoOnline(True))
    world.until(lambda: (idle := watcher(world)) is not None and idle is not first)
    world.server.deliver(letter(1))
    world.until(lambda: world.complete() == 1)


def idling_in(world: World) -> set[str]:
    """Return the folders in which a doorbell waits."""
    return {str(remote._name) for remote in world.server.connections if remote.idling.is_set()}


def test_the_inbox_is_watched_beside_the_folder_that_is_open(world: World) -> None:
    world.start()
    world.until_quiet()
    until_it_idles(world)
    assert idling_in(world) == {"INBOX"}
    world.submit(c.OpenFolder(world.folder("Archive").id))
    world.until(lambda: idling_in(world) == {"INBOX", "Archive"})
    world.server.deliver(letter(6))
    world.until(lambda: world.subjects() == ["Subject 6"])
    world.submit(c.OpenFolder(world.folder("INBOX").id))
    world.until(lambda: idling_in(world) == {"INBOX"} and sum(r.idling.is_set() for r in world.server.connections) == 1)


def hearing(world: World) -> bool:
    """True when one connection hears of all folders."""
    return any(remote.hearing_all.is_set() for remote in world.server.connections)


def with_notify(world: World) -> None:
    """Anna's server tells of all folders, and the doorbell is armed."""
    world.servers[ANNA] = FakeServer(condstore=True, notify=True, list_status=True, qresync=True)
    world.start()
    world.until_quiet()
    world.until(lambda: hearing(world), "the doorbell is armed")


def test_one_connection_hears_of_all_folders(world: World) -> None:
    with_notify(world)
    world.submit(c.OpenFolder(world.folder("Sent").id))
    world.until_obeyed()
    world.server.deliver(letter(7), to="Archive")
    world.until(lambda: world.subjects("Archive") == ["Subject 7"])
    world.server.deliver(letter(8))
    world.until(lambda: world.subjects() == ["Subject 8"])
    assert "idle" not in world.server.calls
    assert sum(remote.purpose == "watching" for remote in world.server.connections) == 1


def test_a_folder_that_was_made_elsewhere_is_listed(world: World) -> None:
    with_notify(world)
    world.server.session().hierarchy.create("Travel", FolderRole.NONE)
    world.server.deliver(letter(9), to="Travel")
    world.until(lambda: any(folder.name == "Travel" for folder in world.reader.folders()))
    world.until(lambda: world.subjects("Travel") == ["Subject 9"])


def test_what_changed_in_any_folder_before_it_was_armed_is_not_missed(world: World) -> None:
    with_notify(world)
    armed = next(remote for remote in world.server.connections if remote.hearing_all.is_set())

    def deliver_late(call: str) -> None:
        if call == "watch_everything":
            world.server.on_call = lambda _name: None
            world.server.deliver(letter(3), to="Junk")

    world.server.on_call = deliver_late
    armed.close()
    world.until(lambda: world.subjects("Junk") == ["Subject 3"])


def test_a_folder_that_was_made_before_it_was_armed_is_not_missed(world: World) -> None:
    with_notify(world)
    armed = next(remote for remote in world.server.connections if remote.hearing_all.is_set())

    def make_late(call: str) -> None:
        if call == "watch_everything":
            world.server.on_call = lambda _name: None
            world.server.session().hierarchy.create("Travel", FolderRole.NONE)
            world.server.deliver(letter(4), to="Travel")

    world.server.on_call = make_late
    armed.close()
    world.until(lambda: any(folder.name == "Travel" for folder in world.reader.folders()))
    world.until(lambda: world.subjects("Travel") == ["Subject 4"])


def test_a_server_that_will_tell_no_more_is_listened_to_in_the_older_way(world: World) -> None:
    with_notify(world)
    world.server.ends_notify = True
    world.server.deliver(letter(1))
    world.until(lambda: idling_in(world) == {"INBOX"})
    world.server.deliver(letter(2))
    world.until(lambda: world.complete() == 2)
