"""ENVELOPE, BODYSTRUCTURE and BODY[section] of a message, as the lab's server tells them. RFC 3501 section 7.4.2."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailclient.mime.addresses import parse_addresses
from mailclient.mime.headers import HeaderBlock
from mailclient.mime.tree import Message, Part
from mailclient.mime.words import parse_parameters


def quoted(value: bytes | str | None) -> bytes:
    """Return a string, NIL for None; what cannot be quoted becomes a literal."""
    if value is None:
        return b"NIL"
    data = value.encode() if isinstance(value, str) else value
    if re.search(rb"[\r\n\x00\x80-\xff]", data):
        return b"{%d}\r\n%s" % (len(data), data)
    return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def envelope(headers: HeaderBlock) -> bytes:
    """Return the ENVELOPE of a header."""

    def addresses(name: str) -> bytes:
        value = headers.raw_first(name)
        found = [a for a in parse_addresses(value).addresses if "@" in a.address] if value else []
        if not found:
            return b"NIL"
        items = []
        for item in found:
            local, _, domain = item.address.rpartition("@")
            items.append(b"(%s NIL %s %s)" % (quoted(item.display_name or None), quoted(local), quoted(domain)))
        return b"(" + b"".join(items) + b")"

    sender = addresses("From")
    fields = [
        quoted(headers.raw_first("Date")),
        quoted(headers.raw_first("Subject")),
        sender,
        addresses("Sender") if headers.field("Sender") else sender,
        addresses("Reply-To") if headers.field("Reply-To") else sender,
        addresses("To"),
        addresses("Cc"),
        addresses("Bcc"),
        quoted(headers.raw_first("In-Reply-To")),
        quoted(headers.raw_first("Message-ID")),
    ]
    return b"(" + b" ".join(fields) + b")"


def _parameters(pairs: Iterable[tuple[str, str]]) -> bytes:
    items = [quoted(name) + b" " + quoted(value) for name, value in pairs]
    return b"(" + b" ".join(items) + b")" if items else b"NIL"


def body_structure(message: Message, part: Part) -> bytes:
    """Return the BODYSTRUCTURE of a part and all below it (bounded by the tree's own limits)."""
    kind, _, subtype = part.content_type.partition("/")
    disposition = parse_parameters(part.headers.raw_first("Content-Disposition") or b"")
    told = b"NIL"
    if disposition.value:
        told = b"(" + quoted(disposition.value) + b" " + _parameters(disposition.parameters.items()) + b")"
    parameters = _parameters(part.parameters.parameters.items())
    if part.is_multipart and part.children:
        inner = b"".join(body_structure(message, child) for child in part.children)
        return b"(" + inner + b" " + quoted(subtype) + b" " + parameters + b" " + told + b" NIL NIL)"
    start, end = part.body_range
    fields = [
        quoted(kind),
        quoted(subtype),
        parameters,
        quoted(f"<{part.content_id}>" if part.content_id else None),
        quoted(part.headers.raw_first("Content-Description")),
        quoted(part.encoding),
        b"%d" % (end - start),
    ]
    lines = b"%d" % message.raw.count(b"\n", start, end)
    if part.is_message and part.children:
        fields += [envelope(part.children[0].headers), body_structure(message, part.children[0]), lines]
    elif kind == "text":
        fields.append(lines)
    return b"(" + b" ".join([*fields, b"NIL", told, b"NIL", b"NIL"]) + b")"


def section_bytes(message: Message, section: str) -> bytes:
    """Return BODY[section]; unknown sections are empty."""
    match = re.fullmatch(r"((?:\d+\.)*\d+)?\.?([A-Za-z.]*)(?: \((.*)\))?", section)
    if match is None:
        return b""
    number, word, names = match[1], match[2].upper(), match[3]
    part = message.root
    if not number:
        if not word:
            return message.raw
    else:
        found = message.part(number)
        if found is None:
            return b""
        part = found
        if not word:
            return message.body_bytes(part)
        if word == "MIME":
            return message.raw[part.start : part.headers.body_start]
        part = part.children[0] if part.children else part
    if word == "TEXT":
        return message.body_bytes(part)
    block = part.headers
    if word == "HEADER":
        return message.raw[block.start : block.body_start]
    wanted = {name.strip('"').lower() for name in (names or "").split()}
    inverted = word == "HEADER.FIELDS.NOT"
    kept = [field.raw for field in block.fields if (field.name.lower() in wanted) is not inverted]
    return b"".join(kept) + b"\r\n"
