"""Where an answer goes: which header decides, and why, in a sentence.

Pure rules over a parsed message. RFC 5322 section 3.6.2 (Reply-To), 3.6.3 (destination fields), RFC 2369 (List-Post).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailclient.mime.addresses import Address, parse_addresses
from mailclient.mime.headers import HeaderBlock

_LIST_POST = re.compile(r"<\s*mailto:([^>?\s]+@[^>?\s]+)")


class ReplyMode(enum.Enum):
    """Whom to answer."""

    SENDER = "sender"
    ALL = "all"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class ReplyTargets:
    """The recipients of an answer, and the header that decided."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    why: str


def list_post_address(headers: HeaderBlock) -> str | None:
    """Return the address that posts to the list, from List-Post (RFC 2369 section 3.4), or None."""
    value = headers.first("List-Post")
    match = _LIST_POST.search(value) if value else None
    return match.group(1) if match else None


def decide_reply_targets(headers: HeaderBlock, own_addresses: frozenset[str], mode: ReplyMode) -> ReplyTargets:
    """Return the recipients of an answer.

    ``own_addresses`` are lower-case addresses of the user: never answered, except when nobody else is left. A message
    of one's own is answered to its recipients, as a follow-up.
    """
    if mode is ReplyMode.LIST:
        post = list_post_address(headers)
        if post:
            return ReplyTargets((Address("", post),), (), "List-Post names the address of the list.")
    author = _addresses(headers, "From")
    reply_to = _addresses(headers, "Reply-To")
    to, cc = _addresses(headers, "To"), _addresses(headers, "Cc")
    if _all_own(author, own_addresses) and author and not _all_own(to, own_addresses):
        why = "The message is your own, so the answer follows up to its recipients (To)."
        return ReplyTargets(_unique(to), _unique(cc, to) if mode is ReplyMode.ALL else (), why)
    target = _unique(reply_to or author)
    why = "Reply-To names where answers go." if reply_to else "From names the author; there is no Reply-To."
    if not target:
        return ReplyTargets((), (), "Neither Reply-To nor From holds an address that can be answered.")
    if mode is not ReplyMode.ALL:
        return ReplyTargets(target, (), why)
    others = tuple(address for address in (*to, *cc) if address.address.lower() not in own_addresses)
    return ReplyTargets(target, _unique(others, target), f"{why} To and Cc are added, without your own addresses.")


def _addresses(headers: HeaderBlock, name: str) -> tuple[Address, ...]:
    field = headers.field(name)
    return tuple(a for a in parse_addresses(field.value_raw).addresses if "@" in a.address) if field else ()


def _all_own(addresses: Iterable[Address], own: frozenset[str]) -> bool:
    return all(address.address.lower() in own for address in addresses)


def _unique(addresses: Iterable[Address], without: Iterable[Address] = ()) -> tuple[Address, ...]:
    seen = {address.address.lower() for address in without}
    result = []
    for address in addresses:
        key = address.address.lower()
        if key not in seen:
            seen.add(key)
            result.append(address)
    return tuple(result)
