"""Gives the disk back what was deleted: the cache by one copy, when the user asks; the user's file a little at a time.

``user.sqlite`` is made with ``auto_vacuum = INCREMENTAL``: what is free at its end can be cut off in steps that are over
before anybody waits for them. A file that an older version made is copied once into that form, when what is to be copied
is small; a large one stays as it is, and what is free in it is filled again. Never part of opening a store.
"""

from __future__ import annotations

import logging
import sqlite3
from typing import Final

from mailclient.store.writer import Writer

_INCREMENTAL: Final = 2
_STEP_PAGES: Final = 512
"""2 MB: some milliseconds on the writer's thread."""
_SPARED_BYTES: Final = 4 * 1024 * 1024
"""So much room is left free in the file: a journal that comes and goes would only make it shrink and grow."""
_COPIED_BYTES: Final = 64 * 1024 * 1024
"""A file is copied at a calm moment up to this size: about half a second."""

_log = logging.getLogger(__name__)


def compact_cache(writer: Writer) -> None:
    """Give back what was freed in the cache, when that is a good part of the file. Waits until it is done.

    Where there is no room to do so the free pages stay in the file and are filled again.
    """

    def step(connection: sqlite3.Connection) -> None:
        free, pages, _ = _sizes(connection, "main")
        if free * 4 >= pages:
            _copy(connection, "main", "TRUNCATE")

    writer.run_alone(step)


def shrink_user_file(writer: Writer) -> None:
    """Give back what was freed in the user's file, in short steps between which others write. Waits until it is done."""
    while writer.run_alone(_shrink_a_little):
        pass


def _shrink_a_little(connection: sqlite3.Connection) -> bool:
    """Take one step; True when there is more to do."""
    free, pages, page_bytes = _sizes(connection, "user")
    worth_it = (free - _STEP_PAGES) * page_bytes >= _SPARED_BYTES
    if not worth_it:
        return False
    if _pragma(connection, "user.auto_vacuum") == _INCREMENTAL:
        try:
            connection.execute(f"PRAGMA user.incremental_vacuum({_STEP_PAGES})").fetchall()
            connection.execute("PRAGMA user.wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            _log.warning("The user's file was not made smaller: %s", error)
            return False
        return True
    if (pages - free) * page_bytes <= _COPIED_BYTES:
        connection.execute(f"PRAGMA user.auto_vacuum = {_INCREMENTAL}")
        _copy(connection, "user", "PASSIVE")
    return False


def _copy(connection: sqlite3.Connection, schema: str, checkpoint: str) -> None:
    connection.execute("PRAGMA temp_store = FILE")  # The copy that VACUUM makes may be larger than the memory.
    try:
        connection.execute(f"VACUUM {schema}")
        connection.execute(f"PRAGMA {schema}.wal_checkpoint({checkpoint})").fetchall()
    except sqlite3.Error as error:
        _log.warning("A file of the store was not made smaller: %s", error)
    finally:
        connection.execute("PRAGMA temp_store = MEMORY")


def _sizes(connection: sqlite3.Connection, schema: str) -> tuple[int, int, int]:
    """Return free pages, all pages, and the bytes of one."""
    free, pages, page_bytes = (
        _pragma(connection, f"{schema}.{name}") for name in ("freelist_count", "page_count", "page_size")
    )
    return free, pages, page_bytes


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
