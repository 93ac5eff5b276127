"""Building messages: clean MIME out of what somebody typed.

Header lines are written here and nowhere else, each value passed through one gate that cannot produce a line break. Pure:
time, boundary and Message-ID are handed in. RFC 5322, RFC 2045-2047, RFC 2183, RFC 2231, RFC 3676, RFC 6532.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mailclient.mime.addresses import Address, idna_address, is_addr_spec, quote_name
from mailclient.mime.dates import format_date
from mailclient.mime.flowed import encode_flowed
from mailclient.mime.headers import parse_header_block
from mailclient.mime.transfer import encode_quoted_printable
from mailclient.mime.words import encode_parameter, encode_unstructured, strip_controls

MAX_LINE_BYTES: Final = 998
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,900}>")
_EMPTY_LINE: Final = re.compile(rb"\A(?:\r\n|\r|\n)|(?:\r\n|\r(?!\n)|\n)(?=\r|\n)")
_BCC: Final = re.compile(
    rb"(?:(?<=[\r\n])|\A)(?:resent-)?bcc[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*(?:\r\n|\r|\n|\Z)", re.IGNORECASE
)
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}")


@dataclass(frozen=True, slots=True)
class OutgoingAttachment:
    """A file to be attached."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """Everything that a message is made of."""

    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    date: datetime
    """Aware time of finishing."""
    message_id: str
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[OutgoingAttachment, ...] = ()
    user_agent: str = ""


def make_message_id(token: str, domain: str) -> str:
    """Return a Message-ID from a unique token and the sender's domain; anything doubtful in them is dropped."""
    left = re.sub(r"[^A-Za-z0-9.-]", "", token).strip(".") or "x"
    right = re.sub(r"[^A-Za-z0-9.-]", "", domain).strip(".-") or "localhost.invalid"
    return f"<{left}@{right}>"


def needs_smtputf8(addresses: Sequence[str]) -> bool:
    """True when a local part is not ASCII: such an address travels only where the server offers SMTPUTF8."""
    return any(not address.rpartition("@")[0].isascii() for address in addresses)


def build_message(message: OutgoingMessage, boundary_token: str) -> bytes:
    """Return the bytes of a message with CRLF line ends, Bcc included (see ``strip_bcc``).

    ``boundary_token`` is a random token; the boundary is checked against the content. Raises ValueError when a value
    could not be written without breaking out of its place: an address that is none, or is more than one.
    """
    fields: list[tuple[str, str]] = [
        ("From", _mailboxes((message.sender,), 6)),
        ("To", _mailboxes(message.to, 4)),
        ("Cc", _mailboxes(message.cc, 4)),
        ("Bcc", _mailboxes(message.bcc, 5)),
        ("Reply-To", _mailboxes(message.reply_to, 10)),
        ("Subject", encode_unstructured(message.subject, 9)),
        ("Date", format_date(message.date)),
        ("Message-ID", _ids((message.message_id,))),
        ("In-Reply-To", _ids((message.in_reply_to,))),
        ("References", _ids(message.references)),
        ("User-Agent", encode_unstructured(message.user_agent, 12)),
        ("MIME-Version", "1.0"),
    ]
    text_fields, text_body = _text_part(message.text)
    if message.attachments:
        parts = [_part(text_fields, text_body), *(_attachment_part(item) for item in message.attachments)]
        boundary = _boundary(boundary_token, parts)
        fields.append(("Content-Type", f'multipart/mixed;\r\n boundary="{boundary}"'))
        if not all(part.isascii() for part in parts):
            # RFC 2045 section 6.4: what holds an 8bit part is 8bit itself.
            fields.append(("Content-Transfer-Encoding", "8bit"))
        marker = b"--" + boundary.encode("ascii")
        body = b"".join(marker + b"\r\n" + part + b"\r\n" for part in parts) + marker + b"--\r\n"
    else:
        fields += text_fields
        body = text_body
    header = _header(fields)
    return header + b"\r\n" + body


def _header(fields: Sequence[tuple[str, str]]) -> bytes:
    """Write fields with a value; afterwards read the block back: it must hold exactly the names that were meant."""
    written = [(name, value) for name, value in fields if value]
    block = b"".join(f"{name}: {value}\r\n".encode() for name, value in written)
    found = [field.name for field in parse_header_block(block + b"\r\n").fields]
    if found != [name for name, _ in written] or any(len(line) > MAX_LINE_BYTES for line in block.split(b"\r\n")):
        raise ValueError("a header value would have broken out of its field")
    return block


def _mailboxes(addresses: Sequence[Address], first_line_used: int) -> str:
    """Write mailboxes, folded between words so that lines keep to 76 characters where a word allows it."""
    lines = [""]
    for index, address in enumerate(addresses):
        name = quote_name(address.display_name)
        spec = idna_address(address.address)
        if not is_addr_spec(spec) or strip_controls(spec) != spec or len(spec.encode()) > 320:
            raise ValueError("this is not one e-mail address")
        words = [*name.split("\r\n "), f"<{spec}>"] if name else [spec]
        words[-1] += "," if index < len(addresses) - 1 else ""
        for word in words:
            used = first_line_used if len(lines) == 1 else 1
            if lines[-1] and used + len(lines[-1]) + 1 + len(word) > 76:
                lines.append(word)
            else:
                lines[-1] += f" {word}" if lines[-1] else word
    return "\r\n ".join(lines)


def _ids(values: Sequence[str]) -> str:
    """Message-IDs are never encoded and never cut: what is not one is left out; one a line, as many mailers do."""
    return "\r\n ".join(value for value in values if _MESSAGE_ID.fullmatch(value))


def _text_part(text: str) -> tuple[list[tuple[str, str]], bytes]:
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    body = encode_flowed(clean)
    data = body.encode("utf-8", "replace")
    charset = "us-ascii" if data.isascii() else "utf-8"
    content_type = ("Content-Type", f"text/plain; charset={charset}; format=flowed")
    if data.isascii() and all(len(line) <= MAX_LINE_BYTES - 100 for line in data.split(b"\r\n")):
        return [content_type, ("Content-Transfer-Encoding", "7bit")], data
    non_ascii = sum(byte > 126 for byte in data)
    if non_ascii * 3 > len(data):
        return [content_type, ("Content-Transfer-Encoding", "base64")], _base64(data)
    return [content_type, ("Content-Transfer-Encoding", "quoted-printable")], encode_quoted_printable(data)


def _attachment_part(attachment: OutgoingAttachment) -> bytes:
    content_type = attachment.content_type.strip().lower()
    if not _TYPE.fullmatch(content_type) or content_type.startswith("multipart/"):
        content_type = "application/octet-stream"
    disposition = "attachment;\r\n " + encode_parameter("filename", attachment.filename)
    if content_type == "message/rfc822":
        # RFC 2046 section 5.2.1: a message may not be encoded; one that needs more than 8bit travels as a plain file.
        data = re.sub(rb"\r\n|\r|\n", b"\r\n", attachment.data)
        if b"\x00" not in data and all(len(line) <= MAX_LINE_BYTES for line in data.split(b"\r\n")):
            encoding = "7bit" if data.isascii() else "8bit"
            fields = [("Content-Type", content_type), ("Content-Disposition", disposition)]
            return _part([*fields, ("Content-Transfer-Encoding", encoding)], data)
        content_type = "application/octet-stream"
    fields = [
        ("Content-Type", f"{content_type};\r\n " + encode_parameter("name", attachment.filename)),
        ("Content-Disposition", disposition),
        ("Content-Transfer-Encoding", "base64"),
    ]
    return _part(fields, _base64(attachment.data))


def _part(fields: Sequence[tuple[str, str]], body: bytes) -> bytes:
    return _header(fields) + b"\r\n" + body


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _boundary(token: str, parts: Sequence[bytes]) -> str:
    boundary = "=_" + (re.sub(r"[^A-Za-z0-9]", "", token) or "part")
    while any(b"--" + boundary.encode("ascii") in part for part in parts):
        boundary += "x"
    return boundary


def strip_bcc(raw: bytes) -> bytes:
    """Return a message without its Bcc and Resent-Bcc fields; all other bytes as they are.

    Looks at every line up to the first empty one, beyond any cap and past lines that are no fields: a reader elsewhere
    may go on where ours stops, and a hidden recipient must not be found by any of them.
    """
    gap = _EMPTY_LINE.search(raw)
    end = gap.end() if gap else len(raw)
    return _BCC.sub(b"", raw[:end]) + raw[end:]
