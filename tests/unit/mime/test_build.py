"""What is written is clean, keeps to its lines, and can be read again; no value breaks out of its place (T5, T19, A-24)."""

from __future__ import annotations

import email
import email.message
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.addresses import Address, parse_addresses
from mailclient.mime.body import choose_body, readable_text
from mailclient.mime.build import (
    OutgoingAttachment,
    OutgoingMessage,
    build_message,
    make_message_id,
    needs_smtputf8,
    strip_bcc,
)
from mailclient.mime.dates import parse_date
from mailclient.mime.headers import parse_header_block
from mailclient.mime.tree import parse_message

WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BOB = Address("Anna", "anna@example.org"), Address("", "bob@example.org")
NAMES = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]


def outgoing(
    *,
    sender: Address = ANNA,
    to: tuple[Address, ...] = (BOB,),
    cc: tuple[Address, ...] = (),
    bcc: tuple[Address, ...] = (),
    subject: str = "Lunch",
    text: str = "Hello\n",
    in_reply_to: str = "",
    references: tuple[str, ...] = (),
    attachments: tuple[OutgoingAttachment, ...] = (),
    user_agent: str = "",
) -> bytes:
    """Build a message in which one thing matters."""
    message = OutgoingMessage(
        sender=sender, to=to, cc=cc, bcc=bcc, subject=subject, text=text, date=WHEN, message_id="<1@example.org>",
        in_reply_to=in_reply_to, references=references, attachments=attachments, user_agent=user_agent,
    )  # fmt: skip
    return build_message(message, "token")


def names(raw: bytes) -> list[str]:
    """Return the names of the fields, as the standard library sees them and as we do."""
    ours = [field.name for field in parse_header_block(raw).fields]
    assert ours == list(email.message_from_bytes(raw).keys())
    return ours


def lines(raw: bytes) -> list[bytes]:
    """Return all lines; none may hold a bare CR, a bare LF or a NUL (A-6)."""
    assert b"\r" not in raw.replace(b"\r\n", b"") and b"\n" not in raw.replace(b"\r\n", b"")
    return raw.split(b"\r\n")


PAYLOADS = [
    "a\r\nBcc: evil@example.net",
    "a\nBcc: evil@example.net",
    "a\rBcc: evil@example.net",
    "a\r\n Bcc: evil@example.net",
    "a\r\n\r\nbody",
    "a\0b",
    "a\x0bBcc: x",
    "a\x0cBcc: x",
    "a\x1c\x1d\x1eBcc: x",
    "a\x85Bcc: x",
    "a\u2028Bcc: x",
    "a\u2029Bcc: x",
    "=?utf-8?q?a=0D=0ABcc:_evil@example.net?=",
    "=?utf-8?b?YQ0KQmNjOiBldmlsQGV4YW1wbGUubmV0?=",
    "Re: =?utf-8?q?a=0D=0ABcc:_evil?= é",
    "x" * 5000,
    "x y " * 2000,
    "é" * 3000,
    "\ud800",
    "\udcff\udc80",
    '"; Bcc: evil',
    "a\\",
    "<evil@example.net>",
    ", evil@example.net",
    "\u202eBcc",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    "field", ["subject", "name", "filename", "user_agent", "in_reply_to", "references", "text", "type"]
)
def test_no_text_adds_a_field_or_a_recipient(field: str, payload: str) -> None:
    file = OutgoingAttachment(
        payload if field == "filename" else "x.bin", payload if field == "type" else "application/pdf", b"data"
    )
    raw = outgoing(
        subject=payload if field == "subject" else "Lunch",
        to=(Address(payload, BOB.address),) if field == "name" else (BOB,),
        user_agent=payload if field == "user_agent" else "",
        in_reply_to=payload if field == "in_reply_to" else "",
        references=(payload,) if field == "references" else (),
        text=payload if field == "text" else "Hello\n",
        attachments=(file,),
    )
    expected = {*NAMES, "User-Agent", "In-Reply-To", "References"} - {"Content-Transfer-Encoding"}
    assert set(names(raw)) <= expected
    assert len(names(raw)) == len(set(names(raw)))
    assert max(map(len, lines(raw))) <= 998
    parsed = parse_message(raw)
    recipients = parse_addresses(parsed.headers.raw_first("To") or b"")
    assert [found.address for found in recipients.addresses] == [BOB.address]
    assert len(parsed.root.children) == 2
    assert all(len(part.headers.fields) == 3 - (part.section == "1") for part in parsed.root.children)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bob",
        "a@b>, <evil@example.net",
        "a@b.test, evil@example.net",
        "a@b.test\r\nBcc: x@y.test",
        "a b@c.test",
        "a@b@c.test",
        "a@b.test (x)",
        "<a@b.test>",
        "a@",
        "@b.test",
        "a@b.test\0",
        "x" * 400 + "@b.test",
    ],
)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        outgoing(to=(Address("x", address),))


def test_threading_fields_are_never_encoded() -> None:
    ids = tuple(f"<{'x' * 60}{number}@example.org>" for number in range(60))
    raw = outgoing(references=ids, in_reply_to="<" + "y" * 500 + "@example.org>")
    block = parse_header_block(raw)
    assert (block.raw_first("References") or b"").split() == [value.encode() for value in ids]
    assert block.raw_first("In-Reply-To") == b"<" + b"y" * 500 + b"@example.org>"


def test_domains_are_written_in_ascii_and_local_parts_as_they_are() -> None:
    raw = outgoing(to=(Address("", "a@b\u00fccher.example"),))
    assert b"To: a@xn--bcher-kva.example\r\n" in raw
    assert needs_smtputf8(["j\u00f6rg@example.org"]) and not needs_smtputf8(["a@b\u00fccher.example"])
    assert "To: jörg@example.org\r\n".encode() in outgoing(to=(Address("", "jörg@example.org"),))


def test_lines_with_encoded_words_keep_to_76() -> None:
    people = tuple(Address("Jörg " * 12, f"{'x' * 40}{number}@example.org") for number in range(5))
    raw = outgoing(subject="é" * 300, to=people, cc=people, sender=people[0], user_agent="é" * 100)
    assert max(len(line) for line in lines(raw) if b"=?" in line) <= 76
    found = parse_addresses(parse_header_block(raw).raw_first("To") or b"")
    assert [address.address for address in found.addresses] == [address.address for address in people]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "encoding", "charset"),
    [
        ("plain\n", "7bit", "us-ascii"),
        ("mostly plain with é\n", "quoted-printable", "utf-8"),
        ("日本語の長い文章です\n" * 5, "base64", "utf-8"),
        ("x" * 3000, "quoted-printable", "us-ascii"),
        ("", "7bit", "us-ascii"),
    ],
)
def test_the_text_travels_in_what_suits_it(text: str, encoding: str, charset: str) -> None:
    root = parse_message(outgoing(text=text)).root
    assert (root.encoding, root.charset, root.parameters.get("format")) == (encoding, charset, "flowed")


@pytest.mark.parametrize(
    "text", [".\r\n", "a\r\n.\r\nb\r\n", "From me\n", "-- \nAnna\n", " indented\n", "> quoted\n>> twice\n"]
)
def test_lines_that_mean_something_to_others_survive(text: str) -> None:
    shown = readable_text(parse_message(outgoing(text=text)))
    assert shown == text.replace("\r\n", "\n").rstrip("\n")


def test_an_attached_message_is_never_base64() -> None:
    letters = (b"Subject: a\r\n\r\nb\n", "Subject: é\r\n\r\né\r\n".encode())
    raw = outgoing(attachments=tuple(OutgoingAttachment("x.eml", "message/rfc822", letter) for letter in letters))
    message = parse_message(raw)
    assert [part.encoding for part in message.root.children[1:]] == ["7bit", "8bit"]
    assert message.root.encoding == "8bit", "what holds an 8bit part is 8bit itself"
    inner = [part.children[0].headers.first("Subject") for part in message.root.children[1:]]
    assert inner == ["a", "é"]


@pytest.mark.parametrize("data", [b"Subject: x\r\n\r\n\0", b"Subject: x\r\n\r\n" + b"y" * 2000])
def test_a_message_that_cannot_travel_as_it_is_goes_as_a_file(data: bytes) -> None:
    message = parse_message(outgoing(attachments=(OutgoingAttachment("x.eml", "message/rfc822", data),)))
    part = message.root.children[1]
    assert (part.content_type, message.decoded(part)) == ("application/octet-stream", data)


def test_a_boundary_that_occurs_in_a_part_is_not_used() -> None:
    letter = b"Subject: x\r\n\r\n--=_token\r\n--=_token--\r\n"
    message = parse_message(outgoing(attachments=(OutgoingAttachment("x.eml", "message/rfc822", letter),)))
    assert [part.section for part in message.root.walk()] == ["", "1", "2", "2.1"]
    assert message.decoded(message.root.children[1]) == letter


def test_message_ids_hold_only_what_they_may() -> None:
    assert make_message_id("abc.1", "example.org") == "<abc.1@example.org>"
    assert make_message_id("a>\r\nBcc: x", "e<x>.org\n") == "<aBccx@ex.org>"
    assert make_message_id("", "") == "<x@localhost.invalid>"


@pytest.mark.parametrize(
    "header",
    [
        b"Bcc: hidden@example.org\r\n",
        b"bcc : hidden@example.org\r\n",
        b"BCC:\r\n hidden@example.org\r\n\t, hidden@example.net\r\n",
        b"Bcc: x\r\n \r\n hidden@example.org\r\n",
        b"Resent-Bcc: hidden@example.org\r\n",
        b"Bcc: hidden@example.org\n",
        b"Bcc: hidden@example.org\r",
        b"no field\r\nBcc: hidden@example.org\r\n",
        b"A: b\r\n" * 1_100 + b"Bcc: hidden@example.org\r\n",
        b"X: " + b"x" * 300_000 + b"\r\nBcc: hidden@example.org\r\n",
        b"Bcc: hidden@example.org\r\nBcc: hidden@example.org\r\n",
    ],
)
def test_bcc_never_leaves(header: bytes) -> None:
    raw = b"To: a@example.org\r\n" + header + b"Subject: x\r\n\r\nBcc: this is text\r\n"
    left = strip_bcc(raw)
    assert b"hidden" not in left
    assert left.startswith(b"To: a@example.org\r\n")
    assert left.endswith(b"Subject: x\r\n\r\nBcc: this is text\r\n")
    assert strip_bcc(header) in {b"", header.partition(b"Bcc")[0]}


@pytest.mark.parametrize(
    "raw", [b"", b"\r\nBcc: text", b"A: Bcc: x\r\n\r\n", b"XBcc: a\r\n\r\n", b"A: b\r\n Bcc: folded\r\n\r\n"]
)
def test_what_only_looks_like_bcc_stays(raw: bytes) -> None:
    assert strip_bcc(raw) == raw


WORDS = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="\u2800\u3164"), max_size=60
).map(lambda text: " ".join(text.split()))
PEOPLE = st.lists(
    st.builds(Address, WORDS, st.from_regex(r"[a-z0-9+_]{1,30}@[a-z]{1,20}\.(test|example)", fullmatch=True)),
    max_size=4,
).map(tuple)
TEXTS = st.lists(WORDS, max_size=8).map(lambda rows: "\n".join(row for row in rows if not row.startswith(">")))
FILES = st.lists(
    st.builds(OutgoingAttachment, WORDS.filter(bool), st.just("application/pdf"), st.binary(max_size=200)), max_size=3
)


@given(PEOPLE.filter(bool), PEOPLE, PEOPLE, WORDS, TEXTS, FILES.map(tuple))
def test_what_is_built_is_read_again(
    to: tuple[Address, ...],
    cc: tuple[Address, ...],
    bcc: tuple[Address, ...],
    subject: str,
    text: str,
    files: tuple[OutgoingAttachment, ...],
) -> None:
    raw = outgoing(to=to, cc=cc, bcc=bcc, subject=subject, text=text, attachments=files)
    assert max(map(len, lines(raw))) <= 998
    message = parse_message(raw)
    assert message.defects == ()
    for name, people in (("To", to), ("Cc", cc), ("Bcc", bcc)):
        found = parse_addresses(message.headers.raw_first(name) or b"")
        assert (found.addresses, found.problems) == (people, ())
    assert (message.headers.first("Subject") or "") == subject
    assert parse_date(message.headers.first("Date")) == WHEN
    choice = choose_body(message)
    assert readable_text(message, choice) == text.removesuffix("\n")
    assert [(item.part.filename, message.decoded(item.part)) for item in choice.attachments] == [
        (file.filename, file.data) for file in files
    ]


@given(WORDS, TEXTS, FILES.map(tuple))
def test_the_standard_library_reads_the_same(subject: str, text: str, files: tuple[OutgoingAttachment, ...]) -> None:
    theirs = email.message_from_bytes(
        outgoing(subject=subject, text=text, attachments=files), policy=email.policy.default
    )
    assert isinstance(theirs, email.message.EmailMessage)
    assert (theirs["Subject"] or "") == subject
    assert [part.get_payload(decode=True) for part in theirs.iter_attachments()] == [file.data for file in files]
