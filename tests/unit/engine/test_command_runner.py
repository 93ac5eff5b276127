"""What the window asks for: a row first, its effect at once, the server later, and a way back."""

from __future__ import annotations

import pytest

from mailclient.domain import commands as c
from mailclient.domain.draft import Draft
from mailclient.domain.errors import NetworkGone
from mailclient.domain.events import (
    DraftSaved,
    Failed,
    MessagesAdded,
    MessagesRemoved,
    OperationQueued,
    OperationRefused,
    OperationUndone,
    RoleMissing,
)
from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import FolderId, MessageId, OutboxId
from tests.support.fake_folders import letter
from tests.support.fake_mailbox import FakeServer
from tests.unit.engine.world import ANNA, World


@pytest.fixture
def full(world: World) -> World:
    """Three letters, synchronised, the engine running."""
    world.server.deliver_many(3)
    world.start()
    world.until(lambda: world.complete() == 3)
    world.until_quiet()
    return world


def in_step(world: World) -> bool:
    """True when both sides show the same in every folder and nothing waits."""
    if world.reader.operations(ANNA):
        return False
    return all(sorted(world.subjects(name)) == sorted(world.server.subjects(name)) for name in world.server.folders)


def test_marks_are_shown_at_once_and_reach_the_server(full: World) -> None:
    message = full.id_of("Subject 2")
    full.submit(c.MarkRead((message,)))
    full.submit(c.Star((message,)))
    full.until(lambda: full.server.flags(2) == Flag.SEEN | Flag.FLAGGED)
    full.submit(c.MarkRead((message,), read=False))
    full.until(lambda: full.server.flags(2) == Flag.FLAGGED)
    assert full.flags(message) == Flag.FLAGGED


def test_an_archived_message_is_gone_before_the_server_knows(full: World) -> None:
    message = full.id_of("Subject 2")
    full.submit(c.GoOnline(False))
    full.submit(c.Archive((message,)))
    queued = full.until_heard(OperationQueued)
    assert queued.undoable
    assert "1 message" in queued.sentence or "message" in queued.sentence
    assert full.subjects() == ["Subject 3", "Subject 1"]
    assert full.subjects("Archive") == ["Subject 2"]
    assert full.server.subjects("Archive") == []
    assert [event.message_ids for event in full.heard(MessagesRemoved)] == [(message,)]
    assert full.heard(MessagesAdded)[-1].message_ids == (message,)
    full.submit(c.GoOnline(True))
    full.until(lambda: full.server.subjects("Archive") == ["Subject 2"])
    full.until(lambda: in_step(full))
    assert full.id_of("Subject 2", "Archive") == message


def test_offline_actions_survive_the_end_of_the_program(full: World) -> None:
    full.submit(c.GoOnline(False))
    full.submit(c.Archive((full.id_of("Subject 1"),)))
    full.submit(c.MarkRead((full.id_of("Subject 2"),)))
    full.submit(c.Delete((full.id_of("Subject 3"),)))
    full.submit(c.SaveDraft(Draft(None, ANNA, subject="A draft"), "token"))
    full.until_heard(DraftSaved)
    assert full.server.writes == []
    full.again(online=False)
    assert (full.subjects(), full.subjects("Archive"), full.subjects("Trash")) == (
        ["Subject 2"],
        ["Subject 1"],
        ["Subject 3"],
    )
    assert [draft.subject for draft in full.reader.drafts()] == ["A draft"]
    full.submit(c.GoOnline(True))
    full.until(lambda: in_step(full))
    assert full.server.subjects("Archive") == ["Subject 1"]
    assert full.server.subjects("Trash") == ["Subject 3"]
    assert full.server.flags(2) == Flag.SEEN


def test_undo_before_the_server_knows_sends_nothing(full: World) -> None:
    full.submit(c.GoOnline(False))
    full.submit(c.Archive((full.id_of("Subject 2"),)))
    full.submit(c.Undo())
    undone = full.until_heard(OperationUndone)
    assert undone.sentence.startswith("Undone")
    assert full.subjects() == ["Subject 3", "Subject 2", "Subject 1"]
    full.submit(c.GoOnline(True))
    full.until_quiet()
    full.until(lambda: in_step(full))
    assert full.server.writes == []


@pytest.mark.parametrize("uidplus", [True, False])
def test_undo_after_the_server_did_it_brings_it_back(world: World, uidplus: bool) -> None:
    world.servers[ANNA] = FakeServer(uidplus=uidplus)
    world.server.deliver_many(3)
    world.start()
    world.until(lambda: world.complete() == 3)
    message = world.id_of("Subject 2")
    world.submit(c.Archive((message,)))
    world.until(lambda: world.server.subjects("Archive") == ["Subject 2"])
    world.submit(c.Undo())
    world.until_heard(OperationUndone)
    world.until(lambda: len(world.server.uids()) == 3)
    world.until(lambda: in_step(world))
    world.submit(c.Undo())
    world.until(lambda: len(world.heard(OperationUndone)) == 2)
    assert world.heard(OperationUndone)[-1].sentence == "There is nothing to undo."
    assert world.id_of("Subject 2") == message


def test_junk_and_back(full: World) -> None:
    message = full.id_of("Subject 2")
    full.submit(c.MarkJunk((message,)))
    full.until(lambda: full.server.subjects("Junk") == ["Subject 2"])
    assert full.server.flags(1, "Junk") & Flag.JUNK
    full.submit(c.MarkJunk((message,), junk=False))
    full.until(lambda: len(full.server.uids()) == 3)
    full.until(lambda: in_step(full))
    assert full.flags(message) & Flag.NOT_JUNK


def test_without_a_folder_for_it_nothing_is_changed_and_the_way_out_is_told(world: World) -> None:
    del world.server.folders["Junk"]
    world.server.deliver_many(1)
    world.start()
    world.until(lambda: world.complete() == 1)
    message = world.id_of("Subject 1")
    world.submit(c.MarkJunk((message,)))
    failed = world.until_heard(RoleMissing)
    assert failed.sentence.startswith("This account has no folder for junk.")
    assert world.flags(message) == Flag.NONE
    world.submit(c.SetFolderRole(world.folder("Archive").id, FolderRole.JUNK))
    world.submit(c.MarkJunk((message,)))
    world.until(lambda: world.server.subjects("Archive") == ["Subject 1"])


def test_deleting_for_ever_takes_only_that_one(full: World) -> None:
    full.server.set_flags(3, Flag.DELETED)
    full.submit(c.Delete((full.id_of("Subject 2"),), forever=True))
    full.until(lambda: full.server.subjects() == ["Subject 1", "Subject 3"])
    full.until(lambda: in_step(full))


def test_a_refusal_is_taken_back_and_explained(full: World) -> None:
    message = full.id_of("Subject 2")
    full.submit(c.GoOnline(False))
    full.submit(c.Archive((message,)))
    full.until_obeyed()
    del full.server.folders["Archive"]
    full.submit(c.GoOnline(True))
    refused = full.until_heard(OperationRefused)
    assert refused.sentence.startswith("Archiving a message was refused.")
    assert refused.connection_id is not None
    full.until(lambda: message in [row.id for row in full.rows()])


def test_a_server_that_only_marks_says_so(world: World) -> None:
    world.servers[ANNA] = FakeServer(move=False, uidplus=False)
    world.server.deliver_many(1)
    world.start()
    world.until(lambda: world.complete() == 1)
    world.submit(c.Archive((world.id_of("Subject 1"),)))
    told = world.until_heard(Failed)
    assert "marked as deleted" in told.sentence


@pytest.mark.parametrize("after", [False, True])
def test_the_end_of_the_program_in_the_middle_of_a_move(full: World, after: bool) -> None:
    full.server.fail("move", NetworkGone("cut"), after=after)
    full.submit(c.Archive((full.id_of("Subject 2"),)))
    full.until(lambda: "move" in full.server.writes or not full.server.failures)
    full.close()
    full.now += 3600
    full.build()
    full.start()
    full.until(lambda: in_step(full) and full.server.subjects("Archive") == ["Subject 2"])
    assert full.server.subjects() == ["Subject 1", "Subject 3"]


def test_many_messages_are_one_entry(world: World) -> None:
    world.server.deliver_many(300)
    world.start()
    world.until(lambda: world.complete() == 300)
    world.submit(c.Archive(tuple(row.id for row in world.rows())))
    world.until(lambda: len(world.server.uids("Archive")) == 300)
    assert world.server.writes.count("move") == 1
    assert len(world.heard(OperationQueued)) == 1
    world.submit(c.Undo())
    world.until(lambda: len(world.server.uids()) == 300)
    world.until(lambda: in_step(world))


def test_ids_that_are_gone_are_no_reason_to_fail(full: World) -> None:
    nobody = MessageId(12345)
    for command in (
        c.MarkRead((nobody,)),
        c.Archive((nobody,)),
        c.Delete((nobody,), forever=True),
        c.Move((nobody,), full.folder("Trash").id),
        c.MarkJunk((nobody,)),
        c.OpenFolder(FolderId(12345)),
    ):
        full.submit(command)
    full.until_obeyed()
    assert full.heard(Failed) == []
    full.submit(c.RetrySending(OutboxId(99)))
    full.submit(c.CancelSending(OutboxId(99)))
    full.submit(c.Move((full.id_of("Subject 1"),), FolderId(12345)))
    full.until_obeyed()
    assert len(full.heard(Failed)) == 3
    assert all(event.sentence and "Traceback" not in event.sentence for event in full.heard(Failed))


def test_a_sender_is_trusted_with_remote_content_until_told_otherwise(full: World) -> None:
    full.submit(c.AllowRemoteContent("Ben@example.org"))
    full.until(lambda: full.reader.remote_content_allowed("ben@example.org"))
    full.submit(c.AllowRemoteContent("ben@example.org", allowed=False))
    full.until(lambda: not full.reader.remote_content_allowed("ben@example.org"))


def test_another_uidvalidity_while_actions_wait(full: World) -> None:
    full.submit(c.GoOnline(False))
    full.submit(c.Archive((full.id_of("Subject 2"),)))
    full.until_obeyed()
    full.server.deliver(letter(9))
    full.server.expunge(1)
    full.server.renumber(first=1)
    full.submit(c.GoOnline(True))
    full.until(lambda: full.server.subjects("Archive") == ["Subject 2"])
    full.until(lambda: in_step(full))
    assert full.server.subjects() == ["Subject 3", "Subject 9"]
    assert full.reader.raw(full.id_of("Subject 3")) == letter(3)
