"""Folders changed on a real Dovecot: made, renamed with their mail, moved, deleted; and another client's view of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailclient.domain.commands import Archive, Move, Undo
from mailclient.domain.events import Failed, OperationRefused
from mailclient.domain.folder import FolderRole
from mailclient.domain.folder_commands import (
    CreateFolder,
    DeleteFolderForever,
    MoveFolder,
    RenameFolder,
    SubscribeFolder,
    TrashFolder,
)
from tests.live.conftest import account_of, second_client
from tests.support.engines import LiveEngine, wait_until
from tests.support.extensions import WITHOUT
from tests.support.messages import mixed_messages
from tests.support.servers.dovecot import Dovecot

pytestmark = pytest.mark.live
USER = "fiona@example.org"


def names(dovecot: Dovecot, how: str = "list") -> set[str]:
    """Return the folders as another client sees them."""
    client = second_client(dovecot, USER)
    _, lines = client.list() if how == "list" else client.lsub()
    client.logout()
    return {line.decode().rpartition(" ")[2].strip('"') for line in lines if isinstance(line, bytes)}


def test_folders_go_through_their_whole_life(dovecot: Dovecot, profile_dir: Path) -> None:
    dovecot.put(USER, mixed_messages(8, seed=5))
    account = account_of(dovecot, USER)
    with LiveEngine(profile_dir, account, dovecot.password) as live:
        submit = live.engine.submit
        wait_until(lambda: len(live.ids()) >= 8, "the messages")
        count = len(live.ids())
        live.engine.go_online(False)
        submit(CreateFolder(account.id, "Grüße & Co"))
        wait_until(lambda: any(f.name == "Grüße & Co" for f in live.reader.folders()), "the folder here")
        submit(CreateFolder(account.id, "Inside", live.folder("Grüße & Co").id))
        wait_until(lambda: any(f.leaf == "Inside" for f in live.reader.folders()), "the folder in it")
        inside = next(f for f in live.reader.folders() if f.leaf == "Inside")
        moved = live.ids()[:3]
        submit(Move(moved, inside.id))
        submit(RenameFolder(live.folder("Grüße & Co").id, "Post"))
        wait_until(lambda: len(live.ids()) == count - 3, "the moves here")
        live.engine.go_online(True)
        separator = inside.delimiter or "/"
        wait_until(lambda: f"Post{separator}Inside" in names(dovecot), "the folders on the server")
        wait_until(lambda: not live.reader.operations(), "the end of the journal")
        client = second_client(dovecot, USER)
        assert client.select(f"Post{separator}Inside")[1] == [b"3"]
        client.logout()
        assert live.ids(f"Post{separator}Inside") == moved, "the same rows under the new name"

        submit(MoveFolder(inside.id, None))
        wait_until(lambda: "Inside" in names(dovecot), "the folder at the top")
        submit(SubscribeFolder(inside.id, False))
        wait_until(lambda: "Inside" not in names(dovecot, "lsub"), "the end of the subscription")
        submit(TrashFolder(inside.id))
        wait_until(lambda: f"Trash{separator}Inside" in names(dovecot), "the folder in the trash")
        submit(Undo())
        wait_until(lambda: "Inside" in names(dovecot), "the folder back")
        wait_until(lambda: live.ids("Inside") == moved, "its messages")

        submit(DeleteFolderForever(live.folder("Post").id))
        wait_until(lambda: "Post" not in names(dovecot), "the end of an empty folder")
        troubles = [event.sentence for event in live.events if isinstance(event, OperationRefused | Failed)]
        # Without MOVE and UIDPLUS, and only then, it is said that old copies stay.
        assert [words for words in troubles if "marked as deleted" not in words] == []
        assert not troubles or not WITHOUT.isdisjoint({"*", "UIDPLUS", "MOVE"})


def test_new_mail_saves_a_folder_from_its_deletion(dovecot: Dovecot, profile_dir: Path) -> None:
    account = account_of(dovecot, USER)
    with LiveEngine(profile_dir, account, dovecot.password) as live:
        wait_until(lambda: any(f.role is FolderRole.INBOX for f in live.reader.folders()), "the folders")
        live.engine.submit(CreateFolder(account.id, "Doomed"))
        wait_until(lambda: "Doomed" in names(dovecot), "the folder")
        wait_until(lambda: not live.reader.operations(), "the end of the journal")
        live.engine.go_online(False)
        live.engine.submit(DeleteFolderForever(live.folder("Doomed").id))
        wait_until(lambda: all(f.name != "Doomed" for f in live.reader.folders()), "its end here")
        client = second_client(dovecot, USER)
        client.append("Doomed", "", "", b"Subject: Late\r\n\r\nI came late.\r\n")
        client.logout()
        live.engine.go_online(True)
        wait_until(lambda: any(isinstance(event, OperationRefused) for event in live.events), "the refusal")
        refused = next(event for event in live.events if isinstance(event, OperationRefused))
        assert "a message more than you were told of" in refused.sentence
        assert "Doomed" in names(dovecot)
        wait_until(lambda: len(live.ids("Doomed")) == 1, "the late message here")


def test_a_role_that_the_server_does_not_name_is_kept_here(dovecot: Dovecot, profile_dir: Path) -> None:
    dovecot.put(USER, mixed_messages(3, seed=6))
    account = account_of(dovecot, USER)
    with LiveEngine(profile_dir, account, dovecot.password) as live:
        wait_until(lambda: len(live.ids()) > 0, "the messages")
        if not any(f.role is FolderRole.ARCHIVE for f in live.reader.folders()):
            live.engine.submit(CreateFolder(account.id, "Attic", None, FolderRole.ARCHIVE))
        wait_until(lambda: any(f.role is FolderRole.ARCHIVE for f in live.reader.folders()), "the role")
        archive = next(f for f in live.reader.folders() if f.role is FolderRole.ARCHIVE)
        message = live.ids()[0]
        live.engine.submit(Archive((message,)))
        wait_until(lambda: message in live.ids(archive.name), "the message in it")
        wait_until(lambda: not live.reader.operations(), "the end of the journal")
