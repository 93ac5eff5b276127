"""Bytes to text when the label may be missing, wrong, or unheard of.

Order: what is declared (with the repairs that real mail needs), then UTF-8, then Windows-1252, which accepts anything.
Only character sets are ever used, never Python's other codecs. RFC 2045 section 5.1, RFC 2978, WHATWG Encoding labels.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

_ALIASES: Final[dict[str, str]] = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "ksc5601": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-unknown": "",
    "unknown-8bit": "",
    "default": "",
    "utf8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-2022-jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "cp-850": "cp850",
}
_FAMILIES: Final = re.compile(
    r"utf|us-?ascii|iso|8859|latin|cp\d|windows|koi8|gb|big5|hz|sjis|shift|euc|johab|ks|mac|tis|ibm|ptcp|kz|viscii"
)
_NEVER: Final = frozenset({"utf_8_sig", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text, the character set that read it, and what is odd about that."""

    text: str
    charset: str
    """Name of the character set actually used, lower case."""
    declared: str | None
    replaced: bool = False
    """True when bytes could not be read and stand as U+FFFD."""
    known: bool = True
    """False when the declared name is no character set."""

    @property
    def as_declared(self) -> bool:
        """True when the declared character set, if any, read every byte."""
        return (
            self.known and not self.replaced and (self.declared is None or self.charset == python_name(self.declared))
        )


def python_name(declared: str) -> str | None:
    """Return the Python codec for a declared name, "" for names that mean nothing, None when it is unknown."""
    label = declared.strip().strip("\"'").lower().replace(" ", "-")[:60]
    if label in _ALIASES:
        return _ALIASES[label]
    if not _FAMILIES.match(label):
        return None
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    if info.name.replace("-", "_") in _NEVER or not getattr(info, "_is_text_encoding", True):
        return None
    return _ALIASES.get(info.name, info.name)


def decode_text(raw: bytes, declared: str | None = None) -> DecodedText:
    """Return text for bytes; never raises. ``declared`` is the charset parameter or None."""
    name = python_name(declared) if declared else ""
    if name:
        try:
            if name == "cp1252" and not raw.isascii():
                return _decode_western(raw, declared)
            return DecodedText(_whole(raw.decode(name)), name, declared)
        except (UnicodeDecodeError, ValueError):
            pass
    known = name is not None
    try:
        return DecodedText(raw.decode("utf-8"), "utf-8", declared, known=known)
    except UnicodeDecodeError:
        pass
    if name and name != "cp1252":
        return DecodedText(_whole(raw.decode(name, "replace")), name, declared, replaced=True)
    return DecodedText(_windows_1252(raw), "cp1252", declared, known=known)


def _whole(text: str) -> str:
    """Replace lone surrogates, which Python's UTF-7 lets through and which nothing downstream can store."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _decode_western(raw: bytes, declared: str | None) -> DecodedText:
    """Text labelled ASCII or Latin-1 is often UTF-8; a valid multi-byte sequence by accident is very unlikely."""
    try:
        return DecodedText(raw.decode("utf-8"), "utf-8", declared)
    except UnicodeDecodeError:
        return DecodedText(_windows_1252(raw), "cp1252", declared)


def _windows_1252(raw: bytes) -> str:
    """Windows-1252 as browsers read it: the five undefined bytes are C1 controls, so nothing fails."""
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(_CP1252[byte] for byte in raw)


_CP1252: Final = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]
