"""What is malformed in fields of addresses. What deceives about the sender is said by ``mime.sender`` and ``xray.senders``.

RFC 5322 sections 3.4 and 4.4, RFC 5321 sections 4.1.2 and 4.5.3, RFC 6854.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mailclient.mime.addresses import AddressList, parse_addresses
from mailclient.mime.defects import Defect, DefectKind
from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.xray.blanked import Blanked, blank

ADDRESS_FIELDS: Final = ("from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-sender", "resent-to")
_OF_ONE: Final = frozenset({"from", "sender", "reply-to", "resent-from", "resent-sender"})
_DEEP: Final = 3
_CHECKED_BYTES: Final = 65_536
_CHECKED_FIELDS: Final = 50
_LOOKED_AT: Final = 100
_SHAPES: Final = (
    (
        DefectKind.TWO_ANGLE_ADDRESSES,
        re.compile(rb"<[^<>]*>[^,;<>]*<[^<>]*>"),
        "Two addresses in angle brackets stand for one sender or recipient in {}.",
    ),
    (DefectKind.TEXT_AFTER_ADDRESS, re.compile(rb">[ \t\r\n]*[^\s,;<>][^,;<>]*"), "Text follows an address in {}."),
    (DefectKind.ROUTE_ADDRESS, re.compile(rb"<[ \t]*@[^<>:]*:[^<>]*>"), "An address in {} names a route to take."),
    (DefectKind.DOMAIN_LITERAL, re.compile(rb"@\[[^\]\r\n]*\]?"), "An address in {} names a machine by its number."),
    (
        DefectKind.ENCODED_WORD_IN_ADDRESS,
        re.compile(rb"<[^<>=]*+(?:=(?!\?)[^<>=]*+)*+=\?[^<>]*+>|=\?[^<>\s,]{0,200}\?=@[^\s<>,]*"),
        "An address in {} holds an encoded word.",
    ),
    (
        DefectKind.EMPTY_PLACE_IN_LIST,
        re.compile(rb",[ \t\r\n]*,|\A[^:]*:[ \t\r\n]*,|,\s*\Z"),
        "The list of addresses in {} has an empty place.",
    ),
)
_DOMAIN: Final = re.compile(rb"[ \t]*@[^\s<>,;]*")
_SEMICOLON: Final = re.compile(rb"@[^\s,;:<>@]*>?[ \t\r\n]*(;)[ \t\r\n]*\S")
_LOCAL_PART: Final = re.compile(rb"<?[\w.+-]{1,64}>?")
_BAD_LABEL: Final = re.compile(r"\A-|-\Z|[^\w-]|_", re.ASCII)


def address_defects(block: HeaderBlock) -> Iterator[Defect]:
    """Return what is malformed in the fields of addresses."""
    checked = 0
    for name in ADDRESS_FIELDS:
        for field in block.by_name.get(name, ()):
            checked += 1
            if checked > _CHECKED_FIELDS:
                return
            yield from _field(field)
    senders = block.all("From")
    if senders and not block.all("Sender"):
        found = parse_addresses(senders[0].value_raw)
        if len([each for each in found.addresses if "@" in each.address]) > 1 and not found.groups:
            sentence = "From names several people, and no Sender field says who sent the message."
            yield _of(DefectKind.SEVERAL_FROM_WITHOUT_SENDER, sentence, senders[0])


def _of(kind: DefectKind, sentence: str, field: HeaderField, start: int = -1, end: int = -1) -> Defect:
    """Return a defect of a piece of a field; of the whole field without offsets."""
    if start < 0:
        return Defect(kind, sentence, field.start, field.end)
    return Defect(kind, sentence, field.start + start, field.start + end)


def _field(field: HeaderField) -> Iterator[Defect]:
    raw = field.raw[:_CHECKED_BYTES]
    blanked = blank(raw)
    yield from _open_ends(field, blanked, len(raw))
    for kind, pattern, sentence in _SHAPES:
        match = pattern.search(blanked.bare, 0 if kind is DefectKind.EMPTY_PLACE_IN_LIST else len(field.name))
        if match is not None:
            yield _of(kind, sentence.format(field.name), field, *match.span())
    domains = ((start, _DOMAIN.match(raw, end)) for start, end in blanked.quotes)
    quoted = next(((start, domain.end()) for start, domain in domains if domain), None)
    if quoted is not None:
        sentence = f"The part before the at sign of an address in {field.name} is quoted."
        yield _of(DefectKind.QUOTED_LOCAL_PART, sentence, field, *quoted)
    semicolon = None if b":" in blanked.bare[len(field.name) + 1 :] else _SEMICOLON.search(blanked.bare)
    if semicolon is not None:
        sentence = f"Addresses in {field.name} are separated by a semicolon."
        yield _of(DefectKind.SEMICOLON_BETWEEN_ADDRESSES, sentence, field, *semicolon.span(1))
    found = parse_addresses(field.value_raw)
    yield from _addresses(field, found)
    if found.groups and field.name.lower() == "from":
        yield _of(DefectKind.GROUP_IN_FROM, "From names a group and not a person.", field)


def _open_ends(field: HeaderField, blanked: Blanked, end: int) -> Iterator[Defect]:
    if blanked.open_quote is not None:
        sentence = f"A quotation in {field.name} is not closed."
        yield _of(DefectKind.UNCLOSED_QUOTE, sentence, field, blanked.open_quote, end)
    if blanked.open_comment is not None:
        sentence = f"A comment in {field.name} is not closed."
        yield _of(DefectKind.UNCLOSED_COMMENT, sentence, field, blanked.open_comment, end)
    if blanked.depth > _DEEP:
        sentence = f"Comments in {field.name} are nested {blanked.depth} deep."
        yield _of(DefectKind.DEEP_COMMENTS, sentence, field)


def _addresses(field: HeaderField, found: AddressList) -> Iterator[Defect]:
    """Each kind once for a field."""
    told: set[DefectKind] = set()
    is_of_one = field.name.lower() in _OF_ONE
    readable = [each.address for each in found.addresses if each.address]
    if is_of_one and not any("@" in address for address in readable) and not found.groups and field.value_raw:
        if _LOCAL_PART.fullmatch(field.value_raw):
            sentence = f"{field.name} holds a name without a domain."
            yield _of(DefectKind.ADDRESS_WITHOUT_DOMAIN, sentence, field)
        elif field.name.lower() != "from":  # Told with the sender.
            yield _of(DefectKind.BAD_ADDRESS, f"{field.name} holds no readable address.", field)
    for address in readable[:_LOOKED_AT]:
        local, at, domain = address.rpartition("@")
        if not at or domain.startswith("["):
            continue
        for kind, wrong, what in (
            (DefectKind.BAD_DOMAIN, _is_bad(domain), f"“{domain[:60]}” cannot be the name of a domain"),
            (DefectKind.LONG_LOCAL_PART, len(local.encode()) > 64, f"“{local[:20]}…” is longer than 64 bytes"),
            (DefectKind.DOTS_IN_LOCAL_PART, _has_odd_dots(local), f"Dots stand oddly in “{local[:60]}”"),
        ):
            if wrong and kind not in told:
                told.add(kind)
                yield _of(kind, f"{what}, in {field.name}.", field)


def _is_bad(domain: str) -> bool:
    labels = domain.removesuffix(".").split(".")
    if len(domain.encode()) > 253 or any(not label or len(label.encode()) > 63 for label in labels):
        return True
    return any(label.isascii() and _BAD_LABEL.search(label) is not None for label in labels)


def _has_odd_dots(local: str) -> bool:
    return not local.startswith('"') and (local[:1] == "." or local[-1:] == "." or ".." in local)
