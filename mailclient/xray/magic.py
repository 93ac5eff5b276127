"""What data is by its first bytes, and whether that contradicts the declared type.

Looks at beginnings and, for archives, at names inside; opens and runs nothing. The table is ``xray.magic_table``.
RFC 2046 sections 3 and 4, RFC 2183 section 5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mailclient.xray.magic_table import ALIASES, OLE_CONTENTS, ROWS, TEXT_BEGINNINGS, ZIP_CONTENTS, Risk

_HEAD_BYTES: Final = 4_096
_TAIL_BYTES: Final = 66_000
_PROLOGUE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,300}>\s*|<!--.{0,2000}?-->\s*){0,8}", re.DOTALL)
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_OUTLINE: Final = re.compile(rb"<svg", re.IGNORECASE)
_ZIP_FAMILY: Final = re.compile(
    r"openxmlformats|opendocument|\+zip|kmz|java-archive|android|appx|ms-\w+\.|macroenabled"
)
_OLE_FAMILY: Final = re.compile(
    r"msword|ms-excel|ms-powerpoint|ms-outlook|x-ole|ms-project|visio|publisher|x-msi|ms-office"
)
_AT_START: Final = tuple(row[1] for row in ROWS if row[0] == 0)
_ELSEWHERE: Final = tuple(row for row in ROWS if row[0] != 0)
_SCRIPTS: Final = re.compile(r"script|x-sh|x-csh|python|perl|ruby|x-php|x-awk|x-tcl")
_HARMLESS: Final = ("image/", "text/", "audio/", "video/", "application/pdf")


@dataclass(frozen=True, slots=True)
class Magic:
    """What data looks like."""

    content_type: str
    name: str
    """In words: ``ZIP archive``."""
    risk: Risk


def detect(data: bytes) -> Magic | None:
    """Return what the data is by its bytes; None when nothing tells, as for most text."""
    if not data:
        return None
    head = data[:_HEAD_BYTES]
    for offset, signature, more, content_type, name, risk in ROWS if head.startswith(_AT_START) else _ELSEWHERE:
        source = head if offset < _HEAD_BYTES - 64 else data
        if source.startswith(signature, offset) and (more is None or source.startswith(more[1], more[0])):
            return _closer(data, Magic(content_type, name, risk))
    if head.startswith(b"MZ") and (_BINARY.search(head) or len(data) < 2):
        return Magic("application/x-msdownload", "Windows program", Risk.PROGRAM)
    if b"%PDF-" in head[:1024]:
        return Magic("application/pdf", "PDF document", Risk.DOCUMENT)
    if data[-512:].startswith(b"koly"):
        return Magic("application/x-apple-diskimage", "macOS disk image", Risk.PROGRAM)
    signed = _cms(head)
    if signed is not None:
        return signed
    return _text(head)


def agree(declared: str, found: Magic, filename: str = "") -> bool:
    """True when the declared type does not contradict what was found."""
    kind = ALIASES.get(declared, declared)
    other = ALIASES.get(found.content_type, found.content_type)
    if kind == other or kind in {"application/octet-stream", "application/x-octet-stream", "binary/octet-stream"}:
        return True
    if kind.startswith(("multipart/", "message/")):
        return True
    if kind.startswith("text/") and other in {"application/xml", "text/x-message"}:
        return True
    if other.endswith("xml") and kind.endswith("xml"):
        return True
    if _is_zip(other) and _is_zip(kind):
        return other == "application/zip" or kind == "application/zip" or _family(kind) == _family(other)
    if _OLE_FAMILY.search(kind) and (
        _OLE_FAMILY.search(other) or other in {"application/rtf", "application/x-ole-storage"}
    ):
        return True
    if other == "text/x-script":
        return bool(_SCRIPTS.search(kind))
    media = {"audio", "video"}
    if kind.partition("/")[0] in media and other.partition("/")[0] in media:
        return _container(kind) == _container(other) or kind.partition("/")[0] != other.partition("/")[0]
    if other.startswith("application/pkcs7") and ("pkcs7" in kind or "x-x509" in kind or "pkcs12" in kind):
        return True
    if kind.startswith("application/pgp") and other.startswith("application/pgp"):
        return True
    if kind.startswith("image/hei") and other.startswith("image/hei"):
        return True
    return ("font" in kind and "font" in other) or (
        kind == "application/vnd.ms-excel" and filename.lower().endswith("csv")
    )


def is_harmless(content_type: str) -> bool:
    """True for types that people open without a thought."""
    return content_type.startswith(_HARMLESS)


def _is_zip(content_type: str) -> bool:
    return content_type == "application/zip" or bool(_ZIP_FAMILY.search(content_type))


def _family(content_type: str) -> str:
    for word in ("word", "sheet", "excel", "presentation", "powerpoint", "opendocument", "java", "android", "kmz"):
        if word in content_type:
            return {"excel": "sheet", "powerpoint": "presentation"}.get(word, word)
    return "office" if "macro" in content_type else content_type


def _container(content_type: str) -> str:
    subtype = content_type.partition("/")[2].removeprefix("x-")
    if subtype in {"mp4", "m4a", "m4v", "quicktime", "3gpp", "3gpp2", "mp4a-latm", "aac"}:
        return "mp4"
    if subtype in {"matroska", "webm"}:
        return "matroska"
    if subtype in {"ms-asf", "ms-wmv", "ms-wma", "ms-wm"}:
        return "asf"
    return "ogg" if subtype in {"ogg", "opus", "vorbis"} else subtype


def _closer(data: bytes, found: Magic) -> Magic:
    """Look into containers whose names say more."""
    if found.content_type == "application/zip":
        # Names stand before each entry and once more at the end; in the middle lies compressed data.
        ends = data if len(data) <= 2 * _TAIL_BYTES else data[:_TAIL_BYTES] + data[-_TAIL_BYTES:]
        for name, content_type, title, risk in ZIP_CONTENTS:
            if name in ends:
                return Magic(content_type, title, risk)
    elif found.content_type == "application/x-ole-storage":
        for word, content_type, title in OLE_CONTENTS:
            if word.encode("utf-16-le") in data:
                return Magic(content_type, title, Risk.DOCUMENT)
    return found


def _cms(head: bytes) -> Magic | None:
    if head[:1] != b"\x30" or head[1:2] not in {b"\x80", b"\x82", b"\x83", b"\x81"}:
        return None
    place = head.find(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", 0, 32)
    if place < 0:
        return None
    kind = head[place + 10 : place + 11]
    name = {b"\2": "S/MIME signature", b"\3": "S/MIME encrypted data"}.get(kind, "S/MIME data")
    return Magic("application/pkcs7-mime", name, Risk.NONE)


def _text(head: bytes) -> Magic | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Magic("text/plain", "Text in UTF-16", Risk.NONE)
    after = _PROLOGUE.match(head)
    start = after.end() if after else 0
    begin = head[start : start + 24].lower()
    for signature, content_type, name, risk in TEXT_BEGINNINGS:
        if begin.startswith(signature):
            return Magic(content_type, name, risk)
    if b"<?xml" in head[:start].lower():
        if _OUTLINE.search(head, start):
            return Magic("image/svg+xml", "SVG image (may hold scripts)", Risk.DOCUMENT)
        return Magic("application/xml", "XML", Risk.NONE)
    if head.startswith(b"From ") or re.match(rb"(?:Received|Return-Path|Delivered-To):", head):
        return Magic("text/x-message", "A message", Risk.NONE)
    if head.startswith(b"\xef\xbb\xbf"):
        return Magic("text/plain", "Text in UTF-8", Risk.NONE)
    return None


def is_binary(data: bytes) -> bool:
    """True when data holds what no text holds: NUL and other controls."""
    return _BINARY.search(data, 0, _HEAD_BYTES) is not None
