"""Commands about folders as they go over the wire, and answers of every quality."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailclient.domain.errors import ServerRefused
from mailclient.domain.folder import FolderLimits, FolderRole, Quota
from mailclient.net.imap_session import ImapSession, open_imap
from tests.dialogue.test_imap_traps import GREETING, PASSWORD, account
from tests.support.scripted_server import Expect, Played, Say, Step, scripted_server

OPENED: list[ImapSession] = []


@pytest.fixture(autouse=True)
def close_sessions() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def script(words: str, *steps: Step) -> tuple[Step, ...]:
    greeting = (GREETING, Expect(b"CAPABILITY"), Say(f"* CAPABILITY IMAP4rev1 {words}\r\n{{tag}} OK done\r\n".encode()))
    return (*greeting, Expect(b"LOGIN"), Say(f"{{tag}} OK [CAPABILITY IMAP4rev1 {words}] in\r\n".encode()), *steps)


def session(played: Played) -> ImapSession:
    OPENED.append(open_imap(account(played.port), PASSWORD, "test", lambda _transcript: None))
    return OPENED[-1]


def answered(command: bytes, answer: bytes) -> tuple[Step, ...]:
    return (Expect(command), Say(answer))


OK = b"{tag} OK done\r\n"


def test_each_command_names_its_folder_through_the_gate() -> None:
    steps = (
        *answered(b'CREATE "Bills &- \\"Co\\""', OK),
        *answered(b'RENAME "Bills" "Work/Bills"', OK),
        *answered(b'DELETE "Work/Bills"', OK),
        *answered(b'SUBSCRIBE "Work"', OK),
        *answered(b'UNSUBSCRIBE "Work"', OK),
    )
    with scripted_server(*script("", *steps)) as played:
        folders = session(played).hierarchy
        folders.create('Bills &- "Co"', FolderRole.ARCHIVE)  # The server takes no role: it is not told one.
        folders.rename("Bills", "Work/Bills")
        folders.delete("Work/Bills")
        folders.subscribe("Work", True)
        folders.subscribe("Work", False)


def test_a_role_is_told_where_it_can_be_and_left_out_where_it_is_refused() -> None:
    steps = (
        *answered(b'CREATE "Archive" (USE (\\Archive))', OK),
        *answered(b'CREATE "Second" (USE (\\Archive))', b"{tag} NO [USEATTR] there is one\r\n"),
        *answered(b'CREATE "Second"', OK),
        *answered(b'CREATE "Third" (USE (\\Trash))', b"{tag} NO [ALREADYEXISTS] there it is\r\n"),
    )
    with scripted_server(*script("CREATE-SPECIAL-USE", *steps)) as played:
        folders = session(played).hierarchy
        folders.create("Archive", FolderRole.ARCHIVE)
        folders.create("Second", FolderRole.ARCHIVE)
        with pytest.raises(ServerRefused, match="ALREADYEXISTS"):
            folders.create("Third", FolderRole.TRASH)


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        (b'* STATUS "Work" (MESSAGES 17)\r\n' + OK, 17),
        (b"* STATUS Work (UNSEEN 3 MESSAGES 17)\r\n" + OK, 17),
        (b'* STATUS "Work" ()\r\n' + OK, None),
        (b'* STATUS "Work" (MESSAGES -1)\r\n' + OK, None),
        (b"* STATUS\r\n" + OK, None),
        (OK, None),
        (b"{tag} NO [NONEXISTENT] what?\r\n", None),
    ],
)
def test_a_count_is_a_number_the_server_said_or_nothing(answer: bytes, count: int | None) -> None:
    with scripted_server(*script("", *answered(b'STATUS "Work" (MESSAGES)', answer))) as played:
        assert session(played).hierarchy.count("Work") == count


def test_limits_are_asked_for_as_far_as_they_are_offered() -> None:
    steps = (
        *answered(
            b'GETQUOTAROOT "INBOX"',
            b'* QUOTAROOT INBOX "User quota"\r\n* QUOTA "User quota" (STORAGE 90 100 MESSAGE 4 1000)\r\n' + OK,
        ),
        *answered(b'STATUS "INBOX" (APPENDLIMIT)', b'* STATUS "INBOX" (APPENDLIMIT 257890)\r\n' + OK),
        *answered(b'MYRIGHTS "INBOX"', b"* MYRIGHTS INBOX lrswi\r\n" + OK),
    )
    with scripted_server(*script("QUOTA=RES-STORAGE APPENDLIMIT ACL QUOTA", *steps)) as played:
        assert session(played).hierarchy.limits("INBOX") == FolderLimits(
            (Quota("User quota", "STORAGE", 90, 100), Quota("User quota", "MESSAGE", 4, 1000)), 257_890, "lrswi"
        )
    with scripted_server(*script("APPENDLIMIT=1000")) as played:
        assert session(played).hierarchy.limits("INBOX") == FolderLimits(None, 1000, None)
    with scripted_server(*script("")) as played:
        assert session(played).hierarchy.limits("INBOX") == FolderLimits()


@pytest.mark.parametrize(
    "answer",
    [
        b'* QUOTA "" (STORAGE)\r\n* QUOTA (STORAGE 1 2)\r\n* QUOTA "" (STORAGE x y)\r\n* QUOTA "" STORAGE 1 2\r\n' + OK,
        b'* QUOTA "" (STORAGE 99999999999999999999999999 1)\r\n* QUOTA\r\n* QUOTA "" ((STORAGE) 1 2)\r\n' + OK,
    ],
)
def test_what_cannot_be_read_is_no_quota_and_costs_no_connection(answer: bytes) -> None:
    steps = (*answered(b"GETQUOTAROOT", answer), *answered(b"NOOP", OK))
    with scripted_server(*script("QUOTA", *steps)) as played:
        found = session(played)
        assert found.hierarchy.limits("INBOX") == FolderLimits(())
        found.keep_alive()


def test_a_refused_question_leaves_the_limit_unknown() -> None:
    no = b"{tag} NO not for you\r\n"
    steps = (*answered(b"GETQUOTAROOT", no), *answered(b"MYRIGHTS", b"{tag} BAD what?\r\n"))
    with scripted_server(*script("QUOTA ACL", *steps)) as played:
        assert session(played).hierarchy.limits("INBOX") == FolderLimits()
