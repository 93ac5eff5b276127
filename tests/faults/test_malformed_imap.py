"""Malformed answers at every place of an IMAP session (RELIABILITY P3): no exception that is not told in words, no waiting
beyond the time limit, nothing wrong is stored, and the next connection mends it.

``POSTSCOPE_FAULTS=full`` goes through the whole table; otherwise through a seeded part of it.
"""

from __future__ import annotations

import random
import resource
import time
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain.account import Account, Credentials
from mailclient.domain.errors import PostscopeError
from mailclient.domain.events import AccountStatus
from mailclient.protocol.imap_capabilities import usable
from tests.support.engines import LiveEngine, wait_until
from tests.support.extensions import WITHOUT
from tests.support.faults.cut_room import CutRoom, Opened
from tests.support.faults.cut_scenarios import letter
from tests.support.faults.driver import PASSWORD
from tests.support.faults.figures import is_full, record
from tests.support.faults.lying import FOLDERS, Listener, arrange, hear_lies
from tests.support.faults.malformed import FORMS, OF_EXTENSIONS, PLACES, malformed_bend
from tests.support.faults.scenarios import ADDRESS, FRIEND

SHORT = 60
MOST_GROWTH_KB = 150_000
LONGEST_S = 20.0
"""A generous bound for a whole point: two rounds that may wait for the time limit, and eight that do not."""

pytestmark = [pytest.mark.timeout(3600), pytest.mark.live]


def test_a_malformed_answer_anywhere_is_survived(tmp_path: Path) -> None:
    places = [place for place in PLACES if usable([OF_EXTENSIONS.get(place, "IMAP4REV1")], WITHOUT)]
    every = [(place, form) for place in places for form in FORMS]
    chosen = every if is_full() else random.Random("malformed").sample(every, SHORT)
    wrong, told, longest_s = [], 0, 0.0
    with CutRoom(tmp_path, FOLDERS, ("COMPRESS=DEFLATE",)).running() as room:
        start = room.prepare("malformed", arrange, Opened.synchronise)
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for place, form in chosen:
            began = time.monotonic()
            try:
                told += bool(hear_lies(room, start, (malformed_bend(place, form),), rows_are_true=True))
            except (AssertionError, PostscopeError) as failure:
                wrong.append(f"{place}, {form}: {type(failure).__name__} {failure}")
            except Exception as crash:
                wrong.append(f"{place}, {form}: CRASH {type(crash).__name__} {crash}")
            longest_s = max(longest_s, time.monotonic() - began)
        grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    record(
        "malformed-imap",
        points=len(chosen),
        told=told,
        of=len(every),
        left_out=[place for place in PLACES if place not in places],
        wrong=len(wrong),
        longest_s=round(longest_s, 1),
        memory_growth_mb=grown_kb // 1024,
    )
    assert not wrong, f"{len(wrong)} wrong\n" + "\n\n".join(wrong[:8])
    assert told == len(chosen)
    assert grown_kb < MOST_GROWTH_KB
    assert longest_s < LONGEST_S


def test_an_account_whose_server_talks_nonsense_does_not_disturb_another(profile_dir: Path) -> None:
    with CutRoom(profile_dir, FOLDERS, ("COMPRESS=DEFLATE",)).running() as room:
        for number in range(5):
            room.lab.deliver(ADDRESS, letter(number))
            room.lab.deliver(FRIEND, letter(number))
        room.proxy.bender = Listener((replace(malformed_bend("uids", "bytes-of-no-text"), times=1_000_000),))
        good = room.lab.account(FRIEND, "Robin", "good")
        profile = profile_dir / "engine"
        profile.mkdir(mode=0o700)
        with LiveEngine(profile, good, PASSWORD, start=False) as live:
            live.engine.add_account(room.account(), Credentials(PASSWORD, PASSWORD), remember=False)
            live.engine.start()

            def complete(account: Account, count: int) -> bool:
                inboxes = [each for each in live.reader.folders(account.id) if each.wire_name == "INBOX"]
                ids = [key for inbox in inboxes for key in live.reader.id_page(inbox.id, limit=100).ids]
                return len(ids) == count and all(live.reader.raw(key) is not None for key in ids)

            wait_until(lambda: complete(good, 5), "the mail of the good account")
            wait_until(lambda: room.proxy.bender.bent, "nonsense for the other")  # type: ignore[union-attr]
            room.lab.deliver(FRIEND, letter(9))
            wait_until(lambda: complete(good, 6), "new mail of the good account")
            wait_until(lambda: live.engine.status(good.id).status is AccountStatus.IDLE, "the good account at rest")
            room.proxy.bender = None
            live.engine.go_online(False)
            live.engine.go_online(True)
            wait_until(lambda: complete(room.account(), 5), "the other account, once its server is sane")
