"""A disk that is really full (a small tmpfs): fetching stops in words, reading and writing go on, all resumes by itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mailclient.domain.commands import SaveDraft
from mailclient.domain.draft import Draft
from mailclient.domain.errors import PostscopeError
from mailclient.domain.events import AccountStatus, AccountStatusChanged, DraftSaved, Failed
from mailclient.engine.pace import Pace
from mailclient.lab.environment import Lab
from mailclient.store.database import open_store
from tests.support.engines import LiveEngine, wait_until
from tests.support.faults.figures import record
from tests.support.faults.oracle import held_here, on_server
from tests.support.faults.scenarios import ADDRESS
from tests.support.messages import mixed_messages

SMALL, LARGE = "3m", "64m"
QUICK = Pace(first_retry_s=0.1, longest_retry_s=0.1, disk_retry_s=0.1, outbox_poll_s=0.1)

pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore:Session.login_data is deprecated")]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for little."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root; test_disk_full.py lets the same calls fail without it")
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=0700", "none", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def enlarge(place: Path) -> None:
    subprocess.run(["mount", "-o", f"remount,size={LARGE}", str(place)], check=True)


def letters(count: int) -> list[bytes]:
    """Return messages of 30 kB each."""
    return [raw + b"x" * 76 * 400 + b"\r\n" for raw in mixed_messages(count)]


def test_fetching_waits_reading_goes_on_and_all_arrives_when_there_is_room(small_disk: Path) -> None:
    with Lab({ADDRESS: "secret word"}) as lab:
        for raw in letters(200):
            lab.deliver(ADDRESS, raw)
        live = LiveEngine(small_disk, lab.account(ADDRESS, "Alex Morgan"), "secret word", start=False)
        with live:
            live.services.pace = QUICK
            live.engine.start()

            def told() -> list[AccountStatusChanged]:
                events = [event for event in live.events if isinstance(event, AccountStatusChanged)]
                return [event for event in events if event.status is AccountStatus.DISK_FULL]

            wait_until(told, "the full disk is told")
            assert "Traceback" not in told()[0].sentence
            assert "goes on by itself" in told()[0].sentence
            arrived = [message_id for message_id in live.ids() if live.reader.raw(message_id)]
            draft = Draft(None, live.account.id, subject="written on a full disk", text="word " * 100_000)
            live.engine.submit(SaveDraft(draft, "token"))
            wait_until(lambda: live.seen(Failed) or live.seen(DraftSaved), "an answer to the draft")
            saved_at_once = bool(live.seen(DraftSaved))
            refused = [event.sentence for event in live.events if isinstance(event, Failed)]
            assert all("isk" in sentence for sentence in refused), refused
            enlarge(small_disk)
            wait_until(lambda: live.engine.status(live.account.id).status is AccountStatus.IDLE, "it goes on")
            wait_until(lambda: all(live.reader.raw(message_id) for message_id in live.ids()), "everything")
            if not saved_at_once:
                live.engine.submit(SaveDraft(draft, "token"))
            wait_until(lambda: live.seen(DraftSaved), "the draft is stored")
            assert live.reader.drafts()[0].text == draft.text
        assert held_here(small_disk) == on_server(lab)
        record("disk-tmpfs", arrived_before_full=len(arrived), messages=200, draft_refused=not saved_at_once)


def test_a_start_on_a_full_disk_says_so_in_a_sentence_and_keeps_what_is_there(small_disk: Path) -> None:
    store = open_store(small_disk)
    store.writer.stop()
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(4096))
    with pytest.raises(PostscopeError) as caught:
        open_store(small_disk).writer.stop()
        pytest.fail("there was room after all")
    assert "disk" in caught.value.sentence.lower()
    filler.unlink()
    again = open_store(small_disk)
    again.writer.stop()
    assert again.sentences == ()
