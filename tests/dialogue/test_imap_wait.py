"""Waiting for news: whole lines in any pieces, chatter, goodbyes, and servers that no longer answer. RFC 2177, RFC 5465."""

from __future__ import annotations

import threading

import pytest

from mailclient.domain.errors import NetworkGone, ServerRefused
from mailclient.domain.exchange import FolderNews
from tests.support.imap_scripts import ask, opened, session, signed_in
from tests.support.scripted_server import Cut, Expect, Say

IDLE = (*signed_in("IDLE"), *ask(b"SELECT", *opened(4, 8)), Expect(b"IDLE"))
OVER = (Expect(b"DONE"), Say(b"P3 OK done\r\n"))
NOTIFY = signed_in("NOTIFY")


@pytest.mark.parametrize(
    "news", [b"* 5 EXISTS\r\n", b"* 3 EXPUNGE\r\n", b"* 2 FETCH (FLAGS ())\r\n", b"* VANISHED 7\r\n"]
)
def test_news_may_be_split_at_every_byte(news: bytes) -> None:
    for cut in range(len(news) + 1):
        with session(*IDLE, Say(b"+ idling\r\n" + news[:cut]), Say(news[cut:]), *OVER) as (remote, _):
            remote.open_folder("INBOX")
            assert remote.idle(5.0)


def test_chatter_is_no_news() -> None:
    chatter = Say(b"+ idling\r\n* OK Still here\r\n* OK Still")
    end = (Expect(b"DONE"), Say(b" here\r\nP3 OK done\r\n"))
    with session(*IDLE, chatter, *end) as (remote, _):
        remote.open_folder("INBOX")
        waking = threading.Timer(0.1, remote.wake)
        waking.start()
        assert not remote.idle(5.0)
        waking.join()


@pytest.mark.parametrize("chatter", [1, 3, 40])
def test_news_behind_chatter_in_the_same_piece_are_heard_at_once(chatter: int) -> None:
    """Nothing more arrives after them: whoever waited for the socket before looking at all of it would not hear them."""
    piece = b"+ idling\r\n" + b"* OK Still here\r\n" * chatter + b"* 5 EXISTS\r\n"
    with session(*IDLE, Say(piece), *OVER) as (remote, _):
        remote.open_folder("INBOX")
        assert remote.idle(60.0)


def test_after_the_time_it_is_armed_anew() -> None:
    again = (Expect(b"IDLE"), Say(b"+ idling\r\n* OK Still here\r\n"), Expect(b"DONE"), Say(b"P4 OK done\r\n"))
    with session(*IDLE, Say(b"+ idling\r\n"), *OVER, *again) as (remote, _):
        remote.open_folder("INBOX")
        assert not remote.idle(0.05)
        assert not remote.idle(0.05)


def test_news_that_come_with_the_end_of_waiting_are_heard() -> None:
    end = (Expect(b"DONE"), Say(b"* 5 EXISTS\r\nP3 OK done\r\n"))
    with session(*IDLE, Say(b"+ idling\r\n"), *end) as (remote, _):
        remote.open_folder("INBOX")
        assert remote.idle(0.05)


def test_news_before_the_leave_to_wait_are_heard() -> None:
    with session(*IDLE, Say(b"* 5 EXISTS\r\n+ idling\r\n"), *OVER) as (remote, _):
        remote.open_folder("INBOX")
        assert remote.idle(5.0)


@pytest.mark.parametrize("word", [b"NO", b"BAD"])
def test_a_refusal_is_told(word: bytes) -> None:
    with session(*IDLE, Say(b"P3 " + word + b" not now\r\n")) as (remote, _):
        remote.open_folder("INBOX")
        with pytest.raises(ServerRefused):
            remote.idle(5.0)


@pytest.mark.parametrize("pieces", [0, 1, 3])
def test_a_goodbye_ends_the_connection(pieces: int) -> None:
    with session(*IDLE, Say(b"+ idling\r\n* BYE maintenance\r\n", pieces), Cut()) as (remote, _):
        remote.open_folder("INBOX")
        with pytest.raises(NetworkGone, match="maintenance"):
            remote.idle(5.0)


def test_a_server_that_does_not_answer_the_end_of_waiting_is_gone() -> None:
    with session(*IDLE, Say(b"+ idling\r\n"), Expect(b"DONE")) as (remote, _):
        remote.open_folder("INBOX")
        remote.dialogue.wire.socket.settimeout(0.3)
        with pytest.raises(NetworkGone):
            remote.idle(0.05)


def test_a_server_that_ends_the_waiting_itself_is_not_told_so_again() -> None:
    with session(*IDLE, Say(b"+ idling\r\nP3 OK enough\r\n"), *ask(b"NOOP")) as (remote, played):
        remote.open_folder("INBOX")
        assert not remote.idle(5.0)
        remote.keep_alive()
    assert b"DONE" not in played.all_heard


TOLD = b"* STATUS INBOX (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 UNSEEN 1)"


def test_all_folders_are_told_of() -> None:
    news = b'* STATUS Archive (MESSAGES 1)\r\n* STATUS INBOX (UNSEEN 0)\r\n* LIST () "/" New\r\n'
    for cut in range(len(news) + 1):
        # What has come is rung for at once, and the rest by the next waiting.
        script = (*ask(b"NOTIFY SET STATUS", TOLD), Say(news[:cut]), Say(news[cut:]))
        with session(*NOTIFY, *script) as (remote, _):
            told = remote.watch_everything()
            assert told is not None
            assert told["INBOX"].messages == 3
            found: set[str] = set()
            listed = False
            while not listed:
                heard = remote.wait_for_news(5.0)
                found |= heard.wire_names
                listed = heard.listing_changed
            assert found == {"Archive", "INBOX"}


def test_a_server_that_tells_less_is_asked_for_less() -> None:
    script = (*ask(b"MailboxName", done=b"NO [BADEVENT (MessageNew)] no"), *ask(b"FlagChange))", TOLD))
    with session(*NOTIFY, *script) as (remote, _):
        assert remote.watch_everything() is not None


def test_a_server_that_will_not_tell_is_not_asked_again() -> None:
    script = (*ask(b"NOTIFY", done=b"NO no"), *ask(b"NOTIFY", done=b"BAD no"))
    with session(*NOTIFY, *script) as (remote, _):
        assert remote.watch_everything() is None
        assert remote.watch_everything() is None
        assert "NOTIFY" not in remote.capabilities


def test_a_silent_connection_is_proven_alive_after_the_time() -> None:
    with session(*NOTIFY, *ask(b"NOTIFY", TOLD), *ask(b"NOOP")) as (remote, _):
        remote.watch_everything()
        assert remote.wait_for_news(0.05) == FolderNews()


def test_news_that_come_with_the_proof_of_life_are_heard() -> None:
    script = (*ask(b"NOTIFY", TOLD), *ask(b"NOOP", b"* STATUS INBOX (MESSAGES 4)"))
    with session(*NOTIFY, *script) as (remote, _):
        remote.watch_everything()
        assert remote.wait_for_news(0.05).wire_names == {"INBOX"}


@pytest.mark.parametrize("count", [1, 2, 30])
def test_news_that_have_come_before_the_waiting_begins_are_all_heard(count: int) -> None:
    """In the same piece as the answer before: nothing more comes, and nobody else would wake the waiting."""
    news = b"".join(b"* STATUS F%d (MESSAGES 4)\r\n" % number for number in range(count))
    asked = (Expect(b"NOTIFY"), Say(TOLD + b"\r\n{tag} OK done\r\n" + news))
    with session(*NOTIFY, *asked) as (remote, _):
        remote.watch_everything()
        remote.wake()  # Not even when somebody rings.
        assert remote.wait_for_news(5.0).wire_names == {f"F{number}" for number in range(count)}


def test_one_that_is_not_alive_is_gone() -> None:
    with session(*NOTIFY, *ask(b"NOTIFY", TOLD), Expect(b"NOOP")) as (remote, _):
        remote.watch_everything()
        remote.dialogue.wire.socket.settimeout(0.3)
        with pytest.raises(NetworkGone):
            remote.wait_for_news(0.05)


def test_too_much_to_tell_ends_the_telling() -> None:
    script = (*ask(b"NOTIFY", TOLD), Say(b"* OK [NOTIFICATIONOVERFLOW] too much\r\n"))
    with session(*NOTIFY, *script) as (remote, _):
        remote.watch_everything()
        assert remote.wait_for_news(5.0).has_ended
        assert "NOTIFY" not in remote.capabilities


def test_a_goodbye_to_one_who_hears_all() -> None:
    with session(*NOTIFY, *ask(b"NOTIFY", TOLD), Say(b"* BYE maintenance\r\n"), Cut()) as (remote, _):
        remote.watch_everything()
        with pytest.raises(NetworkGone, match="maintenance"):
            remote.wait_for_news(5.0)
