"""Both sides changed something: what wins, and what the user is told (RELIABILITY 2.2 rule 5, P13)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from mailclient.domain.errors import NetworkGone
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.operation import MoveReason
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import Desk

SET, CLEAR = FlagChange(add=Flag.FLAGGED), FlagChange(remove=Flag.FLAGGED)
HERE: Final = {
    "untouched": (),
    "set": (SET,),
    "clear": (CLEAR,),
    "set, clear": (SET, CLEAR),
    "clear, set": (CLEAR, SET),
}
THERE: Final = ("untouched", "set", "clear")
CASES: Final = tuple(itertools.product((False, True), HERE, THERE))
"""Flagged before, what is done here without a connection, what another program does meanwhile."""
WAYS: Final = tuple(itertools.product(("listing first", "journal first"), ("CONDSTORE", "plain")))


def expected(before: bool, here: str, there: str) -> bool:
    """The rule: what was touched here has this side's value; everything else is as the server says."""
    if here != "untouched":
        return here.endswith("set")
    return before if there == "untouched" else there == "set"


@dataclass
class Outcome:
    """What both sides came to, for each case."""

    server: dict[tuple[bool, str, str], Flag]
    shown: dict[tuple[bool, str, str], Flag]


def run(directory: Path, order: str, extension: str) -> Outcome:
    """Play all cases in one mailbox, a message each; another program sets \\Answered on every one as well."""
    server = FakeServer(condstore=extension == "CONDSTORE")
    for number, (before, _, _) in enumerate(CASES, 1):
        server.deliver(letter(number), flags=Flag.FLAGGED if before else Flag.NONE)
    desk = Desk(directory, server)
    desk.synchronise()
    for number, (_, here, _) in enumerate(CASES, 1):
        for change in HERE[here]:
            desk.actions.change_flags([desk.id_of(f"Subject {number}")], change)
    for number, (_, _, there) in enumerate(CASES, 1):
        now = server.flags(number)
        after = {"untouched": now, "set": now | Flag.FLAGGED, "clear": now & ~Flag.FLAGGED}[there]
        server.set_flags(number, after | Flag.ANSWERED)
    if order == "listing first":
        desk.synchronise()
    desk.replay()
    desk.synchronise()
    ids = {number: desk.id_of(f"Subject {number}") for number in range(1, len(CASES) + 1)}
    outcome = Outcome(
        {case: server.flags(number) for number, case in enumerate(CASES, 1)},
        {case: desk.flags(ids[number]) for number, case in enumerate(CASES, 1)},
    )
    desk.close()
    return outcome


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], Outcome]]:
    """All cases in all ways, played once."""
    yield {way: run(tmp_path_factory.mktemp("flags"), *way) for way in WAYS}


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{'set' if case[0] else 'clear'} | {case[1]} | {case[2]}")
def test_flags_touched_here_win_and_all_others_are_the_servers(
    outcomes: dict[tuple[str, str], Outcome], way: tuple[str, str], case: tuple[bool, str, str]
) -> None:
    flags = Flag.ANSWERED | (Flag.FLAGGED if expected(*case) else Flag.NONE)
    assert outcomes[way].server[case] == flags
    assert outcomes[way].shown[case] == flags


@pytest.fixture
def three(desk: Desk, server: FakeServer) -> Desk:
    """Three letters, synchronised."""
    server.deliver_many(3)
    desk.synchronise_all()
    return desk


def move(desk: Desk, reason: MoveReason, *numbers: int) -> None:
    """The user moves letters to Archive."""
    ids = [desk.id_of(f"Subject {number}") for number in numbers]
    desk.actions.move(ids, desk.folder("Archive").id, reason)


@pytest.mark.parametrize("listed_before", [False, True])
@pytest.mark.parametrize("condstore", [False, True])
def test_a_message_that_was_deleted_elsewhere_while_it_was_moved_here_is_told(
    tmp_path: Path, listed_before: bool, condstore: bool
) -> None:
    server = FakeServer(condstore=condstore)
    server.deliver_many(3)
    desk = Desk(tmp_path, server)
    desk.synchronise_all()
    move(desk, MoveReason.ARCHIVE, 2)
    server.expunge(2)
    if listed_before:
        desk.synchronise_all()
    replayed = desk.replay()
    assert replayed.notices == [
        "Archiving a message came too late: another program had already moved or deleted it in “INBOX”."
    ]
    assert replayed.refusals == []
    for _ in range(4):
        desk.synchronise_all()
    assert desk.subjects("Archive") == []
    desk.close()


def test_of_several_only_those_that_are_gone_are_told(three: Desk, server: FakeServer) -> None:
    move(three, MoveReason.MOVE, 1, 2, 3)
    server.expunge(2)
    assert three.replay().notices == [
        "Moving 3 messages: done, but for one that another program had already moved or deleted in “INBOX”."
    ]
    assert sorted(server.subjects("Archive")) == ["Subject 1", "Subject 3"]


def test_what_another_program_moved_to_the_same_place_is_nobodys_loss(three: Desk, server: FakeServer) -> None:
    move(three, MoveReason.ARCHIVE, 2)
    server.expunge(2)
    server.deliver(letter(2), to="Archive")
    assert three.replay().notices == []
    three.synchronise_all()
    assert three.subjects("Archive") == ["Subject 2"]


@pytest.mark.parametrize("reason", [MoveReason.DELETE, MoveReason.JUNK])
def test_what_was_to_be_thrown_away_and_is_gone_costs_nothing(
    three: Desk, server: FakeServer, reason: MoveReason
) -> None:
    move(three, reason, 2)
    server.expunge(2)
    assert three.replay().notices == []


def test_marks_on_a_message_that_is_gone_cost_nothing(three: Desk, server: FakeServer) -> None:
    three.actions.change_flags([three.id_of("Subject 2")], SET)
    server.expunge(2)
    replayed = three.replay()
    assert (replayed.done, replayed.notices, replayed.refusals) == (1, [], [])
    three.synchronise_all()
    assert three.subjects() == ["Subject 3", "Subject 1"]


def test_a_move_that_arrived_though_its_answer_was_lost_is_no_loss(three: Desk, server: FakeServer) -> None:
    """The first attempt has moved it: the second finds nothing in the old place, and the message in the new one."""
    move(three, MoveReason.ARCHIVE, 2)
    server.fail("move", NetworkGone("cut"), after=True)
    with pytest.raises(NetworkGone):
        three.replay()
    three.now += 60
    assert three.replay().notices == []
    assert server.subjects("Archive") == ["Subject 2"]
