"""Servers that lie, forget and change their mind: nothing that is here is lost or overwritten because of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain.errors import MalformedReply, NetworkGone
from mailclient.domain.exchange import FolderSnapshot
from mailclient.domain.flags import Flag
from mailclient.domain.ids import ModSeq, UidValidity
from mailclient.protocol.uid_sets import UidSet
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk

Bend = Callable[[FolderSnapshot], FolderSnapshot]


def bend(server: FakeServer, how: Bend) -> None:
    """From now on the server says this of every folder it opens."""
    server.bend_snapshot = lambda _name, snapshot: how(snapshot)


def honest(server: FakeServer) -> None:
    """The server says the truth again."""
    server.bend_snapshot = lambda _name, snapshot: snapshot
    server.bend_uids = lambda uids: uids


@pytest.fixture
def full(desk: Desk, server: FakeServer) -> Desk:
    """A folder of four letters, synchronised, with their bodies."""
    server.deliver_many(4)
    desk.synchronise()
    desk.bodies()
    server.calls.clear()
    return desk


@pytest.mark.parametrize(
    "how",
    [
        lambda said: replace(said, exists=0),
        lambda said: replace(said, exists=2),
        lambda said: replace(said, exists=9),
        lambda said: replace(said, uid_next=2),
        lambda said: replace(said, uid_next=1),
        lambda said: replace(said, uid_next=None),
        lambda said: replace(said, uid_next=4_000_000_000),
        lambda said: replace(said, highest_modseq=None),
        lambda said: replace(said, highest_modseq=ModSeq(1)),
        lambda said: replace(said, highest_modseq=ModSeq(2**62)),
        lambda said: replace(said, exists=0, uid_next=1, highest_modseq=ModSeq(1)),
        lambda said: replace(said, read_only=True, permits_keywords=False),
    ],
)
def test_a_wrong_number_costs_no_message(full: Desk, server: FakeServer, how: Bend) -> None:
    before = full.ids()
    bend(server, how)
    full.synchronise()
    assert full.ids() == before
    full.synchronise()
    assert full.ids() == before
    honest(server)
    full.synchronise()
    assert full.ids() == before
    assert all(full.reader.raw(message) == letter(4 - at) for at, message in enumerate(before))
    assert server.writes == []


def test_a_list_with_holes_is_no_proof(full: Desk, server: FakeServer) -> None:
    server.deliver(letter(5))
    server.bend_uids = lambda _uids: UidSet.of([5])
    full.synchronise()
    assert full.subjects() == [f"Subject {number}" for number in (5, 4, 3, 2, 1)]
    server.bend_uids = lambda _uids: UidSet()
    full.synchronise()
    assert len(full.ids()) == 5


def test_a_list_of_four_thousand_million_messages_is_not_asked_for_one_by_one(full: Desk, server: FakeServer) -> None:
    before = full.ids()
    server.deliver(letter(5))
    server.bend_uids = lambda _uids: UidSet(((1, 2**32 - 1),))
    with pytest.raises(MalformedReply, match="far more"):
        full.synchronise()
    assert full.ids() == before
    honest(server)
    full.synchronise()
    assert len(full.ids()) == 5


def test_a_modification_sequence_that_goes_back_makes_us_look_at_every_flag(full: Desk, server: FakeServer) -> None:
    server.set_flags(1, Flag.SEEN)
    box = server.folders["INBOX"]
    box.highest_modseq = 1
    full.synchronise()
    assert full.flags(full.id_of("Subject 1")) == Flag.SEEN


def test_another_uidvalidity_keeps_rows_and_bodies(full: Desk, server: FakeServer) -> None:
    before = full.ids()
    server.renumber(first=100)
    full.synchronise()
    assert full.ids() == before
    assert all(full.reader.raw(message) is not None for message in before)
    assert list(full.store.known_uids(full.folder().id)) == [100, 101, 102, 103]
    assert [call for call in server.calls if call.startswith("fetch_bodies")] == []


def test_what_another_uidvalidity_no_longer_has_goes(full: Desk, server: FakeServer) -> None:
    server.renumber(first=100)
    server.expunge(101)
    full.synchronise()
    assert full.subjects() == ["Subject 4", "Subject 3", "Subject 1"]


def test_another_uidvalidity_with_a_list_full_of_holes_costs_no_message(full: Desk, server: FakeServer) -> None:
    before = full.ids()
    server.renumber(first=100)
    server.bend_uids = lambda uids: uids.minus(UidSet.of([100, 101]))
    full.synchronise()
    assert full.ids() == before
    honest(server)
    full.synchronise()
    assert full.ids() == before
    assert list(full.store.known_uids(full.folder().id)) == [100, 101, 102, 103]


def test_a_cut_while_uids_are_matched_anew_is_resumed(tmp_path: Path) -> None:
    server = FakeServer()
    desk = Desk(tmp_path, server)
    server.deliver_many(120)
    desk.synchronise()
    before = desk.ids()
    server.renumber(first=1_000)
    server.fail("fetch_headers", NetworkGone("cut"), skip=1)
    with pytest.raises(NetworkGone):
        desk.synchronise()
    assert desk.ids() == before
    desk.synchronise()
    assert desk.ids() == before
    assert list(desk.store.known_uids(desk.folder().id)) == list(range(1_000, 1_120))
    desk.close()


def test_a_uidvalidity_that_never_stays_the_same_costs_no_message(full: Desk, server: FakeServer) -> None:
    before = full.ids()
    turn = 10
    for _ in range(4):
        turn += 1
        bend(server, lambda said, value=turn: replace(said, uid_validity=UidValidity(value)))  # type: ignore[misc]
        full.synchronise()
        assert full.ids() == before


def test_one_message_whose_headers_are_refused_is_left_out_and_named(full: Desk, server: FakeServer) -> None:
    server.deliver(letter(5))
    server.deliver(letter(6))
    server.mute.add(5)
    full.synchronise()
    assert full.subjects() == [f"Subject {number}" for number in (6, 4, 3, 2, 1)]
    assert full.noticed == ["INBOX: the server would not give one message. [SERVERBUG] A message cannot be read."]
    server.mute.clear()
    full.synchronise()
    assert len(full.ids()) == 6


def test_a_message_that_is_listed_and_never_given_is_no_endless_work(full: Desk, server: FakeServer) -> None:
    server.bend_uids = lambda uids: uids.union(UidSet.of([77]))
    bend(server, lambda said: replace(said, exists=said.exists + 1))
    for _ in range(3):
        server.calls.clear()
        full.synchronise()
        assert sum(call.startswith("fetch_headers") for call in server.calls) <= 1
    assert len(full.ids()) == 4
