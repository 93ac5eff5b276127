"""Quick resynchronisation: the server says what changed, and is believed as far as the numbers agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain.exchange import ChangesSince, FlagRecord, FolderSnapshot
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.ids import Uid
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk


@pytest.fixture
def server() -> FakeServer:
    return FakeServer(condstore=True, qresync=True)


@pytest.fixture
def full(tmp_path: Path, server: FakeServer) -> Iterator[Desk]:
    """A folder of six letters, synchronised."""
    desk = Desk(tmp_path / "profile", server)
    server.deliver_many(6)
    desk.synchronise()
    server.calls.clear()
    desk.touched.clear()
    yield desk
    desk.close()


def test_flags_and_removals_cost_one_question(full: Desk, server: FakeServer) -> None:
    server.set_flags(2, Flag.SEEN)
    server.expunge(4, 6)
    full.synchronise()
    assert full.subjects() == [f"Subject {number}" for number in (5, 3, 2, 1)]
    assert full.flags(full.id_of("Subject 2")) == Flag.SEEN
    assert server.calls == ["open_folder INBOX"]
    assert full.folder().state.exists == 4


def test_new_mail_is_listed_alone(full: Desk, server: FakeServer) -> None:
    server.expunge(1)
    server.deliver(letter(7))
    server.set_flags(3, Flag.FLAGGED)
    full.synchronise()
    assert full.subjects() == [f"Subject {number}" for number in (7, 6, 5, 4, 3, 2)]
    assert server.calls == ["open_folder INBOX", "list_uids", "fetch_headers 7"]


def test_thousands_of_flags_are_few_transactions(full: Desk, server: FakeServer) -> None:
    for _ in range(2):
        server.deliver_many(3_000, to="Archive")
    full.synchronise("Archive")
    for uid in server.uids("Archive"):
        server.set_flags(uid, Flag.SEEN, folder="Archive")
    full.touched.clear()
    full.synchronise("Archive")
    assert [len(touched.changed) for touched in full.touched] == [5_000, 1_000]
    assert full.folder("Archive").unread == 0


def test_a_change_that_waits_here_stays_on_top(full: Desk, server: FakeServer) -> None:
    message = full.id_of("Subject 2")
    full.actions.change_flags([message], FlagChange(add=Flag.FLAGGED))
    server.set_flags(2, Flag.SEEN)
    full.synchronise()
    assert full.flags(message) == Flag.SEEN | Flag.FLAGGED


def test_a_message_that_is_on_its_way_from_here_and_vanished_is_no_riddle(full: Desk, server: FakeServer) -> None:
    full.actions.move([full.id_of("Subject 3")], full.folder("Archive").id)
    server.expunge(3)
    full.synchronise()
    assert server.calls == ["open_folder INBOX"]
    assert full.subjects("Archive") == ["Subject 3"]


def bend(server: FakeServer, vanished: tuple[tuple[int, int], ...], *flags: FlagRecord) -> None:
    """The server tells other changes than there were."""

    def how(_name: str, said: FolderSnapshot) -> FolderSnapshot:
        return replace(said, changes=ChangesSince(vanished, flags))

    server.bend_snapshot = how


@pytest.mark.parametrize("vanished", [((1, 6),), ((1, 4_294_967_295),), ((2, 2),), ((6, 6),)])
def test_messages_that_are_said_to_have_vanished_and_are_counted_stay(
    full: Desk, server: FakeServer, vanished: tuple[tuple[int, int], ...]
) -> None:
    server.set_flags(1, Flag.SEEN)
    bend(server, vanished)
    before = full.ids()
    full.synchronise()
    assert full.ids() == before
    assert "list_uids" in server.calls


def test_vanished_messages_that_nobody_knew_are_passed_over(full: Desk, server: FakeServer) -> None:
    server.set_flags(1, Flag.SEEN)
    bend(server, ((700, 800),), FlagRecord(Uid(1), Flag.SEEN), FlagRecord(Uid(750), Flag.SEEN))
    full.synchronise()
    assert server.calls == ["open_folder INBOX"]
    assert full.flags(full.id_of("Subject 1")) == Flag.SEEN
    assert len(full.ids()) == 6


def test_an_answer_that_leaves_something_out_is_noticed_by_the_number(full: Desk, server: FakeServer) -> None:
    server.expunge(2, 5)
    bend(server, ((2, 2),))
    full.synchronise()
    assert full.subjects() == [f"Subject {number}" for number in (6, 4, 3, 1)]


def test_an_answer_without_changes_is_asked_again_in_the_older_way(full: Desk, server: FakeServer) -> None:
    server.set_flags(5, Flag.FLAGGED)
    bend(server, ())
    full.synchronise()
    assert full.flags(full.id_of("Subject 5")) == Flag.FLAGGED
    assert server.calls == ["open_folder INBOX", "fetch_flags 1:6"]


def test_a_message_that_came_and_went_between_two_looks_is_no_matter(full: Desk, server: FakeServer) -> None:
    uid = server.deliver(letter(7))
    server.expunge(uid)
    full.synchronise()
    assert len(full.ids()) == 6
    server.calls.clear()
    full.synchronise()
    assert server.calls == ["open_folder INBOX"]


def test_moved_here_from_here_is_counted_once(full: Desk, server: FakeServer) -> None:
    full.synchronise("Archive")
    full.actions.move([full.id_of("Subject 1"), full.id_of("Subject 2")], full.folder("Archive").id)
    full.replay()
    server.deliver(letter(9), to="Archive")
    server.calls.clear()
    full.synchronise("Archive")
    assert server.calls == ["open_folder Archive", "list_uids", "fetch_headers 3"]
    assert sorted(full.subjects("Archive")) == ["Subject 1", "Subject 2", "Subject 9"]
