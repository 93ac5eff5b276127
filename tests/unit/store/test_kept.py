"""Bytes that may go and bytes that stay: only what the server still has, outside the scope, not being read, ever goes."""

from __future__ import annotations

from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.folder import FolderState
from mailclient.domain.ids import MessageId, UidValidity
from mailclient.domain.message import Availability
from mailclient.domain.scope import BodyBounds, KeptBytes
from mailclient.store import kept
from mailclient.store.shrinking import compact_cache
from tests.unit.store.house import ANNA, House, message

EPOCH = 1_700_000_000


def filled(house: House, count: int = 4, name: str = "INBOX") -> list[MessageId]:
    """Messages 1 to ``count`` with their bytes; returns their ids, oldest first."""
    house.add(name, *(message(uid) for uid in range(1, count + 1)), state=FolderState(UidValidity(1)))
    ids = sorted(house.ids(name))
    house.sync.put_bodies(house.folder(name), [house.body(key, f"walrus {at}") for at, key in enumerate(ids, 1)])
    return ids


def here(house: House, ids: list[MessageId]) -> list[bool]:
    """Return whose bytes are here."""
    return [house.reader.raw(key) is not None for key in ids]


def measured(house: House, bounds: BodyBounds | None) -> KeptBytes:
    """Return what the inbox takes up."""
    inbox = house.folder("INBOX")
    return house.writer.read(lambda connection: kept.measure(connection, inbox, bounds))


def free(house: House, bounds: BodyBounds | None, *spared: MessageId) -> tuple[MessageId, ...]:
    """Free what lies outside in the inbox."""
    return kept.free(house.writer, house.folder("INBOX"), bounds, spared)


def test_what_is_older_or_larger_goes_and_is_told_before(house: House) -> None:
    ids = filled(house)
    bounds = BodyBounds(EPOCH + 2, 1003)
    assert measured(house, bounds) == KeptBytes(1001 + 1002 + 1003 + 1004, 4, 1001 + 1004, 2)
    assert free(house, bounds) == (ids[0], ids[3])
    assert here(house, ids) == [False, True, True, False]
    assert measured(house, bounds) == KeptBytes(1002 + 1003, 2, 0, 0)
    assert measured(house, BodyBounds()).free_bytes == 0


def test_a_freed_message_keeps_its_row_and_is_found_by_its_headers_and_wanted_again(house: House) -> None:
    ids = filled(house, 1)
    assert house.found("walrus") == ["Subject 1"]
    assert free(house, None) == tuple(ids)
    row = house.reader.row(ids[0])
    assert row is not None
    assert row.availability is Availability.HEADERS
    assert row.preview == "walrus 1"
    assert (house.found("walrus"), house.found("subject:1")) == ([], ["Subject 1"])
    assert [wanted.message_id for wanted in house.sync.bodies_wanted(house.folder("INBOX"), 9, BodyBounds())] == ids
    house.sync.put_bodies(house.folder("INBOX"), [house.body(ids[0], "walrus again")])
    assert house.found("walrus") == ["Subject 1"]


def test_what_is_pending_only_here_or_being_read_stays(house: House) -> None:
    ids = filled(house, 5)
    house.actions.change_flags([ids[0]], FlagChange(add=Flag.FLAGGED))
    house.actions.move([ids[1]], house.folder("Archive"))
    house.writer.run(lambda c: c.execute("UPDATE message SET uid = NULL, orphan = 1 WHERE id = ?", (ids[2],)))
    assert free(house, None, ids[3]) == (ids[4],)
    assert here(house, ids) == [True, True, True, True, False]
    assert kept.free(house.writer, house.folder("Archive"), None, ()) == ()


def test_many_go_in_several_steps(house: House) -> None:
    ids = filled(house, 2 * kept.AT_ONCE + 3)
    assert free(house, None, ids[7]) == tuple(key for key in ids if key != ids[7])
    assert sum(here(house, ids)) == 1


def test_rows_of_a_folder_that_is_not_synchronised_go_and_it_is_listed_anew(house: House) -> None:
    ids = filled(house)
    house.actions.change_flags([ids[0]], FlagChange(add=Flag.FLAGGED))
    touched = kept.forget_rows(house.writer, house.folder("INBOX"), {ids[1]})
    assert touched.removed == (ids[2], ids[3])
    assert sorted(house.ids("INBOX")) == [ids[0], ids[1]]
    assert house.folder_row("INBOX").state == FolderState()
    assert house.folder_row("INBOX").total == 2


def test_what_was_opened_longest_ago_makes_room(house: House) -> None:
    ids = filled(house)
    for at, key in enumerate(ids):
        kept.note_opened(house.writer, key, float(at))
    kept.note_read(house.writer, ids[0], 10.0)
    gone = kept.evict(house.writer, ANNA, 2100, ())
    assert gone == ((house.folder("INBOX"), ids[2]), (house.folder("INBOX"), ids[1]))
    assert here(house, ids) == [True, False, False, True]
    assert kept.evict(house.writer, ANNA, 2100, ()) == ()


def test_what_nobody_opened_never_makes_room(house: House) -> None:
    ids = filled(house)
    kept.note_read(house.writer, ids[0], 5.0)
    assert kept.evict(house.writer, ANNA, 0, ()) == ()
    kept.note_opened(house.writer, ids[0], 1.0)
    kept.note_opened(house.writer, ids[1], 1.0)
    kept.keep_opened(house.writer, house.folder("INBOX"))
    assert kept.evict(house.writer, ANNA, 0, ()) == ()
    assert all(here(house, ids))


def test_the_disk_gets_its_room_back(house: House) -> None:
    house.add("INBOX", *(message(uid) for uid in range(1, 41)))
    ids = sorted(house.ids("INBOX"))
    house.sync.put_bodies(house.folder("INBOX"), [house.body(key, "x", raw=b"x" * 100_000) for key in ids])
    compact_cache(house.writer)
    house.again()
    before = house.opened.files.cache.stat().st_size
    free(house, None)
    compact_cache(house.writer)
    house.again()
    assert house.opened.files.cache.stat().st_size < before // 4
    assert house.ask("PRAGMA main.integrity_check") == [("ok",)]
    assert house.found("subject") != []
