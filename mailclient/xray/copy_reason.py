"""Why a copy of a message is here: one sentence, and the field that says so. From the header and the place alone. Pure.

Fields can be invented: the sentence says what the message tells, and shows where.
RFC 2919, RFC 2369, RFC 5322 section 3.6.6, RFC 9228 (Delivered-To).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mailclient.domain.folder import FolderRole
from mailclient.mime.addresses import parse_addresses
from mailclient.mime.headers import HeaderBlock
from mailclient.xray.finding import Range

_LIST_NAME: Final = re.compile(r"<([^<>]{1,250})>\s*$")
_FOR: Final = re.compile(r"\bfor\s{1,3}<?([^\s<>;]{3,320}@[^\s<>;]{1,250})", re.IGNORECASE)
MAX_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a copy is here."""

    sentence: str
    evidence: str = ""
    """The field that says so; empty when it is the place that tells."""
    place: Range | None = None
    """Of that field, in the copy."""
    explains_changes: bool = False
    """A list, or somebody who passed it on, may have changed it; a draft may differ from what was sent."""
    is_own: bool = False
    """Kept by the reader's program when it was written or sent: it never travelled."""


def reason_for(block: HeaderBlock, role: FolderRole, own: frozenset[str]) -> Reason:
    """Return why a copy with this header, in a folder of this role, is here; ``own`` are the reader's addresses."""
    travelled = "received" in block.by_name
    if not travelled and role is FolderRole.DRAFTS:
        return Reason("A draft of yours, as it was before it was sent.", explains_changes=True, is_own=True)
    if role is FolderRole.SENT and not travelled:
        return Reason("Your own Sent copy: it was put there when the message was sent.", is_own=True)
    if not travelled and _author(block) in own:
        return Reason("Your own copy: it has your address in From and never travelled.", "From", None, True, True)
    for find in (_resent, _listed, _forwarded):
        found = find(block)
        if found is not None:
            return found
    passed = _passed_on(block, own)
    if passed is not None:
        return passed
    if role is FolderRole.SENT:
        return Reason("It lies among your sent messages, and came there through servers.")
    return _addressed(block, own)


def _author(block: HeaderBlock) -> str:
    found = parse_addresses(block.raw_first("From") or b"", limit=1).addresses
    return found[0].address.lower() if found else ""


def _says(block: HeaderBlock, name: str) -> tuple[str, Range | None]:
    field = block.field(name)
    if field is None:
        return "", None
    return f"{field.name}: {field.text[:MAX_SHOWN]}", (field.start, field.end)


def _resent(block: HeaderBlock) -> Reason | None:
    if "resent-from" not in block.by_name:
        return None
    who = parse_addresses(block.raw_first("Resent-From") or b"", limit=1).addresses
    name = who[0].address if who and who[0].address else "Somebody"
    return Reason(f"{name} redirected it by hand.", *_says(block, "Resent-From"), explains_changes=True)


def _listed(block: HeaderBlock) -> Reason | None:
    for name in ("List-Id", "List-Post", "Mailing-List", "X-Mailing-List"):
        value = block.first(name)
        if value:
            named = _LIST_NAME.search(value[:2_000])
            shown = named[1].removeprefix("mailto:") if named else value[:MAX_SHOWN]
            return Reason(f"The list {shown} sent it.", *_says(block, name), explains_changes=True)
    return None


def _forwarded(block: HeaderBlock) -> Reason | None:
    """Providers that forward by themselves say so."""
    source, target = block.first("X-Forwarded-For"), block.first("X-Forwarded-To")
    if target:
        start = (source or "").split()
        whence = f" of {start[0][:MAX_SHOWN]}" if start and "@" in start[0] else ""
        sentence = f"A rule{whence} forwarded it to {target[:MAX_SHOWN]}."
        return Reason(sentence, *_says(block, "X-Forwarded-To"), explains_changes=True)
    return None


def _passed_on(block: HeaderBlock, own: frozenset[str]) -> Reason | None:
    """Delivered to one address, and from there to another: the newest Delivered-To stands first."""
    delivered = [
        (field.text.strip().lower()[:MAX_SHOWN], (field.start, field.end)) for field in block.all("Delivered-To")
    ]
    names = list(dict.fromkeys(name for name, _ in delivered if "@" in name))
    if len(names) < 2:
        return None
    first, last = names[-1], names[0]
    whose = "your" if first in own else "the"
    sentence = f"It was delivered to {first}; a rule of {whose} mailbox there passed it on to {last}."
    return Reason(sentence, f"Delivered-To: {first}", delivered[-1][1], explains_changes=True)


def _addressed(block: HeaderBlock, own: frozenset[str]) -> Reason:
    for name in ("Delivered-To", "X-Original-To", "Envelope-To"):
        value = (block.first(name) or "").strip()
        if "@" in value:
            return Reason(_direct(block, value[:MAX_SHOWN]), *_says(block, name))
    for field in block.all("Received")[:3]:
        match = _FOR.search(field.text[:4_000])
        if match is not None:
            evidence = f"Received: … for {match[1]}"
            return Reason(_direct(block, match[1]), evidence, (field.start, field.end))
    for name in ("To", "Cc", "Bcc"):
        named = [
            address.address
            for address in parse_addresses(block.raw_first(name) or b"").addresses
            if address.address.lower() in own
        ]
        if named:
            return Reason(f"It was sent to {named[0]}.", *_says(block, name))
    return Reason("Nothing in it says why it is here.")


def _direct(block: HeaderBlock, address: str) -> str:
    """Say that it came for an address, and whether the address is among those that all can read."""
    low = address.lower()
    for name in ("To", "Cc"):
        if any(found.address.lower() == low for found in parse_addresses(block.raw_first(name) or b"").addresses):
            return f"It was sent to {address} directly."
    return f"It was sent to {address}, which is in neither To nor Cc: a hidden recipient (Bcc), a list, or an alias."
