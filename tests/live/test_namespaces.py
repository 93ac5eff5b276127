"""Folders that are not one's own, and new ones where a server wants them: a Dovecot with a shared namespace, and Courier."""

from __future__ import annotations

import imaplib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.commands import Move
from mailclient.domain.events import Failed, OperationRefused
from mailclient.domain.folder import FolderRole, NamespaceKind
from mailclient.domain.folder_commands import CreateFolder
from mailclient.domain.ids import AccountId
from tests.live.conftest import account_of, second_client
from tests.support.engines import LiveEngine, wait_until
from tests.support.extensions import as_asked, needs
from tests.support.messages import mixed_messages
from tests.support.servers import courier, dovecot
from tests.support.servers.courier import Courier, running_courier
from tests.support.servers.dovecot import Dovecot, running_dovecot

pytestmark = pytest.mark.live
USER = "nora@example.org"
PASSWORD = "secret word"


@pytest.fixture
def sharing() -> Iterator[Dovecot]:
    if reason := dovecot.missing():
        pytest.skip(reason)
    with running_dovecot([USER], public="Everybody") as server:
        server.put("shared", mixed_messages(3, seed=2), "Notices")
        yield server


def counted(server: Dovecot) -> bytes | None:
    """Return how many messages another client counts in the shared folder."""
    client = second_client(server, USER)
    told = client.select("Everybody/Notices")[1][0]
    client.logout()
    return told


@needs("NAMESPACE")
def test_shared_folders_are_told_from_ones_own(sharing: Dovecot, profile_dir: Path) -> None:
    sharing.put(USER, mixed_messages(2, seed=3))
    account = account_of(sharing, USER)
    with LiveEngine(profile_dir, account, sharing.password) as live:
        wait_until(lambda: any(f.leaf == "Notices" for f in live.reader.folders()), "the shared folder")
        shared = next(f for f in live.reader.folders() if f.leaf == "Notices")
        assert (shared.namespace, shared.namespace_prefix) == (NamespaceKind.SHARED, "Everybody/")
        assert shared.role is FolderRole.NONE
        wait_until(lambda: len(live.ids("Everybody/Notices")) == 3, "its messages")
        assert {f.namespace for f in live.reader.folders() if f.role is not FolderRole.NONE} == {NamespaceKind.PERSONAL}
        wait_until(lambda: len(live.ids()) == 2, "one's own messages")
        live.engine.submit(Move(live.ids()[:1], shared.id))
        wait_until(lambda: counted(sharing) == b"4", "the message on the server")


def has(lines: Iterable[object], name: str) -> bool:
    """Is a folder among these answers?"""
    return any(isinstance(line, bytes) and name.encode() in line for line in lines)


@pytest.fixture
def prefixed() -> Iterator[Courier]:
    if reason := courier.missing():
        pytest.skip(reason)
    with running_courier(PASSWORD) as server:
        yield server


@needs("NAMESPACE")
def test_below_a_personal_prefix_the_first_folder_is_made_where_the_server_wants_it(
    prefixed: Courier, profile_dir: Path
) -> None:
    endpoint = Endpoint("127.0.0.1", prefixed.port, Security.PLAIN, "nora")
    account = as_asked(Account(AccountId("c"), "c", "Nora", USER, endpoint, endpoint))
    with LiveEngine(profile_dir, account, PASSWORD) as live:
        wait_until(lambda: any(f.role is FolderRole.INBOX for f in live.reader.folders()), "the inbox")
        live.engine.submit(CreateFolder(account.id, "Reisen"))
        wait_until(lambda: any(f.leaf == "Reisen" for f in live.reader.folders()), "the folder here")
        client = imaplib.IMAP4("127.0.0.1", prefixed.port)
        client.login("nora", PASSWORD)
        wait_until(lambda: has(client.list()[1], "INBOX.Reisen"), "the folder on the server")
        wait_until(lambda: has(client.lsub()[1], "INBOX.Reisen"), "its subscription")
        client.logout()
        assert [event for event in live.events if isinstance(event, OperationRefused | Failed)] == []
