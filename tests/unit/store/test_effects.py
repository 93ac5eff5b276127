"""Whatever happens in whatever order: counts, index, flags and places stay what the server's state and the journal say."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailclient.domain.errors import BadInput
from mailclient.domain.exchange import FlagRecord, UidMapping
from mailclient.domain.flags import Flag, FlagChange, effective_flags
from mailclient.domain.ids import MessageId, Uid, UidValidity
from mailclient.domain.operation import (
    Act,
    CreateFolder,
    DeleteFolder,
    DeleteForever,
    MoveTo,
    OperationState,
    RenameFolder,
)
from mailclient.protocol.mailbox_names import moved_path
from mailclient.protocol.uid_sets import UidSet
from mailclient.store.startup import recover_journal
from tests.unit.store.house import ANNA, ROLES, House, listing, message

NAMES = ("INBOX", "Archive", "Trash")
FLAGS = (FlagChange(add=Flag.SEEN), FlagChange(remove=Flag.SEEN), FlagChange(add=Flag.FLAGGED))

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "arrive",
                "flags",
                "move",
                "delete",
                "undo",
                "start",
                "done",
                "postpone",
                "refuse",
                "server flags",
                "server removed",
                "revalidate",
                "revive",
                "create folder",
                "rename folder",
                "delete folder",
                "subscribe",
                "list",
                "restart",
            )
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=14,
)


class Story:
    """Random steps against one house; UIDs of the server never repeat."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.next_uid = 1
        self.validity = 1
        self.may_be_gone: set[MessageId] = set()
        self.on_server: set[str] = set()
        """The wire names of folders that were made there."""

    def take(self, step: Step) -> None:
        """Do one step, if it makes sense now."""
        what, a, b = step
        house = self.house
        shown = self.shown()
        name, other = shown[a % len(shown)], shown[b % len(shown)]
        made = [each for each in shown if each not in ROLES]
        keys = house.ids(name)[: b + 1]
        alive = [operation for operation in house.reader.operations() if operation.state is not OperationState.REFUSED]
        match what:
            case "arrive":
                house.add(name, *(message(self._uid(), flags=Flag(b & 1)) for _ in range(a + 1)))
            case "flags":
                house.actions.change_flags(keys, FLAGS[a % 3])
            case "move":
                house.actions.move(keys, house.folder(other))
            case "delete":
                house.actions.delete_forever(keys[:1])
            case "undo":
                house.actions.undo_newest()
            case "server flags":
                uids = house.uids(name)[: b + 1]
                house.sync.put_flags(house.folder(name), [FlagRecord(Uid(uid), Flag(a)) for uid in uids], None)
            case "server removed":
                touched = house.sync.remove_uids(house.folder(name), UidSet.of(house.uids(name)[:b]), None)
                self.may_be_gone.update(touched.removed)
            case "revalidate":
                self.validity += 1
                house.sync.begin_revalidation(house.folder(name), UidValidity(self.validity))
                self.may_be_gone.update(house.sync.end_revalidation(house.folder(name)).removed)
            case "revive":
                for operation in house.reader.operations()[:1]:
                    house.actions.retry_operation(operation.id)
            case "create folder":
                inside = house.folder(made[a % len(made)]) if made and b & 1 else None
                self._try(lambda: house.folder_actions.create(ANNA, f"New {a}", inside))
            case "rename folder" if made:
                self._try(lambda: house.folder_actions.rename(house.folder(made[a % len(made)]), f"Other {b}"))
            case "delete folder" if made:
                self._try(lambda: house.folder_actions.delete(house.folder(made[a % len(made)])))
            case "subscribe":
                house.folder_actions.subscribe(house.folder(name), bool(b & 1))
            case "list":
                # The server has the usual folders, and those that were made there.
                house.sync.put_folders(ANNA, [listing(each) for each in (*ROLES, *sorted(self.on_server))])
            case "restart":
                recover_journal(house.writer)
            case _ if alive:
                self._replay(what, alive[0].id, told=bool(b & 1))

    def shown(self) -> list[str]:
        """Return the folders that can be used, the usual ones first."""
        every = sorted(folder.name for folder in self.house.sync.folders(ANNA) if folder.name not in ROLES)
        return [*NAMES, *every]

    @staticmethod
    def _try(act: Callable[[], object]) -> None:
        try:
            act()
        except BadInput:
            return  # A name that is taken, or that cannot be.

    def _uid(self) -> int:
        self.next_uid += 1
        return self.next_uid

    def _replay(self, what: str, operation_id: int, *, told: bool) -> None:
        sync = self.house.sync
        operation = next(one for one in self.house.reader.operations() if one.id == operation_id)
        sync.operation_started(operation.id)
        if what == "done":
            mapping = None
            if told and isinstance(operation.act, MoveTo):
                validity = self.house.sync.folders(ANNA)
                target = next(folder for folder in validity if folder.id == operation.act.target_folder_id)
                uids = {item.uid: Uid(self._uid()) for item in operation.items if item.uid is not None}
                mapping = UidMapping(target.state.uid_validity or UidValidity(0), uids)
            if isinstance(operation.act, DeleteFolder):
                hidden = "SELECT m.id FROM message m JOIN folder f ON f.id = m.folder_id WHERE f.hidden = ?"
                self.may_be_gone.update(row[0] for row in self.house.ask(hidden, operation.id + 1))
            sync.operation_done(operation.id, mapping)
            self._server_does(operation.act)
            if isinstance(operation.act, DeleteForever):
                self.may_be_gone.update(item.message_id for item in operation.items)
        elif what == "postpone":
            sync.operation_postponed(operation.id, 0.0, "Busy.")
        elif what == "refuse":
            sync.operation_refused(operation.id, "No.")

    def _server_does(self, act: Act) -> None:
        match act:
            case CreateFolder():
                self.on_server.add(act.wire_name)
            case RenameFolder():
                moved = {moved_path(each, act.wire_name, act.new_wire_name, "/") for each in self.on_server}
                self.on_server = moved
            case DeleteFolder():
                self.on_server.discard(act.wire_name)
            case _:
                pass


def rows(house: House) -> list[tuple[Any, ...]]:
    """Return where each message is and what it shows."""
    return house.ask("SELECT id, folder_id, uid, flags, pending FROM message ORDER BY id")


def check(house: House) -> None:
    """Everything that must hold at any time."""
    for folder_id, total, unread in house.ask("SELECT id, total, unread FROM folder"):
        counted = house.ask(
            "SELECT count(*), coalesce(sum((flags & 1) = 0), 0) FROM message WHERE folder_id = ?", folder_id
        )
        assert counted == [(total, unread)]
    found = [row[0] for row in house.ask("SELECT rowid FROM search WHERE search MATCH 'subject' ORDER BY rowid")]
    assert found == [row[0] for row in rows(house)]
    changes: dict[int, list[FlagChange]] = {}
    for add, remove, key in house.ask(
        "SELECT o.add_flags, o.remove_flags, i.message_id FROM user.operation o JOIN user.operation_item i "
        "ON i.operation_id = o.id WHERE o.kind = 'flags' AND o.state IN ('pending', 'running') ORDER BY o.id"
    ):
        changes.setdefault(key, []).append(FlagChange(Flag(add), Flag(remove)))
    for key, flags, server in house.ask("SELECT id, flags, server_flags FROM message"):
        assert flags == effective_flags(Flag(server), changes.get(key, ()))
    assert house.ask(
        "SELECT count(*) FROM user.operation WHERE kind IN ('flags', 'move', 'delete') "
        "AND id NOT IN (SELECT operation_id FROM user.operation_item)"
    ) == [(0,)]
    # Hidden is what waits for its deletion, and nothing else.
    assert house.ask("SELECT hidden - 1 FROM folder WHERE hidden > 1 ORDER BY 1") == house.ask(
        "SELECT id FROM user.operation WHERE kind = 'delete-folder' AND state IN ('pending', 'running') ORDER BY 1"
    )
    names = [folder.name for folder in house.sync.folders(ANNA)]
    assert len(names) == len(set(names))
    assert house.ask("PRAGMA foreign_key_check") == []


UNDONE_WHILE_DELETED = [(step, 0, 0) for step in ("create folder", "done", "delete folder", "start", "undo")]

MOVED_BACK = [("move", 0, 1), ("move", 1, 0), ("revive", 0, 0)]


@settings(max_examples=35, deadline=None)
@example(UNDONE_WHILE_DELETED)
@example(MOVED_BACK)
@given(STEPS)
def test_any_story_leaves_a_consistent_store(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory) / "profile")
        house.add("INBOX", *(message(uid) for uid in range(1001, 1004)))
        story = Story(house)
        for step in steps:
            here = {row[0] for row in rows(house)}
            story.take(step)
            check(house)
            # Nothing vanishes from here but what the server no longer has.
            assert here - {row[0] for row in rows(house)} <= story.may_be_gone
        before = rows(house)
        recover_journal(house.writer)
        assert rows(house) == before
        house.close()
