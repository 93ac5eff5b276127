"""STATUS and NAMESPACE answers, whole and broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.domain.folder import FolderStatus, NamespaceKind
from mailclient.domain.ids import ModSeq, UidValidity
from mailclient.protocol.imap_mailboxes import (
    Namespace,
    Namespaces,
    parse_mailbox_status,
    parse_namespaces,
)
from mailclient.protocol.imap_stream import Response


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            b'* STATUS "Sent Items" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 UNSEEN 1 HIGHESTMODSEQ 55)',
            ("Sent Items", FolderStatus(UidValidity(7), 9, 3, 1, ModSeq(55))),
        ),
        (b"* STATUS inbox (MESSAGES 0)", ("INBOX", FolderStatus(messages=0))),
        (b"* status a (MAILBOXID (F2212ea87-6097))", ("a", FolderStatus(mailbox_id="F2212ea87-6097"))),
        (b"* STATUS a (MESSAGES many UIDVALIDITY 0 HIGHESTMODSEQ 0)", ("a", FolderStatus())),
        (b'* STATUS a (MAILBOXID ("x y") NEW-THING (1 (2)) MESSAGES 4)', ("a", FolderStatus(messages=4))),
        (b"* STATUS a (MESSAGES)", ("a", FolderStatus())),
        (b"* STATUS a", None),
        (b"* STATUS a MESSAGES 3", None),
        (b"* STATUS a (MESSAGES 3", None),
        (b"* LIST () NIL a", None),
    ],
)
def test_a_status_answer(line: bytes, expected: tuple[str, FolderStatus] | None) -> None:
    assert parse_mailbox_status(Response((line,))) == expected


def test_namespaces() -> None:
    line = b'* NAMESPACE (("INBOX." ".")) (("user." ".")) (("" NIL)("#news." "." "X-PARAM" ("a")))'
    found = parse_namespaces(Response((line,)))
    assert found == Namespaces(
        (Namespace("INBOX.", "."),), (Namespace("user.", "."),), (Namespace("", None), Namespace("#news.", "."))
    )


@pytest.mark.parametrize("line", [b"* NAMESPACE NIL NIL", b"* NAMESPACE (((", b"* OK namespace"])
def test_what_cannot_be_read_is_no_namespace(line: bytes) -> None:
    assert parse_namespaces(Response((line,))) is None


@pytest.mark.parametrize(
    ("wire_name", "kind", "prefix"),
    [
        ("INBOX", NamespaceKind.PERSONAL, "INBOX."),
        ("INBOX.Sent", NamespaceKind.PERSONAL, "INBOX."),
        ("user.lena.Sent", NamespaceKind.OTHERS, "user."),
        ("user", NamespaceKind.OTHERS, "user."),
        ("users", NamespaceKind.PERSONAL, ""),
        ("#shared.x", NamespaceKind.SHARED, "#shared."),
    ],
)
def test_whose_a_mailbox_is(wire_name: str, kind: NamespaceKind, prefix: str) -> None:
    own = (Namespace("INBOX.", "."), Namespace("", "."))
    spaces = Namespaces(own, (Namespace("user.", "."),), (Namespace("#shared.", "."),))
    assert spaces.place_of(wire_name) == (kind, prefix)
    assert Namespaces().place_of(wire_name) == (NamespaceKind.PERSONAL, "")


@given(st.binary(max_size=80))
def test_any_bytes_are_no_trouble(data: bytes) -> None:
    line = data.replace(b"\n", b"")
    parse_mailbox_status(Response((b"* STATUS " + line,)))
    parse_namespaces(Response((b"* NAMESPACE " + line,)))
