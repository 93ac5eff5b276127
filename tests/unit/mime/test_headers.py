"""Header blocks keep every byte and its place, however they end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.defects import DefectKind
from mailclient.mime.headers import MAX_FIELDS, parse_header_block

HEADERISH = st.lists(
    st.sampled_from(
        [b"From: a@example.org", b"A :b", b" fold", b"\tfold", b":", b"x", b"\0", b"\r\n", b"\n", b"\r", b" "]
    )
).map(b"".join)


def kinds(raw: bytes) -> set[DefectKind]:
    """Return what is wrong with a header."""
    return {defect.kind for defect in parse_header_block(raw).defects}


def test_fields_carry_offsets_into_the_message() -> None:
    raw = b"garbage before\r\nSubject: one\r\n two\r\nTo: b@example.org\r\n\r\nbody"
    block = parse_header_block(raw, start=16)
    subject = block.fields[0]
    assert raw[subject.start : subject.end] == subject.raw == b"Subject: one\r\n two\r\n"
    assert raw[subject.value_start : subject.end] == b" one\r\n two\r\n"
    assert subject.text == "one two"
    assert raw[block.body_start :] == b"body"


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_any_line_end_will_do(end: bytes) -> None:
    block = parse_header_block(end.join([b"A: 1", b" 2", b"B: 3", b"", b"body"]))
    assert [(field.name, field.text) for field in block.fields] == [("A", "1 2"), ("B", "3")]


def test_the_first_and_all_of_a_name() -> None:
    block = parse_header_block(b"Received: one\r\nreceived: two\r\n\r\n")
    assert block.first("RECEIVED") == "one"
    assert [field.text for field in block.all("Received")] == ["one", "two"]
    assert block.first("Subject") is None
    assert block.raw_first("Subject") is None


def test_a_line_that_is_no_field_begins_the_body() -> None:
    raw = b"A: 1\r\nthis is no field\r\nB: 2\r\n\r\nx"
    block = parse_header_block(raw)
    assert [field.name for field in block.fields] == ["A"]
    assert raw[block.body_start :].startswith(b"this is no field")
    assert DefectKind.HEADER_ENDED_EARLY in kinds(raw)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"From a@example.org Mon Jan  1\r\nA: 1\r\n\r\n", DefectKind.MBOX_FROM_LINE),
        (b" begins with a fold\r\nA: 1\r\n\r\n", DefectKind.NOT_A_FIELD),
        (b"A : 1\r\n\r\n", DefectKind.SPACE_BEFORE_COLON),
        (b"A: \x001\r\n\r\n", DefectKind.NUL),
        (b"A: 1\rB: 2\r\n\r\n", DefectKind.BARE_CR),
        (b"A: 1\nB: 2\n\n", DefectKind.BARE_LF),
        (b"A: " + b"x" * 1200 + b"\r\n\r\n", DefectKind.LINE_TOO_LONG),
        (b"A: \xe9\r\n\r\n", DefectKind.RAW_8BIT),
        (b"A: " + b"x\r\n " * 30_000 + b"\r\n\r\n", DefectKind.FIELD_TOO_LONG),
    ],
)
def test_what_is_wrong_is_named_and_the_fields_are_read(raw: bytes, kind: DefectKind) -> None:
    assert kind in kinds(raw)
    assert parse_header_block(raw).field("A") is not None


def test_fields_beyond_the_limit_are_counted_not_listed() -> None:
    raw = b"A: 1\r\n" * (MAX_FIELDS + 5) + b"\r\nbody"
    block = parse_header_block(raw)
    assert len(block.fields) == MAX_FIELDS
    assert raw[block.body_start :] == b"body"
    assert any(f"{MAX_FIELDS + 5} fields" in defect.sentence for defect in block.defects)


def test_a_clean_header_has_no_defect() -> None:
    assert kinds(b"From: a@example.org\r\nSubject: x\r\n\r\nbody") == set()


@given(st.binary(max_size=400) | HEADERISH)
def test_any_bytes_are_a_header_block_without_a_byte_lost_or_moved(raw: bytes) -> None:
    block = parse_header_block(raw)
    assert 0 == block.start <= block.end <= block.body_start <= len(raw)
    place = 0
    for field in block.fields:
        assert place <= field.start < field.value_start <= field.end <= block.end
        assert raw[field.start : field.end] == field.raw
        field.text.encode("utf-8")
        place = field.end
    for defect in block.defects:
        assert 0 <= defect.start <= defect.end <= len(raw)


@given(st.binary(max_size=100), st.binary(max_size=100), HEADERISH)
def test_a_block_in_the_middle_reads_as_it_would_alone(before: bytes, after: bytes, raw: bytes) -> None:
    alone = parse_header_block(raw)
    within = parse_header_block(before + raw + after, len(before), len(before) + len(raw))
    assert [field.raw for field in within.fields] == [field.raw for field in alone.fields]
    assert within.body_start == alone.body_start + len(before)
