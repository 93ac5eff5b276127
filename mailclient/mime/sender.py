"""Who a message says it is from, and whether that can be misread. RFC 5322 section 3.6.2; see also RFC 9057."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailclient.mime.addresses import looks_like_address, parse_addresses
from mailclient.mime.charsets import decode_text
from mailclient.mime.headers import HeaderBlock
from mailclient.mime.words import b_bytes, q_bytes

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u061c\u2800\ufeff]")

_WORD = re.compile(rb"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")


@dataclass(frozen=True, slots=True)
class SenderTruth:
    """The sender to show. ``ambiguous`` forbids every mark of trust; ``warnings`` are sentences for the reader."""

    display_name: str
    address: str
    ambiguous: bool
    warnings: tuple[str, ...]


def sender_truth(headers: HeaderBlock) -> SenderTruth:
    """Return the sender of a message, from its first From field, and what may deceive about it."""
    fields = headers.all("From")
    if not fields:
        return SenderTruth("", "", True, ("The message does not say who it is from: there is no From field.",))
    warnings: list[str] = []
    ambiguous = False
    if len(fields) > 1:
        ambiguous = True
        warnings.append(f"There are {len(fields)} From fields; programs differ on which one they show.")
    raw = fields[0].value_raw
    found = parse_addresses(raw)
    with_address = [address for address in found.addresses if "@" in address.address]
    if not with_address:
        name = found.addresses[0].display_name if found.addresses else ""
        return SenderTruth(name, "", True, (*warnings, "From holds no readable address."))
    sender = with_address[-1] if len(found.addresses) == 1 else with_address[0]
    if len(found.addresses) > 1:
        ambiguous = True
        warnings.append(f"From names {len(found.addresses)} addresses.")
    if found.problems:
        ambiguous = True
        warnings.append("From is malformed: " + found.problems[0])
    if looks_like_address(sender.display_name) and sender.address.lower() not in sender.display_name.lower():
        ambiguous = True
        warnings.append(f"The name looks like another address; the real one is {sender.address}.")
    if any(field.value_start - field.start > len(field.name) + 1 for field in fields):
        ambiguous = True
        warnings.append("There is a space before the colon of From; servers differ on whether it counts.")
    if _INVISIBLE.search(raw.decode("utf-8", "replace")) or (b"=?" in raw and _hides(raw)):
        ambiguous = True
        warnings.append("From contains invisible or direction-turning characters.")
    if "=?" in sender.address or (b"=?" in raw and re.search(rb"<[^<>]*=\?[^<>]*>", raw)):
        ambiguous = True
        warnings.append("The address itself contains an encoded word, which no standard allows.")
    if looks_like_address(sender.address.rpartition("@")[0].strip('"')):
        ambiguous = True
        warnings.append("The part before the last at sign looks like another address.")
    domain = sender.domain
    if not domain.isascii() or "xn--" in domain:
        warnings.append(f"The domain {domain} is written with letters outside English; compare it with care.")
    return SenderTruth(sender.display_name, sender.address, ambiguous, tuple(warnings))


def _hides(raw: bytes) -> bool:
    """True when decoding the encoded words yields characters that ``clean`` would remove."""
    for charset, encoding, text in _WORD.findall(raw):
        content = b_bytes(text) if encoding in b"bB" else q_bytes(text)
        # By its own charset: ISO-2022-JP switches its sets with escape characters that nobody is meant to see.
        decoded = decode_text(content, charset.decode("ascii", "replace").partition("*")[0]).text
        if _INVISIBLE.search(decoded) or "\n" in decoded or "\r" in decoded:
            return True
    return False
