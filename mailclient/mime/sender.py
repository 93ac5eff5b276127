"""Who a message says it is from, and whether that can be misread. RFC 5322 section 3.6.2; see also RFC 9057.

Reads the header alone and is quick, since the list of messages waits for it; what else names a sender, and which names
look alike, is ``xray``'s to say. Never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mailclient.mime.addresses import Address, AddressList, looks_like_address, parse_addresses
from mailclient.mime.charsets import decode_text
from mailclient.mime.defects import DefectKind
from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.mime.words import b_bytes, decode_unstructured, q_bytes

_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_FLAG: Final = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,10}\U000e007f")
"""Scotland's flag and its like are spelt in letters that cannot be seen."""
_JOINER: Final = re.compile("(?:(?<=[^\x00-\u058f])|^)[\u200c\u200d](?=[^\x00-\u058f]|\\s|$)")
"""Persian, the scripts of India and emoji need these between letters; between Latin ones they only hide."""
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_DIRECTION_MARK: Final = re.compile("[\u200e\u200f\u061c]")
_WORD: Final = re.compile(rb"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_WORD_IN_ANGLE: Final = re.compile(rb"<[^<>]*=\?[^<>]*>")
_MAX_READ_TWICE: Final = 8_192


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
    raw = fields[0].value_raw
    found = parse_addresses(raw)
    sender = next((address for address in found.addresses if "@" in address.address), None)
    doubts = list(_doubts_about_fields(headers, fields))
    if sender is None:
        name = found.addresses[0].display_name if found.addresses else ""
        return SenderTruth(name, "", True, (*doubts, "From holds no readable address."))
    doubts += _doubts_about_value(raw, found, sender)
    warnings = list(doubts)
    if not sender.domain.isascii() or "xn--" in sender.domain:
        warnings.append(foreign_domain(sender.domain))
    return SenderTruth(sender.display_name, sender.address, bool(doubts), tuple(warnings))


def foreign_domain(domain: str) -> str:
    """Return what is said of a domain with letters outside ASCII, which is no doubt about who the sender is."""
    return f"The domain {domain} is written with letters outside English; compare it with care."


def _doubts_about_fields(headers: HeaderBlock, fields: tuple[HeaderField, ...]) -> Iterator[str]:
    """What makes programs differ on which field is From, and where it ends."""
    if len(fields) > 1:
        yield f"There are {len(fields)} From fields; programs differ on which one they show."
    if any(field.value_start - field.start > len(field.name) + 1 for field in fields):
        yield "There is a space before the colon of From; servers differ on whether it counts."
    if headers.defects and _line_ends_differ(headers, fields[0]):
        yield "Line ends around From are of different kinds; programs differ on where the field begins and ends."


def _line_ends_differ(headers: HeaderBlock, sender: HeaderField) -> bool:
    """True when From, or the field before it, has a lone CR, or a lone LF where others have CRLF: not so a file of LF."""
    kinds = {defect.kind for defect in headers.defects}
    if not kinds & {DefectKind.BARE_CR, DefectKind.BARE_LF}:
        return False
    near = [field.raw for field in headers.fields if field.end == sender.start or field.start == sender.start]
    alone = b"".join(near).replace(b"\r\n", b"")
    return b"\r" in alone or (b"\n" in alone and any(b"\r\n" in field.raw for field in headers.fields))


def _doubts_about_value(raw: bytes, found: AddressList, sender: Address) -> Iterator[str]:
    """What makes readers, or programs, see another sender in the value of From."""
    if len(found.addresses) > 1:
        yield f"From names {len(found.addresses)} addresses."
    if found.problems:
        yield "From is malformed: " + found.problems[0]
    plain = raw.isascii() and b"=?" not in raw
    if len(found.addresses) > 1:
        is_named = looks_like_address(sender.display_name) and sender.address.lower() not in sender.display_name.lower()
    else:
        is_named = (not plain or raw.count(b"@") > 1) and _names_another(raw, sender)
    if is_named:
        yield f"The name looks like another address; the real one is {sender.address}."
    if _hides_letters(raw, plain) or _INVISIBLE.search(sender.address):
        yield "From contains invisible or direction-turning characters."
    if b"=?" in raw and ("=?" in sender.address or _WORD_IN_ANGLE.search(raw)):
        yield "The address itself contains an encoded word, which no standard allows."
    local = sender.address.rpartition("@")[0].strip('"')
    if "@" in local or looks_like_address(local):
        yield "The part before the last at sign looks like another address."
    if "\ufffd" in sender.address:
        yield "The address contains bytes that are no letters."


def _names_another(raw: bytes, sender: Address) -> bool:
    """True when a name, a comment or a group shows another address than the real one, however it is written."""
    text = decode_unstructured(raw[:_MAX_READ_TWICE])
    if "=?" in text:
        text = decode_unstructured(text)  # Some programs decode what decoding gave.
    real = rf"(?<![\w.+@-]){re.escape(sender.address)}(?![\w@-]|\.\w)"
    return looks_like_address(re.sub(real, " ", text, flags=re.IGNORECASE))


def _hides_letters(raw: bytes, plain: bool) -> bool:
    """True when From, as it stands or decoded, holds characters that nobody sees and no language needs there."""
    if _unseen(raw.decode("utf-8", "replace")):
        return True
    if plain:
        return False
    for charset, encoding, text in _WORD.findall(raw):
        content = b_bytes(text) if encoding in b"bB" else q_bytes(text)
        # By its own charset: ISO-2022-JP switches its sets with escape characters that nobody is meant to see.
        decoded = decode_text(content, charset.decode("ascii", "replace").partition("*")[0]).text
        if "\n" in decoded or "\r" in decoded or _unseen(decoded):
            return True
    return False


def _unseen(text: str) -> bool:
    if _INVISIBLE.search(text) is None:
        return False
    text = _JOINER.sub("", _FLAG.sub("", text))
    if _RIGHT_TO_LEFT.search(text):
        text = _DIRECTION_MARK.sub("", text)
    return _INVISIBLE.search(text) is not None
