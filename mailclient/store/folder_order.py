"""In which order entries about folders and about messages reach the server, and what falls with one that is refused.

A folder is made before anything is put into it, emptied by earlier moves before it is deleted, and left alone while its
renaming waits. Statements inside somebody's transaction, journal only.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from mailclient.domain.operation import (
    CreateFolder,
    DeleteFolder,
    FolderAct,
    MoveTo,
    Operation,
    RenameFolder,
    Subscribe,
)
from mailclient.protocol.mailbox_names import is_within
from mailclient.store import folder_journal, journal


@dataclass(frozen=True, slots=True)
class _Reach:
    """The folders that an entry is about: by name, and whether all in them too."""

    names: frozenset[str]
    is_about_folders: bool
    delimiter: str | None

    def meets(self, other: _Reach) -> bool:
        """True when one of both changes a folder that the other needs as it is."""
        if not (self.is_about_folders or other.is_about_folders):
            return False
        delimiter = self.delimiter or other.delimiter
        return any(is_within(a, b, delimiter) or is_within(b, a, delimiter) for a in self.names for b in other.names)


def _reach(operation: Operation) -> _Reach:
    act = operation.act
    match act:
        case RenameFolder():
            return _Reach(frozenset((act.wire_name, act.new_wire_name)), True, act.delimiter)
        case CreateFolder() | DeleteFolder():
            return _Reach(frozenset((act.wire_name,)), True, act.delimiter)
        case Subscribe():
            return _Reach(frozenset((act.wire_name,)), False, None)
        case _:
            names = [item.folder_wire_name for item in operation.items[:1]]
            if isinstance(act, MoveTo):
                names.append(act.target_wire_name)
            return _Reach(frozenset(names), False, None)


@dataclass(slots=True)
class FolderQueue:
    """What waits so far. Thousands of entries about messages may: of these only the names of their folders are kept."""

    _about_folders: list[_Reach] = field(default_factory=list)
    _in_folders: set[str] = field(default_factory=set)

    def is_before(self, operation: Operation) -> bool:
        """True when something that waits must run before this entry."""
        if not (self._about_folders or isinstance(operation.act, FolderAct)):
            return False
        reach = _reach(operation)
        if any(reach.meets(other) for other in self._about_folders):
            return True
        return reach.is_about_folders and reach.meets(_Reach(frozenset(self._in_folders), False, None))

    def waits(self, operation: Operation) -> None:
        """This entry waits."""
        reach = _reach(operation)
        if reach.is_about_folders:
            self._about_folders.append(reach)
        else:
            self._in_folders |= reach.names


def close(connection: sqlite3.Connection, operation: Operation, act: FolderAct) -> None:
    """Second half of done, in the journal: the entry ends; all that speaks of the folder follows its new name."""
    account_id = operation.account_id
    match act:
        case RenameFolder():
            names = (act.wire_name, act.new_wire_name, act.delimiter)
            folder_journal.follow(connection, account_id, *names, operation.id)
            folder_journal.follow_choices(connection, account_id, *names)
        case DeleteFolder():
            folder_journal.forget_choices(connection, account_id, act.wire_name)
        case CreateFolder() | Subscribe():
            pass
    if isinstance(act, CreateFolder | RenameFolder) and operation.undo_group:
        journal.set_state(connection, operation.id, "done")
    else:
        journal.remove(connection, operation.id)


def finish_renames(connection: sqlite3.Connection) -> None:
    """At start: end renames whose first half, in the cache, was there before a crash: their new names are those of today."""
    where = f"o.kind = 'rename' AND o.attempts > 0 AND o.state IN {journal.ALIVE}"
    for entry in journal.entries(connection, where):
        act = entry.operation.act
        if isinstance(act, RenameFolder) and act.wire_name != act.new_wire_name:
            rows = connection.execute(
                "SELECT wire_name FROM main.folder WHERE account_id = ? AND wire_name IN (?, ?)",
                (entry.operation.account_id, act.wire_name, act.new_wire_name),
            ).fetchall()
            if rows == [(act.new_wire_name,)]:
                close(connection, entry.operation, act)


def refused_along(connection: sqlite3.Connection, operation: Operation) -> list[Operation]:
    """Return the later living entries that cannot be carried out when this one is refused, the newest first.

    What was to happen in a folder that is not made; and the deletion of a folder out of which a message was to be moved
    first, or in which another one stays: it would take along what the user wanted to keep.
    """
    later = journal.entries(
        connection,
        f"o.id > ? AND o.account_id = ? AND o.state IN {journal.ALIVE}",
        (operation.id, operation.account_id),
    )
    act = operation.act
    found: list[Operation] = []
    for entry in later:
        other = entry.operation
        match act:
            case CreateFolder():
                falls = journal.speaks_of(other, act.wire_name, act.delimiter)
            case MoveTo():
                falls = isinstance(other.act, DeleteFolder) and any(
                    is_within(item.folder_wire_name, other.act.wire_name, other.act.delimiter)
                    for item in operation.items
                )
            case DeleteFolder():
                falls = isinstance(other.act, DeleteFolder) and is_within(
                    act.wire_name, other.act.wire_name, act.delimiter
                )
            case _:
                falls = False
        if falls:
            found.append(other)
    # What falls takes along what builds upon it.
    for each in list(found):
        if isinstance(each.act, CreateFolder | MoveTo | DeleteFolder):
            known = {other.id for other in found}
            found += [other for other in refused_along(connection, each) if other.id not in known]
    return sorted(found, key=lambda each: -each.id)
