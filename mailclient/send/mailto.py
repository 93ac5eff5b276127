"""``mailto:`` links, from a web page, the command line or a message: hostile until proven otherwise.

Takes what a person can check in the composer (recipients, subject, text, the thread) and drops everything else, above
all attachments and foreign header fields. Never sends, never reads a file. RFC 6068.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from mailclient.domain.errors import BadInput

MAX_URI_CHARACTERS: Final = 100_000
_MESSAGE_ID = re.compile(r"<[^\s<>]{1,900}>")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]+")
_BODY_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class MailtoRequest:
    """What a link asks for. Address fields are text for the composer; ``ignored`` names the fields that were dropped."""

    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    text: str = ""
    in_reply_to: str = ""
    ignored: tuple[str, ...] = ()


def _decode(value: str) -> str:
    return unquote_to_bytes(value).decode("utf-8", "replace")


def _one_line(value: str) -> str:
    return _CONTROLS.sub(" ", value).strip()


def parse_mailto(uri: str) -> MailtoRequest:
    """Return what a ``mailto:`` URI may ask for (RFC 6068 section 2).

    Line breaks in single-line fields become spaces. Raises BadInput when it is no such URI or absurdly long.
    """
    if len(uri) > MAX_URI_CHARACTERS:
        raise BadInput("This mailto link is longer than 100,000 characters and was not opened.")
    scheme, colon, rest = uri.strip().partition(":")
    if not colon or scheme.lower() != "mailto":
        raise BadInput("This is not a mailto link: it should look like mailto:somebody@example.org.")
    path, _, query = rest.partition("#")[0].partition("?")
    fields: dict[str, list[str]] = {"to": [_one_line(_decode(path))] if path else []}
    ignored: list[str] = []
    for pair in query.split("&") if query else []:
        name, _, value = pair.partition("=")
        key = _one_line(_decode(name)).lower()
        if key in {"to", "cc", "bcc", "subject", "body", "in-reply-to"}:
            fields.setdefault(key, []).append(_decode(value))
        elif key:
            ignored.append(key[:40])
    message_id = _MESSAGE_ID.search(" ".join(fields.get("in-reply-to", ())))
    body = "\n".join(fields.get("body", ())).replace("\r\n", "\n").replace("\r", "\n")
    return MailtoRequest(
        to=_addresses(fields["to"]),
        cc=_addresses(fields.get("cc", [])),
        bcc=_addresses(fields.get("bcc", [])),
        subject=_one_line(" ".join(fields.get("subject", ()))),
        text=_BODY_CONTROLS.sub("", body),
        in_reply_to=message_id.group() if message_id else "",
        ignored=tuple(dict.fromkeys(ignored)),
    )


def _addresses(values: list[str]) -> str:
    return ", ".join(text for text in map(_one_line, values) if text)
