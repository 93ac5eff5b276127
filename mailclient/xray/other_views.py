"""The same bytes through other eyes: another mailer, another transport, another charset. The message is never altered.

Also the encoding doctor: a part read again in a chosen way, with the places where that breaks. RFC 2045, RFC 2046.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from mailclient.mime.body import readable_text
from mailclient.mime.charsets import decode_text
from mailclient.mime.html_text import html_to_text
from mailclient.mime.transfer import decode_transfer
from mailclient.mime.tree import Part
from mailclient.xray.charset_facts import Candidate, Reading, rank_charsets, read_as
from mailclient.xray.encoding_facts import Damage, examine_encoding
from mailclient.xray.opened import OpenedMessage, open_message

MAX_VIEW_BYTES: Final = 2_000_000
_STRIPPED: Final = bytes(value & 0x7F for value in range(256))


class OtherMailer(enum.Enum):
    """Who else may read the message."""

    WITHOUT_MIME = "without-mime"
    """Shows the bytes: the mailer of 1990."""
    TEXT_ONLY = "text-only"
    """Shows plain text and turns HTML into it."""
    SEVEN_BIT = "seven-bit"
    """Got the message through a transport that takes the eighth bit away."""
    WRONG_CHARSET = "wrong-charset"
    """Reads every text in one charset, whatever is declared."""


@dataclass(frozen=True, slots=True)
class Doctored:
    """A part read in a chosen way."""

    text: str
    charset: str
    encoding: str
    undecodable: int
    breaks: tuple[tuple[int, int], ...]
    """Ranges of the decoded data that the charset cannot read; the first of them."""
    damage: tuple[Damage, ...]
    """Where the transfer encoding does not fit, in bytes of the message."""
    candidates: tuple[Candidate, ...]
    """Charsets that would fit the data, the likeliest first."""
    data: bytes = b""
    """Behind the transfer encoding."""


def as_seen_by(opened: OpenedMessage, mailer: OtherMailer, charset: str = "windows-1252") -> str:
    """Return the text that another mailer shows; ``charset`` is the one of WRONG_CHARSET."""
    match mailer:
        case OtherMailer.WITHOUT_MIME:
            return decode_text(opened.raw[:MAX_VIEW_BYTES]).text
        case OtherMailer.TEXT_ONLY:
            return readable_text(opened.message, opened.choice)[:MAX_VIEW_BYTES]
        case OtherMailer.SEVEN_BIT:
            stripped = open_message(opened.raw[:MAX_VIEW_BYTES].translate(_STRIPPED))
            return readable_text(stripped.message, stripped.choice)[:MAX_VIEW_BYTES]
        case OtherMailer.WRONG_CHARSET:
            return _in_charset(opened, charset)


def _in_charset(opened: OpenedMessage, charset: str) -> str:
    choice = opened.choice
    texts = []
    for part in (choice.text_part or choice.html_part, *choice.following):
        if part is None:
            continue
        reading = read_as(opened.data(part)[:MAX_VIEW_BYTES], charset)
        text = reading.text if reading else opened.text(part).text
        texts.append(html_to_text(text) if part.content_type == "text/html" else text)
    return "\n\n".join(texts)


def read_again(opened: OpenedMessage, part: Part, charset: str = "", encoding: str = "") -> Doctored:
    """Read a part with another charset, another transfer encoding, or both; empty means as declared."""
    coding = encoding or part.encoding
    start, end = part.body_range
    data = decode_transfer(opened.raw[start:end], coding).data[:MAX_VIEW_BYTES]
    wanted = charset or part.charset or "us-ascii"
    reading = read_as(data, wanted) or Reading(decode_text(data).text, 0, ())
    damage = examine_encoding(opened.raw, start, end, coding).damage
    fitting = rank_charsets(data)
    return Doctored(reading.text, wanted, coding, reading.undecodable, reading.breaks, damage, fitting, data)
