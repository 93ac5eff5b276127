"""Listing folders: one question where the server can answer it, many at once where it cannot. RFC 5819, RFC 2342."""

from __future__ import annotations

import pytest

from mailclient.domain.folder import FolderRole, FolderStatus, NamespaceKind, RemoteFolder
from mailclient.domain.ids import ModSeq, UidValidity
from tests.support.imap_scripts import ask, opened, session, signed_in
from tests.support.scripted_server import Expect, Say, Step

MODERN = signed_in("CONDSTORE LIST-EXTENDED LIST-STATUS SPECIAL-USE")
NUMBERS = b"(MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 UNSEEN 1 HIGHESTMODSEQ 55)"
TOLD = FolderStatus(UidValidity(7), 9, 3, 1, ModSeq(55))


def named(folders: tuple[RemoteFolder, ...]) -> dict[str, RemoteFolder]:
    return {folder.wire_name: folder for folder in folders}


def test_one_command_tells_folders_and_their_numbers() -> None:
    script = ask(
        b'LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ))',
        b'* LIST (\\Subscribed) "/" INBOX',
        b"* STATUS INBOX " + NUMBERS,
        b'* LIST (\\Sent) "/" "Sent &AOQ-"',
        b'* STATUS "Sent &AOQ-" ' + NUMBERS,
        b'* LIST (\\Noselect) "/" lists',
        b"* STATUS unasked (MESSAGES 1)",
    )
    with session(*MODERN, *script) as (remote, _):
        found = named(remote.list_folders())
    assert found["INBOX"].status == TOLD
    assert (found["Sent &AOQ-"].status, found["Sent &AOQ-"].role) == (TOLD, FolderRole.SENT)
    assert found["lists"].status is None
    assert set(found) == {"INBOX", "Sent &AOQ-", "lists"}
    assert [found[name].subscribed for name in ("INBOX", "Sent &AOQ-")] == [True, False]


def test_of_the_open_folder_the_numbers_prove_nothing() -> None:
    script = (
        *ask(b"SELECT", *opened(3, 9)),
        *ask(b"LIST", b'* LIST () "/" INBOX', b"* STATUS INBOX " + NUMBERS),
    )
    with session(*MODERN, *script) as (remote, _):
        remote.open_folder("INBOX")
        assert named(remote.list_folders())["INBOX"].status == FolderStatus()


def test_a_server_that_refuses_the_longer_question_is_asked_the_short_one() -> None:
    script = (
        *ask(b"RETURN", done=b"BAD no such thing"),
        *ask(b'LIST "" "*"', b'* LIST () "/" INBOX', b'* LIST () "/" Lists'),
        *ask(b'LSUB "" "*"', b'* LSUB () "/" inbox'),
    )
    with session(*MODERN, *script) as (remote, _):
        found = named(remote.list_folders())
    assert {name: folder.subscribed for name, folder in found.items()} == {"INBOX": True, "Lists": False}


@pytest.mark.parametrize(
    "answer",
    [
        ask(b'LSUB "" "*"', done=b"BAD what is that"),
        ask(b'LSUB "" "*"'),
        ask(b'LSUB "" "*"', b'* LSUB () "/" {2}\r\n\x00\x01'),
    ],
)
def test_where_nobody_says_what_is_subscribed_it_is_not_known(answer: tuple[Step, ...]) -> None:
    with session(*signed_in(""), *ask(b'LIST "" "*"', b'* LIST () "/" INBOX'), *answer) as (remote, _):
        assert named(remote.list_folders())["INBOX"].subscribed is None


def test_where_the_list_tells_no_numbers_all_folders_are_asked_in_one_go() -> None:
    script = (
        *ask(
            b'LIST "" "*"', *(b'* LIST () "/" folder%d' % number for number in range(3)), b"* LIST () NIL {1}\r\n\xe4"
        ),
        # The answers come only after all questions were put.
        Expect(b"STATUS"),
        Expect(b"STATUS"),
        Expect(b"STATUS"),
        Say(b"* STATUS folder0 " + NUMBERS + b"\r\nP3 OK done\r\nP4 NO not this one\r\n"),
        Say(b"* 9 EXISTS\r\n* STATUS folder2 " + NUMBERS + b"\r\nP5 OK done\r\n"),
        *ask(b"LSUB"),
    )
    with session(*signed_in("CONDSTORE"), *script) as (remote, _):
        found = named(remote.list_folders())
    assert [found[f"folder{number}"].status for number in range(3)] == [TOLD, None, TOLD]
    assert len(found) == 4


def test_without_modification_sequences_no_numbers_are_asked_for() -> None:
    script = (*ask(b'LIST "" "*"', b'* LIST () "/" INBOX'), *ask(b"LSUB"))
    with session(*signed_in(""), *script) as (remote, played):
        remote.list_folders()
    assert b"STATUS" not in played.all_heard


def test_shared_folders_and_those_of_other_users_are_listed_as_such() -> None:
    script = (
        *ask(b"NAMESPACE", b'* NAMESPACE (("" "/")) (("user/" "/")) (("shared/" "/"))'),
        *ask(b'LIST "" "*"', b'* LIST () "/" INBOX', b'* LIST () "/" "shared/news"'),
        *ask(b'LIST "" "user/*"', b'* LIST () "/" "user/lena/Sent"'),
        *ask(b'LIST "" "shared/*"', b'* LIST () "/" "shared/news"'),
        *ask(b'LSUB "" "*"', b'* LSUB () "/" INBOX'),
        *ask(b'LSUB "" "user/*"', b'* LSUB () "/" "user/lena/Sent"'),
        *ask(b'LSUB "" "shared/*"'),
    )
    with session(*signed_in("NAMESPACE"), *script) as (remote, _):
        found = named(remote.list_folders())
    assert {name: (folder.namespace, folder.namespace_prefix) for name, folder in found.items()} == {
        "INBOX": (NamespaceKind.PERSONAL, ""),
        "shared/news": (NamespaceKind.SHARED, "shared/"),
        "user/lena/Sent": (NamespaceKind.OTHERS, "user/"),
    }
    assert [name for name, folder in found.items() if folder.subscribed] == ["INBOX", "user/lena/Sent"]


def test_a_namespace_that_is_refused_costs_nothing_else() -> None:
    script = (
        *ask(b"NAMESPACE", b'* NAMESPACE (("" "/")) (("user/" "/")) NIL'),
        *ask(b'LIST "" "*"', b'* LIST () "/" INBOX'),
        *ask(b"user/", done=b"NO not yours"),
        *ask(b'LSUB "" "*"'),
        *ask(b'LSUB "" "user/*"', done=b"NO not yours"),
    )
    with session(*signed_in("NAMESPACE"), *script) as (remote, _):
        assert set(named(remote.list_folders())) == {"INBOX"}
