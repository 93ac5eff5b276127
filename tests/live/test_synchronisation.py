"""The whole engine against a real Dovecot: first synchronisation, cuts, flags on both sides, moves, deletes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mailclient.domain.commands import Archive, Delete, MarkRead, OpenFolder, Star, Undo
from mailclient.domain.events import SynchronisationEnded
from mailclient.domain.flags import Flag
from mailclient.domain.ids import MessageId
from mailclient.protocol.transcript import Direction
from tests.live.conftest import account_of, second_client
from tests.support.engines import LiveEngine, wait_until
from tests.support.messages import mixed_messages
from tests.support.servers.dovecot import Dovecot

pytestmark = pytest.mark.live


def complete(live: LiveEngine, count: int) -> bool:
    """True when every message of the inbox is here with its bytes."""
    ids = live.ids()
    return len(ids) == count and all(live.reader.raw(message_id) is not None for message_id in (ids[0], ids[-1]))


def test_two_thousand_messages_arrive_bit_by_bit_through_a_cut_connection(dovecot: Dovecot, profile_dir: Path) -> None:
    messages = list(mixed_messages(2_000))
    dovecot.put("alex@example.org", messages)
    with LiveEngine(profile_dir, account_of(dovecot, "alex@example.org"), dovecot.password) as live:
        wait_until(lambda: len(live.ids()) > 300, "the first headers")
        live.engine.go_online(False)
        live.engine.go_online(True)
        wait_until(lambda: complete(live, 2_000), "all messages after the cut", 90)
        wait_until(
            lambda: any(event.complete for event in live.events if isinstance(event, SynchronisationEnded)), "the end"
        )
        expected = sorted(hashlib.sha256(raw).digest() for raw in messages)
        found = sorted(hashlib.sha256(live.reader.raw(i) or b"").digest() for i in live.ids())
        assert found == expected
        assert live.reader.search("harbour lantern")


def test_flags_travel_both_ways(dovecot: Dovecot, profile_dir: Path) -> None:
    dovecot.put("robin@example.org", mixed_messages(20, seed=2))
    with LiveEngine(profile_dir, account_of(dovecot, "robin@example.org"), dovecot.password) as live:
        wait_until(lambda: complete(live, 20), "the messages")
        live.engine.submit(OpenFolder(live.folder("Inbox").id))
        first, second = live.ids()[:2]
        live.engine.submit(Star((first,)))
        live.engine.submit(MarkRead((first,)))
        other = second_client(dovecot, "robin@example.org")
        other.select("INBOX")

        def flagged() -> bool:
            return other.uid("SEARCH", "FLAGGED", "SEEN")[1] != [b""]

        wait_until(flagged, "the star on the server")
        location = live.reader.location(second)
        assert location is not None
        other.uid("STORE", str(location.uid), "+FLAGS", "(\\Answered)")

        def answered() -> bool:
            row = live.reader.row(second)
            return row is not None and bool(row.flags & Flag.ANSWERED)

        wait_until(answered, "the answer mark from the other client")
        other.logout()


def not_struck_out(live: LiveEngine) -> set[MessageId]:
    """Return what the list of the inbox shows, without the old copies that a server without MOVE and UIDPLUS keeps."""
    rows = [live.reader.row(message_id) for message_id in live.ids()]
    return {row.id for row in rows if row is not None and not row.flags & Flag.DELETED}


def test_archive_delete_and_undo_reach_the_server(dovecot: Dovecot, profile_dir: Path) -> None:
    dovecot.put("kim@example.org", mixed_messages(10, seed=3))
    with LiveEngine(profile_dir, account_of(dovecot, "kim@example.org"), dovecot.password) as live:
        wait_until(lambda: complete(live, 10), "the messages")
        other = second_client(dovecot, "kim@example.org")

        def on_server(folder: str) -> int:
            # A server without MOVE and UIDPLUS keeps the old copies, marked as deleted.
            other.select(folder, readonly=True)
            return len((other.uid("SEARCH", "UNDELETED")[1][0] or b"").split())

        ids = live.ids()
        live.engine.submit(Archive(ids[:3]))
        wait_until(lambda: on_server("Archive") == 3, "three archived")
        assert len(not_struck_out(live)) == 7
        live.engine.submit(Undo())
        wait_until(lambda: on_server("Archive") == 0 and on_server("INBOX") == 10, "the undo on the server")
        assert not_struck_out(live) == set(ids)
        live.engine.submit(Delete((ids[5],)))
        wait_until(lambda: on_server("Trash") == 1, "one in the trash")
        wait_until(lambda: len(live.ids("Trash")) == 1, "one in the trash here")
        live.engine.submit(Delete(live.ids("Trash"), forever=True))
        wait_until(lambda: on_server("Trash") == 0, "gone for good")
        assert on_server("INBOX") == 9
        other.logout()


def test_a_second_client_that_marks_one_deleted_does_not_mark_another(dovecot: Dovecot, profile_dir: Path) -> None:
    """T1: an unasked FETCH carries a sequence number; it must not be taken for a UID."""
    dovecot.put("sam@example.org", mixed_messages(12, seed=4))
    with LiveEngine(profile_dir, account_of(dovecot, "sam@example.org"), dovecot.password) as live:
        wait_until(lambda: complete(live, 12), "the messages")
        live.engine.submit(OpenFolder(live.folder("Inbox").id))
        other = second_client(dovecot, "sam@example.org")
        other.select("INBOX")
        other.uid("STORE", "1:3", "+FLAGS", "(\\Deleted)")
        other.expunge()
        other.uid("STORE", "7", "+FLAGS", "(\\Flagged)")

        def marked() -> list[int]:
            found = []
            for message_id in live.ids():
                row, place = live.reader.row(message_id), live.reader.location(message_id)
                if row is not None and place is not None and row.flags & Flag.FLAGGED:
                    found.append(int(place.uid or 0))
            return found

        wait_until(lambda: len(live.ids()) == 9 and marked(), "the changes")
        assert marked() == [7]
        other.logout()


def test_a_second_synchronisation_writes_nothing(dovecot: Dovecot, profile_dir: Path) -> None:
    dovecot.put("ines@example.org", mixed_messages(30, seed=5))
    live = LiveEngine(profile_dir, account_of(dovecot, "ines@example.org"), dovecot.password, start=False)
    with live:
        live.engine.synchronise_now(live.account.id)
        before = [(live.reader.row(i), live.reader.location(i)) for i in live.ids()]
        live.events.clear()
        live.engine.synchronise_now(live.account.id)
        assert [(live.reader.row(i), live.reader.location(i)) for i in live.ids()] == before
        said = live.engine.transcript(live.engine.connections()[0].connection_id)
        assert said is not None
        asked = "\n".join(line.text for line in said.lines() if line.direction is Direction.CLIENT)
        assert "LIST" in asked
        for verb in (" STORE ", " EXPUNGE", "APPEND ", " MOVE ", " COPY "):
            assert verb not in asked
