"""What was deleted from the user's file is given back to the disk, a little at a time and never at a start."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mailclient.domain.draft import Draft
from mailclient.store.drafts import DraftStore
from mailclient.store.shrinking import shrink_user_file
from tests.unit.store.house import ANNA, House

MEGABYTE = 1_000_000


def pragma(house: House, name: str) -> int:
    return int(house.ask(f"PRAGMA user.{name}")[0][0])


def size(house: House) -> int:
    return house.opened.files.user.stat().st_size


def wrote_and_threw_away(house: House, megabytes: int) -> None:
    """A long draft is kept and as much again thrown away, in between."""
    drafts = DraftStore(house.writer, lambda: house.now)
    kept = [drafts.save(Draft(None, ANNA, subject=str(n), text="x" * MEGABYTE)) for n in range(2)]
    thrown = [drafts.save(Draft(None, ANNA, text="x" * MEGABYTE)) for _ in range(megabytes)]
    for draft_id in thrown:
        drafts.discard(draft_id)
    assert len(kept) == 2
    house.again()


def as_an_older_version_made_it(house: House) -> None:
    """Without the pages that cutting off in steps needs."""
    path = house.opened.files.user
    house.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("VACUUM")
    house.open()


def test_a_new_file_can_be_cut_off_in_steps(house: House) -> None:
    assert pragma(house, "auto_vacuum") == 2
    wrote_and_threw_away(house, 12)
    before = size(house)
    assert before > 12 * MEGABYTE
    shrink_user_file(house.writer)
    house.again()
    assert size(house) < before - 5 * MEGABYTE
    assert house.ask("PRAGMA user.integrity_check") == [("ok",)]
    assert [draft.subject for draft in house.reader.drafts()] == ["1", "0"]


def test_others_write_between_two_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    wrote_and_threw_away(house, 16)
    usual, steps = house.writer.run_alone, 0

    def counted(step: Callable[[sqlite3.Connection], bool]) -> bool:
        nonlocal steps
        steps += 1
        return usual(step)

    monkeypatch.setattr(house.writer, "run_alone", counted)
    shrink_user_file(house.writer)
    assert steps > 3


def test_an_older_file_is_copied_into_the_form_that_can_shrink(house: House) -> None:
    as_an_older_version_made_it(house)
    assert pragma(house, "auto_vacuum") == 0
    wrote_and_threw_away(house, 12)
    before = size(house)
    shrink_user_file(house.writer)
    house.again()
    assert pragma(house, "auto_vacuum") == 2
    assert size(house) < before // 2
    assert house.ask("PRAGMA user.integrity_check") == [("ok",)]
    assert len(house.reader.drafts()) == 2


def test_a_large_older_file_stays_as_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailclient.store.shrinking._COPIED_BYTES", MEGABYTE)
    as_an_older_version_made_it(house)
    wrote_and_threw_away(house, 12)
    before = size(house)
    shrink_user_file(house.writer)
    house.again()
    assert size(house) == before


def test_a_little_room_is_left_for_what_comes_and_goes(house: House) -> None:
    wrote_and_threw_away(house, 3)
    before = size(house)
    shrink_user_file(house.writer)
    house.again()
    assert size(house) == before


def test_opening_shrinks_nothing(house: House, tmp_path: Path) -> None:
    del tmp_path
    wrote_and_threw_away(house, 12)
    before = size(house)
    house.again()
    assert size(house) == before
