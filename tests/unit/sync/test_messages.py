"""One folder brought up to date, against a server that behaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailclient.domain.errors import Cancelled, NetworkGone
from mailclient.domain.flags import Flag, FlagChange
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk


def test_the_first_screenful_comes_first_and_the_newest_before_the_old(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(620)
    desk.synchronise()
    assert [call for call in server.calls if call.startswith("fetch_headers")] == [
        "fetch_headers 571:620",
        "fetch_headers 121:570",
        "fetch_headers 1:120",
    ]
    assert desk.subjects() == [f"Subject {number}" for number in range(620, 120, -1)]
    assert desk.folder().total == 620
    assert desk.progress[-1] == ("Headers of INBOX", 620, 620)


def test_a_second_synchronisation_asks_nothing_more(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(3)
    desk.synchronise()
    server.calls.clear()
    desk.touched.clear()
    desk.synchronise()
    assert server.calls == ["open_folder INBOX"]
    assert server.writes == []
    assert desk.touched == []


def test_what_arrived_since_is_fetched_alone(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(3)
    desk.synchronise()
    server.calls.clear()
    server.deliver(letter(4))
    desk.synchronise()
    assert "fetch_headers 4" in server.calls
    assert desk.subjects()[0] == "Subject 4"
    assert desk.folder().total == 4


def test_what_was_deleted_elsewhere_goes(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(4)
    desk.synchronise()
    gone = desk.id_of("Subject 2")
    server.expunge(2)
    desk.touched.clear()
    desk.synchronise()
    assert desk.subjects() == ["Subject 4", "Subject 3", "Subject 1"]
    assert [touched.removed for touched in desk.touched] == [(gone,)]


def test_an_emptied_folder_becomes_empty(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(2)
    desk.synchronise()
    server.expunge(1, 2)
    desk.synchronise()
    assert desk.subjects() == []


@pytest.mark.parametrize("condstore", [True, False])
def test_flags_of_another_client_are_seen(tmp_path: Path, condstore: bool) -> None:
    server = FakeServer(condstore=condstore)
    desk = Desk(tmp_path, server)
    server.deliver_many(3)
    desk.synchronise()
    server.set_flags(2, Flag.SEEN | Flag.FLAGGED)
    desk.touched.clear()
    desk.synchronise()
    changed = desk.id_of("Subject 2")
    assert desk.flags(changed) == Flag.SEEN | Flag.FLAGGED
    assert [touched.changed for touched in desk.touched] == [(changed,)]
    desk.touched.clear()
    desk.synchronise()
    assert desk.touched == []
    desk.close()


def test_a_local_change_that_waits_is_not_overwritten(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(1)
    desk.synchronise()
    message = desk.id_of("Subject 1")
    desk.actions.change_flags([message], FlagChange(add=Flag.FLAGGED))
    server.set_flags(1, Flag.SEEN)
    desk.synchronise()
    assert desk.flags(message) == Flag.SEEN | Flag.FLAGGED
    desk.replay()
    assert server.flags(1) == Flag.SEEN | Flag.FLAGGED
    desk.synchronise()
    assert desk.flags(message) == Flag.SEEN | Flag.FLAGGED


def test_a_message_that_left_here_does_not_come_back_before_the_server_knows(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(2)
    desk.synchronise_all()
    desk.actions.move([desk.id_of("Subject 1")], desk.folder("Archive").id)
    server.set_flags(1, Flag.SEEN)
    desk.synchronise_all()
    assert desk.subjects() == ["Subject 2"]
    assert desk.subjects("Archive") == ["Subject 1"]


@pytest.mark.parametrize("at", range(0, 120, 7))
def test_a_cut_anywhere_is_resumed_without_gap_or_double(desk: Desk, server: FakeServer, at: int) -> None:
    server.deliver_many(120)
    server.fail("fetch_headers", NetworkGone("cut"), skip=int(at >= 50), at_item=at if at < 50 else at - 50)
    with pytest.raises(NetworkGone):
        desk.synchronise()
    server.deliver(letter(121))
    desk.synchronise()
    assert desk.subjects() == [f"Subject {number}" for number in range(121, 0, -1)]
    server.calls.clear()
    desk.synchronise()
    assert server.calls == ["open_folder INBOX"]


def test_flags_that_changed_during_a_cut_are_not_missed(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(120)
    server.fail("fetch_headers", NetworkGone("cut"), skip=1)
    with pytest.raises(NetworkGone):
        desk.synchronise()
    server.set_flags(120, Flag.SEEN)
    desk.synchronise()
    assert desk.flags(desk.id_of("Subject 120")) == Flag.SEEN


def test_stopping_keeps_what_has_arrived(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(620)
    desk.stop_after = 1
    with pytest.raises(Cancelled):
        desk.synchronise()
    assert len(desk.ids()) == 50
    assert not desk.remote.closed
    desk.stop_after = None
    desk.synchronise()
    assert len(desk.ids()) == 620
