"""Which part is the body, which are attachments, and why: one place for the rules that readers rely on.

No attachment and no nested message is ever invisible. RFC 2046 section 5.1 (multipart rules), RFC 2183, RFC 2387, RFC 3462.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailclient.mime.charsets import decode_text
from mailclient.mime.filenames import is_dangerous, safe_filename
from mailclient.mime.flowed import Paragraph, decode_fixed, decode_flowed
from mailclient.mime.html_text import html_to_text, html_to_words, one_line
from mailclient.mime.tree import MAX_TEXT_BYTES, Message, Part
from mailclient.mime.words import decode_unstructured

PREVIEW_CHARACTERS: Final = 200
SEARCHABLE_CHARACTERS: Final = 300_000
_HEAD_BYTES: Final = (2_048, 16_384, 131_072)
"""How much of a text is read for its preview; the next step only when the one before did not fill it."""
MAX_NAMES_CHARACTERS: Final = 10_000
MAX_SEARCHED_BYTES: Final = 4 * 1024 * 1024
_NAMES: Final = {
    "message/delivery-status": "Delivery report",
    "message/disposition-notification": "Receipt",
    "message/external-body": "External content",
    "message/partial": "Piece of a message",
    "text/calendar": "Invitation.ics",
    "text/rfc822-headers": "Headers of the original",
    "application/pgp-signature": "OpenPGP signature",
    "application/pkcs7-signature": "S/MIME signature",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something to save or open. ``filename`` is safe to create in a folder of the user's choice."""

    section: str
    filename: str
    content_type: str
    size_bytes: int
    """Size of the decoded data; estimated from the encoding, exact for everything but damaged base64."""
    dangerous: bool
    part: Part


@dataclass(frozen=True, slots=True)
class BodyChoice:
    """What is shown of a message."""

    text_part: Part | None
    html_part: Part | None
    following: tuple[Part, ...]
    """Further inline texts to be shown after the body (list footers, texts between attachments)."""
    attachments: tuple[Attachment, ...]
    inline: dict[str, Part]
    """Parts that the HTML refers to, by Content-ID."""
    why: str
    """A sentence: which part is shown, and by which rule."""


@dataclass(slots=True)
class _Choosing:
    message: Message
    text: Part | None = None
    html: Part | None = None
    following: list[Part] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)
    related: list[Part] = field(default_factory=list)
    why: str = "The message has one part, and it is shown."


def choose_body(message: Message) -> BodyChoice:
    """Return what to show of a message."""
    choosing = _Choosing(message)
    _visit(choosing, message.root)
    inline: dict[str, Part] = {}
    if choosing.related:
        source = message.decoded(choosing.html) if choosing.html else b""
        for part in choosing.related:
            referenced = b"cid:" + part.content_id.encode() in source
            if referenced and part.content_id not in inline:
                inline[part.content_id] = part
            else:
                choosing.attached.append(part)
    attachments = tuple(_attachment(message, part) for part in sorted(choosing.attached, key=lambda part: part.start))
    return BodyChoice(choosing.text, choosing.html, tuple(choosing.following), attachments, inline, choosing.why)


def _visit(choosing: _Choosing, part: Part) -> None:
    """Depth is bounded by the tree's own limit."""
    if not part.is_multipart or not part.children:
        _visit_leaf(choosing, part)
    elif part.content_type == "multipart/alternative":
        _visit_alternative(choosing, part)
    elif part.content_type == "multipart/related":
        _visit_related(choosing, part)
    else:
        if choosing.text is None and choosing.html is None:
            choosing.why = f"In {part.content_type} the first text is the body; everything else is attached."
        for child in part.children:
            _visit(choosing, child)


def _visit_leaf(choosing: _Choosing, part: Part) -> None:
    shown_as_text = part.content_type in {"text/plain", "text/html", "text/enriched", "text/markdown"}
    is_file = part.disposition == "attachment" or (part.filename and (choosing.text or choosing.html))
    broken_multipart = part.is_multipart and not part.children
    if broken_multipart and choosing.text is None and choosing.html is None:
        choosing.text = part
        choosing.why = "The multipart cannot be taken apart, so its raw content is shown."
    elif not shown_as_text or is_file:
        choosing.attached.append(part)
    elif choosing.text is None and choosing.html is None:
        if part.content_type == "text/html":
            choosing.html = part
        else:
            choosing.text = part
    else:
        choosing.following.append(part)


def _visit_alternative(choosing: _Choosing, part: Part) -> None:
    """Alternatives say the same: the richest that can be shown is taken, plain text is kept beside it."""
    if choosing.text is not None or choosing.html is not None:
        inner = _Choosing(choosing.message)
    else:
        inner = choosing
    rest: list[Part] = []
    for child in part.children:
        if child.content_type == "text/plain" and child.disposition != "attachment" and inner.text is None:
            inner.text = child
        elif child.content_type == "text/html" and child.disposition != "attachment":
            if inner.html is not None:
                rest.append(inner.html)
            inner.html = child
        elif child.is_multipart and child.children:
            branch = _Choosing(choosing.message)
            _visit(branch, child)
            if branch.html and inner.html:
                rest.append(inner.html)
            inner.html = branch.html or inner.html
            inner.text = inner.text or branch.text
            choosing.related += branch.related
            choosing.attached += branch.attached
            choosing.following += branch.following
        else:
            rest.append(child)
    choosing.attached += rest
    if inner is choosing:
        choosing.why = (
            "multipart/alternative offers the same in several forms; the last that can be shown is the richest."
        )
    else:
        choosing.following += [found for found in (inner.text or inner.html,) if found]


def _visit_related(choosing: _Choosing, part: Part) -> None:
    start = (part.parameters.get("start") or "").strip("<>")
    root = next((child for child in part.children if start and child.content_id == start), part.children[0])
    had_body = choosing.text is not None or choosing.html is not None
    _visit(choosing, root)
    if not had_body:
        choosing.why = "multipart/related: the first part is the body, the others belong to it."
    for child in part.children:
        if child is not root:
            for leaf in _leaves(child):
                (choosing.related if leaf.content_id else choosing.attached).append(leaf)


def _leaves(part: Part) -> Iterator[Part]:
    """Yield what is no multipart, without looking into attached messages."""
    if not part.is_multipart or not part.children:
        yield part
        return
    for child in part.children:
        yield from _leaves(child)


def _attachment(message: Message, part: Part) -> Attachment:
    name = part.filename
    if not name and part.is_message and part.children:
        subject = part.children[0].headers.first("Subject") or "Message"
        name = f"{subject[:80]}.eml"
    if not name:
        name = _NAMES.get(part.content_type) or f"Part {part.section} ({part.content_type.replace('/', ' ')})"
    return Attachment(
        section=part.section,
        filename=safe_filename(name),
        content_type=part.content_type,
        size_bytes=decoded_size(message, part),
        dangerous=is_dangerous(name, part.content_type) and not part.is_message,
        part=part,
    )


def decoded_size(message: Message, part: Part) -> int:
    """Return the size of a part's data without decoding all of a large one."""
    start, end = part.body_range
    if part.encoding != "base64":
        return len(message.decoded(part)) if part.encoding == "quoted-printable" else end - start
    letters = end - start - message.raw.count(b"\n", start, end) - message.raw.count(b"\r", start, end)
    tail = message.raw[max(start, end - 8) : end].rstrip()
    return max(letters * 3 // 4 - tail.count(b"="), 0)


def paragraphs(message: Message, part: Part, limit_bytes: int = MAX_TEXT_BYTES) -> tuple[Paragraph, ...]:
    """Return a text part as paragraphs with quote depth, format=flowed respected."""
    text = message.text(part, limit_bytes).text
    if part.content_type == "text/html":
        return decode_fixed(html_to_text(text))
    if (part.parameters.get("format") or "").lower() == "flowed":
        return decode_flowed(text, delete_space=(part.parameters.get("delsp") or "").lower() == "yes")
    return decode_fixed(text)


def readable_text(message: Message, choice: BodyChoice | None = None, limit_bytes: int = MAX_TEXT_BYTES) -> str:
    """Return the body as plain text, whatever form it came in: for quoting, printing to a terminal, a fallback."""
    chosen = choice or choose_body(message)
    parts = [part for part in (chosen.text_part or chosen.html_part, *chosen.following) if part]
    texts = []
    for part in parts:
        lines = (
            ">" * paragraph.depth + (" " if paragraph.depth and paragraph.text else "") + paragraph.text
            for paragraph in paragraphs(message, part, limit_bytes)
        )
        texts.append("\n".join(lines))
    return "\n\n".join(texts)


def preview_text(message: Message, limit: int = PREVIEW_CHARACTERS, choice: BodyChoice | None = None) -> str:
    """Return the first own words of a message on one line: quotations and attributions come last."""
    chosen = choice or choose_body(message)
    part = chosen.text_part or chosen.html_part
    if part is None:
        return ", ".join(attachment.filename for attachment in chosen.attachments)[:limit]
    is_html = part.content_type == "text/html"
    own: list[str] = []
    plain = ""
    for size in _HEAD_BYTES:
        # Most mail says something at once; newsletters begin with pages of style, answers with a long quotation.
        data = message.head(part, size)
        head = decode_text(data, part.charset).text
        plain = html_to_text(head) if is_html else head
        own = _own_words(plain, limit)
        if sum(map(len, own)) >= limit or len(data) < size // 2:
            break
    return (
        decode_unstructured(" ".join(own).encode("utf-8", "replace"))[:limit].strip() if own else plain[:limit].strip()
    )


def _own_words(plain: str, limit: int) -> list[str]:
    """Return the first unquoted lines, about as many as a preview needs."""
    own: list[str] = []
    size = 0
    for line in plain.replace("\r", "\n").split("\n"):
        words = line.split()
        if not words or line.startswith(">"):
            continue
        own.append(" ".join(words))
        size += len(own[-1]) + 1
        if size > limit:
            break
    return own


def searchable_text(message: Message, limit: int = SEARCHABLE_CHARACTERS, choice: BodyChoice | None = None) -> str:
    """Return what a search should find, in one line: the words of the body and the names of attachments."""
    chosen = choice or choose_body(message)
    parts = [part for part in (chosen.text_part or chosen.html_part, *chosen.following) if part]
    words = [_words(message, part, limit) for part in parts]
    words += [attachment.filename for attachment in chosen.attachments]
    return " ".join(words)[: limit + MAX_NAMES_CHARACTERS].strip()


def _words(message: Message, part: Part, limit: int) -> str:
    if (part.parameters.get("delsp") or "").lower() == "yes":
        # Lines of a script without spaces end in the middle of words.
        return " ".join(paragraph.text for paragraph in paragraphs(message, part, MAX_SEARCHED_BYTES))[:limit]
    text = message.text(part, MAX_SEARCHED_BYTES).text
    return (html_to_words(text) if part.content_type == "text/html" else one_line(text))[:limit]
