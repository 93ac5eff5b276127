"""A message made ready to be shown: parsed, its body chosen and made safe. Works on any thread; no widget is touched."""

from __future__ import annotations

from dataclasses import dataclass

from mailclient.mime.body import BodyChoice, choose_body, paragraphs
from mailclient.mime.flowed import Paragraph
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


def prepare(number: int, raw: bytes, remote_prefix: str | None, cid_prefix: str) -> Prepared:
    """Parse a message, or its beginning; ``number`` comes back, so that an answer that is too late can be told."""
    message = parse_message(raw)
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
