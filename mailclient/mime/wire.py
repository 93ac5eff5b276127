"""The few header fields that the message list needs, read as fast as possible: one pass, no objects.

Used for every message of a first synchronisation, so plain ASCII never meets the general machinery. RFC 5322.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from mailclient.mime.addresses import format_address, parse_addresses
from mailclient.mime.dates import date_unix_s
from mailclient.mime.words import decode_unstructured

WANTED_FIELDS: Final = [
    "Date",
    "From",
    "To",
    "Cc",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
]
"""The fields to ask a server for: what a row of the list is made of."""
MAX_REFERENCES: Final = 100
_FOLD: Final = re.compile(rb"\r?\n[ \t]+")
_MESSAGE_ID: Final = re.compile(rb"<[^<>\s]{1,900}>")
_SIMPLE_MAILBOX: Final = re.compile(rb"\s*\"?([A-Za-z0-9 ._'+-]{0,100}?)\"?\s*<([A-Za-z0-9._+=-]+@[A-Za-z0-9.-]+)>\s*")
MAX_VALUE_BYTES: Final = 8_192


class HeaderSummary(NamedTuple):
    """What the list, the threads and the index need of a header."""

    subject: str
    sender_name: str
    sender_address: str
    recipients: str
    date_unix_s: int | None
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    list_id: str


def summarise_headers(block: bytes) -> HeaderSummary:
    """Return the summary of raw header bytes; the first field of each name counts. Never raises."""
    if b"\n " in block or b"\n\t" in block:
        block = _FOLD.sub(b" ", block)
    found: dict[bytes, bytes] = {}
    for line in block.split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon and (name := name.rstrip(b" \t").lower()) not in found:
            found[name] = value[:MAX_VALUE_BYTES].strip(b" \t\r")
    sender_name, sender_address = _sender(found.get(b"from", b""))
    return HeaderSummary(
        subject=_text(found.get(b"subject", b"")),
        sender_name=sender_name,
        sender_address=sender_address,
        recipients=_recipients(found.get(b"to", b""), found.get(b"cc", b"")),
        date_unix_s=date_unix_s(found[b"date"]) if b"date" in found else None,
        message_id=_first_id(found.get(b"message-id", b"")),
        in_reply_to=_first_id(found.get(b"in-reply-to", b"")),
        references=_references(found.get(b"references", b"")),
        list_id=_text(found.get(b"list-id", b"")),
    )


def _text(value: bytes) -> str:
    if value.isascii() and b"=?" not in value:
        text = value.decode("ascii").strip()
        if text.isprintable():
            return text
    return decode_unstructured(value)


@lru_cache(maxsize=512)
def _sender(value: bytes) -> tuple[str, str]:
    simple = _SIMPLE_MAILBOX.fullmatch(value)
    if simple:
        return simple[1].decode("ascii").strip(), simple[2].decode("ascii")
    # The same choice as ``sender_truth``: the first that is an address at all.
    addresses = parse_addresses(value, limit=10).addresses
    shown = next((found for found in addresses if "@" in found.address), addresses[0] if addresses else None)
    return (shown.display_name, shown.address) if shown else ("", "")


@lru_cache(maxsize=512)
def _recipients(to: bytes, cc: bytes) -> str:
    shown = []
    for value in (to, cc):
        simple = _SIMPLE_MAILBOX.fullmatch(value)
        if simple:
            name = simple[1].decode("ascii").strip()
            address = simple[2].decode("ascii")
            shown.append(f"{name} <{address}>" if name else address)
        elif value:
            shown += [format_address(address) for address in parse_addresses(value, limit=50).addresses]
    return ", ".join(shown)


def _first_id(value: bytes) -> str:
    match = _MESSAGE_ID.search(value)
    return match.group().decode("ascii", "replace") if match else ""


def _references(value: bytes) -> tuple[str, ...]:
    found = [match.decode("ascii", "replace") for match in _MESSAGE_ID.findall(value)]
    if len(found) > MAX_REFERENCES:
        # RFC 5322 section 3.6.4: the first names the thread, the last the parents.
        found = [found[0], *found[-(MAX_REFERENCES - 1) :]]
    return tuple(found)
