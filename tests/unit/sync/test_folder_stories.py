"""Random stories of folders and mail, here and on the server, with cuts and restarts: in the end both sides agree.

No message is lost but those in folders that were deleted, and none of these when it was moved out before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.domain.errors import BadInput, NetworkGone, ServerBusy, ServerRefused
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import FolderId
from mailclient.store.startup import recover_journal
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.sync.desk import ANNA, Desk

USUAL = ("INBOX", "Sent", "Archive", "Junk", "Trash")
CALLS = ("create", "rename", "delete", "subscribe", "count", "list_folders", "open_folder", "move")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("create", "create", "rename", "move folder", "trash", "delete", "subscribe"),
                *("move", "move", "undo", "replay", "replay", "list", "synchronise", "restart"),
                *("cut before", "cut after", "busy", "refused", "arrive", "other client renames"),
            )
        ),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    max_size=16,
)


class Story:
    """One profile and one server."""

    def __init__(self, desk: Desk, server: FakeServer) -> None:
        self.desk = desk
        self.server = server
        self.arrived = 0
        self.may_be_gone: set[str] = set()
        """Subjects of messages that were in a folder when it was deleted here."""
        for folder in ("INBOX", "INBOX", "Work", "Work/Bills", "Work/Bills"):
            self.arrive(folder)

    def arrive(self, folder: str) -> None:
        """Another message on the server."""
        self.arrived += 1
        self.server.deliver(letter(self.arrived), to=folder)

    def step(self, what: str, a: int, b: int) -> None:
        """Do one thing, if it can be done now."""
        desk, server = self.desk, self.server
        folders = desk.store.folders(ANNA)
        own = [folder for folder in folders if folder.wire_name not in USUAL]
        one = own[a % len(own)] if own else None
        other = folders[b % len(folders)]
        actions = desk.folder_actions
        match what:
            case "create":
                inside: FolderId | None = one.id if one is not None and b & 1 else None
                self._try(lambda: actions.create(ANNA, f"New {b}", inside))
            case "rename" if one is not None:
                self._try(lambda: actions.rename(one.id, f"Other {b}"))
            case "move folder" if one is not None:
                self._try(lambda: actions.move(one.id, other.id if b & 1 else None))
            case "trash" if one is not None:
                self._try(lambda: actions.move_to_trash(one.id))
            case "delete" if one is not None:
                tree = [
                    f for f in folders if f.wire_name == one.wire_name or f.wire_name.startswith(f"{one.wire_name}/")
                ]
                self.may_be_gone.update(row.subject for f in tree for row in desk.rows(f.id))
                self._try(lambda: actions.delete(one.id))
            case "subscribe" if one is not None:
                actions.subscribe(one.id, bool(b & 1))
            case "move":
                source = folders[a % len(folders)]
                ids = desk.reader.id_page(source.id).ids[:2]
                if other.selectable and ids:
                    desk.actions.move(ids, other.id)
            case "undo":
                desk.actions.undo_newest()
            case "replay":
                self.replay()
            case "list":
                self._online(desk.list_folders)
            case "synchronise":
                self._online(self.synchronise)
            case "restart":
                self.restart()
            case "cut before" | "cut after":
                server.fail(CALLS[a], NetworkGone("cut"), after=what == "cut after")
            case "busy":
                server.fail(CALLS[a % 4], ServerBusy("busy"))
            case "refused":
                server.fail(("create", "rename", "move", "move")[a % 4], ServerRefused("no"))
            case "arrive":
                self.arrive("INBOX")
            case "other client renames":
                mine = sorted(name for name in server.folders if name not in USUAL)
                if mine and f"Theirs {b}" not in server.folders:
                    planned, server.failures = server.failures, []
                    server.session().hierarchy.rename(mine[a % len(mine)], f"Theirs {b}")
                    server.failures = planned
            case _:
                pass

    @staticmethod
    def _try(act: Callable[[], object]) -> None:
        try:
            act()
        except BadInput:
            return

    def _online(self, act: Callable[[], object]) -> None:
        try:
            act()
        except NetworkGone:
            return

    def replay(self) -> None:
        """Carry out what is due now."""
        self.desk.now += 1_000
        self._online(self.desk.replay)

    def synchronise(self) -> None:
        """As the worker does: the journal, the list, then each folder that the server has."""
        desk = self.desk
        desk.replay()
        desk.list_folders()
        for folder in desk.store.folders(ANNA):
            if folder.wire_name in self.server.folders and not folder.awaits_creation:
                desk.synchronise(folder.wire_name)

    def restart(self) -> None:
        """End the program and start it again."""
        self.desk.close()
        self.desk.open()
        recover_journal(self.desk.opened.writer)

    def everything_on_the_server(self) -> list[str]:
        """Return the subjects of all messages."""
        return [subject for name in self.server.folders for subject in self.server.subjects(name)]


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_in_the_end_both_sides_agree_and_nothing_is_lost(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        server = FakeServer()
        desk = Desk(Path(directory), server)
        server.session().hierarchy.create("Work", FolderRole.NONE)
        server.session().hierarchy.create("Work/Bills", FolderRole.NONE)
        story = Story(desk, server)
        story.synchronise()
        for step in steps:
            story.step(*step)
        server.failures.clear()
        for _ in range(6):  # Until what waited for a UID, and what was unclaimed, is told.
            desk.now += 1_000
            story.synchronise()
        alive = [operation for operation in desk.reader.operations() if operation.state.value != "refused"]
        assert alive == []
        folders = {folder.wire_name: folder for folder in desk.store.folders(ANNA)}
        assert set(folders) == set(server.folders)
        for name, folder in folders.items():
            assert folder.name == ("Inbox" if name == "INBOX" else name) or name == "INBOX"
            assert sorted(row.subject for row in desk.rows(folder.id)) == sorted(server.subjects(name)), name
        there = story.everything_on_the_server()
        assert len(there) == len(set(there)), "nothing is there twice"
        lost = {f"Subject {number}" for number in range(1, story.arrived + 1)} - set(there)
        assert lost <= story.may_be_gone
        hidden = desk.opened.writer.read(
            lambda connection: connection.execute("SELECT count(*) FROM folder WHERE hidden > 1").fetchone()
        )
        assert hidden == (0,)
        desk.close()
