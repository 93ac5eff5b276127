"""QRESYNC as servers speak it, and as they should not. RFC 7162."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import FolderChanged, MalformedReply
from mailclient.domain.exchange import ChangesSince, FlagRecord, LastSeen
from mailclient.domain.flags import Flag
from mailclient.domain.ids import ModSeq, Uid, UidValidity
from tests.support.imap_scripts import ask, opened, session, signed_in
from tests.support.scripted_server import Say, Step

SINCE = LastSeen(UidValidity(9), ModSeq(100), Uid(7))
QUICK = (*signed_in("ENABLE CONDSTORE QRESYNC"), *ask(b"ENABLE QRESYNC", b"* ENABLED QRESYNC"))
NOW = opened(3, 8, b"HIGHESTMODSEQ 120")


def test_what_changed_is_in_the_answer() -> None:
    script = ask(
        b'SELECT "INBOX" (QRESYNC (9 100 1:7))',
        b"* OK [CLOSED] the folder before",
        *NOW,
        b"* VANISHED (EARLIER) 2,4:5",
        b"* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (119))",
        b"* 3 FETCH (FLAGS (\\Flagged) MODSEQ (120) UID 7)",
    )
    with session(*QUICK, *script) as (remote, _):
        snapshot = remote.open_folder("INBOX", since=SINCE)
    assert snapshot.highest_modseq == 120
    assert snapshot.changes == ChangesSince(
        ((2, 2), (4, 5)),
        (FlagRecord(Uid(1), Flag.SEEN, ModSeq(119)), FlagRecord(Uid(7), Flag.FLAGGED, ModSeq(120))),
    )


def test_what_is_said_of_the_folder_before_is_not_taken_for_this_one() -> None:
    script = ask(
        b"SELECT",
        b"* 900 EXISTS",
        b"* VANISHED 1:3",
        b"* 5 FETCH (UID 5 FLAGS (\\Deleted) MODSEQ (99))",
        b"* OK [HIGHESTMODSEQ 4000] of the folder before",
        b"* OK [CLOSED] from here on the other",
        *opened(0, 8, b"HIGHESTMODSEQ 100")[1:],
    )
    with session(*QUICK, *script) as (remote, _):
        snapshot = remote.open_folder("Archive", since=SINCE)
    assert (snapshot.exists, snapshot.highest_modseq, snapshot.changes) == (0, 100, ChangesSince((), ()))


@pytest.mark.parametrize(
    "lines",
    [
        (*NOW, b"* 2 FETCH (FLAGS (\\Deleted))"),
        (*NOW, b"* 2 FETCH (UID 2 MODSEQ (119))"),
        (*NOW, b"* 2 EXPUNGE"),
        opened(3, 8, b"HIGHESTMODSEQ 120", validity=10),
    ],
    ids=["no UID", "no flags", "a sequence number", "another UIDVALIDITY"],
)
def test_an_answer_that_cannot_be_relied_upon_tells_nothing(lines: tuple[bytes, ...]) -> None:
    with session(*QUICK, *ask(b"SELECT", *lines)) as (remote, _):
        assert remote.open_folder("INBOX", since=SINCE).changes is None


def test_a_folder_without_modification_sequences_says_so() -> None:
    with session(*QUICK, *ask(b"SELECT", *opened(3, 8, b"NOMODSEQ", b"HIGHESTMODSEQ 5"))) as (remote, _):
        assert remote.open_folder("INBOX", since=SINCE).highest_modseq is None


@pytest.mark.parametrize(
    "line",
    [b"* VANISHED (EARLIER) 0", b"* VANISHED 1:*", b"* VANISHED (EARLIER) 1;2", b"* VANISHED (EARLIER) 1:4294967296"],
)
def test_a_malformed_list_of_what_vanished_ends_the_connection(line: bytes) -> None:
    with session(*QUICK, *ask(b"SELECT", *NOW, line)) as (remote, _), pytest.raises(MalformedReply):
        remote.open_folder("INBOX", since=SINCE)


def test_all_of_the_numbers_that_there_are_cost_nothing() -> None:
    with session(*QUICK, *ask(b"SELECT", *NOW, b"* VANISHED (EARLIER) 1:4294967295")) as (remote, _):
        changes = remote.open_folder("INBOX", since=SINCE).changes
    assert changes is not None
    assert changes.vanished == ((1, 4_294_967_295),)


def test_a_server_that_does_not_understand_what_it_offers_is_asked_in_the_older_way() -> None:
    script: tuple[Step, ...] = (
        *ask(b"(QRESYNC", done=b"BAD what is that"),
        *ask(b'SELECT "INBOX" (CONDSTORE)', *NOW),
        *ask(b'SELECT "Archive" (CONDSTORE)', *NOW),
    )
    with session(*QUICK, *script) as (remote, _):
        assert remote.open_folder("INBOX", since=SINCE).changes is None
        remote.open_folder("Archive", since=SINCE)


def test_a_folder_that_is_gone_is_gone_with_qresync_too() -> None:
    with (
        session(*QUICK, *ask(b"SELECT", done=b"NO [NONEXISTENT] no such folder")) as (remote, _),
        pytest.raises(FolderChanged),
    ):
        remote.open_folder("INBOX", since=SINCE)


def test_without_enable_it_is_not_used() -> None:
    with session(*signed_in("CONDSTORE QRESYNC"), *ask(b'SELECT "INBOX" (CONDSTORE)', *NOW)) as (remote, _):
        assert remote.open_folder("INBOX", since=SINCE).changes is None


@pytest.mark.parametrize(
    ("without", "script"),
    [
        ({"QRESYNC"}, (*ask(b"ENABLE CONDSTORE"), *ask(b'SELECT "INBOX" (CONDSTORE)', *NOW))),
        ({"QRESYNC", "CONDSTORE"}, ask(b'SELECT "INBOX"', *NOW)),
        ({"*"}, ask(b'SELECT "INBOX"', *NOW)),
    ],
)
def test_an_account_may_do_without(without: set[str], script: tuple[Step, ...]) -> None:
    begin = signed_in("ENABLE CONDSTORE QRESYNC")
    with session(*begin, *script, without=frozenset(without)) as (remote, played):
        assert remote.open_folder("INBOX", since=SINCE).changes is None
    assert b"QRESYNC" not in played.all_heard


@pytest.mark.parametrize("pieces", [1, 2, 5, 13])
def test_an_answer_in_any_pieces_says_the_same(pieces: int) -> None:
    expect, say = ask(b"SELECT", *NOW, b"* VANISHED (EARLIER) 2,4:5", b"* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (119))")
    assert isinstance(say, Say)
    with session(*QUICK, expect, Say(say.data, pieces)) as (remote, _):
        changes = remote.open_folder("INBOX", since=SINCE).changes
    assert changes == ChangesSince(((2, 2), (4, 5)), (FlagRecord(Uid(1), Flag.SEEN, ModSeq(119)),))
