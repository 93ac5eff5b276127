"""What is wrong with encoded words and with encoded parameters. RFC 2047 sections 2, 4 and 5; RFC 2231 sections 3 and 4."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mailclient.mime.charsets import decode_text, python_name
from mailclient.mime.defects import Defect, DefectKind
from mailclient.mime.headers import HeaderBlock, HeaderField
from mailclient.mime.words import b_bytes, q_bytes
from mailclient.xray.blanked import blank

_WORD: Final = re.compile(rb"=\?([^?\s]{0,60})\?([^?\s]{0,8})\?([^?\r\n]{0,2000})\?=")
_BEGUN: Final = re.compile(rb"=\?[A-Za-z][\w.*-]{1,40}\?[BbQq]\?")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_CONTROL: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_NESTED: Final = re.compile(r"=\?[\w-]{2,40}\?[BbQq]\?")
_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE: Final = re.compile("[\u200b\u2060\ufeff\u00ad\u3164\u115f\u1160\U000e0000-\U000e007f]")
_MOJIBAKE: Final = re.compile("[ÃÂ][\u0080-\u00bf]|â€[\u0090-\u00ff\u2018-\u203a™œž˜]")
_BAD_PERCENT: Final = re.compile(rb"\*[ \t]*=[ \t]*\"?[^*=;\"\r\n]*?(%(?![0-9A-Fa-f]{2})[^;\"\r\n]{0,2})")
_LONGEST: Final = 75
_CHECKED_BYTES: Final = 65_536
_CHECKED_WORDS: Final = 200
_QUOTED_FIELDS: Final = frozenset({"from", "sender", "reply-to", "to", "cc", "bcc"})
_WITH_PARAMETERS: Final = frozenset({"content-type", "content-disposition"})
_NOT_FOR_PEOPLE: Final = frozenset({"received", "dkim-signature", "arc-seal", "arc-message-signature"})


def word_defects(block: HeaderBlock) -> Iterator[Defect]:
    """Return what is wrong with the encoded words and parameters of a header; fields of single programs are their own."""
    for field in block.fields:
        name = field.name.lower()
        if b"=?" in field.raw and name not in _NOT_FOR_PEOPLE and not name.startswith("x-"):
            yield from _words(field, name)
        if name in _WITH_PARAMETERS and b"*" in field.raw:
            yield from _parameters(field)
        if not field.raw.isascii() or b"=?" in field.raw:
            yield from _letters(field)


class _Telling:
    """Each kind once for a field."""

    def __init__(self, field: HeaderField) -> None:
        self._field = field
        self._told: set[DefectKind] = set()

    def __call__(self, kind: DefectKind, sentence: str, start: int, end: int) -> Iterator[Defect]:
        if kind not in self._told:
            self._told.add(kind)
            place = self._field.start
            yield Defect(kind, f"In {self._field.name}, {sentence}.", place + start, place + end)


def _words(field: HeaderField, name: str) -> Iterator[Defect]:
    raw = field.raw[:_CHECKED_BYTES]
    tell = _Telling(field)
    found = list(_WORD.finditer(raw))[:_CHECKED_WORDS]
    starts = {match.start() for match in found}
    for begun in _BEGUN.finditer(raw):
        if begun.start() not in starts and len(found) < _CHECKED_WORDS:
            yield from tell(DefectKind.BROKEN_ENCODED_WORD, "an encoded word has no end", *begun.span())
    quotes = blank(raw).quotes if name in _QUOTED_FIELDS else ()
    for number, match in enumerate(found):
        yield from _word(tell, match)
        yield from _bytes_of(tell, found, number, raw)
        start, end = match.span()
        if name in _WITH_PARAMETERS:
            continue  # Told with the file's name.
        if any(first < start and end <= last for first, last in quotes):
            yield from tell(DefectKind.ENCODED_WORD_IN_QUOTES, "an encoded word stands in quotation marks", start, end)
        elif raw[start - 1 : start] not in b" \t\r\n(:,;<" or raw[end : end + 1] not in b" \t\r\n),;@":
            yield from tell(DefectKind.ENCODED_WORD_GLUED, "an encoded word touches what stands beside it", start, end)


def _word(tell: _Telling, match: re.Match[bytes]) -> Iterator[Defect]:
    charset = match[1].decode("latin-1").partition("*")[0]
    place = match.span()
    if place[1] - place[0] > _LONGEST:
        yield from tell(DefectKind.ENCODED_WORD_TOO_LONG, f"an encoded word is longer than {_LONGEST} bytes", *place)
    if python_name(charset) is None:
        yield from tell(
            DefectKind.ENCODED_WORD_UNKNOWN_CHARSET,
            f"an encoded word names the unknown charset “{charset[:40]}”",
            *place,
        )
    if match[2] not in {b"B", b"b", b"Q", b"q"}:
        sentence = f"an encoded word names the unknown encoding “{match[2].decode('latin-1')}”"
        yield from tell(DefectKind.ENCODED_WORD_UNKNOWN_ENCODING, sentence, *place)
    elif match[2] in {b"B", b"b"} and (not _BASE64.fullmatch(match[3]) or len(match[3]) % 4):
        yield from tell(DefectKind.ENCODED_WORD_BAD_BASE64, "an encoded word is not proper base64", *place)
    if b" " in match[3] or b"\t" in match[3]:
        yield from tell(DefectKind.ENCODED_WORD_SPACE, "there is a space inside an encoded word", *place)


def _bytes_of(tell: _Telling, words: Sequence[re.Match[bytes]], number: int, raw: bytes) -> Iterator[Defect]:
    """What the decoded bytes of a word say; a character may be divided between two words."""
    match = words[number]
    charset = match[1].decode("latin-1").partition("*")[0]
    codec = python_name(charset)
    data = _decoded(match)
    if not codec or data is None:
        return
    # Windows-1252 stands for ISO 8859-1 here, in which every byte is a character.
    text = _strictly(data, "latin-1" if codec == "cp1252" else codec)
    if text is None:
        near = (words[number - 1] if number else None, words[number + 1] if number + 1 < len(words) else None)
        split = any(other is not None and _completes(match, other, codec, raw) for other in near)
        if split:
            sentence = "a character is divided between two encoded words"
            yield from tell(DefectKind.ENCODED_WORD_SPLIT_CHARACTER, sentence, *match.span())
        else:
            sentence = f"the bytes of an encoded word are not {charset[:40]}"
            yield from tell(DefectKind.ENCODED_WORD_INVALID_BYTES, sentence, *match.span())
        return
    if _CONTROL.search(text):
        sentence = "an encoded word holds a line end or another control character"
        yield from tell(DefectKind.ENCODED_WORD_CONTROL, sentence, *match.span())
    if _NESTED.search(text):
        yield from tell(DefectKind.ENCODED_WORD_NESTED, "an encoded word holds an encoded word", *match.span())


def _decoded(match: re.Match[bytes]) -> bytes | None:
    match match[2]:
        case b"B" | b"b":
            return b_bytes(match[3])
        case b"Q" | b"q":
            return q_bytes(match[3])
        case _:
            return None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None


def _completes(one: re.Match[bytes], other: re.Match[bytes], codec: str, raw: bytes) -> bool:
    """True when two neighbours together are what neither is alone."""
    first, second = (one, other) if one.start() < other.start() else (other, one)
    if first[1].lower() != second[1].lower() or raw[first.end() : second.start()].strip(b" \t\r\n"):
        return False
    before, after = _decoded(first), _decoded(second)
    return before is not None and after is not None and _strictly(before + after, codec) is not None


def _parameters(field: HeaderField) -> Iterator[Defect]:
    raw = field.raw[:_CHECKED_BYTES]
    tell = _Telling(field)
    percent = _BAD_PERCENT.search(raw)
    if percent is not None:
        sentence = "a percent sign in a parameter is not followed by two digits"
        yield from tell(DefectKind.PARAMETER_BAD_PERCENT, sentence, *percent.span(1))


def _letters(field: HeaderField) -> Iterator[Defect]:
    """Look at the text before it is cleaned for the window."""
    tell = _Telling(field)
    value = field.value_raw[:_CHECKED_BYTES]
    texts = [decode_text(value).text]
    for match in list(_WORD.finditer(value))[:_CHECKED_WORDS]:
        data = _decoded(match)
        if data is not None:
            texts.append(decode_text(data, match[1].decode("latin-1").partition("*")[0]).text)
    for kind, pattern, sentence in (
        (DefectKind.DIRECTION_CONTROL, _DIRECTION, "a character that turns the direction of writing is hidden"),
        (DefectKind.INVISIBLE_CHARACTER, _INVISIBLE, "a character that cannot be seen is hidden"),
        (DefectKind.MOJIBAKE, _MOJIBAKE, "letters were read with the wrong charset and written so"),
    ):
        if any(pattern.search(text) for text in texts):
            yield from tell(kind, sentence, 0, len(field.raw))
