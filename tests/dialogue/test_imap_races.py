"""Mail that comes and goes while somebody asks, and answers to questions nobody put. After Trojitá's list of cases."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import MalformedReply
from mailclient.domain.flags import Flag
from mailclient.domain.ids import Uid
from mailclient.protocol.uid_sets import UidSet
from tests.support.imap_scripts import ask, opened, session, signed_in
from tests.support.scripted_server import Expect, Say, Step

BEGIN = (*signed_in("ESEARCH UIDPLUS"), *ask(b"SELECT", *opened(3, 8)))


def test_an_answer_to_another_search_is_not_this_ones() -> None:
    script = ask(
        b"UID SEARCH RETURN (ALL)",
        b'* ESEARCH (TAG "P99") UID ALL 1:500',
        b'* ESEARCH (TAG "{tag}") UID ALL 3:5',
    )
    with session(*BEGIN, *script) as (remote, _):
        remote.open_folder("INBOX")
        assert remote.list_uids(Uid(1)) == UidSet.parse("3:5")


def test_a_search_that_nobody_asked_for_tells_nothing() -> None:
    script = ask(b"NOOP", b"* ESEARCH UID ALL 1:500", b"* SEARCH 7 8")
    with session(*BEGIN, *script) as (remote, _):
        remote.open_folder("INBOX")
        assert not remote.keep_alive()


@pytest.mark.parametrize("line", [b"* SEARCH 0", b"* SEARCH 4294967296", b"* ESEARCH UID ALL 0:3", b"* SEARCH x"])
def test_numbers_that_are_no_uids_end_the_connection_or_the_answer(line: bytes) -> None:
    with session(*BEGIN, *ask(b"UID SEARCH", line)) as (remote, _), pytest.raises(MalformedReply):
        remote.open_folder("INBOX")
        remote.list_uids(Uid(1))


def test_uid_0_in_a_fetch_ends_the_connection() -> None:
    with (
        session(*BEGIN, *ask(b"UID FETCH", b"* 1 FETCH (UID 0 FLAGS ())")) as (remote, _),
        pytest.raises(MalformedReply),
    ):
        remote.open_folder("INBOX")
        list(remote.fetch_flags(UidSet.of([1])))


RACES = [b"* 4 EXISTS", b"* 2 EXPUNGE", b"* VANISHED 5", b"* 3 FETCH (FLAGS (\\Seen))", b"* 0 RECENT"]


@pytest.mark.parametrize("race", RACES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_happens_during_a_fetch_is_noticed_and_changes_no_answer(race: bytes, place: int) -> None:
    lines = [b"* 1 FETCH (UID 4 FLAGS (\\Seen))", b"* 2 FETCH (UID 5 FLAGS ())"]
    lines.insert(place, race)
    with session(*BEGIN, *ask(b"UID FETCH", *lines), *ask(b"NOOP")) as (remote, _):
        remote.open_folder("INBOX")
        records = list(remote.fetch_flags(UidSet.of([4, 5])))
        assert [(record.uid, record.flags) for record in records] == [(4, Flag.SEEN), (5, Flag.NONE)]
        assert remote.keep_alive()


@pytest.mark.parametrize("race", [b"* 4 EXISTS", b"* 5 EXISTS\r\n* 4 EXISTS"])
def test_mail_that_arrives_while_a_folder_is_opened_counts(race: bytes) -> None:
    script = (*signed_in(""), *ask(b"SELECT", *opened(3, 8), race))
    with session(*script) as (remote, _):
        assert remote.open_folder("INBOX").exists == 4


def test_messages_that_went_before_their_flags_were_asked_for_are_left_out() -> None:
    script: tuple[Step, ...] = ask(b"UID FETCH 4:9", b"* 1 FETCH (UID 4 FLAGS ())", b"* 2 FETCH (UID 77 FLAGS ())")
    with session(*BEGIN, *script) as (remote, _):
        remote.open_folder("INBOX")
        assert [record.uid for record in remote.fetch_flags(UidSet.parse("4:9"))] == [4]


def test_bodies_of_two_requests_may_come_mixed_and_end_in_any_order() -> None:
    """Dovecot begins the next FETCH when the line is full; what it says then belongs to both."""
    first, second = UidSet.parse("1:2"), UidSet.parse("3:4")

    def body(uid: int) -> bytes:
        return b"* %d FETCH (UID %d BODY[] {4}\r\nno %d)\r\n" % (uid, uid, uid)

    script = (
        *BEGIN,
        Expect(b"UID FETCH 1:2"),
        Expect(b"UID FETCH 3:4"),
        Say(body(1) + body(3) + body(4) + body(9) + b"P4 OK done\r\n" + body(2) + b"P3 OK done\r\n"),
        *ask(b"NOOP"),
    )
    with session(*script) as (remote, _):
        remote.open_folder("INBOX")
        records = list(remote.fetch_bodies(iter([first, second])))
        assert [(record.uid, record.raw) for record in records] == [(n, b"no %d" % n) for n in (1, 3, 4, 2)]
        remote.keep_alive()
