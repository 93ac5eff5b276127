"""UTF-8 in names and headers, once both sides have agreed on it; without it everything is as ever. RFC 6855."""

from __future__ import annotations

import pytest

from mailclient.domain.flags import Flag
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import Uid
from mailclient.protocol.uid_sets import UidSet
from tests.support.imap_scripts import ask, opened, session, signed_in
from tests.support.scripted_server import Expect, Say, Step

AGREED = (
    *signed_in("ENABLE UTF8=ACCEPT LIST-EXTENDED LITERAL+ NOTIFY"),
    *ask(b"ENABLE UTF8=ACCEPT", b"* ENABLED UTF8=ACCEPT"),
)
GREETINGS = "Grüße & Co".encode()
WIRE = "Gr&APwA3w-e &- Co"
NEW = "Müll “neu”"
LETTER = "Subject: Grüße\r\nMessage-ID: <ü@example.org>\r\n\r\nHallo\r\n".encode()


def test_names_are_utf8_on_the_line_and_modified_utf7_everywhere_else() -> None:
    script = (
        *ask(
            b'LIST "" "*"',
            b'* LIST (\\Subscribed \\Archive) "/" "' + GREETINGS + b'"',
            b'* LIST () "/" "\xe4 is no UTF-8"',
            b'* LIST () "/" {8}\r\n' + "Größe".encode() + b"x",
        ),
        *ask(b'EXAMINE "' + GREETINGS + b'"', *opened(0, 1)),
        *ask(b'CREATE "' + NEW.encode() + b'"'),
        *ask(b'STATUS "' + GREETINGS + b'"', b'* STATUS "' + GREETINGS + b'" (MESSAGES 3)'),
        *ask(b'COPY 1 "' + GREETINGS + b'"'),
        *ask(b"STORE"),
        *ask(b'UID SEARCH HEADER Message-ID "' + "ü@example.org".encode() + b'"', b"* SEARCH 5"),
        *ask(b"NOTIFY", b'* STATUS "' + GREETINGS + b'" (MESSAGES 3)'),
    )
    with session(*AGREED, *script) as (remote, played):
        found = {folder.wire_name: folder for folder in remote.list_folders()}
        assert set(found) == {WIRE, "Gr&APYA3w-ex"}
        assert (found[WIRE].name, found[WIRE].role) == ("Grüße & Co", FolderRole.ARCHIVE)
        remote.open_folder(WIRE, read_only=True)
        remote.hierarchy.create("M&APw-ll &IBw-neu&IB0-", FolderRole.NONE)
        assert remote.hierarchy.count(WIRE) == 3
        remote.move(UidSet.of([1]), WIRE)
        assert remote.find_message_id("ü@example.org") == (Uid(5),)
        assert set(remote.watch_everything() or {}) == {WIRE}
    assert b"CHARSET" not in played.all_heard


@pytest.mark.parametrize(
    ("raw", "utf8"),
    [
        (LETTER, True),
        (b"Subject: x\r\n\r\n" + "Grüße\r\n".encode(), False),
        (b"Subject: Gr\xfc\xdfe\r\n\r\nIn Latin-1, which is none of both\r\n", False),
        (
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; name="
            + "ü".encode()
            + b"\r\n\r\nx\r\n--b--\r\n",
            True,
        ),
    ],
    ids=["header", "body", "latin-1", "part"],
)
def test_a_message_with_utf8_in_a_header_is_stored_as_one(raw: bytes, utf8: bool) -> None:
    mark = b"UTF8 (~{%d+}" % len(raw) if utf8 else b"() {%d+}" % len(raw)
    lines = [Expect(b"")] * raw.count(b"\n")
    script: tuple[Step, ...] = (Expect(mark), *lines, Expect(b")" if utf8 else b""), Say(b"P3 OK stored\r\n"))
    with session(*AGREED, *script) as (remote, played):
        remote.append("Sent", raw, Flag.NONE)
    assert raw in played.all_heard


@pytest.mark.parametrize(
    "agreement",
    [
        ask(b"ENABLE UTF8=ACCEPT", b"* ENABLED"),
        ask(b"ENABLE UTF8=ACCEPT"),
        ask(b"ENABLE UTF8=ACCEPT", done=b"NO not today"),
        ask(b"ENABLE UTF8=ACCEPT", done=b"BAD what is that"),
    ],
)
def test_what_was_not_agreed_on_is_not_spoken(agreement: tuple[Step, ...]) -> None:
    script = (
        *ask(b'LIST "" "*"', b'* LIST (\\Subscribed) "/" "' + WIRE.encode() + b'"'),
        *ask(b'SELECT "' + WIRE.encode() + b'"', *opened(0, 1)),
    )
    with session(*signed_in("ENABLE UTF8=ACCEPT LIST-EXTENDED"), *agreement, *script) as (remote, _):
        assert [folder.wire_name for folder in remote.list_folders()] == [WIRE]
        remote.open_folder(WIRE)


def test_a_refusal_costs_no_other_extension() -> None:
    refused = ask(b"ENABLE QRESYNC UTF8=ACCEPT", done=b"BAD one at a time")
    script = (*refused, *ask(b"ENABLE QRESYNC", b"* ENABLED QRESYNC"))
    with session(*signed_in("ENABLE QRESYNC UTF8=ACCEPT"), *script) as (remote, _):
        assert "QRESYNC" in remote.capabilities
        assert not remote.dialogue.utf8


def test_a_server_that_speaks_nothing_else_gets_it() -> None:
    with session(*signed_in("ENABLE UTF8=ONLY"), *ask(b"ENABLE UTF8=ACCEPT", b"* enabled utf8=accept")) as (remote, _):
        assert remote.dialogue.utf8


def test_an_account_can_do_without() -> None:
    script = (*signed_in("ENABLE UTF8=ACCEPT"), *ask(b"NOOP"))
    with session(*script, without=frozenset({"UTF8"})) as (remote, played):
        remote.keep_alive()
    assert b"ENABLE" not in played.all_heard
