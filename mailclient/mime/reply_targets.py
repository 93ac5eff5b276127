"""Where an answer goes: which addresses, which field named each of them, and why others are left out.

The one decision: the composer follows it and the X-ray explains it. Pure rules over a parsed header; own addresses
are handed in. RFC 5322 section 3.6.2 (Reply-To) and 3.6.3 (destination fields), RFC 2369 section 3.4 (List-Post).
Mail-Followup-To has no RFC; authors on lists set it to say where follow-ups should go.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from mailclient.mime.addresses import Address, is_addr_spec, parse_addresses
from mailclient.mime.headers import HeaderBlock

_MAILTO: Final = re.compile(r"<\s*mailto:([^>?\s]{1,1000})", re.IGNORECASE)
_TAKES_NO_MAIL: Final = re.compile(r"\s*NO\b", re.IGNORECASE)


class ReplyMode(enum.Enum):
    """Whom to answer."""

    SENDER = "sender"
    ALL = "all"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class ReplyTarget:
    """One address that gets the answer, or is left out of it."""

    address: Address
    field: str
    """The field that names it."""
    why: str
    """A sentence."""
    in_cc: bool = False


@dataclass(frozen=True, slots=True)
class ReplyTargets:
    """The recipients of an answer, and what decided."""

    targets: tuple[ReplyTarget, ...]
    why: str
    """A sentence: which field decided."""
    left_out: tuple[ReplyTarget, ...] = ()

    @property
    def to(self) -> tuple[Address, ...]:
        """The addresses for the field To of the answer."""
        return tuple(target.address for target in self.targets if not target.in_cc)

    @property
    def cc(self) -> tuple[Address, ...]:
        """The addresses for the field Cc of the answer."""
        return tuple(target.address for target in self.targets if target.in_cc)


def list_post_address(headers: HeaderBlock) -> str | None:
    """Return the address that posts to the list, from List-Post, or None."""
    value = headers.first("List-Post")
    match = _MAILTO.search(value) if value else None
    address = unquote(match.group(1)) if match else ""
    return address if is_addr_spec(address) else None


def decide_reply_targets(headers: HeaderBlock, own_addresses: frozenset[str], mode: ReplyMode) -> ReplyTargets:
    """Return the recipients of an answer.

    ``own_addresses`` are lower-case addresses of the user: never answered, except when nobody else is left. A message
    of one's own is answered to its recipients, as a follow-up. An answer to the sender does not go to a list that wrote
    its own address into Reply-To: that is how private words have become public.
    """
    if mode is ReplyMode.LIST:
        return _to_list(headers)
    own_message = _follow_up(headers, own_addresses, mode)
    if own_message is not None:
        return own_message
    if mode is ReplyMode.ALL and (followup := _addresses(headers, "Mail-Followup-To")):
        return _as_asked(headers, followup, own_addresses)
    first = _to_sender(headers, own_addresses, mode)
    if mode is ReplyMode.SENDER or not first.targets:
        return first
    return _with_everybody(headers, first, own_addresses)


def _to_list(headers: HeaderBlock) -> ReplyTargets:
    post = list_post_address(headers)
    if post:
        why = "List-Post names the address of the list."
        return ReplyTargets((ReplyTarget(Address("", post), "List-Post", why),), why)
    if _TAKES_NO_MAIL.match(headers.first("List-Post") or ""):
        return ReplyTargets((), "List-Post says that nobody may write to this list.")
    return ReplyTargets((), "There is no List-Post field, so no list can be answered.")


def _follow_up(headers: HeaderBlock, own: frozenset[str], mode: ReplyMode) -> ReplyTargets | None:
    """Return the targets for a message of one's own; None when it is somebody else's, or was written to oneself."""
    author, to = _addresses(headers, "From"), _addresses(headers, "To")
    if not author or not _all_own(author, own) or _all_own(to, own):
        return None
    why = "The message is your own, so the answer follows up to its recipients (To)."
    targets = _targets(to, "To", "You wrote to this address.")
    if mode is ReplyMode.ALL:
        targets += _targets(_addresses(headers, "Cc"), "Cc", "You sent this address a copy.", in_cc=True)
    return ReplyTargets(_once(targets), why)


def _as_asked(headers: HeaderBlock, followup: Sequence[Address], own: frozenset[str]) -> ReplyTargets:
    """Return the targets that the author asked for with Mail-Followup-To."""
    wanted = _once(_targets(followup, "Mail-Followup-To", "The author wants follow-ups here."))
    targets, left_out = _without_own(wanted, own)
    for name in ("From", "Reply-To", "To", "Cc"):
        others = _targets(_addresses(headers, name), name, "")
        left_out += _left_out(others, "Mail-Followup-To leaves it out; it may read the list anyway.", but=wanted)
    return ReplyTargets(targets, "Mail-Followup-To says where the author wants follow-ups.", _once(left_out))


def _to_sender(headers: HeaderBlock, own: frozenset[str], mode: ReplyMode) -> ReplyTargets:
    written = _once(_targets(_addresses(headers, "From"), "From", "From names the author."))
    asked = _once(_targets(_addresses(headers, "Reply-To"), "Reply-To", "Reply-To asks for answers here."))
    past_list = _past_the_list(headers, written, asked, own, mode)
    if past_list is not None:
        return past_list
    if asked:
        targets, left_out = _without_own(asked, own)
        elsewhere = _left_out(written, "Reply-To asks for answers elsewhere.", but=targets)
        return ReplyTargets(targets, "Reply-To names where answers go.", (*left_out, *elsewhere))
    if written:
        return ReplyTargets(written, "From names the author; there is no Reply-To.")
    return ReplyTargets((), "Neither Reply-To nor From holds an address that can be answered.")


def _past_the_list(
    headers: HeaderBlock,
    written: tuple[ReplyTarget, ...],
    asked: tuple[ReplyTarget, ...],
    own: frozenset[str],
    mode: ReplyMode,
) -> ReplyTargets | None:
    """Return the author's addresses when the list named itself in Reply-To; None when it did not, or hides the author."""
    post = (list_post_address(headers) or "").lower()
    lists = tuple(target for target in asked if _key(target) == post)
    if not lists:
        return None
    besides = tuple(target for target in asked if _key(target) != post)
    authors = tuple(target for target in besides or written if _key(target) != post and _key(target) not in own)
    if not authors:
        return None
    if mode is ReplyMode.ALL:
        put = _targets((target.address for target in lists), "Reply-To", "The list put its own address into Reply-To.")
        return ReplyTargets((*authors, *put), "Reply-To names the list itself, so the author is added.")
    named = (
        "Reply-To names the author and the list" if besides else "Reply-To is the list itself, From names the author"
    )
    left = _left_out(lists, "The list put its own address into Reply-To; an answer to the sender is not for everybody.")
    return ReplyTargets(authors, f"{named}; the list is left out.", left)


def _with_everybody(headers: HeaderBlock, first: ReplyTargets, own: frozenset[str]) -> ReplyTargets:
    others = _targets(_addresses(headers, "To"), "To", "It got the message (To).", in_cc=True)
    others += _targets(_addresses(headers, "Cc"), "Cc", "It got a copy (Cc).", in_cc=True)
    kept = _once((*first.targets, *(target for target in others if _key(target) not in own)))
    mine = _left_out(others, "It is your own address.", but=kept)
    why = f"{first.why} To and Cc are added, without your own addresses."
    return ReplyTargets(kept, why, _once((*first.left_out, *mine)))


def _without_own(
    targets: tuple[ReplyTarget, ...], own: frozenset[str]
) -> tuple[tuple[ReplyTarget, ...], tuple[ReplyTarget, ...]]:
    """Return the targets without one's own addresses, and those; all stay when nobody else is left."""
    others = tuple(target for target in targets if _key(target) not in own)
    return (others, _left_out(targets, "It is your own address.", but=others)) if others else (targets, ())


def _left_out(targets: Iterable[ReplyTarget], why: str, but: Iterable[ReplyTarget] = ()) -> tuple[ReplyTarget, ...]:
    """Return those that are not among the others, with a reason."""
    kept = {_key(target) for target in but}
    return tuple(ReplyTarget(each.address, each.field, why) for each in targets if _key(each) not in kept)


def _addresses(headers: HeaderBlock, name: str) -> tuple[Address, ...]:
    field = headers.field(name)
    return tuple(a for a in parse_addresses(field.value_raw).addresses if "@" in a.address) if field else ()


def _targets(addresses: Iterable[Address], field: str, why: str, *, in_cc: bool = False) -> tuple[ReplyTarget, ...]:
    return tuple(ReplyTarget(address, field, why, in_cc) for address in addresses)


def _all_own(addresses: Iterable[Address], own: frozenset[str]) -> bool:
    return all(address.address.lower() in own for address in addresses)


def _key(target: ReplyTarget) -> str:
    return target.address.address.lower()


def _once(targets: Iterable[ReplyTarget]) -> tuple[ReplyTarget, ...]:
    """Each address at its first place."""
    first: dict[str, ReplyTarget] = {}
    for target in targets:
        first.setdefault(_key(target), target)
    return tuple(first.values())
