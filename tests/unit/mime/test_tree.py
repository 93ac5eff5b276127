"""The part tree: IMAP's numbers, exact bytes, and a view of whatever is broken (T4, A-13, A-14)."""

from __future__ import annotations

import email
import email.message
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.defects import DefectKind
from mailclient.mime.tree import MAX_PARTS, Message, parse_message

NESTED = b"""From: a@example.org\r
Content-Type: multipart/mixed; boundary="out"\r
\r
preamble\r
--out\r
Content-Type: multipart/alternative; boundary=alt\r
\r
--alt\r
\r
plain\r
--alt\r
Content-Type: text/html\r
\r
<p>html\r
--alt--\r
--out\r
Content-Type: message/rfc822\r
\r
Subject: inner\r
Content-Type: multipart/mixed; boundary=in\r
\r
--in\r
\r
first\r
--in\r
Content-Type: message/rfc822\r
\r
Subject: innermost\r
\r
deep\r
--in--\r
--out\r
Content-Type: application/pdf\r
Content-Transfer-Encoding: base64\r
\r
JVBERi0=\r
--out--\r
epilogue\r
"""


def sections(message: Message) -> list[tuple[str, str]]:
    """Return number and type of each part."""
    return [(part.section, part.content_type) for part in message.root.walk()]


def kinds(raw: bytes) -> set[DefectKind]:
    """Return what is wrong with a message."""
    return {defect.kind for defect in parse_message(raw).defects}


def mixed(*parts: bytes, boundary: bytes = b"b", end: bytes = b"--b--\r\n") -> bytes:
    """Return a multipart of these parts."""
    head = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n"
    return head + b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + end


def test_sections_are_the_numbers_of_imap() -> None:
    assert sections(parse_message(NESTED)) == [
        ("", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "message/rfc822"),
        ("2.TEXT", "multipart/mixed"),
        ("2.1", "text/plain"),
        ("2.2", "message/rfc822"),
        ("2.2.1", "text/plain"),
        ("3", "application/pdf"),
    ]


def test_a_message_of_one_part_is_part_one() -> None:
    message = parse_message(b"Subject: x\r\n\r\nbody")
    assert sections(message) == [("1", "text/plain")]
    assert message.decoded(message.root) == b"body"


def test_a_root_that_is_a_message_itself() -> None:
    assert sections(parse_message(b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nbody")) == [
        ("1", "message/rfc822"),
        ("1.1", "text/plain"),
    ]


def test_ranges_hold_exactly_the_bytes() -> None:
    message = parse_message(NESTED)
    bodies = {part.section: message.body_bytes(part) for part in message.root.walk() if not part.children}
    assert bodies == {"1.1": b"plain", "1.2": b"<p>html", "2.1": b"first", "2.2.1": b"deep", "3": b"JVBERi0="}
    root = message.root
    assert root.preamble and NESTED[slice(*root.preamble)] == b"preamble"
    assert root.epilogue and NESTED[slice(*root.epilogue)] == b"epilogue\r\n"
    inner = message.part("2.TEXT")
    assert inner and NESTED[slice(*inner.header_range)].startswith(b"Subject: inner\r\n")
    assert message.part("9") is None
    assert message.decoded(message.root.children[2]) == b"%PDF-"


def test_children_of_a_digest_are_messages() -> None:
    raw = mixed(b"\r\nSubject: one\r\n\r\nx").replace(b"multipart/mixed", b"multipart/digest")
    assert sections(parse_message(raw))[1:] == [("1", "message/rfc822"), ("1.1", "text/plain")]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_any_line_end_will_do(end: bytes) -> None:
    message = parse_message(mixed(b"\r\none", b"\r\ntwo").replace(b"\r\n", end))
    assert [message.body_bytes(part) for part in message.root.children] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("raw", "kind", "parts"),
    [
        (b"", DefectKind.EMPTY_MESSAGE, 1),
        (b"\r\n", DefectKind.EMPTY_MESSAGE, 1),
        (mixed(b"\r\none", b"\r\ntwo", end=b""), DefectKind.BOUNDARY_NOT_CLOSED, 3),
        (mixed(b"\r\none", end=b"").replace(b"--b\r\n", b"--other\r\n"), DefectKind.BOUNDARY_NOT_FOUND, 1),
        (b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\none", DefectKind.MISSING_BOUNDARY, 1),
        (b"Content-Type: nonsense\r\n\r\nbody", DefectKind.BAD_CONTENT_TYPE, 1),
        (b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n<p>", DefectKind.DUPLICATE_FIELD, 1),
        (
            b"Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n--b\r\n\r\nx\r\n--b--",
            DefectKind.DUPLICATE_PARAMETER,
            2,
        ),
        (b"Content-Transfer-Encoding: rot13\r\n\r\nbody", DefectKind.UNKNOWN_ENCODING, 1),
        (b"Content-Transfer-Encoding: base64\r\n" + mixed(b"\r\none"), DefectKind.FORBIDDEN_ENCODING, 2),
    ],
)
def test_what_is_broken_is_named_and_still_shown(raw: bytes, kind: DefectKind, parts: int) -> None:
    message = parse_message(raw)
    assert kind in kinds(raw)
    assert len(sections(message)) == parts


def test_a_line_that_only_begins_like_the_boundary_is_text() -> None:
    message = parse_message(mixed(b"\r\n--bx\r\n --b\r\nx--b\r\n--b-x"))
    assert [message.body_bytes(part) for part in message.root.children] == [b"--bx\r\n --b\r\nx--b\r\n--b-x"]


@pytest.mark.parametrize(
    "boundary", [b'"=?utf-8?q?a?="', b'"a b"', b'"\xe9"', b'"(x)+_,-./:=?"', b'"b "', b"b (comment)"]
)
def test_a_boundary_is_bytes_and_not_text(boundary: bytes) -> None:
    line = b"--" + boundary.replace(b'"', b"").replace(b" (comment)", b"")
    raw = (
        b"Content-Type: multipart/mixed; boundary="
        + boundary
        + b"\r\n\r\n"
        + line
        + b"\r\n\r\nx\r\n"
        + line
        + b"--\r\n"
    )
    assert len(parse_message(raw).root.children) == 1


def test_the_outer_boundary_ends_an_inner_multipart_that_never_closes() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\none"
    message = parse_message(mixed(inner, b"\r\ntwo"))
    assert [part.section for part in message.root.walk()] == ["", "1", "1.1", "2"]


def test_after_many_near_boundaries_the_real_ones_are_found() -> None:
    near = b"\r\n" + b"--bx\r\n" * 2_000
    message = parse_message(mixed(near + b"one", near + b"two", b"\r\nthree"))
    assert [message.body_bytes(part)[-5:] for part in message.root.children] == [b"\r\none", b"\r\ntwo", b"three"]
    assert kinds(message.raw) == set()


def test_fifty_levels_are_read_and_ten_thousand_parts_are_counted() -> None:
    deep = (
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(50)) + b"\r\nx"
    )
    assert len(sections(parse_message(deep))) == 51
    many = parse_message(mixed(*[b"\r\nx"] * 10_000))
    assert (len(sections(many)), many.part_count) == (MAX_PARTS, 10_001)


def test_cutting_text_never_halves_a_character() -> None:
    raw = "é".encode() * 5_000
    message = parse_message(b"\r\n" + raw)
    for limit in range(90, 110):
        assert set(message.text(message.root, limit).text) == {"é"}
        assert set(message.head(message.root, limit).decode()) == {"é"}


PIECES = st.lists(
    st.sampled_from(
        [
            b"--b\r\n",
            b"--b--\r\n",
            b"--c\n",
            b"--c--",
            b"\r\n",
            b"\n",
            b"text",
            b"\0",
            b"Content-Type: text/html\r\n\r\n",
        ]
        + [b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n" % name for name in (b"b", b"c", b"bb")]
        + [b"Content-Type: message/rfc822\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n", b"=", b"--"]
    ),
    max_size=40,
).map(b"".join)


@given(st.binary(max_size=300) | PIECES)
def test_any_bytes_are_a_tree_whose_parts_lie_inside_each_other(raw: bytes) -> None:
    message = parse_message(raw)
    numbers = [part.section for part in message.root.walk()]
    assert len(numbers) == len(set(numbers)) == message.part_count
    for part in message.root.walk():
        assert part.start <= part.headers.end <= part.headers.body_start <= part.end
        place = part.headers.body_start
        for child in part.children:
            assert place <= child.start <= child.end <= part.end
            place = child.end
        message.text(part).text.encode("utf-8")


@given(
    st.lists(
        st.lists(st.sampled_from(["plain", "html", "pdf", "é" * 50]), min_size=1, max_size=3), min_size=1, max_size=4
    )
)
def test_a_clean_message_has_the_leaves_that_the_standard_library_finds(rows: list[list[str]]) -> None:
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made.make_mixed()
    for row in rows:
        inner = email.message.EmailMessage(policy=email.policy.SMTP)
        inner.make_mixed()
        for text in row:
            inner.add_attachment(text.encode(), maintype="application", subtype="octet-stream", filename=text[:5])
        made.attach(inner)
    raw = made.as_bytes()
    ours = parse_message(raw)
    theirs = email.message_from_bytes(raw)
    assert [ours.decoded(part) for part in ours.root.walk() if not part.children] == [
        part.get_payload(decode=True) for part in theirs.walk() if not part.is_multipart()
    ]
    assert [part.filename for part in ours.root.walk()] == [part.get_filename() or "" for part in theirs.walk()]
