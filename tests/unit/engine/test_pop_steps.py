"""A POP3 account in the whole engine, against the lab: its folders are here, its mail is safe, its server is visited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain import commands as c
from mailclient.domain.account import Account, Credentials, Endpoint, IncomingProtocol, Security
from mailclient.domain.events import AccountStatus, BodyArrived, BodyFailed, SynchronisationEnded
from mailclient.domain.flags import Flag
from mailclient.domain.ids import AccountId, MessageId
from mailclient.domain.message import Availability
from mailclient.domain.pop import PopKeep, PopPolicy
from mailclient.lab.environment import Lab
from tests.support.engines import LiveEngine, wait_until
from tests.support.pop_desk import mail
from tests.support.scripted_server import Expect, Say, scripted_server

ANNA, BEN = "anna@example.org", "ben@example.org"
SECRET = "secret"


@contextmanager
def opened(directory: Path, policy: PopPolicy | None = None) -> Iterator[tuple[Lab, LiveEngine]]:
    """Start a lab with three letters for Anna, and a profile that fetches them by POP3."""
    with Lab({ANNA: SECRET, BEN: SECRET}) as lab:
        for number in (1, 2, 3):
            lab.deliver(ANNA, mail(number))
        account = replace(lab.pop3_account(ANNA, "Anna", "anna"), pop=policy or PopPolicy())
        with LiveEngine(directory, account, SECRET) as live:
            yield lab, live


def fetched(live: LiveEngine, count: int) -> bool:
    ids = live.ids()
    return len(ids) == count and all(live.reader.raw(key) for key in ids)


def left(lab: Lab, address: str = ANNA) -> int:
    return len(lab.users[address].mailboxes["INBOX"].messages)


def again(live: LiveEngine, account: Account) -> None:
    """One more visit, to its end."""
    before = len(live.seen(SynchronisationEnded))
    live.engine.submit(c.Synchronise(account.id))
    wait_until(lambda: len(live.seen(SynchronisationEnded)) > before, "the next visit")


def test_mail_is_fetched_found_and_kept_where_it_was_moved(profile_dir: Path) -> None:
    with opened(profile_dir) as (lab, live):
        wait_until(lambda: fetched(live, 3), "the mail")
        assert len(live.reader.search("Mail 2")) == 1
        first, second, third = live.ids()
        live.engine.submit(c.MarkRead((first,)))
        live.engine.submit(c.Archive((second,)))
        live.engine.submit(c.Delete((third,)))
        wait_until(lambda: len(live.ids("Archive")) == len(live.ids("Trash")) == 1, "the moves")
        wait_until(lambda: not live.reader.operations(live.account.id), "the journal to be done")
        again(live, live.account)
        assert live.ids() == (first,)
        assert live.ids("Archive") == (second,)
        assert left(lab) == 3
        live.engine.submit(c.Undo())
        wait_until(lambda: set(live.ids()) == {first, third}, "the undo")
        wait_until(lambda: not live.reader.operations(live.account.id), "the undo to be done")
        again(live, live.account)
        assert set(live.ids()) == {first, third}


def test_deleting_here_deletes_there_when_the_policy_says_so(profile_dir: Path) -> None:
    with opened(profile_dir, PopPolicy(keep=PopKeep.UNTIL_DELETED)) as (lab, live):
        wait_until(lambda: fetched(live, 3), "the mail")
        wait_until(lambda: live.seen(SynchronisationEnded), "the end of the first visit")
        live.engine.submit(c.Delete((live.ids()[0],)))
        wait_until(lambda: live.ids("Trash"), "the trash")
        wait_until(lambda: not live.reader.operations(live.account.id), "the journal to be done")
        again(live, live.account)
        wait_until(lambda: left(lab) == 2, "the server's copy to go")
        assert live.reader.raw(live.ids("Trash")[0])


def test_one_synchronisation_takes_off_the_server_what_was_deleted_before_it(profile_dir: Path) -> None:
    with Lab({ANNA: SECRET}) as lab:
        lab.deliver(ANNA, mail(1))
        account = replace(lab.pop3_account(ANNA, "Anna", "anna"), pop=PopPolicy(keep=PopKeep.UNTIL_DELETED))
        with LiveEngine(profile_dir, account, SECRET, start=False) as live:
            live.engine.synchronise_now(account.id)
            live.engine.carry_out(c.Delete(live.ids()))
            live.engine.synchronise_now(account.id)
            assert len(live.ids("Trash")) == 1
            assert left(lab) == 0


def test_what_is_only_here_survives_the_loss_of_the_cache(profile_dir: Path) -> None:
    with opened(profile_dir, PopPolicy(keep=PopKeep.REMOVE)) as (lab, live):
        wait_until(lambda: fetched(live, 3), "the mail")
        wait_until(lambda: left(lab) == 0, "the server to be empty")
        live.engine.submit(c.Archive((live.ids()[0],)))
        live.engine.submit(c.MarkRead((live.ids()[0],)))
        wait_until(lambda: not live.reader.operations(live.account.id) and live.ids("Archive"), "the journal")
        raws = {live.reader.raw(key) for key in (*live.ids(), *live.ids("Archive"))}
        live.stop()
        for name in ("cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm"):
            (profile_dir / name).unlink(missing_ok=True)
        with LiveEngine(profile_dir, live.account, SECRET) as anew:
            wait_until(lambda: fetched(anew, 2) and len(anew.ids("Archive")) == 1, "the mail from the user's file")
            wait_until(lambda: anew.reader.raw(anew.ids("Archive")[0]), "the archived one")
            assert {anew.reader.raw(key) for key in (*anew.ids(), *anew.ids("Archive"))} == raws
            assert len(anew.reader.search("Mail")) == 3


def availability(live: LiveEngine, key: MessageId) -> Availability | None:
    row = live.reader.row(key)
    return row.availability if row else None


def test_large_mail_is_completed_when_it_is_opened(profile_dir: Path) -> None:
    policy = PopPolicy(headers_only_over_bytes=5_000)
    with Lab({ANNA: SECRET}) as lab:
        large = mail(9, size=50_000)
        lab.deliver(ANNA, large)
        account = replace(lab.pop3_account(ANNA, "Anna", "anna"), pop=policy)
        with LiveEngine(profile_dir, account, SECRET) as live:
            wait_until(lambda: live.seen(SynchronisationEnded), "the first visit")
            (key,) = live.ids()
            row = live.reader.row(key)
            assert row is not None
            assert (row.subject, row.availability, row.size_bytes) == ("Mail 9", Availability.HEADERS, len(large))
            live.engine.submit(c.FetchBody(key))
            wait_until(lambda: live.seen(BodyArrived), "the whole message")
            assert live.reader.raw(key) == large
            assert availability(live, key) is Availability.COMPLETE
            assert left(lab) == 1


def test_large_mail_that_the_server_gave_away_says_so(profile_dir: Path) -> None:
    with Lab({ANNA: SECRET}) as lab:
        lab.deliver(ANNA, mail(9, size=50_000))
        account = replace(lab.pop3_account(ANNA, "Anna", "anna"), pop=PopPolicy(headers_only_over_bytes=5_000))
        with LiveEngine(profile_dir, account, SECRET) as live:
            wait_until(lambda: live.seen(SynchronisationEnded), "the first visit")
            lab.users[ANNA].mailboxes["INBOX"].messages.clear()
            live.engine.submit(c.FetchBody(live.ids()[0]))
            wait_until(lambda: live.seen(BodyFailed), "the answer")
            assert len(live.ids()) == 1


def test_two_accounts_may_share_one_inbox(profile_dir: Path) -> None:
    with opened(profile_dir) as (lab, live):
        wait_until(lambda: fetched(live, 3), "Anna's mail")
        lab.deliver(BEN, mail(7))
        policy = PopPolicy(keep=PopKeep.REMOVE, deliver_to=live.account.id)
        ben = replace(lab.pop3_account(BEN, "Ben", "ben"), pop=policy)
        live.engine.add_account(ben, Credentials(SECRET, SECRET), remember=False)
        anna_inbox = next(f for f in live.reader.folders(live.account.id) if f.name == "Inbox")
        wait_until(lambda: live.reader.id_page(anna_inbox.id, limit=10).ids[3:], "Ben's mail in Anna's inbox")
        wait_until(lambda: left(lab, BEN) == 0, "Ben's server to be empty")
        again(live, live.account)
        assert len(live.reader.id_page(anna_inbox.id, limit=10).ids) == 4
        assert not any(folder.total for folder in live.reader.folders(ben.id))


def test_a_wrong_password_is_asked_for_and_mail_here_stays_usable(profile_dir: Path) -> None:
    with opened(profile_dir) as (lab, live):
        wait_until(lambda: fetched(live, 3), "the mail")
        lab.users[ANNA].password = "another"
        live.engine.submit(c.Synchronise(live.account.id))
        wait_until(lambda: live.engine.status(live.account.id).status is AccountStatus.SIGN_IN_NEEDED, "the question")
        live.engine.submit(c.Star((live.ids()[0],)))
        wait_until(lambda: (live.reader.row(live.ids()[0]) or pytest.fail()).flags & Flag.FLAGGED, "the star")
        live.engine.set_password(live.account.id, Credentials("another", "another"), remember=False)
        wait_until(lambda: live.engine.status(live.account.id).status is AccountStatus.IDLE, "the next visit")


def test_messages_that_were_all_renamed_are_asked_about(profile_dir: Path) -> None:
    with opened(profile_dir) as (lab, live):
        wait_until(lambda: fetched(live, 3), "the mail")
        lab.pop3.uidl = lambda message: f"new-{message.uid}"
        lab.users[ANNA].mailboxes["INBOX"].messages.clear()
        for number in range(100, 201):
            lab.deliver(ANNA, mail(number))
        live.engine.submit(c.Synchronise(live.account.id))
        wait_until(lambda: live.engine.status(live.account.id).status is AccountStatus.MAIL_RENAMED, "the question")
        assert "101 of them" in live.engine.status(live.account.id).sentence
        assert len(live.ids()) == 3
        live.engine.accept_renamed(live.account.id)
        wait_until(lambda: fetched(live, 104), "all of it")


def test_removing_an_account_says_how_much_is_only_here(profile_dir: Path) -> None:
    with opened(profile_dir, PopPolicy(keep=PopKeep.REMOVE)) as (lab, live):
        wait_until(lambda: left(lab) == 0, "the server to be empty")
        wait_until(lambda: live.engine.mail_only_here(live.account.id) == 3, "the count")
        live.engine.remove_account(live.account.id)
        assert live.engine.mail_only_here(live.account.id) == 0


def test_a_message_that_stalls_on_its_way_is_given_up_when_the_user_stops(profile_dir: Path) -> None:
    stuffed = b"+OK\r\n" + mail(2).replace(b"\r\n.", b"\r\n..") + b".\r\n"
    script = (
        Say(b"+OK ready\r\n"),
        *(Expect(b"CAPA"), Say(b"-ERR\r\n"), Expect(b"USER"), Say(b"+OK\r\n"), Expect(b"PASS"), Say(b"+OK\r\n")),
        *(Expect(b"CAPA"), Say(b"-ERR\r\n"), Expect(b"LIST"), Say(b"+OK\r\n1 100\r\n2 %d\r\n.\r\n" % len(mail(2)))),
        *(Expect(b"UIDL"), Say(b"+OK\r\n1 a\r\n2 b\r\n.\r\n"), Expect(b"RETR 2"), Say(stuffed)),
        *(Expect(b"RETR 1"), Say(b"+OK\r\nSubject: half of")),
    )
    with scripted_server(*script) as played:
        incoming = Endpoint("127.0.0.1", played.port, Security.PLAIN, "anna")
        account = Account(AccountId("anna"), ANNA, "Anna", ANNA, incoming, incoming, IncomingProtocol.POP3)
        with LiveEngine(profile_dir, account, SECRET) as live:
            wait_until(lambda: b"RETR 1" in played.all_heard, "the second message to be on its way")
            live.engine.submit(c.CancelWork(account.id))
            wait_until(lambda: live.seen(SynchronisationEnded), "the end", 5.0)
            wait_until(lambda: fetched(live, 1), "what had arrived")
            assert live.engine.status(account.id).status is AccountStatus.IDLE
