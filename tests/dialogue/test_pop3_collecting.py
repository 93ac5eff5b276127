"""The POP matrix: every way in which a maildrop can be met, and what must be here and there afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailclient.domain.errors import MaildropRenamed
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.ids import Uid
from mailclient.domain.pop import PopKeep, PopPolicy
from mailclient.protocol.uid_sets import UidSet
from tests.support.faults.pop_cuts import THREE, cut_at_each
from tests.support.faults.proxy import Side
from tests.support.pop_desk import ADDRESS, PopDesk, mail, pop_desk

DAY = 86_400.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PopDesk]:
    with pop_desk(tmp_path) as found:
        yield found


def test_everything_comes_once_bit_by_bit_and_stays_on_the_server(desk: PopDesk) -> None:
    desk.fill(THREE)
    desk.collect()
    desk.collect()
    assert sorted(desk.here()) == sorted(THREE)
    assert desk.left() == THREE
    assert desk.asked("RETR") == 3
    assert not desk.asked("DELE")


def test_removed_after_it_is_here(desk: PopDesk) -> None:
    desk.fill(THREE)
    desk.collect(PopPolicy(keep=PopKeep.REMOVE))
    assert sorted(desk.here()) == sorted(THREE)
    assert desk.left() == []
    assert all(known.is_missing for known in desk.store.known(desk.account_id))


def test_what_a_server_pretended_to_delete_is_not_fetched_again(desk: PopDesk) -> None:
    desk.fill(THREE)
    messages = list(desk.user.mailboxes["INBOX"].messages)
    desk.collect(PopPolicy(keep=PopKeep.REMOVE))
    desk.user.mailboxes["INBOX"].messages.extend(messages)
    desk.collect(PopPolicy(keep=PopKeep.REMOVE))
    assert len(desk.here()) == 3
    assert desk.left() == []
    assert desk.asked("RETR") == 3


@pytest.mark.parametrize("lies_always", [False, True], ids=["once", "always"])
def test_a_message_that_is_shorter_than_it_was_listed_is_asked_for_twice(desk: PopDesk, lies_always: bool) -> None:
    whole = mail(1, size=1_000)
    desk.fill([whole])
    message = desk.user.mailboxes["INBOX"].messages[0]
    desk.server.size = lambda _message: len(whole) + (5_000 if lies_always else 0)
    cut = whole[:200]
    answers = iter([cut, cut, cut] if lies_always else [cut, whole, whole])
    desk.server.content = lambda _message: next(answers)
    desk.collect(PopPolicy(keep=PopKeep.REMOVE))
    assert desk.here() == [cut + b"\r\n" if lies_always else whole]
    assert desk.left() == []
    assert message.raw == whole


def test_left_for_some_days(desk: PopDesk) -> None:
    policy = PopPolicy(keep=PopKeep.DAYS, keep_days=3)
    desk.fill(THREE)
    desk.collect(policy)
    desk.now += 2 * DAY
    desk.collect(policy)
    assert len(desk.left()) == 3
    desk.now += DAY
    desk.collect(policy)
    assert desk.left() == []
    assert len(desk.here()) == 3


def test_left_until_it_is_deleted_here(desk: PopDesk) -> None:
    policy = PopPolicy(keep=PopKeep.UNTIL_DELETED)
    desk.fill(THREE)
    desk.collect(policy)
    mailbox = desk.mailbox
    mailbox.open_folder("INBOX")
    mailbox.move(UidSet.of([1]), "Trash")
    mailbox.delete_forever(UidSet.of([2]))
    desk.collect(policy)
    assert len(desk.left()) == 1
    assert len(desk.here()) == 1
    assert len(desk.here("Trash")) == 1


def test_what_was_removed_for_ever_does_not_come_back_from_a_server_that_keeps_it(desk: PopDesk) -> None:
    desk.fill(THREE)
    desk.collect()
    mailbox = desk.mailbox
    mailbox.open_folder("INBOX")
    mailbox.delete_forever(UidSet.of([1, 2, 3]))
    desk.collect()
    assert desk.here() == []
    assert len(desk.left()) == 3


def test_of_large_mail_the_headers_come_first_and_the_server_keeps_it(desk: PopDesk) -> None:
    large = mail(9, size=50_000)
    policy = PopPolicy(keep=PopKeep.REMOVE, headers_only_over_bytes=10_000)
    desk.fill([mail(1), large])
    desk.collect(policy)
    assert desk.here() == [mail(1)]
    assert desk.left() == [large]
    assert len(desk.mailbox.headers_only("INBOX")) == 1
    desk.collect(policy)
    assert desk.asked("TOP") == 1
    desk.collect(PopPolicy())  # The limit is lifted.
    assert sorted(desk.here()) == sorted([mail(1), large])
    assert not desk.mailbox.headers_only("INBOX")


def test_flags_and_moves_stay_here_when_mail_is_collected_again(desk: PopDesk) -> None:
    desk.fill(THREE)
    desk.collect()
    mailbox = desk.mailbox
    mailbox.open_folder("INBOX")
    mailbox.change_flags(UidSet.of([1]), FlagChange(add=Flag.SEEN))
    mailbox.move(UidSet.of([1]), "Archive")
    desk.collect()
    assert len(desk.here()) == 2
    mailbox.open_folder("Archive")
    assert [record.flags for record in mailbox.fetch_flags(mailbox.list_uids(Uid(1)))] == [Flag.SEEN]


@pytest.mark.parametrize("hidden", [(), ("PIPELINING",), ("UIDL",), ("UIDL", "PIPELINING")], ids=str)
def test_poor_servers(tmp_path: Path, hidden: tuple[str, ...]) -> None:
    with pop_desk(tmp_path, hidden) as desk:
        desk.fill(THREE)
        desk.collect()
        desk.fill([*THREE[1:], mail(4)])
        desk.collect(PopPolicy(keep=PopKeep.REMOVE))
        assert sorted(desk.here()) == sorted([*THREE, mail(4)])
        assert desk.left() == []
        assert desk.asked("RETR") == 4


@pytest.mark.parametrize(
    "uidl", ["same", "", " ", "x" * 100, "ä"], ids=["double", "empty", "space", "long", "not ASCII"]
)
def test_useless_unique_ids(desk: PopDesk, uidl: str) -> None:
    desk.server.uidl = lambda _message: uidl
    desk.fill(THREE)
    desk.collect()
    desk.fill(list(reversed(THREE)))
    desk.collect(PopPolicy(keep=PopKeep.REMOVE))
    assert sorted(desk.here()) == sorted(THREE)
    assert desk.left() == []
    assert desk.asked("RETR") == 3


def test_a_server_that_can_tell_nothing_at_all_is_left_alone(tmp_path: Path) -> None:
    with pop_desk(tmp_path, ("UIDL", "TOP")) as desk:
        desk.fill(THREE)
        desk.collect(PopPolicy(keep=PopKeep.REMOVE))
        assert desk.left() == THREE
        assert desk.here() == []


def test_an_empty_listing_takes_nothing_away_and_brings_nothing_twice(desk: PopDesk) -> None:
    desk.fill(THREE)
    desk.collect()
    messages = list(desk.user.mailboxes["INBOX"].messages)
    desk.fill([])
    desk.collect()
    assert len(desk.here()) == 3
    desk.user.mailboxes["INBOX"].messages.extend(messages)
    desk.collect()
    assert len(desk.here()) == 3


def test_messages_that_got_new_names_are_recognised(desk: PopDesk) -> None:
    many = [mail(number) for number in range(120)]
    desk.fill(many)
    desk.collect()
    desk.server.uidl = lambda message: f"restored-{message.uid}"
    desk.collect()
    assert len(desk.here()) == 120
    assert desk.asked("RETR") == 120
    desk.collect()
    assert desk.asked("TOP") == 120


def test_more_than_a_hundred_unrecognised_ones_are_asked_about_first(desk: PopDesk) -> None:
    desk.fill([mail(number) for number in range(5)])
    desk.collect()
    desk.server.uidl = lambda message: f"restored-{message.uid}"
    desk.fill([mail(number) for number in range(1000, 1101)])
    with pytest.raises(MaildropRenamed, match="101 of them"):
        desk.collect()
    assert len(desk.here()) == 5
    desk.collect(accept_renamed=True)
    assert len(desk.here()) == 106


def test_the_transcript_has_neither_password_nor_mail(desk: PopDesk) -> None:
    desk.fill(THREE)
    desk.collect()
    text = desk.transcripts[0].to_text()
    assert "RETR 1" in text
    assert "not recorded]" in text
    assert "Mail 1" not in text
    assert "pop-canary-1" not in text


@pytest.mark.parametrize("side", [Side.SERVER, Side.CLIENT], ids=["said", "heard"])
@pytest.mark.parametrize("keep", [PopKeep.REMOVE, PopKeep.ALWAYS])
def test_a_cut_at_many_bytes_loses_doubles_and_deletes_nothing(desk: PopDesk, side: Side, keep: PopKeep) -> None:
    assert cut_at_each(desk, side, keep, lambda every: every[::7])[0] > 10


def test_the_name_of_the_maildrop_is_said_to_nobody_else(desk: PopDesk) -> None:
    desk.collect()
    assert {command.split()[0] for command in desk.server.commands} <= {"CAPA", "AUTH", "LIST", "QUIT"}
    assert ADDRESS not in " ".join(desk.server.commands)
