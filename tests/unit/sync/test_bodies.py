"""Bodies in the background: newest first, bounded, and never a reason to stop everything."""

from __future__ import annotations

import itertools

import pytest

from mailclient.domain.errors import Cancelled, FolderChanged, NetworkGone, ServerRefused
from mailclient.domain.exchange import WantedBody
from mailclient.domain.ids import MessageId, Uid
from mailclient.domain.message import Availability
from mailclient.domain.scope import BodyBounds
from mailclient.protocol.uid_sets import UidSet
from mailclient.sync import bodies
from tests.support.fake_folders import EPOCH, letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk


def fetched(server: FakeServer) -> list[str]:
    """Return which UIDs were asked for."""
    return [call.split()[1] for call in server.calls if call.startswith("fetch_bodies")]


def test_every_byte_is_kept_and_found(desk: Desk, server: FakeServer) -> None:
    server.deliver(letter(1, body="A walrus in the garden."))
    desk.synchronise()
    assert desk.bodies()
    message = desk.id_of("Subject 1")
    assert desk.reader.raw(message) == letter(1, body="A walrus in the garden.")
    row = desk.reader.row(message)
    assert row is not None
    assert row.availability is Availability.COMPLETE
    assert row.preview == "A walrus in the garden."
    assert [hit.row.id for hit in desk.reader.search("walrus")] == [message]
    assert desk.touched[-1].changed == (message,)


def test_the_newest_come_first_in_batches_of_bounded_size(desk: Desk, server: FakeServer) -> None:
    big = "x" * (bodies.BATCH_BYTES // 2)
    for number in range(1, 6):
        server.deliver(letter(number, body=big if number in {3, 4} else ""), received=EPOCH + number)
    desk.synchronise()
    server.calls.clear()
    assert desk.bodies()
    assert fetched(server) == ["5", "4", "3", "1:2"]


def test_a_quick_line_is_asked_for_more_at_once_and_a_slow_one_for_less(desk: Desk, server: FakeServer) -> None:
    def sizes(seconds_for_each: float) -> list[int]:
        now = itertools.count(0.0, seconds_for_each / 2)  # The clock is read twice for each batch.
        wanted = [WantedBody(MessageId(n), Uid(n), bodies.FIRST_BATCH_BYTES // 4) for n in range(1, 201)]
        return [len(batch) for batch in bodies._paced(wanted, lambda: next(now))]

    assert sizes(0.1)[:4] == [4, 8, 16, 32]
    assert max(sizes(0.1)) == bodies.BATCH_BYTES // (bodies.FIRST_BATCH_BYTES // 4)
    assert set(sizes(9.0)[1:-1]) == {2}


def test_nothing_is_fetched_twice(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(3)
    desk.synchronise()
    desk.bodies()
    server.calls.clear()
    assert desk.bodies()
    assert fetched(server) == []


def test_a_cut_in_the_middle_keeps_what_came(desk: Desk, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "STORE_BYTES", 1)
    server.deliver_many(10)
    desk.synchronise()
    server.fail("fetch_bodies", NetworkGone("cut"), at_item=4)
    with pytest.raises(NetworkGone):
        desk.bodies()
    assert sum(desk.reader.raw(message) is not None for message in desk.ids()) == 4
    server.calls.clear()
    assert desk.bodies()
    assert all(desk.reader.raw(message) == letter(10 - at) for at, message in enumerate(desk.ids()))
    assert fetched(server) == ["5:10"]


def test_one_message_the_server_refuses_does_not_keep_the_others_away(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(9)
    desk.synchronise()
    server.poison.add(4)
    assert desk.bodies()
    missing = [row.subject for row in desk.rows(desk.folder().id) if row.availability is not Availability.COMPLETE]
    assert missing == ["Subject 4"]
    row = desk.reader.row(desk.id_of("Subject 4"))
    assert row is not None
    assert row.availability is Availability.UNAVAILABLE


def test_what_the_server_did_not_give_is_asked_for_again_by_itself_and_not_for_ever(
    desk: Desk, server: FakeServer
) -> None:
    server.deliver_many(2)
    desk.synchronise()
    server.poison.add(1)
    assert desk.bodies()
    assert desk.reader.raw(desk.id_of("Subject 1")) is None
    server.poison.clear()
    assert desk.bodies()
    assert desk.reader.raw(desk.id_of("Subject 1")) == letter(1)
    server.poison.add(3)
    server.deliver(letter(3))
    desk.synchronise()
    for _ in range(10):
        assert desk.bodies()
    server.calls.clear()
    assert desk.bodies()
    assert fetched(server) == []


def test_a_message_that_is_gone_meanwhile_is_noted(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(2)
    desk.synchronise()
    server.expunge(2)
    assert desk.bodies()
    row = desk.reader.row(desk.id_of("Subject 2"))
    assert row is not None
    assert row.availability is Availability.UNAVAILABLE
    assert desk.reader.raw(desk.id_of("Subject 1")) == letter(1)


def test_an_empty_answer_for_a_message_that_has_bytes_is_no_body(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(1)
    desk.synchronise()
    server.folders["INBOX"].messages[1].raw = b""
    desk.bodies()
    assert desk.reader.raw(desk.id_of("Subject 1")) is None


def test_old_uids_mean_nothing_under_another_uidvalidity(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(3)
    desk.synchronise()
    server.expunge(1)
    server.renumber(first=1)
    with pytest.raises(FolderChanged):
        desk.bodies()
    assert all(desk.reader.raw(message) is None for message in desk.ids())
    assert fetched(server) == []


def test_something_more_urgent_ends_it_after_the_batch_in_hand(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(bodies.BATCH_MESSAGES + 50)
    desk.synchronise()
    answers = iter([False, True])
    snapshot = desk.remote.open_folder("INBOX", read_only=True)
    more = bodies.fetch_folder_bodies(
        desk.remote, desk.store, desk.folder(), snapshot, desk.reporter, lambda: next(answers)
    )
    assert not more
    assert sum(desk.reader.raw(message) is not None for message in desk.ids()) == bodies.BATCH_MESSAGES


def test_stopping_is_asked_before_each_batch(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(bodies.BATCH_MESSAGES + 50)
    desk.synchronise()
    desk.stop_after = 1
    with pytest.raises(Cancelled):
        desk.bodies()
    assert sum(desk.reader.raw(message) is not None for message in desk.ids()) == bodies.BATCH_MESSAGES
    assert not desk.remote.closed


def test_a_large_message_waits_when_a_limit_is_set(desk: Desk, server: FakeServer) -> None:
    server.deliver(letter(1, body="x" * 10_000))
    server.deliver(letter(2))
    desk.synchronise()
    snapshot = desk.remote.open_folder("INBOX", read_only=True)
    assert bodies.fetch_folder_bodies(
        desk.remote, desk.store, desk.folder(), snapshot, desk.reporter, lambda: False, BodyBounds(max_size_bytes=5_000)
    )
    assert desk.reader.raw(desk.id_of("Subject 1")) is None
    assert desk.reader.raw(desk.id_of("Subject 2")) is not None


def test_a_refused_single_message_says_why(desk: Desk, server: FakeServer) -> None:
    server.deliver_many(1)
    desk.synchronise()
    server.fail("fetch_bodies", ServerRefused("The server said no."))
    assert desk.bodies()
    message = desk.id_of("Subject 1")
    rows = desk.opened.writer.read(
        lambda connection: connection.execute(
            "SELECT unavailable_because FROM message WHERE id = ?", (message,)
        ).fetchall()
    )
    assert rows == [("The server would not give this message. The server said no.",)]


def test_a_body_that_came_cut_is_asked_for_again(desk: Desk, server: FakeServer) -> None:
    """The server said 20 bytes and kept to it, but the message has more: what is stored must be all of it."""
    server.deliver_many(3)
    desk.synchronise()
    cut = {2}
    server.bend_body = lambda uid, raw: raw[:20] if uid in cut and not cut.remove(uid) else raw  # type: ignore[func-returns-value]
    assert desk.bodies()
    assert fetched(server) == ["1:3", "2"]
    assert desk.reader.raw(desk.id_of("Subject 2")) == letter(2)


def test_a_server_that_counts_otherwise_than_it_sends_is_believed_after_one_look(
    desk: Desk, server: FakeServer
) -> None:
    server.deliver_many(bodies.BATCH_MESSAGES + 30)
    desk.synchronise()
    server.bend_body = lambda _uid, raw: raw.replace(b"\r\n", b"\n")
    assert desk.bodies()
    assert all(desk.reader.raw(message) is not None for message in desk.ids())
    # The first batches, these again, and then the rest once.
    assert sum(len(UidSet.parse(uids)) for uids in fetched(server)) <= 2 * bodies.BATCH_MESSAGES + 30
