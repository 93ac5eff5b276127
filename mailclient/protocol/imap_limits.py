"""What a server tells of its limits: STATUS items, QUOTA, MYRIGHTS; and the meaning of rights in words.

Numbers are bounded, and what cannot be read is nothing. RFC 3501 section 7.2.4, RFC 9208 (QUOTA), RFC 7889 (APPENDLIMIT),
RFC 4314 (ACL).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from mailclient.domain.errors import MalformedReply
from mailclient.domain.folder import Quota
from mailclient.protocol.imap_stream import Response
from mailclient.protocol.imap_tokens import Value, parse_values

_NUMBER: Final = re.compile(rb"\d{1,19}")

RIGHTS: Final[Mapping[str, str]] = {
    "l": "see that it exists",
    "r": "read its messages",
    "s": "mark as read",
    "w": "mark and tag",
    "i": "add messages",
    "p": "send to it",
    "k": "make folders in it",
    "x": "rename or delete it",
    "t": "mark as deleted",
    "e": "remove messages for good",
    "a": "share it",
}
"""Letters of RFC 4314 section 2.1 in words; the obsolete "c" and "d" stand for several of them."""


def parse_status_items(response: Response) -> dict[str, int]:
    """Return the items with a number of a STATUS response, nothing of another."""
    values = _values(response, rb"\* STATUS ")
    if len(values) < 2 or not isinstance(values[1], list):
        return {}
    items = values[1]
    return {
        name.decode("ascii", "replace").upper(): int(number)
        for name, number in zip(items[::2], items[1::2], strict=False)
        if isinstance(name, bytes) and isinstance(number, bytes) and _NUMBER.fullmatch(number)
    }


def parse_append_limit(response: Response) -> int | None:
    """Return the limit of a message's size in bytes, None when there is none ("NIL") or the response is another."""
    return parse_status_items(response).get("APPENDLIMIT")


def parse_quota(response: Response) -> tuple[Quota, ...]:
    """Return the limits of a QUOTA response; a limit of a resource is three values in its list."""
    values = _values(response, rb"\* QUOTA ")
    if len(values) < 2 or not isinstance(values[0], bytes) or not isinstance(values[1], list):
        return ()
    root, items = values[0].decode("utf-8", "replace"), values[1]
    found = []
    for name, used, limit in zip(items[::3], items[1::3], items[2::3], strict=False):
        if isinstance(name, bytes) and _is_number(used) and _is_number(limit):
            found.append(Quota(root, name.decode("ascii", "replace").upper(), _int(used), _int(limit)))
    return tuple(found)


def parse_rights(response: Response) -> str | None:
    """Return the letters of a MYRIGHTS response, None for another."""
    values = _values(response, rb"\* MYRIGHTS ")
    if len(values) < 2 or not isinstance(values[1], bytes):
        return None
    return "".join(letter for letter in values[1].decode("ascii", "replace") if letter.isalnum())


def _values(response: Response, start: bytes) -> list[Value]:
    match = re.match(start, response.line, re.IGNORECASE)
    if match is None:
        return []
    try:
        return parse_values(response, match.end())
    except MalformedReply:
        return []


def _is_number(value: Value) -> bool:
    return isinstance(value, bytes) and _NUMBER.fullmatch(value) is not None


def _int(value: Value) -> int:
    return int(value) if isinstance(value, bytes) else 0
