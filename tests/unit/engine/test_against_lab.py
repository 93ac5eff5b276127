"""The whole engine against real protocols on loopback: the lab's IMAP and SMTP servers, rich and poor."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailclient.domain import commands as c
from mailclient.domain.account import Credentials
from mailclient.domain.draft import Draft, DraftAttachment, DraftKind, OutboxState
from mailclient.domain.events import AccountStatus, BodyArrived, OutboxChanged, SynchronisationEnded
from mailclient.domain.flags import Flag
from mailclient.domain.ids import AccountId
from mailclient.domain.probe import ProbeReport
from mailclient.engine.services import Network
from mailclient.lab.environment import Lab
from mailclient.lab.imap_server import CAPABILITIES
from mailclient.net.imap_session import open_imap
from mailclient.net.smtp_submission import SmtpSubmission
from mailclient.protocol.transcript import Direction
from tests.support.extensions import WITHOUT, as_asked, paced
from tests.support.fake_folders import EPOCH, letter
from tests.unit.engine.world import ANNA, BEN, QUICK, World

ADDRESSES = {ANNA: "anna@example.org", BEN: "ben@example.org"}
POORER = [
    pytest.param((), id="everything"),
    pytest.param(("MOVE",), id="without-move"),
    pytest.param(("UIDPLUS",), id="without-uidplus"),
    pytest.param(("QRESYNC",), id="without-qresync"),
    pytest.param(("LIST-STATUS",), id="without-list-status"),
    pytest.param(("CONDSTORE", "QRESYNC", "ESEARCH"), id="without-condstore"),
    pytest.param(tuple(word for word in CAPABILITIES if word not in {"IMAP4rev1", "AUTH=PLAIN"}), id="nothing"),
]
WRITES = (" STORE ", " MOVE ", " COPY ", " APPEND ", "EXPUNGE", " CREATE ")


@contextmanager
def opened(directory: Path, *hidden: str, people: tuple[AccountId, ...] = (ANNA,)) -> Iterator[tuple[Lab, World]]:
    """Start a lab, and a profile with accounts there."""
    with Lab(dict.fromkeys(ADDRESSES.values(), "secret"), hidden_capabilities=hidden) as lab:
        network = Network(open_imap, SmtpSubmission, lambda *_: ProbeReport((), ()), lambda _url: (None, "", ""))
        accounts = [as_asked(lab.account(ADDRESSES[who], who.capitalize(), who)) for who in people]
        world = World(
            directory, paced(QUICK), network=network, accounts=accounts, credentials=Credentials("secret", "secret")
        )
        try:
            yield lab, world
        finally:
            world.close()


def fill(lab: Lab, count: int, folder: str = "INBOX") -> None:
    """Letters 1 to ``count`` arrive for Anna, one a second."""
    for number in range(1, count + 1):
        lab.deliver(ADDRESSES[ANNA], letter(number), folder=folder, received_unix_s=EPOCH + number)


def there(lab: Lab, folder: str = "INBOX", who: AccountId = ANNA) -> dict[str, set[str]]:
    """Return subjects and flags on the server."""
    user = lab.users[ADDRESSES[who]]
    with user.lock:
        found = {}
        for message in user.mailboxes[folder].messages:
            lines = message.raw.decode().split("\r\n")
            found[next(line[9:] for line in lines if line.startswith("Subject: "))] = set(message.flags)
        return found


def alive(lab: Lab, folder: str = "INBOX") -> list[str]:
    """Return the subjects on the server of what nobody marked as deleted."""
    user = lab.users[ADDRESSES[ANNA]]
    with user.lock:
        raws = [m.raw.decode() for m in user.mailboxes[folder].messages if "\\Deleted" not in m.flags]
    return [line[9:] for raw in raws for line in raw.split("\r\n") if line.startswith("Subject: ")]


def commands_sent(world: World, since: int = 0) -> list[str]:
    """Return every line that went to an IMAP server, on connections newer than ``since``."""
    found = []
    for info in reversed(world.engine.connections()):
        transcript = world.engine.transcript(info.connection_id)
        if transcript is not None and info.protocol == "IMAP" and info.connection_id > since:
            found += [line.text for line in transcript.lines() if line.direction is Direction.CLIENT]
    return found


@pytest.mark.parametrize("hidden", POORER)
def test_a_first_synchronisation_and_a_second_that_writes_nothing(tmp_path: Path, hidden: tuple[str, ...]) -> None:
    with opened(tmp_path, *hidden) as (lab, world):
        fill(lab, 120)
        lab.deliver(ADDRESSES[ANNA], letter(500), folder="Entwürfe & mehr/2026")
        world.engine.synchronise_now(ANNA)
        assert world.subjects() == [f"Subject {number}" for number in range(120, 0, -1)]
        assert all(world.reader.raw(row.id) == letter(120 - at) for at, row in enumerate(world.rows()))
        nested = next(folder for folder in world.reader.folders(ANNA) if folder.leaf == "2026")
        assert nested.path == ("Entwürfe & mehr", "2026")
        assert nested.total == 1
        before = world.engine.connections()[0].connection_id
        world.engine.synchronise_now(ANNA)
        again = commands_sent(world, before)
        assert again
        assert not any(word in line.upper() for line in again for word in WRITES)
        assert not any("BODY" in line for line in again)


@pytest.mark.parametrize("hidden", POORER)
def test_actions_travel_both_ways(tmp_path: Path, hidden: tuple[str, ...]) -> None:
    with opened(tmp_path, *hidden) as (lab, world):
        fill(lab, 5)
        world.start()
        world.until(lambda: world.complete() == 5)
        world.submit(c.MarkRead((world.id_of("Subject 1"),)))
        world.submit(c.Star((world.id_of("Subject 2"),)))
        world.submit(c.Archive((world.id_of("Subject 3"),)))
        world.submit(c.Delete((world.id_of("Subject 4"),)))
        world.until(lambda: there(lab).get("Subject 1") == {"\\Seen"})
        world.until(lambda: there(lab).get("Subject 2") == {"\\Flagged"})
        world.until(lambda: list(there(lab, "Archive")) == ["Subject 3"])
        world.until(lambda: list(there(lab, "Trash")) == ["Subject 4"])
        # A server with neither MOVE nor UIDPLUS keeps the old copies, marked as deleted.
        world.until(lambda: sorted(alive(lab)) == ["Subject 1", "Subject 2", "Subject 5"])
        user = lab.users[ADDRESSES[ANNA]]
        with user.lock:
            box = user.mailboxes["INBOX"]
            box.messages[-1].flags.add("\\Answered")
            box.touch(box.messages[-1])
            user.ring()
        world.submit(c.Synchronise(ANNA))
        world.until(lambda: world.flags(world.id_of("Subject 5")) == Flag.ANSWERED)
        world.until(lambda: world.reader.operations(ANNA) == ())
        assert world.subjects("Archive") == ["Subject 3"]


def test_undo_after_the_server_did_it(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        fill(lab, 3)
        world.start()
        world.until(lambda: world.complete() == 3)
        message = world.id_of("Subject 2")
        world.submit(c.Archive((message,)))
        world.until(lambda: alive(lab, "Archive") == ["Subject 2"])
        world.submit(c.Undo())
        world.until(lambda: len(alive(lab)) == 3 and not alive(lab, "Archive"))
        world.until(lambda: world.reader.operations(ANNA) == ())
        assert world.id_of("Subject 2") == message


def test_new_mail_comes_by_itself(tmp_path: Path) -> None:
    """By the doorbell; without IDLE by looking every few minutes."""
    with opened(tmp_path) as (lab, world):
        world.start()
        world.until_quiet()
        if WITHOUT.isdisjoint({"*", "IDLE"}):
            world.until(lambda: any(line.endswith(" IDLE") for line in commands_sent(world)), "the doorbell is armed")
        lab.deliver(ADDRESSES[ANNA], letter(1))
        world.until(lambda: world.complete() == 1)
        assert world.subjects() == ["Subject 1"]


def test_cuts_again_and_again_cost_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        fill(lab, 300)
        ended = threading.Event()

        def cut() -> None:
            while not ended.wait(0.03):
                lab.cut_connections()

        world.start()
        saboteur = threading.Thread(target=cut)
        saboteur.start()
        world.until(lambda: len(world.heard(SynchronisationEnded)) >= 3)
        ended.set()
        saboteur.join()
        world.submit(c.Synchronise(ANNA))  # A folder that was cut off three times waits for the next pass.
        world.until(lambda: world.complete() == 300)
        assert world.subjects() == [f"Subject {number}" for number in range(300, 0, -1)]
        assert all(world.reader.raw(row.id) == letter(300 - at) for at, row in enumerate(world.rows()))


def test_a_letter_from_anna_to_ben_and_his_answer(tmp_path: Path) -> None:
    with opened(tmp_path, people=(ANNA, BEN)) as (lab, world):
        world.start()
        world.until_quiet(ANNA)
        world.until_quiet(BEN)
        picture = DraftAttachment("Übersicht.png", "image/png", bytes(range(256)))
        first = Draft(None, ANNA, to="Ben <ben@example.org>", subject="Grüße", text="Hallo Ben\n.\nAnna")
        world.submit(
            c.SendDraft(
                Draft(
                    None,
                    ANNA,
                    to=first.to,
                    bcc="anna@example.org",
                    subject=first.subject,
                    text=first.text,
                    attachments=(picture,),
                ),
                "1",
            )
        )
        world.until(lambda: world.subjects("INBOX", BEN) == ["Grüße"])
        world.until(lambda: world.subjects("Sent") == ["Grüße"])
        (row,) = world.rows("INBOX", BEN)
        world.until(lambda: world.reader.raw(row.id) is not None)
        raw = world.reader.raw(row.id) or b""
        assert b"\nbcc:" not in raw.lower()
        assert b"anna@example.org" in raw
        assert row.sender_address == "anna@example.org"
        answer = Draft(
            None,
            BEN,
            DraftKind.REPLY,
            to="anna@example.org",
            subject="Re: Grüße",
            text="Danke",
            source_message_id=row.id,
        )
        world.submit(c.SendDraft(answer, "2"))
        world.until(lambda: "Re: Grüße" in world.subjects())
        world.until(lambda: any("\\Answered" in flags for flags in there_raw(lab, BEN)))
        assert [item.state for item in world.reader.outbox()] == []


def there_raw(lab: Lab, who: AccountId) -> list[set[str]]:
    """Return the flags of everything in somebody's inbox."""
    user = lab.users[ADDRESSES[who]]
    with user.lock:
        return [set(message.flags) for message in user.mailboxes["INBOX"].messages]


def test_a_recipient_that_does_not_exist_comes_back_with_the_servers_words(tmp_path: Path) -> None:
    with opened(tmp_path) as (_lab, world):
        world.start()
        world.until_quiet()
        world.send(to="nobody@example.org")
        told = world.until_heard(OutboxChanged, lambda event: event.state is OutboxState.REJECTED)
        assert "nobody of that name" in told.sentence
        world.submit(c.CancelSending(told.outbox_id))
        world.until(lambda: [draft.to for draft in world.reader.drafts()] == ["nobody@example.org"])


HOSTILE = [
    b"",
    b"\r\n",
    b"\r\nno header at all\r\n",
    b"Subject: =?utf-8?q?a=0D=0ABcc:_evil?=\r\nMessage-ID: <[:\r\n\r\nx\r\n",
    b'From: \xff\xfe <x@\xff>\r\nSubject: \xe4\xf6\xfc\r\nMessage-ID: <a"b\\c@example.org>\r\n\r\n\xff\r\n',
    b"Message-ID: <x\r\n y@example.org>\r\nSubject: folded id\r\n\r\nbody\r\n",
    b"Subject: nul \x00 inside\r\n\r\n\x00\x01\r\n",
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n--x\r\n--x--" + b"(" * 5000,
    b"X: " + b"y" * 200_000 + b"\r\nSubject: long\r\n\r\nz\r\n",
]


def test_hostile_messages_come_byte_by_byte_and_can_be_moved(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        for at, raw in enumerate(HOSTILE):
            lab.deliver(ADDRESSES[ANNA], raw, received_unix_s=EPOCH + at)
        world.start()
        world.until_heard(SynchronisationEnded, lambda event: event.complete)
        rows = world.rows()
        assert len(rows) == len(HOSTILE)
        kept = [world.reader.raw(row.id) for row in reversed(rows)]
        assert kept == HOSTILE
        world.submit(c.Archive(tuple(row.id for row in rows)))
        world.until(lambda: len(lab.users[ADDRESSES[ANNA]].mailboxes["Archive"].messages) == len(HOSTILE))
        world.until(lambda: world.reader.operations(ANNA) == ())


def test_a_body_that_is_looked_at_is_there_while_the_rest_still_comes(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        fill(lab, 400)
        world.engine.synchronise_now(ANNA, headers_only=True)
        world.start()
        world.submit(c.FetchBody(world.id_of("Subject 1")))
        arrived = world.until_heard(BodyArrived)
        assert world.reader.raw(arrived.message_id) == letter(1)
        world.until(lambda: world.complete() == 400)


def test_a_wrong_password_is_asked_for_and_then_all_is_well(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        fill(lab, 1)
        world.engine.set_password(ANNA, Credentials("wrong", "wrong"))
        world.start()
        world.until_status(AccountStatus.SIGN_IN_NEEDED)
        assert "wrong" not in " ".join(commands_sent(world))
        world.engine.set_password(ANNA, Credentials("secret", "secret"))
        world.until(lambda: world.complete() == 1)


def test_offline_actions_reach_the_server_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        fill(lab, 3)
        world.start()
        world.until(lambda: world.complete() == 3)
        world.submit(c.GoOnline(False))
        world.submit(c.Archive((world.id_of("Subject 1"), world.id_of("Subject 2"))))
        world.until_obeyed()
        assert len(there(lab)) == 3
        world.again()
        world.until(lambda: sorted(there(lab, "Archive")) == ["Subject 1", "Subject 2"])
        world.until(lambda: world.reader.operations(ANNA) == ())


def test_it_stops_at_once_while_it_idles_and_fetches(tmp_path: Path) -> None:
    with opened(tmp_path) as (lab, world):
        fill(lab, 400)
        world.start()
        world.until(lambda: world.subjects())
        began = time.monotonic()
        world.engine.stop()
        assert time.monotonic() - began < 2.0
        world.build()
        world.start()
        world.until(lambda: world.complete() == 400)
        assert len(world.rows()) == 400
