"""Opening a profile: private files, refusal of what is newer, repair of what is broken, silence when all is well."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailclient.domain.draft import Draft
from mailclient.domain.errors import DiskFull, StoreDamaged
from mailclient.domain.flags import Flag, FlagChange
from mailclient.protocol.uid_sets import UidSet
from mailclient.store.database import StoreFiles, open_store
from mailclient.store.drafts import DraftStore
from mailclient.store.migrations import copy_path
from mailclient.store.reader import Reader
from tests.unit.store.house import ANNA, House, message


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Set the umask for a while."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(directory: Path) -> dict[str, int]:
    """Return the permission bits of each file and of the directory itself."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (directory, *directory.iterdir())}


def scribble(path: Path, *, first: int = 4096) -> None:
    """Overwrite everything from some byte on with nonsense."""
    with path.open("r+b") as file:
        file.seek(first)
        file.write(b"\xa5" * max(path.stat().st_size - first, 64))


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_nobody_else_may_read_the_files(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        house = House(tmp_path / "profile")
        house.add("INBOX", message(1))
        house.actions.change_flags(house.ids("INBOX"), FlagChange(add=Flag.SEEN))
        found = modes(house.directory)
        house.again()
        found |= modes(house.directory)
        house.close()
    assert {"cache.sqlite-wal", "cache.sqlite-shm", "user.sqlite-wal", "user.sqlite-shm"} <= found.keys()
    assert found.pop("profile") == 0o700
    assert set(found.values()) == {0o600}


def test_the_umask_of_the_program_is_left_alone(tmp_path: Path) -> None:
    with umask(0o027):
        house = House(tmp_path / "profile")
        house.close()
        assert os.umask(0o027) == 0o027


def test_files_that_were_too_open_are_closed(tmp_path: Path) -> None:
    house = House(tmp_path / "profile")
    house.again(lambda: (house.directory / "cache.sqlite").chmod(0o644))
    assert modes(house.directory)["cache.sqlite"] == 0o600
    house.close()


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir(mode=0o700)
    (profile / "cache.sqlite").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreDamaged, match="symbolic link"):
        open_store(profile)
    assert not (tmp_path / "elsewhere").exists()


def test_a_clean_stop_leaves_no_mark_and_nothing_to_say(house: House) -> None:
    house.add("INBOX", message(1))
    assert house.opened.files.open_mark.exists()
    house.again(lambda: check_absent(house.opened.files))
    assert house.opened.sentences == ()
    assert house.subjects("INBOX") == ["Subject 1"]


def check_absent(files: StoreFiles) -> None:
    """The mark of an open store is gone."""
    assert not files.open_mark.exists()


def test_a_newer_file_is_refused_in_words(house: House) -> None:
    house.close()
    for file in (house.opened.files.cache, house.opened.files.user):
        connection = sqlite3.connect(file)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute("PRAGMA user_version = 9999")
        connection.commit()
        with pytest.raises(StoreDamaged, match="newer version of Postscope"):
            open_store(house.directory)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
    house.open()


@pytest.mark.parametrize("first", [0, 4096])
def test_a_broken_cache_is_set_aside_and_what_exists_only_here_is_kept(house: House, first: int) -> None:
    house.add("INBOX", *(message(uid) for uid in range(1, 200)))
    DraftStore(house.writer).save(Draft(None, ANNA, text="unsent"))
    house.actions.change_flags(house.ids("INBOX")[:1], FlagChange(add=Flag.SEEN))

    def crash_and_scribble() -> None:
        house.opened.files.open_mark.touch(0o600)
        scribble(house.opened.files.cache, first=first)

    house.again(crash_and_scribble)
    (sentence,) = house.opened.sentences
    assert "fetched anew" in sentence
    assert len(list(house.directory.glob("cache.sqlite.corrupt-*"))) == 1
    assert house.reader.folders() == ()
    assert [draft.text for draft in house.reader.drafts()] == ["unsent"]
    assert len(house.reader.operations()) == 1


def test_a_rebuilt_cache_gives_messages_of_waiting_actions_their_keys_again(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    keys = house.ids("INBOX")
    house.actions.change_flags(keys[:1], FlagChange(add=Flag.SEEN))
    house.close()
    house.opened.files.cache.unlink()
    again = House(house.directory)
    again.add("INBOX", message(1), message(2))
    assert again.ids("INBOX") == keys
    assert again.flags(keys[0]) == Flag.SEEN
    again.close()
    house.open()


def test_of_a_broken_user_file_what_can_be_read_is_recovered(house: House) -> None:
    drafts = DraftStore(house.writer)
    for number in range(60):
        drafts.save(Draft(None, ANNA, subject=f"Draft {number}", text="x" * 3000))

    def crash_and_scribble() -> None:
        house.opened.files.open_mark.touch(0o600)
        path = house.opened.files.user
        # One page in the middle of the drafts, as a bad sector would have it.
        with path.open("r+b") as file:
            file.seek((path.stat().st_size // 4096 // 2) * 4096)
            file.write(b"\xa5" * 4096)

    house.again(crash_and_scribble)
    (sentence,) = house.opened.sentences
    assert "recovered" in sentence
    assert len(list(house.directory.glob("user.sqlite.corrupt-*"))) == 1
    assert len(house.reader.drafts()) >= 50
    assert "user.sqlite" in sentence


def test_a_user_file_of_pure_nonsense_starts_anew_and_says_so(house: House) -> None:
    def crash_and_scribble() -> None:
        house.opened.files.open_mark.touch(0o600)
        scribble(house.opened.files.user, first=0)

    house.again(crash_and_scribble)
    (sentence,) = house.opened.sentences
    assert "may be missing" in sentence
    assert house.reader.drafts() == ()
    DraftStore(house.writer).save(Draft(None, ANNA, text="goes on"))


def test_an_index_that_broke_while_open_is_rebuilt_at_the_next_start(house: House) -> None:
    house.add("INBOX", message(1, "pelican"))
    house.sync.put_bodies(house.folder("INBOX"), [house.body(house.ids("INBOX")[0], "feathers")])

    def find_damage(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")
        connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    with pytest.raises(StoreDamaged, match="Restart Postscope"):
        house.writer.run(find_damage)
    assert house.found("pelican") == []
    house.again(lambda: check_present(house.opened.files))
    assert house.found("pelican") == house.found("feathers") == ["pelican"]
    house.sync.remove_uids(house.folder("INBOX"), UidSet.of([1]), None)
    house.again(lambda: check_absent(house.opened.files))


def check_present(files: StoreFiles) -> None:
    """After damage no stop is a clean one."""
    assert files.open_mark.exists()


def test_a_sqlite_that_is_too_old_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    with pytest.raises(StoreDamaged, match=r"SQLite 3\.37"):
        open_store(tmp_path)


def test_the_copy_from_before_a_migration_goes_at_the_next_good_start(house: House) -> None:
    copy = copy_path(house.opened.files.cache)
    house.again(lambda: copy.touch(0o600))
    assert not copy.exists()


def test_a_reader_needs_the_files(tmp_path: Path) -> None:
    with pytest.raises(StoreDamaged):
        Reader(tmp_path / "cache.sqlite", tmp_path / "user.sqlite")


def test_a_full_disk_is_told_and_nothing_is_half_stored(house: House) -> None:
    def limit(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA main.page_count").fetchone()
        connection.execute(f"PRAGMA main.max_page_count = {pages}")

    house.writer.read(limit)
    with pytest.raises(DiskFull, match="disk is full"):
        house.add("INBOX", *(message(uid, "long " * 100) for uid in range(1, 500)))
    assert house.ids("INBOX") == ()
    house.writer.read(lambda connection: connection.execute("PRAGMA main.max_page_count = 100000").fetchone())
    house.add("INBOX", message(1))
    assert house.subjects("INBOX") == ["Subject 1"]
