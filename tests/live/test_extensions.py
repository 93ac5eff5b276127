"""A real Dovecot with everything it offers, and with less and less of it: the mailbox comes out the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain.commands import MarkRead, Synchronise
from mailclient.domain.flags import Flag
from mailclient.protocol.transcript import Direction
from tests.live.conftest import account_of, second_client
from tests.support.engines import LiveEngine, wait_until
from tests.support.extensions import needs
from tests.support.messages import mixed_messages
from tests.support.servers.dovecot import Dovecot, missing, running_dovecot

pytestmark = pytest.mark.live
LESS = [
    pytest.param(frozenset[str](), id="everything"),
    pytest.param(frozenset({"QRESYNC"}), id="without-qresync"),
    pytest.param(frozenset({"QRESYNC", "CONDSTORE", "NOTIFY"}), id="without-condstore"),
    pytest.param(frozenset({"LIST-STATUS", "NOTIFY"}), id="without-list-status"),
    pytest.param(frozenset({"*"}), id="nothing"),
]
USER = "xenia@example.org"


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """A server whose mailbox nobody else fills."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    with running_dovecot([USER]) as server:
        yield server


def live_engine(dovecot: Dovecot, profile: Path, without: frozenset[str], *, start: bool = True) -> LiveEngine:
    account = account_of(dovecot, USER)
    return LiveEngine(profile, replace(account, without=account.without | without), dovecot.password, start=start)


def asked(live: LiveEngine) -> list[str]:
    """Return what the last connection was asked."""
    said = live.engine.transcript(live.engine.connections()[0].connection_id)
    assert said is not None
    lines = [line.text for line in said.lines() if line.direction is Direction.CLIENT]
    return [line.partition(" ")[2] for line in lines]


@pytest.mark.parametrize("without", LESS)
def test_changes_of_another_client_arrive(own_dovecot: Dovecot, profile_dir: Path, without: frozenset[str]) -> None:
    own_dovecot.put(USER, mixed_messages(40, seed=7))
    with live_engine(own_dovecot, profile_dir, without) as live:
        wait_until(lambda: len(live.ids()) == 40 and live.reader.raw(live.ids()[-1]), "the messages")
        other = second_client(own_dovecot, USER)
        other.select("INBOX")
        other.uid("STORE", "1:5", "+FLAGS", "(\\Flagged)")
        other.uid("STORE", "10,12,14:20", "+FLAGS", "(\\Deleted)")
        other.expunge()
        other.append("INBOX", "", "", b"Subject: late\r\n\r\nlate\r\n")
        other.create("Elsewhere")
        other.append("Elsewhere", "", "", b"Subject: there\r\n\r\nthere\r\n")
        if "*" in without or not live.account.without.isdisjoint({"*", "IDLE"}):
            live.engine.submit(Synchronise())  # What the poll does every five minutes.

        def flagged() -> int:
            rows = [live.reader.row(message_id) for message_id in live.ids()]
            return sum(bool(row and row.flags & Flag.FLAGGED) for row in rows)

        wait_until(lambda: len(live.ids()) == 32 and flagged() == 5, "the changes in the inbox")
        if "NOTIFY" in live.account.without:
            live.engine.submit(Synchronise())  # IDLE hears of one folder only.
        wait_until(lambda: len(live.ids("Elsewhere")) == 1, "the new folder")
        live.engine.submit(MarkRead((live.ids()[3],)))
        wait_until(lambda: other.uid("SEARCH", "SEEN")[1] != [b""], "the mark on the server")
        other.logout()


@pytest.mark.parametrize("without", LESS)
def test_a_second_synchronisation_finds_everything_as_it_was(
    own_dovecot: Dovecot, profile_dir: Path, without: frozenset[str]
) -> None:
    own_dovecot.put(USER, mixed_messages(40, seed=8))
    own_dovecot.put(USER, mixed_messages(10, seed=9), "Archive")
    with live_engine(own_dovecot, profile_dir, without, start=False) as live:
        live.engine.synchronise_now(live.account.id)
        before = [(live.reader.row(i), live.reader.location(i)) for i in (*live.ids(), *live.ids("Archive"))]
        live.engine.synchronise_now(live.account.id)
        after = [(live.reader.row(i), live.reader.location(i)) for i in (*live.ids(), *live.ids("Archive"))]
        assert before == after
        assert not any("BODY" in line for line in asked(live))


@needs("LIST-STATUS", "CONDSTORE")
def test_where_nothing_changed_no_folder_is_opened(own_dovecot: Dovecot, profile_dir: Path) -> None:
    own_dovecot.put(USER, mixed_messages(40, seed=8))
    with live_engine(own_dovecot, profile_dir, frozenset(), start=False) as live:
        for _ in range(3):
            live.engine.synchronise_now(live.account.id)
        assert not any(line.startswith(("SELECT", "EXAMINE", "UID")) for line in asked(live))
        other = second_client(own_dovecot, USER)
        other.append("Archive", "", "", b"Subject: there\r\n\r\nthere\r\n")
        other.logout()
        live.engine.synchronise_now(live.account.id, headers_only=True)
        assert [line for line in asked(live) if line.startswith("SELECT")] == ['SELECT "Archive" (CONDSTORE)']
        assert len(live.ids("Archive")) == 1


@needs("NOTIFY")
def test_every_folder_rings(own_dovecot: Dovecot, profile_dir: Path) -> None:
    with live_engine(own_dovecot, profile_dir, frozenset()) as live:
        wait_until(lambda: any("NOTIFY" in line for line in _all_asked(live)), "the doorbell is armed")
        other = second_client(own_dovecot, USER)
        other.append("Archive", "", "", b"Subject: there\r\n\r\nthere\r\n")
        wait_until(lambda: len(live.ids("Archive")) == 1, "the message in a folder that nobody looks at")
        other.create("New")
        wait_until(lambda: any(folder.name == "New" for folder in live.reader.folders()), "the new folder")
        other.logout()


def _all_asked(live: LiveEngine) -> list[str]:
    found = []
    for info in live.engine.connections():
        said = live.engine.transcript(info.connection_id)
        found += [line.text for line in said.lines() if line.direction is Direction.CLIENT] if said else []
    return found


@needs("COMPRESS=DEFLATE")
def test_a_compressed_connection_brings_the_same_bytes(profile_dir: Path) -> None:
    reason = missing()
    if reason:
        pytest.skip(reason)
    messages = list(mixed_messages(300, seed=11))
    with running_dovecot([USER], plugins="imap_zlib") as server:
        server.put(USER, messages)
        with live_engine(server, profile_dir, frozenset()) as live:
            wait_until(lambda: len(live.ids()) == 300 and live.reader.raw(live.ids()[-1]), "the messages")
            wait_until(lambda: all(live.reader.raw(i) is not None for i in live.ids()), "their bytes")
            assert sorted(live.reader.raw(i) or b"" for i in live.ids()) == sorted(messages)
            assert any("COMPRESS DEFLATE" in line for line in _all_asked(live))
            other = second_client(server, USER)
            other.append("INBOX", "", "", b"Subject: late\r\n\r\nlate\r\n")
            wait_until(lambda: len(live.ids()) == 301, "a ring through the compression")
            other.logout()
