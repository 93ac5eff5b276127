"""Opening the two files of a profile: private from the first byte, migrated, checked after a crash, replaced if broken.

The only place that connects read-write. Must not know what the tables mean. Files are 0600 whatever the umask: SQLite
gives ``-wal`` and ``-shm`` the mode of the file they belong to, so the file is made by us before SQLite opens it.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mailclient.domain.errors import StoreDamaged
from mailclient.store import indexing
from mailclient.store.migrations import drop_copy, migrate, read_steps, version_of
from mailclient.store.salvage import salvage, set_aside
from mailclient.store.startup import index_behind, recover_journal
from mailclient.store.writer import Writer, is_damage, translated

_OLDEST_SQLITE = (3, 37, 0)
"""STRICT tables."""

_ALWAYS_CHECKED_BYTES = 64 * 1024 * 1024
"""Files up to this size are gone through at every start."""

_DAMAGED = "damaged"
"""What the mark of an open store says when SQLite found a file corrupt while it was open."""


@dataclass(frozen=True, slots=True)
class StoreFiles:
    """The files of one profile."""

    directory: Path

    @property
    def cache(self) -> Path:
        """Folders, messages, bytes, index: can be fetched again."""
        return self.directory / "cache.sqlite"

    @property
    def user(self) -> Path:
        """Journal, drafts, outbox: exists only here."""
        return self.directory / "user.sqlite"

    @property
    def open_mark(self) -> Path:
        """Exists while a writer is open; found at a start, the last stop was not a clean one."""
        return self.directory / "store.open"


@dataclass(slots=True)
class OpenStore:
    """A running store: its writer, its files, and what the user must be told of the opening."""

    writer: Writer
    files: StoreFiles
    sentences: tuple[str, ...] = field(default=())


def open_store(directory: Path, now: Callable[[], float] = time.time) -> OpenStore:
    """Open or make the two files in ``directory`` (made 0700 if absent) and start the writer.

    Raises StoreDamaged when a file is newer than this program or cannot be opened at all. A corrupt cache is set aside
    and rebuilt; of a corrupt user file all readable rows are kept; ``sentences`` say so.
    """
    files = StoreFiles(directory)
    sentences: list[str] = []
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreDamaged(f"Postscope needs SQLite 3.37 or newer; this Python has {sqlite3.sqlite_version}.")
    with _private_umask():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        unclean = files.open_mark.exists()
        damaged = unclean and files.open_mark.read_text(encoding="utf-8") == _DAMAGED
        create_private(files.open_mark)
        stamp = int(now())
        sentences += _prepare(files.cache, "cache", unclean, lambda: _replace_cache(files.cache, stamp))
        sentences += _say_what_is_missing(files)
        sentences += _prepare(files.user, "user", unclean, lambda: _replace_user(files.user, stamp))
        writer = Writer(
            lambda: _connect_both(files),
            lambda: _note_clean_stop(files),
            lambda: _note_damage(files),
        )
        writer.start()
        if damaged:
            # A page check does not see an index that disagrees with its rows.
            writer.run(indexing.rebuild)
            files.open_mark.write_text("", encoding="utf-8")
        recover_journal(writer)
        index_behind(writer)
    return OpenStore(writer, files, tuple(sentences))


def create_private(path: Path) -> None:
    """Make an empty file with mode 0600 if there is none; never through a symbolic link."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
    except FileExistsError:
        if path.is_symlink():
            raise StoreDamaged(f"{path} is a symbolic link. Postscope does not follow it; remove it.") from None
        path.chmod(0o600)


def _note_damage(files: StoreFiles) -> None:
    files.open_mark.write_text(_DAMAGED, encoding="utf-8")


def _note_clean_stop(files: StoreFiles) -> None:
    """Take the mark away, unless a reader found damage meanwhile."""
    if files.open_mark.exists() and files.open_mark.read_text(encoding="utf-8") != _DAMAGED:
        files.open_mark.unlink(missing_ok=True)


def _prepare(path: Path, schema: str, unclean: bool, replace: Callable[[], str]) -> list[str]:
    """Make one file usable; return what the user must know."""
    sentences: list[str] = []
    try:
        _check_and_migrate(path, schema, unclean)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise translated(error) from error
        sentences.append(replace())
        _check_and_migrate(path, schema, True)
    return sentences


def _check_and_migrate(path: Path, schema: str, unclean: bool) -> None:
    create_private(path)
    with closing(connect_file(path, shrinks=schema == "user")) as connection:
        if _is_cut(connection, path):
            raise _damage("the file was cut")
        is_small = path.stat().st_size <= _ALWAYS_CHECKED_BYTES
        if unclean or is_small:
            # Of a large file only the pages: whether each index agrees with its rows takes several times as long.
            verdict = connection.execute(f"PRAGMA {'integrity' if is_small else 'quick'}_check(1)").fetchone()[0]
            if verdict != "ok":
                raise _damage(verdict)
        _check_version(connection)
        if not migrate(connection, path, read_steps(schema)):
            drop_copy(path)


def _is_cut(connection: sqlite3.Connection, path: Path) -> bool:
    """True when the file is shorter than its header says, or ends within a page. What the WAL holds may be longer."""
    (pages,), (size,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    wal = Path(f"{path}-wal")
    in_wal = wal.exists() and wal.stat().st_size > 0
    return path.stat().st_size % size != 0 or (not in_wal and path.stat().st_size < pages * size)


def _check_version(connection: sqlite3.Connection) -> None:
    """A version that no program wrote is damage, not a reason to make tables that are there already."""
    version = version_of(connection)
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if version < 0 or (version == 0) != (tables == 0):
        raise _damage(f"version {version} with {tables} tables")


class _Damage(sqlite3.DatabaseError):
    """What a check found, with the code that SQLite itself would have given."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def _damage(verdict: object) -> sqlite3.DatabaseError:
    return _Damage(f"check: {verdict}")


def _say_what_is_missing(files: StoreFiles) -> list[str]:
    """A profile with mail and an empty file of drafts: somebody or something took it away."""
    wal = Path(f"{files.user}-wal")
    if any(file.exists() and file.stat().st_size > 0 for file in (files.user, wal)):
        return []
    with closing(connect_file(files.cache)) as connection:
        if connection.execute("SELECT 1 FROM folder LIMIT 1").fetchone() is None:
            return []
    sentence = "The file of drafts and unsent mail was missing or empty, so a new one was made."
    return [f"{sentence} If you have a copy of user.sqlite, put it back while Postscope is closed."]


def _replace_cache(path: Path, stamp: int) -> str:
    aside = set_aside(path, stamp)
    return (
        f"The mail cache was damaged and is fetched anew from the server. The damaged file is kept as {aside.name}; "
        "drafts, the outbox and waiting actions are not affected."
    )


def _replace_user(path: Path, stamp: int) -> str:
    aside = set_aside(path, stamp)
    create_private(path)
    with closing(connect_file(path, shrinks=True)) as fresh:
        migrate(fresh, path, read_steps("user"))
        saved, lost = salvage(aside, fresh)
    kept = f"The damaged file is kept as {aside.name}."
    if lost:
        return (
            f"The file of drafts and unsent mail was damaged: {saved} entries were recovered, "
            f"but some may be missing in: {', '.join(lost)}. {kept}"
        )
    return f"The file of drafts and unsent mail was damaged: {saved} entries were recovered. {kept}"


def connect_file(path: Path, *, shrinks: bool = False) -> sqlite3.Connection:
    """Connect read-write to one file in autocommit mode, with WAL and foreign keys.

    ``shrinks``: a file that is new can later be made smaller in steps (see ``shrinking``).
    """
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    try:
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("PRAGMA page_size = 4096")
        if shrinks:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # Before WAL, which writes the first page.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = FAST")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connect_both(files: StoreFiles) -> sqlite3.Connection:
    connection = connect_file(files.cache)
    connection.execute("ATTACH DATABASE ? AS user", (str(files.user),))
    connection.execute("PRAGMA user.journal_mode = WAL")
    connection.execute("PRAGMA user.secure_delete = FAST")
    # What the cache loses in a power cut is fetched again; what is in the user file exists nowhere else.
    connection.execute("PRAGMA main.synchronous = NORMAL")
    connection.execute("PRAGMA user.synchronous = FULL")
    connection.execute("PRAGMA main.cache_size = -32000")
    # Without mmap, unlike the readers: all that was written would count as memory of this process.
    connection.execute("PRAGMA main.mmap_size = 0")
    connection.execute("PRAGMA main.journal_size_limit = 67108864")
    connection.execute("PRAGMA user.journal_size_limit = 16777216")
    # Few checkpoints: a first synchronisation dirties the same index pages again and again.
    connection.execute("PRAGMA wal_autocheckpoint = 16000")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


@contextmanager
def _private_umask() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
