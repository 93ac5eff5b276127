"""Which part is read and which is saved; nothing is ever invisible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailclient.mime.body import choose_body, paragraphs, preview_text, readable_text, searchable_text
from mailclient.mime.tree import Message, parse_message

Node = tuple[str, list["Node"] | str]


def written(node: Node, counter: list[int]) -> bytes:
    """Return the bytes of a tree of types."""
    kind, inside = node
    counter[0] += 1
    if isinstance(inside, str):
        return f"Content-Type: {kind}\r\n\r\n{inside}".encode()
    boundary = f"b{counter[0]}"
    parts = "".join(f"--{boundary}\r\n{written(child, counter).decode()}\r\n" for child in inside)
    return f"Content-Type: {kind}; boundary={boundary}\r\n\r\n{parts}--{boundary}--\r\n".encode()


def made(kind: str, inside: list[Node] | str) -> Message:
    """Return the parsed message of a tree of types."""
    return parse_message(written((kind, inside), [0]))


TEXT: Node = ("text/plain", "plain")
HTML: Node = ("text/html", "<p>html <img src=cid:pic>")
PDF: Node = ("application/pdf", "pdf")
PICTURE: Node = ("image/png\r\nContent-ID: <pic>", "png")
UNUSED: Node = ("image/png\r\nContent-ID: <unused>", "png")
LETTER: Node = ("message/rfc822", "Subject: inner\r\n\r\nx")


@pytest.mark.parametrize(
    ("kind", "inside", "text", "html", "attached", "inline", "following"),
    [
        ("text/plain", "x", "1", None, [], [], []),
        ("text/html", "x", None, "1", [], [], []),
        ("application/pdf", "x", None, None, ["1"], [], []),
        ("multipart/alternative", [TEXT, HTML], "1", "2", [], [], []),
        ("multipart/alternative", [HTML, TEXT], "2", "1", [], [], []),
        ("multipart/alternative", [TEXT, ("text/calendar", "x")], "1", None, ["2"], [], []),
        ("multipart/alternative", [TEXT, HTML, HTML], "1", "3", ["2"], [], []),
        ("multipart/alternative", [TEXT, ("multipart/related", [HTML, PICTURE])], "1", "2.1", [], ["pic"], []),
        ("multipart/alternative", [TEXT, ("multipart/mixed", [HTML, PDF])], "1", "2.1", ["2.2"], [], []),
        ("multipart/alternative", [TEXT, HTML, ("multipart/related", [HTML, PICTURE])], "1", "3.1", ["2"], ["pic"], []),
        ("multipart/related", [HTML, PICTURE, UNUSED], None, "1", ["3"], ["pic"], []),
        ("multipart/related", [("multipart/alternative", [TEXT, HTML]), PICTURE], "1.1", "1.2", [], ["pic"], []),
        ("multipart/related", [HTML, PICTURE, PICTURE], None, "1", ["3"], ["pic"], []),
        ("multipart/related", [TEXT, ("multipart/mixed", [PDF, LETTER])], "1", None, ["2.1", "2.2"], [], []),
        ("multipart/related", [PICTURE, HTML], None, None, ["1", "2"], [], []),
        ("multipart/mixed", [TEXT, PDF, TEXT], "1", None, ["2"], [], ["3"]),
        ("multipart/mixed", [PDF, TEXT], "2", None, ["1"], [], []),
        ("multipart/mixed", [TEXT, LETTER], "1", None, ["2"], [], []),
        ("multipart/mixed", [TEXT, ("text/plain\r\nContent-Disposition: attachment", "x")], "1", None, ["2"], [], []),
        ("multipart/mixed", [("text/plain\r\nContent-Disposition: attachment", "x")], None, None, ["1"], [], []),
        ("multipart/mixed", [TEXT, ("text/plain; name=x.txt", "x")], "1", None, ["2"], [], []),
        ("multipart/mixed", [TEXT, ("multipart/alternative", [TEXT, HTML])], "1", None, [], [], ["2.1"]),
        ("multipart/signed", [TEXT, ("application/pgp-signature", "x")], "1", None, ["2"], [], []),
        ("multipart/report", [TEXT, ("message/delivery-status", "x"), LETTER], "1", None, ["2", "3"], [], []),
        ("multipart/digest", [LETTER, LETTER], None, None, ["1", "2"], [], []),
        ("multipart/unheard-of", [TEXT, PDF], "1", None, ["2"], [], []),
        ("message/external-body; access-type=URL", "x", None, None, ["1"], [], []),
        ("message/rfc822", "Subject: x\r\n\r\nx", None, None, ["1"], [], []),
    ],
)
def test_choice(
    kind: str,
    inside: list[Node] | str,
    text: str | None,
    html: str | None,
    attached: list[str],
    inline: list[str],
    following: list[str],
) -> None:
    choice = choose_body(made(kind, inside))
    assert (choice.text_part.section if choice.text_part else None) == text
    assert (choice.html_part.section if choice.html_part else None) == html
    assert [attachment.section for attachment in choice.attachments] == attached
    assert list(choice.inline) == inline
    assert [part.section for part in choice.following] == following
    assert choice.why.endswith(".")


LEAVES: st.SearchStrategy[Node] = st.sampled_from([TEXT, HTML, PDF, PICTURE, UNUSED, LETTER, ("text/calendar", "x")])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(
        st.sampled_from(
            ["multipart/" + name for name in ("mixed", "alternative", "related", "signed", "report", "digest")]
        ),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=12,
)


@given(TREES)
def test_every_leaf_is_shown_attached_or_said_again_by_an_alternative(tree: Node) -> None:
    message = made(*tree)
    choice = choose_body(message)
    seen = {id(part) for part in (choice.text_part, choice.html_part, *choice.following, *choice.inline.values())}
    seen |= {id(attachment.part) for attachment in choice.attachments}
    inside_messages = {id(part) for top in message.root.walk() if top.is_message for part in top.walk()} - {
        id(part) for part in message.root.walk() if part.is_message
    }
    for part in message.root.walk():
        if (part.children and not part.is_message) or id(part) in inside_messages or id(part) in seen:
            continue
        assert part.content_type in {"text/plain", "text/html"}, f"{part.section} {part.content_type} cannot be seen"


def test_a_multipart_that_cannot_be_taken_apart_is_shown_raw() -> None:
    message = parse_message(b"Content-Type: multipart/mixed; boundary=b\r\n\r\nall in one")
    assert "all in one" in readable_text(message)


def test_an_attached_message_is_named_by_its_subject() -> None:
    (attachment,) = choose_body(made("multipart/mixed", [LETTER])).attachments
    assert (attachment.filename, attachment.dangerous) == ("inner.eml", False)


@pytest.mark.parametrize(
    ("encoding", "body", "size"),
    [
        ("base64", "YWJj", 3),
        ("base64", "YWI=", 2),
        ("base64", "YWJj\r\nYQ==\r\n", 4),
        ("7bit", "abc", 3),
        ("quoted-printable", "=41b", 2),
    ],
)
def test_sizes_are_of_the_data(encoding: str, body: str, size: int) -> None:
    raw = f"Content-Type: application/x\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}".encode()
    message = parse_message(raw)
    assert choose_body(message).attachments[0].size_bytes == size == len(message.decoded(message.root))


def test_a_preview_holds_own_words_and_not_the_quotation() -> None:
    message = parse_message(b"\r\n> quoted\r\n\r\nown  words\r\nmore\r\n")
    assert preview_text(message) == "own words more"
    assert preview_text(made("text/html", "<style>x{}</style><p>Hello<br>you")) == "Hello you"
    assert preview_text(made("application/pdf", "x")) != ""


def test_a_preview_of_long_utf8_is_not_taken_for_another_charset() -> None:
    for start in range(4):
        message = parse_message(b"\r\n" + b"a" * start + "é".encode() * 50_000)
        assert set(preview_text(message)[start:]) == {"é"}


def test_a_search_finds_the_text_and_the_names_of_files() -> None:
    found = searchable_text(made("multipart/mixed", [TEXT, ("application/pdf; name=bill.pdf", "x")]))
    assert "plain" in found and "bill.pdf" in found


def test_flowed_text_is_joined() -> None:
    message = made("text/plain; format=flowed", "one \r\ntwo\r\n> quoted \r\n> more\r\n")
    assert [(line.depth, line.text) for line in paragraphs(message, message.root)] == [
        (0, "one two"),
        (1, "quoted more"),
    ]
