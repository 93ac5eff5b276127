"""winmail.dat is read: attributes, attachments with their best names, formatted text; damage is told, nothing raises."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from mailclient.xray.rtf import decompress_rtf, rtf_to_text
from mailclient.xray.tnef import Tnef, read_tnef


def attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def property_of(number: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<HHII", kind, number, 1, len(data)) + data + bytes(-len(data) % 4)


def properties(*entries: bytes) -> bytes:
    return struct.pack("<I", len(entries)) + b"".join(entries)


def named(number: int, name: str, value: int) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    padded = letters + bytes(-len(letters) % 4)
    return (
        struct.pack("<HH", 3, number)
        + bytes(16)
        + struct.pack("<II", 1, len(letters))
        + padded
        + struct.pack("<i", value)
    )


def literally(rtf: bytes) -> bytes:
    """Compress without compressing: eight letters after each zero control byte."""
    packed = b"".join(b"\0" + rtf[start : start + 8] for start in range(0, len(rtf), 8))
    return struct.pack("<IIII", len(packed) + 12, len(rtf), 0x75465A4C, 0) + packed


RTF = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard Dear Alex,\par caf\'e9 \u8364?5 \{x\}\par}"
HEADER = struct.pack("<IH", 0x223E9F78, 1)
WRAPPER = (
    HEADER
    + attribute(1, 0x00089006, struct.pack("<I", 0x10000))
    + attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    + attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0")
    + attribute(1, 0x00018004, b"Plans f\xfcr May\0")
    + attribute(1, 0x00038005, struct.pack("<7H", 2026, 11, 24, 9, 12, 0, 2))
    + attribute(1, 0x00069003, properties(named(0x8001, "Keywords", 7), property_of(0x1009, 0x102, literally(RTF))))
    + attribute(2, 0x00069002, bytes(14))
    + attribute(2, 0x00018010, b"PLANS~1.PDF\0")
    + attribute(2, 0x0006800F, b"%PDF-1.7 data")
    + attribute(
        2,
        0x00069005,
        properties(
            property_of(0x3707, 0x1F, "Pläne für Mai.pdf\0".encode("utf-16-le")),
            property_of(0x370E, 0x1E, b"application/pdf\0"),
        ),
    )
    + attribute(2, 0x00069002, bytes(14))
    + attribute(2, 0x00018010, b"second.txt\0")
    + attribute(2, 0x0006800F, b"two")
)


def read(data: bytes) -> Tnef:
    tnef = read_tnef(data)
    assert tnef is not None
    return tnef


def test_the_wrapper_is_opened() -> None:
    tnef = read(WRAPPER)
    assert tnef.damage == []
    assert tnef.subject == "Plans für May"
    assert tnef.text == "Dear Alex,\ncafé €5 {x}"
    values = {found.name: found.value for found in tnef.attributes}
    assert values["Message class"] == "IPM.Microsoft Mail.Note"
    assert values["Sent"] == "2026-11-24 09:12:00"
    assert values["Version"] == "65536"
    assert [(file.name, file.data, file.content_type) for file in tnef.attachments] == [
        ("Pläne für Mai.pdf", b"%PDF-1.7 data", "application/pdf"),
        ("second.txt", b"two", ""),
    ]
    subject = next(found for found in tnef.attributes if found.name == "Subject")
    assert WRAPPER[subject.start : subject.end] == b"Plans f\xfcr May\0"


def test_what_is_no_wrapper_is_none() -> None:
    assert read_tnef(b"%PDF-1.7") is None
    assert read_tnef(b"") is None


def test_damage_is_told_and_what_is_there_is_read() -> None:
    wrong = WRAPPER.replace(b"Plans", b"Clans")
    assert read(wrong).subject == "Clans für May"
    assert "checksum" in read(wrong).damage[0]
    cut = read(WRAPPER[:-4])
    assert "cut off" in cut.damage[0] and cut.attachments[0].data == b"%PDF-1.7 data"
    lying = HEADER + struct.pack("<BII", 1, 0x00018004, 0xFFFFFFFF) + b"short"
    assert read(lying).subject == "short" and read(lying).damage
    assert "no attribute" in read(HEADER + b"x" * 40).damage[0]


def test_a_message_inside_is_recognised() -> None:
    inner = bytes.fromhex("0703020000000000C000000000000046") + WRAPPER
    outer = (
        HEADER
        + attribute(2, 0x00069002, bytes(14))
        + attribute(2, 0x00069005, properties(property_of(0x3701, 0xD, inner)))
    )
    (file,) = read(outer).attachments
    assert file.is_message and read(file.data).subject == "Plans für May"


def test_formatted_text_is_decompressed_with_its_dictionary() -> None:
    # One reference of nine letters to the start of the dictionary ("{\\rtf1\\an"), then "x", then the end mark at 207 + 10.
    write = 207 + 10
    packed = bytes([0b101]) + struct.pack(">H", 0 << 4 | 7) + b"x" + struct.pack(">H", write << 4)
    unpacked = decompress_rtf(struct.pack("<IIII", len(packed) + 12, 10, 0x75465A4C, 0) + packed, 1_000)
    assert unpacked is not None and unpacked.data == rb"{\rtf1\anx" and unpacked.damage == ""
    plain = decompress_rtf(struct.pack("<IIII", 16, 4, 0x414C454D, 0) + b"abcd", 1_000)
    assert plain is not None and plain.data == b"abcd"
    assert decompress_rtf(b"x" * 20, 1_000) is None


def test_decompression_is_bounded() -> None:
    bomb = struct.pack("<IIII", 100_000, 0xFFFFFFFF, 0x75465A4C, 0) + (b"\xff" + b"\x00\x1f" * 8) * 5_000
    unpacked = decompress_rtf(bomb, 10_000)
    assert unpacked is not None and len(unpacked.data) == 10_000


def test_html_inside_is_read_as_text() -> None:
    rtf = rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Hello \htmlrtf }\htmlrtf0 {\*\htmltag84 <b>}world}"
    assert rtf_to_text(rtf) == "Hello world"


@given(st.binary(max_size=300), st.integers(0, len(WRAPPER)), st.integers(0, 40))
def test_no_wrapper_raises(noise: bytes, place: int, cut: int) -> None:
    for data in (HEADER + noise, WRAPPER[:place] + noise + WRAPPER[place + cut :]):
        tnef = read_tnef(data)
        if tnef is not None:
            assert all(0 <= found.start <= found.end <= len(data) for found in tnef.attributes)
    rtf_to_text(noise)
    rtf_to_text(b"{\\" + noise)
    decompress_rtf(struct.pack("<IIII", 300, 900, 0x75465A4C, 0) + noise, 1_000)
