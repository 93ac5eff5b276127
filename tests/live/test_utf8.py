"""UTF8=ACCEPT with a server that really offers it: Courier. With and without it, the same folders and the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.commands import Move
from mailclient.domain.events import Failed, OperationRefused
from mailclient.domain.flags import Flag
from mailclient.domain.folder_commands import CreateFolder, RenameFolder
from mailclient.domain.ids import AccountId
from mailclient.net.imap_session import ImapSession, open_imap
from mailclient.protocol.uid_sets import UidSet
from tests.support.engines import LiveEngine, wait_until
from tests.support.extensions import as_asked, needs
from tests.support.servers.courier import Courier, missing, running_courier

pytestmark = pytest.mark.live
PASSWORD = "secret word"
WIRE = "INBOX.Gr&APwA3w-e &- Co"
RAW = "Subject: Grüße\r\nFrom: a@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nHallo, schöne Welt\r\n".encode()


@pytest.fixture
def courier() -> Iterator[Courier]:
    if reason := missing():
        pytest.skip(reason)
    with running_courier(PASSWORD) as server:
        yield server


def account_of(courier: Courier, *without: str) -> Account:
    endpoint = Endpoint("127.0.0.1", courier.port, Security.PLAIN, "ulla")
    account = as_asked(Account(AccountId("u"), "u", "Ulla", "ulla@example.org", endpoint, endpoint))
    return replace(account, without=account.without | set(without))


def connected(courier: Courier, *without: str) -> ImapSession:
    return open_imap(account_of(courier, *without), PASSWORD, "test", lambda _: None)


@needs("UTF8=ACCEPT", "ENABLE", "NAMESPACE")
def test_folders_made_and_renamed_in_utf8_are_those_of_everybody(courier: Courier, profile_dir: Path) -> None:
    account = account_of(courier)
    with LiveEngine(profile_dir, account, PASSWORD) as live:
        wait_until(lambda: bool(live.reader.folders()), "the inbox")
        live.engine.submit(CreateFolder(account.id, "Grüße & Co"))
        other = connected(courier, "UTF8")
        assert not other.dialogue.utf8
        wait_until(lambda: WIRE in {each.wire_name for each in other.list_folders()}, "the folder")
        other.append("INBOX", b"Subject: x\r\nMessage-ID: <2@example.org>\r\n\r\nx\r\n", Flag.NONE)
        live.engine.synchronise_now(account.id)
        wait_until(lambda: len(live.ids()) == 1, "the message")
        folder = next(each for each in live.reader.folders() if each.wire_name == WIRE)
        assert folder.leaf == "Grüße & Co"
        live.engine.submit(Move(live.ids(), folder.id))
        wait_until(lambda: other.open_folder(WIRE).exists == 1, "the message in it")
        live.engine.submit(RenameFolder(folder.id, "Übrig"))
        wait_until(lambda: "INBOX.&ANw-brig" in {each.wire_name for each in other.list_folders()}, "its new name")
        assert [event for event in live.events if isinstance(event, OperationRefused | Failed)] == []
        other.log_out()


@needs("UTF8=ACCEPT", "ENABLE")
def test_a_message_with_utf8_in_its_header_comes_back_as_it_went(courier: Courier) -> None:
    with_utf8, plain = connected(courier), connected(courier, "UTF8")
    assert (with_utf8.dialogue.utf8, plain.dialogue.utf8) == (True, False)
    told = with_utf8.append("INBOX", RAW, Flag.SEEN)
    assert told is not None
    uid = next(iter(told.uids.values()))
    for session in (with_utf8, plain):
        session.open_folder("INBOX", read_only=True)
        assert [record.raw for record in session.fetch_bodies(iter([UidSet.of([uid])]))] == [RAW]
        session.log_out()
