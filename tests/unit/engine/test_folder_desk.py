"""Commands about folders: told at once, on the server later, refused in a sentence; and what servers limit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain import commands as c
from mailclient.domain import folder_commands as f
from mailclient.domain.account import IncomingProtocol
from mailclient.domain.errors import NetworkGone, ServerRefused
from mailclient.domain.events import (
    Failed,
    FoldersChanged,
    LimitsLearned,
    OperationQueued,
    OperationRefused,
    OperationUndone,
    RoleMissing,
)
from mailclient.domain.folder import FolderLimits, FolderRole, Quota, RoleSource
from mailclient.engine.folder_desk import FolderOutcome
from mailclient.protocol.imap_capabilities import usable
from tests.support.extensions import WITHOUT
from tests.support.fake_folders import letter
from tests.unit.engine.test_against_lab import ADDRESSES, opened
from tests.unit.engine.world import ANNA, World, account


@pytest.fixture
def full(world: World) -> World:
    """Three messages, all here."""
    world.server.deliver_many(3)
    world.start()
    world.until(lambda: world.complete() == 3)
    world.until_quiet()
    return world


def test_a_folder_is_told_at_once_and_made_on_the_server(full: World) -> None:
    full.submit(f.CreateFolder(ANNA, "Travel"))
    queued = full.until_heard(OperationQueued)
    assert (queued.sentence, queued.undoable) == ("Created “Travel”", True)
    full.until(lambda: "Travel" in full.server.folders)
    full.until(lambda: full.has_folder("Travel") and not full.folder("Travel").awaits_creation)
    full.submit(c.Undo())
    full.until_heard(OperationUndone)
    full.until(lambda: "Travel" not in full.server.folders)
    full.until(lambda: not full.has_folder("Travel"))


def test_folders_and_mail_changed_offline_reach_the_server_after_a_restart(full: World) -> None:
    full.submit(c.GoOnline(False))
    full.submit(f.CreateFolder(ANNA, "Travel"))
    full.until_obeyed()
    full.submit(c.Move((full.id_of("Subject 2"),), full.folder("Travel").id))
    full.submit(f.RenameFolder(full.folder("Travel").id, "Reisen"))
    full.until_obeyed()
    full.again(online=False)
    assert full.server.writes == []
    assert full.folder("Travel").name == "Reisen"
    assert full.subjects("Travel") == ["Subject 2"]
    full.submit(c.GoOnline(True))
    full.until(lambda: full.server.folders.get("Reisen") and full.server.subjects("Reisen") == ["Subject 2"])
    full.until(lambda: full.has_folder("Reisen"))
    full.until(lambda: full.subjects("Reisen") == ["Subject 2"])
    assert full.heard(Failed) == []


def test_a_folder_that_waits_is_not_looked_for_on_the_server(full: World) -> None:
    full.server.fail("create", NetworkGone("cut"))
    full.submit(f.CreateFolder(ANNA, "Travel"))
    full.until(lambda: full.has_folder("Travel"))
    full.submit(c.OpenFolder(full.folder("Travel").id))
    full.until_obeyed()
    full.until_quiet()
    assert "open_folder Travel" not in full.server.calls
    assert not any("Travel" in event.sentence for event in full.heard(Failed))
    full.now += 1_000
    full.submit(c.Synchronise())
    full.until(lambda: "Travel" in full.server.folders)


def test_a_refusal_is_told_and_taken_back(full: World) -> None:
    full.server.fail("rename", ServerRefused("[NOPERM] no"))
    full.submit(f.RenameFolder(full.folder("Archive").id, "Attic"))
    refused = full.until_heard(OperationRefused)
    assert refused.sentence == "Renaming the folder “Archive” was refused. [NOPERM] no"
    full.until(lambda: full.folder("Archive").name == "Archive")


def test_what_cannot_be_a_name_is_said_and_nothing_is_written(full: World) -> None:
    full.submit(f.CreateFolder(ANNA, "a/b"))
    assert "cannot contain “/”" in full.until_heard(Failed).sentence
    full.submit(f.RenameFolder(full.folder("INBOX").id, "X"))
    full.until_heard(Failed, lambda event: "The inbox keeps its name" in event.sentence)
    full.submit(f.MoveFolder(full.folder("Archive").id, full.folder("Archive").id))
    full.until_heard(Failed, lambda event: "into itself" in event.sentence)
    assert full.reader.operations() == ()


def test_a_missing_folder_for_a_role_can_be_made(full: World) -> None:
    del full.server.folders["Archive"]
    full.submit(c.Synchronise())
    full.until(lambda: not full.has_folder("Archive"))
    full.submit(c.Archive((full.id_of("Subject 2"),)))
    missing = full.until_heard(RoleMissing)
    assert (missing.account_id, missing.role) == (ANNA, FolderRole.ARCHIVE)
    assert missing.sentence.startswith("This account has no folder for archived mail.")
    full.submit(f.CreateFolder(ANNA, "Archive", None, FolderRole.ARCHIVE))
    full.submit(c.Archive((full.id_of("Subject 2"),)))
    full.until(lambda: full.server.folders.get("Archive") and full.server.subjects("Archive") == ["Subject 2"])


def test_roles_go_back_to_what_the_server_says(full: World) -> None:
    full.submit(c.SetFolderRole(full.folder("Sent").id, FolderRole.ARCHIVE))
    full.until(lambda: full.folder("Sent").role is FolderRole.ARCHIVE)
    assert full.folder("Archive").role is FolderRole.NONE
    full.submit(f.ResetFolderRoles(ANNA))
    full.until(
        lambda: full.folder("Sent").role is FolderRole.SENT and full.folder("Archive").role is FolderRole.ARCHIVE
    )
    full.until(lambda: full.folder("Sent").role_source is RoleSource.ATTRIBUTE)


def test_limits_are_asked_where_they_are_offered(world: World) -> None:
    quota = Quota("", "STORAGE", 900, 1000)
    world.server.limits = FolderLimits((quota,))
    world.start()
    world.until_quiet()
    assert not any(call.startswith("limits") for call in world.server.calls)
    world.server.capabilities |= {"QUOTA"}
    world.submit(c.GoOnline(False))
    world.submit(c.GoOnline(True))
    world.until_heard(LimitsLearned)
    assert world.engine.limits(ANNA) == FolderLimits((quota,))
    assert world.engine.ask_limits(world.folder("Sent")) == FolderLimits((quota,))


def test_a_change_at_once_says_what_became_of_it(world: World) -> None:
    engine = world.engine
    engine.synchronise_now(ANNA)
    assert engine.change_folder_now(ANNA, f.CreateFolder(ANNA, "Travel")).outcome is FolderOutcome.DONE
    world.server.fail("create", ServerRefused("no"))
    refused = engine.change_folder_now(ANNA, f.CreateFolder(ANNA, "Other"))
    assert (refused.outcome, refused.sentence) == (
        FolderOutcome.REFUSED,
        "Creating the folder “Other” was refused. no",
    )
    world.server.refuse_connections = NetworkGone("No way there.")
    waiting = engine.change_folder_now(ANNA, f.CreateFolder(ANNA, "Third"))
    assert (waiting.outcome, waiting.sentence) == (
        FolderOutcome.WAITING,
        "It is done here and waits for the server. No way there.",
    )
    assert world.folder("Third").awaits_creation
    assert any(event.account_id == ANNA for event in world.heard(FoldersChanged))


@pytest.mark.parametrize("hidden", [(), ("CREATE-SPECIAL-USE", "LIST-EXTENDED", "SPECIAL-USE", "QUOTA", "ACL")])
def test_against_the_lab(tmp_path: Path, hidden: tuple[str, ...]) -> None:
    with opened(tmp_path, *hidden) as (lab, world):
        user = lab.users[ADDRESSES[ANNA]]
        user.quota_kib = 1000
        del user.mailboxes["Archive"]
        lab.deliver(ADDRESSES[ANNA], letter(1))
        world.start()
        world.until(lambda: world.complete() == 1)
        world.submit(f.CreateFolder(ANNA, "Archive", None, FolderRole.ARCHIVE))
        world.submit(f.CreateFolder(ANNA, "Grüße & Küsse"))
        world.until(lambda: "Grüße & Küsse" in user.mailboxes)
        says_use = bool(usable(["CREATE-SPECIAL-USE"], WITHOUT | {*hidden}))
        world.until(lambda: user.mailboxes["Archive"].special_use == ("\\Archive" if says_use else ""))
        message = world.id_of("Subject 1")
        world.submit(c.Archive((message,)))
        wire = "Gr&APwA3w-e &- K&APw-sse"
        world.submit(f.RenameFolder(world.folder(wire).id, "Post"))
        world.submit(f.MoveFolder(world.folder("Archive").id, world.folder(wire).id))
        world.until(lambda: "Post/Archive" in user.mailboxes and user.mailboxes["Post/Archive"].messages)
        world.until(lambda: world.has_folder("Post/Archive") and world.rows("Post/Archive"))
        assert world.folder("Post/Archive").role is FolderRole.ARCHIVE
        assert world.id_of("Subject 1", "Post/Archive") == message
        world.submit(f.DeleteFolderForever(world.folder("Post").id))
        world.until(lambda: not any(name.startswith("Post") for name in user.mailboxes))
        world.until(lambda: world.reader.operations() == ())
        # Without MOVE and UIDPLUS it is told that old copies stay.
        assert [event for event in world.heard(Failed) if "marked as deleted" not in event.sentence] == []
        limits = world.engine.limits(ANNA)
        if usable(["QUOTA"], WITHOUT | {*hidden}):
            assert limits is not None
            assert limits.rights == "lrswipkxtea"
            assert limits.quotas is not None
            assert [(quota.resource, quota.limit) for quota in limits.quotas] == [("STORAGE", 1000)]


def test_the_folders_of_a_maildrops_account_are_changed_here(tmp_path: Path) -> None:
    anna = replace(account(), protocol=IncomingProtocol.POP3)
    world = World(tmp_path, accounts=[anna])
    try:
        made = world.engine.change_folder_now(ANNA, f.CreateFolder(ANNA, "Travel"))
        assert (made.outcome, made.sentence) == (FolderOutcome.DONE, "Created “Travel”")
        renamed = world.engine.change_folder_now(ANNA, f.RenameFolder(world.folder("Travel").id, "Reisen"))
        assert renamed.outcome is FolderOutcome.DONE
        assert world.folder("Reisen").name == "Reisen"
        assert world.engine.ask_limits(world.folder("Reisen")) == FolderLimits()
        assert world.reader.operations() == ()
        assert world.server.connections == [], "nobody was asked"
    finally:
        world.close()
