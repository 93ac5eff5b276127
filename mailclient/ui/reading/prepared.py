"""A message made ready to be shown: parsed, its body chosen and made safe. Works on any thread; no widget is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailclient.domain.exchange import KeptPart
from mailclient.domain.message import MessageRow
from mailclient.mime.body import BodyChoice, choose_body, paragraphs
from mailclient.mime.flowed import Paragraph
from mailclient.mime.headers import HeaderBlock, parse_header_block
from mailclient.mime.partial import assembled
from mailclient.mime.safe_html import SafeHtml, sanitise
from mailclient.mime.tree import Message, parse_message


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message made ready on another thread."""

    number: int
    message: Message
    choice: BodyChoice
    text: tuple[Paragraph, ...]
    html: SafeHtml | None
    absent: frozenset[str] = frozenset()
    """Sections whose bytes only the server has."""
    in_parts: bool = False
    """The message is not here whole, and never was: this is put together of what is."""


def prepare_parts(
    number: int, parts: Sequence[KeptPart], remote_prefix: str | None, cid_prefix: str
) -> Prepared | None:
    """Make a message ready of which only parts are here; None when they do not fit together."""
    message = assembled(parts)
    if message is None:
        return None
    prepared = _prepared(number, message, remote_prefix, cid_prefix)
    absent = {part.section: part for part in parts if part.body is None and not part.is_multipart}
    # How large something is that is not here, the server told.
    attachments = tuple(
        replace(each, size_bytes=_decoded_size(absent[each.section])) if each.section in absent else each
        for each in prepared.choice.attachments
    )
    return replace(
        prepared, choice=replace(prepared.choice, attachments=attachments), absent=frozenset(absent), in_parts=True
    )


def _decoded_size(part: KeptPart) -> int:
    """Return about how large a part is when it is decoded: base64 makes lines of 57 bytes into 78."""
    return part.size_bytes * 57 // 78 if part.encoding == "base64" else part.size_bytes


def prepare(number: int, raw: bytes, remote_prefix: str | None, cid_prefix: str) -> Prepared:
    """Parse a message, or its beginning; ``number`` comes back, so that an answer that is too late can be told."""
    return _prepared(number, parse_message(raw), remote_prefix, cid_prefix)


def _prepared(number: int, message: Message, remote_prefix: str | None, cid_prefix: str) -> Prepared:
    choice = choose_body(message)
    shown = [part for part in (choice.text_part or choice.html_part, *choice.following) if part]
    text: list[Paragraph] = []
    for part in shown:
        text += [Paragraph(0, ""), Paragraph(0, "")] if text else []
        text += paragraphs(message, part)
    html = None
    if choice.html_part is not None:
        html = sanitise(message.text(choice.html_part).text, cid_prefix=cid_prefix, remote_prefix=remote_prefix)
    return Prepared(number, message, choice, tuple(text), html)


def parts_words(parts: Sequence[KeptPart], total: str) -> str:
    """Return what is here of a message, and what becomes of the rest; ``total`` is its size in words."""
    has_text = any(part.body is not None and part.content_type.startswith("text/") for part in parts)
    what = "the text is here" if has_text else "only the outline is here"
    return f"Of this message ({total}) {what}. What is attached is fetched when you open or save it."


def row_headers(row: MessageRow) -> HeaderBlock:
    """Return what a row knows of a message's header."""
    name = row.sender_name.replace('"', "")
    sender = f'"{name}" <{row.sender_address}>' if name else row.sender_address
    lines = (f"Subject: {row.subject}", f"To: {row.recipients}", f"From: {sender}")
    return parse_header_block("\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n")
