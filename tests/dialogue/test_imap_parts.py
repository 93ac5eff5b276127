"""Structure and single parts of a message: asked for without marking it as read, decoded where the server can. RFC 3516."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import ServerRefused
from mailclient.domain.ids import Uid
from tests.support.imap_scripts import ask, opened, session, signed_in

SEVEN = Uid(7)
TEXT = b'("text" "plain" NIL NIL NIL "7bit" 5 1 NIL NIL NIL NIL)'


def test_header_and_structure_come_in_one_answer() -> None:
    script = (
        *ask(b"EXAMINE", *opened(3, 9)),
        *ask(
            b"UID FETCH 7 (UID BODYSTRUCTURE BODY.PEEK[HEADER])",
            b"* 2 FETCH (FLAGS (\\Seen))",
            b"* 1 FETCH (UID 6 BODYSTRUCTURE " + TEXT + b" BODY[HEADER] {8}\r\nOther:\r\n)",
            b"* 3 FETCH (UID 7 BODYSTRUCTURE " + TEXT + b" BODY[HEADER] {8}\r\nA: b\r\n\r\n)",
        ),
    )
    with session(*signed_in(""), *script) as (remote, _):
        remote.open_folder("INBOX", read_only=True)
        told = remote.fetch_structure(SEVEN)
    assert told is not None
    assert (told[0], told[1].content_type) == (b"A: b\r\n\r\n", "text/plain")


@pytest.mark.parametrize(
    "answer",
    [(), (b"* 3 FETCH (UID 7 BODYSTRUCTURE (x) BODY[HEADER] {2}\r\n\r\n)",), (b"* 3 FETCH (UID 7 FLAGS ())",)],
)
def test_a_structure_that_does_not_come_is_none(answer: tuple[bytes, ...]) -> None:
    with session(*signed_in(""), *ask(b"UID FETCH 7", *answer)) as (remote, _):
        assert remote.fetch_structure(SEVEN) is None


def test_of_sections_only_what_was_asked_for_is_taken() -> None:
    answer = b'* 3 FETCH (UID 7 BODY[1.MIME] {2}\r\n\r\n BODY[1] "Hello" BODY[9] "not asked for" BODY[2] NIL)'
    with session(*signed_in(""), *ask(b"(UID BODY.PEEK[1.MIME] BODY.PEEK[1] BODY.PEEK[2])", answer)) as (remote, _):
        assert remote.fetch_sections(SEVEN, ("1.MIME", "1", "2")) == {"1.MIME": b"\r\n", "1": b"Hello", "2": b""}


def test_a_part_comes_decoded_where_the_server_can() -> None:
    script = (
        *ask(b"BINARY.PEEK[2]<0.4>", b"* 3 FETCH (UID 7 BINARY[2]<0> ~{4}\r\n\x00\x01\r\n)"),
        *ask(b"BODY.PEEK[2]<0.4>", b"* 3 FETCH (UID 7 BODY[2]<0> {4}\r\nAAEN)"),
    )
    with session(*signed_in("BINARY"), *script) as (remote, _):
        assert remote.fetch_part(SEVEN, "2", 0, 4, decoded=True) == b"\x00\x01\r\n"
        assert remote.fetch_part(SEVEN, "2", 0, 4, decoded=False) == b"AAEN"


@pytest.mark.parametrize("refusal", [b"NO [UNKNOWN-CTE] what is x-uue", b"BAD no such item"])
def test_what_cannot_be_decoded_there_is_said_to_be_so(refusal: bytes) -> None:
    script = (*ask(b"BINARY.PEEK[2]", done=refusal), *ask(b"BODY.PEEK[2]", done=b"NO it is gone"))
    with session(*signed_in("BINARY"), *script) as (remote, _):
        assert remote.fetch_part(SEVEN, "2", 0, 4, decoded=True) is None
        with pytest.raises(ServerRefused):
            remote.fetch_part(SEVEN, "2", 0, 4, decoded=False)


def test_without_binary_it_is_not_asked_for() -> None:
    with session(*signed_in(""), *ask(b"NOOP")) as (remote, played):
        assert remote.fetch_part(SEVEN, "2", 0, 4, decoded=True) is None
        remote.keep_alive()
    assert b"BINARY" not in played.all_heard
