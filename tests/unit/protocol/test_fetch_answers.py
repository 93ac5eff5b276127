"""FETCH answers: the quick way for those that come by the hundred thousand reads what the thorough one reads."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.domain.flags import Flag
from mailclient.protocol.imap_dates import parse_internal_date
from mailclient.protocol.imap_responses import _parse_any, _parse_usual, parse_fetch
from mailclient.protocol.imap_stream import Response, ResponseStream

TEXT = b'("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 12 1 NIL NIL NIL NIL)'
MIXED = (
    b"("
    + TEXT
    + b'("application" "pdf" NIL NIL NIL "base64" 900 NIL ("attachment" ("filename" "a) b.pdf")) NIL NIL) "mixed")'
)
POSING = b'("text" "plain" ("name" ") FLAGS (\\\\Deleted) UID 9") NIL NIL "7bit" 1 1)'
FORMS = [
    b"UID 7",
    b"FLAGS (\\Seen $Forwarded)",
    b"FLAGS ()",
    b'INTERNALDATE " 1-Mar-2026 12:00:00 +0100"',
    b"RFC822.SIZE 1234",
    b"MODSEQ (99)",
    b"EMAILID (M6d99ac3275bb4e)",
    b"X-GM-MSGID 1278455344230334865",
    b"BODYSTRUCTURE " + TEXT,
    b"BODYSTRUCTURE " + MIXED,
    b"BODYSTRUCTURE " + POSING,
    b"BODY[HEADER.FIELDS (FROM SUBJECT)] {5}\r\nA: b\n",
]
USUAL = [FORMS[at] for at in (0, 1, 3, 4, 5, 9, 11)]


def answer(items: list[bytes]) -> Response:
    """Return a FETCH answer of these items as the stream cuts it."""
    stream = ResponseStream()
    stream.feed(b"* 3 FETCH (" + b" ".join(items) + b")\r\n")
    response = stream.next_response()
    assert response is not None
    return response


def test_the_usual_answer_is_read_at_once() -> None:
    found = _parse_usual(answer(USUAL))
    assert found is not None
    assert (found.uid, found.flags, found.size_bytes, found.modseq) == (7, Flag.SEEN | Flag.FORWARDED, 1234, 99)
    assert found.received_unix_s == parse_internal_date(b" 1-Mar-2026 12:00:00 +0100") == 1772362800
    assert found.has_attachment
    assert found.sections == {"HEADER.FIELDS (FROM SUBJECT)": b"A: b\n"}


@pytest.mark.parametrize(("at", "name"), [(6, "M6d99ac3275bb4e"), (7, "gmail:1278455344230334865")])
def test_the_name_of_a_message_for_ever(at: int, name: str) -> None:
    items = [*USUAL[:5], FORMS[at], *USUAL[5:]]
    quick, thorough = _parse_usual(answer(items)), _parse_any(answer(items))
    assert quick is not None and quick == thorough
    assert quick.email_id == name
    assert _parse_usual(answer(USUAL)) == _parse_any(answer(USUAL)), "and where there is none"


@pytest.mark.parametrize(
    "item", [b'EMAILID ("M1")', b"EMAILID (M1 M2)", b"EMAILID NIL", b"EMAILID ()", b"X-GM-MSGID x"]
)
def test_what_cannot_be_such_a_name_is_none(item: bytes) -> None:
    found = parse_fetch(answer([b"UID 7", item, b"FLAGS ()"]))
    assert found is not None
    assert (found.uid, found.email_id, found.flags) == (7, None, Flag.NONE)


@pytest.mark.parametrize("size", range(1, 4))
def test_both_ways_agree_on_flags(size: int) -> None:
    for items in itertools.permutations([FORMS[0], FORMS[1], FORMS[5]], size):
        response = answer(list(items))
        quick = _parse_usual(response)
        assert quick is None or quick == _parse_any(response)


@given(st.lists(st.sampled_from(FORMS), max_size=8))
def test_both_ways_agree_on_any_order(items: list[bytes]) -> None:
    response = answer(items)
    quick = _parse_usual(response)
    assert quick is None or quick == _parse_any(response)


@given(st.permutations(USUAL))
def test_no_name_inside_a_structure_poses_as_a_flag(items: list[bytes]) -> None:
    posing = [FORMS[10] if item == FORMS[9] else item for item in items]
    found = parse_fetch(answer(posing))
    assert found is not None
    assert (found.uid, found.flags) == (7, Flag.SEEN | Flag.FORWARDED)


@pytest.mark.parametrize(
    "text", [b"31-Feb-2026 00:00:00 +0000", b"01-Mar-2026 24:00:00 +0000", b"01-Xyz-2026 00:00:00 +0000"]
)
def test_a_time_that_is_none(text: bytes) -> None:
    assert parse_internal_date(text) is None
