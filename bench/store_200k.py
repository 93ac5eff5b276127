"""How fast the store takes 200,000 messages in and gives them out, as ratios against plain inserts in the same run.

    python bench/store_200k.py [MESSAGES]

Needs no network; writes to a temporary directory.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mailclient.domain.exchange import FolderListing, NewBody, NewMessage
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole, FolderState, RemoteFolder
from mailclient.domain.ids import AccountId, FolderId, MessageId, Uid, UidValidity
from mailclient.domain.message import SortOrder
from mailclient.domain.scope import EVERY_BODY
from mailclient.store.database import open_store
from mailclient.store.reader import Cursor, Reader
from mailclient.store.sync_store import SyncStore

BATCH = 500
ACCOUNT = AccountId("bench")
WORDS = [f"{first}{second}" for first in ("ka", "lo", "mi", "ne", "pu", "ri", "so", "ta") for second in range(2000)]


def headers(count: int) -> Iterator[list[NewMessage]]:
    """Yield batches of messages as a first synchronisation brings them."""
    chance = random.Random(7)
    for start in range(1, count + 1, BATCH):
        yield [
            NewMessage(
                Uid(uid),
                Flag(chance.getrandbits(1)),
                1_600_000_000 + uid * 60,
                chance.randrange(1000, 90_000),
                False,
                f"{' '.join(chance.choices(WORDS, k=6))} {uid}",
                f"Sender {uid % 3000}",
                f"sender{uid % 3000}@example.org",
                "Anna Example <anna@example.org>",
                1_600_000_000 + uid * 60,
                f"<{uid}.bench@example.org>",
                "",
                (),
            )
            for uid in range(start, min(start + BATCH, count + 1))
        ]


def floor_rows_per_s(directory: Path, count: int) -> float:
    """Return how many rows of about the same size one plain table with one index takes per second."""
    connection = sqlite3.connect(directory / "floor.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c, d, e, f, g, h)")
    connection.execute("CREATE INDEX t_a ON t (a)")
    taken = 0.0
    for batch in headers(count):
        rows = [
            (m.uid, m.sender_name, m.sender_address, m.recipients, m.subject, m.date_unix_s, m.size_bytes, 0)
            for m in batch
        ]
        start = time.perf_counter()
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO t (a, b, c, d, e, f, g, h) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
        taken += time.perf_counter() - start
    connection.close()
    return count / taken


def milliseconds(work: Callable[[], object], times: int = 20) -> float:
    """Return the median time of a piece of work."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def fill(store: SyncStore, folder: FolderId, count: int) -> float:
    """Add messages; return rows per second."""
    taken = 0.0
    for batch in headers(count):
        start = time.perf_counter()
        store.add_messages(folder, batch, FolderState(UidValidity(1), uid_next=batch[-1].uid + 1))
        taken += time.perf_counter() - start
    return count / taken


def bodies(store: SyncStore, folder: FolderId, count: int) -> float:
    """Store small bodies for some messages; return messages per second."""
    chance = random.Random(8)
    taken = 0.0
    for _ in range(count // 100):
        wanted = store.bodies_wanted(folder, 100, EVERY_BODY)
        new = []
        for body in wanted:
            text = " ".join(chance.choices(WORDS, k=120))
            new.append(NewBody(body.message_id, text.encode() * 2, text[:120], text, False))
        start = time.perf_counter()
        store.put_bodies(folder, new)
        taken += time.perf_counter() - start
    return count / taken


def page_times(reader: Reader, folder: FolderId, order: SortOrder, *, unread_only: bool = False) -> tuple[float, int]:
    """Return the slowest page of 5,000 in milliseconds, and how many ids all pages gave."""
    after: Cursor | None = None
    worst, total = 0.0, 0
    while True:
        start = time.perf_counter()
        page = reader.id_page(folder, order=order, unread_only=unread_only, after=after, limit=5000)
        worst = max(worst, (time.perf_counter() - start) * 1000)
        total += len(page.ids)
        after = page.next
        if after is None:
            return worst, total


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        floor = floor_rows_per_s(directory, min(count, 50_000))
        opened = open_store(directory / "profile")
        store = SyncStore(opened.writer)
        (folder,) = store.put_folders(
            ACCOUNT, [FolderListing(RemoteFolder("INBOX", "INBOX", "/"), FolderRole.INBOX, True)]
        )
        rate = fill(store, folder, count)
        print(f"plain insert        {floor:>10,.0f} rows/s")
        print(f"add_messages        {rate:>10,.0f} rows/s   1/{floor / rate:.1f} of plain")
        rate = bodies(store, folder, min(count, 10_000))
        print(f"put_bodies          {rate:>10,.0f} messages/s")
        reader = Reader(opened.files.cache, opened.files.user)
        for order in SortOrder:
            worst, total = page_times(reader, folder, order)
            print(f"pages by {order.value:<10} {worst:>10.2f} ms worst of 5,000, {total:,} ids")
        worst, total = page_times(reader, folder, SortOrder.DATE, unread_only=True)
        print(f"pages of unread     {worst:>10.2f} ms worst of 5,000, {total:,} ids")
        ids = [MessageId(key) for key in reader.id_page(folder, limit=64).ids]
        print(f"rows(64)            {milliseconds(lambda: reader.rows(ids)):>10.2f} ms")
        for query in ("ka1", "sender", "ka1 lo", "from:sender7 -mi1", '"ka1 ka2"'):
            print(f"search {query:<18}{milliseconds(partial(reader.search, query)):>5.2f} ms")
        print(f"known_uids          {milliseconds(lambda: store.known_uids(folder), 3):>10.2f} ms")
        size = opened.files.cache.stat().st_size / 1e6
        reader.close()
        opened.writer.stop()
        print(f"cache.sqlite        {size:>10,.0f} MB")


if __name__ == "__main__":
    main()
