"""BODYSTRUCTURE as servers tell it, and as attackers would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.lab.imap_structure import body_structure
from mailclient.mime.tree import parse_message
from mailclient.protocol.imap_bodystructure import MAX_DEPTH, MAX_PARTS, BodyPart, parse_structure
from mailclient.protocol.imap_stream import Response, ResponseStream
from tests.support.messages import mixed_messages

PLAIN = b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "QUOTED-PRINTABLE" 120 4 NIL NIL NIL NIL)'
PDF = (
    b'("application" "pdf" ("name" "a) (b.pdf") NIL NIL "base64" 9000 NIL ("attachment" ("filename" "a.pdf")) NIL NIL)'
)
NOTE = (
    b'("message" "rfc822" NIL NIL NIL "7bit" 700 ("d" "s" NIL NIL NIL NIL NIL NIL NIL "<m>") '
    + PLAIN
    + b' 20 NIL ("attachment" NIL) NIL NIL)'
)
REPORT = b'("message" "delivery-status" NIL NIL NIL "7bit" 90 NIL ("inline" NIL) NIL NIL)'


def told(structure: bytes) -> Response:
    stream = ResponseStream()
    stream.feed(b"* 3 FETCH (UID 7 BODYSTRUCTURE " + structure + b" BODY[HEADER] {3}\r\nA:b)\r\n")
    response = stream.next_response()
    assert response is not None
    return response


def test_a_message_of_one_part() -> None:
    assert parse_structure(told(PLAIN)) == BodyPart("1", "text/plain", "quoted-printable", 120, "")


def test_parts_are_numbered_as_fetch_numbers_them() -> None:
    inner = b"(" + PLAIN + PLAIN.replace(b"PLAIN", b"html") + b' "alternative" ("boundary" "b") NIL NIL NIL)'
    found = parse_structure(told(b"(" + inner + PDF + NOTE + REPORT + b' "mixed" ("boundary" "a") NIL NIL)'))
    assert found is not None
    assert [(part.section, part.content_type, part.size_bytes, part.disposition) for part in found.walk()] == [
        ("", "multipart/mixed", 0, ""),
        ("1", "multipart/alternative", 0, ""),
        ("1.1", "text/plain", 120, ""),
        ("1.2", "text/html", 120, ""),
        ("2", "application/pdf", 9000, "attachment"),
        ("3", "message/rfc822", 700, "attachment"),
        ("4", "message/delivery-status", 90, "inline"),
    ]


def test_a_name_may_come_as_a_literal() -> None:
    found = parse_structure(told(PDF.replace(b'"a) (b.pdf"', b"{9}\r\na) {3}b.p")))
    assert found is not None
    assert found.content_type == "application/pdf"


@pytest.mark.parametrize(
    "structure",
    [
        b"NIL",
        b"()",
        b"(())",
        b'("text" "plain")',
        b'("text" "plain" NIL NIL NIL "7bit" many 1)',
        b'("text" "plain" NIL NIL NIL "7bit" 9999999999999999 1)',
        b'(NIL "plain" NIL NIL NIL "7bit" 1 1)',
        b"(" + PLAIN * (MAX_PARTS + 1) + b' "mixed")',
        b"(" * (MAX_DEPTH + 2) + PLAIN + b' "mixed")' * (MAX_DEPTH + 2),
        b"(" * 5_000 + PLAIN + b' "mixed")' * 5_000,
        b"(" + (b"(" + PLAIN * 20 + b' "mixed")') * 20 + b' "mixed")',
    ],
)
def test_what_cannot_be_read_or_is_too_much_is_none(structure: bytes) -> None:
    assert parse_structure(told(structure)) is None


def test_what_the_server_tells_of_real_messages_is_what_is_in_them() -> None:
    for raw in mixed_messages(60, seed=11):
        message = parse_message(raw)
        found = parse_structure(told(body_structure(message, message.root)))
        assert found is not None
        for part in found.walk():
            if not part.is_multipart:
                here = message.part(part.section)
                assert here is not None
                assert (here.content_type, len(message.body_bytes(here))) == (part.content_type, part.size_bytes)


def _list(values: list[bytes]) -> bytes:
    return b"(" + b" ".join(values) + b")"


@given(st.recursive(st.sampled_from([b"NIL", b"x", b'"text"', b"12"]), lambda x: st.lists(x).map(_list), max_leaves=40))
def test_any_value_is_a_structure_or_none(value: bytes) -> None:
    found = parse_structure(told(value))
    assert found is None or all(part.section or part.is_multipart for part in found.walk())
