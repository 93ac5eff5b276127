"""Storing a message: refused early, late or not at all, the connection stays as good as before. RFC 7888, RFC 7889."""

from __future__ import annotations

import pytest

from mailclient.domain.errors import ServerRefused
from mailclient.domain.exchange import UidMapping
from mailclient.domain.flags import Flag
from mailclient.domain.ids import Uid, UidValidity
from tests.support.imap_scripts import ask, session, signed_in
from tests.support.scripted_server import Expect, Say, Step

SMALL = b"Subject: x\r\n\r\n" + b"small\r\n" * 10
LARGE = b"Subject: x\r\n\r\n" + b"larger\r\n" * 20_000


def test_a_no_instead_of_a_continuation_leaves_the_connection_usable() -> None:
    script = (*signed_in("UIDPLUS"), *ask(b"APPEND", done=b"NO [OVERQUOTA] full"), *ask(b"NOOP"))
    with session(*script) as (remote, played):
        with pytest.raises(ServerRefused, match="OVERQUOTA"):
            remote.append("Sent", LARGE, Flag.SEEN)
        remote.keep_alive()
    assert b"larger" not in played.all_heard


@pytest.mark.parametrize(
    ("capabilities", "raw", "waits"),
    [
        ("", SMALL, True),
        ("LITERAL+", SMALL, False),
        ("LITERAL-", SMALL, False),
        ("LITERAL-", SMALL * 100, True),
        ("LITERAL+", LARGE, True),
    ],
)
def test_leave_is_asked_for_where_it_must_be_and_where_it_pays(capabilities: str, raw: bytes, waits: bool) -> None:
    mark = b"{%d}" % len(raw) if waits else b"{%d+}" % len(raw)
    answer = (Expect(b"APPEND"), Say(b"* 4 EXISTS\r\n+ go on\r\n") if waits else Say(b""))
    # The tag is that of the second command: LOGIN was the first of this side.
    stored = Say(b"P2 OK [APPENDUID 9 77] stored\r\n")
    script = (*signed_in(capabilities), *answer, *[Expect(b"")] * raw.count(b"\n"), Expect(b""), stored)
    with session(*script) as (remote, played):
        assert remote.append("Sent", raw, Flag.SEEN) == UidMapping(UidValidity(9), {Uid(0): Uid(77)})
    assert next(line for line in played.heard if b"APPEND" in line).rstrip().endswith(mark)


@pytest.mark.parametrize(
    "begin",
    [
        signed_in("LITERAL+ APPENDLIMIT=1000"),
        (*signed_in("LITERAL+ APPENDLIMIT"), *ask(b'STATUS "Sent" (APPENDLIMIT)', b"* STATUS Sent (APPENDLIMIT 1000)")),
    ],
    ids=["of all folders", "of this folder"],
)
def test_what_is_larger_than_the_server_takes_is_not_even_begun(begin: tuple[Step, ...]) -> None:
    script = (*begin, *ask(b"NOOP"))
    with session(*script) as (remote, played):
        with pytest.raises(ServerRefused, match="Nothing was sent"):
            remote.append("Sent", LARGE, Flag.SEEN)
        remote.keep_alive()
    assert b"APPEND " not in played.all_heard
