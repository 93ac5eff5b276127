"""Outlook's own wrapper, winmail.dat: the attributes, attachments and the formatted text in it. Bounded; opens nothing.

Every length is checked against what is there; a damaged wrapper is read as far as it goes and says so.
MS-OXTNEF (attributes, properties), MS-OXRTFCP (compressed RTF).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailclient.mime.charsets import decode_text
from mailclient.xray.rtf import decompress_rtf, rtf_to_text

SIGNATURE: Final = 0x223E9F78
MAX_ATTRIBUTES: Final = 5_000
MAX_PROPERTIES: Final = 2_000
MAX_VALUES: Final = 1_000
MAX_ATTACHMENTS: Final = 500
MAX_SHOWN: Final = 2_000
MAX_RTF_BYTES: Final = 1024 * 1024

_NAMES: Final = {
    0x0000: "Owner", 0x0001: "Sent for", 0x0002: "Delegate", 0x0006: "Start", 0x0007: "End", 0x0008: "Appointment number",
    0x0009: "Answer requested", 0x8000: "From", 0x8004: "Subject", 0x8005: "Sent", 0x8006: "Received",
    0x8007: "Message status", 0x8008: "Message class", 0x8009: "Message number", 0x800A: "Parent", 0x800B: "Conversation",
    0x800C: "Text", 0x800D: "Priority", 0x800F: "Attachment data", 0x8010: "Attachment title", 0x8011: "Attachment icon",
    0x8012: "Attachment made", 0x8013: "Attachment changed", 0x8020: "Changed", 0x9001: "Attachment file name",
    0x9002: "Attachment", 0x9003: "Properties of the message", 0x9004: "Recipients", 0x9005: "Properties of the attachment",
    0x9006: "Version", 0x9007: "Code page", 0x9008: "Original class",
}  # fmt: skip
_PROPERTY_NAMES: Final = {
    0x0037: "Subject", 0x0E1D: "Subject without prefix", 0x1000: "Text", 0x1009: "Formatted text (RTF)", 0x1013: "HTML",
    0x1035: "Message-ID", 0x0C1A: "Sender", 0x5D01: "Sender's address", 0x0E04: "To", 0x0E03: "Cc", 0x0E02: "Bcc",
    0x0039: "Sent", 0x3FFD: "Code page", 0x3FDE: "Internet code page", 0x1016: "Body kept as", 0x001A: "Message class",
    0x0017: "Importance", 0x0036: "Sensitivity", 0x0070: "Topic", 0x1042: "In-Reply-To", 0x1039: "References",
    0x3701: "Data", 0x3703: "Extension", 0x3704: "Short file name", 0x3705: "How it is attached", 0x3707: "File name",
    0x370E: "MIME type", 0x3712: "Content-ID", 0x3713: "Content-Location", 0x3714: "Flags", 0x3001: "Name", 0x7FFE: "Hidden",
}  # fmt: skip
_FIXED: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Lengths of values by type, padded to four bytes."""
_EMBEDDED: Final = bytes.fromhex("0703020000000000C000000000000046")


@dataclass(frozen=True, slots=True)
class TnefAttribute:
    """One attribute or property."""

    name: str
    number: int
    value: str
    """As text, the first of it."""
    start: int
    end: int
    """Offsets of the data in the wrapper."""


@dataclass(slots=True)
class TnefAttachment:
    """One file in the wrapper."""

    name: str = ""
    data: bytes = b""
    content_type: str = ""
    content_id: str = ""
    is_message: bool = False
    """True when it is a message in Outlook's own form: a wrapper in the wrapper."""
    attributes: list[TnefAttribute] = field(default_factory=list)
    _rank: int = 0


@dataclass(slots=True)
class Tnef:
    """What a wrapper holds."""

    attributes: list[TnefAttribute] = field(default_factory=list)
    attachments: list[TnefAttachment] = field(default_factory=list)
    subject: str = ""
    text: str = ""
    """The plain text, or what the formatted one says."""
    html: str = ""
    rtf: bytes = b""
    code_page: str = "cp1252"
    damage: list[str] = field(default_factory=list)
    """Sentences."""


def read_tnef(data: bytes) -> Tnef | None:
    """Read a wrapper; None when the data is none."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        return None
    tnef = Tnef()
    _find_code_page(data, tnef)
    wrong_sums = 0
    for level, identifier, start, end, sum_is_right in _attributes(data, tnef):
        wrong_sums += not sum_is_right
        if level == 2 or identifier == 0x9002:
            _attachment_attribute(data, tnef, identifier, start, end)
        else:
            _message_attribute(data, tnef, identifier, start, end)
    if wrong_sums:
        tnef.damage.append(
            f"{wrong_sums} checksum{'s are' if wrong_sums > 1 else ' is'} wrong: the wrapper is damaged."
        )
    return tnef


def _attributes(data: bytes, tnef: Tnef) -> Iterator[tuple[int, int, int, int, bool]]:
    position = 6
    for _ in range(MAX_ATTRIBUTES):
        if position >= len(data):
            return
        if position + 9 > len(data):
            tnef.damage.append("The wrapper ends in the middle of an attribute.")
            return
        level, number, length = struct.unpack_from("<BII", data, position)
        start = position + 9
        end = start + length
        if level not in {1, 2}:
            tnef.damage.append("What follows is no attribute; the rest is not read.")
            return
        if end > len(data):
            tnef.damage.append("An attribute is longer than the wrapper: it is cut off.")
            yield level, number & 0xFFFF, start, len(data), True
            return
        right = end + 2 <= len(data) and sum(data[start:end]) & 0xFFFF == struct.unpack_from("<H", data, end)[0]
        yield level, number & 0xFFFF, start, end, right
        position = end + 2
    tnef.damage.append(f"There are more than {MAX_ATTRIBUTES} attributes; the rest is not read.")


def _find_code_page(data: bytes, tnef: Tnef) -> None:
    """The code page stands among the first attributes; it is needed for all text."""
    place = data.find(b"\x07\x90\x06\x00", 6, 200)
    if place >= 0 and place + 12 <= len(data):
        number = struct.unpack_from("<I", data, place + 8)[0]
        tnef.code_page = {65001: "utf-8", 20127: "us-ascii", 28591: "iso-8859-1"}.get(number, f"cp{number}")


def _text(tnef: Tnef, data: bytes) -> str:
    return decode_text(data.rstrip(b"\0"), tnef.code_page).text


def _shown(tnef: Tnef, identifier: int, data: bytes) -> str:
    if identifier in {0x8005, 0x8006, 0x8020, 0x8012, 0x8013, 0x0006, 0x0007} and len(data) >= 12:
        year, month, day, hour, minute, second = struct.unpack_from("<6H", data)
        return f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
    if identifier == 0x800D and len(data) >= 2:
        return {1: "low", 2: "normal", 3: "high"}.get(struct.unpack_from("<H", data)[0], "?")
    if identifier in {0x9006, 0x9007, 0x0008} and len(data) >= 4:
        return str(struct.unpack_from("<I", data)[0])
    if identifier in {0x8004, 0x8008, 0x8009, 0x800C, 0x8010, 0x9001, 0x9008}:
        return _text(tnef, data[:MAX_SHOWN])
    return f"{len(data)} bytes"


def _message_attribute(data: bytes, tnef: Tnef, identifier: int, start: int, end: int) -> None:
    value = data[start:end]
    name = _NAMES.get(identifier, f"Attribute 0x{identifier:04X}")
    tnef.attributes.append(TnefAttribute(name, identifier, _shown(tnef, identifier, value), start, end))
    if identifier == 0x8004:
        tnef.subject = _text(tnef, value[:MAX_SHOWN])
    elif identifier == 0x800C:
        tnef.text = _text(tnef, value[:MAX_RTF_BYTES])
    elif identifier == 0x9003:
        for number, kind, content, place in _properties(value):
            tnef.attributes.append(_property(tnef, number, kind, content, start + place))
            _message_property(tnef, number, kind, content)


def _message_property(tnef: Tnef, number: int, kind: int, content: bytes) -> None:
    if number == 0x0037 and not tnef.subject:
        tnef.subject = _property_text(tnef, kind, content)[:MAX_SHOWN]
    elif number == 0x1000 and not tnef.text:
        tnef.text = _property_text(tnef, kind, content)
    elif number == 0x1013:
        tnef.html = _property_text(tnef, kind, content[:MAX_RTF_BYTES])
    elif number == 0x1009:
        unpacked = decompress_rtf(content, MAX_RTF_BYTES)
        if unpacked is None:
            tnef.damage.append("The formatted text cannot be decompressed.")
        else:
            tnef.rtf = unpacked.data
            if unpacked.damage:
                tnef.damage.append(unpacked.damage)
            tnef.text = tnef.text or rtf_to_text(unpacked.data, tnef.code_page)


def _attachment_attribute(data: bytes, tnef: Tnef, identifier: int, start: int, end: int) -> None:
    if identifier == 0x9002 or not tnef.attachments:
        if len(tnef.attachments) >= MAX_ATTACHMENTS:
            return
        tnef.attachments.append(TnefAttachment())
    attachment = tnef.attachments[-1]
    value = data[start:end]
    name = _NAMES.get(identifier, f"Attribute 0x{identifier:04X}")
    attachment.attributes.append(TnefAttribute(name, identifier, _shown(tnef, identifier, value), start, end))
    match identifier:
        case 0x800F:
            attachment.data = value
        case 0x8010:
            _name(attachment, 2, _text(tnef, value[:MAX_SHOWN]))
        case 0x9001:
            _name(attachment, 3, _text(tnef, value[:MAX_SHOWN]))
        case 0x9005:
            for number, kind, content, place in _properties(value):
                attachment.attributes.append(_property(tnef, number, kind, content, start + place))
                _attachment_property(tnef, attachment, number, kind, content)
        case _:
            pass


def _attachment_property(tnef: Tnef, attachment: TnefAttachment, number: int, kind: int, content: bytes) -> None:
    match number:
        case 0x3707:
            _name(attachment, 5, _property_text(tnef, kind, content))
        case 0x3001:
            _name(attachment, 4, _property_text(tnef, kind, content))
        case 0x3704:
            _name(attachment, 1, _property_text(tnef, kind, content))
        case 0x370E:
            attachment.content_type = _property_text(tnef, kind, content)[:200]
        case 0x3712:
            attachment.content_id = _property_text(tnef, kind, content)[:1_000]
        case 0x3701:
            attachment.is_message = content.startswith(_EMBEDDED)
            attachment.data = content[16:] if kind == 0xD else content or attachment.data
        case _:
            pass


def _name(attachment: TnefAttachment, rank: int, name: str) -> None:
    if name and rank > attachment._rank:
        attachment.name, attachment._rank = name[:1_000], rank


def _property_text(tnef: Tnef, kind: int, content: bytes) -> str:
    if kind & 0xFFF == 0x1F:
        return content.decode("utf-16-le", "replace").rstrip("\0")
    return _text(tnef, content)


def _property(tnef: Tnef, number: int, kind: int, content: bytes, start: int) -> TnefAttribute:
    name = _PROPERTY_NAMES.get(number, f"Property 0x{number:04X}")
    match kind & 0xFFF:
        case 0x1E | 0x1F:
            value = _property_text(tnef, kind, content[:MAX_SHOWN])
        case 2 | 3 | 0xB if len(content) >= 4:
            value = str(struct.unpack_from("<i", content)[0])
        case _:
            value = f"{len(content)} bytes"
    return TnefAttribute(name, number, value, start, start + len(content))


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """Yield number, type, value and offset of each property; stops where the list is damaged."""
    try:
        count = struct.unpack_from("<I", data)[0]
        position = 4
        for _ in range(min(count, MAX_PROPERTIES)):
            kind, number = struct.unpack_from("<HH", data, position)
            position += 4
            if number >= 0x8000:
                position = _skip_name(data, position)
            values = 1
            if kind & 0x1000 or kind & 0xFFF in {0xD, 0x1E, 0x1F, 0x102}:
                values = struct.unpack_from("<I", data, position)[0]
                position += 4
            for index in range(min(values, MAX_VALUES)):
                length = _FIXED.get(kind & 0xFFF, -1)
                if length < 0:
                    length = struct.unpack_from("<I", data, position)[0]
                    position += 4
                if position + length > len(data):
                    return
                if index == 0:
                    yield number, kind, data[position : position + length], position
                position += length + (-length) % 4
            if values > MAX_VALUES:
                return
    except struct.error:
        return


def _skip_name(data: bytes, position: int) -> int:
    kind = struct.unpack_from("<I", data, position + 16)[0]
    position += 20
    if kind == 0:
        return position + 4
    length: int = struct.unpack_from("<I", data, position)[0]
    return position + 4 + length + (-length) % 4
